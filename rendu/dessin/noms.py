"""The names of a map: where each may stand, the best place first, and how it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.formes.milieu import find_milieu
from rendu.carte.palette import BLANC, ENCRE, ENCRE_NOTE, ENCRE_SECONDE
from rendu.dessin.cadre import Boite
from rendu.dessin.placement import Etiquette, place_labels
from rendu.dessin.polices import displayable, width
from rendu.dessin.svg import has_area, number, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from rendu.dessin.cadre import Vue
    from rendu.dessin.contenu import Carte, Nom


# Size, weight, colour and letter-spacing of a name on the map, by kind.
_NOMS = {
    "numero": (9.0, True, ENCRE, 0.0),
    "valeur": (8.5, True, ENCRE, 0.0),
    "prefecture": (9.0, True, ENCRE, 0.0),
    "ville": (8.0, False, ENCRE, 0.0),
    "voisine": (7.5, True, ENCRE_NOTE, 0.0),
    "commune": (7.5, False, ENCRE_SECONDE, 0.0),
    "departement": (7.5, True, ENCRE_NOTE, 1.0),
}
# Radius of the dot of a town, and half a side of what it keeps free.
_POINT = 1.7
_PLACE_POINT = 3.0
_VILLES = {"prefecture", "ville", "commune"}
_NUMEROS = {"numero", "valeur"}
# Between two places that are tried for the name of an area, in parts of its size.
_PAS_PLACES = 0.6
_FINESSE_MILIEU_PT = 0.5
# Left between the name of an area and borders or dots, in points, where there is room.
_ECART_NOMS = 3.0
# Kept free on both sides of a name.
_BORD = 1.0


def draw_noms(carte: Carte, vue: Vue, boite: Boite, echelle: Boite) -> Iterable[str]:
    """Draw the names that find a place, and the dots of towns."""
    for nom, place in place_noms(carte, vue, boite, echelle):
        corps, gras, couleur, approche = _NOMS[nom.genre]
        if _is_dotted(nom) and not nom.sur_marque:
            x, y = vue.point(nom.lieu.x, nom.lieu.y)
            yield f'<circle cx="{number(x)}" cy="{number(y)}" r="{_POINT}" fill="{ENCRE}" stroke="{BLANC}" stroke-width="0.7"/>'
        yield text(
            displayable(nom.texte),
            place.gauche + _BORD,
            place.haut + corps * 0.9,
            corps,
            gras=gras,
            couleur=couleur,
            halo=True,
            approche=approche,
        )


def place_noms(carte: Carte, vue: Vue, boite: Boite, echelle: Boite) -> Iterable[tuple[Nom, Boite]]:
    """Give names their places, from the most to the least important, off marks and scale.

    Parameters
    ----------
    carte, vue, boite
        The map, its projection, and the box it is drawn in.
    echelle
        The box of the scale bar.

    Returns
    -------
    iterable
        The names that find a place, each with its box, in their order.
    """
    marques = (vue.point(marque.x, marque.y) for marque in carte.marques)
    pris = [echelle, *(_around(x, y, vue.rayon) for x, y in marques)]
    obstacles = _obstacles(carte, vue)
    choisies = [vue.shape(aire.contour) for aire in carte.aires if aire.choisie]
    shapely.prepare(choisies)
    noms = [nom for nom in carte.noms if displayable(nom.texte)]
    etiquettes = (
        Etiquette(
            _candidates(nom, vue, boite, obstacles, choisies),
            _around(*vue.point(nom.lieu.x, nom.lieu.y), _PLACE_POINT) if _is_dotted(nom) else None,
        )
        for nom in noms
    )
    for nom, place in zip(noms, place_labels(etiquettes, boite, pris), strict=True):
        if place:
            yield nom, place


def _candidates(
    nom: Nom,
    vue: Vue,
    boite: Boite,
    obstacles: BaseGeometry,
    choisies: Sequence[BaseGeometry],
) -> Iterable[Boite]:
    """List the boxes where a name may stand, the best first."""
    corps, gras, _, approche = _NOMS[nom.genre]
    texte = displayable(nom.texte)
    largeur = width(texte, corps, gras=gras) + approche * len(texte)
    places = (
        _places_in(nom, vue, boite, largeur, obstacles)
        if has_area(nom.lieu)
        else _away_from(choisies, nom, vue, largeur)
    )
    return (_name_box(gauche, haut, largeur, corps) for gauche, haut in places)


def _around(x: float, y: float, rayon: float) -> Boite:
    return Boite(x - rayon, y - rayon, x + rayon, y + rayon)


def _is_dotted(nom: Nom) -> bool:
    return nom.genre in _VILLES and not has_area(nom.lieu)


def _name_box(gauche: float, haut: float, largeur: float, corps: float) -> Boite:
    return Boite(gauche - _BORD, haut, gauche + largeur + _BORD, haut + corps * 1.1)


def _obstacles(carte: Carte, vue: Vue) -> BaseGeometry:
    """Gather the borders of the CPTS and the dots of towns: names of areas had better stay clear."""
    villes = [vue.shape(nom.lieu) for nom in carte.noms if nom.genre in _VILLES]
    surfaces = [*(vue.shape(aire.contour) for aire in carte.aires), *shapely.buffer(villes, _POINT)]
    # Lines alone are searched fast.
    obstacles = shapely.multilinestrings(shapely.get_rings(shapely.get_parts(surfaces)))
    shapely.prepare(obstacles)
    return obstacles


def _away_from(
    choisies: Sequence[BaseGeometry], nom: Nom, vue: Vue, largeur: float
) -> Iterable[tuple[float, float]]:
    """List the places of the name of a point, for a town first those off the chosen territories it is not in."""
    places = _places_at(nom, vue, largeur)
    if not choisies or nom.genre not in _VILLES:
        return places
    point = vue.shape(nom.lieu)
    corps = _NOMS[nom.genre][0]

    def hides(place: tuple[float, float]) -> bool:
        boite = _name_box(*place, largeur, corps).polygon()
        return any(c.intersects(boite) and not c.intersects(point) for c in choisies)

    return sorted(places, key=hides)


def _places_at(nom: Nom, vue: Vue, largeur: float) -> Iterable[tuple[float, float]]:
    """List the places (left, top) of the name of a point, the best first."""
    corps = _NOMS[nom.genre][0]
    x, y = vue.point(nom.lieu.x, nom.lieu.y)
    milieu, demi = x - largeur / 2, corps * 0.55
    if nom.genre in _VILLES:
        ecart = vue.rayon + 3 if nom.sur_marque else 4.5
        yield x + ecart, y - demi
        yield x - ecart - largeur, y - demi
        yield milieu, y - ecart - corps * 1.05
        yield milieu, y + ecart - 1
        return
    ecart = vue.rayon + 2
    yield x + ecart, y - demi
    yield x - ecart - largeur, y - demi
    yield milieu, y - ecart - corps
    yield milieu, y + ecart
    yield x + ecart, y - demi - corps
    yield x + ecart, y - demi + corps


def _places_in(
    nom: Nom, vue: Vue, boite: Boite, largeur: float, obstacles: BaseGeometry
) -> Iterable[tuple[float, float]]:
    """List the places (left, top) of the name of an area, the best first.

    The whole name stands in what is seen of the area; of a number or a value, which a small area
    could not hold, the centre does. Places clear of borders and dots come first, then those nearest
    to the middle.
    """
    visible = vue.shape(nom.lieu).intersection(boite.polygon())
    if visible.is_empty:
        return
    corps = _NOMS[nom.genre][0]
    demi = corps * 0.55
    milieu = find_milieu(visible, _FINESSE_MILIEU_PT)
    ouest, nord, est, sud = visible.bounds
    grille = np.stack(
        np.meshgrid(
            np.arange(ouest, est, corps * _PAS_PLACES), np.arange(nord, sud, corps * _PAS_PLACES)
        ),
        axis=-1,
    ).reshape(-1, 2)
    centres = np.vstack((milieu, grille))
    shapely.prepare(visible)
    entiers = shapely.covers(visible, _boxes(centres, largeur / 2 + 1, demi))
    gardes = shapely.contains_xy(visible, centres) if nom.genre in _NUMEROS else entiers
    gene = shapely.intersects(
        obstacles, _boxes(centres, largeur / 2 + _ECART_NOMS, demi + _ECART_NOMS)
    )
    loin = np.hypot(*(centres - milieu).T)
    for rang in np.lexsort((loin, gene, ~entiers)):
        if gardes[rang]:
            x, y = centres[rang]
            yield float(x) - largeur / 2, float(y) - demi


def _boxes(
    centres: NDArray[np.float64], demi_largeur: float, demi_hauteur: float
) -> NDArray[np.object_]:
    x, y = centres.T
    boites: NDArray[np.object_] = shapely.box(
        x - demi_largeur, y - demi_hauteur, x + demi_largeur, y + demi_hauteur
    )
    return boites
