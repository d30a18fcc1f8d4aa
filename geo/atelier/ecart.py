"""What sets two compositions apart: who moved, what each CPTS gained and lost, where they overlap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from geo.atelier.etat import Composition, Cpts
    from geo.atelier.sol import Sol


class Deplacement(NamedTuple):
    """A commune whose CPTS are not the same: `avant` and `apres` are their ``cpts_id``, sorted."""

    code: str
    nom: str
    departement: str
    population: int
    avant: tuple[str, ...]
    apres: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bilan:
    """What becomes of a CPTS of which the communes, the name or the stage are not the same.

    Attributes
    ----------
    cpts_id
        Its identifier.
    avant, apres
        Name and stage; ``None`` where it is not there.
    communes_avant, communes_apres
        How many communes, of those that the ground has.
    population_avant, population_apres
        Their inhabitants; a commune in two CPTS counts whole in each.
    gagnees, perdues
        Codes of the communes that came and went, sorted, of those that the ground has.
    population_gagnee, population_perdue
        Their inhabitants.
    """

    cpts_id: str
    avant: Cpts | None
    apres: Cpts | None
    communes_avant: int
    communes_apres: int
    population_avant: int
    population_apres: int
    gagnees: tuple[str, ...]
    perdues: tuple[str, ...]
    population_gagnee: int
    population_perdue: int

    @property
    def nom(self) -> str:
        """Its name after, or before where it is no longer."""
        presente = self.apres or self.avant
        return presente.nom if presente else ""

    @property
    def creee(self) -> bool:
        """Whether it is only there after."""
        return self.avant is None

    @property
    def supprimee(self) -> bool:
        """Whether it is only there before."""
        return self.apres is None

    @property
    def renommee(self) -> bool:
        """Whether it is there before and after, under two names."""
        return (
            self.avant is not None and self.apres is not None and self.avant.nom != self.apres.nom
        )


@dataclass(frozen=True, slots=True)
class Ecart:
    """The difference between two compositions.

    Attributes
    ----------
    communes
        Those that moved, sorted by code.
    cpts
        The CPTS that are not the same, sorted by ``cpts_id``.
    noms_avant, noms_apres
        Names of the CPTS that `communes` speaks of, by ``cpts_id``.
    population
        Inhabitants of the communes that moved, each commune once.
    inconnues
        Codes, of either composition, that the ground does not have, sorted: nothing else speaks of them.
    recouvrements_avant, recouvrements_apres
        Communes of the ground that are in several CPTS, sorted.
    """

    communes: tuple[Deplacement, ...]
    cpts: tuple[Bilan, ...]
    noms_avant: dict[str, str]
    noms_apres: dict[str, str]
    population: int
    inconnues: tuple[str, ...]
    recouvrements_avant: tuple[str, ...]
    recouvrements_apres: tuple[str, ...]

    @property
    def vide(self) -> bool:
        """Whether nothing sets the two apart; how a membership is known does not."""
        return not self.communes and not self.cpts


def compare(sol: Sol, avant: Composition, apres: Composition) -> Ecart:
    """Compare two compositions: the version in use and a scenario, or two scenarios.

    Parameters
    ----------
    sol
        The ground of the data in use: names and inhabitants are of it.
    avant, apres
        The compositions. How a membership is known is not compared.
    """
    communes = _moved(sol, avant, apres)
    siens_avant, siens_apres = _members(avant, sol), _members(apres, sol)
    personne: frozenset[str] = frozenset()
    bilans = []
    for cpts_id in sorted(avant.cpts.keys() | apres.cpts.keys()):
        fiches = avant.cpts.get(cpts_id), apres.cpts.get(cpts_id)
        siennes = siens_avant.get(cpts_id, personne), siens_apres.get(cpts_id, personne)
        if fiches[0] != fiches[1] or siennes[0] != siennes[1]:
            bilans.append(_weigh(sol, cpts_id, fiches, siennes))
    toutes = avant.adhesions.keys() | apres.adhesions.keys()
    return Ecart(
        communes=communes,
        cpts=tuple(bilans),
        noms_avant={c: avant.cpts[c].nom for d in communes for c in d.avant},
        noms_apres={c: apres.cpts[c].nom for d in communes for c in d.apres},
        population=sum(deplacement.population for deplacement in communes),
        inconnues=tuple(sorted(toutes - sol.nom.keys())),
        recouvrements_avant=_overlaps(avant, sol),
        recouvrements_apres=_overlaps(apres, sol),
    )


def _members(composition: Composition, sol: Sol) -> dict[str, frozenset[str]]:
    membres: dict[str, set[str]] = {}
    for code, siennes in composition.adhesions.items():
        if code in sol.nom:
            for cpts_id, _ in siennes:
                membres.setdefault(cpts_id, set()).add(code)
    return {cpts_id: frozenset(codes) for cpts_id, codes in membres.items()}


def _moved(sol: Sol, avant: Composition, apres: Composition) -> tuple[Deplacement, ...]:
    deplacements = []
    for code in sorted(avant.adhesions.keys() | apres.adhesions.keys()):
        siennes = avant.adhesions.get(code, ()), apres.adhesions.get(code, ())
        quittees, trouvees = (tuple(sorted(cpts_id for cpts_id, _ in s)) for s in siennes)
        if quittees != trouvees and code in sol.nom:
            deplacements.append(
                Deplacement(
                    code,
                    sol.nom[code],
                    sol.departement[code],
                    sol.population[code],
                    quittees,
                    trouvees,
                )
            )
    return tuple(deplacements)


def _weigh(
    sol: Sol,
    cpts_id: str,
    fiches: tuple[Cpts | None, Cpts | None],
    siennes: tuple[frozenset[str], frozenset[str]],
) -> Bilan:
    avant, apres = siennes
    gagnees, perdues = apres - avant, avant - apres
    return Bilan(
        cpts_id=cpts_id,
        avant=fiches[0],
        apres=fiches[1],
        communes_avant=len(avant),
        communes_apres=len(apres),
        population_avant=sol.count(avant),
        population_apres=sol.count(apres),
        gagnees=tuple(sorted(gagnees)),
        perdues=tuple(sorted(perdues)),
        population_gagnee=sol.count(gagnees),
        population_perdue=sol.count(perdues),
    )


def _overlaps(composition: Composition, sol: Sol) -> tuple[str, ...]:
    return tuple(
        sorted(
            code
            for code, siennes in composition.adhesions.items()
            if len(siennes) > 1 and code in sol.nom
        )
    )
