"""From variables of communes to the value of a territory: sums first, never a mean of ratios."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from geo.indicateurs.registre import MOYENNE, RAPPORT, SOMME
from geo.lecture.variables import POPULATION

if TYPE_CHECKING:
    import pandas as pd

    from geo.indicateurs.registre import Indicateur

_Nombres: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Agregat:
    """The values of some groups of communes.

    Attributes
    ----------
    valeurs
        In the unit of the indicator; ``NaN`` where nothing is known or nobody is there to share.
    parts_pct
        The share of the inhabitants that each value rests on, in per cent; ``NaN`` where there
        are none. Below 100, the value of a stock is a minimum.
    """

    valeurs: _Nombres
    parts_pct: _Nombres


def aggregate(
    indicateur: Indicateur,
    variables: pd.DataFrame,
    rangs: np.ndarray[Any, np.dtype[np.intp]],
    groupes: int,
) -> Agregat:
    """Compute an additive indicator for several groups of communes at once.

    A commune of which one variable is not known is left out of all its sums.

    Parameters
    ----------
    indicateur
        Its method is one of :data:`geo.indicateurs.registre.ADDITIVES`.
    variables
        One row a member: see :func:`geo.lecture.variables.load_variables`.
    rangs
        The group of each row, from 0.
    groupes
        How many groups there are.

    Examples
    --------
    >>> import pandas as pd
    >>> from geo.indicateurs.declarations import LIVRES, load_registre
    >>> communes = pd.DataFrame({"population": [100.0, 300.0], "surface_km2": [1.0, 3.0]})
    >>> densite = load_registre(LIVRES, communes.columns)[0]["densite"]
    >>> aggregate(densite, communes, np.array([0, 0]), 1).valeurs.tolist()
    [100.0]
    """
    haut, bas = _terms(indicateur, variables)
    connus = ~(np.isnan(haut) | np.isnan(bas))

    def total(termes: _Nombres, gardes: np.ndarray[Any, np.dtype[np.bool_]]) -> _Nombres:
        sommes: _Nombres = np.bincount(
            rangs[gardes], weights=termes[gardes], minlength=groupes
        ).astype("float64")
        return sommes

    population = variables[POPULATION].to_numpy()
    tous = np.ones_like(connus)
    with np.errstate(invalid="ignore", divide="ignore"):
        parts = total(population, connus) / total(population, tous) * 100
        sommes = total(haut, connus)
        if indicateur.methode == SOMME:
            # A sum over nothing known is not 0.
            effectifs = total(np.ones_like(haut), connus)
            return Agregat(np.where(effectifs > 0, sommes, np.nan), parts)
        denominateurs = total(bas, connus)
        valeurs = sommes / np.where(denominateurs == 0, np.nan, denominateurs)
    return Agregat(_scale(indicateur, valeurs), parts)


def _terms(indicateur: Indicateur, variables: pd.DataFrame) -> tuple[_Nombres, _Nombres]:
    """Return what is added above and below the bar of the fraction; below is 1 where there is none."""
    calcul = indicateur.calcul
    if indicateur.methode == RAPPORT:
        return variables[calcul["numerateur"]].to_numpy(), variables[
            calcul["denominateur"]
        ].to_numpy()
    valeurs = variables[calcul["variable"]].to_numpy()
    if indicateur.methode == MOYENNE:
        poids = variables[calcul["poids"]].to_numpy()
        return valeurs * poids, poids
    return valeurs, np.ones_like(valeurs)


def _scale(indicateur: Indicateur, valeurs: _Nombres) -> _Nombres:
    """Turn a ratio into its unit; over several years, into a yearly rate of growth in per cent."""
    calcul = indicateur.calcul
    if indicateur.methode != RAPPORT:
        return valeurs
    if calcul["annees"]:
        annuels: _Nombres = (valeurs ** (1 / calcul["annees"]) - 1) * 100
        return annuels
    mis_a_l_echelle: _Nombres = valeurs * calcul["facteur"]
    return mis_a_l_echelle
