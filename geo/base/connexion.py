"""The one place that opens what is written down: read, write, and what is said when it cannot be."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import sqlalchemy as sa

from geo.base.erreurs import BaseIndisponible
from geo.base.sqlite import MoteurSqlite
from geo.importation.environnement import base_url, depot_dir

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.engine import Connection, Engine

    from geo.base.postgres import Marque

__all__ = ["Base", "BaseIndisponible", "file_base", "open_base", "shared_base"]

_verrou = Lock()
_ouvertes: dict[str, Base] = {}


class Moteur(Protocol):
    """What one engine has of its own."""

    partage: bool

    def exists(self) -> bool:
        """Tell whether anything was ever written there."""

    def open(self) -> Engine:
        """Return the engine, made at first use."""

    def close(self) -> None:
        """Let go of every connection."""

    def allow_long(self, connexion: Connection) -> None:
        """Let what this transaction does take its time: whole files go through."""

    def check_tables(self, connexion: Connection) -> None:
        """Refuse tables that are not those of this application."""

    def mark(self, connexion: Connection) -> Marque | None:
        """Return what this transaction will be found again by; nothing where its commit always answers."""

    def was_kept(self, marque: Marque) -> bool:
        """Tell whether a transaction whose commit has not answered was done; refuse to guess."""

    def explain(self, erreur: Exception, *, ecrit: bool) -> BaseIndisponible:
        """Say in French why something could not be written, or read."""


class Base:
    """Where scenarios, the trace and tokens are kept; with PostgreSQL, versions too.

    Parameters
    ----------
    moteur
        The engine behind it; nothing is opened before the first use.

    Attributes
    ----------
    partagee
        Whether several servers write there: it is PostgreSQL.
    """

    def __init__(self, moteur: Moteur) -> None:
        self.moteur = moteur
        self.partagee = moteur.partage

    def exists(self) -> bool:
        """Tell whether anything was ever written there: looking makes no file."""
        return self.moteur.exists()

    @contextmanager
    def read(self, *, long: bool = False, tables: bool = True) -> Iterator[Connection]:
        """Read, all of it at one moment.

        Parameters
        ----------
        long
            Whether whole files are read.
        tables
            Whether the tables must be those of this application.

        Raises
        ------
        BaseIndisponible
            If it cannot be.
        """
        with self._told(ecrit=False), self._open(ecrit=False).connect() as connexion:
            self._begin(connexion, long=long, tables=tables)
            yield connexion

    @contextmanager
    def write(self, *, long: bool = False, tables: bool = True) -> Iterator[Connection]:
        """Write, all or nothing, down to the disk; what :meth:`read` takes.

        Raises
        ------
        BaseIndisponible
            If it cannot be: nothing is written.
        IssueInconnue
            If nothing says whether it was.
        sqlalchemy.exc.IntegrityError
            If somebody else has written the same meanwhile.
        """
        with self._told(ecrit=True):
            marque = None
            try:
                with self._open(ecrit=True).execution_options(ecrit=True).begin() as connexion:
                    self._begin(connexion, long=long, tables=tables)
                    yield connexion
                    marque = self.moteur.mark(connexion)
            except sa.exc.DatabaseError:
                # With a mark, it is the commit that failed, or whose answer was lost.
                if marque is None or not self.moteur.was_kept(marque):
                    raise

    def close(self) -> None:
        """Let go of every connection; the next use opens others."""
        self.moteur.close()

    def _begin(self, connexion: Connection, *, long: bool, tables: bool) -> None:
        if long:
            self.moteur.allow_long(connexion)
        if tables:
            self.moteur.check_tables(connexion)

    def _open(self, *, ecrit: bool) -> Engine:
        try:
            return self.moteur.open()
        except OSError as erreur:
            raise self.moteur.explain(erreur, ecrit=ecrit) from erreur

    @contextmanager
    def _told(self, *, ecrit: bool) -> Iterator[None]:
        try:
            yield
        except sa.exc.IntegrityError:
            raise
        except (sa.exc.DatabaseError, sa.exc.TimeoutError) as erreur:
            raise self.moteur.explain(erreur, ecrit=ecrit) from erreur


def file_base(dossier: Path) -> Base:
    """Return what the file of SQLite of a folder keeps, or will."""
    return Base(MoteurSqlite(dossier))


def shared_base(adresse: str) -> Base:
    """Return what a PostgreSQL keeps.

    Parameters
    ----------
    adresse
        ``postgresql://…``.

    Raises
    ------
    BaseIndisponible
        If the address is none.
    """
    from geo.base.postgres import MoteurPostgres  # noqa: PLC0415 - only where it is used

    return Base(MoteurPostgres(adresse))


def open_base() -> Base:
    """Return where the environment says that things are kept; this process has one of each alone.

    Raises
    ------
    BaseIndisponible
        If ``CPTS_BASE_URL`` is no address of a PostgreSQL.
    """
    adresse, dossier = base_url(), depot_dir()
    cle = adresse or str(dossier)
    with _verrou:
        if cle not in _ouvertes:
            _ouvertes[cle] = shared_base(adresse) if adresse else file_base(dossier)
        return _ouvertes[cle]
