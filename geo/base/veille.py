"""Hears of the switches of other servers: one connection that listens, and what it last read kept in memory."""

from __future__ import annotations

import logging
from contextlib import closing
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Generic, TypeVar

import psycopg
import sqlalchemy as sa

from geo.base.erreurs import BaseIndisponible
from geo.base.postgres import MoteurPostgres, check_revision
from geo.base.schema import CANAL

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import Connection

    from geo.base.connexion import Base

_JOURNAL = logging.getLogger("atlas.base")
_T = TypeVar("_T")
# How often whether to stop is looked at; a notification is heard at once.
_PAUSE_S = 0.5
# Read again without being told: what a proxy or a frozen server has kept to itself is found out so.
_RELECTURES = 10
_REPRISE_S = 0.5
_PREMIERE_S = 5


class Veille(Generic[_T]):
    """What a base last said, read again at each switch; kept as it was while the base does not answer.

    Parameters
    ----------
    base
        A PostgreSQL.
    read
        Reads what is kept.
    prepare
        Does beforehand what whoever asks for it next would have to: what it reads is kept once that is done.
    """

    def __init__(
        self, base: Base, read: Callable[[Connection], _T], prepare: Callable[[_T], None]
    ) -> None:
        assert isinstance(base.moteur, MoteurPostgres)  # noqa: S101 - nothing else notifies
        self._moteur, self._read, self._prepare = base.moteur, read, prepare
        self._valeur: _T | None = None
        self._lecture = Lock()
        self._premiere, self._arret = Event(), Event()
        self._repond, self._muette = False, False
        self._fil = Thread(target=self._run, name="veille", daemon=True)

    @property
    def repond(self) -> bool:
        """Whether the base answers."""
        return self._repond

    @property
    def valeur(self) -> _T | None:
        """What was last read; nothing where the base has not answered yet."""
        if self._valeur is None:
            self._premiere.wait(_PREMIERE_S)
        return self._valeur

    def start(self) -> None:
        """Listen, in a thread that does not keep the process from ending."""
        self._fil.start()

    def stop(self) -> None:
        """Listen no more."""
        self._arret.set()
        self._fil.join()

    def refresh(self, connexion: Connection) -> None:
        """Read again: what this process has just written is seen by whoever asks next."""
        with self._lecture:
            lue = self._read(connexion)
            if lue != self._valeur:
                self._prepare(lue)
                self._valeur = lue

    def _run(self) -> None:
        while not self._arret.is_set():
            try:
                self._listen()
            except (sa.exc.SQLAlchemyError, psycopg.Error, BaseIndisponible, OSError) as erreur:
                self._tell_silence(erreur)
            self._repond = False
            self._premiere.set()
            self._arret.wait(_REPRISE_S)

    def _listen(self) -> None:
        """Listen until told to stop.

        Raises
        ------
        sqlalchemy.exc.SQLAlchemyError, psycopg.Error
            If the connection is cut.
        """
        connexion, pilote = self._moteur.connect_alone()
        with closing(connexion):
            check_revision(connexion)
            connexion.exec_driver_sql(f"LISTEN {CANAL}")
            while not self._arret.is_set():
                self.refresh(connexion)
                self._repond = True
                self._tell_return()
                self._premiere.set()
                for _ in range(_RELECTURES):
                    entendus = list(pilote.notifies(timeout=_PAUSE_S, stop_after=1))
                    if entendus or self._arret.is_set():
                        break

    def _tell_silence(self, erreur: Exception) -> None:
        """Log once that it answers no more, with the words of the driver, which no sentence shows."""
        if not self._muette:
            self._muette = True
            cause = getattr(erreur, "orig", None) or erreur
            _JOURNAL.warning(
                "La base de données ne répond plus : les pages montrent les dernières données reçues, rien ne s'écrit. "
                "Vérifiez que PostgreSQL répond (systemctl status postgresql). Ce qu'en dit son pilote : %s",
                " ".join(str(cause).split()),
            )

    def _tell_return(self) -> None:
        if self._muette:
            self._muette = False
            _JOURNAL.warning("La base de données répond de nouveau.")
