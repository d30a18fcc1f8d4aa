"""Cells in three states that are never confused: a number, a withheld one, none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

Nombres: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]
Booleens: TypeAlias = np.ndarray[Any, np.dtype[np.bool_]]


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

    def weigh(self, parts: Nombres) -> Valeurs:
        """Return the cells by a share of each; of a withheld one, none or all may be in a share of it."""
        partielles = self.secrets & (parts < 1)
        bas = np.where(partielles, np.minimum(self.bas, 0), self.bas * parts)
        haut = np.where(partielles, np.maximum(self.haut, 0), self.haut * parts)
        return Valeurs(bas, haut, self.secrets, self.illisibles)

    def take(self, rangs: Any) -> Valeurs:
        """Return some of the cells, in the order of their ranks."""
        return Valeurs(self.bas[rangs], self.haut[rangs], self.secrets[rangs])


def add_valeurs(colonnes: Sequence[Valeurs]) -> Valeurs:
    """Add columns cell by cell: one that is not known leaves the sum unknown, a withheld one bounded."""
    somme = reduce(
        lambda a, b: Valeurs(
            a.bas + b.bas, a.haut + b.haut, a.secrets | b.secrets, a.illisibles + b.illisibles
        ),
        colonnes,
    )
    return Valeurs(somme.bas, somme.haut, somme.secrets & ~somme.manquants, somme.illisibles)
