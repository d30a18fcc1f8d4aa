"""The files of a ZIP archive, expanded within limits, in memory: no name of the archive ever is a path of the disk."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from typing import TYPE_CHECKING

from geo.couches.limites import ARCHIVE_COUCHE_DEPLIEE_MAX_OCTETS, ARCHIVE_COUCHE_MEMBRES_MAX
from geo.couches.refus import REEXPORTER, pass_limit, refuse_couche
from geo.importation.limites import MIB

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

# APPNOTE.TXT, 4.3.7, 4.3.12, 4.3.16: of a member, of its entry in the directory, of an empty archive.
_ZIP, _ENTREE, _VIDE = b"PK\3\4", b"PK\1\2", b"PK\5\6"
# APPNOTE.TXT, 4.4.4: bit 0 of the general purpose flags.
_CHIFFRE = 0x1
# Unix's mode, in the high half of the external attributes.
_MODE = 16
# 7-Zip, RAR, gzip (RFC 1952), bzip2, xz, Zstandard: by the first bytes of each.
ARCHIVES = (
    _ZIP,
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\0",
    b"\x28\xb5\x2f\xfd",
)
# Documents that go with a layer, and are archives to themselves.
_DOCUMENTS = re.compile(r".*\.(docx|xlsx|pptx|odt|ods|odp|qgz|lyrx|mxd)", re.IGNORECASE)
# What systems add to an archive.
_SYSTEME = re.compile(r"(__MACOSX/.*|(.*/)?(\.DS_Store|Thumbs\.db|desktop\.ini))", re.IGNORECASE)
_EXTRAIRE = "En extraire les fichiers de la couche, et les déposer seuls."


def is_zip(contenu: bytes) -> bool:
    """Tell whether a file announces itself as a ZIP archive, whole or not."""
    return contenu.startswith((_ZIP, _VIDE))


def list_members(contenu: bytes) -> list[str]:
    """Return the names of the members of an archive; none where it cannot be told."""
    try:
        if contenu.count(_ENTREE) > ARCHIVE_COUCHE_MEMBRES_MAX:
            return []
        with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, OverflowError, RuntimeError):
        return []


def expand(fichier: str, contenu: bytes) -> dict[str, bytes]:
    """Return the members of an archive by their name, in its order.

    Parameters
    ----------
    fichier
        Name of the archive, for the problems.
    contenu
        Its bytes.

    Raises
    ------
    DonneesInvalides
        If it is damaged, encrypted, beyond a limit, holds another archive or a link, or names a path
        outside its own folder.
    """
    # Counted before the directory is read: each entry takes some five hundred bytes of memory.
    if contenu.count(_ENTREE) > ARCHIVE_COUCHE_MEMBRES_MAX:
        raise pass_limit(
            fichier, "l'archive a plus de fichiers que la limite", ARCHIVE_COUCHE_MEMBRES_MAX
        )
    try:
        with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
            membres = [m for m in archive.infolist() if not m.filename.endswith("/")]
            for membre in membres:
                _check_member(fichier, membre)
            return _expand_all(fichier, archive, membres)
    # What zipfile lets through of what it reads with: damaged streams (zlib, EOFError), impossible
    # offsets and dates (ValueError), methods it does not know (NotImplementedError, RuntimeError).
    except (
        zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, OverflowError, RuntimeError,
    ) as erreur:  # fmt: skip
        raise refuse_couche(
            fichier, "l'archive est tronquée ou abîmée.", "La refaire, puis la déposer de nouveau."
        ) from erreur
    except Exception as erreur:
        # LZMAError has no common parent with the others, and its module may be missing.
        if type(erreur).__name__ == "LZMAError":
            raise refuse_couche(fichier, "l'archive est tronquée ou abîmée.") from erreur
        raise


def _check_member(fichier: str, membre: ZipInfo) -> None:
    if membre.flag_bits & _CHIFFRE:
        raise refuse_couche(
            fichier,
            "l'archive est protégée par un mot de passe.",
            "L'extraire, puis en refaire une sans mot de passe.",
        )
    # Python cuts the name at a NUL: what it was is in orig_filename.
    nom = membre.orig_filename.replace("\\", "/")
    if nom.startswith("/") or re.match(r"[A-Za-z]:", nom) or ".." in nom.split("/") or "\0" in nom:
        raise refuse_couche(
            fichier, "l'archive contient un fichier dont le chemin sort de son dossier.", _EXTRAIRE
        )
    if stat.S_ISLNK(membre.external_attr >> _MODE):
        raise refuse_couche(fichier, "l'archive contient un lien vers un autre fichier.", _EXTRAIRE)


def _expand_all(fichier: str, archive: ZipFile, membres: list[ZipInfo]) -> dict[str, bytes]:
    parties: dict[str, bytes] = {}
    reste = ARCHIVE_COUCHE_DEPLIEE_MAX_OCTETS
    vus = set()
    for membre in membres:
        nom = membre.filename.replace("\\", "/")
        if _SYSTEME.fullmatch(nom):
            continue
        if nom.casefold() in vus:
            raise refuse_couche(fichier, "l'archive contient deux fichiers du même nom.", _EXTRAIRE)
        vus.add(nom.casefold())
        # The sizes that the archive announces may be false: what is read is what counts.
        with archive.open(membre) as flux:
            octets = flux.read(reste + 1)
        reste -= len(octets)
        if reste < 0:
            raise pass_limit(
                fichier,
                "l'archive décompressée dépasse la taille admise",
                ARCHIVE_COUCHE_DEPLIEE_MAX_OCTETS // MIB,
                " Mio",
            )
        if octets.startswith(ARCHIVES):
            if _DOCUMENTS.fullmatch(nom):
                continue
            raise refuse_couche(fichier, f"l'archive en contient une autre (« {nom} »).", _EXTRAIRE)
        parties[nom] = octets
    if not parties:
        raise refuse_couche(fichier, "l'archive est vide.", REEXPORTER)
    return parties
