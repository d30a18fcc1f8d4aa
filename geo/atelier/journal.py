"""Where scenarios are kept: an append-only log of gestures, of which the state is the fold.

The rank of a gesture is its key: of two windows that write after the same version, one is refused, whatever the
engine of the base and the server that each is of.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from geo.atelier.composition import read_composition, write_composition
from geo.atelier.gestes import GesteRefuse, read_geste
from geo.base.schema import gestes as _gestes
from geo.base.schema import scenarios as _scenarios
from geo.base.sqlite import tell_damaged
from geo.base.temps import read_time, write_now

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import Connection

    from geo.atelier.etat import Composition
    from geo.atelier.gestes import Geste
    from geo.base.connexion import Base

_OCTETS_IDENTIFIANT = 8


class Conflit(Exception):
    """Another window has written meanwhile: what it wrote is to be read first."""


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
    """The scenarios of one base.

    Parameters
    ----------
    base
        Where they are kept.
    """

    def __init__(self, base: Base) -> None:
        self._base = base

    def create(
        self, depart: Composition, *, nom: str, auteur: str, note: str, version_depart: int
    ) -> str:
        """Begin a scenario, and return its identifier, which nobody can guess.

        Raises
        ------
        BaseIndisponible
            If it could not be written.
        """
        scenario_id = secrets.token_hex(_OCTETS_IDENTIFIANT)
        with self._base.write() as connexion:
            connexion.execute(
                sa.insert(_scenarios).values(
                    scenario_id=scenario_id,
                    nom=nom,
                    auteur=auteur,
                    note=note,
                    cree_le=write_now(),
                    version_depart=version_depart,
                    depart=write_composition(depart),
                    retire=False,
                )
            )
        return scenario_id

    def describe(self, scenario_id: str, *, nom: str, auteur: str, note: str) -> None:
        """Change what is said of a scenario; its log stays. See :meth:`withdraw` for what it raises."""
        self._update(scenario_id, nom=nom, auteur=auteur, note=note)

    def duplicate(self, scenario_id: str, nom: str, auteur: str | None = None) -> str:
        """Begin a scenario with the log of another, withdrawn or not, and return its identifier.

        Parameters
        ----------
        scenario_id
            The other.
        nom
            The name of the copy.
        auteur
            Who begins it; by default whoever began the other.

        Raises
        ------
        ScenarioInconnu
            If there is no such scenario.
        BaseIndisponible
            If it could not be written.
        """
        copie = secrets.token_hex(_OCTETS_IDENTIFIANT)
        with self._base.write() as connexion:
            modele = self._row(connexion, scenario_id)
            connexion.execute(
                sa.insert(_scenarios).values(
                    modele
                    | {"scenario_id": copie, "nom": nom, "cree_le": write_now(), "retire": False}
                    | ({} if auteur is None else {"auteur": auteur})
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
        BaseIndisponible
            If it could not be written.
        """
        self._update(scenario_id, retire=retire)

    def scenarios(self, *, retires: bool = False) -> list[Scenario]:
        """Return the scenarios, the last one touched first; or those that were withdrawn."""
        if not self._base.exists():
            return []
        with self._base.read() as connexion:
            lignes = connexion.execute(_summary().where(_scenarios.c.retire == retires)).all()
        return sorted(map(_scenario, lignes), key=lambda s: s.modifie_le.timestamp(), reverse=True)

    def find(self, scenario_id: str) -> Scenario:
        """Return one scenario, withdrawn or not.

        Raises
        ------
        ScenarioInconnu
            If there is none.
        """
        if not self._base.exists():
            raise ScenarioInconnu(scenario_id)
        with self._base.read() as connexion:
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
        with self._base.read() as connexion:
            octets = self._row(connexion, scenario_id)["depart"]
        try:
            return read_composition(octets)
        except (zlib.error, ValueError, KeyError, TypeError) as erreur:
            raise tell_damaged() from erreur

    def version(self, scenario_id: str) -> int:
        """Return the rank of the last gesture; 0 where there is none."""
        with self._base.read() as connexion:
            return _last_rank(connexion, scenario_id)

    def read(self, scenario_id: str, depuis: int = 0) -> list[Ecrit]:
        """Return the gestures that follow a version, in order."""
        with self._base.read() as connexion:
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
        BaseIndisponible
            If they could not be written.
        """
        lignes = [
            {
                "scenario_id": scenario_id,
                "rang": version + rang,
                "cle": cle,
                "le": write_now(),
                "donnees": json.dumps(geste.as_data(), ensure_ascii=False),
            }
            for rang, (cle, geste) in enumerate(gestes, start=1)
        ]
        try:
            with self._base.write() as connexion:
                _check_known(connexion, scenario_id)
                if _last_rank(connexion, scenario_id) != version:
                    raise Conflit
                if lignes:
                    connexion.execute(sa.insert(_gestes), lignes)
        except sa.exc.IntegrityError as erreur:
            raise Conflit from erreur

    def _update(self, scenario_id: str, **valeurs: Any) -> None:
        with self._base.write() as connexion:
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


def _time(texte: str) -> dt.datetime:
    try:
        return read_time(texte)
    except ValueError as erreur:
        raise tell_damaged() from erreur
