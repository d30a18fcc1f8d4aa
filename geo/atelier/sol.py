"""The ground that scenarios are drawn on: what of an atlas no gesture changes, laid out to be asked at each of them."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from geo.formes.territoires import M_PER_KM
from geo.perimetre import ENTIERE, count_inhabitants

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray

    from geo.atlas import Atlas

# What a commune leaves on the edge of the ground is a whole segment of its outline; below a millimetre, the rest is the
# noise of a sum.
_BORD_MIN_KM = 1e-6


@dataclass(frozen=True, eq=False)
class Sol:
    """Communes and their borders.

    Attributes
    ----------
    nom, population, departement, epci
        By ``code_commune``; a commune without EPCI is not in `epci`.
    etude
        The communes of the study area.
    voisines
        By ``code_commune``, its neighbours along a line, each with the length of the border in km.
    bord
        The communes on the edge of the ground, where no commune is beyond, each with the length of that edge in km. What
        lies in a hole of the ground is not known: its sides are of the edge too.
    emprises
        By ``code_commune``, west, south, east and north in metres (EPSG:2154).
    des_epci, des_departements
        The communes of each EPCI (by SIREN) and of each department.
    nom_epci
        By SIREN.
    """

    nom: Mapping[str, str]
    population: Mapping[str, int]
    departement: Mapping[str, str]
    epci: Mapping[str, str]
    etude: frozenset[str]
    voisines: Mapping[str, Mapping[str, float]]
    bord: Mapping[str, float]
    emprises: Mapping[str, tuple[float, float, float, float]]
    des_epci: Mapping[str, frozenset[str]]
    des_departements: Mapping[str, frozenset[str]]
    nom_epci: Mapping[str, str]

    def count(self, codes: Collection[str], parts: Mapping[str, float] | None = None) -> int:
        """Add up the inhabitants of some communes; of those that are split, by the shares that are given."""
        population = self.population
        if not parts:
            return sum(population[code] for code in codes)
        return int(
            count_inhabitants(fsum(population[code] * parts.get(code, ENTIERE) for code in codes))
        )

    def parts(self, codes: Collection[str]) -> list[frozenset[str]]:
        """Split communes into those that shared borders link, the most populous part first.

        A commune that is itself in several pieces is in one part, and a touch at a point links nothing: as
        :func:`geo.formes.territoires.split_parts` says.
        """
        restantes = set(codes)
        parts = []
        while restantes:
            front = [restantes.pop()]
            part = set(front)
            while front:
                suivantes = restantes.intersection(self.voisines.get(front.pop(), ()))
                restantes -= suivantes
                part |= suivantes
                front += suivantes
            parts.append(frozenset(part))
        return sorted(parts, key=lambda part: (-self.count(part), min(part)))

    def border_km(self, codes: Collection[str], autres: Collection[str]) -> float:
        """Measure the border between two sets of communes that have none in common."""
        en_face = frozenset(autres)
        return fsum(
            longueur
            for code in codes
            for voisine, longueur in self.voisines.get(code, {}).items()
            if voisine in en_face
        )

    def outline_km(self, codes: Collection[str]) -> float:
        """Measure the outline of a set of communes: their borders with the others, and the edge of the ground."""
        siens = frozenset(codes)
        return fsum(self.bord.get(code, 0.0) for code in siens) + fsum(
            longueur
            for code in siens
            for voisine, longueur in self.voisines.get(code, {}).items()
            if voisine not in siens
        )

    def count_split_epci(self, codes: Collection[str]) -> int:
        """Count the EPCI of which a set of communes has some, not all."""
        siens = frozenset(codes)
        sirens = {self.epci[code] for code in siens if code in self.epci}
        return sum(not self.des_epci[siren] <= siens for siren in sirens)

    def enclaves(self, codes: Collection[str]) -> list[frozenset[str]]:
        """List the sets of communes that others surround entirely, the most populous first.

        Every neighbour of such a set is among the others, and none of its communes is on the edge of the ground. As
        :func:`geo.formes.territoires.find_enclaves` says, but that borders tell it: parts of a territory that touch at
        a point surround together, a commune in several pieces links what they touch, and what a hole of the ground
        touches is not known to be surrounded.
        """
        siens = frozenset(codes)
        if not siens:
            return []
        # All of the outline of an enclave is border with them: it lies within their bounds, and a search that leaves
        # these has got out.
        emprises = np.array([self.emprises[code] for code in siens])
        ouest, sud = emprises[:, :2].min(axis=0).tolist()
        est, nord = emprises[:, 2:].max(axis=0).tolist()
        vues: set[str] = set()
        enclaves = []
        for depart in sorted({v for code in siens for v in self.voisines.get(code, ())} - siens):
            if depart in vues:
                continue
            front, part, fermee = [depart], {depart}, True
            while front and fermee:
                code = front.pop()
                o, s, e, n = self.emprises[code]
                suivantes = self.voisines[code].keys() - siens - part
                fermee = (
                    code not in self.bord
                    and o >= ouest
                    and s >= sud
                    and e <= est
                    and n <= nord
                    and vues.isdisjoint(suivantes)
                )
                part |= suivantes
                front += suivantes
            vues |= part
            if fermee:
                enclaves.append(frozenset(part))
        return sorted(enclaves, key=lambda part: (-self.count(part), min(part)))


def lay_sol(atlas: Atlas) -> Sol:
    """Lay out the ground of an atlas: a second for the 34,742 communes of France."""
    communes = atlas.communes
    codes = [str(code) for code in communes.index]
    voisines: dict[str, dict[str, float]] = {code: {} for code in codes}
    frontieres = atlas.frontieres
    for un, autre, longueur in zip(
        frontieres["code_commune"].tolist(),
        frontieres["code_commune_voisine"].tolist(),
        frontieres["frontiere_km"].tolist(),
        strict=True,
    ):
        voisines[un][autre] = voisines[autre][un] = longueur
    contours = communes.geometry.to_numpy()
    avec = communes["siren_epci"].dropna()
    epci = dict(zip(map(str, avec.index), map(str, avec), strict=True))
    departement = dict(zip(codes, map(str, communes["code_departement"]), strict=True))
    return Sol(
        nom=dict(zip(codes, map(str, communes["nom"]), strict=True)),
        population=dict(zip(codes, map(int, communes["population"]), strict=True)),
        departement=departement,
        epci=epci,
        etude=frozenset(communes.index[communes["etude"]]),
        voisines=voisines,
        bord=_find_bord(communes.index, shapely.length(contours) / M_PER_KM, frontieres),
        emprises=dict(zip(codes, map(tuple, shapely.bounds(contours).tolist()), strict=True)),
        des_epci=_group(epci),
        des_departements=_group(departement),
        nom_epci=dict(
            zip(epci.values(), map(str, communes["nom_epci"].loc[avec.index]), strict=True)
        ),
    )


def _find_bord(
    codes: pd.Index, contours_km: NDArray[np.float64], frontieres: pd.DataFrame
) -> dict[str, float]:
    """Return what of the outline of each commune is border with no other, where there is some."""
    restes = contours_km.copy()
    for cote in ("code_commune", "code_commune_voisine"):
        rangs = codes.get_indexer(pd.Index(frontieres[cote]))
        restes -= np.bincount(rangs, frontieres["frontiere_km"], len(codes))
    return {str(codes[n]): float(restes[n]) for n in np.flatnonzero(restes > _BORD_MIN_KM).tolist()}


def _group(par_commune: Mapping[str, str]) -> dict[str, frozenset[str]]:
    groupes: dict[str, set[str]] = {}
    for code, groupe in par_commune.items():
        groupes.setdefault(groupe, set()).add(code)
    return {groupe: frozenset(codes) for groupe, codes in groupes.items()}
