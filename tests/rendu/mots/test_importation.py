"""The words of an import."""

from typing import get_args

from geo.importation.anomalie import Genre
from rendu.mots.importation import TITRES, TITRES_SANS_COMPTE, all_limits, limits_sentence


def test_every_kind_of_anomaly_has_a_title():
    assert {*TITRES, *TITRES_SANS_COMPTE} == set(get_args(Genre))


def test_the_line_of_the_limits_is_short_and_the_others_are_said_too():
    assert len(limits_sentence()) < 40
    assert "colonnes par feuille" in all_limits()
