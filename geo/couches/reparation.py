"""Polygons as they must be: of polygons only, whole, valid, and once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely
from shapely import GeometryType

from geo.couches.limites import SOMMETS_MAX
from geo.couches.refus import pass_limit
from geo.erreurs import Probleme, Severite, count, enumerate_first
from geo.texte import write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_POLYGONES = (GeometryType.POLYGON, GeometryType.MULTIPOLYGON)
_HECTARE_M2, _KM2_M2 = 1e4, 1e6


class Tri(NamedTuple):
    """Polygons parted from what is not.

    Attributes
    ----------
    geometries
        Polygons and multipolygons, ``None`` in place of what is not.
    autres
        How many features are points or lines, or hold some beside their polygons.
    vides
        Positions of those without any geometry, or without a finite place.
    """

    geometries: NDArray[np.object_]
    autres: int
    vides: NDArray[np.int64]


def keep_polygons(fichier: str, geometries: NDArray[np.object_]) -> Tri:
    """Part polygons from the rest: a collection leaves its polygons.

    Raises
    ------
    DonneesInvalides
        If there are more vertices than the limit.
    """
    if int(shapely.get_num_coordinates(geometries).sum()) > SOMMETS_MAX:
        raise pass_limit(fichier, "plus de sommets que la limite", SOMMETS_MAX)
    gardees = np.asarray(shapely.force_2d(geometries), dtype=object)
    genres = shapely.get_type_id(gardees)
    collections = np.flatnonzero(genres == GeometryType.GEOMETRYCOLLECTION)
    melees = 0
    for rang in collections:
        polygones, autres = _polygons_of(gardees[rang])
        melees += autres and bool(polygones)
        if polygones or not autres:
            gardees[rang] = shapely.MultiPolygon(polygones)
    genres = shapely.get_type_id(gardees)
    points, rangs = shapely.get_coordinates(gardees, return_index=True)
    vides = shapely.is_missing(gardees) | shapely.is_empty(gardees)
    vides[rangs[~np.isfinite(points).all(axis=1)]] = True
    etrangeres = ~np.isin(genres, _POLYGONES) & ~vides
    gardees[vides | etrangeres] = None
    return Tri(gardees, int(etrangeres.sum()) + melees, np.flatnonzero(vides))


def repair(
    fichier: str, geometries: NDArray[np.object_], noms: Sequence[str]
) -> tuple[NDArray[np.object_], list[Probleme]]:
    """Make polygons valid, and say what that changes.

    Parameters
    ----------
    fichier
        Name of the file, for the problems.
    geometries
        Polygons in EPSG:2154, or ``None``.
    noms
        How each is said.

    Returns
    -------
    tuple of array and list of Probleme
        Valid polygons and multipolygons, ``None`` for those that have no area; what was repaired, with the
        area that each gained or lost, and what has no area.
    """
    valides = geometries.copy()
    croisees = np.flatnonzero(
        ~shapely.is_valid(geometries) & ~shapely.is_missing(geometries)
    ).tolist()
    valides[croisees] = shapely.make_valid(
        geometries[croisees], method="structure", keep_collapsed=False
    )
    for rang in croisees:
        polygones, _ = _polygons_of(valides[rang])
        valides[rang] = polygones[0] if len(polygones) == 1 else shapely.MultiPolygon(polygones)
    plates = np.flatnonzero(~(shapely.area(valides) > 0) & ~shapely.is_missing(valides)).tolist()
    valides[plates] = None
    reparees = [rang for rang in croisees if valides[rang] is not None]
    changements = np.abs(shapely.area(valides) - shapely.area(geometries))
    remarques = []
    if reparees:
        par_ampleur = sorted(reparees, key=lambda rang: -changements[rang])
        detail = enumerate_first(
            f"{noms[rang]} ({write_area(changements[rang])})" for rang in par_ampleur
        )
        remarques.append(
            Probleme(
                Severite.A_VERIFIER,
                fichier,
                f"{count(len(reparees), 'forme')} dont le contour se croise : "
                f"{'réparées' if len(reparees) > 1 else 'réparée'}, avec la surface qui change : {detail}.",
                "Vérifier sur la carte.",
                identifiant="forme_reparee",
            )
        )
    if plates:
        remarques.append(
            Probleme(
                Severite.A_VERIFIER,
                fichier,
                f"{count(len(plates), 'forme')} sans surface, "
                f"{'laissées' if len(plates) > 1 else 'laissée'} de côté : "
                f"{enumerate_first(noms[rang] for rang in plates)}.",
                "Vérifier que rien ne manque sur la carte.",
                identifiant="forme_sans_surface",
            )
        )
    return valides, remarques


def write_area(m2: float) -> str:
    """Write an area in the unit that suits it, as French does.

    >>> write_area(240.4), write_area(32_000), write_area(1_234_567), write_area(0.2)
    ('240\u202fm²', '3,2\u202fha', '1,2\u202fkm²', 'moins de 1\u202fm²')
    """
    if m2 < 1:
        return "moins de 1\u202fm²"
    if round(m2) < _HECTARE_M2:
        return f"{write_whole(m2)}\u202fm²"
    valeur, unite = (m2 / _HECTARE_M2, "ha") if m2 < _KM2_M2 else (m2 / _KM2_M2, "km²")
    return f"{valeur:,.1f}".replace(",", "\u202f").replace(".", ",") + f"\u202f{unite}"


def _polygons_of(geometrie: shapely.Geometry) -> tuple[list[shapely.Polygon], bool]:
    """Return the polygons of a geometry, at any depth, and whether it holds anything else."""
    polygones, autres, pile = [], False, [geometrie]
    while pile:
        forme = pile.pop()
        if isinstance(forme, shapely.Polygon):
            polygones += [] if forme.is_empty else [forme]
        elif isinstance(forme, shapely.MultiPolygon | shapely.GeometryCollection):
            pile += reversed(shapely.get_parts(forme).tolist())
        else:
            autres |= not forme.is_empty
    return polygones, autres
