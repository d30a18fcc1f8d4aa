"""Turn published outlines into one valid coverage of today's communes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from geo.build.erreurs import ConstructionImpossible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

LAMBERT_93 = "EPSG:2154"  # metric: areas and widths are never measured in degrees
WGS_84 = "EPSG:4326"
DECIMALES = 5  # about a metre; four decimals break the coverage
LARGEUR_FENTE_M = 1.0  # slits narrower than this between two communes are digitising faults


@dataclass(frozen=True)
class Reparation:
    """What cleaning did to a coverage.

    Attributes
    ----------
    contours
        The cleaned outlines, EPSG:2154, same index as the input.
    fautifs
        Codes whose outline overlapped or gaped from a neighbour's.
    surface_deplacee_m2
        Sum, over the outlines, of what each gained or lost.
    """

    contours: gpd.GeoSeries
    fautifs: list[str]
    surface_deplacee_m2: float


def merge_absorbees(
    contours: gpd.GeoSeries, anciens: gpd.GeoSeries, successeurs: Mapping[str, str]
) -> gpd.GeoSeries:
    """Give each commune the land of those it absorbed.

    Published outlines lag behind the list: a commune nouvelle comes with its chief town's former
    outline alone. An outline already extended is left unchanged in area by the union.

    Parameters
    ----------
    contours
        Outlines by ``code_commune``; None where none is published.
    anciens
        Outlines of absorbed communes by their former code, same CRS.
    successeurs
        Former code to present code; those whose successor is not in `contours` are ignored.

    Returns
    -------
    geopandas.GeoSeries
        Outlines with the index and order of `contours`.
    """
    fusions = contours.copy()
    presents = [code for code in anciens.index if successeurs.get(code) in contours.index]
    groupes = anciens[presents].groupby(dict(successeurs))
    for successeur, absorbees in groupes:
        # union_all passes over None: a merged commune may have no outline but those it absorbed.
        fusions[successeur] = shapely.union_all([contours[successeur], *absorbees])
    return fusions


def find_faults(contours: gpd.GeoSeries) -> list[str]:
    """Return the codes of the outlines that cross themselves, or overlap or miss a neighbour.

    Parameters
    ----------
    contours
        Outlines by ``code_commune``, any one CRS.
    """
    aretes = shapely.coverage_invalid_edges(contours.to_numpy())
    return list(contours.index[~shapely.is_empty(aretes) | ~contours.is_valid.to_numpy()])


def clean_coverage(contours: gpd.GeoSeries) -> Reparation:
    """Repair overlaps and slits, touching only the faulty outlines and their neighbours.

    Parameters
    ----------
    contours
        Outlines by ``code_commune``, EPSG:2154.
    """
    fautifs = find_faults(contours)
    polygones = contours.to_numpy()
    arbre = shapely.STRtree(polygones)
    voisins = np.unique(arbre.query(contours[fautifs].to_numpy(), predicate="intersects")[1])
    nettoyes = shapely.coverage_clean(
        polygones[voisins], gap_width=LARGEUR_FENTE_M, snapping_distance=0
    )
    avant = shapely.make_valid(polygones[voisins])
    deplacee = shapely.area(shapely.symmetric_difference(avant, nettoyes)).sum()
    propres = contours.copy()
    propres.iloc[voisins] = nettoyes
    return Reparation(propres, fautifs, float(deplacee))


def check_coverage(contours: gpd.GeoSeries) -> None:
    """Check that outlines share their borders exactly and that each is valid on its own.

    Raises
    ------
    ConstructionImpossible
        Naming the communes at fault.
    """
    fautifs = find_faults(contours)
    if fautifs:
        raise ConstructionImpossible(
            f"Les contours ne forment pas une couverture exacte en {contours.crs} ; "
            f"communes en cause : {', '.join(fautifs)}."
        )


def find_holes(contours: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return what the union of a valid coverage surrounds without holding it.

    Parameters
    ----------
    contours
        A valid coverage, any CRS.

    Returns
    -------
    geopandas.GeoSeries
        One polygon for each interior ring, same CRS, the largest first.
    """
    parties = shapely.get_parts(shapely.coverage_union_all(contours.to_numpy()))
    trous = [shapely.Polygon(anneau) for partie in parties for anneau in partie.interiors]
    trous.sort(key=shapely.area, reverse=True)
    return gpd.GeoSeries(trous, crs=contours.crs)


def to_publication(contours: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return outlines ready for RFC 7946: EPSG:4326, five decimals, exteriors anticlockwise.

    Every outline goes the same way back from EPSG:2154, so that a vertex shared by two communes
    is rounded to the same point in both. A spike may still be folded onto its neighbour by the
    rounding: it is cleaned once more, and what remains is for :func:`check_coverage` to refuse.
    """
    arrondis = _publish(contours)
    if find_faults(arrondis):
        arrondis = _publish(clean_coverage(arrondis.to_crs(LAMBERT_93)).contours)
    return arrondis


def _publish(contours: gpd.GeoSeries) -> gpd.GeoSeries:
    arrondis = _drop_collapsed(_round(contours.to_crs(WGS_84)))
    # normalize: the same ring starts at the same point, whatever the union's order of work
    canoniques = shapely.normalize(shapely.remove_repeated_points(arrondis))
    simples = [
        forme.geoms[0] if forme.geom_type == "MultiPolygon" and len(forme.geoms) == 1 else forme
        for forme in shapely.orient_polygons(canoniques, exterior_cw=False)
    ]
    return gpd.GeoSeries(simples, index=contours.index, crs=WGS_84)


def place_mairies(mairies: gpd.GeoSeries, contours: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return one point per commune, always inside it.

    It is the town hall where one is published inside the commune. A published point that lies in
    another commune, sometimes hundreds of kilometres away, is a geocoding fault and is not kept:
    a point inside the outline stands for it, as for communes without any.

    Parameters
    ----------
    mairies
        Points or None, EPSG:4326, same index as `contours`.
    contours
        Outlines, EPSG:4326.

    Returns
    -------
    geopandas.GeoSeries
        Points in EPSG:4326, five decimals.
    """
    points = mairies.where(contours.intersects(mairies), contours.representative_point())
    return gpd.GeoSeries(_round(points), index=contours.index, crs=WGS_84)


def _drop_collapsed(contours: NDArray[np.object_]) -> NDArray[np.object_]:
    """Drop the parts that rounding has made a point or a line: crumbs of a cleaning."""
    parties, places = shapely.get_parts(contours, return_index=True)
    etendues = shapely.area(parties) > 0
    gardees: NDArray[np.object_] = shapely.multipolygons(
        parties[etendues], indices=places[etendues]
    )
    return gardees


def _round(formes: gpd.GeoSeries) -> NDArray[np.object_]:
    arrondies: NDArray[np.object_] = shapely.transform(
        formes.to_numpy(), lambda points: np.round(points, DECIMALES)
    )
    return arrondies
