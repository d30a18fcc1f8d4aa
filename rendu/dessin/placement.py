"""Which labels of a map find a place: the most important first, none over another. It knows no map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rendu.dessin.cadre import Boite


@dataclass(frozen=True, slots=True)
class Etiquette:
    """A label to be placed.

    Attributes
    ----------
    places
        The boxes where it may stand, the best first; they are asked for one by one.
    point
        The box of the dot it names, which it brings along; ``None`` without a dot.
    """

    places: Iterable[Boite]
    point: Boite | None = None


def place_labels(
    etiquettes: Iterable[Etiquette], cadre: Boite, pris: Iterable[Boite]
) -> Iterator[Boite | None]:
    """Place labels one after the other, each in the first of its places that is free.

    Parameters
    ----------
    etiquettes
        From the most to the least important: a later one never moves an earlier one.
    cadre
        Where they stand whole.
    pris
        What they must not cover.

    Yields
    ------
    Boite or None
        The place of each label, in their order; ``None`` where there is none. Neither another label nor another dot
        stands in it.
    """
    occupees = list(pris)
    posees: list[Boite] = []
    for etiquette in etiquettes:
        point = etiquette.point
        # Inside a name that is there already, a dot would be read as that name's.
        cachee = point is not None and any(point.meets(posee) for posee in posees)
        place = None if cachee else _first_free(etiquette.places, cadre, occupees)
        if place:
            occupees += [place] if point is None else [point, place]
            posees.append(place)
        yield place


def _first_free(places: Iterable[Boite], cadre: Boite, occupees: list[Boite]) -> Boite | None:
    return next(
        (p for p in places if cadre.holds(p) and not any(p.meets(o) for o in occupees)), None
    )
