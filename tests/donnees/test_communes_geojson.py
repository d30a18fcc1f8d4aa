"""What communes.geojson must be, whatever made it."""

import json

import pytest
import shapely
from geopandas import GeoSeries, points_from_xy

METRIQUE = "EPSG:2154"
# COG 2026: communes of the eight departments of Bourgogne-Franche-Comté, then of Haute-Marne.
COMMUNES_REGION = 3_685
COMMUNES_DESSINEES = 4_111
# INSEE, reference population 2023 of Bourgogne-Franche-Comté.
POPULATION_REGION = 2_802_670


def test_counts_and_population(communes):
    etude = communes[communes["etude"]]
    assert len(communes) == COMMUNES_DESSINEES
    assert len(etude) == COMMUNES_REGION
    assert etude["population"].sum() == POPULATION_REGION


def test_study_area_is_the_region_and_haute_marne_is_context(communes):
    etude = communes.groupby("etude")["code_departement"].unique()
    assert sorted(etude[True]) == ["21", "25", "39", "58", "70", "71", "89", "90"]
    assert list(etude[False]) == ["52"]


def test_codes_begin_with_their_departement(communes):
    assert (communes["code_commune"].str[:2] == communes["code_departement"]).all()


def test_codes_are_sorted_and_unique(communes):
    assert communes["code_commune"].is_monotonic_increasing
    assert communes["code_commune"].is_unique


def test_each_line_is_one_feature(data):
    lignes = (data / "communes.geojson").read_text(encoding="utf-8").splitlines()
    assert len(lignes) == COMMUNES_DESSINEES + 2
    assert json.loads(lignes[1].rstrip(","))["type"] == "Feature"


def test_names_keep_their_article(communes):
    assert communes.loc["71153", "nom"] == "Le Creusot"
    assert communes.loc["25364", "nom"] == "Mamirolle"


def test_an_epci_has_one_name(communes):
    assert (communes.groupby("siren_epci")["nom_epci"].nunique() == 1).all()


def test_every_outline_is_a_valid_polygon(communes):
    assert communes.geom_type.isin(["Polygon", "MultiPolygon"]).all()
    assert communes.is_valid.all()
    assert not communes.is_empty.any()


@pytest.mark.parametrize("crs", ["EPSG:4326", METRIQUE])
def test_outlines_share_their_borders_exactly(communes, crs):
    assert shapely.coverage_is_valid(communes.geometry.to_crs(crs).to_numpy())


def test_the_study_area_has_no_hole(communes):
    for partie in (communes, communes[communes["etude"]]):
        union = shapely.coverage_union_all(partie.geometry.to_numpy())
        assert shapely.get_num_interior_rings(shapely.get_parts(union)).sum() == 0


def test_exteriors_turn_anticlockwise(communes):
    """RFC 7946, section 3.1.6."""
    parties = shapely.get_parts(communes.geometry.to_numpy())
    assert shapely.is_ccw(shapely.get_exterior_ring(parties)).all()


def test_coordinates_have_five_decimals(communes):
    points = shapely.get_coordinates(communes.geometry.to_numpy())
    assert (points == points.round(5)).all()


def test_merged_communes_hold_the_land_they_absorbed(communes):
    """Without its four absorbed outlines Pays-de-Montbenoît would bite into the Swiss border."""
    surface_km2 = communes.loc[["25390"]].to_crs(METRIQUE).area.iloc[0] / 1e6
    assert surface_km2 == pytest.approx(46.7, abs=0.05)


def test_town_halls_lie_in_their_commune(communes):
    points = points_from_xy(communes["mairie_lon"], communes["mairie_lat"])
    mairies = GeoSeries(points, index=communes.index, crs=communes.crs)
    hors = communes[~communes.intersects(mairies)]
    assert hors.empty, list(hors["code_commune"])
