"""What a unit says: by what a ratio is multiplied to be in it, and whether it is a share in per cent."""

from __future__ import annotations

import re
from dataclasses import dataclass

POUR_CENT = 100.0

_SIGNE = r"(?:%|pct\b|pourcent\w*|(?:pour|p\.?)\s?cent\b(?!\s+mille)|(?:pour|p\.)\s?100(?![\s.]?\d|\s+\w))"
_PCT = re.compile(
    rf"\(?(?:(?:part|proportion|taux|valeur)\s+)?\(?(?:en\s+)?{_SIGNE}\)?", re.IGNORECASE
)
_MILLE = re.compile(r"‰|\b(?:pour|p\.)\s?mille\b", re.IGNORECASE)
_POUR = re.compile(r"(?:\b(?:pour|par|p\.)|/)\s?(\d{1,3}(?:[\s.]?\d{3})*)(?!\d)", re.IGNORECASE)
_POUR_MOTS = re.compile(
    r"(?:\b(?:pour|par)|/)\s?(?:(un|dix|cent)\s)?(mille|millions?)\b", re.IGNORECASE
)
_MOTS = {"": 1, "un": 1, "dix": 10, "cent": 100}


@dataclass(frozen=True, slots=True)
class Unite:
    """A unit, read.

    Attributes
    ----------
    texte
        As it is written beside a number: per cent has its sign.
    facteur
        By what a ratio is multiplied to be in it.
    en_pct
        Whether it is a share in per cent: two of them differ by points.
    """

    texte: str
    facteur: float
    en_pct: bool


def read_unite(texte: str) -> Unite:
    """Read a unit, however its author writes it.

    >>> read_unite("en %"), read_unite("pct des habitants")
    (Unite(texte='%', facteur=100.0, en_pct=True), Unite(texte='% des habitants', facteur=100.0, en_pct=True))
    >>> [read_unite(unite).facteur for unite in ("‰", "médecins pour 100 000 habitants", "ETP/1 000 hab.", "km")]
    [1000.0, 100000.0, 1000.0, 1.0]
    """
    propre = " ".join(texte.split())
    if trouve := _PCT.match(propre):
        return Unite(f"% {propre[trouve.end() :].strip()}".strip(), POUR_CENT, en_pct=True)
    return Unite(propre, _read_facteur(propre), en_pct=False)


def _read_facteur(unite: str) -> float:
    if pour := _POUR.search(unite):
        return float(re.sub(r"\D", "", pour[1]))
    if mots := _POUR_MOTS.search(unite):
        millions = mots[2].lower().startswith("million")
        return float(_MOTS[(mots[1] or "").lower()] * (1e6 if millions else 1e3))
    return 1000.0 if _MILLE.search(unite) else 1.0
