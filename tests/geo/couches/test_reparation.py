"""Polygons are kept whole, valid and once; what changes is told."""

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.couches.lecture import read_couche
from geo.couches.reparation import write_area
from geo.erreurs import DonneesInvalides
from tests.geo.couches.fabrique import CARRES, make_couche, move, write_couche, write_geojson

NOEUD = shapely.Polygon([(6, 47), (6.1, 47.1), (6.1, 47), (6, 47.1)])


def read(formes, proprietes=None):
    return read_couche([("c.geojson", write_geojson(formes, proprietes))])


def remarks(lue):
    return {remarque.identifiant: remarque.message for remarque in lue.remarques}


def test_a_contour_that_crosses_itself_is_repaired_and_its_area_told():
    lue = read([CARRES[1], NOEUD])
    assert lue.polygones.geometry.is_valid.all()
    # Both lobes, which a bow counts one against the other.
    aire = lue.polygones.geometry[1].area
    assert aire == pytest.approx(make_couche([CARRES[0]], crs=2154).area[0] / 2, rel=0.01)
    message = remarks(lue)["forme_reparee"]
    assert "« CPTS 1 » (forme 2)" in message
    assert write_area(aire) in message


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.floats(5, 6), st.floats(46, 47)), min_size=3, max_size=9))
def test_any_ring_makes_valid_polygons_or_none(points):
    try:
        lue = read([CARRES[0], shapely.Polygon(points)])
    except DonneesInvalides:
        pytest.fail("the square is there")
    assert lue.polygones.geometry.is_valid.all()
    assert (lue.polygones.geometry.area > 0).all()
    assert set(lue.polygones.geom_type) <= {"Polygon", "MultiPolygon"}
    assert len(lue.polygones) == 2 or {"forme_sans_surface", "forme_vide"} & set(remarks(lue))


def test_what_is_no_polygon_is_told_and_left_aside():
    plat = shapely.Polygon([(6, 47), (6.1, 47.1), (6, 47)])
    lue = read(
        [CARRES[0], None, shapely.Point(6, 47), shapely.GeometryCollection([CARRES[1], shapely.Point(6, 47)]),
         shapely.Polygon(), plat],
    )  # fmt: skip
    assert lue.polygones["ligne"].tolist() == [1, 4]
    assert lue.polygones.geometry.to_numpy()[1].equals_exact(
        shapely.MultiPolygon(move(CARRES[1:], 2154)), 0.1
    )
    dites = remarks(lue)
    assert dites.keys() == {"forme_vide", "formes_autres", "forme_sans_surface"}
    assert "2 formes vides" in dites["forme_vide"]
    assert "forme 2" in dites["forme_vide"]
    assert "forme 6" in dites["forme_sans_surface"]


def test_coordinates_that_are_no_numbers_are_told():
    octets = write_geojson(CARRES).replace(b"6.3", b"NaN", 1)
    lue = read_couche([("c.geojson", octets)])
    assert (lue.polygones["ligne"].tolist(), remarks(lue).keys()) == ([1], {"forme_vide"})


def test_twins_are_read_once_and_parts_of_a_name_are_told():
    lue = read(
        [CARRES[0], CARRES[0], CARRES[1], CARRES[0]],
        [{"nom": "CPTS A", "n": n} for n in (1, 1, 1, 2)],
    )
    assert lue.polygones["ligne"].tolist() == [1, 3, 4]
    assert "« CPTS A » (forme 2)" in remarks(lue)["forme_en_double"]
    assert "« CPTS A » (3 formes)" in remarks(lue)["parties_d_une_cpts"]


@pytest.mark.parametrize("extension", ["geojson", "gpkg", "fgb", "shp", "parquet"])
def test_heights_and_measures_are_dropped(extension):
    couche = make_couche(crs=2154)
    lue = read_couche(
        write_couche(
            couche.set_geometry(shapely.force_3d(couche.geometry.to_numpy(), 9.0)), extension
        )
    )
    assert not lue.polygones.geometry.has_z.any()
    assert lue.polygones.geometry.area.sum() == pytest.approx(couche.area.sum())


def test_parts_and_holes_are_kept():
    trouee = CARRES[0].difference(shapely.box(6.02, 47.02, 6.04, 47.04))
    forme = shapely.MultiPolygon([trouee, CARRES[1]])
    [lue] = read([forme]).polygones.geometry
    assert [len(p.interiors) for p in lue.geoms] == [1, 0]


@pytest.mark.parametrize(
    "formes", [[shapely.Point(6, 47)], [shapely.LineString([(6, 47), (7, 47)])], [None], []]
)
def test_a_layer_without_polygons_is_refused(formes):
    with pytest.raises(DonneesInvalides) as erreur:
        read(formes)
    assert [p.identifiant for p in erreur.value.problemes] == ["couche_sans_polygone"]
