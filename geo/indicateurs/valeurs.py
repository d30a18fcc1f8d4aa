"""The values by which CPTS are compared, one indicator and one basis at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.indicateurs.calcul import densite_hab_km2, gap, published

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd

    from geo.atlas import Atlas

PART_SANS_MEDECIN_TRAITANT = "part_sans_medecin_traitant"


def computed_values(
    atlas: Atlas, indicateur: str, etablis_seuls: Collection[str] = ()
) -> pd.Series[float]:
    """Return a figure computed from the communes of each drawn CPTS.

    Parameters
    ----------
    atlas
        The atlas.
    indicateur
        ``population`` (inhabitants), ``densite`` (inhabitants per km²) or ``ecart`` (computed minus
        announced population, in percent of the announced one). There is a gap only from an announced
        figure that its source gives as exact: from « plus de 21 000 » it would mean nothing.
    etablis_seuls
        The CPTS of which only the established part is looked at. Their gap is left out: the announced
        population is that of the whole.

    Returns
    -------
    Series
        One value per drawn CPTS; those without a value are absent.
    """
    territoires = atlas.territoires
    seuls = territoires.index.isin(list(etablis_seuls))
    population: pd.Series[float] = territoires["population"].mask(
        seuls, territoires["population_etablie"]
    )
    if indicateur == "population":
        return population
    if indicateur == "densite":
        surface = territoires["surface_km2"].mask(seuls, territoires["surface_etablie_km2"])
        densite: pd.Series[float] = densite_hab_km2(population, surface)
        return densite
    exactes = atlas.faits[atlas.faits["qualificatif"] == "egal"]
    ecarts = gap(published(exactes, "population_annoncee"), territoires["population"])
    publies: pd.Series[float] = ecarts["ecart_pct"].dropna()
    return publies[~publies.index.isin(list(etablis_seuls))]


def announced(atlas: Atlas, indicateur: str) -> pd.DataFrame:
    """Return what sources publish of an indicator that has no base, one row a CPTS.

    Parameters
    ----------
    atlas
        The atlas.
    indicateur
        As in ``cpts_faits.csv``, e.g. ``population_annoncee``.

    Returns
    -------
    DataFrame
        Indexed by CPTS, as ``cpts_faits.csv``; the first row where several sources give one.
    """
    return _first_by_cpts(atlas.faits[atlas.faits["indicateur"] == indicateur])


def medecin_traitant(atlas: Atlas, base: str) -> pd.DataFrame:
    """Return the published shares of residents without médecin traitant, for one base only.

    Shares with different bases (whole population, over 17…) are not comparable: there is no way to ask
    for several.

    Parameters
    ----------
    atlas
        The atlas.
    base
        Whose share, as in ``cpts_faits.csv``.

    Returns
    -------
    DataFrame
        Indexed by CPTS, as ``cpts_faits.csv``; `valeur` in percent, the first row where several sources
        give one.
    """
    faits = atlas.faits
    choisis = (faits["indicateur"] == PART_SANS_MEDECIN_TRAITANT) & (faits["base"] == base)
    return _first_by_cpts(faits[choisis])


def _first_by_cpts(faits: pd.DataFrame) -> pd.DataFrame:
    return faits.drop_duplicates("cpts_id").set_index("cpts_id")
