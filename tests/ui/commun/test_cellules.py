"""Cells that read as words and sort as numbers."""

import datetime as dt

import pandas as pd

from ui.commun.cellules import write_cells

TABLEAU = pd.DataFrame(
    {
        "CPTS": ["a", "b", "c", "d"],
        "Annonce": pd.array([9000, 77000, None, 77000], dtype="Int64"),
        "Date": [dt.date(2022, 5, 6), None, None, dt.date(2020, 1, 1)],
    },
    index=["a", "b", "c", "d"],
)


def shown(style) -> list[list[str]]:
    lignes = style.hide(axis="index").to_string(delimiter="|").strip("\n").split("\n")
    return [ligne.split("|") for ligne in lignes[1:]]


def test_a_cell_reads_its_words_and_keeps_its_value():
    style = write_cells(
        TABLEAU,
        {
            "Annonce": ["9 000", "env. 77 000", "non publiée", "plus de 77 000"],
            "Date": ["06/05/2022", "", "", "avant le {1}"],
        },
    )
    assert shown(style) == [
        ["a", "9 000", "06/05/2022"],
        ["b", "env. 77 000", ""],
        ["c", "", ""],
        ["d", "plus de 77 000", "avant le {1}"],
    ]
    pd.testing.assert_frame_equal(style.data, TABLEAU)


def test_equal_values_may_read_differently():
    ecrits = {"Annonce": ["9 000", "env. 77 000", "", "77 000"]}
    assert [ligne[1] for ligne in shown(write_cells(TABLEAU, ecrits))] == [
        "9 000",
        "env. 77 000",
        "",
        "77 000",
    ]


def test_nothing_to_write_leaves_the_table():
    assert [ligne[0] for ligne in shown(write_cells(TABLEAU, {}))] == ["a", "b", "c", "d"]
