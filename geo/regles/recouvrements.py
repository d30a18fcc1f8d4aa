"""Communes that several CPTS claim, and what a sum over CPTS then counts twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.lecture.cpts import STATUT_ABANDONNE

if TYPE_CHECKING:
    from collections.abc import Collection

    from geo.atlas import Atlas


_COLONNES = ["code_commune", "nom", "code_departement", "population", "cpts", "n_cpts"]


@dataclass(frozen=True, slots=True)
class DoubleCompte:
    """What adding up the CPTS counts more than once, in a selection.

    Attributes
    ----------
    population_cpts
        Sum of the inhabitants of each CPTS, of its communes in the selection only.
    population
        The same communes, each counted once.
    difference
        The first minus the second.
    communes
        Communes of the selection that are in several CPTS.
    """

    population_cpts: int
    population: int
    difference: int
    communes: int


def active_adhesions(atlas: Atlas) -> pd.DataFrame:
    """Return the memberships of the CPTS that are not abandoned: those count nowhere."""
    abandonnees = atlas.fiches.index[atlas.fiches["statut"] == STATUT_ABANDONNE]
    return atlas.adhesions[~atlas.adhesions["cpts_id"].isin(abandonnees)]


def find_overlaps(atlas: Atlas) -> pd.DataFrame:
    """List the communes that are in several drawn CPTS, whatever their stage.

    Abandoned CPTS are left out. The communes outside the study area are there: they are marked by
    their department, and :func:`double_count` leaves them out.

    Returns
    -------
    DataFrame
        ``code_commune``, ``nom``, ``code_departement``, ``population``, ``cpts`` (tuple of
        ``cpts_id``, sorted), ``n_cpts``; the most populous first, then by code.
    """
    adhesions = active_adhesions(atlas)
    repetees = adhesions[adhesions["code_commune"].duplicated(keep=False)]
    ids = repetees.sort_values("cpts_id").groupby("code_commune")["cpts_id"]
    communes = atlas.communes[["nom", "code_departement", "population"]]
    table = pd.DataFrame({"cpts": ids.agg(tuple), "n_cpts": ids.size()}).join(communes)
    table = table.reset_index()[_COLONNES]
    return table.sort_values(
        ["population", "code_commune"], ascending=[False, True], ignore_index=True
    )


def double_count(atlas: Atlas, departements: Collection[str]) -> DoubleCompte:
    """Measure what a sum over the drawn CPTS counts more than once.

    Parameters
    ----------
    atlas
        The atlas.
    departements
        Codes; none means the study area, and what lies outside it never counts.
    """
    communes = atlas.communes
    retenues = communes["etude"]
    if departements:
        retenues = retenues & communes["code_departement"].isin(departements)
    places = communes.index.get_indexer(pd.Index(active_adhesions(atlas)["code_commune"]))
    fois = np.bincount(places, minlength=len(communes)) * retenues
    cumulee = int((communes["population"] * fois).sum())
    une_fois = int(communes.loc[fois > 0, "population"].sum())
    return DoubleCompte(
        population_cpts=cumulee,
        population=une_fois,
        difference=cumulee - une_fois,
        communes=int((fois > 1).sum()),
    )
