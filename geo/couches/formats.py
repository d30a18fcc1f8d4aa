"""What a file is, by its content; which of several files make one layer."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from geo.couches.archive import expand, is_zip, list_members
from geo.couches.limites import TAILLE_COUCHE_MAX_OCTETS
from geo.couches.refus import block_couche, pass_limit, refuse_couche
from geo.importation.limites import MIB

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Format(StrEnum):
    """The formats of layers that are read, as they are said."""

    GEOJSON = "GeoJSON"
    TOPOJSON = "TopoJSON"
    GPKG = "GeoPackage"
    SHAPEFILE = "shapefile"
    FLATGEOBUF = "FlatGeobuf"
    GEOPARQUET = "GeoParquet"
    KML = "KML"


@dataclass(frozen=True)
class Source:
    """One data set: a file, or the parts of a shapefile.

    Attributes
    ----------
    fichier
        The file that was given, for the problems.
    chemin
        Where it is in the archive; the name of the file where there is none.
    format
        What it is.
    parties
        Its bytes by extension, in lower case, for a shapefile; under ``""`` for the others.
    """

    fichier: str
    chemin: str
    format: Format
    parties: Mapping[str, bytes]

    @property
    def contenu(self) -> bytes:
        """The bytes of a format of one file."""
        return self.parties[""]


# The first bytes of each: SQLite's « Database File Format », 1.3; FlatGeobuf's specification, of which
# the fourth is the version; Parquet's; ESRI's « Shapefile Technical Description », p. 4.
_SIGNATURES = (
    (re.compile(rb"SQLite format 3\0"), Format.GPKG),
    (re.compile(rb"fgb.fgb", re.DOTALL), Format.FLATGEOBUF),
    (re.compile(rb"PAR1"), Format.GEOPARQUET),
    (re.compile(rb"\0\0\x27\x0a"), Format.SHAPEFILE),
)
_KML = re.compile(rb"<(\w+:)?kml[\s>/]")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Comments and declarations may come before the first element.
_DEBUT = 4096
_TYPE = re.compile(
    rb'"type"\s*:\s*"(FeatureCollection|Feature|Topology|GeometryCollection|(?:Multi)?(?:Point|LineString|Polygon))"'
)
_TOPOLOGIE = re.compile(rb'"type"\s*:\s*"Topology"')
# Of a shapefile: what is read, and what makes of a file one of its parts.
_PARTIES = ("shp", "shx", "dbf", "prj", "cpg")
_EXTENSIONS = frozenset({*_PARTIES, "sbn", "sbx", "qix", "qpj", "qmd", "idm", "ind", "fbn", "fbx"})
_COUCHES = re.compile(
    r".*\.(shp|geojson|topojson|json|gpkg|fgb|parquet|geoparquet|kml)", re.IGNORECASE
)
_JOINDRE = (
    "Déposer ensemble les fichiers .shp, .shx, .dbf et .prj, ou l'archive ZIP qui les contient."
)


def looks_like_couche(nom: str, contenu: bytes) -> bool:
    """Tell whether a file is a layer of polygons, or a part of one, rather than a table.

    Parameters
    ----------
    nom
        Its name, of which only the extension of a part of a shapefile counts.
    contenu
        Its bytes.

    Examples
    --------
    >>> looks_like_couche("a.csv", b'{"type": "FeatureCollection", "features": []}')
    True
    >>> looks_like_couche("a.DBF", b""), looks_like_couche("a.json", b"code;nom")
    (True, False)
    """
    if is_zip(contenu):
        membres = list_members(contenu)
        # OPC and OpenDocument, parts 2: what makes an archive a document.
        document = {"[Content_Types].xml", "mimetype"}.intersection(membres)
        return not document and any(map(_COUCHES.fullmatch, membres))
    return sniff(contenu) is not None or _extension(nom) in _EXTENSIONS


def sniff(contenu: bytes) -> Format | None:
    """Return the format of a file by its content; ``None`` where it is none of those that are read."""
    for signature, format_lu in _SIGNATURES:
        if signature.match(contenu):
            return format_lu
    debut = _plain_start(contenu[:_DEBUT])
    if debut[:1] == b"<":
        return Format.KML if _KML.search(debut) else None
    if debut[:1] not in (b"{", b"\x1e"):
        return None
    # Of its encodings, this one alone hides ASCII.
    texte = to_utf8(contenu) if contenu.startswith(_UTF16) else contenu
    trouve = _TYPE.search(texte)
    if trouve is None:
        return None
    # The objects of a topology may come before its type, those of a collection are features.
    objet = not trouve[1].startswith((b"Feature", b"Topology"))
    topologie = trouve[1] == b"Topology" or (
        objet and b'"arcs"' in texte and _TOPOLOGIE.search(texte)
    )
    return Format.TOPOJSON if topologie else Format.GEOJSON


def to_utf8(contenu: bytes) -> bytes:
    """Return a text as UTF-8 without its mark, from UTF-8, UTF-16 with its mark or Windows-1252."""
    if contenu.startswith(_UTF16):
        return contenu.decode("utf-16", "replace").encode()
    contenu = contenu.removeprefix(codecs.BOM_UTF8)
    try:
        contenu.decode()
    except UnicodeDecodeError:
        return contenu.decode("cp1252", "replace").encode()
    return contenu


def find_sources(fichiers: Sequence[tuple[str, bytes]]) -> list[Source]:
    """Return the data sets that files hold.

    Parameters
    ----------
    fichiers
        Names and bytes: one file, or the parts of one shapefile.

    Raises
    ------
    DonneesInvalides
        If none is a layer, a part is missing, or a limit is passed.
    """
    pleins = [(nom, contenu) for nom, contenu in fichiers if contenu]
    if not pleins:
        raise refuse_couche(
            fichiers[0][0] if fichiers else "",
            "le fichier est vide.",
            "Choisir le fichier qui contient la couche.",
        )
    for nom, contenu in pleins:
        if len(contenu) > TAILLE_COUCHE_MAX_OCTETS:
            raise pass_limit(
                nom, "le fichier dépasse la taille admise", TAILLE_COUCHE_MAX_OCTETS // MIB, " Mio"
            )
    nom, contenu = pleins[0]
    if len(pleins) == 1 and is_zip(contenu):
        return _find_among(nom, list(expand(nom, contenu).items()))
    parties = [(n, c) for n, c in pleins if _is_part(n, c)]
    if parties:
        return [_join_shapefile(parties)]
    if len(pleins) > 1:
        raise refuse_couche(
            nom,
            "plusieurs fichiers qui ne sont pas les parties d'une même couche.",
            "Déposer une couche à la fois.",
        )
    return _find_among(nom, [(nom, contenu)])


def _find_among(fichier: str, membres: Sequence[tuple[str, bytes]]) -> list[Source]:
    """Return the data sets among the members of an archive, or the one that a file is."""
    sources: list[Source] = []
    groupes: dict[str, list[tuple[str, bytes]]] = {}
    for chemin, contenu in membres:
        if _is_part(chemin, contenu):
            groupes.setdefault(_stem(chemin), []).append((chemin, contenu))
        elif (format_lu := sniff(contenu)) is not None:
            sources.append(Source(fichier, chemin, format_lu, {"": contenu}))
    sources += [
        _join_shapefile(parties, fichier)
        for parties in groupes.values()
        # A table of attributes alone goes with many an archive.
        if any(_extension(chemin) == "shp" for chemin, _ in parties)
        or len(groupes) == 1 > len(sources)
    ]
    if not sources:
        raise refuse_couche(
            fichier,
            "aucune couche de polygones reconnue.",
            f"Fournir l'un de ces formats : {', '.join(Format)}, KMZ.",
        )
    return sources


def _join_shapefile(parties: Sequence[tuple[str, bytes]], archive: str = "") -> Source:
    """Return the shapefile that files are the parts of; what it cannot do without is asked for."""
    par_extension: dict[str, bytes] = {}
    chemin = next((nom for nom, _ in parties if _extension(nom) == "shp"), parties[0][0])
    fichier = archive or chemin
    for nom, contenu in parties:
        extension = (
            "shp"
            if sniff(contenu) is Format.SHAPEFILE and _extension(nom) != "shx"
            else _extension(nom)
        )
        if extension in par_extension and extension in _PARTIES:
            raise refuse_couche(
                fichier,
                f"plusieurs fichiers .{extension} : une couche n'en a qu'un.",
                "Déposer une couche à la fois.",
            )
        par_extension[extension] = contenu
    manquants = [f".{e}" for e in ("shp", "dbf") if e not in par_extension]
    if manquants:
        raise block_couche(
            fichier,
            f"il manque au shapefile {' et '.join(manquants)} : "
            + ("les contours y sont." if ".shp" in manquants else "les noms des CPTS y sont."),
            _JOINDRE,
            identifiant="shapefile_incomplet",
        )
    return Source(
        fichier, chemin, Format.SHAPEFILE,
        {e: par_extension[e] for e in _PARTIES if e in par_extension},
    )  # fmt: skip


def _is_part(nom: str, contenu: bytes) -> bool:
    format_lu = sniff(contenu[:_DEBUT])
    return format_lu is Format.SHAPEFILE or (format_lu is None and _extension(nom) in _EXTENSIONS)


def _extension(nom: str) -> str:
    return PurePosixPath(nom.casefold()).suffix.removeprefix(".")


def _stem(chemin: str) -> str:
    return str(PurePosixPath(chemin.casefold()).with_suffix(""))


def _plain_start(debut: bytes) -> bytes:
    """Return the first bytes of a text as ASCII, whatever its encoding."""
    for marque, encodage in (
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if debut.startswith(marque):
            return debut[2:].decode(encodage, "ignore").encode("ascii", "ignore").lstrip()
    return debut.removeprefix(codecs.BOM_UTF8).lstrip()
