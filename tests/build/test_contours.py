"""Merging and cleaning, on squares whose areas can be read off the drawing."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.affinity import translate
from shapely.geometry import MultiPolygon, Point, box

from geo.build.contours import (
    check_coverage,
    clean_coverage,
    find_faults,
    find_holes,
    merge_absorbees,
    place_mairies,
    to_publication,
)
from geo.build.erreurs import ConstructionImpossible

KM2 = 1_000_000


def grid():
    """Nine communes of 1 km², named row by row from the south-west.

    ┌───┬───┬───┐
    │ 6 │ 7 │ 8 │
    ├───┼───┼───┤
    │ 3 │ 4 │ 5 │
    ├───┼───┼───┤
    │ 0 │ 1 │ 2 │
    └───┴───┴───┘
    """
    cases = {
        str(3 * ligne + colonne): translate(
            box(0, 0, 1_000, 1_000), 900_000 + 1_000 * colonne, 6_690_000 + 1_000 * ligne
        )
        for ligne in range(3)
        for colonne in range(3)
    }
    return gpd.GeoSeries(cases, crs="EPSG:2154")


def test_a_commune_receives_the_land_it_absorbed(carres):
    fusions = merge_absorbees(carres[["a", "b"]], carres[["c", "d"]], {"c": "a", "d": "b"})
    assert list(fusions.index) == ["a", "b"]
    assert (fusions.area == 2 * KM2).all()


def test_several_absorbed_communes_join_one_successor(carres):
    fusions = merge_absorbees(carres[["a"]], carres[["b", "c"]], {"b": "a", "c": "a"})
    assert fusions["a"].area == 3 * KM2


def test_an_outline_already_extended_keeps_its_area(carres):
    deja = gpd.GeoSeries({"a": carres["a"].union(carres["c"])}, crs=carres.crs)
    assert merge_absorbees(deja, carres[["c"]], {"c": "a"})["a"].area == 2 * KM2


def test_a_successor_that_is_not_drawn_is_ignored(carres):
    fusions = merge_absorbees(carres[["a"]], carres[["c"]], {"c": "ailleurs"})
    assert fusions["a"].equals_exact(carres["a"])


@given(st.lists(st.integers(0, 8), min_size=9, max_size=9))
def test_merging_changes_no_total_area(parents):
    """Each commune that is not its own parent is absorbed by one that is."""
    contours = grid()
    restants = sorted({str(parent) for parent in parents})
    successeurs = {
        str(code): str(parent) for code, parent in enumerate(parents) if str(code) not in restants
    }
    fusions = merge_absorbees(contours[restants], contours[list(successeurs)], successeurs)
    assert fusions.area.sum() == pytest.approx(9 * KM2)


def test_a_clean_coverage_has_no_fault_and_is_left_alone(carres):
    reparation = clean_coverage(carres)
    assert reparation.fautifs == []
    assert reparation.surface_deplacee_m2 == 0
    assert reparation.contours.geom_equals_exact(carres, 0).all()


def test_an_overlap_is_found_and_repaired_and_nothing_else_moves(carres):
    """Square b spills over d by 4 m on 1 km: 4,000 m² counted twice.

    ┌───┬┬──┐
    │ b ││ d│
    ├───┼┴──┤
    """
    carres["b"] = box(*carres["b"].bounds[:2], carres["b"].bounds[2] + 4, carres["b"].bounds[3])
    assert carres.area.sum() == 5 * KM2 + 4_000
    assert {"b", "d"} <= set(find_faults(carres))
    with pytest.raises(ConstructionImpossible, match=r"EPSG:2154 ; communes en cause : .*b"):
        check_coverage(carres)
    reparation = clean_coverage(carres)
    check_coverage(reparation.contours)
    assert reparation.contours.area.sum() == pytest.approx(5 * KM2)
    assert reparation.surface_deplacee_m2 == pytest.approx(4_000)
    assert reparation.contours["e"].equals_exact(carres["e"])


def test_a_narrow_slit_is_closed(carres):
    """Square b stops half a metre short of d, between corners that touch.

    ┌────┬───┐
    │ b >│ d │
    ├────┼───┤
    """
    ouest, sud, est, nord = carres["b"].bounds
    carres["b"] = shapely.Polygon(
        [(ouest, sud), (est, sud), (est - 0.5, sud + 500), (est, nord), (ouest, nord)]
    )
    assert find_faults(carres) == []  # a slit breaks no shared border: only the union shows it
    assert len(find_holes(carres)) == 1
    carres["d"] = box(est - 0.1, sud, est + 1_000, nord)  # the fault that sets the cleaning off
    reparation = clean_coverage(carres)
    check_coverage(reparation.contours)
    assert len(find_holes(reparation.contours)) == 0


def test_a_missing_commune_leaves_a_hole():
    contours = grid()
    assert len(find_holes(contours)) == 0
    assert len(find_holes(contours.drop("4"))) == 1


def test_a_hole_is_what_the_union_surrounds():
    trous = find_holes(grid().drop("4"))
    assert trous.crs == "EPSG:2154"
    assert trous[0].equals(grid()["4"])


def test_a_commune_known_by_those_it_absorbed_alone_gets_their_land(carres):
    sans = gpd.GeoSeries({"a": carres["a"], "nouvelle": None}, crs=carres.crs)
    fusions = merge_absorbees(sans, carres[["b", "d"]], {"b": "nouvelle", "d": "nouvelle"})
    assert fusions["nouvelle"].area == 2 * KM2
    assert merge_absorbees(sans, carres[["b"]], {})["nouvelle"] is None


def test_a_spike_that_rounding_folds_is_cleaned_again():
    r"""The notch ends 10 cm above a base that slopes: rounded to five decimals it crosses the base.

    │\    /│
    │  \  / │
    └───────┘
    """
    forme = shapely.Polygon(
        [(5, 47), (5.01, 47.00001), (5.01, 47.01), (5.0033, 47.0000045), (5, 47.01)]
    )
    assert forme.is_valid
    contours = gpd.GeoSeries({"a": forme}, crs="EPSG:4326").to_crs("EPSG:2154")
    publies = to_publication(contours)
    check_coverage(publies)
    assert publies.to_crs("EPSG:2154").area.sum() == pytest.approx(contours.area.sum(), rel=1e-3)


def test_publication_is_rounded_anticlockwise_and_still_a_coverage(carres):
    publies = to_publication(carres)
    points = shapely.get_coordinates(publies.to_numpy())
    assert publies.crs == "EPSG:4326"
    assert (points == points.round(5)).all()
    assert shapely.is_ccw(shapely.get_exterior_ring(publies.to_numpy())).all()
    check_coverage(publies)
    check_coverage(publies.to_crs("EPSG:2154"))


def test_publication_forgets_how_a_ring_was_drawn(carres):
    points = shapely.get_coordinates(carres["a"])[:-1]
    autrement = shapely.Polygon(np.roll(points, 2, axis=0)[::-1])
    redessine = gpd.GeoSeries({"a": MultiPolygon([autrement])}, crs=carres.crs)
    assert to_publication(redessine)["a"].wkb == to_publication(carres)["a"].wkb


def test_town_halls_are_kept_only_inside_their_commune(carres):
    contours = to_publication(carres)
    dans_a = Point(contours["a"].centroid)
    mairies = gpd.GeoSeries(
        {"a": dans_a, "b": None, "c": dans_a, "d": None, "e": None}, crs=contours.crs
    )
    points = place_mairies(mairies, contours)
    assert points["a"].distance(dans_a) < 1e-5
    assert contours.contains(points).all()
    assert points["c"] != points["a"]
