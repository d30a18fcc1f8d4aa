"""The maps of the slides as pictures, at 300 dots an inch of the slide, each with its description."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geo.evenement import DEFINITION
from geo.fiche import make_fiche
from ui.francais import date_partielle, enumerer
from ui.signes import LEGENDE_INDICATIF, REPERE, TIRETS, Coloration
from ui.supports.cartes import CHOISIE, VOISINE, make_carte_coloree, make_carte_cpts
from ui.supports.dessin import PPI, draw_carte_svg, names_drawn, svg_to_png

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from geo.atlas import Atlas
    from geo.evenement import Evenement
    from ui.supports.dessin import Carte
    from ui.supports.modele import Diapositive

# Width and height on the slide, in points.
TAILLE = (540.0, 380.0)
# A map is read on paper at its own size, in a hall half as large again.
_AGRANDISSEMENT = 1.5
_TAILLE_DESSIN = (TAILLE[0] / _AGRANDISSEMENT, TAILLE[1] / _AGRANDISSEMENT)
# More CPTS than that are not numbered: their names would take the place of the map.
_NUMEROS_MAX = 6


@dataclass(frozen=True, slots=True)
class Image:
    """A picture (PNG), and what it shows in words."""

    png: bytes
    description: str


def make_images(
    atlas: Atlas, diapositives: Sequence[Diapositive], evenement: Evenement, jour: dt.date
) -> dict[int, Image]:
    """Draw the map of each slide that has one; the same map is drawn once.

    Parameters
    ----------
    atlas
        The atlas.
    diapositives
        The slides of the event.
    evenement
        The event they tell.
    jour
        The day when the maps are made.

    Returns
    -------
    dict
        Rank of the slide, from 0, to its picture.
    """
    faites: dict[str | None, Image] = {}
    images = {}
    for rang, diapositive in enumerate(diapositives):
        i = diapositive.cpts_id
        if not diapositive.carte:
            continue
        if i not in faites:
            faites[i] = _draw(
                make_carte_region(atlas, evenement, jour)
                if i is None
                else make_carte_cpts(atlas, make_fiche(atlas, i), jour, titre=False)
            )
        images[rang] = faites[i]
    return images


def _draw(carte: Carte) -> Image:
    """Draw a map without sources: the slide gives its own."""
    svg = draw_carte_svg(replace(carte, sources=""), _TAILLE_DESSIN, legende_dessous=True)
    return Image(svg_to_png(svg, PPI * _AGRANDISSEMENT), carte.description)


def make_carte_region(atlas: Atlas, evenement: Evenement, jour: dt.date) -> Carte:
    """Prepare the map of the CPTS around those of an event, these in colour and by their numbers.

    Parameters
    ----------
    atlas
        The atlas.
    evenement
        With at least one department.
    jour
        The day when the map is made.

    Returns
    -------
    Carte
        Its legend numbers what the map does.
    """
    siennes = evenement.cpts_ids
    # Those of the event come first: their numbers do, and are placed first.
    ordre = evenement.montrees
    formes = {i: "complet" if i in atlas.territoires.index else "repere" for i in ordre}
    a_la_date = f" au {date_partielle(evenement.date)}" if evenement.date else ""
    carte = make_carte_coloree(
        atlas,
        Coloration(
            f"CPTS en fonctionnement{a_la_date}",
            {i: int(i not in siennes) for i in ordre},
            (CHOISIE, VOISINE),
            (),
        ),
        departements=evenement.departements,
        formes=formes,
        definition=DEFINITION,
        indicatifs=True,
        etats=(),
        titre=enumerer(evenement.regions.values()),
        phrase=f"{enumerer(_names(atlas, ordre))}.",
        jour_carte=jour,
    )
    numeros = {str(rang) for rang in range(1, len(siennes[:_NUMEROS_MAX]) + 1)}
    # Other names would hide so small a map.
    gardes = [n for n in carte.noms if n.genre == "prefecture" or n.texte in numeros]
    carte = replace(
        carte,
        titre="",
        phrase="",
        avertissement="",
        # The slide counts CPTS: it says nothing of the communes that have none.
        blanches=None,
        noms=tuple(gardes),
        legende=_legende(atlas, evenement, formes, numeros),
    )
    poses = names_drawn(carte, _TAILLE_DESSIN, legende_dessous=True)
    return replace(carte, legende=_legende(atlas, evenement, formes, numeros & poses))


def _names(atlas: Atlas, cpts_ids: Sequence[str]) -> list[str]:
    return [str(nom) for nom in atlas.fiches.loc[list(cpts_ids), "nom"]]


def _legende(
    atlas: Atlas, evenement: Evenement, formes: dict[str, str], numeros: set[str]
) -> tuple[tuple[str, str], ...]:
    """Explain the signs that are there; a CPTS whose number found no place is named without it."""
    noms = _names(atlas, evenement.cpts_ids)
    dessinees = [i for i, forme in formes.items() if forme == "complet"]
    indicatives = atlas.fiches.loc[dessinees, "confiance"] == "hypothese"
    autres = len(formes) - len(noms)
    siennes = [
        f"{rang} : {nom}" if str(rang) in numeros else nom
        for rang, nom in enumerate(noms[:_NUMEROS_MAX], start=1)
    ]
    reste = len(noms) - len(siennes)
    a_la_date = " à cette date" if evenement.date else ""
    signes = (
        *((CHOISIE, texte, 1) for texte in siennes),
        (CHOISIE, f"CPTS de l'événement ({reste})", reste),
        (VOISINE, f"autres CPTS en fonctionnement{a_la_date} ({autres})", autres),
        (TIRETS, LEGENDE_INDICATIF, indicatives.sum()),
        (REPERE, "repère : périmètre inconnu", len(formes) - len(dessinees)),
    )
    return tuple((signe, texte) for signe, texte, compte in signes if compte)
