"""Read the sheets of an XLSX or ODS workbook, after a check of all that its reader will meet.

The archive is expanded here, within limits; :mod:`geo.importation.mesure` parses its XML once, and
refuses what passes a limit or what two readers may understand differently; then calamine reads a
new archive of those very parts. So what it allocates is what was counted.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, cast
from xml.etree.ElementTree import ParseError

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from geo.erreurs import DonneesInvalides, Probleme, Severite, count
from geo.importation.apparence import Apparence
from geo.importation.feuille import Feuille, cell_text, make_feuille, over_limit, refuse
from geo.importation.limites import (
    ARCHIVE_DEPLIEE_MAX_OCTETS,
    ARCHIVE_MEMBRES_MAX,
    FEUILLES_MAX,
    MIB,
)
from geo.importation.masques import read_apparences
from geo.importation.mesure import (
    ABIME,
    CONTENU_ODS,
    SANS_CODE,
    Fusion,
    Mesure,
    measure_ods,
    measure_xlsx,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from python_calamine import CalamineSheet

# Of a member, of an archive without any, of one in several volumes: APPNOTE.TXT, 4.3.7 to 4.3.16.
_ZIP = (b"PK\3\4", b"PK\5\6", b"PK\7\10")
_XLSX = "xl/workbook.xml"
_MIMETYPE_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
# The only parts of a workbook that hold or name its cells.
_PARTIES = re.compile(r".*\.(xml|rels)|mimetype", re.IGNORECASE)
_BLOC_OCTETS = MIB
_CHIFFRE = 0x1  # bit 0 of the general purpose flags: APPNOTE.TXT, 4.4.4


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
    if _XLSX in parties:
        mesure = measure_xlsx(fichier, parties)
    elif parties.get("mimetype", b"").strip() == _MIMETYPE_ODS and CONTENU_ODS in parties:
        mesure = measure_ods(fichier, parties)
    else:
        raise refuse(
            fichier,
            "l'archive n'est pas un classeur XLSX ou ODS.",
            "En extraire la table, et la fournir seule, au format XLSX, ODS ou CSV.",
        )
    try:
        apparences = read_apparences(parties)
    except (ParseError, ValueError, LookupError) as erreur:
        raise _unreadable(fichier) from erreur
    return _read_sheets(fichier, _pack(parties), mesure, apparences)


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
                raise refuse(fichier, "l'archive est protégée par un mot de passe.", SANS_CODE)
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
                    raise refuse(fichier, "l'archive contient deux fichiers du même nom.", ABIME)
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
        raise refuse(fichier, "l'archive du classeur est tronquée ou abîmée.", ABIME) from erreur
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


def _read_sheets(
    fichier: str, octets: io.BytesIO, mesure: Mesure, apparences: Mapping[int, Apparence]
) -> list[Feuille]:
    try:
        with CalamineWorkbook.from_filelike(octets) as classeur:
            return [
                replace(
                    _read_sheet(fichier, meta, classeur.get_sheet_by_index(rang), rang, mesure),
                    apparence=apparences.get(rang, Apparence()),
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


def _read_sheet(
    fichier: str, meta: SheetMetadata, feuille: CalamineSheet, rang: int, mesure: Mesure
) -> Feuille:
    lignes = cast("list[list[object]]", feuille.to_python(skip_empty_area=False))
    fusions = _merges(feuille, rang, mesure)
    _repeat_merged(lignes, fusions, mesure)
    masquee = meta.visible != SheetVisibleEnum.Visible
    remarques = [
        *_formulas(fichier, mesure),
        *_merged(fichier, fusions),
        *([_hidden(fichier, meta.name)] if masquee else []),
    ]
    return make_feuille(fichier, meta.name, lignes, remarques, masquee=masquee)


def _merges(feuille: CalamineSheet, rang: int, mesure: Mesure) -> list[Fusion]:
    """Return the groups of merged cells of one sheet, from calamine or from the measure."""
    plages = feuille.merged_cell_ranges
    if plages is not None:
        return [
            Fusion(haut, gauche, bas - haut + 1, droite - gauche + 1)
            for (haut, gauche), (bas, droite) in plages
        ]
    return mesure.fusions_ods[rang] if rang < len(mesure.fusions_ods) else []


def _repeat_merged(
    lignes: Sequence[list[object]], fusions: Sequence[Fusion], mesure: Mesure
) -> None:
    """Repeat the value of each group on its other rows, and clear its other cells.

    Only its first cell shows, and what a spreadsheet keeps behind the others is not the planner's.
    A group may go down to the last row of the sheet: no row is added for it.
    """
    for fusion in fusions:
        concernees = lignes[fusion.ligne : fusion.ligne + fusion.hauteur]
        if not concernees or fusion.colonne >= len(concernees[0]):
            continue
        valeur, fin = concernees[0][fusion.colonne], fusion.colonne + fusion.largeur
        # A damaged file may pile up groups over the same cells, which takes time and texts.
        mesure.add_cells(len(concernees) * len(concernees[0][fusion.colonne : fin]))
        mesure.add_text(len(cell_text(valeur)), len(concernees))
        for ligne in concernees:
            ligne[fusion.colonne : fin] = [
                valeur,
                *[""] * (len(ligne[fusion.colonne : fin]) - 1),
            ]


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


def _formulas(fichier: str, mesure: Mesure) -> list[Probleme]:
    if not mesure.formules:
        return []
    return [
        Probleme(
            Severite.A_VERIFIER,
            fichier,
            f"{count(mesure.formules, 'cellule')} à formule dans le classeur : la valeur "
            "enregistrée est lue, rien n'est calculé.",
            "Si une valeur manque, ouvrir le classeur, le recalculer et l'enregistrer.",
            identifiant="formules_calculees",
        ),
    ]


def _merged(fichier: str, fusions: Sequence[Fusion]) -> list[Probleme]:
    remarques = []
    if hautes := sum(fusion.hauteur > 1 for fusion in fusions):
        remarques.append(
            Probleme(
                Severite.INFORMATION,
                fichier,
                f"{count(hautes, 'groupe')} de cellules fusionnées : leur valeur est répétée sur "
                "chacune de leurs lignes.",
                "Rien à faire si elle vaut pour toutes.",
                identifiant="fusion_hauteur",
            ),
        )
    if larges := sum(fusion.largeur > 1 for fusion in fusions):
        remarques.append(
            Probleme(
                Severite.INFORMATION,
                fichier,
                f"{count(larges, 'groupe')} de cellules fusionnées en largeur : leur valeur est "
                "lue dans la première de leurs colonnes seulement.",
                "Rien à faire si ce sont des titres au-dessus de la table.",
                identifiant="fusion_largeur",
            ),
        )
    return remarques


def _hidden(fichier: str, nom: str) -> Probleme:
    return Probleme(
        Severite.A_VERIFIER,
        fichier,
        f"la feuille « {nom} » est masquée dans le classeur.",
        "Vérifier que c'est bien elle qu'il faut lire.",
        identifiant="feuille_masquee",
    )


def _unreadable(fichier: str) -> DonneesInvalides:
    return refuse(fichier, "le classeur ne peut pas être lu : il est abîmé.", ABIME)
