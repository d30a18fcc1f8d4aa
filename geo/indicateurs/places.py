"""The places that figures may have, of which some are known by their bounds alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.cellules import Nombres


def find_places(bas: Nombres, haut: Nombres) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the best and the worst place of each figure: how many others are above it for sure, and perhaps.

    Parameters
    ----------
    bas, haut
        The least and the most that each may be: one where it is known, infinite where nothing bounds it.
        Of one whose least is ``NaN`` nothing is known; a most that is ``NaN`` is no bound.

    Returns
    -------
    tuple
        From 1, the highest; equal figures share the best of their places. 0 where nothing is known.

    Examples
    --------
    >>> meilleures, pires = find_places(np.array([9.0, 3.0, 5.0]), np.array([9.0, 7.0, np.inf]))
    >>> meilleures.tolist(), pires.tolist()
    ([1, 2, 1], [2, 3, 3])
    """
    haut = np.where(np.isnan(haut), np.inf, haut)
    sues = ~np.isnan(bas)
    bas_tries, haut_tries = np.sort(bas[sues]), np.sort(haut[sues])
    nombre = len(bas_tries)
    surs = nombre - np.searchsorted(bas_tries, haut, side="right")
    # Its own most is above its own least where they differ.
    possibles = nombre - np.searchsorted(haut_tries, bas, side="right") - (haut > bas)
    return np.where(sues, surs + 1, 0), np.where(sues, possibles + 1, 0)
