"""Outlines light enough for a screen, with their borders still shared."""

from __future__ import annotations

import geopandas as gpd
import shapely

from geo.lecture.communes import CRS_METRES, CRS_SCREEN

# GeoJSON of the 4,111 shipped communes at 5 decimals, before and after gzip: 2.43 and 0.69 MB as
# they are and at 60 m (the source is already that coarse), 2.05 and 0.57 MB at 250 m. At 60 m no
# commune changes by more than 0.2 % in area, at 250 m one does by 20 %.
TOLERANCE_REGION_M = 60.0
TOLERANCE_FRANCE_M = 250.0
COMMUNES_REGION_MAX = 10_000


def default_tolerance_m(n_communes: int) -> float:
    """Return the tolerance that suits so many communes, in metres.

    >>> default_tolerance_m(4_111), default_tolerance_m(34_867)
    (60.0, 250.0)
    """
    return TOLERANCE_REGION_M if n_communes <= COMMUNES_REGION_MAX else TOLERANCE_FRANCE_M


def simplify_communes(
    communes: gpd.GeoDataFrame,
    tolerance_m: float | None = None,
) -> gpd.GeoSeries:
    """Simplify the communes together, so that neighbours keep one common border.

    Territories and departments drawn from the result with :func:`geo.formes.territoires.dissolve` follow
    the same borders: no layer shows a line beside that of another.

    Parameters
    ----------
    communes
        One valid coverage, EPSG:2154.
    tolerance_m
        Square root, in metres, of the area below which a corner of a border is dropped; by default
        what suits the number of communes.

    Returns
    -------
    GeoSeries
        One valid coverage on the same index, EPSG:4326. For display only: no area is ever
        computed on it.
    """
    if tolerance_m is None:
        tolerance_m = default_tolerance_m(len(communes))
    return gpd.GeoSeries(
        shapely.coverage_simplify(communes.geometry.to_numpy(), tolerance_m),
        index=communes.index,
        crs=CRS_METRES,
    ).to_crs(CRS_SCREEN)
