"""An indicator at a level of the map: of every intercommunalité, commune or department at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.indicateurs.agregation import aggregate, columns_of
from geo.indicateurs.registre import ADDITIVES, PAR_COMMUNE, PAR_DEPARTEMENT, STOCK
from geo.lecture.officiels import DEPARTEMENT
from geo.lecture.variables import read_cells
from geo.regles.completude import study_departements

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.atlas import Atlas
    from geo.indicateurs.registre import Indicateur

CPTS, EPCI, COMMUNES, DEPARTEMENTS = "cpts", "epci", "communes", "departements"
# From the smallest territories to the largest.
_PAR_TAILLE = (COMMUNES, EPCI, CPTS, DEPARTEMENTS)


@dataclass(frozen=True, eq=False)
class Releve:
    """An indicator at a level.

    Attributes
    ----------
    valeurs
        Of each territory of the level, by its code; ``NaN`` where there is none.
    retenues
        The territories of which the value is withheld, with its bounds where it has some.
    """

    valeurs: pd.Series[float]
    retenues: Mapping[str, tuple[float, float] | None]


def list_levels(indicateur: Indicateur) -> tuple[str, ...]:
    """List the levels that an indicator has: a count is a circle, of a CPTS alone, unless it is of no CPTS."""
    if indicateur.methode == PAR_COMMUNE:
        return (COMMUNES,)
    if indicateur.methode == PAR_DEPARTEMENT:
        return (DEPARTEMENTS,)
    if indicateur.methode in ADDITIVES and indicateur.nature != STOCK:
        return (CPTS, EPCI, COMMUNES, DEPARTEMENTS)
    return (CPTS,)


def at_level(atlas: Atlas, niveau: str) -> tuple[Indicateur, ...]:
    """List the indicators of the map that a level has, in their order."""
    return tuple(i for i in atlas.registre.on("carte") if niveau in list_levels(i))


def nearest_level(indicateur: Indicateur, niveau: str) -> str:
    """Return a level, or the one nearest to it in size that an indicator has."""
    rang = _PAR_TAILLE.index(niveau)
    return min(list_levels(indicateur), key=lambda autre: abs(_PAR_TAILLE.index(autre) - rang))


def place_communes(atlas: Atlas, niveau: str) -> pd.Series[str]:
    """Say of each commune which territory of a level it is of.

    Those of the study area; of an intercommunalité that goes beyond, the others too, for its value is that of
    the whole. A commune of no intercommunalité is absent.
    """
    communes = atlas.communes
    if niveau == COMMUNES:
        siennes = communes.index[communes["code_departement"].isin(study_departements(atlas))]
        return pd.Series(siennes, index=siennes)
    colonne = "siren_epci" if niveau == EPCI else "code_departement"
    codes: pd.Series[str] = communes[colonne].replace("", np.nan).dropna()
    touches = set(codes[communes["etude"].loc[codes.index]])
    return pd.Series(codes[codes.isin(touches)])


def measure_level(atlas: Atlas, indicateur: Indicateur, niveau: str) -> Releve:
    """Measure an indicator at a level: what :func:`geo.indicateurs.mesures.evaluate` says of each territory.

    Parameters
    ----------
    atlas
        The atlas.
    indicateur
        One that has the level: see :func:`list_levels`.
    niveau
        :data:`EPCI`, :data:`COMMUNES` or :data:`DEPARTEMENTS`.
    """
    places = place_communes(atlas, niveau)
    if indicateur.methode in ADDITIVES:
        return _add_up(atlas, indicateur, places, niveau)
    codes = pd.Index(sorted(places.unique()) if niveau == DEPARTEMENTS else places.index)
    if indicateur.methode == PAR_DEPARTEMENT:
        lignes = atlas.ailleurs.reindex("departement:" + codes)
    else:
        lignes = atlas.variables.loc[codes]
    cellules = read_cells(lignes, indicateur.calcul["variable"])
    bornes = zip(cellules.bas.tolist(), cellules.haut.tolist(), strict=True)
    return Releve(
        pd.Series(cellules.nombres, index=codes),
        {
            str(code): siennes if np.isfinite(siennes[1] - siennes[0]) else None
            for code, secret, siennes in zip(codes, cellules.secrets, bornes, strict=True)
            if secret
        },
    )


def _add_up(atlas: Atlas, indicateur: Indicateur, places: pd.Series[str], niveau: str) -> Releve:
    lignes = atlas.variables.loc[places.index]
    if indicateur.officiel and niveau == DEPARTEMENTS:
        # A row of no commune of the atlas is of its department all the same.
        siennes = atlas.ailleurs[atlas.ailleurs[DEPARTEMENT].isin(set(places))]
        colonnes = columns_of(indicateur, atlas.variables)
        dehors = siennes.reindex(columns=colonnes).dropna(how="all")
        lignes = pd.concat([lignes[colonnes], dehors])
        places = pd.concat([places, siennes.loc[dehors.index, DEPARTEMENT]])
    rangs, codes = pd.factorize(places, sort=niveau == DEPARTEMENTS)
    agregat = aggregate(indicateur, lignes, rangs, len(codes))
    return Releve(
        pd.Series(agregat.valeurs, index=pd.Index(codes)),
        {str(code): agregat.bounds(n) for n, code in enumerate(codes) if agregat.secretes[n]},
    )
