"""The moments that tables hold, as texts."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

# Whatever the clock of the server: what is dated is read where its readers count days.
PARIS = ZoneInfo("Europe/Paris")


def write_now() -> str:
    """Write the time so that texts are in its order, whatever the season."""
    return write_time(dt.datetime.now(dt.UTC))


def write_time(moment: dt.datetime) -> str:
    """Write a time that has its offset."""
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds")


def read_time(texte: str) -> dt.datetime:
    """Read a time that was written, as a local one.

    Raises
    ------
    ValueError
        If it is none.
    """
    return dt.datetime.fromisoformat(texte).astimezone(PARIS)
