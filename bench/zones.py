"""Clusters of communes and their neighbours: ``geo.regles.zones`` against general overlays of outlines."""

from collections.abc import Callable
from typing import NamedTuple

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import shapely

from bench.chrono import time_in_turn
from bench.releve import Ligne, compare_with, yes_or_no
from geo.atlas import Atlas
from geo.formes.territoires import dissolve, shared_borders
from geo.regles.couverture import find_etats
from geo.regles.recouvrements import active_adhesions
from geo.regles.zones import ETATS_DES_ZONES, Zones, find_zones, zone_borders

# The narrowest definition leaves the most communes to group.
DEFINITION = "fonctionnement"
MARQUE = 5
MARQUE_EN_CACHE_MS = 100
TOURS = 3
TOURS_EN_CACHE = 9


class Etape(NamedTuple):
    """One step, in both ways, from what the step before left."""

    figure: str
    ici: Callable[[], object]
    naive: Callable[[], object]
    nom_naive: str


class Naive(NamedTuple):
    """What the naive way finds: places of communes, clusters by commune, places of neighbours."""

    paires: np.ndarray
    zones: pd.Series
    unions: gpd.GeoSeries
    voisins: np.ndarray


def measure_zones(atlas: Atlas) -> list[Ligne]:
    """Group the communes that no CPTS is known to cover, and find the CPTS around each cluster."""
    communes = atlas.communes
    etats = find_etats(atlas, DEFINITION, indicatifs=True)
    actives = active_adhesions(atlas)["cpts_id"].unique()
    territoires = atlas.territoires.geometry.loc[np.sort(actives)]
    zones = find_zones(atlas, etats, [])
    naive = _find_naively(communes, etats, territoires)
    _check_borders(atlas, naive)
    _check_zones(atlas, zones, naive)
    _check_neighbours(atlas, zones, naive, territoires)
    etapes = [
        Etape(
            f"borders between {len(communes):,} communes",
            lambda: shared_borders(communes),
            lambda: _touching(communes.geometry),
            "`touches` on the pairs of an index",
        ),
        Etape(
            f"{len(zones.membres):,} communes into {len(zones.table):,} clusters, with their figures",
            lambda: find_zones(atlas, etats, []),
            lambda: _components(communes, etats, naive.paires),
            "`networkx`, without figures",
        ),
        Etape(
            "outlines of these clusters",
            lambda: dissolve(communes, zones.membres),
            lambda: _unite(communes.geometry, naive.zones),
            "`unary_union` of each",
        ),
        Etape(
            f"neighbours of these clusters among {len(territoires):,} CPTS",
            lambda: zone_borders(atlas, zones),
            lambda: _touching(naive.unions, territoires),
            "`touches` of the outlines, without lengths",
        ),
    ]
    return [*_compare(etapes), _measure_cached(atlas, etats)]


def _compare(etapes: list[Etape]) -> list[Ligne]:
    lignes = []
    total = total_naif = 0.0
    for etape in etapes:
        durees = time_in_turn({"ici": etape.ici, "naive": etape.naive}, TOURS)
        ici, naive = durees["ici"], durees["naive"]
        total, total_naif = total + ici, total_naif + naive
        lignes.append(compare_with(etape.figure, ici, naive, etape.nom_naive, unite="ms"))
    return [
        *lignes,
        compare_with(
            "the four together, nothing kept",
            total,
            total_naif,
            "the four",
            unite="ms",
            marque=MARQUE,
        ),
    ]


def _measure_cached(atlas: Atlas, etats: pd.Series) -> Ligne:
    def find() -> pd.DataFrame:
        return zone_borders(atlas, find_zones(atlas, etats, []))

    duree_ms = time_in_turn({"ici": find}, TOURS_EN_CACHE)["ici"]
    return Ligne(
        "clusters and neighbours, borders of the communes kept",
        f"{duree_ms:.1f} ms",
        marque=f"≤ {MARQUE_EN_CACHE_MS} ms",
        tenue=yes_or_no(held=duree_ms <= MARQUE_EN_CACHE_MS),
    )


def _find_naively(
    communes: gpd.GeoDataFrame, etats: pd.Series, territoires: gpd.GeoSeries
) -> Naive:
    paires = _touching(communes.geometry)
    zones = _components(communes, etats, paires)
    unions = _unite(communes.geometry, zones)
    return Naive(paires, zones, unions, _touching(unions, territoires))


def _touching(contours: gpd.GeoSeries, autres: gpd.GeoSeries | None = None) -> np.ndarray:
    """Return the places of the outlines that touch, one pair a column; once each in one series."""
    un = contours.to_numpy()
    autre = un if autres is None else autres.to_numpy()
    # A tree of its own: the one that GeoPandas keeps would be built once for all rounds.
    gauche, droite = shapely.STRtree(autre).query(un)
    if autres is None:
        gauche, droite = gauche[gauche < droite], droite[gauche < droite]
    touchent = shapely.touches(un[gauche], autre[droite])
    return np.array([gauche[touchent], droite[touchent]])


def _components(communes: gpd.GeoDataFrame, etats: pd.Series, paires: np.ndarray) -> pd.Series:
    """Return the number of the cluster of each commune that is in one."""
    etat = etats.to_numpy()
    dedans = communes["etude"].to_numpy() & etats.isin(ETATS_DES_ZONES).to_numpy()
    un, autre = paires
    liees = dedans[un] & dedans[autre] & (etat[un] == etat[autre])
    graphe = nx.Graph()
    graphe.add_nodes_from(np.flatnonzero(dedans).tolist())
    graphe.add_edges_from(paires[:, liees].T.tolist())
    numeros = pd.Series(-1, index=communes.index)
    for numero, places in enumerate(nx.connected_components(graphe)):
        numeros.iloc[list(places)] = numero
    return numeros[numeros >= 0]


def _unite(contours: gpd.GeoSeries, zones: pd.Series) -> gpd.GeoSeries:
    groupes = contours.loc[zones.index].groupby(zones.to_numpy())
    return gpd.GeoSeries(groupes.agg(lambda siens: shapely.unary_union(siens.to_numpy())))


def _check_borders(atlas: Atlas, naive: Naive) -> None:
    """Refuse other pairs than ours, but for those that meet at points only."""
    codes, contours = atlas.communes.index, atlas.communes.geometry.to_numpy()
    trouvees = pd.MultiIndex.from_arrays([codes[naive.paires[0]], codes[naive.paires[1]]])
    ici = pd.MultiIndex.from_frame(atlas.frontieres[["code_commune", "code_commune_voisine"]])
    _refuse(not ici.isin(trouvees).all(), "les frontières")
    un, autre = naive.paires[:, ~trouvees.isin(ici)]
    communs = shapely.intersection(contours[un], contours[autre])
    _refuse(shapely.length(communs).any(), "les frontières")


def _check_zones(atlas: Atlas, zones: Zones, naive: Naive) -> None:
    """Refuse clusters that are not ours, or several of ours that only points link."""
    _refuse(not naive.zones.index.equals(zones.membres.index), "les communes")
    ensemble = naive.zones.groupby(zones.membres)
    _refuse(bool((ensemble.min() != ensemble.max()).any()), "les zones")
    surfaces = dissolve(atlas.communes, zones.membres).area.groupby(ensemble.first()).sum()
    _refuse(not np.allclose(surfaces, naive.unions.area, rtol=1e-9, atol=0), "les surfaces")


def _check_neighbours(atlas: Atlas, zones: Zones, naive: Naive, territoires: gpd.GeoSeries) -> None:
    """Refuse other neighbours than ours, but for those that the naive way cannot tell.

    It also finds the CPTS that meet a cluster at points only, and misses those that hold communes
    of the cluster: their outlines overlap, so they do not touch.
    """
    numeros = naive.zones.groupby(zones.membres).first()
    bords = zone_borders(atlas, zones)
    ici = pd.MultiIndex.from_arrays([bords["zone"].map(numeros), bords["cpts_id"]])
    dedans = active_adhesions(atlas).join(naive.zones.rename("numero"), on="code_commune")
    detentrices = pd.MultiIndex.from_frame(dedans.dropna()[["numero", "cpts_id"]])
    un, autre = naive.voisins
    trouves = pd.MultiIndex.from_arrays([naive.unions.index[un], territoires.index[autre]])
    _refuse(not ici[~ici.isin(detentrices)].isin(trouves).all(), "les voisines")
    un, autre = naive.voisins[:, ~trouves.isin(ici)]
    communs = shapely.intersection(naive.unions.to_numpy()[un], territoires.to_numpy()[autre])
    _refuse(shapely.length(communs).any(), "les voisines")


def _refuse(different: bool, quoi: str) -> None:
    """Refuse to compare the times of different results."""
    if different:
        raise RuntimeError(f"Les deux façons ne s'accordent pas sur {quoi}.")
