"""Rows of a frame as what its columns hold: the type checker knows no column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    import pandas as pd


def get_row(table: pd.DataFrame, cle: Hashable) -> pd.Series[Any]:
    """Return the one row of a key.

    Parameters
    ----------
    table
        Each key stands once in its index.
    cle
        A key of the index.

    Raises
    ------
    KeyError
        If the key is not there.

    >>> import pandas as pd
    >>> get_row(pd.DataFrame({"nom": ["Vesoul"]}, index=["70550"]), "70550")["nom"]
    'Vesoul'
    """
    ligne: pd.Series[Any] = table.loc[cle]  # type: ignore[call-overload]
    return ligne


def iterate_rows(table: pd.DataFrame) -> Iterator[Any]:
    """Walk through the rows, each a named tuple of its columns after ``Index``."""
    return iter(table.itertuples())
