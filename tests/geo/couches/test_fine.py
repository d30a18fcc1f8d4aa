"""A finer layer: what it is weighted by, and what is refused or told of that."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.couches.fine import read_fine
from geo.couches.parts import BATI, SURFACE, measure_parts
from geo.erreurs import DonneesInvalides
from tests.conftest import PEU_D_EXEMPLES
from tests.geo.couches.fabrique import CARRES, make_couche, write_couche

COMMUNES = gpd.GeoDataFrame(
    {
        "nom": ["Grande", "Petite"],
        "population": [120, 30],
        "mairie_lon": [6.05, 6.25],
        "mairie_lat": [47.05, 47.05],
    },
    index=pd.Index(["21001", "21002"], name="code_commune"),
    geometry=gpd.GeoSeries(CARRES, crs=4326).to_crs(2154).to_numpy(),
    crs=2154,
)
# Two halves of the first commune, a corner of it, and the second.
OUEST, EST = shapely.box(6, 47, 6.05, 47.1), shapely.box(6.05, 47, 6.1, 47.1)
COIN, SECONDE = shapely.box(6.001, 47.001, 6.002, 47.002), CARRES[1]


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
    # Of areas, nothing tells whether some are missing.
    assert "rien ne dit si elle couvre" in remarques[0].message


def read_shapes(formes, **attributs):
    return read_fine(write_couche(make_couche(formes, **attributs), "geojson"), COMMUNES)


@pytest.mark.parametrize(
    ("formes", "population", "methodes"),
    [
        ([COIN, SECONDE], [7, 30], [SURFACE, SURFACE, BATI]),
        ([COIN, EST, SECONDE], [7, 52, 30], [SURFACE, SURFACE, BATI]),
        ([COIN, EST, SECONDE], [7, 53, 30], [BATI, BATI, BATI]),
        ([COIN, SECONDE], [7, 2], [SURFACE, SURFACE, SURFACE]),
        ([OUEST, EST, SECONDE], [60, 60, 30], [BATI, BATI, BATI]),
        ([OUEST, EST, SECONDE], ["s", "s", "s"], [SURFACE, SURFACE, SURFACE]),
    ],
)
def test_where_it_says_less_than_half_of_the_inhabitants_the_area_counts(
    formes, population, methodes
):
    fine, remarques = read_shapes(formes, population=population)
    cpts = gpd.GeoSeries({"a": OUEST, "b": shapely.union(EST, SECONDE)}, crs=4326).to_crs(2154)
    parts = measure_parts(cpts, COMMUNES, fine).sort_values(["code_commune", "cpts"])
    assert list(parts["methode"]) == methodes
    partielles = [r for r in remarques if r.identifiant == "couche_fine_partielle"]
    # Where it says nothing at all, the area counts as it always did.
    attendues = (
        ["Grande", "Petite"][: max(methodes.count(SURFACE) - 1, 0)] if "s" not in population else []
    )
    assert bool(partielles) == bool(attendues)
    for nom in attendues:
        assert nom in partielles[0].message
    if methodes[0] == SURFACE:
        assert parts["part_population"].iloc[0] == pytest.approx(parts["part_surface"].iloc[0])


def test_weights_of_no_unit_are_not_held_against_the_inhabitants():
    fine, remarques = read_shapes([OUEST, EST, SECONDE], poids=[0.3, 0.7, 1])
    assert fine["poids"].to_list() == [0.3, 0.7, 1.0]
    assert "couche_fine_partielle" not in identifiers(remarques)
    assert "rien ne dit si elle couvre" in remarques[0].message


def test_shapes_outside_the_communes_stay_as_they_were():
    loin = shapely.box(6.5, 47, 6.6, 47.1)
    fine, remarques = read_shapes([loin, CARRES[0]], population=[1, 120])
    assert fine["poids"].to_list() == [1.0, 120.0]
    assert identifiers(remarques) == ["couche_fine"]


@PEU_D_EXEMPLES
@given(
    st.lists(
        st.tuples(st.sampled_from([OUEST, EST, SECONDE]), st.integers(0, 200)),
        min_size=1,
        max_size=5,
    )
)
def test_what_is_kept_says_half_of_the_inhabitants_at_least(morceaux):
    fine, _ = read_shapes([f for f, _ in morceaux], population=[n for _, n in morceaux])
    for contour, population in zip(COMMUNES.geometry, COMMUNES["population"], strict=True):
        dedans = fine["poids"][fine.representative_point().within(contour)].sum()
        assert dedans == 0 or dedans * 2 >= population


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
