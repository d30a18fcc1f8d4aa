"""Read the cells of a column: a number, a withheld one or none, three states that are never confused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from geo.texte import split_words

if TYPE_CHECKING:
    from collections.abc import Sequence

Nombres: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]
Booleens: TypeAlias = np.ndarray[Any, np.dtype[np.bool_]]

# Below how many units a count is withheld, where the file does not say: eleven in the open data of
# health insurance, five or six elsewhere. At least one is there, or 0 would be written.
SEUIL = 11
MINIMUM_SECRET = 1

# As the words of `split_words`: « N.S. » is « n s ».
_SECRETS = frozenset({"ns", "n s", "s", "c", "ss", "s s", "secret", "secret statistique"})
_TIRETS = frozenset({"", "-", "–", "—", ".", "..", "...", "…"})
_MANQUANTS = frozenset({"nd", "n d", "na", "n a", "nan", "null", "non disponible"})
_MANQUANT_DEBUT = ("n a ", "nd ", "non disponible ")
_NOMBRE = re.compile(
    r"([+\-−]?)(\d{1,3}(?: \d{3})+|\d+|(?=[.,]))(?:[.,](\d+))?(e[+-]?\d+)?(?: ?%)?", re.IGNORECASE
)


@dataclass(frozen=True, eq=False)
class Valeurs:
    """The cells of one column, or the sum of several.

    Attributes
    ----------
    bas, haut
        The least and the most that each cell may be: both the number where it is known, the bounds
        of a withheld one, ``NaN`` where nothing is known.
    secrets
        Which cells are withheld.
    illisibles
        Rank and text of each cell that is none of the three; it counts as not known.
    """

    bas: Nombres
    haut: Nombres
    secrets: Booleens
    illisibles: tuple[tuple[int, str], ...] = ()

    @property
    def nombres(self) -> Nombres:
        """Return the numbers, ``NaN`` where they are withheld or not known."""
        return np.where(self.secrets, np.nan, self.bas)

    @property
    def manquants(self) -> Booleens:
        """Tell which cells are not known at all."""
        return np.isnan(self.bas)

    def take(self, rangs: Any) -> Valeurs:
        """Return some of the cells, in the order of their ranks."""
        return Valeurs(self.bas[rangs], self.haut[rangs], self.secrets[rangs])


def read_valeurs(textes: Sequence[str], secret: tuple[float, float]) -> Valeurs:
    """Read the cells of a column.

    Parameters
    ----------
    textes
        As :func:`geo.importation.lecture.read_feuilles` gives them.
    secret
        The least and the most that a withheld cell may be.

    Examples
    --------
    >>> lues = read_valeurs(["1 004,5", "1004.0", "NS", "", "N/A - résultat non disponible"], (1, 10))
    >>> lues.nombres.tolist(), lues.secrets.tolist()
    ([1004.5, 1004.0, nan, nan, nan], [False, False, True, False, False])
    >>> read_valeurs(["environ 3"], (1, 10)).illisibles
    ((0, 'environ 3'),)
    """
    connus = {texte: _read(texte) for texte in dict.fromkeys(textes)}
    lus = [connus[texte] for texte in textes]
    nombres = np.array([lu if isinstance(lu, float) else np.nan for lu in lus], dtype="float64")
    secrets = np.array([lu is _SECRET for lu in lus], dtype="bool")
    illisibles = tuple(
        (rang, texte)
        for rang, (lu, texte) in enumerate(zip(lus, textes, strict=True))
        if lu is _ILLISIBLE
    )
    return Valeurs(
        np.where(secrets, secret[0], nombres),
        np.where(secrets, secret[1], nombres),
        secrets,
        illisibles,
    )


def add_valeurs(colonnes: Sequence[Valeurs]) -> Valeurs:
    """Add columns cell by cell: one that is not known leaves the sum unknown, a withheld one bounded."""
    somme = reduce(
        lambda a, b: Valeurs(
            a.bas + b.bas, a.haut + b.haut, a.secrets | b.secrets, a.illisibles + b.illisibles
        ),
        colonnes,
    )
    return Valeurs(somme.bas, somme.haut, somme.secrets & ~somme.manquants, somme.illisibles)


_SECRET, _MANQUANT, _ILLISIBLE = object(), object(), object()


def _read(texte: str) -> float | object:
    trouve = _NOMBRE.fullmatch(texte)
    if trouve and (trouve[2] or trouve[3]):
        signe, entier, decimales, exposant = (partie or "" for partie in trouve.groups())
        valeur = float(f"{entier.replace(' ', '') or '0'}.{decimales or '0'}{exposant}")
        return -valeur if signe in ("-", "−") and signe else valeur
    if texte in _TIRETS:
        return _MANQUANT
    mots = " ".join(split_words(texte))
    if mots in _SECRETS:
        return _SECRET
    if mots in _MANQUANTS or mots.startswith(_MANQUANT_DEBUT):
        return _MANQUANT
    return _ILLISIBLE
