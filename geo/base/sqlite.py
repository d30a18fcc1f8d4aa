"""SQLite: a file of its own in a folder of data, opened so that what is committed stays."""

from __future__ import annotations

import logging
from threading import Lock
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from geo.base.erreurs import BaseIndisponible, tell_effect
from geo.base.schema import TABLES_SQLITE, TRIGGERS_SQLITE, metadata

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.engine import Connection, Engine

FICHIER = "atelier.sqlite"
# Another process that writes is waited for so long.
_ATTENTE_S = 5
_JOURNAL = logging.getLogger("atlas.base")
# What SQLite and the system say where nothing may be written.
_FERME = ("readonly", "unable to open", "Permission denied", "Not a directory", "Read-only")


class MoteurSqlite:
    """The file of a folder.

    Parameters
    ----------
    dossier
        Where the file is, or will be.
    """

    partage = False

    def __init__(self, dossier: Path) -> None:
        self._dossier = dossier
        self._engine: Engine | None = None
        self._fichier: tuple[int, int] | None = None
        self._ouverture = Lock()

    def exists(self) -> bool:
        """Tell whether there is a file."""
        return (self._dossier / FICHIER).exists()

    def open(self) -> Engine:
        """Open the file, made with its tables where there is none."""
        with self._ouverture:
            if self._engine is not None and self._fichier != _identify(self._dossier / FICHIER):
                # A backup was put in its place: what is written to the file that is gone would be lost.
                self._engine.dispose()
                self._engine = None
            if self._engine is None:
                self._dossier.mkdir(parents=True, exist_ok=True)
                engine = sa.create_engine(
                    f"sqlite:///{self._dossier / FICHIER}", connect_args={"timeout": _ATTENTE_S}
                )
                sa.event.listen(engine, "connect", _set_up)
                sa.event.listen(engine, "begin", _begin)
                # Of two processes that begin at once, one makes the tables and the other finds them.
                with engine.execution_options(ecrit=True).begin() as connexion:
                    metadata.create_all(connexion, tables=TABLES_SQLITE)
                    for trigger in TRIGGERS_SQLITE:
                        connexion.exec_driver_sql(trigger)
                self._engine = engine
                self._fichier = _identify(self._dossier / FICHIER)
            return self._engine

    def close(self) -> None:
        """Close the file."""
        with self._ouverture:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None

    def allow_long(self, connexion: Connection) -> None:
        """Do nothing: only what another program holds is waited for."""

    def check_tables(self, connexion: Connection) -> None:
        """Do nothing: they are made where the file is opened."""

    def mark(self, _: Connection) -> None:
        """Return nothing: what is committed is told at once."""

    def was_kept(self, _: object) -> bool:
        """Say no: without a mark, it is not asked."""
        return False

    def explain(self, erreur: Exception, *, ecrit: bool) -> BaseIndisponible:
        """Say in French what SQLite or the disk refuses."""
        effet = tell_effect(ecrit=ecrit)
        cause = str(getattr(erreur, "orig", None) or getattr(erreur, "strerror", None) or erreur)
        if "not a database" in cause or "malformed" in cause:
            return tell_damaged()
        if "full" in cause or "No space" in cause:
            return BaseIndisponible(
                f"Le disque du serveur est plein : {effet}. Faites de la place, puis réessayez."
            )
        if "locked" in cause:
            return BaseIndisponible(f"Un autre programme tient les scénarios : {effet}. Réessayez.")
        if any(mots in cause for mots in _FERME):
            return BaseIndisponible(
                f"Le dossier des scénarios est fermé à l'écriture, ou n'en est pas un : {effet}. Vérifiez ses "
                "droits d'écriture, puis réessayez."
            )
        _JOURNAL.warning("Les scénarios ne peuvent pas être écrits ou lus : %s", cause)
        return BaseIndisponible(
            f"Les scénarios ne peuvent pas être écrits ou lus : {effet}. Vérifiez le disque du serveur, puis réessayez."
        )


def tell_damaged() -> BaseIndisponible:
    """Say that the file no longer is what was written there."""
    return BaseIndisponible(
        f"Le fichier des scénarios ({FICHIER}) est endommagé : rien n'est lu ni enregistré. Remettez-en une sauvegarde, "
        "puis réessayez."
    )


def _identify(chemin: Path) -> tuple[int, int] | None:
    """Tell a file from another that has its name; nothing where there is none."""
    try:
        infos = chemin.stat()
    except FileNotFoundError:
        return None
    return infos.st_dev, infos.st_ino


def _set_up(connexion: Any, _: Any) -> None:
    """Open SQLite so that what is committed outlives the process and the machine."""
    # SQLAlchemy says when a transaction begins: the driver would wait for the first write.
    connexion.isolation_level = None
    connexion.execute("PRAGMA journal_mode=WAL")
    connexion.execute("PRAGMA synchronous=FULL")
    connexion.execute("PRAGMA foreign_keys=ON")


def _begin(connexion: Connection) -> None:
    # What is going to write waits for its turn now: what it reads first is then still so when it writes.
    ecrit = connexion.get_execution_options().get("ecrit")
    connexion.exec_driver_sql("BEGIN IMMEDIATE" if ecrit else "BEGIN")
