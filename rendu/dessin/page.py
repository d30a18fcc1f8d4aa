"""A map on its page, as SVG that opens anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from rendu.carte.palette import BLANC, ENCRE, ENCRE_NOTE, HACHURE
from rendu.dessin.cadre import A4_PAYSAGE, Vue
from rendu.dessin.echelle import scale_box
from rendu.dessin.fond import draw_fond
from rendu.dessin.legende import lay_out
from rendu.dessin.noms import place_noms
from rendu.dessin.polices import FAMILLES_CARTE
from rendu.dessin.svg import escaped, number, rect

if TYPE_CHECKING:
    from rendu.dessin.contenu import Carte


def draw_carte_svg(
    carte: Carte, taille: tuple[float, float] = A4_PAYSAGE, *, legende_dessous: bool = False
) -> str:
    """Draw a map with its title, legend, scale bar and sources.

    Parameters
    ----------
    carte
        What it shows.
    taille
        Width and height of the page, in points.
    legende_dessous
        Whether the legend stands under the map, for a map that is put in a page, instead of beside
        it; there is then no margin.

    Returns
    -------
    str
        An SVG document. Every text is text, escaped; nothing is fetched.
    """
    largeur, hauteur = taille
    autour, boite = lay_out(carte, taille, legende_dessous=legende_dessous)
    dessin = draw_fond(carte, boite)
    titre = carte.titre or carte.titre_legende
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(largeur)} {number(hauteur)}" '
        f'width="{number(largeur)}pt" height="{number(hauteur)}pt" lang="fr" role="img" '
        f'font-family={quoteattr(FAMILLES_CARTE)} font-size="8" fill="{ENCRE}">'
        f"<title>{escaped(titre)}</title><desc>{escaped(carte.description)}</desc>"
        f'<defs><pattern id="hachures" width="5" height="5" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="5" height="5" fill="{BLANC}"/>'
        f'<rect width="1.8" height="5" fill="{HACHURE}"/></pattern>'
        f'<pattern id="croisees" width="4" height="4" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="4" height="4" fill="{BLANC}"/>'
        f'<path d="M0 .6H4M.6 0V4" stroke="{ENCRE_NOTE}" stroke-width="0.7"/></pattern>'
        f'<clipPath id="cadre"><rect {rect(boite)}/></clipPath></defs>'
        f'<rect width="{number(largeur)}" height="{number(hauteur)}" fill="{BLANC}"/>'
        f"{dessin}{autour}</svg>"
    )


def names_drawn(
    carte: Carte, taille: tuple[float, float] = A4_PAYSAGE, *, legende_dessous: bool = False
) -> set[str]:
    """Say which names find a place on a map, drawn as by :func:`draw_carte_svg` with the same parameters."""
    _, boite = lay_out(carte, taille, legende_dessous=legende_dessous)
    vue = Vue(carte.cadre, boite)
    places = place_noms(carte, vue, boite, scale_box(carte, vue, boite))
    return {nom.texte for nom, _ in places}
