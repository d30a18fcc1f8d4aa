"""Sums of a scenario, kept up to date gesture by gesture: who lives in each CPTS, and who is covered where.

Nothing is added up again but what a gesture touches; the tests hold these sums to those that the atlas computes whole.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.atelier.etat import COMMUNE, CPTS
from geo.perimetre import HYPOTHESE
from geo.regles.comptes import Comptes
from geo.regles.couverture import COLONNES_DEFINITIONS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    import pandas as pd

    from geo.atelier.etat import Adhesions, Changement, Composition, Cpts, Etat
    from geo.atelier.sol import Sol

# A commune is covered whatever one thinks of hypotheses, with them only, or not at all.
_ETABLIE, _INDICATIVE, _NON = 2, 1, 0


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
        return self._populations[cpts_id]

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
            touchees |= {cpts_id for cpts_id, _ in (*(avant or ()), *(apres or ()))}
        return frozenset(touchees)

    def _count(
        self, codes: Iterable[str], siennes: Adhesions, cpts: Mapping[str, Cpts], fois: int
    ) -> None:
        """Count communes that are all in the same CPTS, known in the same way."""
        sol = self._sol
        # Of each department, what is in the study area.
        habitants: Counter[str] = Counter()
        communes: Counter[str] = Counter()
        for code in codes:
            siens = fois * sol.population.get(code, 0)
            for cpts_id, _ in siennes:
                self._populations[cpts_id] += siens
            if code in sol.etude:
                habitants[sol.departement[code]] += siens
                communes[sol.departement[code]] += fois
        for definition, comptants in self._comptants.items():
            etat = _cover(siennes, cpts, comptants)
            if not etat:
                continue
            couverts = self._couverts[definition]
            for departement, combien in communes.items():
                couverts[departement, etat, "population"] += habitants[departement]
                couverts[departement, etat, "communes"] += combien


def _cover(siennes: Adhesions, cpts: Mapping[str, Cpts], comptants: frozenset[str]) -> int:
    """Tell how a commune is covered, as :func:`geo.regles.couverture.find_etats` does of all of them."""
    comptees = [confiance for cpts_id, confiance in siennes if cpts[cpts_id].statut in comptants]
    if any(confiance != HYPOTHESE for confiance in comptees):
        return _ETABLIE
    return _INDICATIVE if comptees else _NON
