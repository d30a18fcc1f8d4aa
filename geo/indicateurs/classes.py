"""Cut values into few classes for a map, with no class left empty by ties."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

MIN_VALUES = 5
MAX_CLASSES = 5
SANS_VALEUR = -1
# The method that makes a class of each value.
VALEURS = "valeurs"


@dataclass(frozen=True)
class Classement:
    """Values cut into classes.

    Attributes
    ----------
    codes
        Class of each value, from 0, on the index of the values; ``SANS_VALEUR`` where missing.
    bornes
        The ends of the classes, one more than there are classes; a value equal to a bound is in
        the class below it, the lowest value in the first class. They increase strictly, but for
        the first two, which are equal where the first class holds the lowest value alone. Fixed
        bounds begin and end with an infinity.
    effectifs
        How many values each class holds.
    methode
        Name of the method, in French.
    """

    codes: pd.Series
    bornes: tuple[float, ...]
    effectifs: tuple[int, ...]
    methode: str

    @property
    def n_sans_valeur(self) -> int:
        """How many values are missing."""
        return int((self.codes == SANS_VALEUR).sum())


def round_values(values: pd.Series, decimales: int) -> pd.Series:
    """Round values as they are written, so that a figure as it is read is in the class that it is given.

    >>> round_values(pd.Series([3.547, None]), 1).tolist()
    [3.5, nan]
    """
    return pd.Series([round(v, decimales) for v in values.astype("float64")], values.index)


def classify(
    values: pd.Series, k: int = MAX_CLASSES, decimales: int | None = None
) -> Classement | None:
    """Cut values into classes of nearly equal count.

    Parameters
    ----------
    values
        Numbers, possibly missing.
    k
        Number of classes wanted, five at most. Ties may leave fewer: equal values are never
        separated and no class is empty. Constant values make one class.
    decimales
        Of values rounded by :func:`round_values`, how many they have: bounds then have no more, and part the values alike.

    Returns
    -------
    Classement or None
        ``None`` with fewer than five values: see :func:`classify_each`.
    """
    connues = values.dropna().astype("float64")
    if len(connues) < MIN_VALUES:
        return None
    quantiles = np.percentile(connues, np.linspace(0, 100, min(k, MAX_CLASSES) + 1)[1:])
    # Ties repeat a bound or, as quantiles are interpolated, leave a class between two of them empty.
    hautes = np.unique(quantiles)
    remplies = hautes[np.unique(np.searchsorted(hautes, connues))]
    bornes = (float(connues.min()), *(_floor(float(borne), decimales) for borne in remplies))
    return _classement(values, bornes, "quantiles" if len(remplies) > 1 else "valeur unique")


def classify_each(values: pd.Series) -> Classement | None:
    """Make a class of each value: equal ones share it.

    Parameters
    ----------
    values
        Numbers, possibly missing; few distinct ones.

    Returns
    -------
    Classement or None
        ``None`` where none is known.
    """
    distinctes = [float(v) for v in np.unique(values.dropna())]
    if not distinctes:
        return None
    methode = VALEURS if len(distinctes) > 1 else "valeur unique"
    return _classement(values, (distinctes[0], *distinctes), methode)


def classify_between(values: pd.Series, bornes: Sequence[float]) -> Classement:
    """Cut values at fixed bounds.

    Parameters
    ----------
    values
        Numbers, possibly missing.
    bornes
        Strictly increasing.

    Returns
    -------
    Classement
        Always one class more than bounds, some perhaps empty: one scale for every selection.
    """
    return _classement(values, (-np.inf, *bornes, np.inf), "bornes fixes")


def _floor(borne: float, decimales: int | None) -> float:
    """Lower a bound to the last value that it may have been written for."""
    return borne if decimales is None else floor(round(borne * 10**decimales, 6)) / 10**decimales


def _classement(values: pd.Series, bornes: tuple[float, ...], methode: str) -> Classement:
    codes = pd.Series(SANS_VALEUR, index=values.index, dtype="int64", name=values.name)
    connues = values.notna()
    codes[connues] = np.searchsorted(bornes[1:], values[connues].to_numpy(float))
    effectifs = np.bincount(codes[connues], minlength=len(bornes) - 1)
    return Classement(codes, bornes, tuple(int(effectif) for effectif in effectifs), methode)
