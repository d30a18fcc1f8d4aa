"""Communes that several CPTS split, or claim more than once, and what a sum over CPTS then counts twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.lecture.cpts import STATUT_ABANDONNE
from geo.perimetre import (
    ENTIERE,
    are_etablies,
    are_indicatives,
    cap_parts,
    count_inhabitants,
    settle_parts,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from geo.atlas import Atlas


_COLONNES = ["code_commune", "nom", "code_departement", "population", "cpts", "n_cpts", "parts"]


@dataclass(frozen=True, slots=True)
class DoubleCompte:
    """What adding up the CPTS counts more than once, in a selection.

    Attributes
    ----------
    population_cpts
        Sum of the inhabitants of each CPTS, of its communes in the selection only; of a split commune,
        those of its share.
    population
        The same inhabitants, each counted once.
    difference
        The first minus the second.
    communes
        Communes of the selection that CPTS claim more than once.
    indicatif
        Whether a membership that counts is a hypothesis.
    """

    population_cpts: int
    population: int
    difference: int
    communes: int
    indicatif: bool


def active_adhesions(atlas: Atlas, *, indicatifs: bool = True) -> pd.DataFrame:
    """Return the memberships of the CPTS that are not abandoned, which count nowhere; the established ones only on demand."""
    abandonnees = atlas.fiches.index[atlas.fiches["statut"] == STATUT_ABANDONNE]
    actives = atlas.adhesions[~atlas.adhesions["cpts_id"].isin(abandonnees)]
    return actives if indicatifs else actives[are_etablies(actives["confiance"])]


def find_overlaps(atlas: Atlas, *, indicatifs: bool = True) -> pd.DataFrame:
    """List the communes that drawn CPTS claim more than once, whatever their stage.

    One that they split is not, as long as their shares do not add up to more than the whole.

    Abandoned CPTS are left out. The communes outside the study area are there: they are marked by
    their department, and :func:`double_count` leaves them out. So are, on demand, indicative memberships.

    Returns
    -------
    DataFrame
        ``code_commune``, ``nom``, ``code_departement``, ``population``, ``cpts`` (tuple of
        ``cpts_id``, sorted), ``n_cpts``, ``parts`` (the share of each, from 0 to 1); the most populous
        first, then by code.
    """
    adhesions = active_adhesions(atlas, indicatifs=indicatifs)
    return _list(atlas, adhesions[are_claimed_twice(adhesions)])


def find_partages(atlas: Atlas, *, indicatifs: bool = True) -> pd.DataFrame:
    """List the communes that are split: those of which a CPTS that is not abandoned covers a share only.

    Returns
    -------
    DataFrame
        The columns of :func:`find_overlaps`. A commune whose shares add up to more than the whole is
        an overlap too.
    """
    adhesions = active_adhesions(atlas, indicatifs=indicatifs)
    partagees = adhesions.loc[adhesions["part"] < ENTIERE, "code_commune"]
    return _list(atlas, adhesions[adhesions["code_commune"].isin(partagees)])


def are_claimed_twice(adhesions: pd.DataFrame) -> pd.Series[bool]:
    """Tell which memberships are of a commune whose shares add up to more than the whole.

    Parameters
    ----------
    adhesions
        ``code_commune``, ``part``.
    """
    sommes = adhesions.groupby("code_commune")["part"].transform("sum")
    return pd.Series(settle_parts(sommes) > ENTIERE, index=adhesions.index)


def _list(atlas: Atlas, adhesions: pd.DataFrame) -> pd.DataFrame:
    par_commune = adhesions.sort_values("cpts_id").groupby("code_commune")
    communes = atlas.communes[["nom", "code_departement", "population"]]
    table = pd.DataFrame(
        {
            "cpts": par_commune["cpts_id"].agg(tuple),
            "n_cpts": par_commune.size(),
            "parts": par_commune["part"].agg(tuple),
        }
    ).join(communes)
    table = table.reset_index()[_COLONNES]
    return table.sort_values(
        ["population", "code_commune"], ascending=[False, True], ignore_index=True
    )


def double_count(
    atlas: Atlas, departements: Collection[str], *, indicatifs: bool = True
) -> DoubleCompte:
    """Measure what a sum over the drawn CPTS counts more than once.

    Parameters
    ----------
    atlas
        The atlas.
    departements
        Codes; none means the study area, and what lies outside it never counts.
    indicatifs
        Whether indicative memberships count.
    """
    communes = atlas.communes
    retenues = communes["etude"]
    if departements:
        retenues = retenues & communes["code_departement"].isin(departements)
    adhesions = active_adhesions(atlas, indicatifs=indicatifs)
    places = communes.index.get_indexer(pd.Index(adhesions["code_commune"]))
    fois = settle_parts(np.bincount(places, adhesions["part"], len(communes)) * retenues)
    population = communes["population"]
    cumulee = int(count_inhabitants(population * fois).sum())
    une_fois = int(count_inhabitants(population * cap_parts(fois)).sum())
    return DoubleCompte(
        population_cpts=cumulee,
        population=une_fois,
        difference=cumulee - une_fois,
        communes=int((fois > ENTIERE).sum()),
        indicatif=bool(
            (retenues.to_numpy()[places] & are_indicatives(adhesions["confiance"])).any()
        ),
    )
