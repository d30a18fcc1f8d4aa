"""Communes that are far worse off than the CPTS they belong to, or beyond a threshold that the reader sets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from geo.indicateurs.mesures import values_by_cpts
from geo.indicateurs.registre import ADDITIVES, BAS, PAR_COMMUNE, TAUX
from geo.indicateurs.situation import commune_values
from geo.lecture.cpts import STATUT_ABANDONNE
from geo.perimetre import are_etablies

if TYPE_CHECKING:
    from collections.abc import Collection

    from geo.atlas import Atlas
    from geo.indicateurs.registre import Indicateur

_INCONNUES = ["cpts_id", "code_commune", "population", "secrete"]
_RETENUES = [
    "cpts_id",
    "code_commune",
    "population",
    "valeur",
    "ecart_seuil",
    "valeur_cpts",
    "ecart_cpts",
]


@dataclass(frozen=True, eq=False)
class Alertes:
    """The communes of some CPTS that deserve a look.

    Attributes
    ----------
    au_dessus
        Whether the worse side is above: less of the indicator is better.
    retenues
        The most populous first: ``cpts_id``, ``code_commune``, ``population``, ``valeur``, ``ecart_seuil`` and
        ``ecart_cpts`` (value minus threshold, and minus ``valeur_cpts``; missing where there is none).
    inconnues
        Those of which nothing can be said, sorted likewise: ``cpts_id``, ``code_commune``, ``population``,
        ``secrete``.
    communes
        How many were looked at, those included.
    """

    au_dessus: bool
    retenues: pd.DataFrame
    inconnues: pd.DataFrame
    communes: int


def list_rates(atlas: Atlas) -> tuple[Indicateur, ...]:
    """List the official rates that communes have, each by its latest year."""
    return tuple(
        indicateur
        for indicateur in atlas.registre.derniers()
        if indicateur.nature == TAUX and indicateur.methode in (*ADDITIVES, PAR_COMMUNE)
    )


def find_alertes(
    atlas: Atlas,
    indicateur: Indicateur,
    cpts_ids: Collection[str],
    *,
    seuil: float | None,
    recul: float | None,
    indicatifs: bool = True,
) -> Alertes:
    """Find the communes beyond a threshold, or far from the value of their CPTS, on the worse side.

    What is withheld or not known is never beyond anything, whatever the threshold: to move it tells nothing of
    a withheld cell. A CPTS of which a cell is withheld has no value that a commune would be far from.

    Parameters
    ----------
    atlas
        The atlas.
    indicateur
        One of :func:`list_rates`; the worse side is above where less is better, below elsewhere.
    cpts_ids
        Whose communes; abandoned projects are left out.
    seuil
        Strictly beyond it; ``None`` for no threshold.
    recul
        As far as this from the CPTS or farther, in the unit of the indicator; ``None`` for no such rule.
    indicatifs
        Whether hypothetical memberships count, in the communes and in the value of the CPTS.
    """
    vivantes = atlas.fiches.index[atlas.fiches["statut"] != STATUT_ABANDONNE]
    membres = atlas.adhesions[
        atlas.adhesions["cpts_id"].isin(vivantes.intersection(list(cpts_ids)))
    ]
    if not indicatifs:
        membres = membres[are_etablies(membres["confiance"])]
    codes = membres["code_commune"].drop_duplicates().tolist()
    table = membres[["cpts_id", "code_commune"]].join(
        commune_values(atlas, indicateur, codes), on="code_commune"
    )
    table["population"] = table["code_commune"].map(atlas.communes["population"])
    table["valeur_cpts"] = table["cpts_id"].map(
        _cpts_values(atlas, indicateur, indicatifs=indicatifs)
    )
    au_dessus = indicateur.sens == BAS
    pire = 1 if au_dessus else -1
    table["ecart_seuil"] = table["valeur"] - (float("nan") if seuil is None else seuil)
    table["ecart_cpts"] = table["valeur"] - table["valeur_cpts"]
    table = table.sort_values(
        ["population", "code_commune", "cpts_id"], ascending=[False, True, True], ignore_index=True
    )
    # A comparison with what is missing is false.
    retenues = table["ecart_seuil"] * pire > 0
    if recul is not None:
        retenues |= table["ecart_cpts"] * pire >= recul
    return Alertes(
        au_dessus,
        table.loc[retenues, _RETENUES].reset_index(drop=True),
        table.loc[table["valeur"].isna(), _INCONNUES].reset_index(drop=True),
        len(codes),
    )


def _cpts_values(atlas: Atlas, indicateur: Indicateur, *, indicatifs: bool) -> pd.Series[float]:
    if indicateur.methode not in ADDITIVES:
        return pd.Series(dtype="float64")
    seuls = () if indicatifs else tuple(atlas.fiches.index)
    valeurs: pd.Series[float] = values_by_cpts(atlas, indicateur, etablis_seuls=seuls)["valeur"]
    return valeurs
