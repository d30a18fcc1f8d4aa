"""The need that a planner weighs."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.atelier.besoin import (
    ECARTS,
    METHODES,
    RANGS,
    BesoinInvalide,
    class_scores,
    needs,
    score,
    weigh_need,
)
from geo.indicateurs.niveaux import COMMUNES, measure_level
from tests.geo.atelier.secret import hide
from tests.officiels import FROIDECONCHE, LUXEUIL

DEUX = {"densite": 3.0, "evolution_population": 1.0}
_VALEURS = st.lists(
    st.tuples(*[st.one_of(st.just(np.nan), st.integers(-50, 50).map(float))] * 2), min_size=1
)


def _columns(lignes) -> dict[str, np.ndarray]:
    un, autre = np.array(lignes, dtype=float).T
    return {"un": un, "autre": autre}


@given(_VALEURS, st.floats(0.1, 10), st.sampled_from(METHODES), st.randoms(use_true_random=False))
def test_order_of_the_communes_changes_nothing(lignes, poids, methode, hasard):
    demande = ({"un": poids, "autre": 1.0}, {"un": "haut", "autre": "bas"}, methode)
    rangs = list(range(len(lignes)))
    hasard.shuffle(rangs)
    scores = score(_columns(lignes), *demande)
    assert score(_columns([lignes[r] for r in rangs]), *demande) == pytest.approx(
        scores[rangs], nan_ok=True
    )


@given(_VALEURS, st.floats(0.1, 10), st.sampled_from(["haut", "bas", ""]))
def test_ranks(lignes, poids, sens):
    valeurs = _columns(lignes)
    scores = score(valeurs, {"un": poids, "autre": 1.0}, {"un": sens}, RANGS)
    manque = np.isnan(valeurs["un"]) | np.isnan(valeurs["autre"])
    assert (np.isnan(scores) == manque).all()
    assert ((scores[~manque] > 0) & (scores[~manque] < 1)).all()
    seul = score(valeurs, {"un": poids}, {"un": sens}, RANGS)
    connus = valeurs["un"][~np.isnan(valeurs["un"])]
    for valeur, rang in zip(valeurs["un"], seul, strict=True):
        if not np.isnan(valeur):
            pires = connus > valeur if sens == "haut" else connus < valeur
            attendu = (pires.sum() + (connus == valeur).sum() / 2) / len(connus)
            assert rang == pytest.approx(attendu)


def test_distances_from_the_mean():
    valeurs = {"un": np.array([1.0, 3.0, np.nan, 5.0, 3.0]), "autre": np.full(5, 7.0)}
    racine = np.sqrt(2)
    seul = score(valeurs, {"un": 2.0}, {"un": "bas"}, ECARTS)
    assert seul == pytest.approx([-racine, 0, np.nan, racine, 0], nan_ok=True)
    avec = score(valeurs, {"un": 1.0, "autre": 3.0}, {"un": "haut", "autre": ""}, ECARTS)
    assert avec == pytest.approx([racine / 4, 0, np.nan, -racine / 4, 0], nan_ok=True)


def test_everything_that_is_wrong_is_said_at_once(atlas):
    poids = {"rien": 1.0, "densite": 0.0, "evolution_population": float("nan")}
    with pytest.raises(BesoinInvalide) as refus:
        weigh_need(atlas, poids, "moyenne", {"densite": "gauche"})
    for dit in ("« rien »", "poids de « densite »", "poids de « evolution", "sens", "méthode"):
        assert dit in str(refus.value)
    for poids in ({}, {str(n): 1.0 for n in range(6)}):
        with pytest.raises(BesoinInvalide, match="de un à 5 indicateurs"):
            score({}, poids, {}, RANGS)


def test_shipped(atlas):
    assert {i.identifiant for i in needs(atlas)} == set(DEUX)
    besoin = weigh_need(atlas, DEUX, RANGS, {"densite": "haut"})
    assert besoin.poids == {"densite": 0.75, "evolution_population": 0.25}
    assert besoin.sens == {"densite": "haut", "evolution_population": ""}
    valeurs = {i.identifiant: measure_level(atlas, i, COMMUNES).valeurs for i in besoin.indicateurs}
    assert set(besoin.scores.index) == set(atlas.communes.index[atlas.communes["etude"]])
    rangs = {nom: siennes.rank(pct=True) for nom, siennes in valeurs.items()}
    attendu = 0.75 * (1 - rangs["densite"]) + 0.25 * rangs["evolution_population"]
    # A percentile of pandas counts a value among those below it.
    assert (besoin.scores - attendu).abs().max() < 2 / len(attendu)
    assert not besoin.constantes
    classes = class_scores(besoin)
    assert classes is not None
    assert sum(classes.effectifs) == besoin.scores.notna().sum()
    assert len(classes.effectifs) == 5


def test_what_is_withheld_or_unknown_is_counted_and_not_filled(atlas):
    for methode in METHODES:
        besoin = weigh_need(hide(atlas), DEUX, methode, {})
        assert besoin.retenues == {"densite": 0, "evolution_population": 1}
        assert besoin.inconnues == {"densite": 0, "evolution_population": 1}
        assert sorted(besoin.scores.index[besoin.scores.isna()]) == [FROIDECONCHE, LUXEUIL]


def test_what_tells_no_commune_from_another_is_said(atlas):
    # As many inhabitants as km²: SYNTHETIC.
    variables = atlas.variables.assign(population=atlas.variables["surface_km2"])
    besoin = weigh_need(replace(atlas, variables=variables), {"densite": 1.0}, ECARTS, {})
    assert besoin.constantes == {"densite"}
    assert (besoin.scores == 0).all()
