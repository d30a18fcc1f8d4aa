"""Communes get their outline, their town hall and their place in the study area."""

import geopandas as gpd
import pandas as pd
import pytest

from geo.build.assemblage import check_atlas, draw_communes
from geo.build.ecriture import geojson_bytes
from geo.build.erreurs import ConstructionImpossible


@pytest.fixture
def communes():
    """Return the drawn squares but c, which a has absorbed; e is in another department."""
    return pd.DataFrame(
        {
            "code_commune": ["a", "b", "d", "e"],
            "code_departement": ["70", "70", "70", "52"],
            "population": [1, 2, 3, 4],
        }
    )


def publish(contours):
    publies = gpd.GeoDataFrame(geometry=contours.to_crs("EPSG:4326"))
    publies["mairie"] = None
    publies.loc["a", "mairie"] = publies.geometry["a"].centroid
    publies.loc["b", "mairie"] = publies.geometry["e"].centroid
    publies["mairie"] = gpd.GeoSeries(publies["mairie"], crs="EPSG:4326")
    return publies


def draw(communes, recents, anciens):
    return draw_communes(communes, recents, anciens, {"c": "a"}, {"70"})


def test_communes_are_drawn_with_their_area_town_hall_and_place_in_the_study(carres, communes):
    publies = publish(carres)
    dessin = draw(communes, publies.drop(index="c"), publies.loc[["c"]])
    surfaces_km2 = dessin.table.to_crs("EPSG:2154").area / 1e6
    assert list(dessin.table["code_commune"]) == ["a", "b", "d", "e"]
    assert surfaces_km2.to_list() == pytest.approx([2, 1, 1, 1], rel=1e-3)
    assert dessin.table["etude"].to_list() == [True, True, True, False]
    assert dessin.absorbees == ["c"]
    assert dessin.sans_mairie == ["d", "e"]
    assert dessin.mairies_ecartees == ["b"]


def test_the_order_of_the_packages_changes_no_byte(carres, communes):
    publies = publish(carres)
    recents, anciens = publies.drop(index="c"), publies.loc[["c"]]
    dans_l_ordre = geojson_bytes(draw(communes, recents, anciens).table)
    a_l_envers = geojson_bytes(draw(communes, recents.iloc[::-1], anciens).table)
    assert dans_l_ordre == a_l_envers


def test_a_commune_without_outline_is_named(carres, communes):
    publies = publish(carres)
    with pytest.raises(ConstructionImpossible, match=r"sans contour publié : b, d\."):
        draw(communes, publies.drop(index=["b", "c", "d"]), publies.loc[["c"]])


def test_figures_known_from_elsewhere_are_all_checked(carres, communes):
    publies = publish(carres)
    table = draw(communes, publies.drop(index="c"), publies.loc[["c"]]).table
    with pytest.raises(ConstructionImpossible) as erreur:
        check_atlas(table)
    texte = str(erreur.value)
    assert "4 communes au lieu de 4111" in texte
    assert "6 habitants dans la région au lieu de 2802670" in texte
    assert "la commune 25390 couvre 0.0 km² au lieu de 46.7" in texte
    assert "trou" not in texte
