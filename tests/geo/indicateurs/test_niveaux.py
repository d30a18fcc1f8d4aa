"""Which levels an indicator has, and which one stands in for another."""

from dataclasses import replace

import pytest

from geo.indicateurs.niveaux import COMMUNES, CPTS, DEPARTEMENTS, EPCI, list_levels, nearest_level


@pytest.fixture
def densite(atlas):
    return atlas.registre["densite"]


def of_method(indicateur, methode):
    return replace(indicateur, calcul={"methode": methode, "variable": "x"})


def test_a_rate_has_every_level_and_a_count_that_of_the_circles(atlas, densite):
    assert set(list_levels(densite)) == {CPTS, EPCI, COMMUNES, DEPARTEMENTS}
    for nom in ("population", "cpts", "etape", "ecart_population_pct"):
        assert list_levels(atlas.registre[nom]) == (CPTS,)


@pytest.mark.parametrize(
    ("methode", "sien"), [("par_commune", COMMUNES), ("par_departement", DEPARTEMENTS)]
)
def test_what_does_not_add_up_has_one_level_whichever_is_asked_for(densite, methode, sien):
    for demande in (CPTS, EPCI, COMMUNES, DEPARTEMENTS):
        assert nearest_level(of_method(densite, methode), demande) == sien
        assert nearest_level(densite, demande) == demande
