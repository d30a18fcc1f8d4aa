"""Where the need is: a score of each commune, from indicators that the planner weighs."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.indicateurs.classes import classify, classify_each, round_values
from geo.indicateurs.niveaux import COMMUNES, at_level, measure_level
from geo.indicateurs.registre import HAUT, SENS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo.atlas import Atlas
    from geo.indicateurs.classes import Classement
    from geo.indicateurs.registre import Indicateur

RANGS, ECARTS = "rangs", "z"
METHODES = (RANGS, ECARTS)
INDICATEURS_MAX = 5
# How many a score is read with.
DECIMALES = 2


class BesoinInvalide(Exception):
    """A need cannot be computed as it was asked for: everything that is wrong, in French, with the remedy."""


@dataclass(frozen=True, eq=False)
class Besoin:
    """The need of the communes of the study area.

    Attributes
    ----------
    scores
        By ``code_commune``; ``NaN`` where an indicator has no value.
    indicateurs
        What was weighed.
    poids, sens
        By identifier: weights that add up to 1, and whether more is better, as it was counted.
    methode
        One of :data:`METHODES`.
    retenues, inconnues
        By identifier, how many communes have a withheld value, and none that is known.
    constantes
        The indicators that have one value everywhere, which tell no commune from another.
    """

    scores: pd.Series[float]
    indicateurs: tuple[Indicateur, ...]
    poids: Mapping[str, float]
    sens: Mapping[str, str]
    methode: str
    retenues: Mapping[str, int]
    inconnues: Mapping[str, int]
    constantes: frozenset[str]


def needs(atlas: Atlas) -> tuple[Indicateur, ...]:
    """List the indicators that a need may be made of: those that the map has by commune."""
    return at_level(atlas, COMMUNES)


def weigh_need(
    atlas: Atlas, poids: Mapping[str, float], methode: str, sens: Mapping[str, str]
) -> Besoin:
    """Weigh the need of each commune.

    Parameters
    ----------
    atlas
        The atlas.
    poids
        By identifier of one of :func:`needs`: one to :data:`INDICATEURS_MAX` of them.
    methode
        One of :data:`METHODES`.
    sens
        By identifier, what the planner says where the declaration says nothing or something else: see :func:`score`.

    Raises
    ------
    BesoinInvalide
        With everything that keeps it from being computed.
    """
    connus = {indicateur.identifiant: indicateur for indicateur in needs(atlas)}
    problemes = [
        f"l'indicateur « {nom} » n'existe pas par commune : choisissez-en un de la liste"
        for nom in poids
        if nom not in connus
    ]
    sens = {nom: sens.get(nom, i.sens) for nom, i in connus.items() if nom in poids}
    _check(poids, sens, methode, problemes)
    releves = {nom: measure_level(atlas, connus[nom], COMMUNES) for nom in poids}
    codes = next(iter(releves.values())).valeurs.index
    valeurs = {
        nom: np.asarray(releve.valeurs.reindex(codes), dtype=np.float64)
        for nom, releve in releves.items()
    }
    retenues = {nom: len(releve.retenues) for nom, releve in releves.items()}
    return Besoin(
        pd.Series(score(valeurs, poids, sens, methode), index=codes),
        tuple(connus[nom] for nom in poids),
        _normalize(poids),
        sens,
        methode,
        retenues,
        {nom: int(np.isnan(v).sum()) - retenues[nom] for nom, v in valeurs.items()},
        frozenset(nom for nom, v in valeurs.items() if _is_constant(v)),
    )


def score(
    values: Mapping[str, NDArray[np.float64]],
    weights: Mapping[str, float],
    sens: Mapping[str, str],
    methode: str,
) -> NDArray[np.float64]:
    """Add up what indicators say of a need.

    Parameters
    ----------
    values
        By indicator, its value for each territory, all in one order; ``NaN`` where it has none.
    weights
        By indicator, above 0; they are brought to a sum of 1.
    sens
        By indicator, whether more is better: of :data:`geo.indicateurs.registre.HAUT`, the need is great where the value
        is low; of any other, where it is high.
    methode
        :data:`RANGS`: from 0 to 1, the share of the known values that are lower, half of those that are equal counted
        with them. :data:`ECARTS`: the distance from the mean of the territories, each counted once, in standard
        deviations; 0 where all values are one.

    Returns
    -------
    array
        ``NaN`` where an indicator has no value: nothing is filled in.

    Raises
    ------
    BesoinInvalide
        With everything that keeps it from being computed.

    Examples
    --------
    >>> apl, age = np.array([1.0, 2.0, 2.0, 4.0]), np.array([80.0, 70.0, np.nan, 60.0])
    >>> score({"apl": apl}, {"apl": 3}, {"apl": "haut"}, RANGS).tolist()
    [0.875, 0.5, 0.5, 0.125]
    >>> score({"apl": apl, "age": age}, {"apl": 1, "age": 1}, {"apl": "haut"}, RANGS).round(3).tolist()
    [0.854, 0.5, nan, 0.146]
    """
    _check(weights, sens, methode, [])
    poids = _normalize(weights)
    mesure = _rank if methode == RANGS else _standardize
    total = np.zeros(len(next(iter(values.values()))))
    for nom, part in poids.items():
        # The opposite of a value has the opposite rank, and the opposite distance from the mean.
        signe = -1.0 if sens.get(nom) == HAUT else 1.0
        total += part * mesure(signe * values[nom])
    return total


def class_scores(besoin: Besoin) -> Classement | None:
    """Cut scores into the classes of a map, as those of an indicator are; ``None`` where no score is known."""
    lus = round_values(besoin.scores, DECIMALES)
    return classify(lus, decimales=DECIMALES) or classify_each(lus)


def _rank(values: NDArray[np.float64]) -> NDArray[np.float64]:
    rangs = pd.Series(values).rank(method="average")
    connues = max(int(rangs.notna().sum()), 1)
    return np.asarray((rangs - 0.5) / connues, dtype=np.float64)


def _standardize(values: NDArray[np.float64]) -> NDArray[np.float64]:
    connues = values[~np.isnan(values)]
    if not len(connues):
        return values
    if _is_constant(values):
        return values * 0.0
    ecarts: NDArray[np.float64] = (values - connues.mean()) / connues.std()
    return ecarts


def _is_constant(values: NDArray[np.float64]) -> bool:
    return len(np.unique(values[~np.isnan(values)])) == 1


def _normalize(poids: Mapping[str, float]) -> dict[str, float]:
    somme = sum(poids.values())
    return {nom: valeur / somme for nom, valeur in poids.items()}


def _check(
    poids: Mapping[str, float], sens: Mapping[str, str], methode: str, problemes: list[str]
) -> None:
    dits = list(problemes)
    if not 1 <= len(poids) <= INDICATEURS_MAX:
        dits.append(f"choisissez de un à {INDICATEURS_MAX} indicateurs ({len(poids)} choisis)")
    dits += [
        f"le poids de « {nom} » doit être plus grand que zéro : retirez cet indicateur, ou donnez-lui un poids"
        for nom, valeur in poids.items()
        if not (isfinite(valeur) and valeur > 0)
    ]
    dits += [
        f"le sens de « {nom} » doit dire si plus haut ou plus bas, c'est mieux"
        for nom, valeur in sens.items()
        if valeur not in SENS
    ]
    if methode not in METHODES:
        dits.append("choisissez une méthode : les rangs, ou les écarts à la moyenne")
    if dits:
        raise BesoinInvalide(f"Le besoin ne peut pas être calculé : {' ; '.join(dits)}.")
