"""Whole numbers as French writes them, and names compared whatever their case, accents and ligatures."""

from __future__ import annotations

import re
import unicodedata
from math import ceil, log10

# From there on, the decimals of a count say nothing that matters.
_GRAND = 100
# What is left of an addition of decimals that makes zero.
_POUSSIERE = 1e-6
# Words that tell no place from another, and what some are short for.
ARTICLES = frozenset({"l", "le", "la", "les", "d", "de", "du", "des"})
ABREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
# Unicode does not decompose the ligatures of French.
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
_MOT = re.compile(r"[^\W_]+")
# The marks that European alphabets put on their letters, taken off at once.
_ACCENTS = re.compile("[\u0300-\u036f]+")


def split_words(texte: str) -> list[str]:
    """Return the words of a text in lower case, without accents or punctuation.

    >>> split_words("L'Isle-sur-le-Doubs"), split_words("ŒUILLY  (Aisne)")
    (['l', 'isle', 'sur', 'le', 'doubs'], ['oeuilly', 'aisne'])
    """
    decompose = unicodedata.normalize("NFKD", texte).casefold().translate(_LIGATURES)
    nu = _ACCENTS.sub("", decompose)
    if not nu.isascii():
        nu = "".join(c for c in nu if not unicodedata.combining(c))
    return _MOT.findall(nu)


def write_whole(nombre: float, signe: str = "") -> str:
    """Write a whole number as French does; `signe` is ``+`` where positive ones bear it.

    >>> write_whole(43727), write_whole(-12.4), write_whole(7, "+")
    ('43\u202f727', '−12', '+7')
    """
    return f"{nombre:{signe},.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}").replace("-", "−")


def write_share(part: float) -> str:
    r"""Write a share in per cent as French does, as precisely as ``cpts.csv`` does.

    >>> write_share(0.43), write_share(0.3333)
    ('43\xa0%', '33,33\xa0%')
    """
    return f"{part * 100:.2f}".rstrip("0").rstrip(".").replace(".", ",") + "\N{NO-BREAK SPACE}%"


def count_decimals(valeur: float, decimales: int) -> int:
    """Return how many decimals a count is written with: those of its file under 100, more where it would read as 0.

    Parameters
    ----------
    valeur
        A count: of people, of full-time equivalents.
    decimales
        How many its file has.

    Examples
    --------
    >>> count_decimals(1234.56, 1), count_decimals(12.34, 1), count_decimals(0.4, 0), count_decimals(0.04, 1)
    (0, 1, 1, 2)
    """
    taille = abs(valeur)
    if taille >= _GRAND:
        return 0
    if taille > _POUSSIERE and not round(taille, decimales):
        return ceil(-log10(taille))
    return decimales


def sort_key(nom: str) -> str:
    """Return what puts names in the order of a French index.

    >>> sorted(["Épinal", "Zuydcoote", "Eclans", "épaux"], key=sort_key)
    ['Eclans', 'épaux', 'Épinal', 'Zuydcoote']
    """
    return " ".join(split_words(nom))
