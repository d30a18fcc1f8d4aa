"""Whether the parts of a shapefile are of one same layer: GDAL reads up to the end of the shortest, without a word."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geo.couches.formats import Format
from geo.couches.refus import block_couche, refuse_couche
from geo.erreurs import Probleme, Severite, count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.couches.formats import Source

# ESRI, « Shapefile Technical Description », p. 4, 6 and 24: headers, of the file and of a record; what the index has
# of each. dBASE III: header; the first byte of a row that was deleted.
_ENTETE_SHP, _ENTETE_CONTOUR, _ENTREE_SHX, _ENTETE_DBF = 100, 8, 8, 32
_SUPPRIMEE = ord("*")
# What tools leave after the last row or record.
_REMPLISSAGE = b"\0\x1a "


class _Compte(NamedTuple):
    """How many features one part has, and how many its header announces."""

    partie: str
    lus: int
    annonces: int


def check_parts(source: Source) -> None:
    """Refuse a shapefile that is cut, or whose parts do not have as many features as each other.

    Raises
    ------
    DonneesInvalides
        As said.
    """
    parties = source.parties
    if not _is_whole(parties):
        raise refuse_couche(source.fichier, f"ce {source.format} est tronqué ou abîmé.")
    comptes = [_count_records(parties["shp"]), _count_rows(parties["dbf"])]
    if "shx" in parties:
        index = max(len(parties["shx"]) - _ENTETE_SHP, 0) // _ENTREE_SHX
        comptes.append(_Compte(".shx", index, index))
    if len({nombre for compte in comptes for nombre in compte[1:]}) == 1:
        return
    details = ", ".join(
        f"{count(c.lus, 'forme')} dans {c.partie}"
        + (f" (qui en annonce {c.annonces})" if c.annonces != c.lus else "")
        for c in comptes
    )
    raise block_couche(
        source.fichier,
        f"les parties du shapefile ne vont pas ensemble : {details}.",
        "Exporter la couche de nouveau, et déposer ensemble les fichiers de cet export.",
        identifiant="shapefile_discordant",
    )


def tell_shapefile(source: Source) -> list[Probleme]:
    """Tell what a shapefile does without, and what it keeps of what was deleted from it."""
    if source.format is not Format.SHAPEFILE:
        return []
    remarques = []
    if supprimees := _count_deleted(source.parties["dbf"]):
        plusieurs = supprimees > 1
        remarques.append(
            Probleme(
                Severite.A_VERIFIER,
                source.fichier,
                f"{count(supprimees, 'forme')} {'marquées' if plusieurs else 'marquée'} dans le .dbf comme "
                f"{'supprimées' if plusieurs else 'supprimée'}, {'non lues' if plusieurs else 'non lue'}.",
                "Si elles devaient rester, exporter la couche de nouveau.",
                identifiant="formes_supprimees",
            )
        )
    if "shx" not in source.parties:
        remarques.append(
            Probleme(
                Severite.INFORMATION,
                source.fichier,
                "il manque au shapefile .shx, son index : il est refait d'après les contours.",
                "Rien à faire.",
                identifiant="shapefile_sans_index",
            )
        )
    return remarques


def _is_whole(parties: Mapping[str, bytes]) -> bool:
    """Tell whether the parts are as long as they say."""
    shp, dbf = parties["shp"], parties["dbf"]
    if len(shp) < _ENTETE_SHP or len(dbf) < _ENTETE_DBF:
        return False
    lignes, entete, longueur = _read_dbf(dbf)
    return _announced(shp) <= len(shp) and longueur > 0 and entete + lignes * longueur <= len(dbf)


def _announced(shp: bytes) -> int:
    """Return the length of a .shp by its header, which counts words of two bytes."""
    return 2 * int(struct.unpack_from(">I", shp, 24)[0])


def _read_dbf(dbf: bytes) -> tuple[int, int, int]:
    """Return the number of rows, the length of the header and that of a row."""
    lignes, entete, longueur = struct.unpack_from("<IHH", dbf, 4)
    return lignes, entete, longueur


def _count_records(shp: bytes) -> _Compte:
    fin, annoncee = len(shp.rstrip(_REMPLISSAGE)), _announced(shp)
    place, lus, annonces = _ENTETE_SHP, 0, 0
    while place < max(fin, annoncee) and place + _ENTETE_CONTOUR <= len(shp):
        lus += 1
        annonces += place < annoncee
        place += _ENTETE_CONTOUR + 2 * int(struct.unpack_from(">I", shp, place + 4)[0])
    return _Compte(".shp", lus, annonces)


def _count_rows(dbf: bytes) -> _Compte:
    lignes, entete, longueur = _read_dbf(dbf)
    reste = dbf[entete + lignes * longueur :].rstrip(_REMPLISSAGE)
    return _Compte(".dbf", lignes + -(-len(reste) // longueur), lignes)


def _count_deleted(dbf: bytes) -> int:
    lignes, entete, longueur = _read_dbf(dbf)
    marques = np.frombuffer(dbf, dtype="uint8")[entete : entete + lignes * longueur : longueur]
    return int((marques == _SUPPRIMEE).sum())
