"""The tables of the roll-out as they leave: where each figure comes from stands beside it."""

from collections.abc import Mapping

import pandas as pd

from geo.atlas import Atlas
from geo.indicateurs.annonces import ENVIRON
from rendu.mots.francais import AVEC_INDICATIFS, QUALIFICATIFS_SEULS
from rendu.mots.origine import (
    cite_origin,
    origin_cells,
    origin_columns,
    published_origins,
    tell_origin,
)
from ui.deploiement.graphiques import covered_columns

_ANNONCE = "population_annoncee"


def add_origin_dates(
    atlas: Atlas, dates: pd.DataFrame, titres: Mapping[str, str], cpts_ids: pd.Index
) -> pd.DataFrame:
    """Add to the totals of each date where they come from.

    Parameters
    ----------
    atlas
        The atlas.
    dates, titres
        The table, and the title of each of its columns by what it counts: see :func:`ui.deploiement.suite.date_titles`.
    cpts_ids
        The CPTS that some date counts.
    """
    registre, faits = atlas.registre, atlas.faits
    annonces = faits[(faits["indicateur"] == _ANNONCE) & faits["cpts_id"].isin(cpts_ids)]
    etapes = cite_origin(atlas, atlas.fiches.loc[cpts_ids, "source_id"])
    origines = {
        titre: cite_origin(atlas, annonces["source_id"])
        if nom == _ANNONCE
        else tell_origin(atlas, registre[nom.partition("_")[0]])
        if nom.startswith(("population", "communes"))
        else etapes
        for nom, titre in titres.items()
    }
    table = dates.assign(**origin_cells(origines))
    etablis, tous = (titres.get(nom) for nom in covered_columns("population"))
    if tous is None:
        return table
    qualificatifs = (dates[tous] > dates[etablis]).map(
        {True: QUALIFICATIFS_SEULS[ENVIRON], False: ""}
    )
    table.insert(len(dates.columns), f"Qualificatif ({AVEC_INDICATIFS})", qualificatifs)
    return table


def add_origin_cpts(atlas: Atlas, cpts: pd.DataFrame) -> pd.DataFrame:
    """Add to the CPTS of the roll-out where their stage and what they announce come from."""
    annonce = atlas.registre[_ANNONCE]
    publiees = published_origins(atlas, cpts.index, {annonce.colonne: annonce})
    etapes = atlas.fiches.loc[cpts.index, "source_id"]
    return cpts.assign(
        **origin_columns(
            {"Étape": cite_origin(atlas, [source_id]), **siennes}
            for source_id, siennes in zip(etapes, publiees, strict=True)
        )
    )


def add_origin_jalons(atlas: Atlas, table: pd.DataFrame, compares: pd.DataFrame) -> pd.DataFrame:
    """Add to the published milestones, row by row, who publishes them."""
    return table.assign(
        **origin_columns({"Publié": cite_origin(atlas, [i])} for i in compares["source_id"])
    )
