"""What a workbook hides or strikes out is told by row, and left out by one choice."""

import io

import openpyxl
import pytest
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style, TextProperties
from odf.table import Table, TableCell, TableColumn, TableRow
from odf.text import P, Span
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from geo.erreurs import DonneesInvalides
from geo.importation.service import read_file
from tests.importation import fabrique

TABLE = [
    ["Code INSEE", "Commune", "CPTS"],
    ["70311", "Luxeuil-les-Bains", "CPTS Nord"],
    ["70258", "Froideconche", "CPTS Nord"],
    ["70550", "Vesoul", "CPTS Sud"],
]


def write_xlsx(retouche, *, autre_avant=False):
    classeur = openpyxl.Workbook()
    if autre_avant:
        # The parts of the archive are not in the order of the sheets.
        classeur.create_sheet("Notes", 0).append(["mars"])
    feuille = classeur["Sheet"]
    for ligne in TABLE:
        feuille.append(ligne)
    retouche(feuille)
    octets = io.BytesIO()
    classeur.save(octets)
    return read_file("essai_synthetique.xlsx", octets.getvalue())


def write_ods(ligne_masquee=0, colonne_masquee=-1, barree="", barree_en_partie=""):
    document = OpenDocumentSpreadsheet()
    barre = Style(name="barre", family="table-cell")
    barre.addElement(TextProperties(textlinethroughstyle="solid"))
    morceau = Style(name="morceau", family="text")
    morceau.addElement(TextProperties(textlinethroughstyle="solid"))
    document.automaticstyles.addElement(barre)
    document.automaticstyles.addElement(morceau)
    table = Table(name="Feuille1")
    for colonne in range(3):
        visibilite = "collapse" if colonne == colonne_masquee else "visible"
        table.addElement(TableColumn(visibility=visibilite))
    for rang, ligne in enumerate(TABLE, start=1):
        rangee = TableRow(visibility="filter" if rang == ligne_masquee else "visible")
        for texte in ligne:
            style = {"stylename": barre} if texte == barree else {}
            cellule = TableCell(valuetype="string", **style)
            paragraphe = P(text=texte)
            if texte == barree_en_partie:
                paragraphe = P()
                paragraphe.addElement(Span(stylename=morceau, text="ancien "))
                paragraphe.addText(texte)
            cellule.addElement(paragraphe)
            rangee.addElement(cellule)
        table.addElement(rangee)
    document.spreadsheet.addElement(table)
    octets = io.BytesIO()
    document.save(octets)
    return read_file("essai_synthetique.ods", octets.getvalue())


def hide_row(feuille):
    feuille.row_dimensions[3].hidden = True


def hide_column(feuille):
    feuille.column_dimensions["B"].hidden = True


def strike(feuille):
    feuille["C4"].font = Font(strike=True)


def strike_in_part(feuille):
    barre = TextBlock(InlineFont(strike=True), "CPTS Est ")
    feuille["C4"].value = CellRichText(barre, TextBlock(InlineFont(), "CPTS Sud"))


def told(fichier):
    return {r.identifiant: r.message for r in fichier.remarques}


def rows(fichier):
    feuille = fichier.feuilles[fichier.correspondance.feuille]
    return [ligne for ligne in feuille.lignes[1:] if any(ligne)]


CAS = {
    "ligne": ("lignes_masquees", lambda: write_xlsx(hide_row), lambda: write_ods(3)),
    "colonne": ("colonnes_masquees", lambda: write_xlsx(hide_column), lambda: write_ods(0, 1)),
    "cellule": (
        "cellules_barrees",
        lambda: write_xlsx(strike),
        lambda: write_ods(barree="CPTS Sud"),
    ),
    "texte": (
        "texte_barre",
        lambda: write_xlsx(strike_in_part),
        lambda: write_ods(barree_en_partie="CPTS Sud"),
    ),
}
VUES = {
    "ligne": [tuple(TABLE[1]), tuple(TABLE[3])],
    "colonne": [(code, "", cpts) for code, _, cpts in TABLE[1:]],
    "cellule": [tuple(TABLE[1]), tuple(TABLE[2])],
    "texte": [tuple(ligne) for ligne in TABLE[1:]],
}


@pytest.mark.parametrize("cas", CAS)
@pytest.mark.parametrize("format_lu", [1, 2], ids=["XLSX", "ODS"])
def test_what_is_hidden_is_told_and_left_out_by_one_choice(cas, format_lu):
    identifiant, *ecrits = CAS[cas]
    fichier = ecrits[format_lu - 1]()
    assert fichier.hides
    assert identifiant in told(fichier)
    assert len(rows(fichier)) == len(TABLE) - 1
    vue = fichier.without_hidden()
    assert rows(vue) == VUES[cas]
    assert not vue.hides
    assert identifiant not in told(vue)


def test_rows_are_told_by_their_number_and_the_sheet_is_the_right_one():
    fichier = write_xlsx(hide_row, autre_avant=True)
    assert fichier.correspondance.feuille == 1
    assert told(fichier)["lignes_masquees"].endswith(" : 3.")


def test_a_sound_workbook_hides_nothing():
    assert not write_xlsx(lambda _: None).hides
    assert not write_ods().hides


@pytest.mark.parametrize("place", ['min="x" max="3"', 'max="3"', 'min="1" max="9e9"'])
def test_a_place_that_is_no_number_is_a_damaged_workbook(place):
    contenu = fabrique.edit_part(
        fabrique.xlsx(),
        fabrique.FEUILLE_XLSX,
        b"<sheetData",
        f'<cols><col hidden="1" {place}/></cols><sheetData'.encode(),
    )
    with pytest.raises(DonneesInvalides, match="abîmé"):
        read_file("t.xlsx", contenu)
