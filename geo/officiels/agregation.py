"""The value of every territory at once, with what it rests on and what it leaves open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.indicateurs.registre import MOYENNE, RAPPORT, SOMME
from geo.officiels.intervalle import wilson

if TYPE_CHECKING:
    from geo.officiels.groupes import Groupes
    from geo.officiels.valeurs import Booleens, Nombres, Valeurs

POUR_CENT = 100.0


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
        :func:`geo.officiels.intervalle.wilson`.
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
    valeurs: Nombres
    bas: Nombres
    haut: Nombres
    numerateurs: Nombres | None
    denominateurs: Nombres
    parts_pct: Nombres
    communes: Nombres
    secretes: Nombres
    manquantes: Nombres

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
        bas, haut = float(self.bas[rang]), float(self.haut[rang])
        secretes = int(self.secretes[rang])
        valeur = float(self.valeurs[rang])
        part = float(self.parts_pct[rang])
        intervalle = None
        if self.numerateurs is not None and not secretes:
            trouve = wilson(float(self.numerateurs[rang]), float(self.denominateurs[rang]))
            intervalle = trouve and (trouve[0] * POUR_CENT, trouve[1] * POUR_CENT)
        return Chiffre(
            None if np.isnan(valeur) else valeur,
            (bas, haut) if secretes and np.isfinite(bas) and np.isfinite(haut) else None,
            intervalle,
            None if np.isnan(part) else part,
            int(self.communes[rang]),
            secretes,
            int(self.manquantes[rang]),
            cle in self.groupes.indicatives,
        )


@dataclass(frozen=True, eq=False)
class Termes:
    """What is added above and below the bar, row by row.

    Attributes
    ----------
    methode
        :data:`SOMME`, :data:`MOYENNE` or :data:`RAPPORT`.
    valeurs
        The value of each row, or its numerator.
    poids
        Its weight or its denominator; ``None`` for a sum.
    facteur
        By which a ratio is multiplied: 100 for one in per cent.
    part
        Whether the ratio is a share: its numerator is within its denominator.
    """

    methode: str
    valeurs: Valeurs
    poids: Valeurs | None = None
    facteur: float = 1.0
    part: bool = False


def aggregate(termes: Termes, groupes: Groupes) -> Agregats:
    """Compute an indicator for every territory.

    A row of which the value or the weight is not known is left out; a withheld one leaves no value
    to its territories, only the bounds that it allows.

    Parameters
    ----------
    termes
        Aligned on the rows of the groups.
    groupes
        See :func:`geo.officiels.groupes.make_groupes`.
    """
    nombre = len(groupes.cles)
    haut_bas, haut_haut, bas_bas, bas_haut = _bounds(termes)
    inconnus = np.isnan(haut_bas) | np.isnan(bas_bas)
    secrets = termes.valeurs.secrets.copy()
    if termes.poids is not None:
        secrets |= termes.poids.secrets
    secrets &= ~inconnus

    def total(terme: Nombres | Booleens) -> Nombres:
        return _sum(groupes, np.where(inconnus, 0.0, terme))

    manquantes = _sum(groupes, inconnus)
    secretes, communes = total(secrets), total(~secrets)
    numerateurs, plafonds = total(haut_bas), total(haut_haut)
    if termes.methode == SOMME:
        denominateurs = planchers = np.ones(nombre)
    else:
        denominateurs, planchers = total(bas_haut), total(bas_bas)
    with np.errstate(invalid="ignore", divide="ignore"):
        bas = np.where(denominateurs > 0, numerateurs / denominateurs, np.nan) * termes.facteur
        haut = np.where(planchers > 0, plafonds / planchers, np.nan) * termes.facteur
    if termes.part:
        bas, haut = np.clip(bas, 0, termes.facteur), np.clip(haut, 0, termes.facteur)
    rien = communes + secretes == 0
    bas[rien] = haut[rien] = np.nan
    return Agregats(
        groupes,
        np.where(secretes > 0, np.nan, bas),
        bas,
        haut,
        numerateurs if termes.part and termes.methode == RAPPORT else None,
        denominateurs,
        _shares(groupes, ~(inconnus | secrets), termes),
        communes,
        secretes,
        manquantes,
    )


def _sum(groupes: Groupes, terme: Nombres | Booleens) -> Nombres:
    """Add a term of the rows, territory by territory."""
    sommes: Nombres = np.bincount(
        groupes.rangs, weights=terme[groupes.lignes], minlength=len(groupes.cles)
    ).astype("float64")
    return sommes


def _bounds(termes: Termes) -> tuple[Nombres, Nombres, Nombres, Nombres]:
    """Return the least and the most above the bar, then below it, of each row."""
    valeurs, poids = termes.valeurs, termes.poids
    if poids is None:
        un = np.ones_like(valeurs.bas)
        return valeurs.bas, valeurs.haut, un, un
    if termes.methode == MOYENNE:
        # A withheld weight bounds no mean: it is open on both sides.
        ouvert = np.where(poids.secrets, np.inf, 0.0)
        net = np.where(poids.secrets, 0.0, poids.bas)
        with np.errstate(invalid="ignore"):
            bas = np.where(net == 0, 0.0 * net, valeurs.bas * net) - ouvert
            haut = np.where(net == 0, 0.0 * net, valeurs.haut * net) + ouvert
        absents = np.isnan(valeurs.bas)
        bas[absents] = haut[absents] = np.nan
        return bas, haut, net, net
    if termes.part:
        return (
            valeurs.bas,
            np.minimum(valeurs.haut, poids.haut),
            np.maximum(poids.bas, valeurs.bas),
            np.maximum(poids.haut, valeurs.bas),
        )
    return valeurs.bas, valeurs.haut, poids.bas, poids.haut


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
        np.bincount(groupes.rangs_communes, weights=poids[groupes.communes], minlength=nombre)
        for poids in (groupes.populations, sues)
    )
    entieres = np.array([cle in groupes.entieres for cle in groupes.cles])
    with np.errstate(invalid="ignore", divide="ignore"):
        parts = np.where(entieres, siennes / populations, np.nan)
        if termes.poids is not None:
            poids = np.nan_to_num(termes.poids.nombres)
            dits, sus = (_sum(groupes, poids * garde) for garde in (np.ones_like(connues), connues))
            parts = np.where(entieres, parts, sus / dits)
    return parts * POUR_CENT
