"""Exports, each opened with another reader than the library that wrote it."""

import csv
import datetime as dt
import io
import re
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.export import file_name, to_csv, to_xlsx

HOSTILES = ["=1+1", "+33 3 84", "@x", "-2+3", "\t=1", "\r=1", "\n=1", "＝1+1", "=cmd|' /C calc'!A0"]

instant = dt.datetime.fromisoformat

SOURCES = pd.DataFrame(
    {
        "titre": ["Communiqué", "=Titre", "Page"],
        "producteur": ["ARS", "INSEE", "CPTS"],
        "date": ["2022-05-06", "2024-02", None],
        "fichier": ["a.txt", None, None],
        "url": [None, "https://exemple.fr/?a=1", None],
    },
    index=pd.Index(["a", "b", "c"], name="source_id"),
)


@pytest.fixture
def tableau():
    return pd.DataFrame(
        {
            "Commune": ["Luxeuil-les-Bains", "L'Œuf ; « é »", None],
            "Population": pd.array([6663, None, -12], dtype="Int64"),
            "Densité": [43.85, np.nan, -1.5],
            "Jour": [dt.date(2022, 5, 6), None, dt.date(2024, 4, 19)],
            "Instant": pd.to_datetime(["2022-05-06 14:30", None, "2024-04-19 08:00"]),
            "Dessinée": [True, False, True],
            "Postaux": [("70300",), (), ("21000", "21100")],
            "Code": ["01001", "2A004", "70311"],
        },
        index=[7, 8, 9],
    )


def read_csv(octets):
    assert octets.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(octets.decode("utf-8-sig"), newline=""), delimiter=";"))


def read_xlsx(octets):
    return openpyxl.load_workbook(io.BytesIO(octets))


def rows(feuille):
    return [list(ligne) for ligne in feuille.iter_rows(values_only=True)]


def test_csv_is_french(tableau):
    assert read_csv(to_csv(tableau)) == [
        list(tableau.columns),
        [
            "Luxeuil-les-Bains",
            "6663",
            "43,85",
            "2022-05-06",
            "2022-05-06 14:30:00",
            "oui",
            "70300",
            "01001",
        ],
        ["L'Œuf ; « é »", "", "", "", "", "non", "", "2A004"],
        ["", "-12", "-1,5", "2024-04-19", "2024-04-19 08:00:00", "oui", "21000, 21100", "70311"],
    ]


@pytest.mark.parametrize("hostile", HOSTILES)
def test_no_cell_nor_heading_of_a_csv_is_a_formula(hostile):
    entete, (cellule, nombre) = read_csv(to_csv(pd.DataFrame({hostile: [hostile], "n": [-2.5]})))
    assert entete[0] == cellule == f"'{hostile}"
    assert nombre == "-2,5"


def test_a_line_break_in_a_cell_never_begins_a_row():
    lignes = read_csv(to_csv(pd.DataFrame({"a": ["x\r=1+1", "y\n=1+1", 'z";=1'], "b": "fin"})))
    assert lignes[1:] == [["x\r=1+1", "fin"], ["y\n=1+1", "fin"], ['z";=1', "fin"]]
    # Nor does it in a reader that takes a lone carriage return for the end of a line.
    assert b'"x\r=1+1"' in to_csv(pd.DataFrame({"a": ["x\r=1+1"]}))


cellules = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=True, allow_infinity=True),
    st.dates(dt.date(1900, 3, 1), dt.date(2100, 1, 1)),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30),
)


@given(st.lists(st.tuples(cellules, cellules), min_size=1, max_size=8))
def test_any_csv_keeps_its_shape_and_holds_no_formula(lignes):
    lues = read_csv(to_csv(pd.DataFrame(lignes, columns=["a", "b"], dtype="object")))
    assert [len(ligne) for ligne in lues] == [2] * (len(lignes) + 1)
    for ecrite, lue in zip(lignes, lues[1:], strict=True):
        for valeur, texte in zip(ecrite, lue, strict=True):
            if isinstance(valeur, str):
                assert texte in (valeur, f"'{valeur}")
                assert not texte.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
            elif isinstance(valeur, float) and np.isfinite(valeur):
                assert float(texte.replace(",", ".")) == valeur


def test_a_workbook_has_types(tableau):
    feuille = read_xlsx(to_xlsx({"Communes": tableau}, SOURCES))["Communes"]
    assert rows(feuille)[0] == list(tableau.columns)
    assert rows(feuille)[1:] == [
        [
            "Luxeuil-les-Bains",
            6663,
            43.85,
            instant("2022-05-06"),
            instant("2022-05-06 14:30"),
            True,
            "70300",
            "01001",
        ],
        ["L'Œuf ; « é »", None, None, None, None, False, None, "2A004"],
        [
            None,
            -12,
            -1.5,
            instant("2024-04-19"),
            instant("2024-04-19 08:00"),
            True,
            "21000, 21100",
            "70311",
        ],
    ]
    types = ["s", "n", "n", "d", "d", "b", "s", "s"]
    assert [cellule.data_type for cellule in feuille[2]] == types
    assert [cellule.number_format for cellule in feuille[2]][1:5] == [
        "#,##0",
        "#,##0.0",
        "dd/mm/yyyy",
        "dd/mm/yyyy hh:mm",
    ]


def test_nought_has_no_sign():
    table = pd.DataFrame({"Évolution": [-0.0, round(-0.004, 2)]})
    assert read_csv(to_csv(table))[1:] == [["0"], ["0"]]
    (lue,) = [read_xlsx(to_xlsx({"zones": table}, SOURCES))["zones"]]
    assert [str(valeur) for (valeur,) in rows(lue)[1:]] == ["0", "0"]


def test_headings_are_bold_frozen_and_columns_wide_enough(tableau):
    classeur = read_xlsx(to_xlsx({"Communes": tableau}, SOURCES))
    for feuille in classeur:
        assert feuille.freeze_panes == "A2"
        assert all(cellule.font.bold for cellule in feuille[1])
        assert not any(cellule.font.bold for cellule in feuille[2])
    largeurs = classeur["Communes"].column_dimensions
    assert largeurs["A"].width >= len("Luxeuil-les-Bains") * 0.8
    assert largeurs["A"].width > largeurs["H"].width


def test_the_last_sheet_names_the_sources(tableau):
    classeur = read_xlsx(to_xlsx({"Communes": tableau, "EPCI": tableau}, SOURCES))
    assert classeur.sheetnames == ["Communes", "EPCI", "Sources"]
    assert rows(classeur["Sources"]) == [
        ["Titre", "Producteur", "Date", "Adresse"],
        ["Communiqué", "ARS", instant("2022-05-06"), None],
        ["'=Titre", "INSEE", "2024-02", "https://exemple.fr/?a=1"],
        ["Page", "CPTS", "date non publiée", None],
    ]


@pytest.mark.parametrize("hostile", HOSTILES)
def test_no_cell_nor_heading_of_a_workbook_is_a_formula(hostile):
    octets = to_xlsx({"T": pd.DataFrame({hostile: [hostile], "n": [-2.5]})}, SOURCES)
    (entete, _), (cellule, nombre) = read_xlsx(octets)["T"].iter_rows()
    # Excel itself writes a carriage return so; openpyxl gives it back as it stands in the file.
    attendu = f"'{hostile}".replace("\r", "_x000D_")
    assert [c.value.replace("\r", "_x000D_") for c in (entete, cellule)] == [attendu] * 2
    assert [entete.data_type, cellule.data_type] == ["s", "s"]
    assert (nombre.value, nombre.data_type) == (-2.5, "n")
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        assert b"<f" not in re.sub(rb"<f(onts?|ills?|ormula1)\b", b"", _sheets(archive))


def _sheets(archive):
    return b"".join(archive.read(nom) for nom in archive.namelist() if "worksheets/" in nom)


def test_sheet_names_are_those_excel_admits():
    noms = ["a/b[c]:*?\\d", "'apostrophe'", "", "Sources", "sources", "History", "x" * 40]
    noms += ["X" * 31, "x" * 31 + "y", "= 1"]
    octets = to_xlsx({nom: pd.DataFrame({"a": [1]}) for nom in noms}, SOURCES)
    feuilles = read_xlsx(octets).sheetnames
    assert len(feuilles) == len(noms) + 1
    assert len({nom.casefold() for nom in feuilles}) == len(feuilles)
    assert all(0 < len(nom) <= 31 and not set(nom) & set("[]:*?/\\") for nom in feuilles)
    assert not any(nom.startswith("'") or nom.endswith("'") for nom in feuilles)
    assert feuilles[-1] == "Sources"
    assert feuilles[3:9] == [
        "Sources (2)",
        "sources (3)",
        "History (2)",
        "x" * 31,
        "X" * 27 + " (2)",
        "x" * 27 + " (3)",
    ]


@given(st.lists(st.tuples(cellules, cellules), max_size=5))
def test_any_workbook_opens_and_holds_no_formula(lignes):
    tableau = pd.DataFrame(lignes, columns=["a", "b"], dtype="object")
    feuille = read_xlsx(to_xlsx({"T": tableau}, SOURCES))["T"]
    # Excel knows no empty row at the end.
    assert feuille.max_row <= len(lignes) + 1
    assert all(cellule.data_type != "f" for ligne in feuille.iter_rows() for cellule in ligne)


def test_equal_tables_make_equal_bytes(tableau):
    assert to_xlsx({"T": tableau}, SOURCES) == to_xlsx({"T": tableau.copy()}, SOURCES)
    assert to_csv(tableau) == to_csv(tableau.copy())


@pytest.mark.parametrize(
    ("quoi", "extension", "nom"),
    [
        ("fiche luxeuil", "xlsx", "atlas-cpts_fiche-luxeuil_2026-11-21.xlsx"),
        ("Fiche : cœur d'Héricourt", "csv", "atlas-cpts_fiche-coeur-d-hericourt_2026-11-21.csv"),
        ("../../etc/passwd\x00", "gpkg", "atlas-cpts_etc-passwd_2026-11-21.gpkg"),
        ("日本", "csv", "atlas-cpts_2026-11-21.csv"),
    ],
)
def test_file_names_say_what_and_when(quoi, extension, nom):
    assert file_name(quoi, extension, dt.date(2026, 11, 21)) == nom


@given(st.text(max_size=300))
def test_any_file_name_is_plain_and_short(quoi):
    nom = file_name(quoi, "csv", dt.date(2026, 11, 21))
    assert re.fullmatch(r"atlas-cpts(_[a-z0-9-]{1,80})?_2026-11-21\.csv", nom)
