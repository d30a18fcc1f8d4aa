"""Figures of a territory, from numerators and denominators, never from a mean of ratios."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from geo.perimetre import are_etablies, count_inhabitants

if TYPE_CHECKING:
    from collections.abc import Collection

    import geopandas as gpd
    import pandas as pd

# Size classes of the accord conventionnel interprofessionnel of 2019 for CPTS (population covered).
# The accord does not say which class takes a population of exactly 40 000, 80 000 or 175 000.
BORNES_TAILLE = (40_000, 80_000, 175_000)
CLASSES_TAILLE = ("T1", "T2", "T3", "T4")

_ETABLIES = {"population": "population_etablie", "surface_km2": "surface_etablie_km2"}


def densite_hab_km2(population: pd.Series, surface_km2: pd.Series) -> pd.Series:
    """Return inhabitants per km², from totals."""
    return population / surface_km2


def summarize_territoires(communes: gpd.GeoDataFrame, adhesions: pd.DataFrame) -> pd.DataFrame:
    """Count what each CPTS holds.

    Parameters
    ----------
    communes
        Indexed by code_commune, with ``population`` and ``surface_km2``.
    adhesions
        ``cpts_id``, ``code_commune``, ``confiance``, ``part``, one row per pair.

    Returns
    -------
    DataFrame
        Indexed by ``cpts_id``: ``communes`` (how many, split ones too), ``population``,
        ``surface_km2``, ``densite`` (hab./km²), ``population_etablie`` and ``surface_etablie_km2``
        (in documented or deduced memberships). Of a split commune, the inhabitants and the area by
        its share: where the border runs is not known, and its density is then that of the commune.
    """
    membres = adhesions.join(communes[["population", "surface_km2"]], on="code_commune")
    membres["population"] = membres["population"] * membres["part"]
    membres["surface_km2"] = membres["surface_km2"] * membres["part"]
    etablie = are_etablies(membres["confiance"])
    for colonne, etablies in _ETABLIES.items():
        membres[etablies] = membres[colonne].where(etablie, 0)
    bilan = membres.groupby("cpts_id").agg(
        communes=("code_commune", "size"),
        population=("population", "sum"),
        surface_km2=("surface_km2", "sum"),
        population_etablie=("population_etablie", "sum"),
        surface_etablie_km2=("surface_etablie_km2", "sum"),
    )
    for nom in ("population", "population_etablie"):
        bilan[nom] = count_inhabitants(bilan[nom])
    bilan.insert(3, "densite", densite_hab_km2(bilan["population"], bilan["surface_km2"]))
    return bilan


def part_interieure(
    communes: gpd.GeoDataFrame,
    adhesions: pd.DataFrame,
    departements: Collection[str],
) -> pd.Series:
    """Return the share of each CPTS' population that lives in the chosen departments.

    Parameters
    ----------
    communes
        Indexed by code_commune, with ``code_departement``, ``population`` and ``etude``.
    adhesions
        ``cpts_id``, ``code_commune``, ``part``, one row per pair.
    departements
        Codes; none means the study area.

    Returns
    -------
    Series
        From 0 to 1, indexed by ``cpts_id``; missing where nobody lives in the CPTS.
    """
    dedans = communes["code_departement"].isin(departements) if departements else communes["etude"]
    membres = adhesions.join(communes["population"], on="code_commune")
    membres["population"] = membres["population"] * membres["part"]
    dans = membres["population"].where(membres["code_commune"].map(dedans), 0)
    sommes = membres.assign(dans=dans).groupby("cpts_id")[["dans", "population"]].sum()
    return sommes["dans"] / sommes["population"].where(sommes["population"] > 0)


def classe_taille(population: float) -> str:
    """Return the size class of the accord of 2019.

    Parameters
    ----------
    population
        Inhabitants covered.

    Returns
    -------
    str
        « T1 » to « T4 », or « T1 ou T2 » on an exact bound, which the accord leaves open.

    Examples
    --------
    >>> classe_taille(43_000), classe_taille(80_000), classe_taille(197_061)
    ('T2', 'T2 ou T3', 'T4')
    """
    depassees = sum(population > borne for borne in BORNES_TAILLE)
    if population in BORNES_TAILLE:
        return f"{CLASSES_TAILLE[depassees]} ou {CLASSES_TAILLE[depassees + 1]}"
    return CLASSES_TAILLE[depassees]
