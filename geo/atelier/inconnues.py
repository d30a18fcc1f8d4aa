"""CPTS that say they are in a department and of which no commune is known: what is given there may be theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.texte import sort_key

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from geo.atelier.etat import Cpts
    from geo.atlas import Atlas


def index_named(atlas: Atlas) -> dict[str, tuple[str, ...]]:
    """Return by department the CPTS whose sheet names it."""
    nommees: dict[str, list[str]] = {}
    for cpts_id, departements in atlas.fiches["departements"].items():
        for departement in departements:
            nommees.setdefault(str(departement), []).append(str(cpts_id))
    return {code: tuple(siennes) for code, siennes in nommees.items()}


def list_unplaced(
    nommees: Mapping[str, tuple[str, ...]],
    departements: Collection[str],
    cpts: Mapping[str, Cpts],
    is_placed: Callable[[str], bool],
    sauf: str = "",
) -> list[str]:
    """Name, in order, the CPTS of a scenario that some departments may hold: nobody knows which communes are theirs.

    Parameters
    ----------
    nommees
        As returned by :func:`index_named`.
    departements
        Their codes.
    cpts
        Those of the scenario, by ``cpts_id``.
    is_placed
        Tells whether the scenario has a commune of one.
    sauf
        One that is not named.
    """
    noms = {
        cpts[cpts_id].nom
        for departement in departements
        for cpts_id in nommees.get(departement, ())
        if cpts_id != sauf and cpts_id in cpts and not is_placed(cpts_id)
    }
    return sorted(noms, key=sort_key)
