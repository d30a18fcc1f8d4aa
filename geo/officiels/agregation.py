"""The value of every territory at once, with what it rests on and what it leaves open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.indicateurs.agregation import Agregat, Termes, add_up, round_sums, sum_groups
from geo.indicateurs.registre import SOMME
from geo.indicateurs.unites import POUR_CENT

if TYPE_CHECKING:
    from geo.cellules import Booleens, Nombres
    from geo.officiels.groupes import Groupes


@dataclass(frozen=True, slots=True)
class Chiffre:
    """The figure of one territory.

    Attributes
    ----------
    valeur
        In the unit of the indicator; ``None`` where a cell is withheld, or nothing is known.
    bornes
        Where cells are withheld: the least and the most that the value may be over the communes
        of the file, those not known left out; ``None`` where nothing bounds it.
    intervalle
        Of a share with its numerator and denominator, 95 %, in per cent: see
        :func:`geo.indicateurs.intervalle.wilson`.
    part_pct
        Share of the inhabitants that it rests on (withheld cells apart), in per cent: those of the
        atlas where it has the whole territory, else those that the file weighs by; ``None`` where
        neither is known.
    communes, secretes, manquantes
        How many rows of the file are known, withheld, not known.
    indicatif
        Whether the perimeter is.
    """

    valeur: float | None
    bornes: tuple[float, float] | None
    intervalle: tuple[float, float] | None
    part_pct: float | None
    communes: int
    secretes: int
    manquantes: int
    indicatif: bool


@dataclass(frozen=True, eq=False)
class Agregats:
    """The figures of every territory, aligned on the keys of the groups: see :class:`Chiffre`."""

    groupes: Groupes
    agregat: Agregat
    parts_pct: Nombres

    def __getitem__(self, cle: str) -> Chiffre:
        """Return the figure of one territory; ``KeyError`` if the file has nothing of it."""
        if cle not in self.groupes.couvertes:
            raise KeyError(cle)
        return self._at(self.groupes.cles.index(cle), cle)

    def figures(self, *, communes: bool = False) -> dict[str, Chiffre]:
        """Return the figures of the territories that the file covers, communes apart or not."""
        return {
            cle: self._at(rang, cle)
            for rang, cle in enumerate(self.groupes.cles)
            if cle in self.groupes.couvertes and (communes or not cle.startswith("commune:"))
        }

    def _at(self, rang: int, cle: str) -> Chiffre:
        agregat = self.agregat
        valeur, part = float(agregat.valeurs[rang]), float(self.parts_pct[rang])
        return Chiffre(
            None if np.isnan(valeur) else valeur,
            agregat.bounds(rang),
            agregat.interval(rang),
            None if np.isnan(part) else part,
            int(agregat.communes[rang]),
            int(agregat.secretes[rang]),
            int(agregat.manquantes[rang]),
            cle in self.groupes.indicatives,
        )


def aggregate(termes: Termes, groupes: Groupes) -> Agregats:
    """Compute an indicator for every territory: see :func:`geo.indicateurs.agregation.add_up`.

    Parameters
    ----------
    termes
        Aligned on the rows of the groups.
    groupes
        See :func:`geo.officiels.groupes.make_groupes`.
    """
    prises = termes.take(groupes.lignes).weigh(groupes.parts)
    agregat = add_up(prises, groupes.rangs, len(groupes.cles))
    if termes.methode == SOMME:
        agregat = round_sums(agregat, termes.valeurs)
    connues = ~(termes.inconnus | termes.secrets)
    return Agregats(groupes, agregat, _shares(groupes, connues, termes))


def _shares(groupes: Groupes, connues: Booleens, termes: Termes) -> Nombres:
    """Return the share of the inhabitants of each territory that known rows are about."""
    nombre = len(groupes.cles)
    dans = groupes.communes_lignes >= 0
    effectif = len(groupes.populations)
    ouvertes, toutes = (
        np.bincount(groupes.communes_lignes[dans & gardees], minlength=effectif)
        for gardees in (~connues, np.ones_like(connues))
    )
    # A commune made of several rows is known when all of them are.
    sues = groupes.populations * ((toutes > 0) & (ouvertes == 0))
    populations, siennes = (
        np.bincount(
            groupes.rangs_communes,
            weights=poids[groupes.communes] * groupes.parts_communes,
            minlength=nombre,
        )
        for poids in (groupes.populations, sues)
    )
    entieres = np.array([cle in groupes.entieres for cle in groupes.cles])
    with np.errstate(invalid="ignore", divide="ignore"):
        parts = np.where(entieres, siennes / populations, np.nan)
        if termes.poids is not None:
            poids = np.nan_to_num(termes.poids.nombres)
            dits, sus = (
                sum_groups((poids * garde)[groupes.lignes] * groupes.parts, groupes.rangs, nombre)
                for garde in (np.ones_like(connues), connues)
            )
            parts = np.where(entieres, parts, sus / dits)
    return parts * POUR_CENT
