"""Figures from totals, and their classes."""

import warnings
from itertools import pairwise

import mapclassify
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.indicateurs.annonces import set_beside
from geo.indicateurs.calcul import classe_taille, densite_hab_km2
from geo.indicateurs.classes import SANS_VALEUR, classify, classify_between

BORNES = (-10.0, -2.0, 2.0, 10.0)


def test_density_is_a_ratio_of_totals():
    populations, surfaces = pd.Series([100, 900]), pd.Series([1.0, 3.0])
    ensemble = densite_hab_km2(pd.Series([populations.sum()]), pd.Series([surfaces.sum()]))
    assert ensemble.to_list() == [250]
    assert densite_hab_km2(populations, surfaces).mean() == 200


def fait(valeur, qualificatif="egal"):
    return {"valeur": valeur, "qualificatif": qualificatif, "source_id": "cp"}


def test_a_gap_wants_both_figures():
    ecart = set_beside(fait(100), 90)
    assert (ecart.ecart, ecart.ecart_pct, ecart.raison) == (-10, -10, None)
    assert set_beside(fait(50), None).ecart is None
    assert set_beside(None, 1).ecart is None
    rien = set_beside(fait(0), 3)
    assert (rien.ecart, rien.ecart_pct, rien.raison) == (3, None, "personne")


@pytest.mark.parametrize("qualificatif", ["plus_de", "environ", "pres_de", "moins_de"])
def test_there_is_no_gap_from_a_figure_that_is_not_exact(qualificatif):
    ecart = set_beside(fait(200, qualificatif), 217)
    assert (ecart.annonce, ecart.calcule) == (200, 217)
    assert (ecart.ecart, ecart.ecart_pct, ecart.raison) == (None, None, "valeur_approchee")


@pytest.mark.parametrize(
    ("population", "classe"),
    [
        (0, "T1"),
        (39_999, "T1"),
        (40_000, "T1 ou T2"),
        (40_001, "T2"),
        (80_000, "T2 ou T3"),
        (175_000, "T3 ou T4"),
        (175_001, "T4"),
    ],
)
def test_size_class_of_the_accord_of_2019(population, classe):
    assert classe_taille(population) == classe


def test_fewer_than_five_values_are_not_classed():
    assert classify(pd.Series([1.0, 2, 3, 4])) is None
    assert classify(pd.Series([1.0, 2, 3, 4, np.nan])) is None
    assert classify(pd.Series([1.0, 2, 3, 4, 5])) is not None


def test_ten_values_make_five_classes_of_two():
    classement = classify(pd.Series(range(10)))
    assert classement.effectifs == (2, 2, 2, 2, 2)
    assert classement.codes.to_list() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert (classement.bornes[0], classement.bornes[-1]) == (0, 9)
    assert classement.methode == "quantiles"


@given(st.lists(st.integers(-1000, 1000), min_size=5, max_size=40, unique=True), st.integers(2, 5))
def test_distinct_values_make_classes_of_nearly_equal_count(valeurs, k):
    effectifs = classify(pd.Series(valeurs), k).effectifs
    assert len(effectifs) == k
    assert sum(effectifs) == len(valeurs)
    assert max(effectifs) - min(effectifs) <= 1


def test_constant_values_make_one_class():
    classement = classify(pd.Series([7.0] * 6 + [None]))
    assert classement.effectifs == (6,)
    assert classement.methode == "valeur unique"
    assert classement.n_sans_valeur == 1


nombres = st.one_of(
    st.none(),
    st.sampled_from([0.0, 1.0, 1.5, 2.0]),
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda valeur: round(valeur, 3)),
)


@given(st.lists(nombres, max_size=40), st.integers(2, 9))
def test_classes_are_never_empty_and_respect_their_bounds(valeurs, k):
    serie = pd.Series(valeurs, dtype="float64")
    classement = classify(serie, k)
    if classement is None:
        assert serie.notna().sum() < 5
        return
    assert 1 <= len(classement.effectifs) <= min(k, 5)
    assert min(classement.effectifs) > 0
    assert sum(classement.effectifs) + classement.n_sans_valeur == len(serie)
    assert (classement.codes == SANS_VALEUR).equals(serie.isna())
    for valeur, code in zip(serie.dropna(), classement.codes[serie.notna()], strict=True):
        assert valeur <= classement.bornes[code + 1]
        assert valeur > classement.bornes[code] or code == 0
    hautes = classement.bornes[1:]
    assert all(bas < haut for bas, haut in pairwise(hautes))
    assert classement.bornes[0] == serie.min() <= hautes[0]


@given(
    st.one_of(
        st.lists(st.sampled_from([0.1, 0.3, 0.7, 1.1, 26.7]), min_size=5, max_size=40),
        st.lists(st.integers(0, 9).map(float), min_size=5, max_size=60),
        st.lists(
            st.floats(-1e6, 1e6).map(lambda valeur: round(valeur, 1)), min_size=5, max_size=60
        ),
    ),
    st.integers(2, 5),
)
def test_classes_are_those_of_mapclassify(valeurs, k):
    serie = pd.Series(valeurs)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Not enough unique values", UserWarning)
        quantiles = mapclassify.Quantiles(serie.to_numpy(), k=k).bins
    # Its weighted means are a rounding away from the values that they should equal.
    proches = np.isclose(quantiles[:, None], serie.to_numpy(), rtol=1e-12, atol=1e-9)
    exactes = serie.to_numpy()[proches.argmax(axis=1)]
    quantiles = np.unique(np.where(proches.any(axis=1), exactes, quantiles))
    attendu = mapclassify.UserDefined(serie.to_numpy(), bins=list(quantiles))
    pleines = np.flatnonzero(attendu.counts)
    classement = classify(serie, k)
    assert classement.bornes[1:] == pytest.approx(quantiles[pleines], rel=1e-12, abs=1e-9)
    assert classement.effectifs == tuple(attendu.counts[pleines])
    assert classement.codes.to_list() == np.searchsorted(pleines, attendu.yb).tolist()


def test_gap_classes_are_fixed():
    ecarts = pd.Series([-50.0, -10, -9.9, -2, 0, 2, 2.1, 10, 10.1, None])
    classement = classify_between(ecarts, BORNES)
    assert classement.codes.to_list() == [0, 0, 1, 1, 2, 2, 3, 3, 4, SANS_VALEUR]
    assert classement.effectifs == (2, 2, 2, 2, 1)
    assert classify_between(pd.Series([0.0]), BORNES).effectifs == (0, 0, 1, 0, 0)
    assert classify_between(pd.Series([], dtype="float64"), BORNES).effectifs == (0, 0, 0, 0, 0)
