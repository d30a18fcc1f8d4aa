"""Rows of the tables that both storages have, read for a backup and put back."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from geo.base.schema import gestes, scenarios, trace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy.engine import Connection

# So many rows are written by one statement.
_PAR_ENVOI = 1_000

_Lignes = list[dict[str, Any]]
# Scenarios, gestures, trace.
Rangees = tuple[_Lignes, _Lignes, _Lignes]


def read_rows(connexion: Connection) -> Rangees:
    """Return the scenarios, their gestures and the trace, each in the order of its key."""
    return (
        _select(connexion, sa.select(scenarios).order_by(scenarios.c.scenario_id)),
        _select(connexion, sa.select(gestes).order_by(gestes.c.scenario_id, gestes.c.rang)),
        read_trace(connexion),
    )


def read_trace(connexion: Connection) -> _Lignes:
    """Return the trace in its order, without the rank of each act: another storage gives it another."""
    colonnes = [colonne for colonne in trace.c if colonne.name != "rang"]
    return _select(connexion, sa.select(*colonnes).order_by(trace.c.rang))


def remove_scenarios(connexion: Connection) -> None:
    """Remove the scenarios and their gestures."""
    connexion.execute(sa.delete(gestes))
    connexion.execute(sa.delete(scenarios))


def add_rows(connexion: Connection, table: sa.Table, lignes: Sequence[Mapping[str, Any]]) -> None:
    """Add rows to a table, in order."""
    for debut in range(0, len(lignes), _PAR_ENVOI):
        envoi = [dict(ligne) for ligne in lignes[debut : debut + _PAR_ENVOI]]
        connexion.execute(sa.insert(table), envoi)


def find_missing(
    trouvee: Iterable[Mapping[str, Any]], connue: Iterable[Mapping[str, Any]]
) -> Iterator[Mapping[str, Any]]:
    """Yield the acts of a trace that another does not have, as many times as it lacks them."""
    restants = Counter(map(_key, connue))
    for acte in trouvee:
        cle = _key(acte)
        if restants[cle]:
            restants[cle] -= 1
        else:
            yield acte


def _key(acte: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted(acte.items()))


def _select(connexion: Connection, demande: sa.Select[Any]) -> _Lignes:
    return [dict(ligne) for ligne in connexion.execute(demande).mappings()]
