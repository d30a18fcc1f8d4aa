"""Drawn fixtures: every expected area can be read off the drawing."""

import geopandas as gpd
import pytest
from shapely.affinity import translate
from shapely.geometry import box

KM = 1_000
# South-west corner, in the middle of the region (Lambert 93).
X0, Y0 = 900_000, 6_690_000


def square(colonne, ligne):
    return translate(box(0, 0, KM, KM), X0 + colonne * KM, Y0 + ligne * KM)


@pytest.fixture
def carres() -> gpd.GeoSeries:
    """Four communes of 1 km² and a lonely one.

    ┌───┬───┐
    │ b │ d │       ┌───┐
    ├───┼───┤       │ e │
    │ a │ c │       └───┘
    └───┴───┘
    """
    cases = {"a": (0, 0), "b": (0, 1), "c": (1, 0), "d": (1, 1), "e": (4, 0)}
    return gpd.GeoSeries({nom: square(*case) for nom, case in cases.items()}, crs="EPSG:2154")
