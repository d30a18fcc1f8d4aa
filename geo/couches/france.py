"""Where France is, coarsely: enough to tell in which projection the numbers of a layer fall there."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Longitudes and latitudes (WGS 84) of the communes of metropolitan France (IGN, ADMIN EXPRESS, as in
# data.gouv.fr's « contours des communes »), widened by 25 km, simplified at 9 km and rounded to a tenth
# of a degree: no commune is outside.
_CONTINENT = (
    (-5.1, 47.9), (-5.5, 48.5), (-5.2, 48.7), (-3.6, 49.1), (-2.5, 49.1), (-2.2, 49.4), (-2.3, 49.8),
    (-2.1, 49.9), (-1.2, 49.9), (-0.5, 49.7), (0.9, 50.2), (1.2, 50.4), (1.3, 51.0), (2.0, 51.3), (2.7, 51.3),
    (3.9, 50.6), (5.1, 50.3), (5.6, 49.8), (6.6, 49.7), (7.1, 49.4), (8.6, 49.1), (8.0, 48.1), (7.9, 47.5),
    (7.2, 47.1), (7.0, 46.8), (7.5, 45.4), (7.3, 45.0), (7.4, 44.6), (8.0, 44.1), (7.8, 43.7), (6.5, 42.8),
    (3.9, 43.2), (3.4, 42.9), (3.4, 42.3), (2.7, 42.1), (1.9, 42.1), (1.0, 42.5), (-0.1, 42.5), (-1.6, 42.8),
    (-2.1, 43.4), (-1.8, 43.8), (-1.6, 44.4), (-1.5, 45.5), (-1.8, 46.0), (-2.1, 46.4), (-2.6, 46.6), (-2.9, 47.0),
)  # fmt: skip
_CORSE = (
    (8.2, 42.3), (8.5, 42.7), (9.2, 43.2), (9.4, 43.3), (9.7, 43.1), (9.9, 42.1), (9.5, 41.2), (9.1, 41.1),
    (8.5, 41.4), (8.3, 41.8),
)  # fmt: skip
# West, south, east, north of the overseas departments and of what has a commune code in 97 (areas of use
# of the legal systems, EPSG 5490, 2972, 2975, 4471 and 4467, rounded outwards).
_OUTRE_MER = (
    (-63.2, 14.3, -60.7, 18.2),
    (-54.7, 2.0, -51.5, 5.9),
    (55.1, -21.5, 55.9, -20.8),
    (44.9, -13.1, 45.4, -12.5),
    (-56.6, 46.7, -56.0, 47.2),
)


@cache
def _metropole() -> shapely.MultiPolygon:
    forme = shapely.MultiPolygon([shapely.Polygon(_CONTINENT), shapely.Polygon(_CORSE)])
    shapely.prepare(forme)
    return forme


def in_metropole(degres: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which points are in metropolitan France, give or take 25 km.

    Parameters
    ----------
    degres
        Longitudes and latitudes, WGS 84, shape (n, 2); what is not finite is nowhere.

    Examples
    --------
    >>> in_metropole(np.array([[6.02, 47.24], [47.24, 6.02], [55.5, -21.1], [np.inf, 0]])).tolist()
    [True, False, False, False]
    """
    return np.asarray(shapely.contains_xy(_metropole(), degres[:, 0], degres[:, 1]), dtype=bool)


def in_outre_mer(degres: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which points are in the overseas departments: see :func:`in_metropole`."""
    lon, lat = degres[:, 0], degres[:, 1]
    dedans = np.zeros(len(degres), dtype=bool)
    for ouest, sud, est, nord in _OUTRE_MER:
        dedans |= (lon >= ouest) & (lon <= est) & (lat >= sud) & (lat <= nord)
    return dedans
