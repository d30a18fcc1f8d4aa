"""What is said when something could not be written down, or read."""

from __future__ import annotations

COMMANDE_PREPARER = "python -m geo base preparer"


class BaseIndisponible(Exception):
    """Nothing could be written down or read (full disk, database that does not answer): why, in French."""
