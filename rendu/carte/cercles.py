"""Proportional circles: a count is read from an area, which a fill of absolute numbers would falsify."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import floor, log10, sqrt

# On a screen of 96 dots an inch, one region: large enough to compare, small enough to leave its outline in sight.
RAYON_MAX_PX = 28.0
# Above, circles shrink so that all of them together cover no more of the map.
EFFECTIF_PLEIN = 100
# Between two circles of the legend: one half of the radius.
_PAS_LEGENDE = 4
_CERCLES_EN_LEGENDE = 3


@dataclass(frozen=True, slots=True)
class Cercles:
    """The circles of a map and of its legend.

    Attributes
    ----------
    rayons
        CPTS to the radius of its circle, in screen pixels; a value of zero has no circle.
    legende
        Round values in words, largest first, each with the radius of its circle in screen pixels.
    """

    rayons: dict[str, float]
    legende: tuple[tuple[str, float], ...]


def make_cercles(valeurs: Mapping[str, float], write: Callable[[float], str]) -> Cercles | None:
    """Give each value a circle whose area is proportional to it.

    No circle is enlarged to be seen better: its area would say more than its value.

    Parameters
    ----------
    valeurs
        CPTS to a count, zero or more; absent where it is not known.
    write
        How the legend writes a value.

    Returns
    -------
    Cercles or None
        None where no value is above zero.

    Raises
    ------
    ValueError
        If a value is below zero or not a number: it is no count.

    Examples
    --------
    >>> cercles = make_cercles({"a": 100_000, "b": 25_000}, "{} hab.".format)
    >>> cercles.rayons
    {'a': 28.0, 'b': 14.0}
    >>> cercles.legende
    (('100000 hab.', 28.0), ('20000 hab.', 12.52), ('5000 hab.', 6.26))
    """
    faux = [cpts_id for cpts_id, valeur in valeurs.items() if not 0 <= valeur < float("inf")]
    if faux:
        raise ValueError(f"un effectif est un nombre positif ou nul : {', '.join(faux)}")
    presents = {cpts_id: float(valeur) for cpts_id, valeur in valeurs.items() if valeur > 0}
    if not presents:
        return None
    maximum = max(presents.values())
    rayon_max = RAYON_MAX_PX * min(1.0, sqrt(EFFECTIF_PLEIN / len(presents)))

    def radius(valeur: float) -> float:
        return round(rayon_max * sqrt(valeur / maximum), 2)

    return Cercles(
        {cpts_id: radius(valeur) for cpts_id, valeur in presents.items()},
        tuple((write(valeur), radius(valeur)) for valeur in _round_values(maximum)),
    )


def _round_values(maximum: float) -> list[float]:
    """Choose the values of the legend: 1, 2 or 5 times a power of ten, none above the maximum.

    None is below one where the greatest is not: most counts have no parts.
    """
    rondes = [_round_down(maximum / _PAS_LEGENDE**rang) for rang in range(_CERCLES_EN_LEGENDE)]
    return [int(valeur) for valeur in rondes if valeur >= 1] or rondes[:1]


def _round_down(valeur: float) -> float:
    puissance = 10.0 ** floor(log10(valeur))
    # Of 0.1 and its like, the power may be a hair above the value.
    return max(m for m in (1, 2, 5) if m == 1 or m * puissance <= valeur) * puissance
