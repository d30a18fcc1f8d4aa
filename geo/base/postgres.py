"""PostgreSQL, of several servers: never waited for without an end, and its silences told."""

from __future__ import annotations

import time
from contextlib import closing, suppress
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
import sqlalchemy as sa

from geo.base.erreurs import BaseIndisponible, BaseNonPreparee, IssueInconnue, tell_effect
from geo.base.schema import REVISION
from geo.importation.environnement import BASE_URL

if TYPE_CHECKING:
    from psycopg.abc import RV, PQGen
    from sqlalchemy.engine import Connection, Engine

_CONNEXION_S = 3
# A query takes milliseconds: after this the server is stuck, or the network is.
_REPONSE_S = 5
_LONGUE_S = 120
# After a commit without an answer, whether it was done is asked for so long.
_ISSUE_S = 5
_ENCORE_S = 0.5
# Tables that were those of this application are not looked at again meanwhile.
_TABLES_S = 5
_OUVERTES = 10
_EN_PLUS = 20
_PILOTE = "postgresql+psycopg"


class _Refus(NamedTuple):
    """Why, and what to do of it: for whoever is on a page, and for whoever runs the server."""

    cause: str
    remede: str
    administrateur: str

    def explain(self, *, ecrit: bool) -> BaseIndisponible:
        dit = f"{self.cause} : {tell_effect(ecrit=ecrit)}."
        return BaseIndisponible(f"{dit} {self.remede}", f"{dit} {self.administrateur}")


_ATTENDRE = "Réessayez dans un instant ; si cela dure, prévenez l'administrateur."
_PREVENIR = "Prévenez l'administrateur."
_DE_TROP = _Refus(
    "Trop de demandes à la fois pour la base de données",
    _ATTENDRE,
    "Réessayez dans un instant ; si cela dure, augmentez max_connections de PostgreSQL.",
)
_OCCUPEE = _Refus(
    "La base de données est trop occupée",
    _ATTENDRE,
    "Réessayez dans un instant ; si cela dure, voyez ce qui l'occupe (pg_stat_activity).",
)
_MUETTE = _Refus(
    "La base de données ne répond pas",
    _ATTENDRE,
    "Vérifiez que PostgreSQL répond (systemctl status postgresql) et que cette machine le joint à l'adresse de "
    f"{BASE_URL}, puis recommencez.",
)
_REFUSEE = _Refus(
    f"La base de données refuse l'adresse de {BASE_URL}",
    "L'administrateur doit en vérifier le compte, le mot de passe et le nom de la base.",
    "Vérifiez-en le compte, le mot de passe et le nom de la base.",
)
# What its refusals of a connection say, which have no code: in English, or in French where it speaks it.
_REFUS = ("authenti", "pg_hba.conf", "does not exist", "n'existe pas")
# A table, a column or a function is not there.
_AUTRES_TABLES = ("42P01", "42703", "42883")
# By the codes of PostgreSQL (its manual, annex A).
_PAR_CODE = {
    "53100": _Refus(
        "Le disque de la base de données est plein",
        _PREVENIR,
        "Faites de la place, puis recommencez.",
    ),
    "53300": _DE_TROP,
    "25006": _Refus(
        "La base de données est en lecture seule",
        _PREVENIR,
        f"Vérifiez que {BASE_URL} nomme le serveur principal, puis recommencez.",
    ),
    "42501": _Refus(
        f"Le compte de {BASE_URL} n'a pas les droits qu'il faut sur la base de données",
        _PREVENIR,
        "Donnez-les-lui, puis recommencez.",
    ),
    # A query, or a lock, took too long.
    "57014": _OCCUPEE,
    "55P03": _OCCUPEE,
    # Two that wait for each other: one is sent away.
    "40P01": _OCCUPEE,
    "XX001": _Refus(
        "La base de données est endommagée",
        _PREVENIR,
        "Remettez-en une sauvegarde, puis recommencez.",
    ),
}


class _Connexion(psycopg.Connection[Any]):
    """A connection that is not waited for without an end: a server that is frozen keeps its connections open."""

    attente_s: float = _REPONSE_S

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        limite = self.attente_s if timeout is None else timeout
        try:
            return super().wait(gen, interval, limite)
        except psycopg.OperationalError:
            if (
                timeout is None
                and self.pgconn.transaction_status == psycopg.pq.TransactionStatus.ACTIVE
            ):
                # The answer may still come, and would be taken for that of the next question.
                self.pgconn.finish()
            raise


class Marque(NamedTuple):
    """A transaction: its number, and the start of the server that gave it (one that was cut off may give it again)."""

    numero: str
    demarrage: str


class MoteurPostgres:
    """The database that an address names.

    Parameters
    ----------
    adresse
        ``postgresql://compte:mot_de_passe@serveur/base``; libpq's own variables give what it does not say.

    Raises
    ------
    BaseIndisponible
        If it is no such address.
    """

    partage = True

    def __init__(self, adresse: str) -> None:
        self.url = read_url(adresse)
        self._engine: Engine | None = None
        self._ouverture = Lock()
        self._tables_vues: float | None = None

    def exists(self) -> bool:
        """Say yes: its tables are made before a server is started."""
        return True

    def open(self) -> Engine:
        """Return the pool of connections."""
        with self._ouverture:
            if self._engine is None:
                self._engine = sa.create_engine(
                    self.url,
                    pool_size=_OUVERTES,
                    max_overflow=_EN_PLUS,
                    pool_timeout=_REPONSE_S,
                    pool_pre_ping=True,
                    connect_args={
                        "connect_timeout": _CONNEXION_S,
                        "application_name": "atlas-cpts",
                        "options": f"-c statement_timeout={_REPONSE_S}s -c lock_timeout={_REPONSE_S}s "
                        f"-c idle_in_transaction_session_timeout={_LONGUE_S}s",
                    },
                )
                sa.event.listen(self._engine, "do_connect", _connect)
                sa.event.listen(self._engine, "checkin", _hurry)
            return self._engine

    def connect_alone(self) -> tuple[Connection, psycopg.Connection[Any]]:
        """Return a connection out of the pool, which commits each statement: to ask with, and to listen with.

        Raises
        ------
        sqlalchemy.exc.OperationalError
            If it does not answer.
        """
        engine = self.open().execution_options(isolation_level="AUTOCOMMIT")
        connexion = engine.connect()
        pilote = connexion.connection.driver_connection
        assert isinstance(pilote, _Connexion)  # noqa: S101 - see _connect
        # To close it closes it: it is not for others.
        connexion.detach()
        return connexion, pilote

    def close(self) -> None:
        """Close every connection that nobody uses."""
        with self._ouverture:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None

    def allow_long(self, connexion: Connection) -> None:
        """Let whole files go through."""
        pilote = connexion.connection.driver_connection
        assert isinstance(pilote, _Connexion)  # noqa: S101 - see _connect
        pilote.attente_s = _LONGUE_S
        connexion.exec_driver_sql(f"SET LOCAL statement_timeout = '{_LONGUE_S}s'")

    def check_tables(self, connexion: Connection) -> None:
        """Refuse tables that are not those of this application: see :func:`check_revision`."""
        maintenant = time.monotonic()
        if self._tables_vues is None or maintenant - self._tables_vues > _TABLES_S:
            check_revision(connexion)
            self._tables_vues = maintenant

    def mark(self, connexion: Connection) -> Marque | None:
        """Return what a transaction will be found again by; nothing where it has written nothing."""
        demande = "SELECT pg_current_xact_id_if_assigned()::text, pg_postmaster_start_time()::text"
        numero, demarrage = connexion.execute(sa.text(demande)).one()
        return Marque(numero, demarrage) if numero else None

    def was_kept(self, marque: Marque) -> bool:
        """Tell whether a transaction whose commit has not answered was done.

        Raises
        ------
        IssueInconnue
            If the server does not say in time.
        """
        fin = time.monotonic() + _ISSUE_S
        while True:
            with suppress(sa.exc.DatabaseError, sa.exc.TimeoutError):
                connexion, _ = self.connect_alone()
                with closing(connexion):
                    etat, demarrage = connexion.execute(
                        sa.text(
                            "SELECT pg_xact_status(CAST(:n AS xid8)), pg_postmaster_start_time()::text"
                        ),
                        {"n": marque.numero},
                    ).one()
                if etat == "aborted":
                    return False
                if etat == "committed" and demarrage == marque.demarrage:
                    return True
            if time.monotonic() > fin:
                raise IssueInconnue
            time.sleep(_ENCORE_S)

    def explain(self, erreur: Exception, *, ecrit: bool) -> BaseIndisponible:
        """Say in French what PostgreSQL refuses; neither its address nor its own words, which may be nobody's business."""
        if isinstance(erreur, sa.exc.TimeoutError):
            return _DE_TROP.explain(ecrit=ecrit)
        cause = getattr(erreur, "orig", None)
        code = getattr(cause, "sqlstate", None) or ""
        if code in _AUTRES_TABLES:
            return BaseNonPreparee()
        if not code and any(mots in str(cause) for mots in _REFUS):
            return _REFUSEE.explain(ecrit=ecrit)
        return _PAR_CODE.get(code, _MUETTE).explain(ecrit=ecrit)


def read_url(adresse: str) -> sa.URL:
    """Read the address of a PostgreSQL.

    Raises
    ------
    BaseIndisponible
        If it is none; the refusal says nothing of it, which may hold a password.
    """
    try:
        url = sa.make_url(adresse)
        lisible = url.drivername in ("postgresql", _PILOTE) and bool(url.database)
    except (sa.exc.ArgumentError, ValueError):
        lisible = False
    if not lisible:
        # Without its cause, which repeats the address.
        raise BaseIndisponible(
            f"{BASE_URL} n'est pas l'adresse d'une base PostgreSQL. Donnez-la sous la forme "
            "postgresql://compte:mot_de_passe@serveur:5432/base, ou retirez-la : les données seront gardées dans des fichiers."
        ) from None
    return url.set(drivername=_PILOTE)


def read_revision(connexion: Connection) -> str:
    """Return the last migration that a database has had; empty where it has had none."""
    if connexion.execute(sa.text("SELECT to_regclass('alembic_version')")).scalar() is None:
        return ""
    return str(connexion.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() or "")


def check_revision(connexion: Connection) -> None:
    """Refuse a database whose tables are not those of this application.

    Raises
    ------
    BaseNonPreparee
        With what to do.
    """
    revision = read_revision(connexion)
    if revision != REVISION:
        # They are numbered in order.
        raise BaseNonPreparee(plus_recente=revision > REVISION)


def _connect(_dialecte: Any, _enregistrement: Any, arguments: Any, options: Any) -> _Connexion:
    return _Connexion.connect(*arguments, **options)


def _hurry(connexion: _Connexion | None, _enregistrement: Any) -> None:
    """Put back what :meth:`MoteurPostgres.allow_long` let last."""
    if connexion is not None:
        connexion.attente_s = _REPONSE_S
