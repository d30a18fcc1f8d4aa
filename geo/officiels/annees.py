"""Of which year, or over which years, a figure is: what is taken for one, wherever it is written."""

from __future__ import annotations

import re
from datetime import UTC, datetime

# The first census that files by commune of today's geography go back to.
ANNEE_MIN = 1990
_ANNEE = re.compile(r"(?<!\d)(\d{4})(?!\d)", re.ASCII)
_SEULE = re.compile(r"(\d{4})(?:[.,]0+)?", re.ASCII)
_HEURE = r"(?:[ T]\d{1,2}[:h]\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_DATE = re.compile(
    rf"(?:(?P<avant>\d{{4}})[-/]\d{{1,2}}[-/]\d{{1,2}}|\d{{1,2}}[-/.]\d{{1,2}}[-/.](?P<apres>\d{{4}})){_HEURE}",
    re.ASCII,
)
_PERIODE = re.compile(r"(\d{4}) ?(?:[-–—/]|à|a) ?(\d{4})", re.ASCII)


def last_annee() -> int:
    """Return the last year that a figure may be of: the next one, for a projection or a plan."""
    return datetime.now(UTC).year + 1


def read_annee(texte: str) -> str:
    """Return the only year that a name holds, empty if none or several.

    >>> read_annee("APL 2023"), read_annee("apl_mg_2021.xlsx"), read_annee("2017-2023"), read_annee("1789")
    ('2023', '2021', '', '')
    """
    annees = set(filter(_is_annee, _ANNEE.findall(texte)))
    return annees.pop() if len(annees) == 1 else ""


def read_millesime(texte: str) -> str:
    """Return the year or the period that a cell or an option is, empty if it is neither.

    A year may be written as a number with decimals or as a date; the years of a period increase.

    >>> read_millesime("2021.0"), read_millesime("01/01/2021"), read_millesime("2017-2023")
    ('2021', '2021', '2017–2023')
    >>> read_millesime("20222"), read_millesime("1789"), read_millesime("2023-2017"), read_millesime("abc")
    ('', '', '', '')
    """
    propre = " ".join(texte.split())
    if periode := _PERIODE.fullmatch(propre):
        debut, fin = periode.groups()
        return f"{debut}–{fin}" if _is_annee(debut) and _is_annee(fin) and debut < fin else ""
    if seule := _SEULE.fullmatch(propre):
        annee = seule[1]
    elif date := _DATE.fullmatch(propre):
        annee = date["avant"] or date["apres"]
    else:
        return ""
    return annee if _is_annee(annee) else ""


def expand_annee(chiffres: str) -> str:
    """Return the year that two or four digits of a title are, empty where no figure is of it.

    >>> expand_annee("22"), expand_annee("99"), expand_annee("2021"), expand_annee("68"), expand_annee("")
    ('2022', '1999', '2021', '', '')
    """
    if len(chiffres) == len("22"):
        siecle = "20" if _is_annee(f"20{chiffres}") else "19"
        chiffres = siecle + chiffres
    return chiffres if _is_annee(chiffres) else ""


def _is_annee(annee: str) -> bool:
    return annee.isdecimal() and ANNEE_MIN <= int(annee) <= last_annee()
