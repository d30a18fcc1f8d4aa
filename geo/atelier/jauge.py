"""Where a population stands between the size classes of the accord conventionnel, and what the accord pays there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.indicateurs.calcul import BORNES_TAILLE, classe_taille

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Jauge:
    """A population among the size classes.

    Attributes
    ----------
    taille
        See :func:`geo.indicateurs.calcul.classe_taille`.
    borne_suivante
        The next bound above the population, in inhabitants; ``None`` in the last class.
    reste
        Inhabitants that lack to reach it.
    montant_max_eur
        What the class is paid in a year at most, in euros; ``None`` where the table does not say it, and on an exact
        bound, which the accord leaves open.
    """

    taille: str
    borne_suivante: int | None
    reste: int | None
    montant_max_eur: int | None


def gauge(population: int, aci: pd.DataFrame) -> Jauge:
    """Place a population among the size classes.

    Parameters
    ----------
    population
        Inhabitants covered.
    aci
        As :attr:`geo.atlas.Atlas.aci`; the latest date of a class is the one that counts.
    """
    taille = classe_taille(population)
    borne = next((borne for borne in BORNES_TAILLE if borne > population), None)
    return Jauge(
        taille, borne, None if borne is None else borne - population, _read_amount(taille, aci)
    )


def _read_amount(taille: str, aci: pd.DataFrame) -> int | None:
    # Dates of any precision sort as texts.
    siens = aci[aci["taille"] == taille].sort_values("date")
    return None if siens.empty else int(siens["montant_max_eur"].iloc[-1])
