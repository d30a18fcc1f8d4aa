"""Three states of a cell: a number, withheld, not known; and what is none of them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.cellules import add_valeurs
from geo.officiels.valeurs import PLAFOND, read_valeurs

BORNES = (1.0, 10.0)


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("1004.0", 1004),
        ("1 234,5", 1234.5),
        ("1 234 567", 1234567),
        ("-0,5", -0.5),
        ("−0,5", -0.5),
        ("12,5 %", 12.5),
        (",5", 0.5),
        ("1e-05", 1e-5),
        ("0", 0),
        ("1e5", 100_000),
        ("1'234", 1234),
        ("1’234’567", 1234567),
        ("1\u202f234", 1234),
        ("1\xa0234\u2009567,5", 1234567.5),
        ("１２３，４", 123.4),
        ("–5", -5),
        ("－5", -5),
        ("10 000 000 000", 10**10),
    ],
)
def test_a_number_is_read_as_it_is_published(texte, attendu):
    lues = read_valeurs([texte], BORNES)
    assert lues.nombres[0] == attendu
    assert not lues.secrets[0]
    assert not lues.illisibles


@pytest.mark.parametrize("texte", ["NS", "ns", "s", "S", "c", "n.s.", "ss"])
def test_a_withheld_cell_is_neither_zero_nor_missing(texte):
    lues = read_valeurs([texte], BORNES)
    assert lues.secrets[0]
    assert not lues.manquants[0]
    assert math.isnan(lues.nombres[0])
    assert (lues.bas[0], lues.haut[0]) == BORNES


@pytest.mark.parametrize(
    ("texte", "bornes", "attendues"),
    [
        ("<11", BORNES, (0, 10)),
        ("≤ 10", BORNES, (0, 10)),
        ("moins de 5", BORNES, (0, 4)),
        ("< 2,5", (0, 100), (0, 2.5)),
        ("< 3", (-math.inf, math.inf), (-math.inf, 3)),
        ("< 0", (-math.inf, math.inf), (-math.inf, 0)),
        ("< 0,5", BORNES, (0, 0.5)),
        ("＜１１", BORNES, (0, 10)),
    ],
)
def test_less_than_is_withheld_between_bounds_of_its_own(texte, bornes, attendues):
    lues = read_valeurs([texte], bornes)
    assert lues.secrets[0]
    assert (lues.bas[0], lues.haut[0]) == attendues


@pytest.mark.parametrize(
    "texte", ["", "nd", "N/A", "N/A - résultat non disponible", "-", "…", "n.d."]
)
def test_a_missing_cell_is_neither_zero_nor_withheld(texte):
    lues = read_valeurs([texte], BORNES)
    assert lues.manquants[0]
    assert not lues.secrets[0]
    assert not lues.illisibles


@pytest.mark.parametrize(
    "texte",
    [
        "environ 3",
        "1 2",
        "12 34",
        "*",
        "1.234.567",
        "oui",
        "inf",
        "1_0",
        "e5",
        "Infinity",
        "-inf",
        "12²",
        "½",
        "#DIV/0!",
        "(5)",
        "1'23",
        "< 0",
        "moins de 0",
        "1e400",
        "-1e300",
        "1e11",
        "9" * 400,
        "< 1e400",
        "<" + "9" * 400,
    ],
)
def test_anything_else_is_said(texte):
    assert read_valeurs([texte], BORNES).illisibles == ((0, texte),)


@pytest.mark.parametrize("texte", ["nan", "NaN", "null", "#N/A", "–", "－"])
def test_what_a_program_writes_for_nothing_is_not_known(texte):
    lues = read_valeurs([texte], BORNES)
    assert lues.manquants[0]
    assert not lues.illisibles


def test_minus_zero_is_zero():
    assert math.copysign(1, read_valeurs(["-0"], BORNES).nombres[0]) == 1


@given(
    st.text(max_size=12)
    | st.from_regex(r"[<≤+-]? ?[0-9 .,']{0,12}(e[+-]?[0-9]{1,4})?%?", fullmatch=True)
)
def test_no_text_crashes_and_what_is_read_is_finite(texte):
    lues = read_valeurs([texte], BORNES)
    etats = [
        not lues.manquants[0],
        bool(lues.illisibles),
        lues.manquants[0] and not lues.illisibles,
    ]
    assert sum(etats) == 1
    if not lues.manquants[0]:
        assert lues.bas[0] <= lues.haut[0] <= PLAFOND
        assert lues.bas[0] >= -PLAFOND
        assert lues.secrets[0] == (lues.bas[0] < lues.haut[0])


def test_a_sum_of_columns_keeps_the_three_states():
    somme = add_valeurs(
        [read_valeurs(["1", "NS", "NS", "nd"], BORNES), read_valeurs(["2", "2", "nd", "2"], BORNES)]
    )
    assert somme.bas.tolist()[:2] == [3, 3]
    assert somme.haut.tolist()[:2] == [3, 12]
    assert somme.secrets.tolist() == [False, True, False, False]
    assert somme.manquants.tolist() == [False, False, True, True]


@given(st.integers(-(10**9), 10**9), st.integers(0, 999))
def test_a_number_written_in_french_is_read_back(entier, milliemes):
    texte = f"{entier:,}".replace(",", " ") + f",{milliemes:03}"
    attendu = float(f"{entier}.{milliemes:03}")
    assert read_valeurs([texte], BORNES).nombres[0] == attendu
