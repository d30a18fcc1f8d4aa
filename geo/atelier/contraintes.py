"""What the CPTS of a scenario break of what the planner asked of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from geo.atelier.gestes import (
    D_UN_SEUL_TENANT,
    EPCI_ENTIERS,
    POPULATION_MAX,
    POPULATION_MIN,
    UN_SEUL_DEPARTEMENT,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from geo.atelier.etat import Etat
    from geo.atelier.sol import Sol


@dataclass(frozen=True, slots=True)
class HorsBorne:
    """A CPTS that has too few or too many inhabitants.

    Attributes
    ----------
    contrainte
        :data:`geo.atelier.gestes.POPULATION_MIN` or ``POPULATION_MAX``.
    population, borne
        What it has, and what it should not go beyond.
    """

    cpts_id: str
    contrainte: str
    population: int
    borne: int

    @property
    def ecart(self) -> int:
        """By how much, in inhabitants."""
        return abs(self.population - self.borne)


@dataclass(frozen=True, slots=True)
class Morcelee:
    """A CPTS that is not of one piece: `detachees` are its parts but for the most populous one."""

    cpts_id: str
    detachees: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class EpciPartage:
    """An EPCI of which a CPTS has communes, not all.

    Attributes
    ----------
    siren
        Of the EPCI.
    manquantes
        By the CPTS that have them, sorted, its communes that are missing; nobody is the empty tuple, and comes first.
    """

    cpts_id: str
    siren: str
    manquantes: Mapping[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class AutreDepartement:
    """Communes of a CPTS that are of another department than the one where most of its inhabitants live."""

    cpts_id: str
    principal: str
    departement: str
    codes: tuple[str, ...]


Ecart: TypeAlias = HorsBorne | Morcelee | EpciPartage | AutreDepartement


def check(sol: Sol, etat: Etat, touchees: Collection[str]) -> list[Ecart]:
    """List what is broken of what the scenario asks.

    Parameters
    ----------
    sol, etat
        The ground and the scenario, with its ``contraintes``.
    touchees
        The CPTS to look at; one that is no longer there, or has no commune, breaks nothing.

    Returns
    -------
    list
        By constraint in the order of :data:`geo.atelier.gestes.CONTRAINTES`, then by CPTS.
    """
    vues = [(cpts_id, etat.members(cpts_id) & sol.nom.keys()) for cpts_id in sorted(touchees)]
    return [
        ecart
        for contrainte, find in _REGLES.items()
        if contrainte in etat.contraintes
        for cpts_id, membres in vues
        if membres
        for ecart in find(sol, etat, cpts_id, membres)
    ]


def _too_few(sol: Sol, etat: Etat, cpts_id: str, membres: frozenset[str]) -> list[Ecart]:
    population, borne = sol.count(membres, etat.parts(cpts_id)), etat.contraintes[POPULATION_MIN]
    return [HorsBorne(cpts_id, POPULATION_MIN, population, borne)] if population < borne else []


def _too_many(sol: Sol, etat: Etat, cpts_id: str, membres: frozenset[str]) -> list[Ecart]:
    population, borne = sol.count(membres, etat.parts(cpts_id)), etat.contraintes[POPULATION_MAX]
    return [HorsBorne(cpts_id, POPULATION_MAX, population, borne)] if population > borne else []


def _in_pieces(sol: Sol, _: Etat, cpts_id: str, membres: frozenset[str]) -> list[Ecart]:
    detachees = tuple(sol.parts(membres)[1:])
    return [Morcelee(cpts_id, detachees)] if detachees else []


def _split_epci(sol: Sol, etat: Etat, cpts_id: str, membres: frozenset[str]) -> list[Ecart]:
    ecarts: list[Ecart] = []
    for siren in sorted({sol.epci[code] for code in membres if code in sol.epci}):
        chez: dict[tuple[str, ...], list[str]] = {}
        for code in sorted(sol.des_epci[siren] - membres):
            chez.setdefault(tuple(m[0] for m in etat.communes.get(code, ())), []).append(code)
        if chez:
            manquantes = {qui: tuple(chez[qui]) for qui in sorted(chez)}
            ecarts.append(EpciPartage(cpts_id, siren, manquantes))
    return ecarts


def _elsewhere(sol: Sol, _: Etat, cpts_id: str, membres: frozenset[str]) -> list[Ecart]:
    par_departement: dict[str, list[str]] = {}
    for code in sorted(membres):
        par_departement.setdefault(sol.departement[code], []).append(code)
    principal = min(par_departement, key=lambda d: (-sol.count(par_departement[d]), d))
    return [
        AutreDepartement(cpts_id, principal, departement, tuple(codes))
        for departement, codes in sorted(par_departement.items())
        if departement != principal
    ]


_REGLES: dict[str, Callable[[Sol, Etat, str, frozenset[str]], list[Ecart]]] = {
    POPULATION_MIN: _too_few,
    POPULATION_MAX: _too_many,
    D_UN_SEUL_TENANT: _in_pieces,
    EPCI_ENTIERS: _split_epci,
    UN_SEUL_DEPARTEMENT: _elsewhere,
}
