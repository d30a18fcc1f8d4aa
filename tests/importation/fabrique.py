"""Workbooks and oversized files for the tests, made when they run: none of them is stored.

Sound workbooks are written by openpyxl and odfpy, which know nothing of the reader under test;
hostile ones are sound ones of which a part is replaced.
"""

import datetime as dt
import io
import struct
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import openpyxl
from odf.number import DateStyle, Day, Month, Text, Year
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P

JOUR = dt.date(2022, 5, 6)
TITRES = ("Code INSEE", "Commune", "Département", "CPTS", "Statut", "Date")
# Codes and dates as a spreadsheet holds them: the first code has lost its zero.
TABLE = (
    (1053, "Bourg-en-Bresse", 1, "CPTS Bourg", None, None),
    (70311, "Luxeuil-les-Bains", 70, "CPTS de Luxeuil", "ACI signé", JOUR),
    (70550, "Vesoul", 70.0, "CPTS du bassin vésulien", "ACI signé", JOUR),
    ("2A004", "Ajaccio", "2A", "CPTS d'Ajaccio", None, None),
)
LUE = (
    ("1053", "Bourg-en-Bresse", "1", "CPTS Bourg", "", ""),
    ("70311", "Luxeuil-les-Bains", "70", "CPTS de Luxeuil", "ACI signé", "2022-05-06"),
    ("70550", "Vesoul", "70", "CPTS du bassin vésulien", "ACI signé", "2022-05-06"),
    ("2A004", "Ajaccio", "2A", "CPTS d'Ajaccio", "", ""),
)

FEUILLE_XLSX, TEXTES_XLSX, CONTENU_ODS = (
    "xl/worksheets/sheet1.xml",
    "xl/sharedStrings.xml",
    "content.xml",
)
_ESPACE_XLSX = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@dataclass(frozen=True)
class Fusion:
    """The first cell of a group of merged cells, for :func:`ods`."""

    valeur: str
    lignes: int
    colonnes: int = 1


# Any other cell of such a group.
COUVERTE = object()


def xlsx(
    lignes: Iterable[Sequence[object]] = (TITRES, *TABLE),
    retouche: Callable[[openpyxl.Workbook], None] | None = None,
) -> bytes:
    """Write rows in the first sheet of a workbook, then change what the test wants changed."""
    classeur = openpyxl.Workbook()
    for ligne in lignes:
        classeur.active.append(list(ligne))
    if retouche:
        retouche(classeur)
    octets = io.BytesIO()
    classeur.save(octets)
    return octets.getvalue()


def workbook(**feuilles: Iterable[Sequence[object]]) -> bytes:
    """Write a workbook of XLSX with these sheets, by name."""
    classeur = openpyxl.Workbook()
    classeur.remove(classeur.active)
    for nom, lignes in feuilles.items():
        feuille = classeur.create_sheet(nom)
        for ligne in lignes:
            feuille.append(ligne)
    octets = io.BytesIO()
    classeur.save(octets)
    return octets.getvalue()


def ods(lignes: Iterable[Sequence[object]] = (TITRES, *TABLE)) -> bytes:
    """Write rows in the only sheet of an OpenDocument spreadsheet."""
    document = OpenDocumentSpreadsheet()
    jour = DateStyle(name="jour")
    for element in (Day(style="long"), Text(text="/"), Month(style="long"), Year(style="long")):
        jour.addElement(element)
    document.automaticstyles.addElement(jour)
    document.automaticstyles.addElement(
        Style(name="ce-jour", family="table-cell", datastylename=jour)
    )
    feuille = Table(name="Feuille1")
    for ligne in lignes:
        rangee = TableRow()
        for valeur in ligne:
            rangee.addElement(_ods_cell(valeur))
        feuille.addElement(rangee)
    # As LibreOffice does: the rest of the sheet, down to its last row, in one element.
    fin = TableRow(numberrowsrepeated=1_000_000)
    fin.addElement(TableCell(numbercolumnsrepeated=16_384))
    feuille.addElement(fin)
    document.spreadsheet.addElement(feuille)
    octets = io.BytesIO()
    document.save(octets)
    return octets.getvalue()


def _ods_cell(valeur: object) -> TableCell:
    match valeur:
        case None:
            return TableCell()
        case Fusion():
            cellule = TableCell(
                valuetype="string",
                numberrowsspanned=valeur.lignes,
                numbercolumnsspanned=valeur.colonnes,
            )
            cellule.addElement(P(text=valeur.valeur))
        case _ if valeur is COUVERTE:
            return CoveredTableCell()
        case dt.date():
            cellule = TableCell(valuetype="date", datevalue=valeur.isoformat(), stylename="ce-jour")
            cellule.addElement(P(text=f"{valeur:%d/%m/%Y}"))
        case int() | float():
            cellule = TableCell(valuetype="float", value=str(valeur))
            cellule.addElement(P(text=f"{valeur:g}"))
        case _:
            cellule = TableCell(valuetype="string")
            cellule.addElement(P(text=str(valeur)))
    return cellule


def replace_parts(archive: bytes, parties: dict[str, bytes | None]) -> bytes:
    """Return an archive with some parts replaced or added; ``None`` takes one away."""
    octets = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(octets, "w") as cible:
        for nom in source.namelist():
            if nom not in parties:
                cible.writestr(zipfile.ZipInfo(nom), source.read(nom))
        for nom, contenu in parties.items():
            if contenu is not None:
                cible.writestr(zipfile.ZipInfo(nom), contenu, zipfile.ZIP_DEFLATED, compresslevel=9)
    return octets.getvalue()


def read_part(archive: bytes, nom: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(archive)) as source:
        return source.read(nom)


def edit_part(archive: bytes, nom: str, avant: bytes, apres: bytes) -> bytes:
    """Replace the first occurrence of some bytes in one part."""
    partie = read_part(archive, nom)
    assert avant in partie
    return replace_parts(archive, {nom: partie.replace(avant, apres, 1)})


def sheet_xml(cellules: str) -> bytes:
    """Write a worksheet of XLSX around the XML of its rows."""
    return (
        f'<worksheet xmlns="{_ESPACE_XLSX}"><sheetData>{cellules}</sheetData></worksheet>'
    ).encode()


def xlsx_rows(rangees: str) -> bytes:
    """Write a workbook whose only sheet holds the XML of some rows."""
    return replace_parts(xlsx(), {FEUILLE_XLSX: sheet_xml(rangees)})


def ods_rows(rangees: str) -> bytes:
    """Write a spreadsheet with the XML of some rows above those of the table."""
    premiere = b"<table:table-row>"
    return edit_part(ods(), CONTENU_ODS, premiere, rangees.encode() + premiere)


def merge_xlsx(archive: bytes, *plages: str) -> bytes:
    """Merge ranges of the first sheet by the XML alone, whatever they hold."""
    fin = b"</sheetData>"
    groupes = "".join(f'<mergeCell ref="{plage}"/>' for plage in plages)
    apres = fin + f"<mergeCells>{groupes}</mergeCells>".encode()
    return edit_part(archive, FEUILLE_XLSX, fin, apres)


def lie_about_size(archive: bytes, nom: str, taille: int) -> bytes:
    """Declare another expanded size for one member, in both of its headers.

    The uncompressed size is 22 bytes after the signature of the local header, and 24 after that of
    the central one (APPNOTE.TXT, 4.3.7 and 4.3.12); the name comes at 30 and 46.
    """
    octets = bytearray(archive)
    for signature, place_taille, place_nom in ((b"PK\3\4", 22, 30), (b"PK\1\2", 24, 46)):
        debut = octets.find(signature)
        while octets[debut + place_nom : debut + place_nom + len(nom)] != nom.encode():
            debut = octets.index(signature, debut + 1)
        struct.pack_into("<I", octets, debut + place_taille, taille)
    return bytes(octets)


def encrypt_flag(archive: bytes) -> bytes:
    """Set the bit that says that the members are encrypted (APPNOTE.TXT, 4.4.4)."""
    octets = bytearray(archive)
    for signature, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        debut = octets.find(signature)
        while debut >= 0:
            octets[debut + place] |= 1
            debut = octets.find(signature, debut + 1)
    return bytes(octets)


def bomb(mebioctets: int) -> bytes:
    """Write a workbook whose sheet is nothing but blanks, a thousand times smaller once packed."""
    blancs = b" " * 2**20 * mebioctets
    return replace_parts(xlsx(), {FEUILLE_XLSX: blancs})


def shared_text_bomb(longueur: int, cellules: int, numero: str = "0") -> bytes:
    """Write one long shared text, and many cells that use it by its number."""
    textes = f'<sst xmlns="{_ESPACE_XLSX}"><si><t>{"x" * longueur}</t></si></sst>'.encode()
    rangees = "".join(
        f'<row r="{ligne}"><c r="A{ligne}" t="s"><v>{numero}</v></c></row>'
        for ligne in range(1, cellules + 1)
    )
    return replace_parts(xlsx(), {TEXTES_XLSX: textes, FEUILLE_XLSX: sheet_xml(rangees)})


def csv_table(lignes: int, colonnes: int, cellule: str = "x") -> bytes:
    """Write a CSV of equal cells."""
    return ("\n".join([";".join([cellule] * colonnes)] * lignes) + "\n").encode()
