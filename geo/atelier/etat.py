"""The state of a scenario: what its gestures have made of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from geo.perimetre import ENTIERE, HYPOTHESE, settle_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# The families of what a scenario holds.
COMMUNE, CPTS = "commune", "cpts"
VERROU_COMMUNE, VERROU_CPTS = "verrou_commune", "verrou_cpts"
MOTIF, CONTRAINTE = "motif", "contrainte"

# A CPTS that a commune is in, how that is known and, where it is split, the share that the CPTS covers.
Membre: TypeAlias = tuple[str, str] | tuple[str, str, float]
# In which CPTS a commune is: sorted.
Adhesions: TypeAlias = tuple[Membre, ...]


def make_membre(cpts_id: str, confiance: str, part: float) -> Membre:
    """Return a membership of a commune; its share is there only if the commune is split.

    >>> make_membre("cpts-a", "sue", 1.0), make_membre("cpts-a", "sue", 0.4)
    (('cpts-a', 'sue'), ('cpts-a', 'sue', 0.4))
    """
    return (cpts_id, confiance) if part >= ENTIERE else (cpts_id, confiance, part)


def part_of(membre: Membre) -> float:
    """Return the share of a commune that a membership is of: 1 where it is whole."""
    _, _, *part = membre
    return part[0] if part else ENTIERE


def sum_parts(siennes: Iterable[Membre]) -> float:
    """Add up the shares of a commune: above 1, it is claimed more than once."""
    return float(settle_parts(sum(map(part_of, siennes))))


def rests_on_hypothesis(
    adhesions: Mapping[str, Adhesions], codes: Iterable[str], cpts_id: str
) -> bool:
    """Tell whether a CPTS holds some of these communes by a hypothesis alone."""
    return any(
        membre[:2] == (cpts_id, HYPOTHESE) for code in codes for membre in adhesions.get(code, ())
    )


@dataclass(frozen=True, slots=True)
class Cpts:
    """A CPTS of a scenario: its name, and its stage as ``statuts.csv`` has it."""

    nom: str
    statut: str


class Changement(NamedTuple):
    """One thing that a gesture changes; ``None`` where there is nothing before, or after."""

    famille: str
    cle: str
    avant: Any
    apres: Any


@dataclass(frozen=True)
class Composition:
    """Who is in which CPTS: of a version of the data, or of a scenario.

    Attributes
    ----------
    cpts
        By ``cpts_id``.
    adhesions
        By ``code_commune``; a commune of nobody is not there.
    """

    cpts: Mapping[str, Cpts]
    adhesions: Mapping[str, Adhesions]


class Etat:
    """What a scenario holds now.

    Parameters
    ----------
    depart
        What it starts from.
    """

    def __init__(self, depart: Composition) -> None:
        self.depart = depart
        self._valeurs: dict[str, dict[str, Any]] = {
            COMMUNE: dict(depart.adhesions),
            CPTS: dict(depart.cpts),
            VERROU_COMMUNE: {},
            VERROU_CPTS: {},
            MOTIF: {},
            CONTRAINTE: {},
        }
        self._membres: dict[str, set[str]] = {}
        self._partagees: set[str] = set()
        for code, siennes in depart.adhesions.items():
            self._index(code, (), siennes)

    def __eq__(self, autre: object) -> bool:
        """Tell whether two states hold the same things."""
        return isinstance(autre, Etat) and self._valeurs == autre._valeurs

    __hash__ = None  # type: ignore[assignment]

    @property
    def cpts(self) -> Mapping[str, Cpts]:
        """The CPTS, by ``cpts_id``."""
        return self._valeurs[CPTS]

    @property
    def communes(self) -> Mapping[str, Adhesions]:
        """The CPTS of each commune that is in one."""
        return self._valeurs[COMMUNE]

    @property
    def motifs(self) -> Mapping[str, str]:
        """Why each CPTS is as it is, where that is written."""
        return self._valeurs[MOTIF]

    @property
    def contraintes(self) -> Mapping[str, int | bool]:
        """What is asked of the CPTS that the scenario touches: see ``geo.atelier.gestes.CONTRAINTES``."""
        return self._valeurs[CONTRAINTE]

    @property
    def verrous(self) -> tuple[frozenset[str], frozenset[str]]:
        """The communes, then the CPTS, that are locked."""
        return frozenset(self._valeurs[VERROU_COMMUNE]), frozenset(self._valeurs[VERROU_CPTS])

    def composition(self) -> Composition:
        """Return the CPTS and their memberships as they are now."""
        return Composition(dict(self.cpts), dict(self.communes))

    def members(self, cpts_id: str) -> frozenset[str]:
        """Return the communes of a CPTS; none where it has none, or is not there."""
        return frozenset(self._membres.get(cpts_id, ()))

    def overlaps(self) -> list[str]:
        """List the communes that CPTS claim more than once, sorted."""
        return sorted(
            code
            for code, siennes in self.communes.items()
            if len(siennes) > 1 and sum_parts(siennes) > ENTIERE
        )

    def parts(self, cpts_id: str) -> dict[str, float]:
        """Return the shares of the communes that a CPTS splits with others, or has in part."""
        return {
            code: part
            for code in self._partagees & self._membres.get(cpts_id, set())
            for membre in self.communes[code]
            if membre[0] == cpts_id and (part := part_of(membre)) < ENTIERE
        }

    def is_locked(self, code: str) -> bool:
        """Tell whether a commune may not move: it is locked, or a CPTS that has it is."""
        if code in self._valeurs[VERROU_COMMUNE]:
            return True
        verrous = self._valeurs[VERROU_CPTS]
        return bool(verrous) and any(cpts in verrous for cpts, *_ in self.communes.get(code, ()))

    def apply(self, changements: Iterable[Changement]) -> None:
        """Make changes, in order."""
        for changement in changements:
            self._write(changement.famille, changement.cle, changement.apres)

    def change(self, famille: str, cle: str, apres: Any) -> list[Changement]:
        """Return what would change one thing; nothing where it is so already."""
        avant = self._valeurs[famille].get(cle)
        return [] if avant == apres else [Changement(famille, cle, avant, apres)]

    def _write(self, famille: str, cle: str, valeur: Any) -> None:
        siennes = self._valeurs[famille]
        if famille == COMMUNE:
            self._index(cle, siennes.get(cle, ()), valeur or ())
        if valeur is None:
            siennes.pop(cle, None)
        else:
            siennes[cle] = valeur

    def _index(self, code: str, avant: Adhesions, apres: Adhesions) -> None:
        for cpts_id, *_ in avant:
            self._membres[cpts_id].discard(code)
        self._partagees.discard(code)
        for cpts_id, *_ in apres:
            self._membres.setdefault(cpts_id, set()).add(code)
        if any(part_of(membre) < ENTIERE for membre in apres):
            self._partagees.add(code)
