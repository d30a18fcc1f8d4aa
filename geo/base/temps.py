"""Moments: how tables and files hold them, as texts, and the clock by which they are shown."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

# Whatever the clock of the server: what is dated is read where its readers count days.
PARIS = ZoneInfo("Europe/Paris")


def now() -> dt.datetime:
    """Return the time, as a local one."""
    return dt.datetime.now(PARIS)


def today() -> dt.date:
    """Return the day it is."""
    return now().date()


def write_now() -> str:
    """Write the time so that texts are in its order, whatever the season."""
    return write_time(now())


def write_time(moment: dt.datetime) -> str:
    """Write a time that has its offset, nothing of it lost: read and written again, it is the same text."""
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


def read_time(texte: str) -> dt.datetime:
    """Read a time that was written, as a local one.

    Raises
    ------
    ValueError
        If it is none.
    """
    try:
        return dt.datetime.fromisoformat(texte).astimezone(PARIS)
    except OverflowError as erreur:
        raise ValueError(texte) from erreur


def tell_time(moment: dt.datetime) -> str:
    """Say a time to the minute, as a local one.

    >>> tell_time(dt.datetime(2026, 11, 30, 6, 52, tzinfo=dt.UTC))
    '30/11/2026 à 07:52'
    """
    return f"{moment.astimezone(PARIS):%d/%m/%Y à %H:%M}"
