"""Read the numbers of a text as a person does: value, decimals shown, qualifier, unit; and round as the decisions say."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

_NOMBRE = re.compile(
    r"(?<![\w.,/’'-])(?P<signe>[+−-])?(?P<entier>\d{1,3}(?:[\u202f\xa0 ]\d{3})+(?!\d)|\d+)(?:,(?P<decimales>\d+))?(?![\w/])"
)
# What is written before a number and says what it is worth; the first one that fits.
QUALIFICATIFS = (
    ("au moins", r"au moins"),
    ("plus de", r"plus d[e'’]"),
    ("moins de", r"moins d[e'’]"),
    ("près de", r"près d[e'’]"),
    ("environ", r"environ|env\."),
    ("au plus", r"au plus"),
    ("exactement", r"exactement"),
)
_AVANT = [
    (nom, re.compile(rf"(?:{motif})[\s\xa0\u202f]*[+−-]?$", re.IGNORECASE))
    for nom, motif in QUALIFICATIFS
]
_UNITE = re.compile(
    r"[\s\xa0\u202f]*(%|points?|km²|km|hab\./km²|hab\.|fois|(?:[\w'’éèê-]+))", re.IGNORECASE
)
_MOIS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
# What is written in digits and counts nothing: dates, years, ages, codes, versions, sizes of the ACI, headings.
HORS_COMPTE = re.compile(
    rf"\b(?:1er|\d{{1,2}})[\s\xa0](?:{_MOIS})(?:[\s\xa0]\d{{4}})?|\b(?:{_MOIS})[\s\xa0]\d{{4}}"
    r"|\b\d{1,2}/\d{1,2}/\d{4}\b|\b\d{2}/\d{4}\b|\b\d{4}-\d{2}(?:-\d{2})?(?: \d\d:\d\d:\d\d)?\b|\b\d{4}[–-]\d{4}\b"
    r"|\b(?:19|20)\d{2}\b(?![\s\xa0\u202f]\d{3})|\bT[1-4]\b|\b(?:plus de[\s\xa0])?\d+[\s\xa0](?:à[\s\xa0]\d+[\s\xa0])?ans\b(?:[\s\xa0]et[\s\xa0]plus)?"
    r"|\b\d+(?:\.\d+)+\b|\bLambert 93\b|\b(?:WGS|EPSG:?)[\s\xa0]?\d+|\bCPTS 21-52\b|\b21-52\b|\b2A\b|\b2B\b|@\S+|https?://\S+|\(\d{4}\)",
    re.IGNORECASE,
)
_GUILLEMETS = re.compile(r"«[^»]*»")


@dataclass(frozen=True, slots=True)
class Nombre:
    """A number as it is written."""

    valeur: float
    decimales: int
    qualificatif: str
    unite: str
    debut: int
    fin: int
    ecrit: str


def read_numbers(texte: str, *, titres: bool = False) -> Iterator[Nombre]:
    """List the numbers of a text, without dates, ages, codes and, unless `titres`, what stands between « and ».

    >>> [(n.valeur, n.qualificatif, n.unite) for n in read_numbers("au moins 19\u202f951 habitants (8,6 %) le 6 mai 2022")]
    [(19951.0, 'au moins', 'habitants'), (8.6, '', '%')]
    """
    masque = HORS_COMPTE.sub(lambda m: "\x00" * len(m[0]), texte)
    if not titres:
        masque = _GUILLEMETS.sub(lambda m: "\x00" * len(m[0]), masque)
    for m in _NOMBRE.finditer(masque):
        decimales = m["decimales"] or ""
        valeur = float(re.sub(r"\D", "", m["entier"]) + (f".{decimales}" if decimales else ""))
        if m["signe"] in ("−", "-"):
            valeur = -valeur
        avant = texte[: m.start()]
        qualificatif = next((nom for nom, motif in _AVANT if motif.search(avant)), "")
        unite = _UNITE.match(texte[m.end() :])
        yield Nombre(
            valeur,
            len(decimales),
            qualificatif,
            unite[1] if unite else "",
            m.start(),
            m.end(),
            m[0],
        )


def is_rounding(ecrit: float, decimales: int, vrai: float) -> bool:
    """Tell whether a number as written is a value, rounded to the decimals that it shows.

    >>> is_rounding(8.6, 1, 8.556), is_rounding(73, 0, 72.6), is_rounding(8.5, 1, 8.556)
    (True, True, False)
    """
    return abs(ecrit - vrai) <= 0.5 * 10**-decimales + 1e-6


def significant(valeur: float, chiffres: int = 3) -> float:
    """Round to significant figures.

    >>> significant(42511), significant(43.847), significant(0)
    (42500.0, 43.8, 0.0)
    """
    if not valeur:
        return 0.0
    rang = chiffres - 1 - math.floor(math.log10(abs(valeur)))
    return float(round(valeur, rang))


def is_about(ecrit: float, decimales: int, vrai: float, chiffres: int = 3) -> bool:
    """Tell whether a number as written is a value, rounded to so many significant figures.

    Halves are rounded either way, and what is shorter is shown with the decimals that it has.

    >>> is_about(42500, 0, 42511), is_about(42511, 0, 42511), is_about(94, 0, 94), is_about(970, 0, 969.5)
    (True, False, True, True)
    """
    if vrai and abs(vrai) >= 10**chiffres:
        return abs(ecrit - significant(vrai, chiffres)) < 1e-6 or (
            abs(significant(vrai, chiffres) - vrai) * 2
            > 0.999 * 10 ** (math.floor(math.log10(abs(vrai))) - chiffres + 1)
            and abs(ecrit - vrai) <= abs(significant(vrai, chiffres) - vrai) + 1e-6
        )
    return is_rounding(ecrit, decimales, vrai)
