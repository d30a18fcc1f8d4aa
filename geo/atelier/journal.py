"""Where scenarios are kept: an append-only log of gestures, of which the state is the fold.

SQLAlchemy's core alone, and nothing that SQLite has of its own but how it is opened: another engine can take
its place. The rank of a gesture is its key: of two windows that write after the same version, one is refused.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from geo.atelier.composition import read_composition, write_composition
from geo.atelier.gestes import GesteRefuse, read_geste

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sqlalchemy.engine import Connection, Engine

    from geo.atelier.etat import Composition
    from geo.atelier.gestes import Geste

FICHIER = "atelier.sqlite"
# Whatever the clock of the server: the annex is dated as its readers count days.
_PARIS = ZoneInfo("Europe/Paris")
# Another process that writes is waited for so long.
_ATTENTE_S = 5
_OCTETS_IDENTIFIANT = 8
# What SQLite and the system say where nothing may be written.
_FERME = ("readonly", "unable to open", "Permission denied", "Not a directory", "Read-only")

_schema = sa.MetaData()
_scenarios = sa.Table(
    "scenarios",
    _schema,
    sa.Column("scenario_id", sa.String(32), primary_key=True),
    sa.Column("nom", sa.Text, nullable=False),
    sa.Column("auteur", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("cree_le", sa.String(32), nullable=False),
    # The number of the version of the data that it starts from; 0 is the base.
    sa.Column("version_depart", sa.Integer, nullable=False),
    sa.Column("depart", sa.LargeBinary, nullable=False),
    sa.Column("retire", sa.Boolean, nullable=False),
)
_gestes = sa.Table(
    "gestes",
    _schema,
    sa.Column("scenario_id", sa.ForeignKey("scenarios.scenario_id"), primary_key=True),
    sa.Column("rang", sa.Integer, primary_key=True),
    # Given by whoever sends it: sent again after a cut, it is known.
    sa.Column("cle", sa.String(64), nullable=False),
    sa.Column("le", sa.String(32), nullable=False),
    sa.Column("donnees", sa.Text, nullable=False),
    sa.UniqueConstraint("scenario_id", "cle"),
)


class Conflit(Exception):
    """Another window has written meanwhile: what it wrote is to be read first."""


class JournalIndisponible(Exception):
    """Nothing could be written down (full disk, folder closed to writing): why, in French."""


class ScenarioInconnu(Exception):
    """There is no such scenario."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is remembered of a scenario beside its log; `cree_le` is a local time with its offset."""

    scenario_id: str
    nom: str
    auteur: str
    note: str
    cree_le: dt.datetime
    version_depart: int
    gestes: int
    modifie_le: dt.datetime


@dataclass(frozen=True, slots=True)
class Ecrit:
    """A gesture of the log: its rank from 1, the key it came with, and when."""

    rang: int
    cle: str
    le: dt.datetime
    geste: Geste


class Journal:
    """The scenarios of one folder of data.

    Parameters
    ----------
    dossier
        Where the file is, or will be.
    """

    def __init__(self, dossier: Path) -> None:
        self._dossier = dossier
        self._engine: Engine | None = None
        self._fichier: tuple[int, int] | None = None
        self._ouverture = Lock()

    def create(
        self, depart: Composition, *, nom: str, auteur: str, note: str, version_depart: int
    ) -> str:
        """Begin a scenario, and return its identifier, which nobody can guess.

        Raises
        ------
        JournalIndisponible
            If it could not be written.
        """
        scenario_id = secrets.token_hex(_OCTETS_IDENTIFIANT)
        with self._write() as connexion:
            connexion.execute(
                sa.insert(_scenarios).values(
                    scenario_id=scenario_id,
                    nom=nom,
                    auteur=auteur,
                    note=note,
                    cree_le=_now(),
                    version_depart=version_depart,
                    depart=write_composition(depart),
                    retire=False,
                )
            )
        return scenario_id

    def describe(self, scenario_id: str, *, nom: str, auteur: str, note: str) -> None:
        """Change what is said of a scenario; its log stays. See :meth:`withdraw` for what it raises."""
        self._update(scenario_id, nom=nom, auteur=auteur, note=note)

    def duplicate(self, scenario_id: str, nom: str) -> str:
        """Begin a scenario with the log of another, withdrawn or not, and return its identifier.

        Raises
        ------
        ScenarioInconnu
            If there is no such scenario.
        JournalIndisponible
            If it could not be written.
        """
        copie = secrets.token_hex(_OCTETS_IDENTIFIANT)
        with self._write() as connexion:
            modele = self._row(connexion, scenario_id)
            connexion.execute(
                sa.insert(_scenarios).values(
                    modele | {"scenario_id": copie, "nom": nom, "cree_le": _now(), "retire": False}
                )
            )
            siens = sa.select(
                sa.literal(copie), _gestes.c.rang, _gestes.c.cle, _gestes.c.le, _gestes.c.donnees
            ).where(_gestes.c.scenario_id == scenario_id)
            connexion.execute(
                sa.insert(_gestes).from_select(
                    ["scenario_id", "rang", "cle", "le", "donnees"], siens
                )
            )
        return copie

    def withdraw(self, scenario_id: str, *, retire: bool = True) -> None:
        """Take a scenario off the list, or put it back: nothing is erased.

        Raises
        ------
        ScenarioInconnu
            If there is none.
        JournalIndisponible
            If it could not be written.
        """
        self._update(scenario_id, retire=retire)

    def scenarios(self, *, retires: bool = False) -> list[Scenario]:
        """Return the scenarios, the last one touched first; or those that were withdrawn."""
        if not (self._dossier / FICHIER).exists():
            return []
        with self._read() as connexion:
            lignes = connexion.execute(_summary().where(_scenarios.c.retire == retires)).all()
        return sorted(map(_scenario, lignes), key=lambda s: s.modifie_le.timestamp(), reverse=True)

    def find(self, scenario_id: str) -> Scenario:
        """Return one scenario, withdrawn or not.

        Raises
        ------
        ScenarioInconnu
            If there is none.
        """
        if not (self._dossier / FICHIER).exists():
            raise ScenarioInconnu(scenario_id)
        with self._read() as connexion:
            ligne = connexion.execute(
                _summary().where(_scenarios.c.scenario_id == scenario_id)
            ).first()
        if ligne is None:
            raise ScenarioInconnu(scenario_id)
        return _scenario(ligne)

    def depart(self, scenario_id: str) -> Composition:
        """Return what a scenario starts from.

        Raises
        ------
        ScenarioInconnu
            If there is none.
        """
        self.find(scenario_id)
        with self._read() as connexion:
            octets = self._row(connexion, scenario_id)["depart"]
        try:
            return read_composition(octets)
        except (zlib.error, ValueError, KeyError, TypeError) as erreur:
            raise tell_damaged() from erreur

    def version(self, scenario_id: str) -> int:
        """Return the rank of the last gesture; 0 where there is none."""
        with self._read() as connexion:
            return _last_rank(connexion, scenario_id)

    def read(self, scenario_id: str, depuis: int = 0) -> list[Ecrit]:
        """Return the gestures that follow a version, in order."""
        with self._read() as connexion:
            lignes = connexion.execute(
                sa.select(_gestes.c.rang, _gestes.c.cle, _gestes.c.le, _gestes.c.donnees)
                .where(_gestes.c.scenario_id == scenario_id, _gestes.c.rang > depuis)
                .order_by(_gestes.c.rang)
            ).all()
        try:
            return [
                Ecrit(rang, cle, _time(le), read_geste(json.loads(donnees)))
                for rang, cle, le, donnees in lignes
            ]
        except (GesteRefuse, ValueError) as erreur:
            raise tell_damaged() from erreur

    def append(self, scenario_id: str, version: int, gestes: Sequence[tuple[str, Geste]]) -> None:
        """Write gestures after a version, all or none, down to the disk.

        Parameters
        ----------
        scenario_id
            Of a scenario.
        version
            Of the log, as whoever made the gestures knew it.
        gestes
            Each with the key it came with.

        Raises
        ------
        Conflit
            If the log is no longer at that version, or has one of the keys.
        ScenarioInconnu
            If there is no such scenario.
        JournalIndisponible
            If they could not be written.
        """
        lignes = [
            {
                "scenario_id": scenario_id,
                "rang": version + rang,
                "cle": cle,
                "le": _now(),
                "donnees": json.dumps(geste.as_data(), ensure_ascii=False),
            }
            for rang, (cle, geste) in enumerate(gestes, start=1)
        ]
        try:
            with self._write() as connexion:
                _check_known(connexion, scenario_id)
                if _last_rank(connexion, scenario_id) != version:
                    raise Conflit
                if lignes:
                    connexion.execute(sa.insert(_gestes), lignes)
        except sa.exc.IntegrityError as erreur:
            raise Conflit from erreur

    def _update(self, scenario_id: str, **valeurs: Any) -> None:
        with self._write() as connexion:
            _check_known(connexion, scenario_id)
            connexion.execute(
                sa.update(_scenarios)
                .where(_scenarios.c.scenario_id == scenario_id)
                .values(**valeurs)
            )

    def _row(self, connexion: Connection, scenario_id: str) -> dict[str, Any]:
        ligne = connexion.execute(
            sa.select(_scenarios).where(_scenarios.c.scenario_id == scenario_id)
        ).first()
        if ligne is None:
            raise ScenarioInconnu(scenario_id)
        return dict(ligne._mapping)  # noqa: SLF001 - SQLAlchemy's documented name

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        try:
            with self._open().execution_options(ecrit=True).begin() as connexion:
                yield connexion
        except sa.exc.IntegrityError:
            raise
        except (sa.exc.DatabaseError, OSError) as erreur:
            raise _told(erreur) from erreur

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        try:
            with self._open().connect() as connexion:
                yield connexion
        except (sa.exc.DatabaseError, OSError) as erreur:
            raise _told(erreur) from erreur

    def _open(self) -> Engine:
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
                    _schema.create_all(connexion)
                self._engine = engine
                self._fichier = _identify(self._dossier / FICHIER)
            return self._engine


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


def _told(erreur: Exception) -> JournalIndisponible:
    cause = str(getattr(erreur, "orig", None) or getattr(erreur, "strerror", None) or erreur)
    if "not a database" in cause or "malformed" in cause:
        return tell_damaged()
    if "full" in cause or "No space" in cause:
        return JournalIndisponible(
            "Le disque du serveur est plein : ce geste n'est pas enregistré. Faites de la place, puis réessayez."
        )
    if "locked" in cause:
        return JournalIndisponible(
            "Un autre programme tient les scénarios : ce geste n'est pas enregistré. Réessayez."
        )
    if any(mots in cause for mots in _FERME):
        return JournalIndisponible(
            "Le dossier des scénarios est fermé à l'écriture, ou n'en est pas un : rien n'est enregistré. Vérifiez ses "
            "droits d'écriture, puis réessayez."
        )
    return JournalIndisponible(
        f"Les scénarios ne peuvent pas être écrits ou lus ({cause}) : rien n'est enregistré. Vérifiez le disque du "
        "serveur, puis réessayez."
    )


def tell_damaged() -> JournalIndisponible:
    """Say that the file no longer is what was written there."""
    return JournalIndisponible(
        f"Le fichier des scénarios ({FICHIER}) est endommagé : rien n'est lu ni enregistré. Remettez-en une sauvegarde, "
        "puis réessayez."
    )


def _check_known(connexion: Connection, scenario_id: str) -> None:
    connu = sa.select(_scenarios.c.scenario_id).where(_scenarios.c.scenario_id == scenario_id)
    if connexion.execute(connu).first() is None:
        raise ScenarioInconnu(scenario_id)


def _last_rank(connexion: Connection, scenario_id: str) -> int:
    rang = connexion.execute(
        sa.select(sa.func.max(_gestes.c.rang)).where(_gestes.c.scenario_id == scenario_id)
    ).scalar()
    return int(rang or 0)


def _summary() -> sa.Select[Any]:
    rangs = (
        sa.select(
            _gestes.c.scenario_id,
            sa.func.max(_gestes.c.rang).label("gestes"),
            sa.func.max(_gestes.c.le).label("le"),
        )
        .group_by(_gestes.c.scenario_id)
        .subquery()
    )
    return sa.select(
        _scenarios.c.scenario_id,
        _scenarios.c.nom,
        _scenarios.c.auteur,
        _scenarios.c.note,
        _scenarios.c.cree_le,
        _scenarios.c.version_depart,
        rangs.c.gestes,
        rangs.c.le,
    ).join(rangs, rangs.c.scenario_id == _scenarios.c.scenario_id, isouter=True)


def _scenario(ligne: Any) -> Scenario:
    cree_le = _time(ligne.cree_le)
    return Scenario(
        ligne.scenario_id,
        ligne.nom,
        ligne.auteur,
        ligne.note,
        cree_le,
        ligne.version_depart,
        ligne.gestes or 0,
        # The gestures of a copy are older than it.
        max(cree_le, _time(ligne.le), key=dt.datetime.timestamp) if ligne.le else cree_le,
    )


def _now() -> str:
    """Write the time so that texts are in its order, whatever the season."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")


def _time(texte: str) -> dt.datetime:
    try:
        return dt.datetime.fromisoformat(texte).astimezone(_PARIS)
    except ValueError as erreur:
        raise tell_damaged() from erreur
