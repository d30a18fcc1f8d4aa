"""What is read of each file of the corpus, and what the user is told of those that cannot be."""

import datetime as dt
import io
import random
import re
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.chart import BarChart, Reference

from geo.erreurs import DonneesInvalides, Severite
from geo.importation import classeur, limites
from geo.importation.colonnes import column_letters, extract, guess, titles
from geo.importation.lecture import Feuille, read_feuilles
from tests.importation import fabrique

FICHIERS = Path(__file__).resolve().parents[1] / "fichiers"

UTF8, UTF16 = "encodage du texte : UTF-8.", "encodage du texte : UTF-16."
WINDOWS = "il est lu comme du Windows-1252"
POINT_VIRGULE, VIRGULE, TABULATION = (
    f"séparateur de colonnes : {nom}." for nom in ("point-virgule", "virgule", "tabulation")
)

# Every file that is read, and what is said of it.
LUS = {
    "point_virgule.csv": (UTF8, POINT_VIRGULE),
    "virgule.csv": (UTF8, VIRGULE),
    "tabulation.tsv": (UTF8, TABULATION),
    "utf8_bom.csv": (UTF8, POINT_VIRGULE),
    "utf16.csv": (UTF16, TABULATION),
    "utf16_gros_boutiste.csv": (UTF16, TABULATION),
    "windows_1252.csv": (WINDOWS, POINT_VIRGULE),
    "crlf.csv": (UTF8, POINT_VIRGULE),
    "lignes_et_colonnes_vides.csv": (UTF8, POINT_VIRGULE),
    "titres_au_dessus.csv": (UTF8, POINT_VIRGULE),
    "colonnes_en_desordre.csv": (UTF8, POINT_VIRGULE),
    "noms_usuels.csv": (UTF8, POINT_VIRGULE),
    "codes_nombres.csv": (UTF8, POINT_VIRGULE),
    "sep_declare.csv": (UTF8, VIRGULE),
    "virgules_dans_les_noms.csv": (UTF8, POINT_VIRGULE),
    "cellule_sur_deux_lignes.csv": (UTF8, POINT_VIRGULE),
    "sans_code.csv": (UTF8, POINT_VIRGULE),
    "code_sans_titre.csv": (UTF8, POINT_VIRGULE),
    "code_postal_a_cote.csv": (UTF8, POINT_VIRGULE),
    "pied_de_table.csv": (UTF8, POINT_VIRGULE),
    "formules.csv": (
        UTF8,
        POINT_VIRGULE,
        "2 lignes avec un texte qui ressemble à une formule",
    ),
    "accents_abimes.csv": (
        UTF8,
        POINT_VIRGULE,
        "4 lignes aux accents abîmés avant l'enregistrement : lignes 1, 2, 3, 4.",
    ),
    # What these lack is told when their columns are looked for.
    "sans_titres.csv": (UTF8, POINT_VIRGULE),
    "deux_lignes_de_titres.csv": (UTF8, POINT_VIRGULE),
    "titres_seuls.csv": (UTF8, POINT_VIRGULE),
    "sans_cpts.csv": (UTF8, POINT_VIRGULE),
    "sans_commune.csv": (UTF8, POINT_VIRGULE),
}

# Every file that is refused, and why.
REFUSES = {
    "vide.csv": "le fichier est vide",
    "blancs.csv": "le fichier est vide",
    "separateurs_seuls.csv": "aucune cellule remplie",
    "une_colonne.csv": "la table n'a qu'une colonne : aucun séparateur reconnu",
    "octet_nul.csv": "octets nuls",
    "image.csv": "ce n'est pas une table : c'est une image PNG",
    "caractere_de_controle.csv": "caractères de contrôle",
    "octets_sans_encodage.csv": "ni un texte en UTF-8, UTF-16 ou Windows-1252",
    "utf16_tronque.csv": "s'annonce en UTF-16",
    "guillemet_ouvert.csv": "les guillemets sont mal fermés, au plus tard à la ligne 5",
    "page_web.xls": "page web",
    "tableur_xml.xls": "XML",
    "entites.xml": "XML",
    "ancien_format.xls": "l'ancien format d'Office",
    "mot_de_passe.xlsx": "protégé par un mot de passe",
}

DTD = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
DERNIERE_CELLULE = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
REPETITION = b'<table:table-cell table:number-columns-repeated="16384"/>'
XLSX, ODS = fabrique.xlsx(), fabrique.ods()
DEUX_CELLULES = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'


def _ods_row(ligne: str = "", cellule: str = "") -> str:
    """Write an ODS row of two texts, with attributes of its own and of its last cell."""
    texte = '<table:table-cell office:value-type="string"{}><text:p>x</text:p></table:table-cell>'
    return f"<table:table-row{ligne}>{texte.format('')}{texte.format(cellule)}</table:table-row>"


def _several_sheets(nombre: int) -> bytes:
    def add(classeur_xlsx: openpyxl.Workbook) -> None:
        for _ in range(nombre - 1):
            classeur_xlsx.create_sheet()

    return fabrique.xlsx(retouche=add)


# Made when the tests run: too large to store, or easier to read as what was done to a sound file.
FABRIQUES: dict[str, tuple[Callable[[], bytes], str]] = {
    "trop gros": (lambda: b"x;y\n" * (5 * 2**20 + 1), "dépasse la taille admise (20 Mio)"),
    "trop de lignes": (lambda: fabrique.csv_table(200_001, 2), "plus de lignes que la limite"),
    "10 000 colonnes": (lambda: fabrique.csv_table(2, 10_000), "plus de colonnes que la limite"),
    "trop de cellules": (
        lambda: fabrique.csv_table(1, 400) + b"x;y\n" * 5_000,
        "plus de cellules que la limite (2\u202f000\u202f000)",
    ),
    "cellule démesurée": (
        lambda: fabrique.csv_table(2, 2, "x" * 40_000),
        "une cellule de la ligne 1 a plus de caractères que la limite",
    ),
    # Beyond the limit of the csv module too: the words are the same, whoever finds it.
    "cellule sans fin": (
        lambda: fabrique.csv_table(2, 2, "x" * 200_000),
        "une cellule de la ligne 1 a plus de caractères que la limite",
    ),
    "10 000 colonnes, XLSX": (
        lambda: fabrique.xlsx([["x"] * 10_000]),
        "plus de colonnes que la limite (500)",
    ),
    "cellule au bout de la feuille": (
        lambda: fabrique.xlsx_rows(f'<row r="1"><c r="A1"><v>1</v></c></row>{DERNIERE_CELLULE}'),
        "plus de lignes que la limite",
    ),
    "texte partagé mille fois": (
        lambda: fabrique.shared_text_bomb(30_000, 4_000),
        "plus de caractères que la limite",
    ),
    "cellule ODS répétée": (
        lambda: fabrique.edit_part(
            ODS,
            fabrique.CONTENU_ODS,
            REPETITION,
            REPETITION.replace(b"/>", b' office:value-type="float" office:value="1"/>'),
        ),
        "plus de lignes que la limite",
    ),
    "texte ODS répété": (
        lambda: fabrique.edit_part(
            ODS,
            fabrique.CONTENU_ODS,
            b"<table:table-row>",
            b'<table:table-row table:number-rows-repeated="4000"><table:table-cell '
            b'office:value-type="string"><text:p>' + b"x" * 30_000 + b"</text:p></table:table-cell>"
            b"</table:table-row><table:table-row>",
        ),
        "plus de caractères que la limite",
    ),
    "deux feuilles trop grandes ensemble": (
        lambda: fabrique.replace_parts(
            _several_sheets(2),
            {
                f"xl/worksheets/sheet{rang}.xml": fabrique.sheet_xml(
                    '<row r="200000"><c r="F200000"><v>1</v></c></row>'
                )
                for rang in (1, 2)
            },
        ),
        "plus de cellules que la limite",
    ),
    "référence de cellule illisible": (
        lambda: fabrique.xlsx_rows('<row r="1"><c r="$A$1"><v>1</v></c></row>'),
        "le XML du classeur est abîmé",
    ),
    "numéro de ligne illisible": (
        lambda: fabrique.xlsx_rows('<row r="A1"><c><v>1</v></c></row>'),
        "le XML du classeur est abîmé",
    ),
    "cellule sans référence dans une ligne lointaine": (
        lambda: fabrique.xlsx_rows('<row r="300000"><c r="A1"><v>1</v></c><c><v>2</v></c></row>'),
        "plus de lignes que la limite",
    ),
    "cellules vides sans nombre, XLSX": (
        lambda: fabrique.xlsx_rows(f"{DEUX_CELLULES}<row>{'<c/>' * 2_000_000}</row>"),
        "plus de cellules que la limite",
    ),
    "cellules vides sans nombre, ODS": (
        lambda: fabrique.ods_rows(
            f"<table:table-row>{REPETITION.decode() * 200}</table:table-row>"
        ),
        "plus de cellules que la limite",
    ),
    "balises sans nombre": (
        lambda: fabrique.xlsx_rows(DEUX_CELLULES + "<row/>" * 10_000_000),
        "plus de balises que la limite",
    ),
    "groupes fusionnés sans nombre": (
        lambda: fabrique.merge_xlsx(XLSX, *["A1:A2"] * 200_001),
        "plus de cellules fusionnées que la limite",
    ),
    "groupes fusionnés les uns sur les autres": (
        lambda: fabrique.merge_xlsx(fabrique.xlsx([["x", "y"]] * 1_000), *["A1:A1000"] * 2_001),
        "plus de cellules que la limite",
    ),
    "texte fusionné sur mille lignes": (
        lambda: fabrique.xlsx(
            [["x" * 30_000, "y"], *[["", "y"]] * 4_000],
            lambda c: c.active.merge_cells("A1:A4001"),
        ),
        "plus de caractères que la limite",
    ),
    "texte partagé, au numéro détourné": (
        # No number for calamine, which then takes the first text.
        lambda: fabrique.shared_text_bomb(30_000, 4_000, "+99999"),
        "plus de caractères que la limite",
    ),
    "texte partagé, au numéro coupé": (
        lambda: fabrique.shared_text_bomb(30_000, 4_000, "0<!-- -->99999"),
        "plus de caractères que la limite",
    ),
    "deux répétitions": (
        lambda: fabrique.ods_rows(
            _ods_row(
                ' xmlns:x="urn:x" x:number-rows-repeated="1" table:number-rows-repeated="30000000"'
            )
        ),
        "le XML du classeur est abîmé",
    ),
    "répétition illisible": (
        lambda: fabrique.ods_rows(_ods_row(' table:number-rows-repeated="+30000000"')),
        "le XML du classeur est abîmé",
    ),
    "valeur ODS sans type, répétée": (
        lambda: fabrique.ods_rows(
            '<table:table-row table:number-rows-repeated="1000000">'
            '<table:table-cell office:value="1"/></table:table-row>'
        ),
        "plus de lignes que la limite",
    ),
    "texte ODS en attribut, répété": (
        lambda: fabrique.ods_rows(
            '<table:table-row table:number-rows-repeated="4000"><table:table-cell '
            f'office:string-value="{"x" * 30_000}"/></table:table-row>'
        ),
        "plus de caractères que la limite",
    ),
    "ligne ODS dans une ligne": (
        lambda: fabrique.ods_rows("<table:table-row><table:table-row/></table:table-row>"),
        "le XML du classeur est abîmé",
    ),
    "XML en UTF-16": (
        lambda: fabrique.replace_parts(
            XLSX, {fabrique.FEUILLE_XLSX: fabrique.sheet_xml("").decode().encode("utf-16")}
        ),
        "le XML du classeur est abîmé",
    ),
    "PDF": (lambda: b"%PDF-1.7\n1 0 obj; a, b\n", "ce n'est pas une table : c'est un document PDF"),
    "JPEG": (lambda: b"\xff\xd8\xff\xe0abc;d", "ce n'est pas une table : c'est une image JPEG"),
    "GIF": (lambda: b"GIF89a;b\n", "ce n'est pas une table : c'est une image GIF"),
    "RTF": (lambda: b"{\\rtf1 a;b}\n", "ce n'est pas une table : c'est un document RTF"),
    "7z": (lambda: b"7z\xbc\xaf\x27\x1cabc", "ce n'est pas une table : c'est une archive 7z"),
    "gzip": (lambda: b"\x1f\x8b\x08abc", "ce n'est pas une table : c'est un fichier compressé"),
    "caractère de contrôle dans un classeur": (
        lambda: fabrique.xlsx([("Code", "CPTS"), (70311, "a\x7f")]),
        "une cellule de la ligne 2 contient un caractère de contrôle",
    ),
    "UTF-7 avec sa marque": (
        lambda: b"+/v8-Code;CPTS\n70311;Luxeuil\n",
        "le texte est encodé en UTF-7",
    ),
    "UTF-7 sans marque": (
        lambda: "Code;CPTS\n70285;Pays d'Héricourt\n".encode("utf-7"),
        "le texte est encodé en UTF-7",
    ),
    "C1 dans un texte": (
        "Code;CPTS\n70311;Luxeuil\x9b31m\n".encode,
        "le fichier contient des caractères de contrôle",
    ),
    "C1 dans un classeur": (
        lambda: fabrique.xlsx([("Code", "CPTS"), (70311, "a\x9b")]),
        "une cellule de la ligne 2 contient un caractère de contrôle",
    ),
    "trop de feuilles": (lambda: _several_sheets(51), "plus de feuilles que la limite (50)"),
    "bombe": (lambda: fabrique.bomb(130), "décompressé dépasse la taille admise (128 Mio)"),
    "bombe qui ment": (
        lambda: fabrique.lie_about_size(fabrique.bomb(130), fabrique.FEUILLE_XLSX, 1_000),
        "tronquée ou abîmée",
    ),
    "trop de membres": (
        lambda: fabrique.replace_parts(XLSX, {f"xl/media/{i}.png": b"" for i in range(1_001)}),
        "plus de fichiers que la limite",
    ),
    "archive tronquée": (lambda: XLSX[:-100], "tronquée ou abîmée"),
    "archive réduite à son début": (lambda: XLSX[:40], "tronquée ou abîmée"),
    "archive chiffrée": (lambda: fabrique.encrypt_flag(XLSX), "protégée par un mot de passe"),
    "ODS chiffré": (
        lambda: fabrique.edit_part(
            ODS,
            "META-INF/manifest.xml",
            b"</manifest:manifest>",
            b"<manifest:encryption-data/></manifest:manifest>",
        ),
        "protégé par un mot de passe",
    ),
    "archive d'autre chose": (
        lambda: fabrique.replace_parts(XLSX, {"xl/workbook.xml": None}),
        "n'est pas un classeur XLSX ou ODS",
    ),
    "deux fois la même partie": (
        lambda: fabrique.replace_parts(XLSX, {"XL/Workbook.xml": b"<workbook/>"}),
        "deux fichiers du même nom",
    ),
    "entités, XLSX": (
        lambda: fabrique.replace_parts(
            XLSX, {fabrique.FEUILLE_XLSX: DTD + fabrique.sheet_xml("&c;")}
        ),
        "DTD, entités",
    ),
    "entités hors des feuilles": (
        lambda: fabrique.replace_parts(XLSX, {"docProps/core.xml": DTD + b"<a>&c;</a>"}),
        "DTD, entités",
    ),
    "entités, ODS": (
        lambda: fabrique.edit_part(ODS, fabrique.CONTENU_ODS, b"?>", b"?>" + DTD),
        "DTD, entités",
    ),
    "XML mal formé": (
        lambda: fabrique.edit_part(XLSX, fabrique.FEUILLE_XLSX, b"</row>", b""),
        "le XML du classeur est abîmé",
    ),
    "encodage inconnu": (
        lambda: fabrique.replace_parts(
            XLSX, {fabrique.FEUILLE_XLSX: b'<?xml version="1.0" encoding="klingon"?><a/>'}
        ),
        "le XML du classeur est abîmé",
    ),
    "feuille absente": (
        lambda: fabrique.replace_parts(XLSX, {fabrique.FEUILLE_XLSX: None}),
        "le classeur ne peut pas être lu",
    ),
    "classeur vide": (lambda: fabrique.xlsx([]), "aucune cellule remplie"),
    "une colonne, XLSX": (lambda: fabrique.xlsx([["Code"], [70311]]), "qu'une colonne"),
}


def _messages(feuille: Feuille) -> list[str]:
    return [remarque.message for remarque in feuille.remarques]


def test_every_file_of_the_corpus_has_its_line() -> None:
    presents = {chemin.name for chemin in FICHIERS.iterdir() if not chemin.name.startswith(".")}
    assert presents == LUS.keys() | REFUSES.keys()


@pytest.mark.parametrize("nom", LUS)
def test_file_is_read_and_what_was_supposed_is_said(nom: str) -> None:
    (feuille,) = read_feuilles(nom, (FICHIERS / nom).read_bytes())
    messages = _messages(feuille)
    assert len(messages) == len(LUS[nom])
    for message, attendu in zip(messages, LUS[nom], strict=True):
        assert attendu in message
    assert {remarque.fichier for remarque in feuille.remarques} == {nom}
    assert Severite.BLOQUANT not in {remarque.severite for remarque in feuille.remarques}


def test_encodings_and_separators_give_the_same_sheet() -> None:
    memes = [
        "point_virgule.csv",
        "virgule.csv",
        "tabulation.tsv",
        "utf8_bom.csv",
        "utf16.csv",
        "utf16_gros_boutiste.csv",
        "windows_1252.csv",
        "crlf.csv",
    ]
    lues = {read_feuilles(nom, (FICHIERS / nom).read_bytes())[0].lignes for nom in memes}
    (lignes,) = lues
    assert lignes[3] == (
        "70285",
        "Héricourt",
        "70",
        "CPTS du Pays d'Héricourt",
        "lancée",
        "19/04/2024",
    )


@pytest.mark.parametrize("nom", REFUSES)
def test_file_is_refused_with_a_remedy(nom: str) -> None:
    _assert_refused(nom, (FICHIERS / nom).read_bytes(), REFUSES[nom])


@pytest.mark.parametrize("nom", FABRIQUES)
def test_made_file_is_refused_with_a_remedy(nom: str) -> None:
    fabrique_octets, attendu = FABRIQUES[nom]
    _assert_refused(nom, fabrique_octets(), attendu)


def _assert_refused(nom: str, contenu: bytes, attendu: str) -> None:
    with pytest.raises(DonneesInvalides) as erreur:
        read_feuilles(nom, contenu)
    (probleme,) = erreur.value.problemes
    assert attendu in probleme.message
    assert probleme.severite is Severite.BLOQUANT
    assert probleme.fichier == nom
    assert probleme.remede.endswith(".")


@pytest.mark.parametrize("contenu", [XLSX, ODS], ids=["XLSX", "ODS"])
def test_workbook_gives_numbers_and_dates_as_text(contenu: bytes) -> None:
    (feuille,) = read_feuilles("table", contenu)
    assert feuille.lignes == (fabrique.TITRES, *fabrique.LUE)
    assert feuille.remarques == ()


def test_workbook_keeps_the_numbers_of_its_rows_and_columns() -> None:
    (feuille,) = read_feuilles(
        "t.xlsx", fabrique.xlsx([[], [None, "a", "b"], [], [None, 1.5, True]])
    )
    assert feuille.lignes == (("",) * 3, ("", "a", "b"), ("",) * 3, ("", "1.5", "oui"))


def test_styled_but_empty_cells_do_not_widen_the_sheet() -> None:
    vide = DERNIERE_CELLULE.replace("<v>1</v>", "")
    contenu = fabrique.xlsx_rows(
        f'<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>{vide}'
    )
    assert read_feuilles("t.xlsx", contenu)[0].lignes == (("1", "2"),)


def test_a_file_is_what_it_holds_not_what_its_name_says() -> None:
    assert read_feuilles("table.csv", XLSX) == read_feuilles("table.xlsx", XLSX)
    texte = (FICHIERS / "point_virgule.csv").read_bytes()
    assert read_feuilles("t.xlsx", texte)[0].lignes == read_feuilles("t.csv", texte)[0].lignes


def test_sheets_without_text_are_left_out_and_hidden_ones_are_named() -> None:
    def add(classeur_xlsx: openpyxl.Workbook) -> None:
        classeur_xlsx.create_sheet("Vide")
        masquee = classeur_xlsx.create_sheet("Ancienne")
        masquee.append(["a", "b"])
        masquee.sheet_state = "hidden"

    visible, masquee = read_feuilles("t.xlsx", fabrique.xlsx(retouche=add))
    assert (visible.remarques, masquee.nom) == ((), "Ancienne")
    assert (visible.masquee, masquee.masquee) == (False, True)
    assert _messages(masquee) == ["la feuille « Ancienne » est masquée dans le classeur."]


def test_formulas_of_a_workbook_are_counted_and_never_computed() -> None:
    contenu = fabrique.xlsx([("Code", "CPTS"), (70311, "=1+1"), (70550, "=cmd|' /C calc'!A0")])
    (feuille,) = read_feuilles("t.xlsx", contenu)
    # openpyxl writes no value beside the formula.
    assert [ligne[1] for ligne in feuille.lignes] == ["CPTS", "", ""]
    (message,) = _messages(feuille)
    assert message.startswith("2 cellules à formule dans le classeur")


def test_charts_are_neither_tables_nor_formulas() -> None:
    def add(classeur_xlsx: openpyxl.Workbook) -> None:
        for feuille in (classeur_xlsx.active, classeur_xlsx.create_chartsheet("Graphique")):
            graphique = BarChart()
            graphique.add_data(Reference(classeur_xlsx["Sheet"], min_col=1, min_row=2, max_row=4))
            feuille.add_chart(graphique)

    (feuille,) = read_feuilles("t.xlsx", fabrique.xlsx(retouche=add))
    assert (feuille.nom, feuille.remarques) == ("Sheet", ())


def test_parts_named_with_the_other_slash_are_read() -> None:
    autres = {}
    with zipfile.ZipFile(io.BytesIO(XLSX)) as archive:
        for nom in archive.namelist():
            autres[nom] = None
            autres[nom.replace("/", "\\")] = archive.read(nom)
    contenu = fabrique.replace_parts(XLSX, autres | {"[Content_Types].xml": b"<Types/>"})
    assert read_feuilles("t.xlsx", contenu) == read_feuilles("t.xlsx", XLSX)


def test_the_declared_separator_is_obeyed_and_its_row_blank() -> None:
    (feuille,) = read_feuilles("t.csv", b"sep=,\r\na;b,c;d\r\ne;f,g;h\r\n")
    assert feuille.lignes == (("", ""), ("a;b", "c;d"), ("e;f", "g;h"))


def test_invisible_characters_are_left_out() -> None:
    contenu = "Code;CPTS\n\ufeff70311\u200b;CPTS\u00a0de\u202fLuxeuil\n".encode()
    assert read_feuilles("t.csv", contenu)[0].lignes[1] == ("70311", "CPTS de Luxeuil")


# Sheet:      A     B     C        the value of a merged group is repeated down its first column:
#         1   Code  Nom   CPTS     CPTS X over C2:C4, the title over A5:C5, Y over B6:C7
#         2   1     a     X
#         3   2     b     |
#         4   3     c     |
#         5   titre ------------
#         6   4     Y ---------
#         7   5     |         |
FUSIONNEE = [
    ("Code", "Nom", "CPTS"),
    ("1", "a", fabrique.Fusion("X", 3)),
    ("2", "b", fabrique.COUVERTE),
    ("3", "c", fabrique.COUVERTE),
    (fabrique.Fusion("titre", 1, 3), fabrique.COUVERTE, fabrique.COUVERTE),
    ("4", fabrique.Fusion("Y", 2, 2), fabrique.COUVERTE),
    ("5", fabrique.COUVERTE, fabrique.COUVERTE),
]
DEFUSIONNEE = (
    ("Code", "Nom", "CPTS"),
    ("1", "a", "X"),
    ("2", "b", "X"),
    ("3", "c", "X"),
    ("titre", "", ""),
    ("4", "Y", ""),
    ("5", "Y", ""),
)


def _merged_xlsx() -> bytes:
    def merge(classeur_xlsx: openpyxl.Workbook) -> None:
        for plage in ("C2:C4", "A5:C5", "B6:C7"):
            classeur_xlsx.active.merge_cells(plage)
        classeur_xlsx.create_sheet("Autre").append(["a", "b"])

    valeurs = [
        [
            cellule.valeur if isinstance(cellule, fabrique.Fusion) else cellule
            for cellule in ligne
            if cellule is not fabrique.COUVERTE
        ]
        for ligne in FUSIONNEE
    ]
    return fabrique.xlsx(valeurs, merge)


@pytest.mark.parametrize("contenu", [_merged_xlsx(), fabrique.ods(FUSIONNEE)], ids=["XLSX", "ODS"])
def test_the_value_of_merged_cells_is_repeated_on_each_of_their_rows(contenu: bytes) -> None:
    feuille, *autres = read_feuilles("t", contenu)
    assert feuille.lignes == DEFUSIONNEE
    assert {remarque.severite for remarque in feuille.remarques} == {Severite.INFORMATION}
    hautes, larges = _messages(feuille)
    assert hautes == (
        "2 groupes de cellules fusionnées : leur valeur est répétée sur chacune de leurs lignes."
    )
    assert larges.startswith("2 groupes de cellules fusionnées en largeur")
    assert [autre.remarques for autre in autres] == [()] * len(autres)


def test_a_cpts_merged_over_its_communes_is_read_for_each() -> None:
    contenu = fabrique.xlsx(retouche=lambda c: c.active.merge_cells("D3:D4"))
    feuilles = read_feuilles("t.xlsx", contenu)
    assert extract(feuilles, guess(feuilles))["cpts"].tolist()[1:3] == ["CPTS de Luxeuil"] * 2


def test_cells_merged_to_the_end_of_the_sheet_add_no_row() -> None:
    contenu = fabrique.merge_xlsx(XLSX, "D2:XFD1048576")
    (feuille,) = read_feuilles("t.xlsx", contenu)
    assert [ligne[3] for ligne in feuille.lignes] == ["CPTS", *["CPTS Bourg"] * 4]


@given(
    debut=st.integers(1, 5),
    colonne=st.integers(1, 6),
    hauteur=st.integers(1, 5),
    largeur=st.integers(1, 5),
)
def test_merged_cells_change_nothing_out_of_their_first_column(
    debut: int, colonne: int, hauteur: int, largeur: int
) -> None:
    # As a script may leave them: with a value of its own behind each merged cell.
    table = [[f"{ligne}-{rang}" for rang in range(1, 10)] for ligne in range(1, 10)]
    coins = [(colonne, debut), (colonne + largeur - 1, debut + hauteur - 1)]
    plage = ":".join(f"{column_letters(rang - 1)}{ligne}" for rang, ligne in coins)
    (feuille,) = read_feuilles("t.xlsx", fabrique.merge_xlsx(fabrique.xlsx(table), plage))
    for ligne in range(1, 10):
        for rang in range(1, 10):
            dedans = debut <= ligne < debut + hauteur and colonne <= rang < colonne + largeur
            attendue = f"{ligne}-{rang}"
            if dedans:
                attendue = f"{debut}-{colonne}" if rang == colonne else ""
            assert feuille.lignes[ligne - 1][rang - 1] == attendue


def test_dates_before_noon_keep_their_day_and_others_their_hour() -> None:
    instants = [dt.datetime(2022, 5, 6), dt.datetime(2022, 5, 6, 14, 30)]  # noqa: DTZ001
    (feuille,) = read_feuilles("t.xlsx", fabrique.xlsx([instants]))
    assert feuille.lignes == (("2022-05-06", "2022-05-06 14:30:00"),)


@pytest.mark.parametrize("contenu", [XLSX, ODS], ids=["XLSX", "ODS"])
def test_what_calamine_reads_is_what_was_measured(
    contenu: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    lues = []
    ouvrir = classeur.CalamineWorkbook.from_filelike

    class Espion:
        @staticmethod
        def from_filelike(octets: io.BytesIO) -> object:
            with zipfile.ZipFile(octets) as archive:
                lues.extend(archive.namelist())
            octets.seek(0)
            return ouvrir(octets)

    monkeypatch.setattr(classeur, "CalamineWorkbook", Espion)
    read_feuilles("t", fabrique.replace_parts(contenu, {"macro.bin": b"x"}))
    with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
        siennes = set(archive.namelist())
    assert set(lues) <= siennes
    assert "macro.bin" not in lues


def test_a_fault_inside_calamine_is_a_damaged_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    # The class that Rust's panics become has no importable name: only its name tells it.
    panique = type("PanicException", (BaseException,), {})

    class Casse:
        @staticmethod
        def from_filelike(octets: io.BytesIO) -> object:
            del octets
            raise panique

    monkeypatch.setattr(classeur, "CalamineWorkbook", Casse)
    _assert_refused("t.xlsx", XLSX, "le classeur ne peut pas être lu")


def test_the_limits_shown_are_those_applied() -> None:
    assert set(limites.LIMITES.values()) == {
        20,
        200_000,
        500,
        2_000_000,
        50,
        32_767,
        200,
        10_000,
        10**8,
        1_000,
        128,
    }


# What no process may be asked to allocate: each is read in a child with little memory.

MEMOIRE_OCTETS = 2 * 2**30
LECTURE = """
import sys
from geo.erreurs import DonneesInvalides
from geo.importation.lecture import read_feuilles
try:
    read_feuilles("fichier", sys.stdin.buffer.read())
except DonneesInvalides as erreur:
    print(erreur)
"""


def _xlsx_cell(ligne: str, cellule: str) -> bytes:
    return fabrique.xlsx_rows(
        f'{DEUX_CELLULES}<row{ligne}><c{cellule} t="str"><v>z</v></c></row>',
    )


EXTREMES: dict[str, Callable[[], bytes]] = {
    "ligne à huit chiffres": lambda: _xlsx_cell(' r="2"', ' r="A99999999"'),
    "colonne à cinq lettres": lambda: _xlsx_cell(' r="2"', ' r="ZZZZZ2"'),
    "colonne à six lettres": lambda: _xlsx_cell(' r="2"', ' r="AAAAAA2"'),
    "numéro de ligne aux zéros sans fin": lambda: _xlsx_cell(' r="0000000000099999999"', ""),
    "numéro de ligne signé": lambda: _xlsx_cell(' r="+99999999"', ""),
    "lignes ODS, nombre signé": lambda: fabrique.ods_rows(
        _ods_row(' table:number-rows-repeated="+2000000000"')
    ),
    "lignes ODS, leurre": lambda: fabrique.ods_rows(
        _ods_row(' xmlns:x="u" x:number-rows-repeated="1" table:number-rows-repeated="2000000000"')
    ),
    "lignes ODS, zéros sans fin": lambda: fabrique.ods_rows(
        _ods_row(' table:number-rows-repeated="000000000002000000000"')
    ),
    "colonnes ODS, nombre signé": lambda: fabrique.ods_rows(
        _ods_row(cellule=' table:number-columns-repeated="+30000000"') * 100
    ),
    "cellules vides ODS": lambda: fabrique.ods_rows(
        f"<table:table-row>{REPETITION.decode() * 2}</table:table-row>" * 4_000
    ),
    "espaces ODS": lambda: fabrique.ods_rows(
        '<table:table-row><table:table-cell office:value-type="string"><text:p>'
        '<text:s xmlns:x="u" x:c="1" text:c="4000000000"/></text:p></table:table-cell>'
        "</table:table-row>"
    ),
}


@pytest.mark.parametrize("nom", EXTREMES)
def test_extreme_places_and_repeats_take_no_memory(nom: str) -> None:
    lecture = subprocess.run(
        [sys.executable, "-c", LECTURE],
        input=EXTREMES[nom](),
        capture_output=True,
        check=False,
        cwd=Path(__file__).resolve().parents[2],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMOIRE_OCTETS, MEMOIRE_OCTETS)),
    )
    assert lecture.returncode == 0, lecture.stderr.decode()[-500:]
    # By what measures the workbook, not by what reads it.
    assert re.search("XML du classeur est abîmé|que la limite", lecture.stdout.decode())


REFERENCE = re.compile("([A-Za-z]{1,3})([0-9]{1,7})")


@given(
    r=st.one_of(
        st.from_regex(r"[A-Za-z]{0,6}[0-9]{0,12}", fullmatch=True),
        st.from_regex(r"[A-C]{0,2}[0-9]{0,3}", fullmatch=True),
        st.text("A1$+ -é٣ıK", max_size=6),
    )
)
def test_a_cell_is_where_its_reference_says_or_refused(r: str) -> None:
    contenu = fabrique.xlsx_rows(
        f'<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="{r}"><v>2</v></c></row>'
    )
    lue = REFERENCE.fullmatch(r)
    if lue is None:
        with pytest.raises(DonneesInvalides, match="abîmé"):
            read_feuilles("t.xlsx", contenu)
        return
    colonne, ligne = openpyxl.utils.column_index_from_string(lue[1]), int(lue[2])
    dedans = 0 < ligne <= limites.LIGNES_MAX and colonne <= limites.COLONNES_MAX
    # A single column is no table.
    if not dedans or ligne * colonne > limites.CELLULES_MAX or colonne == 1:
        with pytest.raises(DonneesInvalides):
            read_feuilles("t.xlsx", contenu)
        return
    (feuille,) = read_feuilles("t.xlsx", contenu)
    assert feuille.lignes[ligne - 1][colonne - 1] == "2"


@given(
    repetition=st.one_of(
        st.integers(0, 300).map(str),
        st.integers(0, 10**25).map(str),
        st.from_regex(r"0{0,20}[0-9]{1,3}", fullmatch=True),
        st.text("0123456789+-_ ٣é", max_size=5),
    ),
    sens=st.sampled_from(["rows", "columns"]),
)
def test_ods_repeats_are_obeyed_or_refused(repetition: str, sens: str) -> None:
    attribut = f' table:number-{sens}-repeated="{repetition}"'
    lignes = sens == "rows"
    contenu = fabrique.ods_rows(
        _ods_row(ligne=attribut if lignes else "", cellule="" if lignes else attribut)
    )
    try:
        (feuille,) = read_feuilles("t.ods", contenu)
    except DonneesInvalides:
        nombre = int(repetition) if re.fullmatch("[0-9]{1,18}", repetition) else None
        maximum = limites.LIGNES_MAX if lignes else limites.COLONNES_MAX - 1
        assert nombre is None or nombre > maximum - len(fabrique.TABLE)
        return
    nombre = int(repetition)
    assert re.fullmatch("[0-9]+", repetition)
    if lignes:
        assert feuille.lignes[nombre] == fabrique.TITRES
    else:
        assert feuille.lignes[0][: 1 + nombre] == ("x",) * (1 + nombre)


# Fuzzing: whatever the bytes, a table or a refusal in words.

CORPUS = [chemin.read_bytes() for chemin in sorted(FICHIERS.glob("[a-z]*"))] + [XLSX, ODS]
# Values at which a reader of XML attributes and texts may stumble.
VALEURS = [b"", b"0", b"-1", b"99999999999", b"A0", b"XFD1048576", b"A1:A0", b"s", b"d", b"1e400"]
PORTIONS = re.compile(rb'(?<=")[^"<>]*(?=")|(?<=>)[^<>]*(?=<)|<[\w:]+[^<>]*/>| [\w:]+="[^"<>]*"')


def _read_all(contenu: bytes) -> None:
    with suppress(DonneesInvalides):
        feuilles = read_feuilles("fichier", contenu)
        assert len({len(ligne) for ligne in feuilles[0].lignes}) == 1
        correspondance = guess(feuilles)
        assert len(titles(feuilles, correspondance)) == feuilles[correspondance.feuille].largeur
        extract(feuilles, correspondance)


@given(
    contenu=st.binary(max_size=300), debut=st.sampled_from([b"", b"PK\3\4", b"\xff\xfe", b"a;b\n"])
)
def test_any_bytes_are_read_or_refused(contenu: bytes, debut: bytes) -> None:
    _read_all(debut + contenu)


@given(texte=st.text(max_size=300), encodage=st.sampled_from(["utf-8", "utf-16"]))
def test_any_text_is_read_or_refused(texte: str, encodage: str) -> None:
    _read_all(texte.encode(encodage, errors="replace"))


@given(lignes=st.lists(st.lists(st.text("a70=\";,\t\n 'é", max_size=8), max_size=5), max_size=6))
def test_any_workbook_is_read_as_written(lignes: list[list[str]]) -> None:
    # What begins with = is a formula for openpyxl: put out of the way, it is tested above.
    sures = [
        [f"x{texte}" if texte.startswith("=") else texte for texte in ligne] for ligne in lignes
    ]
    try:
        (feuille,) = read_feuilles("t.xlsx", fabrique.xlsx(sures))
    except DonneesInvalides:
        assert max((len(_strip_end(ligne)) for ligne in sures), default=0) <= 1
        return
    lues = [_strip_end(ligne) for ligne in feuille.lignes]
    ecrites = [_strip_end(ligne) for ligne in sures]
    while ecrites and not ecrites[-1]:
        ecrites.pop()
    assert lues == ecrites


def _strip_end(ligne: list[str] | tuple[str, ...]) -> list[str]:
    textes = [" ".join(texte.split()) for texte in ligne]
    while textes and not textes[-1]:
        textes.pop()
    return textes


@settings(max_examples=200)
@given(contenu=st.sampled_from(CORPUS), alea=st.randoms(use_true_random=False))
def test_damaged_files_are_read_or_refused(contenu: bytes, alea: random.Random) -> None:
    octets = bytearray(contenu)
    for _ in range(alea.randint(1, 6)):
        place, longueur = alea.randint(0, len(octets)), alea.randint(0, 30)
        autre = alea.randint(0, len(octets))
        octets[place : place + alea.choice((0, 1, longueur))] = alea.choice(
            (bytes([alea.randrange(256)]), b"", b'"', octets[autre : autre + longueur])
        )
    _read_all(bytes(octets))


@settings(max_examples=200)
@given(archive=st.sampled_from([XLSX, ODS]), alea=st.randoms(use_true_random=False))
def test_twisted_workbooks_are_read_or_refused(archive: bytes, alea: random.Random) -> None:
    with zipfile.ZipFile(io.BytesIO(archive)) as source:
        noms = [nom for nom in source.namelist() if nom.endswith((".xml", ".rels"))]
    nom = alea.choice(noms)
    xml = bytearray(fabrique.read_part(archive, nom))
    for _ in range(alea.randint(1, 4)):
        if portions := list(PORTIONS.finditer(xml)):
            portion = alea.choice(portions)
            entiere = portion[0].startswith((b"<", b" "))
            xml[portion.start() : portion.end()] = b"" if entiere else alea.choice(VALEURS)
    _read_all(fabrique.replace_parts(archive, {nom: bytes(xml)}))


@pytest.mark.parametrize("cellule", ["-0,2 %", "-1e5", "+1'234", "-12", "+33 (0)3 84"])
def test_a_signed_number_is_no_formula(cellule):
    (feuille,) = read_feuilles("t.csv", f"a;b\n1;{cellule}\n".encode())
    assert "formule" not in " ".join(r.message for r in feuille.remarques)


@pytest.mark.parametrize("cellule", ["-2+3", "+A1", "-1e", "-cmd|' /C calc'!A0"])
def test_what_a_spreadsheet_would_run_is_still_said(cellule):
    (feuille,) = read_feuilles("t.csv", f"a;b\n1;{cellule}\n".encode())
    assert "formule" in " ".join(r.message for r in feuille.remarques)
