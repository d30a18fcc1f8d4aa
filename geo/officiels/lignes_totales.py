"""Rows that are totals of other rows: a department among its communes, a region, France."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo.cellules import Valeurs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.cellules import Booleens


def find_mixed_totals(
    valeurs: Valeurs, departements: Sequence[str], suspectes: Booleens
) -> Booleens:
    """Tell which rows may be the total of their department: they are worth all of its communes at least.

    Parameters
    ----------
    valeurs
        The counts.
    departements
        Of each row.
    suspectes
        Which rows are of no commune that is known.
    """
    codes, rangs = np.unique(np.asarray(departements, dtype="str"), return_inverse=True)
    communes = np.nan_to_num(valeurs.bas) * ~suspectes
    autres = np.bincount(rangs, weights=communes, minlength=len(codes))[rangs]
    totaux: Booleens = suspectes & (autres > 0) & (valeurs.haut >= autres)
    return totaux


def withhold_totals(places: Sequence[str], regions: Sequence[str], valeurs: Valeurs) -> Valeurs:
    """Withhold the counts of the region and of France where that of a department or a region is withheld.

    Parameters
    ----------
    places
        Of each row: ``departement:70``, ``region:27``, ``france``.
    regions
        The region of each row, as ``region:27``; empty for France.
    valeurs
        Their counts.
    """
    touchees = {region for region, secret in zip(regions, valeurs.secrets, strict=True) if secret}
    trahis = np.array(
        [place in touchees or (place == "france" and bool(touchees)) for place in places],
        dtype="bool",
    )
    trahis &= ~valeurs.secrets & ~valeurs.manquants
    return Valeurs(
        np.where(trahis, -np.inf, valeurs.bas),
        np.where(trahis, np.inf, valeurs.haut),
        valeurs.secrets | trahis,
        valeurs.illisibles,
    )
