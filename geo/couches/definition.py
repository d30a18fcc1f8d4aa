"""What a file says of its projection, read without PROJ ever opening what it names.

PROJ opens the file that a text names for it: a table of systems (``+init=``), a grid (``nadgrids``,
``PARAMETERFILE``). A code, a WKT or a PROJJSON say all that a layer has to say.
"""

from __future__ import annotations

import json
import re
from typing import Any

from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.couches.limites import IMBRICATIONS_MAX

# Characters of the longest definitions of EPSG, ten times over.
_CRS_MAX = 100_000
_AUTORITES = "EPSG|IGNF|ESRI|OGC"
# As OGC writes a code (OGC 07-092r3 and 09-048r5), and as everybody does.
_CODE = re.compile(
    rf"(?:urn:(?:x-)?ogc:def:crs:|https?://www\.opengis\.net/def/crs/)?(?P<autorite>{_AUTORITES})"
    r"(?:[:/][0-9.]*)?[:/](?P<code>\w+)",
    re.IGNORECASE,
)
_WKT = re.compile(r"[A-Z]\w+\s*[\[(]", re.IGNORECASE)
# WKT 1: the same system again, in PROJ's words.
_EXTENSION = re.compile(
    r",\s*EXTENSION\s*([\[(])\s*\"[^\"]*\"\s*,\s*\"[^\"]*\"\s*[\])]", re.IGNORECASE
)
# What names a file in a WKT, or in the words of PROJ inside one.
_FICHIER = re.compile(
    r"EXTENSION|PARAMETERFILE|\+\s*\w+\s*=|\b(?:init|proj|\w*grids?|model|file)\s*=|[\"“]\s*PROJ[ -]",
    re.IGNORECASE,
)
# In what repeats it: any grid but none at all, as Web Mercator has.
_GRILLE = re.compile(r"PROJ4_GRIDS|(?:init|grids|model|file)\s*=\s*(?!@null[\s\"])", re.IGNORECASE)


def parse_crs(dit: str) -> CRS | None:
    """Return the system that a text says; ``None`` where it says none, or by the name of a file.

    >>> parse_crs("urn:ogc:def:crs:EPSG::2154").to_epsg(), parse_crs("+init=/tmp/x:1")
    (2154, None)
    """
    dit = dit.strip()
    if not dit or len(dit) > _CRS_MAX or "\0" in dit:
        return None
    try:
        if code := _CODE.fullmatch(dit):
            return CRS.from_authority(code["autorite"].upper(), code["code"])
        if dit.startswith("{"):
            objet = json.loads(dit)
            crs = CRS.from_json_dict(objet) if _is_plain(objet) else None
        elif is_plain_wkt(dit):
            crs = CRS.from_wkt(_EXTENSION.sub("", dit))
        else:
            return None
    except (CRSError, ValueError, RecursionError):
        return None
    return crs if crs is not None and _is_plain(crs.to_json_dict()) else None


def is_harmless_wkt(dit: str) -> bool:
    """Tell whether a WKT that is read as it is, what repeats it for PROJ included, names no file."""
    return is_plain_wkt(dit) and not _GRILLE.search(dit)


def is_plain_wkt(dit: str) -> bool:
    """Tell whether a text is a WKT that names no file, once what repeats it for PROJ is taken off.

    >>> is_plain_wkt('GEOGCS["x",EXTENSION["PROJ4","+nadgrids=/x"]]'), is_plain_wkt("/x")
    (True, False)
    """
    return bool(_WKT.match(dit.lstrip())) and not _FICHIER.search(_EXTENSION.sub("", dit))


def _is_plain(objet: Any, profondeur: int = 0) -> bool:
    """Tell whether a PROJJSON names no file: each value of a parameter is a number, each method one of PROJ's own."""
    if profondeur > IMBRICATIONS_MAX:
        return False
    if isinstance(objet, list):
        return all(_is_plain(element, profondeur + 1) for element in objet)
    if not isinstance(objet, dict):
        return True
    methode = objet.get("method")
    nom = methode.get("name", "") if isinstance(methode, dict) else ""
    return (
        not isinstance(objet.get("value"), str)
        and not str(nom).strip().upper().startswith("PROJ")
        and all(_is_plain(valeur, profondeur + 1) for valeur in objet.values())
    )
