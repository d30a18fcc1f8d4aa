"""Communes in several CPTS: the drawing of ``dessin.py``, with other memberships.

    ┌───────┬───────┐
    │ b 200 │ d 800 │     ┌───────┐      a, b: department 21; c, d: department 70
    ├───────┼───────┤     │ e  50 │      e: department 52, outside the study area
    │ a 100 │ c 400 │     └───────┘
    └───────┴───────┘

Ouest holds a b c e, Est holds b c e, Loin holds c: b twice, c three times, e twice.
"""

import dataclasses

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from geo.regles.couverture import ETATS, find_etats, measure_couverture
from geo.regles.recouvrements import double_count, find_overlaps
from tests.conftest import PEU_D_EXEMPLES
from tests.geo.dessin import POPULATIONS, A, B, C, D, E

OUEST, EST, LOIN = "cpts-ouest", "cpts-est", "cpts-loin"
PAIRES = [(OUEST, code) for code in (A, B, C, E)] + [(EST, B), (EST, C), (EST, E), (LOIN, C)]


def with_adhesions(atlas, paires):
    adhesions = pd.DataFrame(sorted(paires), columns=["cpts_id", "code_commune"], dtype="str")
    return dataclasses.replace(atlas, adhesions=adhesions.assign(confiance="documente", part=1.0))


@pytest.fixture(scope="module")
def partagees(atlas_dessine):
    return with_adhesions(atlas_dessine, PAIRES)


def test_overlaps_of_the_drawing(partagees):
    assert find_overlaps(partagees).to_dict("records") == [
        {
            "code_commune": C,
            "nom": f"Commune {C}",
            "code_departement": "70",
            "population": 400,
            "cpts": (EST, LOIN, OUEST),
            "n_cpts": 3,
            "parts": (1.0, 1.0, 1.0),
        },
        {
            "code_commune": B,
            "nom": f"Commune {B}",
            "code_departement": "21",
            "population": 200,
            "cpts": (EST, OUEST),
            "n_cpts": 2,
            "parts": (1.0, 1.0),
        },
        {
            "code_commune": E,
            "nom": f"Commune {E}",
            "code_departement": "52",
            "population": 50,
            "cpts": (EST, OUEST),
            "n_cpts": 2,
            "parts": (1.0, 1.0),
        },
    ]


@pytest.mark.parametrize(
    ("departements", "population_cpts", "population", "communes"),
    [
        # a once, b twice, c three times; e is outside.
        ([], 100 + 2 * 200 + 3 * 400, 700, 2),
        (["21"], 100 + 2 * 200, 300, 1),
        (["70"], 3 * 400, 400, 1),
        (["21", "70"], 100 + 2 * 200 + 3 * 400, 700, 2),
        (["52"], 0, 0, 0),
    ],
)
def test_what_a_sum_counts_twice(partagees, departements, population_cpts, population, communes):
    compte = double_count(partagees, departements)
    assert compte.population_cpts == population_cpts
    assert compte.population == population
    assert compte.difference == population_cpts - population
    assert compte.communes == communes


def test_an_abandoned_cpts_claims_nothing(partagees):
    statuts = partagees.fiches["statut"].mask(partagees.fiches.index == EST, "abandonne")
    sans_est = dataclasses.replace(partagees, fiches=partagees.fiches.assign(statut=statuts))
    assert find_overlaps(sans_est)["cpts"].to_list() == [(LOIN, OUEST)]
    assert double_count(sans_est, []).difference == 400


def test_without_an_overlap_nothing_is_counted_twice(atlas_dessine):
    table = find_overlaps(atlas_dessine)
    assert table.empty
    assert (
        table.columns.to_list()
        == find_overlaps(with_adhesions(atlas_dessine, PAIRES)).columns.to_list()
    )
    compte = double_count(atlas_dessine, [])
    assert (compte.population_cpts, compte.population, compte.difference) == (700, 700, 0)


paires_possibles = st.lists(
    st.tuples(st.sampled_from([OUEST, EST, LOIN]), st.sampled_from([A, B, C, D, E])), unique=True
)


@given(paires_possibles, st.sets(st.sampled_from(["21", "70"])))
def test_the_difference_is_what_the_overlaps_repeat(atlas_dessine, paires, departements):
    atlas = with_adhesions(atlas_dessine, paires)
    table = find_overlaps(atlas)
    siennes = table[table["code_departement"].isin(departements or ["21", "70"])]
    compte = double_count(atlas, departements)
    assert compte.communes == len(siennes)
    assert compte.difference == (siennes["population"] * (siennes["n_cpts"] - 1)).sum()
    choisies = [code for _, code in paires if code[:2] in (departements or {"21", "70"})]
    assert compte.population_cpts == sum(POPULATIONS[code] for code in choisies)
    assert compte.population == sum(POPULATIONS[code] for code in set(choisies))


@PEU_D_EXEMPLES
@given(paires_possibles)
def test_a_commune_in_several_cpts_is_still_in_one_state(atlas_dessine, paires):
    atlas = with_adhesions(atlas_dessine, paires)
    mesure = measure_couverture(atlas, [], "lettres")
    couvertes = {code for _, code in paires} - {E}
    assert mesure.couverts(indicatifs=False).population == sum(
        POPULATIONS[code] for code in couvertes
    )
    etats = find_etats(atlas, "lettres", indicatifs=False)
    assert sum((etats == etat).sum() for etat in ETATS) == len(POPULATIONS)


@PEU_D_EXEMPLES
@given(paires_possibles, st.randoms(use_true_random=False))
def test_the_order_of_the_input_is_irrelevant(atlas_dessine, paires, hasard):
    atlas = with_adhesions(atlas_dessine, paires)
    graine = hasard.randrange(2**32)
    melange = dataclasses.replace(
        atlas,
        communes=atlas.communes.sample(frac=1, random_state=graine),
        adhesions=atlas.adhesions.sample(frac=1, random_state=graine),
        fiches=atlas.fiches.sample(frac=1, random_state=graine),
    )
    assert_frame_equal(find_overlaps(melange), find_overlaps(atlas))
    for departements in ([], ["70", "21"], ["21"]):
        assert double_count(melange, departements) == double_count(atlas, departements)


def test_hidden_perimeters_count_neither_once_nor_twice(atlas):
    etabli = double_count(atlas, ["70"], indicatifs=False)
    # The communes of Haute-Saône that an established membership of a CPTS that goes on has, each once.
    assert (etabli.population, etabli.difference, etabli.indicatif) == (19_951, 0, False)
    assert find_overlaps(atlas, indicatifs=False).empty
    tous = double_count(atlas, ["70"])
    assert tous.population > etabli.population
    assert tous.indicatif
