"""The maps of the slides as pictures, at 300 dots an inch of the slide, each with its description."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geo.fiche import make_fiche
from rendu.carte.palette import CHOISIE
from rendu.dessin.image import PPI, svg_to_png
from rendu.dessin.page import draw_carte_svg, names_drawn
from rendu.mots.francais import join_words
from rendu.supports.carte_evenement import make_carte_evenement
from rendu.supports.cartes import make_carte_cpts

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from geo.atlas import Atlas
    from geo.evenement import Evenement
    from rendu.dessin.contenu import Carte
    from rendu.supports.modele import Diapositive

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
    """Prepare the map of an event for a slide: without title, few names, those of the event in the legend.

    Parameters
    ----------
    atlas, evenement
        The event, as :func:`geo.evenement.make_evenement` returns it.
    jour
        The day when the map is made.

    Returns
    -------
    Carte
        Its legend numbers what the map does.
    """
    carte = make_carte_evenement(atlas, evenement, jour)
    noms = [str(nom) for nom in atlas.fiches.loc[list(evenement.montrees), "nom"]]
    siennes = noms[: len(evenement.cpts_ids)]
    numeros = {str(rang) for rang in range(1, len(siennes[:_NUMEROS_MAX]) + 1)}
    carte = replace(
        carte,
        titre="",
        phrase="",
        avertissement="",
        cle=(),
        # Other names would hide so small a map.
        noms=tuple(n for n in carte.noms if n.genre == "prefecture" or n.texte in numeros),
        description=f"Carte : {carte.titre_legende}. {join_words(noms)}.",
    )

    def write_legend(poses: set[str]) -> tuple[tuple[str, str], ...]:
        reste = len(siennes) - len(numeros)
        suite = [(CHOISIE, f"CPTS de l'événement ({reste})")] if reste else []
        return (
            *(
                (CHOISIE, f"{rang} : {nom}" if str(rang) in poses else nom)
                for rang, nom in enumerate(siennes[:_NUMEROS_MAX], start=1)
            ),
            *suite,
            *(ligne for ligne in carte.legende if ligne[0] != CHOISIE),
        )

    # A CPTS whose number finds no place keeps its line: the map then stays as it was laid out.
    essai = replace(carte, legende=write_legend(numeros))
    return replace(
        carte, legende=write_legend(names_drawn(essai, _TAILLE_DESSIN, legende_dessous=True))
    )
