"""What one row is told of its commune, and what was made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from geo.erreurs import Severite

if TYPE_CHECKING:
    from geo.importation.anomalie import Genre


class Remarque(NamedTuple):
    """What one cell deserves to be told: see :class:`geo.importation.anomalie.Anomalie`."""

    colonne: str
    severite: Severite
    message: str
    remede: str
    genre: Genre
    sujet: str = ""


class Lecture(NamedTuple):
    """What was made of the code, the name and the department of one row.

    Attributes
    ----------
    code
        Commune of today, ``None`` where none could be told.
    absorbee
        The absorbed code that the row gives or names, whether it was followed or not.
    remarques
        Everything that deserves to be told.
    partie
        What the row names of the commune, where it does not name it whole: code of an arrondissement
        municipal, or name of a part.
    """

    code: str | None
    absorbee: str | None
    remarques: tuple[Remarque, ...]
    partie: str | None = None


def tell(severite: Severite, message: str, remede: str, genre: Genre, sujet: str = "") -> Remarque:
    """Return what is told of a code."""
    return Remarque("code_commune", severite, message, remede, genre, sujet)


def block(message: str, remede: str, genre: Genre) -> Lecture:
    """Return a row of which no commune could be told."""
    return Lecture(None, None, (tell(Severite.BLOQUANT, message, remede, genre),))
