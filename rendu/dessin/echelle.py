"""The scale bar and the north, in the corner where they hide least."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapely.geometry import Point

from geo.formes.vignettes import round_length
from rendu.carte.palette import BLANC, ENCRE, FILET
from rendu.dessin.cadre import Boite
from rendu.dessin.polices import width
from rendu.dessin.svg import number, rect, text
from rendu.mots.francais import nombre

if TYPE_CHECKING:
    from rendu.dessin.cadre import Vue
    from rendu.dessin.contenu import Carte


_NORD, _ECART_NORD = "N ↑", 10.0
_HAUT_ECHELLE = 26.0


def scale_box(carte: Carte, vue: Vue, boite: Boite) -> Boite:
    """Return the corner that the scale bar and the north take: that where they hide least of the map."""
    _, longueur = _scale_bar(vue, boite)
    largeur = 10 + longueur + _ECART_NORD + width(_NORD, 8, gras=True) + 6
    coins = [
        Boite(gauche, haut, gauche + largeur, haut + _HAUT_ECHELLE)
        for haut in (boite.bas - _HAUT_ECHELLE, boite.haut)
        for gauche in (boite.gauche, boite.droite - largeur)
    ]
    dessins = [vue.shape(d) for d in (*carte.departements, *(a.contour for a in carte.aires))]
    reperes = [Point(vue.point(marque.x, marque.y)) for marque in carte.marques]

    def hidden(coin: Boite) -> tuple[int, float]:
        cadre = coin.polygon()
        return sum(cadre.intersects(r) for r in reperes), sum(
            cadre.intersection(d).area for d in dessins
        )

    return min(coins, key=hidden)


def _scale_bar(vue: Vue, boite: Boite) -> tuple[int, float]:
    """Return the length of the scale bar, in metres and in points."""
    metres = round_length(boite.largeur * vue.m_par_pt / 5)
    return metres, metres / vue.m_par_pt


def draw_echelle(vue: Vue, boite: Boite, cadre: Boite) -> str:
    """Draw the bar, its length and the north in the corner that :func:`scale_box` returned."""
    metres, longueur = _scale_bar(vue, boite)
    x, y = cadre.gauche + 10, cadre.bas - 9
    barre = f"M{number(x)} {number(y - 4)}v4h{number(longueur)}v-4"
    texte = f"{nombre(metres / 1000, 1)}\u202fkm"
    return (
        f'<rect {rect(cadre)} fill="{BLANC}" stroke="{FILET}" stroke-width="0.6"/>'
        f'<path d="{barre}" fill="none" stroke="{ENCRE}" stroke-width="1.1"/>'
        + text(texte, x + longueur / 2, y - 5, 8, ancre="middle")
        + text(_NORD, x + longueur + _ECART_NORD, y, 8, gras=True)
    )
