"""The projection that the header of a FlatGeobuf says, and the file without it.

FlatGeobuf's ``header.fbs``, and « FlatBuffers Internals »: a table begins by how far before it its table of places
is; each place is two bytes, zero for a field that is not there.
"""

from __future__ import annotations

import struct

# Magic, then the length of the header.
_ENTETE = 12
# Of Header: crs. Of Crs: org, code, wkt, code_string.
_CRS, _ORG, _CODE, _WKT, _CODE_TEXTE = 10, 0, 1, 4, 5


def split_crs(contenu: bytes) -> tuple[bytes, str]:
    """Return a FlatGeobuf that says no projection, and what it said.

    Raises
    ------
    ValueError
        If its header cannot be followed.
    """
    try:
        entete = _ENTETE + struct.unpack_from("<I", contenu, _ENTETE)[0]
        place = _find(contenu, entete, _CRS)
        if place is None:
            return contenu, ""
        (ou,) = struct.unpack_from("<H", contenu, place)
        crs = _follow(contenu, entete + ou)
        org, wkt, code_texte = (_text(contenu, crs, rang) for rang in (_ORG, _WKT, _CODE_TEXTE))
        code = _number(contenu, crs)
    except (struct.error, UnicodeDecodeError) as erreur:
        raise ValueError from erreur
    octets = bytearray(contenu)
    octets[place : place + 2] = b"\0\0"
    if code or code_texte:
        return bytes(octets), f"{org or 'EPSG'}:{code or code_texte}"
    return bytes(octets), wkt


def _find(octets: bytes, table: int, rang: int) -> int | None:
    """Return where the place of a field of a table is written; ``None`` where the field is not there."""
    places = table - struct.unpack_from("<i", octets, table)[0]
    if places < 0:
        raise ValueError
    ou = 4 + 2 * rang
    if ou + 2 > struct.unpack_from("<H", octets, places)[0]:
        return None
    return places + ou if struct.unpack_from("<H", octets, places + ou)[0] else None


def _follow(octets: bytes, place: int) -> int:
    return int(place + struct.unpack_from("<I", octets, place)[0])


def _text(octets: bytes, table: int, rang: int) -> str:
    place = _find(octets, table, rang)
    if place is None:
        return ""
    debut = _follow(octets, table + struct.unpack_from("<H", octets, place)[0])
    return octets[debut + 4 : debut + 4 + struct.unpack_from("<I", octets, debut)[0]].decode()


def _number(octets: bytes, table: int) -> int:
    place = _find(octets, table, _CODE)
    if place is None:
        return 0
    return int(
        struct.unpack_from("<i", octets, table + struct.unpack_from("<H", octets, place)[0])[0]
    )
