"""Anomalies of one kind, told together: what a planner settles in one go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from geo.erreurs import Severite

if TYPE_CHECKING:
    import pandas as pd

    from geo.importation.anomalie import Genre

_RANGS = {severite: rang for rang, severite in enumerate(Severite)}


@dataclass(frozen=True)
class Groupe:
    """The anomalies of one kind and one severity.

    Attributes
    ----------
    genre, severite
        As in :class:`geo.importation.anomalie.Anomalie`.
    anomalies
        At least one row, in the order given to :func:`group`.
    """

    genre: Genre
    severite: Severite
    anomalies: pd.DataFrame

    @property
    def remedes(self) -> list[str]:
        """Return the remedies, each once."""
        return list(self.anomalies["remede"].unique())


def group(anomalies: pd.DataFrame) -> list[Groupe]:
    """Put together the anomalies of one kind and one severity.

    Parameters
    ----------
    anomalies
        As in :attr:`geo.importation.diagnostic.Diagnostic.anomalies`; other columns are kept.

    Returns
    -------
    list
        The worst first, then the most numerous, then by kind.
    """
    groupes = [
        Groupe(cast("Genre", genre), Severite(str(severite)), siennes)
        for (severite, genre), siennes in anomalies.groupby(["severite", "genre"], sort=False)
    ]
    return sorted(groupes, key=lambda g: (_RANGS[g.severite], -len(g.anomalies), g.genre))
