"""The workbench of a scenario: its log and its state, with the sums that follow each gesture."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from geo.atelier.affectation import place_mairies
from geo.atelier.bilan import Bilan
from geo.atelier.composition import take_composition
from geo.atelier.deroule import Deroule
from geo.atelier.etat import Etat
from geo.atelier.gestes import GesteRefuse
from geo.atelier.inconnues import index_named
from geo.atelier.journal import Conflit
from geo.atelier.sol import lay_sol
from geo.base.sqlite import tell_damaged
from geo.regles.completude import departements_complets

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geo.atelier.affectation import Mairies
    from geo.atelier.etat import Changement, Composition
    from geo.atelier.gestes import Geste
    from geo.atelier.journal import Journal, Scenario
    from geo.atelier.sol import Sol
    from geo.atlas import Atlas


@dataclass(frozen=True, eq=False)
class Chantier:
    """What every scenario on the same data is measured against.

    Attributes
    ----------
    atlas
        The data in force.
    sol
        Their ground.
    avant
        Who is in which CPTS in them.
    membres
        The communes of each of their CPTS.
    bilan
        Their sums.
    mairies
        Where their town halls are.
    complets
        The departments of which every CPTS is known and drawn.
    nommees
        By department, the CPTS whose sheet names it.
    """

    atlas: Atlas
    sol: Sol
    avant: Composition
    membres: Etat
    bilan: Bilan
    mairies: Mairies
    complets: frozenset[str]
    nommees: Mapping[str, tuple[str, ...]]


def open_chantier(atlas: Atlas) -> Chantier:
    """Lay out some data for scenarios to be drawn on."""
    sol, avant = lay_sol(atlas), take_composition(atlas)
    bilan = Bilan(sol, avant, atlas.statuts)
    return Chantier(
        atlas=atlas,
        sol=sol,
        avant=avant,
        membres=Etat(avant),
        bilan=bilan,
        mairies=place_mairies(atlas),
        complets=departements_complets(atlas),
        nommees=index_named(atlas),
    )


class Suite(NamedTuple):
    """What a window did not know: the version it is brought to, what changed, and which CPTS that concerns."""

    version: int
    changements: tuple[Changement, ...]
    touchees: frozenset[str]


class Etabli:
    """One scenario, read once and kept up with its log, whoever writes there.

    Parameters
    ----------
    chantier
        What it is measured against.
    journal, scenario_id
        Its log.

    Raises
    ------
    geo.atelier.journal.ScenarioInconnu
        If there is none.
    """

    def __init__(self, chantier: Chantier, journal: Journal, scenario_id: str) -> None:
        self.chantier = chantier
        self.scenario_id = scenario_id
        self._journal = journal
        self.verrou = threading.RLock()
        self._load()

    def _load(self) -> None:
        """Read the whole log."""
        journal, scenario_id, chantier = self._journal, self.scenario_id, self.chantier
        self._deroule = Deroule(journal.depart(scenario_id))
        # The version that each gesture made, by the key it came with.
        self._cles: dict[str, int] = {}
        # What each gesture changed, to tell windows that are late.
        self._faits: list[tuple[Changement, ...]] = []
        for ecrit in journal.read(scenario_id):
            self._keep(ecrit.cle, ecrit.geste, self._plan_again(ecrit.geste))
        # Summed once at the end of a log, not after each of its gestures.
        self._bilan = Bilan(chantier.sol, self.etat.composition(), chantier.atlas.statuts)
        self._touchees = {
            cpts_id
            for cpts_id in self.etat.cpts.keys() | chantier.avant.cpts.keys()
            if self._differs(cpts_id)
        }

    @property
    def scenario(self) -> Scenario:
        """What is remembered of it beside its log."""
        return self._journal.find(self.scenario_id)

    @property
    def version(self) -> int:
        """How many gestures were read."""
        return self._deroule.version

    @property
    def derniere(self) -> str:
        """The key of the last gesture: a log that a backup has taken the place of may have as many."""
        return next(reversed(self._cles), "")

    def follows(self, version: int, derniere: str) -> bool:
        """Tell whether the log goes on from a version that somebody knows, by its last gesture."""
        return version == 0 or self._cles.get(derniere) == version

    @property
    def etat(self) -> Etat:
        """Its state."""
        return self._deroule.etat

    @property
    def bilan(self) -> Bilan:
        """Its sums."""
        return self._bilan

    @property
    def undoable(self) -> Geste | None:
        """The gesture that would be undone."""
        return self._deroule.undoable

    @property
    def redoable(self) -> Geste | None:
        """The gesture that would be done again."""
        return self._deroule.redoable

    @property
    def touchees(self) -> frozenset[str]:
        """The CPTS that are not as in the data in force: other communes, another name, come or gone."""
        return frozenset(self._touchees)

    def moved(self) -> frozenset[str]:
        """Return the communes that are not where the data in force have them."""
        avant = self.chantier.membres
        return frozenset(
            code
            for cpts_id in self._touchees
            for code in self.etat.members(cpts_id) ^ avant.members(cpts_id)
        )

    def catch_up(self) -> None:
        """Read what was written since, by this process or another."""
        with self.verrou:
            # With the last one that is known: a backup may have taken the place of the log.
            connus = min(self.version, 1)
            ecrits = self._journal.read(self.scenario_id, self.version - connus)
            if connus and [ecrit.cle for ecrit in ecrits[:1]] != [self.derniere]:
                self._load()
                return
            for ecrit in ecrits[connus:]:
                self._commit(ecrit.cle, ecrit.geste, self._plan_again(ecrit.geste))

    def _plan_again(self, geste: Geste) -> tuple[Changement, ...]:
        try:
            return self._deroule.plan(geste)
        except GesteRefuse as erreur:
            # It was done once: its log is no longer what was written.
            raise tell_damaged() from erreur

    def since(self, version: int) -> Suite:
        """Return what changed since a version; each thing once, as it is now."""
        with self.verrou:
            derniers: dict[tuple[str, str], Changement] = {}
            for changements in self._faits[max(version, 0) :]:
                for changement in changements:
                    cle = (changement.famille, changement.cle)
                    premier = derniers.get(cle, changement)
                    derniers[cle] = changement._replace(avant=premier.avant)
            touchees = frozenset().union(*map(_concerned, derniers.values()))
            return Suite(self.version, tuple(derniers.values()), touchees)

    def play(self, gestes: Sequence[tuple[str, Geste]]) -> list[str]:
        """Do gestures on what all windows have done so far, and write them down.

        Parameters
        ----------
        gestes
            Each with its key; one that is known already is not done twice.

        Returns
        -------
        list
            Why those that could not be done were not, in French; the others are done.

        Raises
        ------
        geo.base.connexion.BaseIndisponible
            If they could not be written; nothing has changed.
        """
        with self.verrou:
            refus = []
            for cle, geste in gestes:
                try:
                    self._play(cle, geste)
                except GesteRefuse as erreur:
                    refus.append(str(erreur))
            return refus

    def _play(self, cle: str, geste: Geste) -> None:
        while True:
            self.catch_up()
            if cle in self._cles:
                return
            self._check(geste)
            changements = self._deroule.plan(geste)
            try:
                self._journal.append(self.scenario_id, self.version, [(cle, geste)])
            except Conflit:
                # Another process wrote between the two: its gesture comes first.
                continue
            self._commit(cle, geste, changements)
            return

    def _check(self, geste: Geste) -> None:
        codes = {code for codes in geste.vers.values() for code in codes}
        # What the data no longer have can still be given up.
        codes |= set(geste.codes) - self.etat.communes.keys()
        if not codes <= self.chantier.sol.nom.keys():
            raise GesteRefuse("Une commune demandée n'est pas dans les données en service.")
        if geste.statut and geste.statut not in self.chantier.atlas.statuts.index:
            raise GesteRefuse("Cette étape n'est pas dans les données en service.")

    def _keep(self, cle: str, geste: Geste, changements: tuple[Changement, ...]) -> None:
        self._deroule.commit(geste, changements)
        self._cles[cle] = self.version
        self._faits.append(changements)

    def _commit(self, cle: str, geste: Geste, changements: tuple[Changement, ...]) -> None:
        self._keep(cle, geste, changements)
        for cpts_id in self._bilan.follow(changements, self.etat):
            (self._touchees.add if self._differs(cpts_id) else self._touchees.discard)(cpts_id)

    def _differs(self, cpts_id: str) -> bool:
        chantier, etat = self.chantier, self._deroule.etat
        avant = chantier.membres
        return (
            etat.cpts.get(cpts_id) != chantier.avant.cpts.get(cpts_id)
            or etat.members(cpts_id) != avant.members(cpts_id)
            or etat.parts(cpts_id) != avant.parts(cpts_id)
        )


def _concerned(changement: Changement) -> Iterable[str]:
    """Return the CPTS that a change is about."""
    if changement.famille == "commune":
        return {membre[0] for membre in (*(changement.avant or ()), *(changement.apres or ()))}
    return {changement.cle}
