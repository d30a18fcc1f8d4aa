"""Rank and quarter of a CPTS, on figures simple enough to be ranked by eye."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.indicateurs.rangs import Rang, rank_cpts, ranked_perimeters

IDS = list("abcdefgh")


def make_atlas(atlas, populations, *, confiances=None, statuts=None, faits=()):
    """Give the drawn atlas CPTS with these populations; those without one are not drawn."""
    ids = IDS[: len(populations)]
    confiance = [
        None if population is None else (confiances or {}).get(i, "documente")
        for i, population in zip(ids, populations, strict=True)
    ]
    fiches = pd.DataFrame(
        {
            "confiance": confiance,
            "statut": [(statuts or {}).get(i, "aci_signe") for i in ids],
        },
        index=ids,
    )
    dessinees = [
        i for i, population in zip(ids, populations, strict=True) if population is not None
    ]
    valeurs = [float(p) for p in populations if p is not None]
    # Each holds one commune of a square kilometre, named after it.
    adhesions = pd.DataFrame(
        {"cpts_id": dessinees, "code_commune": dessinees, "confiance": "documente"}
    )
    variables = pd.DataFrame(
        {"population": valeurs, "population_2017": valeurs, "surface_km2": 1.0, "commune": 1.0},
        index=dessinees,
    )
    table = pd.DataFrame(
        [
            (i, indicateur, valeur, qualificatif, base, None, "cp")
            for i, indicateur, base, valeur, qualificatif in faits
        ],
        columns=atlas.faits.columns,
    )
    return dataclasses.replace(
        atlas,
        fiches=fiches,
        territoires=pd.DataFrame(index=dessinees),
        adhesions=adhesions,
        variables=variables,
        faits=table,
    )


def rank(atlas, cpts_id, parmi=None, *, indicatifs=True) -> dict[tuple[str, str | None], Rang]:
    rangs = rank_cpts(atlas, cpts_id, parmi or list(atlas.fiches.index), indicatifs=indicatifs)
    return {(r.indicateur, r.base): r for r in rangs}


def population(atlas, cpts_id, **options) -> Rang:
    return rank(atlas, cpts_id, **options)["population", None]


def test_the_highest_is_first_and_equals_share_the_better_rank(atlas_dessine):
    atlas = make_atlas(atlas_dessine, [40, 30, 30, 20, 10])
    assert [population(atlas, i).rang for i in "abcde"] == [1, 2, 2, 4, 5]
    assert population(atlas, "a").effectif == 5


def test_quarters_of_eight(atlas_dessine):
    # Quartiles by linear interpolation: 6.25, 4.5 and 2.75.
    atlas = make_atlas(atlas_dessine, [8, 7, 6, 5, 4, 3, 2, 1])
    assert [population(atlas, i).quart for i in IDS] == [1, 1, 2, 2, 3, 3, 4, 4]


def test_a_value_on_a_bound_is_in_the_higher_quarter(atlas_dessine):
    # Quartiles of five values are three of them: 4, 3 and 2.
    atlas = make_atlas(atlas_dessine, [5, 4, 3, 2, 1])
    assert [population(atlas, i).quart for i in "abcde"] == [1, 1, 2, 3, 4]


def test_fewer_than_four_have_a_rank_and_no_quarter(atlas_dessine):
    rang = population(make_atlas(atlas_dessine, [3, 2, 1]), "b")
    assert (rang.rang, rang.quart, rang.raison_quart) == (2, None, "trop_peu")


def test_equal_quartiles_make_no_quarter(atlas_dessine):
    rang = population(make_atlas(atlas_dessine, [9, 5, 5, 5, 5]), "a")
    assert (rang.rang, rang.quart, rang.raison_quart) == (1, None, "quarts_confondus")


def test_an_undrawn_cpts_has_no_computed_rank(atlas_dessine):
    atlas = make_atlas(atlas_dessine, [4, None, 2])
    calcules = [i for i in atlas.registre.on("rangs") if i.de_communes]
    assert calcules
    for indicateur in calcules:
        rang = rank(atlas, "b")[indicateur.identifiant, None]
        assert (rang.rang, rang.raison, rang.effectif) == (None, "perimetre_inconnu", 2)


def test_without_hypotheses_only_whole_established_perimeters_are_ranked(atlas_dessine):
    atlas = make_atlas(atlas_dessine, [4, 3, 2], confiances={"a": "hypothese", "b": "deduit"})
    assert population(atlas, "b", indicatifs=False).rang == 1
    masquee = population(atlas, "a", indicatifs=False)
    assert (masquee.rang, masquee.raison) == (None, "perimetre_masque")


def test_an_abandoned_project_counts_nowhere(atlas_dessine):
    atlas = make_atlas(atlas_dessine, [4, 3, 2], statuts={"a": "abandonne"})
    assert (population(atlas, "b").rang, population(atlas, "b").effectif) == (1, 2)
    assert population(atlas, "a").raison == "hors_choix"


def test_the_perimeters_ranked_are_those_drawn_living_and_shown(atlas_dessine):
    atlas = make_atlas(
        atlas_dessine,
        [4, 3, 2, None, 1],
        confiances={"a": "hypothese"},
        statuts={"c": "abandonne"},
    )
    parmi = ["d", "c", "b", "a"]
    assert set(ranked_perimeters(atlas, parmi, indicatifs=True)) == {"a", "b"}
    assert set(ranked_perimeters(atlas, parmi, indicatifs=False)) == {"b"}


def test_the_ranking_is_that_of_the_choice(atlas_dessine):
    atlas = make_atlas(atlas_dessine, [4, 3, 2])
    assert population(atlas, "c", parmi=["c", "b"]).rang == 2
    assert population(atlas, "a", parmi=["c", "b"]).raison == "hors_choix"


def test_only_exact_announcements_are_ranked(atlas_dessine):
    faits = [
        ("a", "population_annoncee", None, 50, "environ"),
        ("b", "population_annoncee", None, 40, "egal"),
        ("c", "population_annoncee", None, 30, "egal"),
    ]
    atlas = make_atlas(atlas_dessine, [1, 1, 1, 1], faits=faits)
    rangs = [rank(atlas, i)["population_annoncee", None] for i in "abcd"]
    assert [r.rang for r in rangs] == [None, 1, 2, None]
    assert [r.raison for r in rangs] == ["valeur_approchee", None, None, "non_publie"]


def test_each_base_is_a_ranking_of_its_own(atlas_dessine):
    part = "part_sans_medecin_traitant"
    faits = [
        ("a", part, "population", 8, "egal"),
        ("b", part, "population", 9, "egal"),
        ("c", part, "70_ans_et_plus", 20, "egal"),
    ]
    atlas = make_atlas(atlas_dessine, [1, 1, 1, 1], faits=faits)
    assert rank(atlas, "a")[part, "population"] == Rang(
        part, "population", 2, 8.0, 2, None, raison_quart="trop_peu"
    )
    assert rank(atlas, "a")[part, "70_ans_et_plus"].raison == "autre_base"
    assert rank(atlas, "c")[part, "70_ans_et_plus"].effectif == 1
    assert rank(atlas, "d")[part, "population"].raison == "non_publie"


def test_an_unknown_cpts_is_an_error_of_the_caller(atlas_dessine):
    with pytest.raises(KeyError):
        rank_cpts(atlas_dessine, "cpts-absente", [], indicatifs=True)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=15
)
@given(
    populations=st.lists(st.integers(0, 6), min_size=4, max_size=8),
    ordre=st.permutations(range(8)),
)
def test_quarters_follow_ranks_and_the_order_is_irrelevant(atlas_dessine, populations, ordre):
    atlas = make_atlas(atlas_dessine, populations)
    ids = list(atlas.fiches.index)
    rangs = {i: population(atlas, i) for i in ids}
    for i, valeur in zip(ids, populations, strict=True):
        assert rangs[i].rang == 1 + sum(autre > valeur for autre in populations)
    for un in ids:
        for autre in ids:
            if rangs[un].quart and rangs[un].rang < rangs[autre].rang:
                assert rangs[un].quart <= rangs[autre].quart
    premiers = [rangs[i] for i in ids if rangs[i].quart == 1]
    if premiers:
        assert min(r.valeur for r in premiers) >= np.percentile(populations, 75)
    melange = [ids[rang] for rang in ordre if rang < len(ids)]
    assert {i: population(atlas, i, parmi=melange) for i in ids} == rangs
