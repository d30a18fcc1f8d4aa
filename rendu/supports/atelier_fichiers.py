"""The files of a scenario: who is in which CPTS as a table that can be read back, and the territories for a GIS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.atelier.ecart import compare
from geo.atelier.etat import part_of
from geo.atelier.sol import lay_sol
from geo.atelier.table import membership_table
from geo.export import to_csv, to_xlsx
from geo.export_couches import to_gpkg
from geo.formes.territoires import dissolve
from geo.indicateurs.annonces import ENVIRON
from geo.perimetre import ENTIERE, count_inhabitants, is_indicatif
from rendu.mots.annexe import PROJET
from rendu.mots.faits import ground_sources
from rendu.mots.francais import QUALIFICATIFS_SEULS
from rendu.mots.origine import computed_origins

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.atelier.etat import Composition
    from geo.atlas import Atlas

_FEUILLE, _COUCHE = "Composition", "cpts_projet"


def scenario_csv(atlas: Atlas, composition: Composition) -> bytes:
    """Write who is in which CPTS of a scenario as CSV: see :func:`geo.atelier.table.membership_table`."""
    return to_csv(_table(atlas, composition))


def scenario_xlsx(atlas: Atlas, composition: Composition) -> bytes:
    """Write the same as a workbook, with the sources of its communes and populations."""
    tableaux = {
        _FEUILLE: _table(atlas, composition),
        "Projet": pd.DataFrame({"À savoir": [f"{PROJET}."]}),
    }
    return to_xlsx(tableaux, _sources(atlas))


def _table(atlas: Atlas, composition: Composition) -> pd.DataFrame:
    return membership_table(atlas.communes, composition).assign(**population_cells(atlas))


def population_cells(atlas: Atlas) -> dict[str, str]:
    """Say where the inhabitants of a scenario come from: see :func:`rendu.mots.origine.origin_cells`."""
    return computed_origins(atlas, {"population": atlas.registre["population"]})


def scenario_gpkg(atlas: Atlas, avant: Composition, apres: Composition) -> bytes:
    """Write the territories of a scenario as a GeoPackage in Lambert 93, one outline a CPTS.

    Parameters
    ----------
    atlas
        The data in use: communes that it no longer has are left out.
    avant
        The version in force.
    apres
        The scenario.

    Returns
    -------
    bytes
        The layer ``cpts_projet``: ``cpts_id``, ``nom``, ``statut``, ``communes``, ``population`` (inhabitants) and
        its ``qualificatif`` (« environ » where a membership is a hypothesis or a share), ``touchee`` (whether the scenario differs there from the version in force), ``projet`` (what it is worth), and where the
        inhabitants come from. A CPTS without commune has no outline, and one whose perimeter is unknown neither
        ``communes`` nor ``population``.
    """
    touchees = {bilan.cpts_id for bilan in compare(lay_sol(atlas), avant, apres).cpts}
    communes = atlas.communes
    paires = [
        (code, membre[0], part_of(membre))
        for code, siennes in apres.adhesions.items()
        if code in communes.index
        for membre in siennes
    ]
    estimees = {
        membre[0]
        for siennes in apres.adhesions.values()
        for membre in siennes
        if is_indicatif(membre[1]) or part_of(membre) < ENTIERE
    }
    groupes = pd.Series(
        [cpts_id for _, cpts_id, _ in paires],
        index=pd.Index([code for code, _, _ in paires], dtype="str"),
        dtype="str",
        name="cpts_id",
    )
    ids = pd.Index(sorted(apres.cpts), dtype="str", name="cpts_id")
    dessinees = {m[0] for c in (avant, apres) for siennes in c.adhesions.values() for m in siennes}
    connues = np.array([i in dessinees or i not in avant.cpts for i in ids], dtype=bool)
    habitants = groupes.index.map(communes["population"]) * [part for *_, part in paires]
    population = habitants.to_series(index=groupes.index).groupby(groupes.to_numpy()).sum()
    territoires = gpd.GeoDataFrame(
        {
            "cpts_id": ids,
            "nom": [apres.cpts[cpts_id].nom for cpts_id in ids],
            "statut": [apres.cpts[cpts_id].statut for cpts_id in ids],
            "communes": _leave_unknown(groupes.value_counts().reindex(ids, fill_value=0), connues),
            "population": _leave_unknown(
                pd.Series(count_inhabitants(population.reindex(ids, fill_value=0)), ids), connues
            ),
            "qualificatif": [
                QUALIFICATIFS_SEULS[ENVIRON] if cpts_id in estimees else "" for cpts_id in ids
            ],
            "touchee": [cpts_id in touchees for cpts_id in ids],
            "projet": PROJET,
            **population_cells(atlas),
        },
        geometry=dissolve(communes, groupes).reindex(ids).to_numpy(),
        crs=communes.crs,
    )
    return to_gpkg({_COUCHE: territoires}, _sources(atlas))


def _leave_unknown(comptes: pd.Series[int], connues: NDArray[np.bool_]) -> pd.Series[int]:
    """Leave blank what is counted of the CPTS whose perimeter is not known."""
    return comptes.astype("Int64").where(connues)


def _sources(atlas: Atlas) -> pd.DataFrame:
    return atlas.sources[atlas.sources.index.isin(ground_sources(atlas))]
