"""From variables of communes to the value of a territory: sums first, never a mean of ratios."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.indicateurs.intervalle import wilson
from geo.indicateurs.registre import MOYENNE, RAPPORT, SOMME, STOCK
from geo.indicateurs.unites import POUR_CENT
from geo.lecture.variables import BAS, COMMUNE, HAUT, PART, POPULATION, read_cells
from geo.perimetre import count_inhabitants

if TYPE_CHECKING:
    import pandas as pd

    from geo.cellules import Booleens, Nombres, Valeurs
    from geo.indicateurs.registre import Indicateur


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

    @property
    def secrets(self) -> Booleens:
        """Tell which rows are withheld, in one term at least."""
        secrets = self.valeurs.secrets
        if self.poids is not None:
            secrets = secrets | self.poids.secrets
        return secrets & ~self.inconnus

    @property
    def inconnus(self) -> Booleens:
        """Tell which rows are not known, in one term at least."""
        inconnus = self.valeurs.manquants
        return inconnus if self.poids is None else inconnus | self.poids.manquants

    def weigh(self, parts: Nombres) -> Termes:
        """Return the terms by a share of each row: what it counts, or its weight in a mean."""
        valeurs = self.valeurs if self.methode == MOYENNE else self.valeurs.weigh(parts)
        poids = None if self.poids is None else self.poids.weigh(parts)
        return Termes(self.methode, valeurs, poids, self.facteur, self.part)

    def take(self, rangs: Any) -> Termes:
        """Return some of the rows, in the order of their ranks."""
        poids = None if self.poids is None else self.poids.take(rangs)
        return Termes(self.methode, self.valeurs.take(rangs), poids, self.facteur, self.part)


@dataclass(frozen=True, eq=False)
class Agregat:
    """The values of some groups of rows, one a group.

    Attributes
    ----------
    valeurs
        In the unit of the indicator; ``NaN`` where a cell is withheld, nothing is known or nobody is
        there to share.
    bas, haut
        The least and the most that the value may be over what is known or withheld.
    numerateurs, denominateurs
        What was divided by what; of a sum, itself and 1. Where a cell is withheld, the least above and
        the most below.
    plafonds, planchers
        Where a cell is withheld, the most above and the least below; elsewhere the same as those.
    part
        Whether the values are shares, of which an interval can be given.
    communes, secretes, manquantes
        How many rows are known, withheld, not known.
    """

    valeurs: Nombres
    bas: Nombres
    haut: Nombres
    numerateurs: Nombres
    denominateurs: Nombres
    plafonds: Nombres
    planchers: Nombres
    part: bool
    communes: Nombres
    secretes: Nombres
    manquantes: Nombres

    def bounds(self, rang: int) -> tuple[float, float] | None:
        """Return between what the value of a group is, where a cell of it is withheld and something bounds it."""
        bas, haut = float(self.bas[rang]), float(self.haut[rang])
        borne = np.isfinite(bas) and not np.isnan(haut)
        return (bas, haut) if self.secretes[rang] and borne else None

    def interval(self, rang: int) -> tuple[float, float] | None:
        """Return the 95 % interval of the share of a group, in per cent: see :func:`wilson`.

        Of a withheld one it holds the interval of everything that the share may be: its lower end is that of the
        least above over the most below, its upper end that of the most above over the least below.
        """
        if not self.part:
            return None
        moindre = wilson(float(self.numerateurs[rang]), float(self.denominateurs[rang]))
        if not self.secretes[rang]:
            return moindre and (moindre[0] * POUR_CENT, moindre[1] * POUR_CENT)
        if self.bounds(rang) is None:
            return None
        comble = wilson(float(self.plafonds[rang]), float(self.planchers[rang]))
        return (
            moindre[0] * POUR_CENT if moindre else 0.0,
            comble[1] * POUR_CENT if comble else float(POUR_CENT),
        )


def add_up(termes: Termes, rangs: np.ndarray[Any, np.dtype[np.intp]], groupes: int) -> Agregat:
    """Aggregate rows.

    A row of which one term is not known is left out; a withheld one leaves no value to its group, only
    the bounds that it allows.

    Parameters
    ----------
    termes
        Of each row.
    rangs
        The group of each row, from 0.
    groupes
        How many groups there are.
    """
    haut_bas, haut_haut, bas_bas, bas_haut = _bounds(termes)
    inconnus, secrets = termes.inconnus, termes.secrets

    def total(terme: Nombres | Booleens) -> Nombres:
        return sum_groups(np.where(inconnus, 0.0, terme), rangs, groupes)

    manquantes = sum_groups(inconnus, rangs, groupes)
    secretes, communes = total(secrets), total(~secrets)
    numerateurs, plafonds = total(haut_bas), total(haut_haut)
    if termes.methode == SOMME:
        denominateurs = planchers = np.ones(groupes)
    else:
        denominateurs, planchers = total(bas_haut), total(bas_bas)
    with np.errstate(invalid="ignore", divide="ignore"):
        bas = np.where(denominateurs > 0, numerateurs / denominateurs, np.nan) * termes.facteur
        haut = np.where(planchers > 0, plafonds / planchers, np.nan) * termes.facteur
    if termes.part:
        bas, haut = np.clip(bas, 0, termes.facteur), np.clip(haut, 0, termes.facteur)
    rien = communes + secretes == 0
    bas[rien] = haut[rien] = np.nan
    return Agregat(
        np.where(secretes > 0, np.nan, bas),
        bas,
        haut,
        numerateurs,
        denominateurs,
        plafonds,
        planchers,
        termes.part and termes.methode == RAPPORT,
        communes,
        secretes,
        manquantes,
    )


def sum_groups(
    terme: Nombres | Booleens, rangs: np.ndarray[Any, np.dtype[np.intp]], groupes: int
) -> Nombres:
    """Add a term of the rows, group by group."""
    sommes: Nombres = np.bincount(rangs, weights=terme, minlength=groupes).astype("float64")
    return sommes


def columns_of(indicateur: Indicateur, variables: pd.DataFrame) -> list[str]:
    """Return the columns of variables that an additive indicator is computed from, bounds and inhabitants among them."""
    noms = [nom + bord for nom in sorted(indicateur.variables) for bord in ("", BAS, HAUT)]
    presents = [nom for nom in (*noms, PART) if nom in variables]
    return list(dict.fromkeys([POPULATION, *presents]))


def make_termes(indicateur: Indicateur, variables: pd.DataFrame) -> Termes:
    """Return what an additive indicator adds up: see :func:`aggregate`.

    Of a commune that is split, what it counts is weighed by its share: in a sum and in a ratio what is
    counted, in a mean the weight. As a commune it counts for one.
    """
    calcul = indicateur.calcul
    haut, bas = {
        SOMME: ("variable", None),
        MOYENNE: ("variable", "poids"),
        RAPPORT: ("numerateur", "denominateur"),
    }[indicateur.methode]

    def read(nom: str, *, pesees: bool = True) -> Valeurs:
        cellules = read_cells(variables, nom)
        if PART not in variables or nom == COMMUNE or not pesees:
            return cellules
        return cellules.weigh(variables[PART].to_numpy("float64"))

    return Termes(
        indicateur.methode,
        read(calcul[haut], pesees=indicateur.methode != MOYENNE),
        read(calcul[bas]) if bas else None,
        calcul.get("facteur", 1.0),
        indicateur.is_part,
    )


def aggregate(
    indicateur: Indicateur,
    variables: pd.DataFrame,
    rangs: np.ndarray[Any, np.dtype[np.intp]],
    groupes: int,
) -> Agregat:
    """Compute an additive indicator for several groups of communes at once.

    A count that leaves out what is not known has no upper bound: it would add to it. A balance has no lower
    one either.

    Parameters
    ----------
    indicateur
        Its method is one of :data:`geo.indicateurs.registre.ADDITIVES`.
    variables
        One row a member: see :func:`geo.lecture.variables.load_variables`; with the share of each commune
        (:data:`geo.lecture.variables.PART`) where it is one of a CPTS.
    rangs, groupes
        As for :func:`add_up`.

    Examples
    --------
    >>> import pandas as pd
    >>> from geo.indicateurs.declarations import LIVRES, load_registre
    >>> communes = pd.DataFrame({"population": [100.0, 300.0], "surface_km2": [1.0, 3.0]})
    >>> densite = load_registre(LIVRES, communes.columns)[0]["densite"]
    >>> aggregate(densite, communes, np.array([0, 0]), 1).valeurs.tolist()
    [100.0]
    """
    agregat = add_up(make_termes(indicateur, variables), rangs, groupes)
    if indicateur.methode == SOMME and PART in variables:
        cellules = read_cells(variables, indicateur.calcul["variable"])
        agregat = round_sums(agregat, cellules)
    if indicateur.nature == STOCK:
        ouverts = (agregat.manquantes > 0) & ~np.isnan(agregat.haut)
        bas = np.where(ouverts, -np.inf, agregat.bas) if indicateur.is_solde else agregat.bas
        return replace(agregat, bas=bas, haut=np.where(ouverts, np.inf, agregat.haut))
    return _grow(indicateur, agregat)


def round_sums(agregat: Agregat, cellules: Valeurs) -> Agregat:
    """Round sums of shares, once, where what they are shares of are whole numbers.

    Parameters
    ----------
    agregat
        Sums.
    cellules
        What was added, before any share of it was taken.
    """
    connus = cellules.nombres[np.isfinite(cellules.nombres)]
    if (connus % 1).any():
        return agregat

    def whole(sommes: Nombres) -> Nombres:
        finies = np.isfinite(sommes)
        return np.where(finies, count_inhabitants(np.where(finies, sommes, 0)), sommes)

    return replace(
        agregat,
        valeurs=whole(agregat.valeurs),
        bas=whole(agregat.bas),
        haut=whole(agregat.haut),
        numerateurs=whole(agregat.numerateurs),
        plafonds=whole(agregat.plafonds),
    )


def share_known(
    indicateur: Indicateur,
    variables: pd.DataFrame,
    rangs: np.ndarray[Any, np.dtype[np.intp]],
    groupes: int,
) -> Nombres:
    """Return the share of the inhabitants that each value rests on, in per cent; ``NaN`` where there are none.

    Below 100, the value of a stock is a minimum, but that of a balance. The parameters are those of :func:`aggregate`.
    """
    termes = make_termes(indicateur, variables)
    population = np.nan_to_num(variables[POPULATION].to_numpy())
    if PART in variables:
        population = population * variables[PART].to_numpy("float64")
    sues = population * ~(termes.inconnus | termes.secrets)
    with np.errstate(invalid="ignore", divide="ignore"):
        parts: Nombres = (
            sum_groups(sues, rangs, groupes) / sum_groups(population, rangs, groupes) * POUR_CENT
        )
    return parts


def _bounds(termes: Termes) -> tuple[Nombres, Nombres, Nombres, Nombres]:
    """Return the least and the most above the bar, then below it, of each row."""
    valeurs, poids = termes.valeurs, termes.poids
    if poids is None:
        un = np.ones_like(valeurs.bas)
        return valeurs.bas, valeurs.haut, un, un
    if termes.methode == MOYENNE:
        # A weight that nothing bounds bounds no mean, nor does a withheld one of what may be negative.
        infini = poids.secrets & ~(np.isfinite(poids.haut) & (valeurs.bas >= 0))
        ouvert = np.where(infini, np.inf, 0.0)
        leger, lourd = (np.where(infini, 0.0, bord) for bord in (poids.bas, poids.haut))
        with np.errstate(invalid="ignore"):
            bas = np.where(leger == 0, 0.0, valeurs.bas * leger) - ouvert
            haut = np.where(lourd == 0, 0.0, valeurs.haut * lourd) + ouvert
        absents = np.isnan(valeurs.bas)
        bas[absents] = haut[absents] = np.nan
        return bas, haut, leger, lourd
    if termes.part:
        return (
            valeurs.bas,
            np.minimum(valeurs.haut, poids.haut),
            np.maximum(poids.bas, valeurs.bas),
            np.maximum(poids.haut, valeurs.bas),
        )
    return valeurs.bas, valeurs.haut, poids.bas, poids.haut


def _grow(indicateur: Indicateur, agregat: Agregat) -> Agregat:
    """Turn a ratio over several years into a yearly rate of growth in per cent."""
    annees = indicateur.calcul.get("annees")
    if not annees:
        return agregat
    valeurs, bas, haut = (
        (termes ** (1 / annees) - 1) * POUR_CENT
        for termes in (agregat.valeurs, agregat.bas, agregat.haut)
    )
    return replace(agregat, valeurs=valeurs, bas=bas, haut=haut)
