"""Ways to absorb a zone of communes of nobody: proposed, with their figures, and never imposed."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from geo.atelier.affectation import find_free, find_receveuses
from geo.indicateurs.calcul import classe_taille

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from geo.atelier.etat import Etat
    from geo.atelier.sol import Sol

EQUILIBRE, FRONTIERE, EPCI = "equilibre", "frontiere", "epci"
GENRES = (EQUILIBRE, FRONTIERE, EPCI)
# Below a centimetre, two lengths of a border are one: the rest is the noise of a sum.
_EGALES_KM = 1e-5
# Of two populations, what one may be of the other for both to be called even: to the inhabitant, they would leave
# outlines of nothing but teeth.
_PROCHES = 1.05

# Which CPTS each commune is given to.
_Partage: TypeAlias = "dict[str, str]"
# Communes that go together, by name.
_Lots: TypeAlias = "Mapping[str, frozenset[str]]"
_Cle: TypeAlias = tuple[float, ...]
_Rang: TypeAlias = "Callable[[str, str, float], _Cle]"


@dataclass(frozen=True, slots=True)
class Zone:
    """Communes of nobody that shared borders link.

    Attributes
    ----------
    code, nom
        Of the most populous commune.
    codes
        All of them.
    population
        Their inhabitants.
    """

    code: str
    nom: str
    codes: frozenset[str]
    population: int


@dataclass(frozen=True, slots=True)
class Bilan:
    """What a CPTS is, before or after.

    Attributes
    ----------
    population, classe
        Inhabitants, and the class of :func:`geo.indicateurs.calcul.classe_taille`.
    epci_partages
        How many EPCI it has communes of, not all.
    contour_km
        Of its outline, in km.
    parties_detachees
        How many parts it has beside the most populous one.
    """

    population: int
    classe: str
    epci_partages: int
    contour_km: float
    parties_detachees: int


@dataclass(frozen=True, slots=True)
class Recevante:
    """A CPTS that a proposal gives communes to: which, with how many inhabitants, and what that changes."""

    cpts_id: str
    codes: tuple[str, ...]
    population: int
    avant: Bilan
    apres: Bilan


@dataclass(frozen=True, slots=True)
class Proposition:
    """One way to absorb a zone.

    Attributes
    ----------
    genre
        One of :data:`GENRES`.
    vers
        Codes by the ``cpts_id`` that receives them, both sorted.
    laissees, verrouillees
        The communes of the zone that no CPTS can reach, and those that are locked.
    recevantes
        Of each CPTS that receives, in the order of `vers`.
    populations
        Of each CPTS that touches the zone, whether it receives or not, its inhabitants before and after.
    contours_km
        Of all of these together, the length of their outlines before and after, in km.
    epci, epci_entiers
        How many EPCI have communes that are given, and of how many these all go to one CPTS.
    """

    genre: str
    vers: Mapping[str, tuple[str, ...]]
    laissees: tuple[str, ...]
    verrouillees: tuple[str, ...]
    recevantes: tuple[Recevante, ...]
    populations: Mapping[str, tuple[int, int]]
    contours_km: tuple[float, float]
    epci: int
    epci_entiers: int


def free_zones(sol: Sol, etat: Etat, departements: Collection[str]) -> list[Zone]:
    """List the zones that nobody has, the most populous first.

    Parameters
    ----------
    sol, etat
        The ground and the scenario.
    departements
        Codes; none means the study area.
    """
    zones = []
    for codes in sol.parts(find_free(sol, etat, departements)):
        chef = min(codes, key=lambda code: (-sol.population[code], code))
        zones.append(Zone(chef, sol.nom[chef], codes, sol.count(codes)))
    return zones


def propose(sol: Sol, etat: Etat, codes: Collection[str]) -> tuple[Proposition, ...]:
    """Propose three ways to absorb communes of nobody.

    Parameters
    ----------
    sol, etat
        The ground and the scenario.
    codes
        Communes of nobody, as a zone of :func:`free_zones` has them.

    Returns
    -------
    tuple
        One of each of :data:`GENRES`, in their order. The CPTS that touch the zone along a line receive, but for those
        that are locked or abandoned; each commune is linked to its CPTS by communes that it has or is given. Every
        commune that can be reached is given.

    Notes
    -----
    None of the three is the best possible one, which would take too long to find; :data:`EQUILIBRE` is at least as
    even as the two others (sum of the squares of the populations), and :data:`FRONTIERE` has outlines no longer than
    theirs. Each starts from communes given one after the other, and then exchanges them while that helps.
    """
    terrain = _Terrain(sol, etat, codes)
    communes = {code: frozenset([code]) for code in terrain.joignables}

    def longest(_: str, __: str, km: float) -> _Cle:
        return (-km,)

    def population(cpts_id: str) -> int:
        return terrain.population[cpts_id]

    par_epci = _grow_epci(terrain)
    departs = [_Croissance(terrain, communes, longest).run(), par_epci]
    court = _exchange(terrain, min(departs, key=terrain.inner_km), terrain.shortens)
    departs = [_Croissance(terrain, communes, longest, turn=population).run(), court, par_epci]
    egal = _exchange(terrain, min(departs, key=terrain.unevenness), terrain.evens)
    lisse = _exchange(terrain, egal, terrain.smooths)
    if all(terrain.unevenness(lisse) <= terrain.unevenness(autre) for autre in (court, par_epci)):
        egal = lisse
    partages = {EQUILIBRE: egal, FRONTIERE: court, EPCI: par_epci}
    return tuple(_describe(terrain, genre, partages[genre]) for genre in GENRES)


class _Terrain:
    """A zone, and the CPTS that may receive its communes.

    `dehors` is the border of each commune with the communes that each of these has, `dedans` with the rest of the zone.
    `population` follows the partition that is being made.
    """

    def __init__(self, sol: Sol, etat: Etat, codes: Collection[str]) -> None:
        self.sol, self.etat = sol, etat
        self.verrouillees = frozenset(filter(etat.is_locked, codes))
        libres = frozenset(codes) - self.verrouillees - etat.communes.keys()
        receveuses = set(find_receveuses(etat))
        self.dehors: dict[str, dict[str, float]] = {}
        self.dedans: dict[str, dict[str, float]] = {}
        for code in sorted(libres):
            dehors: dict[str, float] = {}
            for voisine, km in sol.voisines[code].items():
                for cpts_id, *_ in etat.communes.get(voisine, ()):
                    if cpts_id in receveuses:
                        dehors[cpts_id] = dehors.get(cpts_id, 0.0) + km
            self.dehors[code] = dehors
            self.dedans[code] = {v: km for v, km in sol.voisines[code].items() if v in libres}
        self.membres = {
            cpts_id: etat.members(cpts_id)
            for cpts_id in sorted({i for dehors in self.dehors.values() for i in dehors})
        }
        self.parts = {cpts_id: etat.parts(cpts_id) for cpts_id in self.membres}
        self.depart = {
            cpts_id: sol.count(siens, self.parts[cpts_id])
            for cpts_id, siens in self.membres.items()
        }
        self.population = dict(self.depart)
        joignables = [part for part in sol.parts(libres) if any(self.dehors[c] for c in part)]
        self.joignables = sorted(code for part in joignables for code in part)
        self.laissees = tuple(sorted(libres.difference(self.joignables)))

    def restart(self, partage: _Partage) -> None:
        """Count the inhabitants of each CPTS under a partition."""
        self.population = dict(self.depart)
        for code, cpts_id in partage.items():
            self.population[cpts_id] += self.sol.population[code]

    def unevenness(self, partage: _Partage) -> int:
        """Add up the squares of the populations: their sum is always the same, so the less, the more even they are."""
        self.restart(partage)
        return sum(population**2 for population in self.population.values())

    def inner_km(self, partage: _Partage) -> float:
        """Measure what a partition leaves of borders between CPTS, to which the rest of their outlines does not add."""
        entre = sum(
            km for code, d in self.dehors.items() for i, km in d.items() if partage.get(code) != i
        )
        dedans = sum(
            km
            for code, voisines in self.dedans.items()
            for voisine, km in voisines.items()
            if code < voisine and partage.get(code) != partage.get(voisine)
        )
        return round(entre + dedans, 5)

    def borders(self, partage: _Partage, code: str) -> dict[str, float]:
        """Measure the border of a commune with each CPTS under a partition."""
        bords = dict(self.dehors[code])
        for voisine, km in self.dedans[code].items():
            if voisine in partage:
                cpts_id = partage[voisine]
                bords[cpts_id] = bords.get(cpts_id, 0.0) + km
        return bords

    def shortens(self, bords: Mapping[str, float], _: str, de: str, vers: str) -> bool:
        """Tell whether the outlines are shorter when a commune with such borders goes from one CPTS to another."""
        return bords[vers] > bords.get(de, 0.0) + _EGALES_KM

    def evens(self, _: Mapping[str, float], code: str, de: str, vers: str) -> bool:
        """Tell whether the populations are more even when a commune goes from one CPTS to another."""
        habitants = self.sol.population[code]
        return habitants > 0 and self.population[vers] + habitants < self.population[de]

    def smooths(self, bords: Mapping[str, float], code: str, de: str, vers: str) -> bool:
        """Tell whether that shortens the outlines, and leaves the populations about as even."""
        apres = self.population[vers] + self.sol.population[code]
        return self.shortens(bords, code, de, vers) and apres <= _PROCHES * self.population[de]

    def holds_without(self, partage: _Partage, code: str) -> bool:
        """Tell whether what a commune links to its CPTS is linked without it."""
        cpts_id = partage[code]
        for depart in self.dedans[code]:
            if partage[depart] != cpts_id:
                continue
            front, vues = [depart], {code, depart}
            while front:
                ici = front.pop()
                if cpts_id in self.dehors[ici]:
                    break
                suivantes = [v for v in self.dedans[ici] if v not in vues and partage[v] == cpts_id]
                vues.update(suivantes)
                front += suivantes
            else:
                return False
        return True


class _Croissance:
    """Lots given one after the other, each to a CPTS that touches every part of it.

    Parameters
    ----------
    terrain
        The zone.
    lots
        What to give. Those that never touch a CPTS wholly are not given.
    rank
        Of a lot, a CPTS and their border in km, what the least of is given first; it never rises with the border.
    turn
        Of a CPTS, what the least of receives first, whatever the rank.
    partage
        What is given already; it is not changed.
    """

    def __init__(
        self,
        terrain: _Terrain,
        lots: _Lots,
        rank: _Rang,
        *,
        turn: Callable[[str], int] = lambda _: 0,
        partage: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._terrain, self._lots, self._rank, self._turn = terrain, lots, rank, turn
        self._partage = dict(partage)
        self._du_lot: dict[str, tuple[str, int]] = {}
        self._touchees: dict[str, list[set[str]]] = {}
        self._bords: dict[str, dict[str, float]] = {nom: {} for nom in lots}
        self._files: dict[str, list[tuple[_Cle, str]]] = {i: [] for i in terrain.membres}
        for nom, codes in lots.items():
            parts = [codes] if len(codes) == 1 else terrain.sol.parts(codes)
            self._du_lot |= {code: (nom, n) for n, part in enumerate(parts) for code in part}
            self._touchees[nom] = [set() for _ in parts]

    def run(self) -> _Partage:
        """Give what can be given, and return who has what."""
        terrain = self._terrain
        terrain.restart(self._partage)
        for code in sorted(self._du_lot):
            for cpts_id, km in terrain.borders(self._partage, code).items():
                self._touch(code, cpts_id, km)
        for nom, bords in self._bords.items():
            for cpts_id in bords:
                self._queue(nom, cpts_id)
        while ouvertes := [i for i, file in self._files.items() if self._drop_given(file)]:
            cpts_id = min(ouvertes, key=lambda i: (self._turn(i), self._files[i][0], i))
            self._give(self._files[cpts_id][0][1], cpts_id)
        return self._partage

    def _drop_given(self, file: list[tuple[_Cle, str]]) -> bool:
        """Tell whether a queue has a lot left, which is then its first."""
        while file and file[0][1] not in self._bords:
            heappop(file)
        return bool(file)

    def _touch(self, code: str, cpts_id: str, km: float) -> str:
        nom, part = self._du_lot[code]
        self._touchees[nom][part].add(cpts_id)
        bords = self._bords[nom]
        bords[cpts_id] = bords.get(cpts_id, 0.0) + km
        return nom

    def _queue(self, nom: str, cpts_id: str) -> None:
        if all(cpts_id in touche for touche in self._touchees[nom]):
            cle = self._rank(nom, cpts_id, self._bords[nom][cpts_id])
            heappush(self._files[cpts_id], (cle, nom))

    def _give(self, nom: str, cpts_id: str) -> None:
        terrain = self._terrain
        del self._bords[nom]
        agrandis = set()
        for code in sorted(self._lots[nom]):
            self._partage[code] = cpts_id
            terrain.population[cpts_id] += terrain.sol.population[code]
            for voisine, km in terrain.dedans[code].items():
                if voisine in self._du_lot and self._du_lot[voisine][0] in self._bords:
                    agrandis.add(self._touch(voisine, cpts_id, km))
        for autre in sorted(agrandis):
            self._queue(autre, cpts_id)


def _grow_epci(terrain: _Terrain) -> _Partage:
    """Give each EPCI whole, first to the CPTS that has most of its inhabitants, then along the longest border.

    One that no CPTS touches in all of its parts is given part by part.
    """
    sol = terrain.sol
    par_epci: dict[str, set[str]] = {}
    for code in terrain.joignables:
        par_epci.setdefault(sol.epci.get(code, code), set()).add(code)
    partages = {
        (siren, cpts_id): sol.count(sol.des_epci.get(siren, frozenset()) & membres)
        for siren in par_epci
        for cpts_id, membres in terrain.membres.items()
    }
    preferees = {siren: max(partages[siren, i] for i in terrain.membres) for siren in par_epci}

    def rank(nom: str, cpts_id: str, km: float) -> _Cle:
        siren = nom.partition(" ")[0]
        partage = partages[siren, cpts_id]
        return (partage < preferees[siren], -partage, -km)

    entiers = {siren: frozenset(codes) for siren, codes in par_epci.items()}
    partage = _Croissance(terrain, entiers, rank).run()
    morceaux = {
        f"{siren} {n}": part
        for siren, codes in entiers.items()
        if not codes <= partage.keys()
        for n, part in enumerate(sol.parts(codes))
    }
    return _Croissance(terrain, morceaux, rank, partage=partage).run()


def _exchange(
    terrain: _Terrain,
    partage: _Partage,
    helps: Callable[[Mapping[str, float], str, str, str], bool],
) -> _Partage:
    """Give communes to another CPTS that they touch while that helps, and none is cut off."""
    partage = dict(partage)
    terrain.restart(partage)
    change = True
    while change:
        change = False
        for code in terrain.joignables:
            de = partage[code]
            bords = terrain.borders(partage, code)
            if len(bords) == 1 and de in bords:
                continue
            vers = [i for i in sorted(bords) if i != de and helps(bords, code, de, i)]
            if not vers or not terrain.holds_without(partage, code):
                continue
            choisie = max(vers, key=lambda i: bords[i])
            partage[code] = choisie
            terrain.population[de] -= terrain.sol.population[code]
            terrain.population[choisie] += terrain.sol.population[code]
            change = True
    return partage


def _describe(terrain: _Terrain, genre: str, partage: _Partage) -> Proposition:
    sol = terrain.sol
    vers: dict[str, list[str]] = {}
    des_epci: dict[str, set[str]] = {}
    for code in terrain.joignables:
        vers.setdefault(partage[code], []).append(code)
        if code in sol.epci:
            des_epci.setdefault(sol.epci[code], set()).add(partage[code])
    recevantes = tuple(
        Recevante(
            cpts_id,
            tuple(vers[cpts_id]),
            sol.count(vers[cpts_id]),
            _sum_up(sol, terrain.membres[cpts_id], terrain.parts[cpts_id]),
            _sum_up(sol, terrain.membres[cpts_id].union(vers[cpts_id]), terrain.parts[cpts_id]),
        )
        for cpts_id in sorted(vers)
    )
    terrain.restart(partage)
    avant_km = sum(sol.outline_km(membres) for membres in terrain.membres.values())
    return Proposition(
        genre,
        {r.cpts_id: r.codes for r in recevantes},
        terrain.laissees,
        tuple(sorted(terrain.verrouillees)),
        recevantes,
        {i: (avant, terrain.population[i]) for i, avant in terrain.depart.items()},
        (avant_km, avant_km + sum(r.apres.contour_km - r.avant.contour_km for r in recevantes)),
        len(des_epci),
        sum(len(cpts_ids) == 1 for cpts_ids in des_epci.values()),
    )


def _sum_up(sol: Sol, codes: frozenset[str], parts: Mapping[str, float]) -> Bilan:
    population = sol.count(codes, parts)
    return Bilan(
        population,
        classe_taille(population),
        sol.count_split_epci(codes),
        sol.outline_km(codes),
        max(len(sol.parts(codes)) - 1, 0),
    )
