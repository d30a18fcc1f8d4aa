"""Say where the drawn country has holes, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import shapely

from geo.build.contours import WGS_84, find_holes

if TYPE_CHECKING:
    import geopandas as gpd

M2_PER_KM2 = 1e6
# The town of Llívia: Spanish land that the treaty of 1660 left inside what is now department 66.
LLIVIA = shapely.Point(1.981, 42.465)
CAUSE_LLIVIA = "territoire espagnol : Llívia, enclavée dans les Pyrénées-Orientales"
CAUSE_LACUNE = "aucun contour publié ne couvre cet endroit, ni d'une commune actuelle ni d'une commune absorbée"


def describe_holes(contours: gpd.GeoSeries) -> pd.DataFrame:
    """List the holes of a coverage, the largest first.

    Parameters
    ----------
    contours
        Outlines by ``code_commune``, one valid coverage, EPSG:2154.

    Returns
    -------
    pandas.DataFrame
        ``codes_voisines`` (communes around, a bar between), ``surface_km2``, ``lon`` and ``lat`` of
        a point inside (degrees), ``cause``.
    """
    trous = find_holes(contours)
    points = trous.representative_point().to_crs(WGS_84)
    est_llivia = trous.to_crs(WGS_84).contains(LLIVIA)
    # « touches » alone would forget a neighbour that also reaches round the hole.
    places, voisines = contours.sindex.query(trous, predicate="intersects")
    return pd.DataFrame(
        {
            "codes_voisines": [
                "|".join(sorted(contours.index[voisines[places == place]]))
                for place in range(len(trous))
            ],
            "surface_km2": (trous.area / M2_PER_KM2).round(4),
            "lon": points.x.round(4),
            "lat": points.y.round(4),
            "cause": est_llivia.map({True: CAUSE_LLIVIA, False: CAUSE_LACUNE}),
        }
    )
