"""What makes two official figures the same one at two dates, and how their names end in a year."""

from __future__ import annotations

import re
import unicodedata

from geo.texte import split_words

Identite = tuple[str, str, str, str, str]

_ANNEE = re.compile(r"(.+)_\d{4}", re.ASCII)
_PERIODE = re.compile(r"(.+)_(\d{4})_(\d{4})", re.ASCII)
# A base that is the title of a column may bear its year: « P22_POP », « Population 2023 ».
_ANNEE_DE_BASE = re.compile(r"\bp\d{2}(?=_)|\b(?:19|20)\d{2}\b")


def identify(libelle: str, unite: str, nature: str, base: str, definition: str) -> Identite:
    """Return what figures of several years must share to be one series: all but the year.

    >>> identify("Lits", "lits", "stock", "", "") == identify(" lits ", "Lits", "stock", "", "")
    True
    >>> identify("Lits", "%", "taux", "P21_POP", "") == identify("Lits", "%", "taux", "P22_POP", "")
    True
    >>> identify("Lits", "%", "taux", "A", "") == identify("Lits", "‰", "taux", "A", "")
    False
    """
    sans_annee = _ANNEE_DE_BASE.sub("", _simplify(base))
    return (
        _simplify(libelle), _simplify(unite), nature, " ".join(sans_annee.split()), _simplify(definition),
    )  # fmt: skip


def _simplify(texte: str) -> str:
    propre = " ".join(unicodedata.normalize("NFKC", texte).casefold().split())
    return "".join(filter(str.isprintable, propre))


def suffix_year(serie: str, millesime: str) -> str:
    """Return the name of a series at a year, or over a period.

    >>> suffix_year("lits", "2024"), suffix_year("lits", "2017–2023"), suffix_year("lits", "")
    ('lits_2024', 'lits_2017_2023', 'lits')
    """
    return "_".join([serie, *split_words(millesime)])


def strip_year(nom: str) -> list[str]:
    """Return the series that a name may be of: itself, without its year, without its period.

    >>> strip_year("lits_2024"), strip_year("lits_2017_2023"), strip_year("lits_2022_2022")
    (['lits_2024', 'lits'], ['lits_2017_2023', 'lits_2017', 'lits'], ['lits_2022_2022', 'lits_2022'])
    """
    annee, periode = _ANNEE.fullmatch(nom), _PERIODE.fullmatch(nom)
    noms = [nom, annee[1]] if annee else [nom]
    return [*noms, periode[1]] if periode and periode[2] < periode[3] else noms
