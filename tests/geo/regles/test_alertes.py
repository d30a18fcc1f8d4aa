"""Communes far below their CPTS: who is listed, who is set apart, and what a threshold cannot tell."""

import pytest

from geo.chargement import load
from geo.regles.alertes import find_alertes, list_rates
from tests.officiels import FROIDECONCHE, LUXEUIL, import_files, make_apl, make_mt

APL, PART = "apl_medecins_2024", "part_sans_medecin_traitant_2024"


@pytest.fixture(scope="module")
def officiels(tmp_path_factory, atlas):
    apl = make_apl(atlas).replace("\n70550;2;", "\n70550;;")
    textes = {"apl_synthetique_2024.csv": apl, "mt_synthetique_2024.csv": make_mt(atlas)}
    return load(import_files(tmp_path_factory.mktemp("var"), textes))


def find(atlas, nom, cpts_ids, seuil=None, recul=None, **options):
    return find_alertes(atlas, atlas.registre[nom], cpts_ids, seuil=seuil, recul=recul, **options)


def codes(alertes):
    return alertes.retenues["code_commune"].tolist()


def test_the_rates_are_those_of_official_files(officiels, atlas):
    assert [i.identifiant for i in list_rates(officiels)] == [APL, PART]
    assert list_rates(atlas) == ()


def test_a_commune_under_the_threshold_is_listed_with_how_far(officiels):
    alertes = find(officiels, APL, ["cpts-luxeuil"], seuil=1.5)
    assert codes(alertes) == [LUXEUIL]
    (ligne,) = alertes.retenues.to_dict("records")
    assert ligne["valeur"] == 1
    assert ligne["ecart_seuil"] == -0.5
    assert ligne["population"] == officiels.communes["population"][LUXEUIL]
    assert ligne["ecart_cpts"] == pytest.approx(1 - ligne["valeur_cpts"])
    assert not alertes.au_dessus


def test_a_value_that_is_the_threshold_is_not_under_it(officiels):
    assert codes(find(officiels, APL, ["cpts-luxeuil"], seuil=1)) == []
    assert len(codes(find(officiels, APL, ["cpts-luxeuil"], seuil=2.5))) == 94


def test_the_most_populous_come_first(officiels):
    population = find(officiels, APL, ["cpts-luxeuil"], seuil=2.5).retenues["population"]
    assert population.is_monotonic_decreasing


def test_a_commune_far_from_its_cpts_is_listed(officiels):
    moyenne = 2 - find(officiels, APL, ["cpts-luxeuil"], seuil=1.5).retenues["valeur_cpts"][0]
    assert codes(find(officiels, APL, ["cpts-luxeuil"], recul=0.9 - moyenne)) == [LUXEUIL]
    assert codes(find(officiels, APL, ["cpts-luxeuil"], recul=1.1)) == []


def test_without_a_rule_nothing_is_listed(officiels):
    assert codes(find(officiels, APL, ["cpts-luxeuil"])) == []


def test_where_less_is_better_the_worse_side_is_above(officiels):
    alertes = find(officiels, PART, ["cpts-bassin-vesulien"], seuil=11)
    assert alertes.au_dessus
    assert {code[:2] for code in codes(alertes)} == {"70"}
    assert codes(find(officiels, PART, ["cpts-bassin-vesulien"], seuil=14)) == []


def test_what_is_missing_is_apart_and_never_low(officiels):
    alertes = find(officiels, APL, ["cpts-bassin-vesulien"], seuil=1000)
    assert "70550" not in codes(alertes)
    assert alertes.inconnues["code_commune"].tolist() == ["70550"]
    assert not alertes.inconnues["secrete"].any()


@pytest.mark.parametrize("seuil", [0, 0.1, 1, 5, 50, 99])
def test_no_threshold_tells_anything_of_a_withheld_cell(officiels, seuil):
    alertes = find(officiels, PART, ["cpts-luxeuil"], seuil=seuil, recul=0)
    assert FROIDECONCHE not in codes(alertes)
    assert alertes.inconnues["code_commune"].tolist() == [FROIDECONCHE]
    assert alertes.inconnues["secrete"].all()
    # Nor does how far the others are from a CPTS that is withheld with it.
    assert alertes.retenues["valeur_cpts"].isna().all()
    assert alertes.retenues["ecart_cpts"].isna().all()


def test_masked_perimeters_are_not_looked_at(officiels):
    assert find(officiels, APL, ["cpts-luxeuil"], seuil=9, indicatifs=False).communes == 0
    tous = find(officiels, APL, officiels.fiches.index, seuil=9)
    etablis = find(officiels, APL, officiels.fiches.index, seuil=9, indicatifs=False)
    assert 0 < etablis.communes < tous.communes
