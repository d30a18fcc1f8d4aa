"""What must not be said: small counts, and what would give a withheld one away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo.cellules import Valeurs
from geo.indicateurs.registre import POUR_CENT
from geo.officiels.valeurs import read_valeurs

if TYPE_CHECKING:
    from geo.cellules import Nombres
    from geo.officiels.table import Table

# A rate and a count are rounded: what one gives of the other is known to half a unit.
_ARRONDI_EFFECTIF, _ARRONDI_TAUX = 0.5, 0.5
# Fewer rows may agree by chance.
_LIGNES_MIN = 3


def withhold_small(valeurs: Valeurs, bornes: tuple[float, float]) -> Valeurs:
    """Withhold the counts that lie within bounds, both included.

    >>> lues = withhold_small(read_valeurs(["0", "4", "12"], (1, 10)), (1, 10))
    >>> lues.secrets.tolist(), lues.bas.tolist(), lues.haut.tolist()
    ([False, True, False], [0.0, 1.0, 12.0], [0.0, 10.0, 12.0])
    """
    bas, haut = bornes
    petits = ~valeurs.secrets & (valeurs.bas >= bas) & (valeurs.bas <= haut)
    return Valeurs(
        np.where(petits, bas, valeurs.bas),
        np.where(petits, haut, valeurs.haut),
        valeurs.secrets | petits,
        valeurs.illisibles,
    )


def withhold_rates(
    table: Table, rang: int, valeurs: Valeurs, bornes: tuple[float, float]
) -> Valeurs:
    """Withhold the rates that would give away a count which the file withholds.

    A rate gives one away where the file has its numerator and its denominator beside it: on every row where
    all three are known the rate is their ratio, and on others only the numerator is withheld.

    Parameters
    ----------
    table
        The table.
    rang, valeurs
        The column of the rates, in per cent, and what was read of it.
    bornes
        Between what a withheld count is.
    """
    colonnes = {
        autre: lues
        for autre in range(len(table.titres))
        if autre != rang
        and autre not in table.cles.values()
        # A column of words counts nothing.
        and not (lues := read_valeurs(table.column(autre), bornes)).illisibles
    }
    taux = valeurs.nombres
    for numerateur in colonnes.values():
        if not numerateur.secrets.any():
            continue
        for denominateur in colonnes.values():
            if denominateur is numerateur or not _divides(
                taux, numerateur.nombres, denominateur.nombres
            ):
                continue
            trahis = numerateur.secrets & ~np.isnan(taux)
            with np.errstate(invalid="ignore", divide="ignore"):
                bords = [b / denominateur.nombres * POUR_CENT for b in bornes]
            bas, haut = (
                np.where(trahis, np.nan_to_num(bord, nan=defaut), d)
                for bord, defaut, d in zip(
                    bords, (0.0, POUR_CENT), (valeurs.bas, valeurs.haut), strict=True
                )
            )
            return Valeurs(bas, haut, valeurs.secrets | trahis, valeurs.illisibles)
    return valeurs


def _divides(taux: Nombres, numerateur: Nombres, denominateur: Nombres) -> bool:
    """Tell whether a rate is the ratio of two columns, to the rounding."""
    connus = ~(np.isnan(taux) | np.isnan(numerateur) | np.isnan(denominateur))
    if connus.sum() < _LIGNES_MIN:
        return False
    attendu = taux[connus] * denominateur[connus] / POUR_CENT
    permis = _ARRONDI_EFFECTIF + denominateur[connus] * _ARRONDI_TAUX / POUR_CENT
    return bool((np.abs(attendu - numerateur[connus]) <= permis).all())
