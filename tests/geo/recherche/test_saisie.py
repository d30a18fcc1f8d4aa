"""Lists of communes as people paste them, on the shipped data."""

import pytest

from geo.recherche.index import build_index, search
from geo.recherche.saisie import read_communes


@pytest.mark.parametrize(
    ("texte", "codes"),
    [
        ("Pontarlier 25300\nLuxeuil-les-Bains 70300\nDole 39100\n", ("25462", "70311", "39198")),
        ("25300 Pontarlier", ("25462",)),
        ("Pontarlier\t25300", ("25462",)),
        ("Pontarlier;25300", ("25462",)),
        ("Pontarlier, 25300", ("25462",)),
        ("Pontarlier (25300)", ("25462",)),
        ("25300 Guyans-Durnes", ("25300",)),
        ("25300 Guyans-Durnes (25)", ("25300",)),
        ("58001 Achun (58)", ("58001",)),
        ("58001 - Achun, Achun (58001)", ("58001",)),
        ('="58001"\n58,002\n5,8003E+04\n058004\n58 005', tuple(f"5800{n}" for n in range(1, 6))),
        ("58001, 58002", ("58001", "58002")),
        ("58001,58002,58003", ("58001", "58002", "58003")),
        ("25300, 58001", ("25300", "58001")),
        ("Cote (La)", ("70178",)),
        ("Dampierre s/ Salon", ("70198",)),
        ("DIJON CEDEX 9", ("21231",)),
    ],
)
def test_a_list_is_read_as_it_was_pasted(atlas, texte, codes):
    saisie = read_communes(atlas, texte)
    assert saisie.problemes == ()
    assert saisie.codes == codes


@pytest.mark.parametrize("texte", ["25300", "25300 39100 21110", "25300\n39100"])
def test_codes_that_may_all_be_postcodes_are_asked_about(atlas, texte):
    saisie = read_communes(atlas, texte)
    assert saisie.codes == ()
    [probleme] = saisie.problemes
    assert "Tous ces codes sont aussi des codes postaux" in probleme.message
    assert "25300 Guyans-Durnes" in probleme.remede


@pytest.mark.parametrize("texte", ["25300 Besançon", "Vesoul\t70311"])
def test_a_name_that_contradicts_its_code_adds_neither(atlas, texte):
    saisie = read_communes(atlas, texte)
    assert saisie.codes == ()
    [probleme] = saisie.problemes
    assert "et la liste dit" in probleme.message


def test_what_is_not_loaded_is_named(atlas):
    saisie = read_communes(atlas, "04070, 20004, 1004, 70311, 99999")
    assert saisie.codes == ("70311",)
    messages = [probleme.message for probleme in saisie.problemes]
    assert messages == [
        "3 communes hors des données chargées : 04070 Digne-les-Bains, 2A004 Ajaccio, 01004 Ambérieu-en-Bugey.",
        "1 code de commune inconnu : 99999.",
    ]


def test_an_unknown_name_has_candidates(atlas):
    [probleme] = read_communes(atlas, "Luxeil-les-Bains").problemes
    assert "70311 Luxeuil-les-Bains (Haute-Saône)" in probleme.remede


@pytest.mark.parametrize(
    ("texte", "code"),
    [
        ("dijon cedex", "21231"),
        ("Dijon cedex 9", "21231"),
        ("Luxeuil-les-Bains, Haute-Saône", "70311"),
        ("Gray haute saone", "70279"),
        ("st loup sur semouse haute-saone", "70467"),
    ],
)
def test_the_search_finds_a_name_with_what_people_write_behind(atlas, texte, code):
    trouves = search(build_index(atlas), texte)
    assert trouves[0].code_commune == code
