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
    # Asked at each gesture: a filter of pandas takes a hundred times longer on four rows. Dates sort as texts.
    dates = [
        (date, int(montant))
        for classe, date, montant in zip(
            aci["taille"], aci["date"], aci["montant_max_eur"], strict=True
        )
        if classe == taille
    ]
    return max(dates)[1] if dates else None
