"""What sets two compositions apart: who moved, what each CPTS gained and lost, where they overlap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from geo.atelier.etat import part_of, rests_on_hypothesis, sum_parts
from geo.perimetre import ENTIERE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.atelier.etat import Composition, Cpts
    from geo.atelier.sol import Sol


class Deplacement(NamedTuple):
    """A commune whose CPTS, or its shares, are not the same: `avant` and `apres` are their ``cpts_id``, sorted."""

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
        Their inhabitants; a commune in two CPTS counts whole in each, a split one by its share.
    gagnees, perdues
        Codes of the communes that came and went, sorted, of those that the ground has. One of which the share
        alone is another is neither.
    population_gagnee, population_perdue
        Their inhabitants, of a split one those of its share.
    connues
        Before and after, whether its perimeter is known: without a commune, it is if the scenario made or emptied the
        CPTS, and is not if the data in use have none either. Nothing is unknown of one that is not there.
    indicatives
        Before and after, whether a hypothesis is behind its communes.
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
    connues: tuple[bool, bool]
    indicatives: tuple[bool, bool]

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
        Communes of the ground that CPTS claim more than once, sorted.
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


def compare(
    sol: Sol, avant: Composition, apres: Composition, en_service: Composition | None = None
) -> Ecart:
    """Compare two compositions: the version in use and a scenario, or two scenarios.

    Parameters
    ----------
    sol
        The ground of the data in use: names and inhabitants are of it.
    avant, apres
        The compositions. How a membership is known is not compared.
    en_service
        The data in use, which tell the CPTS of an unknown perimeter; without it, `avant`.
    """
    communes = _moved(sol, avant, apres)
    siens_avant, siens_apres = _members(avant, sol), _members(apres, sol)
    sans_perimetre = _list_unknown(en_service or avant, sol)
    personne: dict[str, float] = {}
    bilans = []
    for cpts_id in sorted(avant.cpts.keys() | apres.cpts.keys()):
        fiches = avant.cpts.get(cpts_id), apres.cpts.get(cpts_id)
        siennes = siens_avant.get(cpts_id, personne), siens_apres.get(cpts_id, personne)
        if fiches[0] != fiches[1] or siennes[0] != siennes[1]:
            existe = cpts_id not in sans_perimetre
            connues = (
                bool(siennes[0]) or fiches[0] is None or existe,
                bool(siennes[1]) or fiches[1] is None or existe,
            )
            bilans.append(_weigh(sol, cpts_id, (avant, apres), siennes, connues))
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


def _members(composition: Composition, sol: Sol) -> dict[str, dict[str, float]]:
    """Return of each CPTS its communes, with the share of each that it has."""
    membres: dict[str, dict[str, float]] = {}
    for code, siennes in composition.adhesions.items():
        if code in sol.nom:
            for membre in siennes:
                membres.setdefault(membre[0], {})[code] = part_of(membre)
    return membres


def _list_unknown(en_service: Composition, sol: Sol) -> set[str]:
    """Return the CPTS of the data in use of which no commune is known."""
    return en_service.cpts.keys() - _members(en_service, sol).keys()


def _moved(sol: Sol, avant: Composition, apres: Composition) -> tuple[Deplacement, ...]:
    deplacements = []
    for code in sorted(avant.adhesions.keys() | apres.adhesions.keys()):
        siennes = avant.adhesions.get(code, ()), apres.adhesions.get(code, ())
        anciennes, nouvelles = (sorted((m[0], part_of(m)) for m in s) for s in siennes)
        if anciennes != nouvelles and code in sol.nom:
            quittees, trouvees = (tuple(i for i, _ in s) for s in (anciennes, nouvelles))
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
    compositions: tuple[Composition, Composition],
    siennes: tuple[Mapping[str, float], Mapping[str, float]],
    connues: tuple[bool, bool],
) -> Bilan:
    avant, apres = siennes
    gagnees, perdues = apres.keys() - avant.keys(), avant.keys() - apres.keys()
    return Bilan(
        cpts_id=cpts_id,
        avant=compositions[0].cpts.get(cpts_id),
        apres=compositions[1].cpts.get(cpts_id),
        communes_avant=len(avant),
        communes_apres=len(apres),
        population_avant=sol.count(avant, avant),
        population_apres=sol.count(apres, apres),
        gagnees=tuple(sorted(gagnees)),
        perdues=tuple(sorted(perdues)),
        population_gagnee=sol.count(gagnees, apres),
        population_perdue=sol.count(perdues, avant),
        connues=connues,
        indicatives=(
            rests_on_hypothesis(compositions[0].adhesions, avant, cpts_id),
            rests_on_hypothesis(compositions[1].adhesions, apres, cpts_id),
        ),
    )


def _overlaps(composition: Composition, sol: Sol) -> tuple[str, ...]:
    return tuple(
        sorted(
            code
            for code, siennes in composition.adhesions.items()
            if len(siennes) > 1 and code in sol.nom and sum_parts(siennes) > ENTIERE
        )
    )
