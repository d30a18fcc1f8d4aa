"""Where a figure stands: what it is set beside, and when two are called different."""

import dataclasses

import pytest

from geo.indicateurs.intervalle import wilson
from geo.indicateurs.mesures import Mesure
from geo.indicateurs.rangs import rank_cpts
from geo.indicateurs.situation import (
    are_different,
    commune_values,
    distribute,
    situate,
    situate_cpts,
)
from geo.indicateurs.territoire import parse_territoire
from tests.officiels import FROIDECONCHE, LUXEUIL


def of(situations, nom):
    return next(s for s in situations if s.indicateur.identifiant == nom)


def values(situation):
    return {e.territoire.adresse: e.mesure.valeur for e in situation.ensembles}


def test_a_cpts_stands_beside_its_departments_its_region_and_france(officiels):
    apl = of(situate_cpts(officiels, "cpts-bassin-vesulien"), "apl_medecins_2024")
    assert apl.mesure.valeur == pytest.approx(2, abs=0.1)
    assert list(values(apl)) == ["dep:70", "dep:25", "reg:27", "france:france"]
    # France is the communes of the atlas with those of the file that it does not have.
    communes = officiels.variables
    poids, valeur = communes["apl_medecins_2024_poids"], communes["apl_medecins_2024"]
    autres = officiels.ailleurs["apl_medecins_2024_poids"]
    france = ((poids * valeur).sum() + 4 * autres.sum()) / (poids.sum() + autres.sum())
    assert values(apl)["france:france"] == pytest.approx(france)


def test_a_mean_is_never_called_different(officiels):
    apl = of(situate_cpts(officiels, "cpts-bassin-vesulien"), "apl_medecins_2024")
    assert {e.differente for e in apl.ensembles} == {None}


def test_a_share_differs_where_the_intervals_part(officiels):
    part = of(situate_cpts(officiels, "cpts-bassin-vesulien"), "part_sans_medecin_traitant_2024")
    departement, doubs, region, france = part.ensembles
    bas, haut = part.mesure.intervalle
    assert departement.mesure.bornes
    # Of a withheld share, what it may be and chance together.
    moins, plus = departement.mesure.intervalle
    assert moins < departement.mesure.bornes[0]
    assert departement.mesure.bornes[1] < plus
    assert departement.differente is (haut < moins or plus < bas)
    assert doubs.mesure.bornes is None
    assert (doubs.differente, region.differente) == (True, True)
    assert france.mesure.valeur is None
    assert france.differente is None


def test_what_a_territory_is_itself_is_not_beside_it(officiels):
    apl = officiels.registre["apl_medecins_2024"]

    def lieux(adresse):
        (situation,) = situate(officiels, [apl], parse_territoire(officiels, adresse))
        return list(values(situation))

    assert lieux("dep:70") == ["reg:27", "france:france"]
    assert lieux("reg:27") == ["france:france"]
    assert lieux(f"communes:{LUXEUIL}") == ["dep:70", "reg:27", "france:france"]


def test_what_is_not_official_has_no_france_and_a_count_nothing_beside_it(officiels):
    registre = officiels.registre
    territoire = parse_territoire(officiels, "cpts:cpts-bassin-vesulien")
    choisis = [registre["densite"], registre["sans_medecin_traitant_2024"]]
    densite, compte = situate(officiels, choisis, territoire)
    assert list(values(densite)) == ["dep:70", "dep:25", "reg:27"]
    assert compte.ensembles == ()


def test_two_intervals_that_touch_are_not_different():
    part = Mesure("part", "cpts:a", 8.0, intervalle=(7.0, 9.0))
    autre = Mesure("part", "dep:70", 10.0, intervalle=(9.0, 11.0))
    assert are_different(part, autre) is False
    assert are_different(part, dataclasses.replace(autre, intervalle=(9.01, 11))) is True
    assert are_different(part, dataclasses.replace(autre, intervalle=(9.01, 11), base="b")) is None


def test_non_overlap_is_stricter_than_a_test_of_difference():
    # 10 % and 15 % of 400: |z| = 2.14 by the pooled test of two proportions, the intervals meet.
    a, b = wilson(40, 400), wilson(60, 400)
    z = (0.15 - 0.10) / (0.125 * 0.875 * 2 / 400) ** 0.5
    assert z > 1.96
    assert a[1] > b[0]


def test_a_withheld_cpts_has_no_tick_and_the_rank_that_its_bounds_leave(officiels):
    part = officiels.registre["part_sans_medecin_traitant_2024"]
    distribution = distribute(officiels, part, "cpts-luxeuil")
    assert "cpts-luxeuil" not in distribution.cpts.index
    assert distribution.secretes == 1
    codes = list(officiels.perimetre("cpts-luxeuil").codes_communes)
    communes = commune_values(officiels, part, codes)
    assert communes.loc[FROIDECONCHE].isna()["valeur"]
    assert communes.loc[FROIDECONCHE, "secrete"]
    connues = communes["valeur"].dropna()
    assert distribution.communes == (connues.min(), connues.max())
    rangs = rank_cpts(officiels, "cpts-luxeuil", officiels.fiches.index, indicatifs=True)
    rang = next(r for r in rangs if r.indicateur == part.identifiant)
    # Between the other two of Haute-Saône and all those elsewhere, whatever the cell is.
    assert (rang.rang, rang.rang_max, rang.effectif, rang.valeur) == (3, 3, 16, None)
