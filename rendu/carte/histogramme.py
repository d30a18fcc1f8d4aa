"""A small histogram of the values of a map, in the colours of their classes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.indicateurs.registre import Indicateur
from rendu.mots.francais import count_noun
from rendu.mots.indicateurs import write_value

if TYPE_CHECKING:
    import pandas as pd

_BARRES = 24
# Fewer are read one by one.
_MIN_VALEURS = 10
# What lies beyond is gathered in the first and in the last bar: one extreme commune would leave the others no room.
_EXTREMES_PCT = (2, 98)


@dataclass(frozen=True, slots=True)
class Histogramme:
    """The values of an indicator, bar by bar.

    Attributes
    ----------
    barres
        In each bar, from the lowest values: how many there are of each class, as pairs.
    maximum
        How many there are in the tallest bar.
    bornes
        Where the classes end, as a share of the width.
    bouts
        The values at the two ends, in words.
    texte
        What it shows, in words.
    """

    barres: tuple[tuple[tuple[int, int], ...], ...]
    maximum: int
    bornes: tuple[float, ...]
    bouts: tuple[str, str]
    texte: str


def make_histogramme(
    indicateur: Indicateur,
    valeurs: "pd.Series[float]",
    classes: Mapping[str, int],
    bornes: Sequence[float],
    echelle: "pd.Series[float]",
) -> Histogramme | None:
    """Count values in bars of equal width.

    Parameters
    ----------
    indicateur
        What they are of.
    valeurs
        By territory; missing ones are left out.
    classes, bornes
        The class of each, and what separates the classes.
    echelle
        What the width is for: the values of every year of a series.

    Returns
    -------
    Histogramme or None
        ``None`` where they are few, or all equal.
    """
    connues = valeurs.dropna()
    if len(connues) < _MIN_VALEURS:
        return None
    bas, haut = (float(v) for v in np.percentile(echelle.dropna(), _EXTREMES_PCT))
    if not bas < haut:
        return None
    rangs = np.floor((connues.to_numpy() - bas) / (haut - bas) * _BARRES)
    barres: list[Counter[int]] = [Counter() for _ in range(_BARRES)]
    for code, rang in zip(connues.index, np.clip(rangs, 0, _BARRES - 1).astype(int), strict=True):
        barres[rang][classes[str(code)]] += 1
    debut, milieu, fin = (
        write_value(indicateur, float(v)) for v in connues.quantile([0.1, 0.5, 0.9])
    )
    return Histogramme(
        tuple(tuple(sorted(barre.items())) for barre in barres),
        max(barre.total() for barre in barres),
        tuple(round((b - bas) / (haut - bas), 4) for b in bornes if bas < b < haut),
        (
            f"{write_value(indicateur, bas)}{' ou moins' if echelle.min() < bas else ''}",
            f"{write_value(indicateur, haut)}{' ou plus' if echelle.max() > haut else ''}",
        ),
        f"Histogramme de {count_noun(len(connues), 'valeur', 'valeurs')} : "
        f"une sur dix est sous {debut}, la moitié sous {milieu}, une sur dix au-dessus de {fin}.",
    )
