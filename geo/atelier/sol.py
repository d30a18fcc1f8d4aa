"""The ground that scenarios are drawn on: what of an atlas no gesture changes, laid out to be asked at each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from geo.atlas import Atlas


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
    des_epci: Mapping[str, frozenset[str]]
    des_departements: Mapping[str, frozenset[str]]
    nom_epci: Mapping[str, str]

    def count(self, codes: Collection[str]) -> int:
        """Add up the inhabitants of some communes."""
        population = self.population
        return sum(population[code] for code in codes)

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
        return sum(
            longueur
            for code in codes
            for voisine, longueur in self.voisines.get(code, {}).items()
            if voisine in en_face
        )


def lay_sol(atlas: Atlas) -> Sol:
    """Lay out the ground of an atlas: half a second for the 34,742 communes of France."""
    communes = atlas.communes
    codes = [str(code) for code in communes.index]
    voisines: dict[str, dict[str, float]] = {code: {} for code in codes}
    frontieres = atlas.frontieres
    for un, autre, longueur in zip(
        frontieres["code_commune"],
        frontieres["code_commune_voisine"],
        frontieres["frontiere_km"],
        strict=True,
    ):
        voisines[un][autre] = voisines[autre][un] = float(longueur)
    sirens = communes["siren_epci"]
    avec = sirens.notna().to_numpy()
    epci = {codes[rang]: str(sirens.iloc[rang]) for rang in np.flatnonzero(avec)}
    departement = dict(zip(codes, map(str, communes["code_departement"]), strict=True))
    return Sol(
        nom=dict(zip(codes, map(str, communes["nom"]), strict=True)),
        population=dict(zip(codes, map(int, communes["population"]), strict=True)),
        departement=departement,
        epci=epci,
        etude=frozenset(communes.index[communes["etude"]]),
        voisines=voisines,
        des_epci=_group(epci),
        des_departements=_group(departement),
        nom_epci=dict(zip(sirens[avec].map(str), communes["nom_epci"][avec].map(str), strict=True)),
    )


def _group(par_commune: Mapping[str, str]) -> dict[str, frozenset[str]]:
    groupes: dict[str, set[str]] = {}
    for code, groupe in par_commune.items():
        groupes.setdefault(groupe, set()).add(code)
    return {groupe: frozenset(codes) for groupe, codes in groupes.items()}
