"""What the cells of a column are: names of CPTS, codes of communes, marks, or something else."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from geo.lecture.ecritures import split_code
from geo.texte import sort_key, split_words

if TYPE_CHECKING:
    from collections.abc import Sequence

# How much of a column must look alike for its content to tell what it is.
PART_SEMBLABLE = 0.9
# From there on, a column holds something else than names.
_PART_AUTRE = 0.5

# A commune code, and what a spreadsheet leaves of one that began with zero.
CODE = re.compile(r"(0[1-9]|[1-9][0-9]|2[AB])[0-9]{3}", re.IGNORECASE)
CODE_SANS_ZERO = re.compile(r"[1-9][0-9]{3}")
# One among other words: « 58001 - Achun », « Achun (58001) ».
CODE_DEDANS = re.compile(rf"(?<![0-9A-Z])(?:{CODE.pattern})(?![0-9])", re.IGNORECASE)
# Part of one, beside its department: « 58 », « 1 ».
NUMERO = re.compile(r"[0-9]{1,3}")
SIREN = re.compile(r"2[0-9]{8}")
# What stands before the code of an IRIS in the name of the part of a commune that it is.
AVANT_UN_IRIS = "IRIS "
IRIS = re.compile(rf"{CODE.pattern}[0-9]{{4}}", re.IGNORECASE)
_MOT_CPTS = re.compile(r"\bcpts\b|communautes? professionnelles? territoriales?")

# In the cells of a cross table: the commune is of that CPTS, or is not.
_MARQUES = frozenset(
    [
        "x",
        "xx",
        "✓",
        "✔",
        "☑",
        "✗",
        "●",
        "•",
        "*",
        "1",
        "oui",
        "o",
        "vrai",
        "true",
        "yes",
        "y",
        "ok",
    ]
)
_SANS_MARQUE = frozenset(
    ["", "0", "non", "n", "faux", "false", "no", "-", "–", "—", "☐", "n/a", "#n/a", "na", "néant", "sans objet"]
)  # fmt: skip
# Of a commune that is not whole in its CPTS.
_EN_PARTIE = re.compile(r"(partiel|partie|en partie|pour partie|quartier|secteur|iris)")

# What a cross table says of a commune without a mark.
AUCUNE = "(aucune marque)"
DES_NOMBRES = "des nombres"
_MESSAGERIES, _PERSONNES, _TELEPHONES = (
    "des adresses de messagerie ou de site",
    "des noms de personnes",
    "des numéros de téléphone",
)
PERSONNELLES = frozenset({_MESSAGERIES, _PERSONNES, _TELEPHONES})
# What is no name, as it is said of a column.
_AUTRES = (
    (_TELEPHONES, re.compile(r"(\+33|0)[\s.]?[1-9]([\s.-]?[0-9]{2}){4}")),
    (_MESSAGERIES, re.compile(r"[^\s@]+@[^\s.]+\.\S+|(https?://|www\.)\S+", re.IGNORECASE)),
    (DES_NOMBRES, re.compile(r"[+-]?[0-9][0-9 .,/:%-]*")),
    (_PERSONNES, re.compile(r"(m\.|mr|mme|mlle|dr|docteur|pr|professeur)\s.+", re.IGNORECASE)),
    ("des adresses", re.compile(r"[0-9]+(\s*(bis|ter))?(\s*,)?\s+(rue|avenue|av\.?|place|boulevard|bd|chemin|route|impasse|quai)\b.*", re.IGNORECASE)),
)  # fmt: skip


def is_mark(cellule: str) -> bool:
    """Tell whether a cell of a cross table says that the commune is of that CPTS.

    >>> is_mark("X"), is_mark("Oui"), is_mark("1"), is_mark("non"), is_mark("CPTS Nord")
    (True, True, True, False, False)
    """
    return cellule.strip().casefold() in _MARQUES


def are_marks(cellules: Sequence[str]) -> bool:
    """Tell whether a column holds nothing but marks, one at least."""
    dites = {cellule.strip().casefold() for cellule in cellules}
    return dites <= _MARQUES | _SANS_MARQUE and not dites.isdisjoint(_MARQUES)


def says_part(cellule: str) -> bool:
    """Tell whether a cell says that the commune is of that CPTS in part.

    >>> says_part("Partielle"), says_part("IRIS Planoise"), says_part("X")
    (True, True, False)
    """
    return _EN_PARTIE.match(sort_key(cellule)) is not None


def is_doubt(cellule: str) -> bool:
    """Tell whether a cell of a cross table says neither that the commune is of that CPTS nor that it is not.

    >>> is_doubt("?"), is_doubt("à voir"), is_doubt("partiel"), is_doubt("n/a"), is_doubt("x")
    (True, True, False, False, False)
    """
    dite = cellule.strip().casefold()
    return dite not in _MARQUES | _SANS_MARQUE and not says_part(cellule)


def hold_marks(colonnes: Sequence[Sequence[str]]) -> bool:
    """Tell whether columns are those of a cross table: marks, of which some cells may hesitate; none names a CPTS.

    >>> hold_marks([["x", "", "?"], ["", "x", ""]]), hold_marks([["Nord", "Sud"], ["oui", ""]])
    (True, False)
    """
    fois = Counter(cellule for cellules in colonnes for cellule in cellules if cellule)
    marques = sum(n for cellule, n in fois.items() if is_mark(cellule) or says_part(cellule))
    douteuses = sum(n for cellule, n in fois.items() if is_doubt(cellule))
    return marques > 0 and marques >= douteuses and not any(map(says_cpts, fois))


def names_nothing(cellules: Sequence[str]) -> str:
    """Say what a column holds in place of names; empty where it may hold them.

    Parameters
    ----------
    cellules
        Its cells, empty or not.

    Examples
    --------
    >>> names_nothing(["580001234", "580001234", ""]), names_nothing(["CPTS Nord", "non", "non"])
    ('des nombres', '')
    >>> names_nothing(["Oui", "Oui"]), names_nothing(["contact@cpts.example"])
    ('des marques ou des « oui »', 'des adresses de messagerie ou de site')
    """
    pleines = [c for c in cellules if c.strip().casefold() not in _SANS_MARQUE]
    if not pleines:
        return "des marques ou des « non »" if any(cellules) else ""
    marques = sum(map(is_mark, pleines))
    # A few marks among other words, without a CPTS: a cross table that hesitates.
    if marques >= _PART_AUTRE * len(pleines) or (marques and not any(map(says_cpts, pleines))):
        return "des marques ou des « oui »"
    for quoi, forme in _AUTRES:
        if sum(forme.fullmatch(c) is not None for c in pleines) >= _PART_AUTRE * len(pleines):
            return quoi
    return ""


def says_cpts(texte: str) -> bool:
    """Tell whether a text holds the word CPTS, or what it is short for."""
    return _may_say_cpts(texte) and _MOT_CPTS.search(sort_key(texte)) is not None


def _may_say_cpts(texte: str) -> bool:
    """Tell at once of most texts that they do not: a table has as many as it has communes."""
    dit = texte.casefold()
    return "cpts" in dit or "communaut" in dit


def begins_as_cpts(texte: str) -> bool:
    """Tell whether a text begins as the name of a CPTS does.

    >>> begins_as_cpts("CPTS Nord"), begins_as_cpts("La CPTS du Nord"), begins_as_cpts("Liste des CPTS")
    (True, True, False)
    """
    if not _may_say_cpts(texte):
        return False
    mots = split_words(texte)
    return (
        _MOT_CPTS.match(" ".join(mots[1:] if mots[:1] in (["la"], ["les"]) else mots)) is not None
    )


def look_like_codes(cellules: Sequence[str]) -> bool:
    """Tell whether a column holds codes of communes, some without the zero they began with."""
    entiers = sum(CODE.fullmatch(cellule) is not None for cellule in cellules)
    ecourtes = sum(CODE_SANS_ZERO.fullmatch(cellule) is not None for cellule in cellules)
    # Four digits alone may be anything: years, populations.
    return entiers > 0 and entiers + ecourtes >= PART_SEMBLABLE * len(cellules)


def holds_code(texte: str) -> bool:
    """Tell whether a text holds the code of a commune, or is one that lost its zero.

    >>> holds_code("58001 - Achun"), holds_code("1004"), holds_code("CPTS Nord")
    (True, True, False)
    """
    return bool(CODE_DEDANS.search(texte) or CODE_SANS_ZERO.fullmatch(texte))


def hold_codes(cellules: Sequence[str]) -> bool:
    """Tell whether each cell of a column holds the code of a commune beside its name."""
    avec = sum(CODE.fullmatch(split_code(cellule)[0]) is not None for cellule in cellules)
    return bool(cellules) and avec >= PART_SEMBLABLE * len(cellules)


def look_like_iris(cellules: Sequence[str]) -> bool:
    """Tell whether a column holds codes of IRIS, which begin with that of their commune."""
    lus = sum(IRIS.fullmatch(cellule) is not None for cellule in cellules)
    return bool(cellules) and lus >= PART_SEMBLABLE * len(cellules)


def look_like_cpts(cellules: Sequence[str]) -> bool:
    """Tell whether the cells of a column name CPTS."""
    return bool(cellules) and sum(map(says_cpts, cellules)) >= PART_SEMBLABLE * len(cellules)
