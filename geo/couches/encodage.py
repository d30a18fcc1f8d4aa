"""The encoding of the attributes of a shapefile: what its files say, proved by what they hold."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# dBASE's « language driver », byte 29 of the header, of those met in France (ESRI, « Read and write shapefile
# and dBASE files encoded in various code pages »); 0x57 means the code page of the machine, Windows-1252 here.
_PILOTES = {0x01: "cp437", 0x02: "cp850", 0x03: "cp1252", 0x57: "cp1252"}
_RANG_PILOTE, _RANG_ENTETE = 29, 8
_PAR_DEFAUT = "cp1252"
# What a .cpg writes of them: « 1252 », « ANSI 1252 », « OEM 850 », « 88591 », « 65001 ».
_NUMERO = re.compile(r"(?:ansi|oem|cp|windows|ibm|win)?[ _-]*([0-9]{3,5})")
_CODES = {"65001": "utf-8", "88591": "latin-1", "885915": "iso8859-15", "28591": "latin-1"}
_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HAUT = re.compile(rb"[\x80-\xff]")


def find_encoding(parties: Mapping[str, bytes]) -> str:
    """Return the encoding of a table of attributes, as Python names it.

    Parameters
    ----------
    parties
        Bytes of the ``dbf``, and of the ``cpg`` where there is one.

    Returns
    -------
    str
        UTF-8 where the accents of the table are in UTF-8, whatever is said; else what is said by the
        ``.cpg``, then by the table; else Windows-1252.
    """
    table = parties.get("dbf", b"")
    if _is_utf8(table[int.from_bytes(table[_RANG_ENTETE : _RANG_ENTETE + 2], "little") :]):
        return "utf-8"
    dit = _read_cpg(parties.get("cpg", b"")) or _PILOTES.get(
        table[_RANG_PILOTE] if len(table) > _RANG_PILOTE else 0, _PAR_DEFAUT
    )
    return _PAR_DEFAUT if dit in ("utf-8", "ascii", "latin-1") else dit


def _is_utf8(texte: bytes) -> bool:
    """Tell whether accents are in UTF-8: a field may cut one of them, so most of them is enough."""
    hauts = len(_HAUT.findall(texte))
    return hauts > 0 and sum(map(len, _UTF8.findall(texte))) > hauts / 2


def _read_cpg(contenu: bytes) -> str:
    dit = contenu[:40].decode("ascii", "ignore").strip().casefold()
    numero = _NUMERO.fullmatch(dit)
    nom = _CODES.get(numero[1], f"cp{numero[1]}") if numero else dit.replace(" ", "")
    try:
        return _NORMES.get(codecs.lookup(nom).name, codecs.lookup(nom).name)
    except (LookupError, ValueError):
        return ""


_NORMES = {"iso8859-1": "latin-1"}
