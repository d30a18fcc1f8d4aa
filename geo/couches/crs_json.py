"""The ``crs`` members of a JSON, taken out of GDAL's sight: of some of them it asks an address."""

from __future__ import annotations

import json
import re

# As GDAL knows the key: in any case, escaped or not, cut at a NUL.
_CLE = re.compile(
    rb"[\"'](?P<c>[cC]|\\u00[46]3)(?:[rR]|\\u00[57]2)(?:[sS]|\\u00[57]3)(?:\\u0000[^\"']*)?[\"']"
    # A value, or the key of what is no object.
    rb"(?!\s*(?:[,}\]]|:\s*[\"0-9tf\[-]))"
)
_OBJET = re.compile(rb"\s*:\s*(?=\{)")
# GeoJSON 2008, 3.1: what names a system is short.
_DIT_MAX = 2_000


def hide_crs(texte: bytes) -> bytes:
    """Return a JSON whose ``crs`` members have another name.

    >>> hide_crs(b'{"crs": {"type": "link"}, "nom": "crs"}')
    b'{"_rs": {"type": "link"}, "nom": "crs"}'
    """
    return _CLE.sub(lambda cle: cle[0].replace(cle["c"], b"_", 1), texte)


def read_crs(texte: bytes) -> str | None:
    """Return the name that the first ``crs`` of a JSON gives, empty where it is null; ``None`` without any.

    What names it by a link is said as it is: no projection is read from it.

    >>> read_crs(b'{"crs": {"type": "name", "properties": {"name": "EPSG:2154"}}}')
    'EPSG:2154'
    """
    cle = _CLE.search(texte)
    if cle is None:
        return None
    objet = _OBJET.match(texte, cle.end())
    if objet is None:
        return ""
    debut = texte[objet.end() : objet.end() + _DIT_MAX].decode("utf-8", "ignore")
    try:
        crs, _ = json.JSONDecoder().raw_decode(debut)
    except (ValueError, RecursionError):
        return "illisible"
    proprietes = crs.get("properties")
    nom = proprietes.get("name") if isinstance(proprietes, dict) else None
    return nom if crs.get("type") == "name" and isinstance(nom, str) else "illisible"
