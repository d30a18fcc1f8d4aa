"""How much of each commune lies in each polygon: of its area, and of its inhabitants."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from geo.lecture.communes import CRS_METRES, CRS_SCREEN, M2_PER_KM2

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

# How the share of the inhabitants is estimated.
BATI, SURFACE = "bati", "surface"
# Less of a commune than this is the border of a drawing, not a part: two sources never draw one to the metre.
BORDURE = 0.02

# Pairs that are crossed at once: what is made of them stays near the processor, and is let go of.
_PAQUET = 250

_Formes = Any


def unite_by_name(polygones: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Unite the polygons of each CPTS: its parts, and what they repeat, make one outline.

    Parameters
    ----------
    polygones
        ``cpts`` and an outline per row, valid, in EPSG:2154; a row without a name is left out.

    Returns
    -------
    GeoSeries
        Indexed by name, sorted.
    """
    nommes = polygones[polygones["cpts"] != ""]
    formes = nommes.geometry.groupby(nommes["cpts"]).agg(_unite)
    serie: gpd.GeoSeries = nommes.geometry.iloc[:0].reindex(formes.index)
    serie[:] = formes.to_numpy()
    return serie


def _unite(formes: gpd.GeoSeries) -> _Formes:
    return formes.iloc[0] if len(formes) == 1 else shapely.union_all(formes.to_numpy())


def measure_parts(
    cpts: gpd.GeoSeries, communes: gpd.GeoDataFrame, fine: gpd.GeoDataFrame | None = None
) -> pd.DataFrame:
    """Measure what of each commune lies in the outline of each CPTS.

    Parameters
    ----------
    cpts
        Outlines, valid, indexed by name, EPSG:2154.
    communes
        See :func:`geo.lecture.communes.load_communes`: EPSG:2154, with the town halls.
    fine
        Where people live, if a layer says it: polygons in EPSG:2154 with ``poids`` (inhabitants, or area where
        it has none), each of the commune that holds its middle.

    Returns
    -------
    DataFrame
        One row a pair that shares more than a border: ``cpts``, ``code_commune``, ``surface_km2`` (of what is
        in both), ``part_surface`` and ``part_population`` (0 to 1, of the commune), ``methode`` of the latter
        (:data:`BATI` or :data:`SURFACE`), ``mairie`` (whether the town hall is inside), ``recouvert`` (0 or more:
        what of the area of the commune the polygons hold more than once); by name, then code.

    Notes
    -----
    An intersection is computed only where the border of a polygon crosses a commune: prepared predicates on one
    tree of the communes settle the others. See ``bench/couches.py``.
    """
    formes, siennes = cpts.to_numpy(), communes.geometry.to_numpy()
    rangs, membres, morceaux = _cross(formes, siennes)
    surfaces, croisees = shapely.area(siennes), shapely.area(morceaux)
    touchees = croisees > 0
    rangs, membres, croisees = rangs[touchees], membres[touchees], croisees[touchees]
    morceaux = morceaux[touchees]
    part_surface = np.minimum(croisees / surfaces[membres], 1.0)
    part_population, methode = part_surface.copy(), np.full(len(rangs), SURFACE, dtype=object)
    if fine is not None and len(fine):
        baties = _share_weights(fine, formes, siennes, (rangs, membres), part_surface)
        connues = ~np.isnan(baties)
        part_population[connues], methode[connues] = baties[connues], BATI
    table = pd.DataFrame(
        {
            "cpts": cpts.index.to_numpy()[rangs],
            "code_commune": communes.index.to_numpy()[membres],
            "surface_km2": croisees / M2_PER_KM2,
            "part_surface": part_surface,
            "part_population": part_population,
            "methode": methode,
            "mairie": shapely.intersects(formes[rangs], _locate_mairies(communes)[membres]),
            "recouvert": _measure_overlaps(membres, morceaux, part_surface),
        }
    )
    return table.sort_values(["cpts", "code_commune"], ignore_index=True)


def _cross(
    formes: NDArray[Any], autres: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return the pairs of outlines that touch, and what each shares."""
    shapely.prepare(formes)
    rangs, membres = shapely.STRtree(autres).query(formes, predicate="intersects")
    communs = autres[membres]
    bords = np.flatnonzero(~shapely.covers(formes[rangs], communs))

    def cross(places: NDArray[Any]) -> NDArray[Any]:
        croises: NDArray[Any] = shapely.intersection(formes[rangs[places]], communs[places])
        return croises

    # The library lets go of the interpreter: the cores share what is left.
    with ThreadPoolExecutor(os.cpu_count() or 1) as fils:
        paquets = np.array_split(bords, len(bords) // _PAQUET + 1)
        communs[bords] = np.concatenate([*fils.map(cross, paquets)])
    return rangs, membres, communs


def _measure_overlaps(
    membres: NDArray[Any], morceaux: NDArray[Any], parts: NDArray[Any]
) -> NDArray[Any]:
    """Return, for each pair, what of its commune the polygons that hold more than a border hold more than once."""
    recouverts = np.zeros(len(membres))
    tenus = np.flatnonzero(parts >= BORDURE)
    ordre = tenus[np.argsort(membres[tenus], kind="stable")]
    groupes = np.split(ordre, np.flatnonzero(np.diff(membres[ordre])) + 1)
    for places in groupes:
        if len(places) > 1:
            surface = shapely.area(morceaux[places]).sum()
            ensemble = shapely.area(shapely.union_all(morceaux[places]))
            commune = shapely.area(morceaux[places[0]]) / parts[places[0]]
            recouverts[places] = max(surface - ensemble, 0.0) / commune
    return recouverts


def find_hosts(morceaux: NDArray[Any], communes: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the rank of each shape whose middle is in a commune, and that of the commune.

    A middle on a border is of one commune: the first.

    Parameters
    ----------
    morceaux, communes
        Outlines, in one CRS.
    """
    rangs, hotes = shapely.STRtree(communes).query(
        shapely.point_on_surface(morceaux), predicate="intersects"
    )
    uniques, premiers = np.unique(rangs, return_index=True)
    return uniques, hotes[premiers]


def _share_weights(
    fine: gpd.GeoDataFrame,
    formes: NDArray[Any],
    communes: NDArray[Any],
    paires: tuple[NDArray[Any], NDArray[Any]],
    part_surface: NDArray[Any],
) -> NDArray[Any]:
    """Return the share of the weights of a commune that each pair holds; ``NaN`` where it has none."""
    morceaux, poids = fine.geometry.to_numpy(), fine["poids"].to_numpy(dtype="float64")
    rang_morceau, hote = find_hosts(morceaux, communes)
    totaux = np.bincount(hote, weights=poids[rang_morceau], minlength=len(communes))
    hotes = dict(zip(rang_morceau.tolist(), hote.tolist(), strict=True))
    quels, lesquels, croises = _cross(formes, morceaux)
    surfaces, entiers = shapely.area(croises), shapely.area(morceaux)
    sommes: dict[tuple[int, int], float] = {}
    for rang, morceau, surface in zip(
        quels.tolist(), lesquels.tolist(), surfaces.tolist(), strict=True
    ):
        if morceau in hotes and entiers[morceau] > 0:
            cle = (rang, hotes[morceau])
            sommes[cle] = sommes.get(cle, 0.0) + poids[morceau] * surface / entiers[morceau]
    parts = np.full(len(part_surface), np.nan)
    for place, (rang, commune) in enumerate(
        zip(*(cotes.tolist() for cotes in paires), strict=True)
    ):
        if totaux[commune] > 0:
            # Whole by its area, it holds all that is there, be it drawn a little outside.
            entiere = part_surface[place] >= 1
            parts[place] = (
                1.0 if entiere else min(sommes.get((rang, commune), 0.0) / totaux[commune], 1.0)
            )
    return parts


def _locate_mairies(communes: gpd.GeoDataFrame) -> NDArray[Any]:
    """Return the town hall of each commune, in EPSG:2154."""
    from pyproj import Transformer  # noqa: PLC0415 - when first used

    vers = Transformer.from_crs(CRS_SCREEN, CRS_METRES, always_xy=True)
    points: NDArray[Any] = shapely.points(
        *vers.transform(communes["mairie_lon"].to_numpy(), communes["mairie_lat"].to_numpy())
    )
    return points
