"""What a backup asks of a storage, be it files with SQLite or PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from contextlib import AbstractContextManager

    from geo.sauvegarde.etat import Etat


@dataclass(frozen=True, slots=True)
class Photo:
    """All that a storage holds at one moment, with what reads the contents of the files.

    Attributes
    ----------
    etat
        What it holds.
    contenus
        SHA-256 of each content, to its size.
    read
        Gives a content by its SHA-256.
    """

    etat: Etat
    contenus: Mapping[str, int]
    read: Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Origine:
    """What a restoration leaves in the trace: of when the archive is, its name, its fingerprint, who restores it."""

    objet: str
    fichier: str
    empreinte: str
    auteur: str


class Stockage(Protocol):
    """Where everything is kept."""

    def photograph(self) -> AbstractContextManager[Photo]:
        """Give all of it at one moment, while others go on writing."""

    def room(self) -> int | None:
        """Return how many bytes can still be written; ``None`` where that cannot be known."""

    def replace(
        self,
        etat: Etat,
        contenus: Iterable[tuple[str, bytes]],
        origine: Origine,
        before: Callable[[Photo], None],
    ) -> None:
        """Put something else in place of all of it, in one step: a crash on the way leaves what there was.

        Tokens stay as they are, and no act leaves the trace: those that it lacks are added, and this one.

        Parameters
        ----------
        etat
            What will be there.
        contenus
            The contents of its files, each with its SHA-256.
        origine
            What the trace will say of it.
        before
            Called with what there is, while nobody can write to it; what it raises stops everything.
        """
