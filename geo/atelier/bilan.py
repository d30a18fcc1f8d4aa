"""Sums of a scenario, kept up to date gesture by gesture: who lives in each CPTS, and who is covered where.

Nothing is added up again but what a gesture touches; the tests hold these sums to those that the atlas computes whole.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.atelier.etat import COMMUNE, CPTS, part_of
from geo.perimetre import ENTIERE, HYPOTHESE, cap_parts, count_inhabitants
from geo.regles.comptes import Comptes
from geo.regles.couverture import COLONNES_DEFINITIONS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import pandas as pd

    from geo.atelier.etat import Adhesions, Changement, Composition, Cpts, Etat
    from geo.atelier.sol import Sol

# A commune is covered whatever one thinks of hypotheses, or with them only.
_ETABLIE, _INDICATIVE = 2, 1
# Shares have four decimals.
_PART_ENTIERE = 10_000


@dataclass(frozen=True, slots=True)
class Couverts:
    """What of a department is covered, of what its study area holds."""

    etablis: Comptes
    tous: Comptes
    total: Comptes

    def part_pct(self, *, indicatifs: bool) -> float | None:
        """Return the share of the inhabitants that is covered, in per cent; ``None`` where nobody lives there."""
        couverts = self.tous if indicatifs else self.etablis
        return couverts.population / self.total.population * 100 if self.total.population else None


class Bilan:
    """The sums of one composition.

    Parameters
    ----------
    sol
        The ground.
    composition
        Who is in which CPTS, when it starts; communes that the ground does not have count for nothing.
    statuts
        Which stages count under which definition: see :attr:`geo.atlas.Atlas.statuts`.
    """

    def __init__(self, sol: Sol, composition: Composition, statuts: pd.DataFrame) -> None:
        self._sol = sol
        self._comptants = {
            definition: frozenset(statuts.index[statuts[colonne] == "oui"])
            for definition, colonne in COLONNES_DEFINITIONS.items()
        }
        # In hundredths of a per cent of an inhabitant: whole numbers, which no sum wears.
        self._populations: Counter[str] = Counter()
        # By definition and department: inhabitants, then communes, by the way they are covered.
        self._couverts: dict[str, Counter[tuple[str, int, str]]] = {
            definition: Counter() for definition in self._comptants
        }
        ensemble: dict[Adhesions, list[str]] = {}
        for code, siennes in composition.adhesions.items():
            ensemble.setdefault(siennes, []).append(code)
        for siennes, codes in ensemble.items():
            self._count(codes, siennes, composition.cpts, 1)

    def population(self, cpts_id: str) -> int:
        """Return how many people live in a CPTS."""
        return int(count_inhabitants(self._populations[cpts_id] / _PART_ENTIERE))

    def couverture(self, departement: str, definition: str) -> Couverts:
        """Return what of a department is covered under a definition."""
        couverts = self._couverts[definition]

        def count(etat: int) -> Comptes:
            return Comptes(
                couverts[departement, etat, "population"], couverts[departement, etat, "communes"]
            )

        etablis, indicatifs = count(_ETABLIE), count(_INDICATIVE)
        codes = self._sol.des_departements[departement] & self._sol.etude
        return Couverts(
            etablis,
            Comptes(
                etablis.population + indicatifs.population, etablis.communes + indicatifs.communes
            ),
            Comptes(self._sol.count(codes), len(codes)),
        )

    def follow(self, changements: Collection[Changement], etat: Etat) -> frozenset[str]:
        """Bring the sums up to date with changes that a state has just made.

        Parameters
        ----------
        changements
            What was changed, in order; each commune and each CPTS once at most.
        etat
            The state after them.

        Returns
        -------
        frozenset
            The CPTS whose figures may have changed.
        """
        communes = {c.cle: (c.avant, c.apres) for c in changements if c.famille == COMMUNE}
        anciennes = {c.cle: c.avant for c in changements if c.famille == CPTS}
        touchees = set(anciennes)
        cpts_avant = etat.cpts
        # Few gestures change a CPTS itself, and a thousand of them are long to copy.
        if anciennes:
            cpts_avant = {i: c for i, c in {**etat.cpts, **anciennes}.items() if c is not None}
        for cpts_id in anciennes:
            # A stage that changes may cover, or uncover, all of them.
            for code in etat.members(cpts_id):
                communes.setdefault(code, (etat.communes[code], etat.communes[code]))
        for code, (avant, apres) in communes.items():
            self._count((code,), avant or (), cpts_avant, -1)
            self._count((code,), apres or (), etat.cpts, 1)
            touchees |= {membre[0] for membre in (*(avant or ()), *(apres or ()))}
        return frozenset(touchees)

    def _count(
        self, codes: Iterable[str], siennes: Adhesions, cpts: Mapping[str, Cpts], fois: int
    ) -> None:
        """Count communes that are all in the same CPTS, known in the same way."""
        sol = self._sol
        parts = [(membre[0], round(part_of(membre) * _PART_ENTIERE)) for membre in siennes]
        # Of each department, what is in the study area.
        etude: dict[str, list[int]] = {}
        for code in codes:
            siens = fois * sol.population.get(code, 0)
            for cpts_id, part in parts:
                self._populations[cpts_id] += siens * part
            if code in sol.etude:
                etude.setdefault(sol.departement[code], []).append(sol.population[code])
        for definition, comptants in self._comptants.items():
            etablie, toute = _cover(siennes, cpts, comptants)
            if not toute:
                continue
            couverts = self._couverts[definition]
            etat = _ETABLIE if etablie else _INDICATIVE
            for departement, populations in etude.items():
                etablis, tous = (_count_part(populations, part) for part in (etablie, toute))
                couverts[departement, _ETABLIE, "population"] += fois * etablis
                couverts[departement, _INDICATIVE, "population"] += fois * (tous - etablis)
                couverts[departement, etat, "communes"] += fois * len(populations)


def _count_part(populations: Sequence[int], part: float) -> int:
    """Count the inhabitants of a share of some communes, each rounded as :mod:`geo.regles.couverture` does."""
    if part in (0, ENTIERE):
        return sum(populations) if part else 0
    return int(count_inhabitants(np.array(populations) * part).sum())


def _cover(
    siennes: Adhesions, cpts: Mapping[str, Cpts], comptants: frozenset[str]
) -> tuple[float, float]:
    """Tell what share of a commune is covered, without hypotheses and with them.

    As :func:`geo.regles.couverture.find_parts` does of all communes.
    """
    comptees = [membre for membre in siennes if cpts[membre[0]].statut in comptants]
    etablies = [membre for membre in comptees if membre[1] != HYPOTHESE]
    etablie, toute = (float(cap_parts(sum(map(part_of, m)))) for m in (etablies, comptees))
    return etablie, toute
