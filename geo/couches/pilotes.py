"""Read the formats that GDAL reads, each by its own driver: the others are unregistered.

GDAL tries its drivers one after another on a file, and some of them follow what it says: another file
(VRT, GDALG), an address (WFS, HTTP). None of these is ever there once a layer is read.
"""

from __future__ import annotations

import logging
import os
import re
import warnings
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.couches.brute import WGS84, Apercu, Brute, write_value
from geo.couches.crs_json import hide_crs, read_crs
from geo.couches.encodage import find_encoding
from geo.couches.flatgeobuf import split_crs
from geo.couches.formats import Format, Source, to_utf8
from geo.couches.geopackage import check_base
from geo.couches.limites import ATTRIBUTS_MAX, COUCHES_MAX, FORMES_MAX
from geo.couches.refus import pass_limit, refuse_couche
from geo.couches.shapefile import check_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.erreurs import DonneesInvalides

# Also those that :mod:`geo.export` writes with, and what GDAL works with in memory.
_PILOTES = frozenset(
    {"ESRI Shapefile", "FlatGeobuf", "GPKG", "GeoJSON", "GeoJSONSeq", "MEM", "TopoJSON"}
)
_EXTENSIONS = {
    Format.GEOJSON: "geojson",
    Format.TOPOJSON: "topojson",
    Format.GPKG: "gpkg",
    Format.FLATGEOBUF: "fgb",
    Format.SHAPEFILE: "shp",
}
_TEXTES = frozenset({Format.GEOJSON, Format.TOPOJSON})
_REFAIRE_INDEX = "SHAPE_RESTORE_SHX"
# libcurl(3), « CURLOPT_NOPROXY ».
_EXEMPTIONS = ("no_proxy", "NO_PROXY")
# Dates are left as they are written: GDAL takes more for dates than there are.
_OPTIONS: dict[Format, dict[str, str]] = {
    Format.GEOJSON: {"ARRAY_AS_STRING": "YES", "DATE_AS_STRING": "YES"},
    Format.GPKG: {"LIST_ALL_TABLES": "NO"},
}
_POLYGONES = re.compile(r"Polygon|Surface|Triangle|TIN", re.IGNORECASE)
_PEUT_ETRE = re.compile(r"Unknown|GeometryCollection|^Geometry", re.IGNORECASE)


def list_couches(source: Source) -> list[Apercu]:
    """Return the layers of a data set.

    Raises
    ------
    DonneesInvalides
        If it cannot be read, or has more layers than the limit.
    """
    if source.format is Format.GEOJSON:
        # It has one layer, and only reading tells what is in it.
        return [Apercu("", polygones=None)]
    with _opened(source) as chemin:
        import pyogrio  # noqa: PLC0415 - when first used: GDAL weighs 30 MB

        couches = pyogrio.list_layers(chemin)
    # A database may have none; of the others, what is left of a damaged file may be opened.
    if not len(couches) and source.format is not Format.GPKG:
        raise _damaged(source)
    if len(couches) > COUCHES_MAX:
        raise pass_limit(source.fichier, "plus de couches que la limite", COUCHES_MAX)
    return [_preview(str(nom), genre) for nom, genre in couches]


def read_brute(source: Source, couche: str) -> Brute:
    """Return a layer as it is written.

    Raises
    ------
    DonneesInvalides
        If it cannot be read, or passes a limit.
    """
    encodage = find_encoding(source.parties) if source.format is Format.SHAPEFILE else None
    with _opened(source) as chemin:
        from pyogrio import raw, read_info  # noqa: PLC0415 - when first used

        # What is cut at its end is read to there, without a word.
        annoncees = read_info(chemin)["features"] if source.format is Format.FLATGEOBUF else 0

        meta, _, wkb, valeurs = raw.read(
            chemin,
            layer=couche or 0,
            encoding=encodage,
            force_2d=True,
            max_features=FORMES_MAX + 1,
            datetime_as_string=True,
            **_OPTIONS.get(source.format, {}),
        )
    if wkb is None:
        wkb = np.empty(len(valeurs[0]) if valeurs else 0, dtype=object)
    if len(wkb) < min(annoncees, FORMES_MAX):
        raise _damaged(source)
    if len(wkb) > FORMES_MAX:
        raise pass_limit(source.fichier, "plus de formes que la limite", FORMES_MAX)
    if len(valeurs) > ATTRIBUTS_MAX:
        raise pass_limit(source.fichier, "plus d'attributs que la limite", ATTRIBUTS_MAX)
    dit = _said_crs(source, meta["crs"] or "")
    return Brute(
        # GDAL parsed each: none is nested deeper than it admits.
        shapely.from_wkb(wkb, on_invalid="fix"),
        {
            str(titre): [write_value(v) for v in colonne]
            for titre, colonne in zip(meta["fields"], valeurs, strict=True)
        },
        WGS84 if dit is None else dit,
        implicite=dit is None,
    )


def _said_crs(source: Source, lu: str) -> str | None:
    """Return what a file says of its projection; ``None`` where it is for its format to say."""
    if source.format in _TEXTES:
        return read_crs(to_utf8(source.contenu))
    if source.format is Format.SHAPEFILE:
        return to_utf8(source.parties.get("prj", b"")).decode().strip("\0 \r\n\t")
    return split_crs(source.contenu)[1] if source.format is Format.FLATGEOBUF else lu


def _without_crs(source: Source, contenu: bytes) -> bytes:
    """Return what GDAL is to read: where its projection is said apart, GDAL is not told it."""
    if source.format in _TEXTES:
        return hide_crs(to_utf8(contenu))
    if source.format is Format.FLATGEOBUF:
        try:
            return split_crs(contenu)[0]
        except ValueError as erreur:
            raise _damaged(source) from erreur
    return contenu


def _preview(nom: str, genre: str | None) -> Apercu:
    dit = genre or ""
    if _POLYGONES.search(dit):
        return Apercu(nom, polygones=True)
    if _PEUT_ETRE.search(dit):
        return Apercu(nom, polygones=None)
    if "Point" in dit:
        return Apercu(nom, polygones=False, genre="des points")
    return Apercu(nom, polygones=False, genre="des lignes" if dit else "une table sans forme")


def _prefix(source: Source) -> str:
    """Return what tells GDAL the driver of a JSON."""
    if source.format is Format.TOPOJSON:
        return "TopoJSON:"
    if source.format is not Format.GEOJSON:
        return ""
    # RFC 8142: features after a mark; as often, one a line.
    ligne, _, suite = source.contenu.lstrip().partition(b"\n")
    suivie = ligne.rstrip().endswith(b"}") and suite.lstrip()[:1] == b"{"
    return "GeoJSONSeq:" if suivie or ligne[:1] == b"\x1e" else "GeoJSON:"


def _damaged(source: Source) -> DonneesInvalides:
    return refuse_couche(source.fichier, f"ce {source.format} est tronqué ou abîmé.")


@contextmanager
def _opened(source: Source) -> Iterator[str]:
    """Write a data set in a folder of its own, under names of ours, for GDAL to read within the block."""
    _register_ours()
    extension = _EXTENSIONS[source.format]
    with TemporaryDirectory() as dossier, warnings.catch_warnings(), _without_exemption():
        warnings.simplefilter("ignore")
        for partie, contenu in source.parties.items():
            propre = _without_crs(source, contenu)
            # Its encoding and its projection are ours to tell.
            if partie not in ("cpg", "prj"):
                Path(dossier, f"couche.{partie or extension}").write_bytes(propre)
        chemin = str(Path(dossier, f"couche.{extension}"))
        if source.format is Format.GPKG:
            check_base(source.fichier, chemin)
        if source.format is Format.SHAPEFILE:
            check_parts(source)
        try:
            # A driver reads what it is told to by its prefix, wherever the file says what it is.
            yield f"{_prefix(source)}{chemin}"
        except _errors() as erreur:
            raise _damaged(source) from erreur


@contextmanager
def _without_exemption() -> Iterator[None]:
    """Send all that GDAL might ask to its proxy, which is none: the environment names what does without.

    The index of a shapefile, that only repeats what the .shp says, is made anew where it lies: only a folder of ours
    may be written in.
    """
    import pyogrio  # noqa: PLC0415 - when first used

    ecartees = {nom: os.environ.pop(nom) for nom in _EXEMPTIONS if nom in os.environ}
    pyogrio.set_gdal_config_options({_REFAIRE_INDEX: "YES"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({_REFAIRE_INDEX: None})
        os.environ.update(ecartees)


@cache
def _errors() -> tuple[type[Exception], ...]:
    """Return what GDAL and pyogrio raise of a damaged file."""
    from pyogrio import errors  # noqa: PLC0415 - when first used

    return (
        errors.DataSourceError,
        errors.DataLayerError,
        errors.FeatureError,
        errors.GeometryError,
        errors.FieldError,
        errors.CRSError,
        # Of texts that are no UTF-8, the second one by a slip of pyogrio's.
        UnicodeDecodeError,
        UnboundLocalError,
        ValueError,
        OverflowError,
        shapely.errors.GEOSException,
    )


@cache
def _register_ours() -> None:
    """Unregister every driver of GDAL but ours, for the life of the process."""
    import pyogrio  # noqa: PLC0415 - when first used
    from pyogrio import _ogr  # noqa: PLC0415 - nothing public registers the drivers again

    autres = [nom for nom in pyogrio.list_drivers() if nom not in _PILOTES]
    options: dict[str, Any] = {
        "GDAL_SKIP": ",".join(autres),
        # Nothing is written beside a file, and what is beside it is not looked for.
        "GDAL_PAM_ENABLED": "NO",
        # No address is ever asked, whatever a file says.
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "{none}",
        "GDAL_HTTP_PROXY": "http://127.0.0.1:9",
        "OGR_SQLITE_LOAD_EXTENSIONS": None,
    }
    pyogrio.set_gdal_config_options(options)
    _ogr._register_drivers()  # noqa: SLF001 - nothing public does it
    # What GDAL says is in English, of files that are ours: refusals say it in French.
    logging.getLogger("pyogrio").setLevel(logging.CRITICAL)
