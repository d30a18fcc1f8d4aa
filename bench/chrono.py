"""Times of several ways of doing one thing."""

import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any

MS_PAR_S = 1000.0


def time_in_turn(facons: Mapping[str, Callable[[], Any]], tours: int) -> dict[str, float]:
    """Time each way, one after the other, several times over.

    Taken in turn, they meet the same bad moments of a shared machine.

    Parameters
    ----------
    facons
        Name to function.
    tours
        How many times each runs.

    Returns
    -------
    dict
        Name to median time, in milliseconds.
    """
    durees: dict[str, list[float]] = {nom: [] for nom in facons}
    for _ in range(tours):
        for nom, facon in facons.items():
            debut = time.perf_counter()
            facon()
            durees[nom].append((time.perf_counter() - debut) * MS_PAR_S)
    return {nom: median(siennes) for nom, siennes in durees.items()}
