"""Measure the sheets of a workbook by its XML, before anything reads its cells.

A reader of spreadsheets allocates what a file announces: one far cell, one repeat, and the process
is gone. So each part is parsed here first, without any entity, and every place, repeat and text
counted as calamine will take it. What calamine might take otherwise is refused: a place or a
repeat that is no plain number, two attributes of one local name, cells inside cells, an encoding
of several bytes a character.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple, NoReturn

# A document type is refused before any entity can be declared, so expat expands none.
from xml.parsers import expat

from geo.importation.feuille import over_limit, refuse
from geo.importation.limites import (
    CARACTERES_MAX,
    CARACTERES_PAR_CELLULE_MAX,
    CELLULES_MAX,
    COLONNES_MAX,
    LIGNES_MAX,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.erreurs import DonneesInvalides

ABIME = "Ouvrir le classeur dans un tableur et l'enregistrer de nouveau, ou en CSV UTF-8."
SANS_CODE = "L'ouvrir, ôter le mot de passe, puis l'enregistrer de nouveau."

CONTENU_ODS = "content.xml"
_TEXTES_PARTAGES = "xl/sharedstrings.xml"
# A cell takes an element for itself, one or two for its value, and two for a shared text.
_ELEMENTS_MAX = 5 * CELLULES_MAX
REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
# int() also takes signs, underscores and digits of other scripts, and refuses thousands of digits.
_NOMBRE = re.compile(r"[0-9]{1,18}")
# The number of a shared text, as it stands in the file after the tag that holds it.
_RANG_PARTAGE = re.compile(rb"<[^<>]*>([0-9]{0,9})")
# What gives a cell of ODS a value, with or without a type.
_VALEURS_ODS = frozenset(
    {
        "value-type",
        "value",
        "string-value",
        "date-value",
        "time-value",
        "boolean-value",
        "formula",
    }
)
# What makes one element stand for many, « c » for spaces.
_COMPTES_ODS = frozenset(
    {
        "number-rows-repeated",
        "number-columns-repeated",
        "number-rows-spanned",
        "number-columns-spanned",
        "c",
    }
)


class Fusion(NamedTuple):
    """A group of merged cells: its first row and column, from 0, and how many it has of each."""

    ligne: int
    colonne: int
    hauteur: int
    largeur: int


@dataclass(slots=True)
class Mesure:
    """What a workbook announces.

    ``lignes`` and ``colonnes`` are those of the sheet being measured, ``cellules`` the rows ×
    columns of those before; ``ecrites`` counts the cells that the file writes, even empty.
    """

    fichier: str
    lignes: int = 0
    colonnes: int = 0
    cellules: int = 0
    ecrites: int = 0
    caracteres: int = 0
    formules: int = 0
    fusions: int = 0
    # Of ODS alone, sheet by sheet: calamine does not tell them.
    fusions_ods: list[list[Fusion]] = field(default_factory=list)
    longueurs: list[int] = field(default_factory=list)

    def extend(self, ligne: int, colonne: int) -> None:
        """Take in one cell that is not empty, by its 1-based place."""
        if ligne <= self.lignes and colonne <= self.colonnes:
            return
        self.lignes, self.colonnes = max(self.lignes, ligne), max(self.colonnes, colonne)
        if self.lignes > LIGNES_MAX:
            raise over_limit(self.fichier, "plus de lignes que la limite", LIGNES_MAX)
        if self.colonnes > COLONNES_MAX:
            raise over_limit(self.fichier, "plus de colonnes que la limite", COLONNES_MAX)
        if self.cellules + self.lignes * self.colonnes > CELLULES_MAX:
            raise self._too_many_cells()

    def add_cells(self, nombre: int) -> None:
        """Take in cells that are read, be they empty."""
        self.ecrites += nombre
        if self.ecrites > CELLULES_MAX:
            raise self._too_many_cells()

    def add_text(self, longueur: int, fois: int = 1) -> None:
        """Take in the text of one cell, which the file may repeat."""
        if longueur > CARACTERES_PAR_CELLULE_MAX:
            raise over_limit(
                self.fichier,
                "une cellule a plus de caractères que la limite",
                CARACTERES_PAR_CELLULE_MAX,
            )
        self.caracteres += longueur * fois
        if self.caracteres > CARACTERES_MAX:
            raise over_limit(self.fichier, "plus de caractères que la limite", CARACTERES_MAX)

    def add_merge(self) -> None:
        """Take in one group of merged cells."""
        self.fusions += 1
        if self.fusions > LIGNES_MAX:
            raise over_limit(self.fichier, "plus de cellules fusionnées que la limite", LIGNES_MAX)

    def close_sheet(self) -> None:
        """Keep the cells of a sheet and begin another one."""
        self.cellules += self.lignes * self.colonnes
        self.lignes = self.colonnes = 0

    def _too_many_cells(self) -> DonneesInvalides:
        return over_limit(self.fichier, "plus de cellules que la limite", CELLULES_MAX)


def measure_xlsx(fichier: str, parties: Mapping[str, bytes]) -> Mesure:
    """Measure a workbook of XLSX by its parts.

    Raises
    ------
    DonneesInvalides
        If it passes a limit, holds a document type, or its XML is damaged.
    """
    mesure = Mesure(fichier)
    _check_elements(fichier, parties)
    # The lengths of the shared texts are needed before the cells that use them.
    for nom in sorted(parties, key=lambda nom: nom.casefold() != _TEXTES_PARTAGES):
        partages = nom.casefold() == _TEXTES_PARTAGES
        (_TextesPartages if partages else _FeuilleXlsx)(fichier, mesure).parse(parties[nom])
        mesure.close_sheet()
    return mesure


def measure_ods(fichier: str, parties: Mapping[str, bytes]) -> Mesure:
    """Measure a spreadsheet of ODS by its parts.

    Raises
    ------
    DonneesInvalides
        As :func:`measure_xlsx`, and if it is encrypted.
    """
    mesure = Mesure(fichier)
    _check_elements(fichier, parties)
    # First: an encrypted part is no XML, and would pass for a damaged one.
    manifeste = parties.get("META-INF/manifest.xml")
    if manifeste is not None:
        _Manifeste(fichier, mesure).parse(manifeste)
    for nom, xml in parties.items():
        if nom != "mimetype":
            (_ContenuOds if nom == CONTENU_ODS else _Lecteur)(fichier, mesure).parse(xml)
    return mesure


def _check_elements(fichier: str, parties: Mapping[str, bytes]) -> None:
    """Refuse what would take minutes to parse: an element takes four bytes, and some time."""
    elements = sum(xml.count(b"<") - xml.count(b"</") for xml in parties.values())
    if elements > _ELEMENTS_MAX:
        raise over_limit(fichier, "plus de balises que la limite", _ELEMENTS_MAX)


class _Lecteur:
    """Parse one XML part without any entity; subclasses say what they look for."""

    def __init__(self, fichier: str, mesure: Mesure) -> None:
        self.fichier, self.mesure = fichier, mesure
        self.analyseur = expat.ParserCreate()
        self.xml = b""
        self.capte = False
        self.longueur = 0

    def parse(self, xml: bytes) -> None:
        # In UTF-16, expat would read other elements than calamine, which knows bytes alone; in
        # any encoding of one byte a character that expat takes, the markup is ASCII.
        if b"\0" in xml:
            raise self.damaged()
        self.xml = xml
        analyseur = self.analyseur
        analyseur.buffer_text = True
        analyseur.StartDoctypeDeclHandler = self._doctype
        analyseur.StartElementHandler = lambda nom, attributs: self.start(_local(nom), attributs)
        analyseur.EndElementHandler = lambda nom: self.end(_local(nom))
        analyseur.CharacterDataHandler = self._characters
        try:
            analyseur.Parse(xml, True)  # noqa: FBT003 - positional only in C
        # An encoding that expat does not know is told otherwise than a fault of syntax.
        except (expat.ExpatError, LookupError, ValueError) as erreur:
            raise self.damaged() from erreur

    def start(self, nom: str, attributs: dict[str, str]) -> None:
        """Meet the beginning of an element, by its local name."""

    def end(self, nom: str) -> None:
        """Meet the end of an element."""

    def damaged(self) -> DonneesInvalides:
        return refuse(self.fichier, "le XML du classeur est abîmé.", ABIME)

    def number(self, texte: str) -> int:
        """Return a whole number that is written with plain digits, and refuse any other."""
        if not _NOMBRE.fullmatch(texte):
            raise self.damaged()
        return int(texte)

    def _doctype(self, *_: object) -> NoReturn:
        raise refuse(
            self.fichier,
            "le XML du classeur déclare un type de document (DTD, entités) : aucun tableur n'en "
            "écrit, et il peut être piégé.",
            ABIME,
        )

    def _characters(self, texte: str) -> None:
        if self.capte:
            self.longueur += len(texte)


class _TextesPartages(_Lecteur):
    def start(self, nom: str, attributs: dict[str, str]) -> None:
        del attributs
        if nom == "si":
            self.longueur = 0
        self.capte = nom == "t"

    def end(self, nom: str) -> None:
        self.capte = False
        if nom == "si":
            self.mesure.longueurs.append(self.longueur)


class _FeuilleXlsx(_Lecteur):
    """Any part but the shared texts: nothing tells for certain which ones are sheets."""

    def __init__(self, fichier: str, mesure: Mesure) -> None:
        super().__init__(fichier, mesure)
        # Where a cell without reference would be, then where the present one is; from 1.
        self.rangee, self.colonne_suivante = 1, 1
        self.ligne = self.colonne = 0
        self.type = ""
        self.debut = 0
        self.plus_long = max(mesure.longueurs, default=0)
        # Charts, comments and chains of formulas have elements of the same names.
        self.dans_table = False

    def start(self, nom: str, attributs: dict[str, str]) -> None:
        # Two elements in three are cells and their values.
        if self.dans_table and nom == "c":
            self._start_cell(attributs)
        elif self.dans_table and nom in ("v", "t"):
            self.capte, self.longueur, self.debut = True, 0, self.analyseur.CurrentByteIndex
            self.mesure.extend(self.ligne, self.colonne)
        elif nom == "sheetData":
            self.dans_table = True
        elif nom == "mergeCell":
            self.mesure.add_merge()
        elif not self.dans_table:
            return
        elif nom == "row":
            if "r" in attributs:
                self.rangee = self.number(attributs["r"])
        elif nom == "f":
            self.mesure.formules += 1

    def end(self, nom: str) -> None:
        if nom == "row":
            self.rangee, self.colonne_suivante = self.rangee + 1, 1
        elif self.capte and nom in ("v", "t"):
            self.capte = False
            self.mesure.add_text(self._shared_length() if self.type == "s" else self.longueur)

    def _start_cell(self, attributs: dict[str, str]) -> None:
        self.mesure.add_cells(1)
        self.type = attributs.get("t", "")
        self.ligne, self.colonne = self.rangee, self.colonne_suivante
        if "r" in attributs:
            reference = REFERENCE.fullmatch(attributs["r"])
            if reference is None:
                raise self.damaged()
            # The cells that follow without reference stay in the row that holds them all.
            self.ligne, self.colonne = int(reference[2]), column_number(reference[1].upper())
        self.colonne_suivante = self.colonne + 1

    def _shared_length(self) -> int:
        """Return the length of the shared text that the present cell names by its number.

        The bytes of the file tell the number, for calamine takes another one than expat gives
        where comments or character references cut it, and the first text where it reads none.
        """
        lu = _RANG_PARTAGE.fullmatch(self.xml[self.debut : self.analyseur.CurrentByteIndex])
        if lu is None:
            return self.plus_long
        rang, longueurs = int(lu[1] or 0), self.mesure.longueurs
        return longueurs[rang] if rang < len(longueurs) else 0


class _ContenuOds(_Lecteur):
    def __init__(self, fichier: str, mesure: Mesure) -> None:
        super().__init__(fichier, mesure)
        self.ligne = self.colonne = 0
        self.lignes_repetees = self.colonnes_repetees = 1
        self.dans: set[str] = set()
        self.dans_cellule = self.remplie = False
        self.longueur_attribut = 0

    def start(self, nom: str, attributs: dict[str, str]) -> None:
        if nom in ("table", "table-row", "table-cell", "covered-table-cell"):
            self._enter(nom.removeprefix("covered-"))
            if nom == "table":
                self._start_table(attributs)
            elif nom == "table-row":
                self._start_row(attributs)
            else:
                self._start_cell(attributs)
        elif nom in ("p", "s", "tab", "line-break") and self.dans_cellule:
            self.remplie = True
            # One element may stand for many spaces.
            self.longueur += self._counts(attributs).get("c", 1)

    def end(self, nom: str) -> None:
        if nom in ("table-cell", "covered-table-cell"):
            self._end_cell()
        elif nom == "table":
            self.mesure.close_sheet()
            self.ligne = 0
        self.dans.discard(nom.removeprefix("covered-"))

    def _enter(self, nom: str) -> None:
        """Refuse a table inside a table: its rows would be counted from the first again."""
        if nom in self.dans:
            raise self.damaged()
        self.dans.add(nom)

    def _start_table(self, attributs: dict[str, str]) -> None:
        # Without a name, it is no sheet but the copy of a linked one.
        if "table:name" in attributs:
            self.mesure.fusions_ods.append([])

    def _start_row(self, attributs: dict[str, str]) -> None:
        self.lignes_repetees = self._counts(attributs).get("number-rows-repeated", 1)
        self.ligne += self.lignes_repetees
        self.colonne = self.colonnes_repetees = 0

    def _start_cell(self, attributs: dict[str, str]) -> None:
        # Those before are now known not to be the empty end of the row, which nobody reads.
        self.mesure.add_cells(self.colonnes_repetees)
        comptes = self._counts(attributs)
        self.colonnes_repetees = comptes.get("number-columns-repeated", 1)
        self._add_merge(
            comptes.get("number-rows-spanned", 1), comptes.get("number-columns-spanned", 1)
        )
        self.colonne += self.colonnes_repetees
        valeurs = {
            nom: len(valeur)
            for cle, valeur in attributs.items()
            if (nom := _local(cle)) in _VALEURS_ODS
        }
        self.mesure.formules += "formula" in valeurs
        self.remplie = bool(valeurs)
        self.longueur_attribut = max(valeurs.values(), default=0)
        self.dans_cellule = self.capte = True
        self.longueur = 0

    def _end_cell(self) -> None:
        self.dans_cellule = self.capte = False
        if self.remplie:
            self.mesure.extend(self.ligne, self.colonne)
            self.mesure.add_text(
                max(self.longueur, self.longueur_attribut),
                self.lignes_repetees * self.colonnes_repetees,
            )

    def _add_merge(self, hauteur: int, largeur: int) -> None:
        if max(hauteur, largeur) > 1 and self.mesure.fusions_ods:
            self.mesure.add_merge()
            ligne = self.ligne - self.lignes_repetees
            self.mesure.fusions_ods[-1].append(Fusion(ligne, self.colonne, hauteur, largeur))

    def _counts(self, attributs: Mapping[str, str]) -> dict[str, int]:
        """Return how often an element stands for itself and how many cells it spans, by name."""
        comptes: dict[str, int] = {}
        for cle, valeur in attributs.items():
            nom = _local(cle)
            if nom in _COMPTES_ODS:
                if nom in comptes:
                    raise self.damaged()
                comptes[nom] = self.number(valeur)
        return comptes


class _Manifeste(_Lecteur):
    def start(self, nom: str, attributs: dict[str, str]) -> None:
        del attributs
        if nom == "encryption-data":
            raise refuse(self.fichier, "le classeur est protégé par un mot de passe.", SANS_CODE)


@lru_cache(maxsize=256)
def _local(nom: str) -> str:
    """Return the name of an element without the prefix that each writer chooses."""
    return nom.rpartition(":")[2]


@cache
def column_number(lettres: str) -> int:
    """Return the number of a column, from 1: at most three letters, so few to remember."""
    rang = 0
    for lettre in lettres:
        rang = rang * 26 + ord(lettre) - ord("A") + 1
    return rang
