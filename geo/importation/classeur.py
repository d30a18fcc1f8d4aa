"""Read the sheets of an XLSX or ODS workbook, after a check of all that its reader will meet.

The archive is expanded here, within limits; its XML is parsed once without any entity, to measure
the sheets; then calamine reads a new archive of those very parts. So what it reads is what was
measured, however the two understand a twisted archive.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NoReturn

# A document type is refused before any entity can be declared, so expat expands none.
from xml.parsers import expat

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from geo.erreurs import DonneesInvalides, Probleme, Severite, count
from geo.importation.feuille import Feuille, make_feuille, over_limit, refuse
from geo.importation.limites import (
    ARCHIVE_DEPLIEE_MAX_OCTETS,
    ARCHIVE_MEMBRES_MAX,
    CARACTERES_MAX,
    CARACTERES_PAR_CELLULE_MAX,
    CELLULES_MAX,
    COLONNES_MAX,
    FEUILLES_MAX,
    LIGNES_MAX,
    MIB,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

# Of a member, of an archive without any, of one in several volumes: APPNOTE.TXT, 4.3.7 to 4.3.16.
_ZIP = (b"PK\3\4", b"PK\5\6", b"PK\7\10")
_XLSX, _ODS = "xl/workbook.xml", "content.xml"
_TEXTES_PARTAGES = "xl/sharedstrings.xml"
_MIMETYPE_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
# The only parts of a workbook that hold or name its cells.
_PARTIES = re.compile(r".*\.(xml|rels)|mimetype", re.IGNORECASE)
_BLOC_OCTETS = MIB
_CHIFFRE = 0x1  # bit 0 of the general purpose flags: APPNOTE.TXT, 4.4.4
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")

_ABIME = "Ouvrir le classeur dans un tableur et l'enregistrer de nouveau, ou en CSV UTF-8."
_SANS_CODE = "L'ouvrir, ôter le mot de passe, puis l'enregistrer de nouveau."


@dataclass(slots=True)
class _Mesure:
    """What the XML of a workbook announces: the counts are those of the sheet being read."""

    fichier: str
    lignes: int = 0
    colonnes: int = 0
    cellules: int = 0
    caracteres: int = 0
    formules: int = 0
    fusions: int = 0
    longueurs: list[int] = field(default_factory=list)

    def extend(self, ligne: int, colonne: int) -> None:
        """Take in one cell that is not empty, by its 1-based place."""
        self.lignes, self.colonnes = max(self.lignes, ligne), max(self.colonnes, colonne)
        if self.lignes > LIGNES_MAX:
            raise over_limit(self.fichier, "plus de lignes que la limite", LIGNES_MAX)
        if self.colonnes > COLONNES_MAX:
            raise over_limit(self.fichier, "plus de colonnes que la limite", COLONNES_MAX)
        if self.cellules + self.lignes * self.colonnes > CELLULES_MAX:
            raise over_limit(self.fichier, "plus de cellules que la limite", CELLULES_MAX)

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

    def close_sheet(self) -> None:
        """Keep the cells of a sheet and begin another one."""
        self.cellules += self.lignes * self.colonnes
        self.lignes = self.colonnes = 0


def is_archive(contenu: bytes) -> bool:
    """Tell whether a file announces itself as a ZIP archive, whole or not."""
    return contenu.startswith(_ZIP)


def read_classeur(fichier: str, contenu: bytes) -> list[Feuille]:
    """Read every worksheet of a workbook.

    Parameters
    ----------
    fichier
        Name of the file, for the problems.
    contenu
        Bytes of an XLSX or ODS file.

    Raises
    ------
    DonneesInvalides
        If the archive is damaged, encrypted, beyond a limit, holds a document type or is no
        workbook.
    """
    parties = _expand(fichier, contenu)
    mesure = _Mesure(fichier)
    if _XLSX in parties:
        _measure_xlsx(fichier, parties, mesure)
    elif parties.get("mimetype", b"").strip() == _MIMETYPE_ODS and _ODS in parties:
        _measure_ods(fichier, parties, mesure)
    else:
        raise refuse(
            fichier,
            "l'archive n'est pas un classeur XLSX ou ODS.",
            "En extraire la table, et la fournir seule, au format XLSX, ODS ou CSV.",
        )
    return _read_sheets(fichier, _pack(parties), _remarks(fichier, mesure))


def _expand(fichier: str, contenu: bytes) -> dict[str, bytes]:
    """Return the parts of the archive that are of use, expanded within the limits."""
    try:
        with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
            membres = archive.infolist()
            if len(membres) > ARCHIVE_MEMBRES_MAX:
                raise over_limit(
                    fichier, "l'archive a plus de fichiers que la limite", ARCHIVE_MEMBRES_MAX
                )
            if any(membre.flag_bits & _CHIFFRE for membre in membres):
                raise refuse(fichier, "l'archive est protégée par un mot de passe.", _SANS_CODE)
            if sum(membre.file_size for membre in membres) > ARCHIVE_DEPLIEE_MAX_OCTETS:
                raise over_limit(
                    fichier,
                    "le classeur décompressé dépasse la taille admise",
                    ARCHIVE_DEPLIEE_MAX_OCTETS // MIB,
                    " Mio",
                )
            parties: dict[str, bytes] = {}
            for membre in membres:
                if not _PARTIES.fullmatch(membre.filename):
                    continue
                # Some writers use the other slash, and the reader minds no case.
                nom = membre.filename.replace("\\", "/")
                if nom.casefold() in map(str.casefold, parties):
                    raise refuse(fichier, "l'archive contient deux fichiers du même nom.", _ABIME)
                parties[nom] = _expand_one(archive, membre)
    # Beyond its own error, zipfile lets through those of what it reads with: damaged streams
    # (zlib, EOFError), impossible offsets and dates (ValueError, struct.error is caught inside),
    # methods of compression it does not know (NotImplementedError, RuntimeError).
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        ValueError,
        OSError,
        OverflowError,
        RuntimeError,
    ) as erreur:
        raise refuse(fichier, "l'archive du classeur est tronquée ou abîmée.", _ABIME) from erreur
    return parties


def _expand_one(archive: zipfile.ZipFile, membre: zipfile.ZipInfo) -> bytes:
    """Expand one member: zipfile refuses what does not hold in the size it declares.

    By blocks, since a read of the whole would expand it all before that refusal.
    """
    with archive.open(membre) as flux:
        return b"".join(iter(lambda: flux.read(_BLOC_OCTETS), b""))


def _pack(parties: Mapping[str, bytes]) -> io.BytesIO:
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w") as archive:
        for nom, partie in parties.items():
            archive.writestr(zipfile.ZipInfo(nom), partie)
    octets.seek(0)
    return octets


class _Lecteur:
    """Parse one XML part without any entity; subclasses say what they look for."""

    def __init__(self, fichier: str, mesure: _Mesure) -> None:
        self.fichier, self.mesure = fichier, mesure
        self.capte = False
        self.longueur = 0
        self.texte = ""

    def parse(self, xml: bytes) -> None:
        analyseur = expat.ParserCreate()
        analyseur.buffer_text = True
        analyseur.StartDoctypeDeclHandler = self._doctype
        analyseur.StartElementHandler = lambda nom, attributs: self.start(_local(nom), attributs)
        analyseur.EndElementHandler = lambda nom: self.end(_local(nom))
        analyseur.CharacterDataHandler = self._characters
        try:
            analyseur.Parse(xml, True)  # noqa: FBT003 - positional only in C
        # An encoding that expat does not know is told otherwise than a fault of syntax.
        except (expat.ExpatError, LookupError, ValueError) as erreur:
            raise refuse(self.fichier, "le XML du classeur est abîmé.", _ABIME) from erreur

    def start(self, nom: str, attributs: dict[str, str]) -> None:
        """Meet the beginning of an element, by its local name."""

    def end(self, nom: str) -> None:
        """Meet the end of an element."""

    def _doctype(self, *_: object) -> NoReturn:
        raise refuse(
            self.fichier,
            "le XML du classeur déclare un type de document (DTD, entités) : aucun tableur n'en "
            "écrit, et il peut être piégé.",
            _ABIME,
        )

    def _characters(self, texte: str) -> None:
        if self.capte:
            self.longueur += len(texte)
            # Only the number of a shared text is read back, and it is short.
            self.texte = (self.texte + texte)[:16]


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
    def __init__(self, fichier: str, mesure: _Mesure) -> None:
        super().__init__(fichier, mesure)
        self.ligne = self.colonne = 0
        self.type = ""
        # Charts and comments have elements of the same names; any part is measured all the same.
        self.dans_table = False

    def start(self, nom: str, attributs: dict[str, str]) -> None:
        self.dans_table = self.dans_table or nom == "sheetData"
        if nom == "c":
            self._start_cell(attributs)
        elif nom == "row":
            self.colonne = 0
            numero = attributs.get("r", "")
            self.ligne = int(numero) if _is_number(numero) else self.ligne + 1
        elif nom in ("v", "t"):
            self.capte, self.longueur, self.texte = True, 0, ""
            self.mesure.extend(self.ligne, self.colonne)
        elif nom == "f":
            self.mesure.formules += self.dans_table
        elif nom == "mergeCell":
            self.mesure.fusions += 1

    def end(self, nom: str) -> None:
        if nom not in ("v", "t"):
            return
        self.capte = False
        longueur = self.longueur
        if self.type == "s" and _is_number(self.texte):
            rang = int(self.texte)
            longueurs = self.mesure.longueurs
            longueur = longueurs[rang] if rang < len(longueurs) else 0
        self.mesure.add_text(longueur)

    def _start_cell(self, attributs: dict[str, str]) -> None:
        self.type = attributs.get("t", "")
        reference = _REFERENCE.fullmatch(attributs.get("r", "").upper())
        if reference is None:
            self.colonne += 1
            return
        self.ligne, self.colonne = int(reference[2]), _column(reference[1])


class _ContenuOds(_Lecteur):
    def __init__(self, fichier: str, mesure: _Mesure) -> None:
        super().__init__(fichier, mesure)
        self.ligne = self.colonne = 0
        self.lignes_repetees = self.colonnes_repetees = 1
        self.dans_cellule = self.remplie = False

    def start(self, nom: str, attributs: dict[str, str]) -> None:
        if nom == "table-row":
            self.lignes_repetees = _repeats(attributs, "number-rows-repeated")
            self.ligne += self.lignes_repetees
            self.colonne = 0
        elif nom in ("table-cell", "covered-table-cell"):
            self.colonnes_repetees = _repeats(attributs, "number-columns-repeated")
            self.colonne += self.colonnes_repetees
            locaux = {cle.rpartition(":")[2] for cle in attributs}
            self.mesure.formules += "formula" in locaux
            self.mesure.fusions += "number-columns-spanned" in locaux
            self.remplie = "value-type" in locaux or "formula" in locaux
            self.dans_cellule = self.capte = True
            self.longueur = 0
        elif nom in ("p", "s", "tab", "line-break") and self.dans_cellule:
            self.remplie = True
            # One element may stand for many spaces.
            self.longueur += _repeats(attributs, "c")

    def end(self, nom: str) -> None:
        if nom == "table":
            self.mesure.close_sheet()
            self.ligne = 0
        if nom not in ("table-cell", "covered-table-cell"):
            return
        self.dans_cellule = self.capte = False
        if self.remplie:
            self.mesure.extend(self.ligne, self.colonne)
            self.mesure.add_text(self.longueur, self.lignes_repetees * self.colonnes_repetees)


class _Manifeste(_Lecteur):
    def start(self, nom: str, attributs: dict[str, str]) -> None:
        del attributs
        if nom == "encryption-data":
            raise refuse(self.fichier, "le classeur est protégé par un mot de passe.", _SANS_CODE)


@lru_cache(maxsize=256)
def _local(nom: str) -> str:
    """Return the name of an element without the prefix that each writer chooses."""
    return nom.rpartition(":")[2]


@cache
def _column(lettres: str) -> int:
    """Return the number of a column, from 1: at most three letters, so few to remember."""
    rang = 0
    for lettre in lettres:
        rang = rang * 26 + ord(lettre) - ord("A") + 1
    return rang


def _repeats(attributs: Mapping[str, str], nom: str) -> int:
    """Return how often an element of ODS stands for itself."""
    valeur = next((v for cle, v in attributs.items() if cle.rpartition(":")[2] == nom), "1")
    return max(int(valeur), 1) if _is_number(valeur) else 1


def _is_number(texte: str) -> bool:
    # int() refuses numbers of thousands of digits, and takes digits of other scripts.
    return texte.isascii() and texte.isdigit() and len(texte) <= len("1000000000")


def _measure_xlsx(fichier: str, parties: Mapping[str, bytes], mesure: _Mesure) -> None:
    # The lengths of the shared texts are needed before the cells that use them.
    for nom in sorted(parties, key=lambda nom: nom.casefold() != _TEXTES_PARTAGES):
        partages = nom.casefold() == _TEXTES_PARTAGES
        (_TextesPartages if partages else _FeuilleXlsx)(fichier, mesure).parse(parties[nom])
        mesure.close_sheet()


def _measure_ods(fichier: str, parties: Mapping[str, bytes], mesure: _Mesure) -> None:
    # First: an encrypted part is no XML, and would pass for a damaged one.
    manifeste = parties.get("META-INF/manifest.xml")
    if manifeste is not None:
        _Manifeste(fichier, mesure).parse(manifeste)
    for nom, xml in parties.items():
        if nom != "mimetype":
            (_ContenuOds if nom == _ODS else _Lecteur)(fichier, mesure).parse(xml)


def _remarks(fichier: str, mesure: _Mesure) -> list[Probleme]:
    remarques = []
    if mesure.formules:
        remarques.append(
            Probleme(
                Severite.A_VERIFIER,
                fichier,
                f"{count(mesure.formules, 'cellule')} à formule dans le classeur : la valeur enregistrée est lue, "
                "rien n'est calculé.",
                "Si une valeur manque, ouvrir le classeur, le recalculer et l'enregistrer.",
            ),
        )
    if mesure.fusions:
        remarques.append(
            Probleme(
                Severite.A_VERIFIER,
                fichier,
                f"{count(mesure.fusions, 'groupe')} de cellules fusionnées : seule la première "
                "cellule de chacun est lue.",
                "Défusionner les cellules de la table et répéter leur valeur sur chaque ligne.",
            ),
        )
    return remarques


def _read_sheets(fichier: str, octets: io.BytesIO, remarques: list[Probleme]) -> list[Feuille]:
    try:
        with CalamineWorkbook.from_filelike(octets) as classeur:
            return [
                make_feuille(
                    fichier,
                    meta.name,
                    classeur.get_sheet_by_index(rang).to_python(skip_empty_area=False),
                    [*remarques, *_visibility(fichier, meta)],
                )
                for rang, meta in _worksheets(fichier, classeur)
            ]
    except DonneesInvalides:
        raise
    except (CalamineError, ValueError, OverflowError, OSError) as erreur:
        raise _unreadable(fichier) from erreur
    except BaseException as erreur:
        # A fault inside calamine comes as PanicException, which is no Exception and has no
        # importable name; the rest (interruption, exit) is not ours to stop.
        if type(erreur).__name__ == "PanicException":
            raise _unreadable(fichier) from erreur
        raise


def _worksheets(fichier: str, classeur: CalamineWorkbook) -> list[tuple[int, SheetMetadata]]:
    """Return the sheets that hold a table, not a chart, with their place in the workbook."""
    tables = [
        (rang, meta)
        for rang, meta in enumerate(classeur.sheets_metadata)
        if meta.typ == SheetTypeEnum.WorkSheet
    ]
    if len(tables) > FEUILLES_MAX:
        raise over_limit(fichier, "plus de feuilles que la limite", FEUILLES_MAX)
    return tables


def _visibility(fichier: str, meta: SheetMetadata) -> list[Probleme]:
    if meta.visible == SheetVisibleEnum.Visible:
        return []
    return [
        Probleme(
            Severite.A_VERIFIER,
            fichier,
            f"la feuille « {meta.name} » est masquée dans le classeur.",
            "Vérifier que c'est bien elle qu'il faut lire.",
        ),
    ]


def _unreadable(fichier: str) -> DonneesInvalides:
    return refuse(fichier, "le classeur ne peut pas être lu : il est abîmé.", _ABIME)
