"""A finer layer: what it is weighted by, and what is refused or told of that."""

import geopandas as gpd
import numpy as np
import pytest

from geo.couches.fine import read_fine
from geo.erreurs import DonneesInvalides
from tests.geo.couches.fabrique import CARRES, make_couche, write_couche

COMMUNES = gpd.GeoDataFrame(geometry=gpd.GeoSeries(CARRES, crs=4326).to_crs(2154))


def read(extension="geojson", crs=4326, **attributs):
    return read_fine(write_couche(make_couche(crs=crs, **attributs), extension), COMMUNES)


def identifiers(remarques):
    return [remarque.identifiant for remarque in remarques]


@pytest.mark.parametrize(
    "attributs",
    [
        {"population": [120, 30]},
        {"P17_POP": [1, 1], "P22_POP": [120.0, 30.0], "P22_POP0014": [4, 4]},
        {"Ind": [120.0, 30.0], "Men": [50, 10]},
        {"iris": ["a", "b"], "Nb_habitants": ["120", "30"]},
    ],
    ids=["population", "insee", "carreaux", "texte"],
)
@pytest.mark.parametrize(("extension", "crs"), [("geojson", 4326), ("gpkg", 2154)])
def test_the_inhabitants_of_an_attribute_are_the_weights(attributs, extension, crs):
    fine, remarques = read(extension, crs, **attributs)
    assert fine["poids"].to_list() == [120.0, 30.0]
    assert fine.crs.to_epsg() == 2154
    assert np.allclose(fine.area, COMMUNES.area)
    assert identifiers(remarques) == ["couche_fine"]
    assert any(f"« {titre} »" in remarques[0].message for titre in attributs)
    assert "« P17_POP »" not in remarques[0].message


def test_without_inhabitants_the_area_is_the_weight_and_it_is_told():
    fine, remarques = read(hauteur=[3, 9])
    assert np.allclose(fine["poids"], fine.area)
    assert "surface" in remarques[0].message


def test_a_withheld_or_blank_weight_counts_for_nothing_and_is_told():
    fine, remarques = read(population=["s", "30"])
    assert fine["poids"].to_list() == [0.0, 30.0]
    assert identifiers(remarques) == ["couche_fine_lacunes", "couche_fine"]


@pytest.mark.parametrize("faux", ["-4", "beaucoup"])
def test_a_weight_that_is_negative_or_a_text_is_refused_with_its_shape(faux):
    with pytest.raises(DonneesInvalides) as refus:
        read(population=["12", faux])
    assert f"« {faux} » (forme 2)" in refus.value.problemes[0].message


def test_shapes_that_are_missing_take_their_weights_with_them():
    couche = make_couche(population=[120, 30])
    couche.loc[0, "geometry"] = None
    fine, remarques = read_fine(write_couche(couche, "geojson"), COMMUNES)
    assert fine["poids"].to_list() == [30.0]
    assert "forme_vide" in identifiers(remarques)
