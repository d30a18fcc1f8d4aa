"""The fold of a log: the state that its gestures make, with what may be undone and done again."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from geo.atelier.etat import Etat
from geo.atelier.gestes import ANNULER, REFAIRE, GesteRefuse
from geo.atelier.plans import plan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.atelier.etat import Changement, Composition
    from geo.atelier.gestes import Geste

_Fait: TypeAlias = "tuple[Geste, tuple[Changement, ...]]"


class Deroule:
    """A log as far as it was read.

    Parameters
    ----------
    depart
        What the scenario starts from.
    gestes
        Its log, in order.

    Raises
    ------
    GesteRefuse
        If a gesture of the log cannot be done: such a log was not written with :meth:`plan`.
    """

    def __init__(self, depart: Composition, gestes: Iterable[Geste] = ()) -> None:
        self.etat = Etat(depart)
        self.version = 0
        self._faits: list[_Fait] = []
        self._defaits: list[_Fait] = []
        for geste in gestes:
            self.play(geste)

    def plan(self, geste: Geste) -> tuple[Changement, ...]:
        """Return what a gesture would change, an undo and a redo too; nothing has changed yet.

        Raises
        ------
        GesteRefuse
            If it cannot be done, or changes nothing.
        """
        if geste.genre == ANNULER:
            if not self._faits:
                raise GesteRefuse("Il n'y a plus rien à annuler.")
            return invert(self._faits[-1][1])
        if geste.genre == REFAIRE:
            if not self._defaits:
                raise GesteRefuse("Il n'y a rien à refaire.")
            return self._defaits[-1][1]
        return plan(self.etat, geste)

    def commit(self, geste: Geste, changements: tuple[Changement, ...]) -> None:
        """Make the changes that :meth:`plan` has just returned for a gesture."""
        self.etat.apply(changements)
        self.version += 1
        if geste.genre == ANNULER:
            self._defaits.append(self._faits.pop())
        elif geste.genre == REFAIRE:
            self._faits.append(self._defaits.pop())
        else:
            self._faits.append((geste, changements))
            self._defaits.clear()

    def play(self, geste: Geste) -> tuple[Changement, ...]:
        """Do a gesture, and return what that changed: see :meth:`plan`."""
        changements = self.plan(geste)
        self.commit(geste, changements)
        return changements

    @property
    def undoable(self) -> Geste | None:
        """The gesture that would be undone."""
        return self._faits[-1][0] if self._faits else None

    @property
    def redoable(self) -> Geste | None:
        """The gesture that would be done again."""
        return self._defaits[-1][0] if self._defaits else None


def invert(changements: Iterable[Changement]) -> tuple[Changement, ...]:
    """Return the changes that take others back."""
    return tuple(c._replace(avant=c.apres, apres=c.avant) for c in reversed(tuple(changements)))
