"""Rank and quarter of a CPTS, on figures simple enough to be ranked by eye."""

import dataclasses
import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.chargement import load
from geo.indicateurs.rangs import Rang, rank_cpts, ranked_perimeters
from geo.indicateurs.registre import Registre
from tests.officiels import import_files, make_mt

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
        {"cpts_id": dessinees, "code_commune": dessinees, "confiance": "documente", "part": 1.0}
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
        part, "population", 2, 8.0, 2, 2, None, raison_quart="trop_peu"
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


COMPTE = "sans_medecin_traitant_2024"
# What stands for the infinite where every possible value is tried.
LOIN = 9


@pytest.fixture(scope="module")
def officiels(tmp_path_factory, atlas):
    textes = {"mt_synthetique_2024.csv": make_mt(atlas)}
    return load(import_files(tmp_path_factory.mktemp("var"), textes))


def with_bounds(officiels, bornes):
    """Give each CPTS a count that is between two bounds: one where it is known, none where it is not."""
    atlas = make_atlas(officiels, [100] * len(bornes))
    bas, haut = ([float(b[bord]) if b else np.nan for b in bornes] for bord in (0, 1))
    connues = [b if b == h else np.nan for b, h in zip(bas, haut, strict=True)]
    return dataclasses.replace(
        atlas,
        variables=atlas.variables.assign(
            **{COMPTE: connues, f"{COMPTE} (bas)": bas, f"{COMPTE} (haut)": haut}
        ),
        registre=Registre({COMPTE: officiels.registre[COMPTE]}),
    )


def counted(atlas) -> list[Rang]:
    return [rank(atlas, i)[COMPTE, None] for i in atlas.fiches.index]


def places(rangs):
    return [(r.rang, r.rang_max) for r in rangs]


def test_a_withheld_cpts_is_ranked_by_its_bounds_among_all(officiels):
    rangs = counted(with_bounds(officiels, [(50, 50), (10, 20), (15, 15), (1, 9), None]))
    assert places(rangs) == [(1, 1), (2, 3), (2, 3), (4, 4), (None, None)]
    assert {r.effectif for r in rangs} == {4}
    assert [r.valeur for r in rangs] == [50, None, 15, None, None]
    assert rangs[-1].raison == "sans_donnee"


def test_what_nothing_bounds_above_may_be_the_first(officiels):
    rangs = counted(with_bounds(officiels, [(50, 50), (10, np.inf), (5, 5)]))
    assert places(rangs) == [(1, 2), (1, 2), (3, 3)]


def test_a_count_that_leaves_communes_out_may_be_more(officiels):
    atlas = with_bounds(officiels, [(50, 50), (10, 10), (5, 5), None])
    # The commune of the fourth is in the second CPTS too.
    autre = pd.DataFrame({"cpts_id": ["b"], "code_commune": ["d"], "confiance": ["documente"]})
    autre = autre.assign(part=1.0)
    atlas = dataclasses.replace(atlas, adhesions=pd.concat([atlas.adhesions, autre]))
    assert places(counted(atlas)) == [(1, 2), (1, 2), (3, 3), (None, None)]


def test_a_quarter_is_given_where_nothing_withheld_could_change_it(officiels):
    # Among 8, the second may be above the third, of the same quarter or not.
    connues = [(v, v) for v in (80, 60, 50, 40, 30, 20, 10)]
    rangs = counted(with_bounds(officiels, [(70, 90), *connues]))
    assert [r.quart for r in rangs] == [1, 1, 2, 2, 3, 3, 4, 4]
    assert (rangs[0].rang, rangs[0].rang_max) == (1, 2)
    ouverts = counted(with_bounds(officiels, [(35, 90), *connues]))
    assert (ouverts[0].quart, ouverts[0].raison_quart) == (None, "quart_ouvert")
    # Known and yet in one quarter or another, as the first is.
    assert (ouverts[2].quart, ouverts[2].raison_quart) == (None, "quart_ouvert")
    assert ouverts[1].quart == 1
    illimites = counted(with_bounds(officiels, [(35, np.inf), *connues]))
    assert [r.quart for r in illimites] == [r.quart for r in ouverts]


def quarter_of(valeurs, place):
    quartiles = np.quantile(valeurs, [0.75, 0.5, 0.25])
    if len(set(quartiles)) < len(quartiles):
        return None
    return 1 + int((valeurs[place] < quartiles).sum())


BORNES_DE_CPTS = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from([0, 0, 1, 2, np.inf])).map(
        lambda paire: (paire[0], paire[0] + paire[1])
    ),
    min_size=1,
    max_size=5,
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=20
)
@given(BORNES_DE_CPTS)
def test_ranks_and_quarters_are_those_of_every_possible_value(officiels, bornes):
    rangs = counted(with_bounds(officiels, bornes))
    possibles = [[*range(bas, (LOIN if np.isinf(haut) else int(haut)) + 1)] for bas, haut in bornes]
    vus = [set() for _ in bornes]
    quarts = [set() for _ in bornes]
    for valeurs in itertools.product(*possibles):
        for place, valeur in enumerate(valeurs):
            vus[place].add(1 + sum(autre > valeur for autre in valeurs))
            if len(valeurs) >= 4:
                quarts[place].add(quarter_of(valeurs, place))
    assert places(rangs) == [(min(siens), max(siens)) for siens in vus]
    for rang, siens in zip(rangs, quarts, strict=True):
        if rang.quart:
            assert siens - {None} == {rang.quart}
        elif rang.raison_quart == "quarts_confondus":
            assert siens == {None}
