"""Counts of inhabitants and communes by state and confidence, and the columns that hold them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Quoi = Literal["population", "communes"]
QUOI: tuple[Quoi, ...] = ("population", "communes")


@dataclass(frozen=True, slots=True)
class Comptes:
    """Inhabitants and communes, each commune once."""

    population: int
    communes: int


def name_count(quoi: Quoi, etat: str, *, indicatifs: bool) -> str:
    """Name the column of a count; that of the total is ``quoi`` alone.

    Parameters
    ----------
    quoi
        One of :data:`QUOI`.
    etat
        One of :data:`geo.regles.couverture.ETATS`.
    indicatifs
        Whether hypothetical memberships count as covered.

    Examples
    --------
    >>> name_count("communes", "non_couverte", indicatifs=True)
    'communes_non_couverte_indicative'
    """
    return f"{quoi}_{etat}_{_confidence(indicatifs=indicatifs)}"


def name_share(quoi: Quoi, *, indicatifs: bool) -> str:
    """Name the column of the share that is covered, in per cent; parameters as :func:`name_count`.

    Examples
    --------
    >>> name_share("population", indicatifs=False)
    'part_population_etablie_pct'
    """
    return f"part_{quoi}_{_confidence(indicatifs=indicatifs)}_pct"


def read_count(ligne: Mapping[Any, Any], etat: str, *, indicatifs: bool) -> Comptes:
    """Read the counts of a state in a row; parameters as :func:`name_count`."""
    return Comptes(
        population=int(ligne[name_count("population", etat, indicatifs=indicatifs)]),
        communes=int(ligne[name_count("communes", etat, indicatifs=indicatifs)]),
    )


def _confidence(*, indicatifs: bool) -> str:
    return "indicative" if indicatifs else "etablie"
