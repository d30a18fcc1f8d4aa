"""What a code of France names, whether its department is loaded or not."""

import pytest

from geo.lecture.cog import find_commune, is_foreign


@pytest.mark.parametrize(
    ("code", "actuel", "nom", "departement"),
    [
        ("01004", "01004", "Ambérieu-en-Bugey", "01"),
        ("2B033", "2B033", "Bastia", "2B"),
        ("20033", "2B033", "Bastia", "2B"),
        ("97611", "97611", "Mamoudzou", "976"),
        ("98511", "97611", "Mamoudzou", "976"),
        ("97127", "97801", "Saint-Martin", "978"),
        ("97123", "97701", "Saint-Barthélemy", "977"),
        ("97502", "97502", "Saint-Pierre", "975"),
        ("98613", "98613", "Uvea", "986"),
        ("98735", "98735", "Papeete", "987"),
        ("98818", "98818", "Nouméa", "988"),
        ("71131", "71566", "Verdun-Ciel", "71"),
    ],
)
def test_a_code_of_today_or_of_yesterday_leads_to_its_commune(code, actuel, nom, departement):
    assert find_commune(code) == (actuel, nom, departement)


@pytest.mark.parametrize("code", ["70999", "99999", "00000", "98599", "20999", "75999"])
def test_a_code_that_never_was_leads_nowhere(code):
    assert find_commune(code) is None
    assert not is_foreign(code)


@pytest.mark.parametrize("code", ["99109", "99352", "99501"])
def test_a_country_is_no_commune(code):
    assert is_foreign(code)
    assert find_commune(code) is None
