"""Holes are listed with their neighbours, their area and their cause."""

import geopandas as gpd
import pytest
from shapely import Point
from shapely.geometry import box

from geo.build.trous import CAUSE_LACUNE, CAUSE_LLIVIA, LLIVIA, describe_holes
from tests.build.conftest import KM, X0, Y0


def ring(ouest, sud, taille):
    """Four communes around a square hole of that size.

    ┌───────────┐
    │     h     │
    ├───┬───┬───┤
    │ g │   │ d │
    ├───┴───┴───┤
    │     b     │
    └───────────┘
    """
    est, nord, marge = ouest + taille, sud + taille, KM
    return {
        "h": box(ouest - marge, nord, est + marge, nord + marge),
        "g": box(ouest - marge, sud, ouest, nord),
        "d": box(est, sud, est + marge, nord),
        "b": box(ouest - marge, sud - marge, est + marge, sud),
    }


def densify(contours):
    """Give the long sides the corners of their neighbours, as a coverage wants."""
    points = [contour.boundary for contour in contours.values()]
    noeuds = {xy for ligne in points for xy in ligne.coords}
    series = gpd.GeoSeries(contours, crs="EPSG:2154")
    return series.apply(lambda c: _with_nodes(c, noeuds))


def _with_nodes(contour, noeuds):
    ligne = contour.exterior
    siens = sorted(
        (xy for xy in noeuds if ligne.distance(Point(xy)) == 0),
        key=lambda xy: ligne.project(Point(xy)),
    )
    return type(contour)(siens)


def test_a_gap_is_measured_and_its_neighbours_named():
    trous = describe_holes(densify(ring(X0, Y0, 2 * KM)))
    assert trous["codes_voisines"].to_list() == ["b|d|g|h"]
    assert trous["surface_km2"].to_list() == [4]
    assert trous["cause"].to_list() == [CAUSE_LACUNE]


def test_llivia_is_known_as_spanish_land():
    centre = gpd.GeoSeries([LLIVIA], crs="EPSG:4326").to_crs("EPSG:2154")[0]
    trous = describe_holes(densify(ring(centre.x - KM, centre.y - KM, 2 * KM)))
    assert trous["cause"].to_list() == [CAUSE_LLIVIA]
    assert trous[["lon", "lat"]].iloc[0].to_list() == pytest.approx([LLIVIA.x, LLIVIA.y], abs=0.02)


def test_without_hole_the_table_is_empty(carres):
    assert describe_holes(carres).empty
