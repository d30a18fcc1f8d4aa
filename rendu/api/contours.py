"""Outlines as RFC 7946 wants them, and which of them touch a rectangle."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from geo.formes.territoires import dissolve
from geo.lecture.communes import CRS_SCREEN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from geo.atlas import Atlas

# About ten centimetres: RFC 7946, section 11.2.
_DECIMALES = 6
# Of the data in force, and of those before.
_GARDES_MAX = 4

_verrou = threading.Lock()
_gardes: OrderedDict[tuple[str, str], gpd.GeoSeries] = OrderedDict()


def communes_outlines(atlas: Atlas) -> gpd.GeoSeries:
    """Return the outlines of the communes in degrees, by code, turned once for the data."""
    return _keep((atlas.empreinte, "communes"), lambda: _to_degrees(atlas.communes.geometry))


def cpts_outlines(atlas: Atlas) -> gpd.GeoSeries:
    """Return the outlines of the drawn CPTS in degrees, by identifier, turned once for the data."""
    return _keep((atlas.empreinte, "cpts"), lambda: _to_degrees(atlas.territoires.geometry))


def dissolve_outlines(atlas: Atlas, groupes: pd.Series) -> gpd.GeoSeries:
    """Return the outlines of groups of communes in degrees; `groupes` is the group of each, by code."""
    return _to_degrees(dissolve(atlas.communes, groupes))


def find_touching(
    contours: gpd.GeoSeries, bbox: tuple[float, float, float, float]
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Tell which outlines touch a rectangle; one whose west is east of its east goes around the earth."""
    ouest, sud, est, nord = bbox
    if ouest > est:
        return find_touching(contours, (ouest, sud, 180.0, nord)) | find_touching(
            contours, (-180.0, sud, est, nord)
        )
    formes = contours.to_numpy()
    bords = shapely.bounds(formes)
    touche = (
        (bords[:, 0] <= est) & (bords[:, 2] >= ouest) & (bords[:, 1] <= nord) & (bords[:, 3] >= sud)
    )
    dedans = (
        (bords[:, 0] >= ouest) & (bords[:, 2] <= est) & (bords[:, 1] >= sud) & (bords[:, 3] <= nord)
    )
    douteuses = touche & ~dedans
    touche[douteuses] = shapely.intersects(formes[douteuses], shapely.box(ouest, sud, est, nord))
    return np.asarray(touche, dtype=bool)


def write_geometries(contours: Sequence[Any]) -> list[str]:
    """Write outlines as geometries of GeoJSON; ``null`` for one that is missing."""
    ecrites = shapely.to_geojson(np.asarray(contours, dtype=object))
    return [texte or "null" for texte in ecrites.tolist()]


def _to_degrees(contours: gpd.GeoSeries) -> gpd.GeoSeries:
    """Turn outlines to WGS 84, six decimals, outer rings counterclockwise, all of one type as a layer wants them."""
    degres = contours.to_crs(CRS_SCREEN)
    arrondies = shapely.transform(
        degres.to_numpy(), lambda points: np.round(points, _DECIMALES) + 0.0
    )
    formes = [
        shapely.MultiPolygon([forme]) if forme.geom_type == "Polygon" else forme
        for forme in shapely.orient_polygons(arrondies)
    ]
    return gpd.GeoSeries(formes, degres.index, crs=CRS_SCREEN)


def _keep(cle: tuple[str, str], make: Callable[[], gpd.GeoSeries]) -> gpd.GeoSeries:
    with _verrou:
        if cle not in _gardes:
            _gardes[cle] = make()
            while len(_gardes) > _GARDES_MAX:
                _gardes.popitem(last=False)
        _gardes.move_to_end(cle)
        return _gardes[cle]
