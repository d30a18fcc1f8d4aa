"""Of which year the figures of communes are, said beside them."""

from typing import Protocol

from geo.indicateurs.registre import Millesimes


class Datees(Protocol):
    """What knows the years of its data: an atlas, or what was made of one."""

    @property
    def millesimes(self) -> Millesimes:
        """See :class:`geo.indicateurs.registre.Millesimes`."""


def population_title(donnees: Datees) -> str:
    """Head a column of populations: « Population (2023) »."""
    return f"Population ({donnees.millesimes.population})"


def reference_text(donnees: Datees) -> str:
    """Say what every computed figure rests on: populations of one year, communes of another."""
    annees = donnees.millesimes
    return (
        f"populations de référence {annees.population} (INSEE), communes du code officiel "
        f"géographique {annees.communes}"
    )
