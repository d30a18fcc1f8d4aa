"""Where the name of an area stands."""

import shapely
from shapely.geometry.base import BaseGeometry

# About a kilometre: enough for a name on a map of a region.
FINESSE_MILIEU_DEGRES = 0.01


def find_milieu(forme: BaseGeometry, tolerance: float) -> tuple[float, float]:
    """Return the point of a surface that is farthest from its borders, in its largest part.

    Parameters
    ----------
    forme
        A surface that is not empty, in any plane coordinates.
    tolerance
        How far off the point may be, in their unit.

    >>> x, y = find_milieu(shapely.box(0, 0, 4, 2), 0.01)
    >>> round(y, 1)
    1.0
    """
    plus_grande = max(shapely.get_parts(forme), key=shapely.area)
    cercle = shapely.maximum_inscribed_circle(plus_grande, tolerance=tolerance)
    x, y = shapely.get_coordinates(cercle)[0]
    return float(x), float(y)
