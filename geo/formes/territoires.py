"""Join communes into territories: dissolve, parts, enclaves, neighbours, colours.

Everything here rests on the communes being one valid coverage (see ``geo.lecture.communes``): a shared
border is then made of exactly the same segments on both sides.
"""

from __future__ import annotations

from collections import Counter
from operator import itemgetter
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.graphe import find_components
from geo.perimetre import count_inhabitants

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

M_PER_KM = 1000.0


def dissolve(communes: gpd.GeoDataFrame | gpd.GeoSeries, groupes: pd.Series) -> gpd.GeoSeries:
    """Unite the communes of each group.

    Parameters
    ----------
    communes
        Indexed by code_commune; the outlines must be one valid coverage, in any CRS.
    groupes
        Identifier of the group, indexed by code_commune. A code may stand there several times
        when groups overlap. Missing identifiers are left out.

    Returns
    -------
    GeoSeries
        Outline of each group, indexed by its identifier in sorted order, in the CRS of the
        communes. It does not depend on the order of the input.

    Raises
    ------
    KeyError
        If a code is not that of a commune.

    Notes
    -----
    ``shapely.coverage_union_all`` only drops the shared segments: no overlay, so no sliver, and
    ten times faster than a general union. ``GeoDataFrame.dissolve(method="coverage")`` calls it too, in 1.0 to
    1.4 times the time (bench/README.md), but needs one outline a membership, and refuses a commune given twice.
    """
    adhesions = groupes.dropna()
    contours = communes.geometry
    places = contours.index.get_indexer(pd.Index(adhesions.index))
    if (places < 0).any():
        raise KeyError(adhesions.index[places < 0][0])
    rangs, noms = pd.factorize(adhesions.to_numpy(), sort=True)
    # Sorted and without repeats: a commune given twice would cancel itself out in the union.
    ordre = contours.index.argsort().argsort()
    triplets = np.unique(np.column_stack([rangs, ordre[places], places]), axis=0)
    debuts = np.flatnonzero(np.diff(triplets[:, 0])) + 1
    membres = np.split(contours.to_numpy()[triplets[:, 2]], debuts) if len(noms) else []
    unions = [shapely.coverage_union_all(contours_du_groupe) for contours_du_groupe in membres]
    return gpd.GeoSeries(
        unions, index=pd.Index(noms, dtype=groupes.dtype, name=groupes.name), crs=communes.crs
    )


def shared_borders(communes: gpd.GeoDataFrame) -> pd.DataFrame:
    """Measure the border between each two communes that touch along a line.

    Parameters
    ----------
    communes
        Indexed by code_commune, one valid coverage, EPSG:2154.

    Returns
    -------
    DataFrame
        ``code_commune``, ``code_commune_voisine``, ``frontiere_km``; each pair once, the first
        code before the second. Communes that meet at a point only are not there.

    Notes
    -----
    In a valid coverage the two sides of a border share their vertices, so equal segments are
    found by numbering the vertices and sorting pairs of numbers: exact.
    """
    segments, longueurs_km, proprietaires = _segments(communes.geometry.to_numpy())
    ordre = np.argsort(segments, kind="stable")
    identiques = segments[ordre][1:] == segments[ordre][:-1]
    un, autre = ordre[:-1][identiques], ordre[1:][identiques]
    gauche, droite = proprietaires[un], proprietaires[autre]
    paires = pd.DataFrame(
        {
            "premier": np.minimum(gauche, droite),
            "second": np.maximum(gauche, droite),
            "frontiere_km": longueurs_km[un],
        },
    )
    sommes = paires.groupby(["premier", "second"], as_index=False)["frontiere_km"].sum()
    return pd.DataFrame(
        {
            "code_commune": communes.index[sommes["premier"]],
            "code_commune_voisine": communes.index[sommes["second"]],
            "frontiere_km": sommes["frontiere_km"],
        },
    )


def split_parts(
    communes: gpd.GeoDataFrame,
    adhesions: pd.DataFrame,
    frontieres: pd.DataFrame,
) -> pd.DataFrame:
    """List the detached parts of the territories that are not of one piece.

    A part is a set of communes linked by shared borders, so a commune that is itself in several
    pieces stays one member of one part, and a touch at a point links nothing.

    Parameters
    ----------
    communes
        Indexed by code_commune, with ``population`` and ``surface_km2``.
    adhesions
        ``cpts_id``, ``code_commune``, ``part``: a split commune counts by its share.
    frontieres
        As returned by :func:`shared_borders`.

    Returns
    -------
    DataFrame
        ``cpts_id``, ``partie`` (1 is the most populous, the main one), ``codes_communes`` (tuple),
        ``communes`` (how many), ``population``, ``surface_km2``. Territories of one piece are not
        there.
    """
    lignes = []
    for cpts_id, parts in _connected(adhesions, frontieres).items():
        if len(parts) == 1:
            continue
        siennes = adhesions[adhesions["cpts_id"] == cpts_id].set_index("code_commune")["part"]
        chiffres = communes.loc[siennes.index, ["population", "surface_km2"]].mul(siennes, axis=0)
        bilans = [
            {
                "cpts_id": cpts_id,
                "codes_communes": codes,
                "communes": len(codes),
                "population": int(count_inhabitants(chiffres["population"].loc[list(codes)].sum())),
                "surface_km2": float(chiffres["surface_km2"].loc[list(codes)].sum()),
            }
            for codes in parts
        ]
        bilans.sort(key=itemgetter("population"), reverse=True)
        lignes += [{**bilan, "partie": rang} for rang, bilan in enumerate(bilans, start=1)]
    colonnes = ["cpts_id", "partie", "codes_communes", "communes", "population", "surface_km2"]
    return pd.DataFrame(lignes, columns=colonnes)


def find_enclaves(
    communes: gpd.GeoDataFrame,
    adhesions: pd.DataFrame,
    territoires: gpd.GeoSeries,
) -> pd.DataFrame:
    """List the communes that a territory surrounds entirely without holding them.

    Parameters
    ----------
    communes
        Indexed by code_commune, one valid coverage.
    adhesions
        ``cpts_id``, ``code_commune``.
    territoires
        Outlines by cpts_id, in the CRS of the communes.

    Returns
    -------
    DataFrame
        ``cpts_id``, ``code_commune``: communes of no CPTS, or of another one, that lie in a hole
        of the territory.
    """
    pieces, places = shapely.get_parts(territoires.to_numpy(), return_index=True)
    trous, hotes = [], []
    for piece, place in zip(pieces, places, strict=True):
        anneaux = shapely.get_rings(piece)[1:]
        trous += list(shapely.polygons(anneaux))
        hotes += [territoires.index[place]] * len(anneaux)
    if not trous:
        return pd.DataFrame(columns=["cpts_id", "code_commune"])
    quel_trou, quelle_commune = communes.sindex.query(np.array(trous), predicate="covers")
    enclaves = pd.DataFrame(
        {
            "cpts_id": [hotes[place] for place in quel_trou],
            "code_commune": communes.index[quelle_commune],
        },
    ).drop_duplicates()
    # The hole of a ring may hold an island of the same territory.
    siennes = pd.MultiIndex.from_frame(adhesions[["cpts_id", "code_commune"]])
    dehors = ~pd.MultiIndex.from_frame(enclaves).isin(siennes)
    return enclaves[dehors].sort_values(["cpts_id", "code_commune"], ignore_index=True)


def neighbours(
    adhesions: pd.DataFrame,
    frontieres: pd.DataFrame,
) -> pd.DataFrame:
    """Measure the border between each two territories that touch or overlap.

    Parameters
    ----------
    adhesions
        ``cpts_id``, ``code_commune``; a commune may be in several CPTS.
    frontieres
        As returned by :func:`shared_borders`.

    Returns
    -------
    DataFrame
        ``cpts_id``, ``cpts_id_voisin``, ``frontiere_km``, each pair in both directions, sorted.
        The border counts where one side belongs to the first only and the other to the second
        only: territories that overlap are neighbours, with 0 km if they have no such border.
    """
    membres = adhesions[["cpts_id", "code_commune"]]
    paires = pd.MultiIndex.from_frame(membres)
    en_face = membres.set_axis(["cpts_id_voisin", "code_commune_voisine"], axis="columns")
    cotes = frontieres.merge(membres, on="code_commune").merge(en_face, on="code_commune_voisine")
    cotes = cotes[cotes["cpts_id"] != cotes["cpts_id_voisin"]]
    partagee = np.zeros(len(cotes), dtype=bool)
    for cote in (["cpts_id", "code_commune_voisine"], ["cpts_id_voisin", "code_commune"]):
        partagee |= pd.MultiIndex.from_frame(cotes[cote]).isin(paires)
    cotes = cotes[~partagee]
    communs = membres.merge(
        membres.rename(columns={"cpts_id": "cpts_id_voisin"}),
        on="code_commune",
    )
    communs = communs[communs["cpts_id"] != communs["cpts_id_voisin"]].assign(frontiere_km=0.0)
    colonnes = ["cpts_id", "cpts_id_voisin", "frontiere_km"]
    retour = cotes.rename(columns={"cpts_id": "cpts_id_voisin", "cpts_id_voisin": "cpts_id"})
    toutes = pd.concat([cotes[colonnes], retour[colonnes], communs[colonnes]])
    sommes = toutes.groupby(colonnes[:2])["frontiere_km"].sum()
    return sommes.reset_index()


def color_territoires(voisins: pd.DataFrame, ids: pd.Index, n: int) -> pd.Series:
    """Give each territory a colour that none of its neighbours has.

    Parameters
    ----------
    voisins
        As returned by :func:`neighbours`.
    ids
        Territories to colour; neighbours outside it are ignored.
    n
        How many colours there are.

    Returns
    -------
    Series
        Number of the colour, from 0 to ``n - 1``, indexed by ``ids``. The same input gives the
        same colours, whatever its order.

    Raises
    ------
    ValueError
        If ``n`` colours are not enough for the method (DSATUR: the territory that has the most
        colours around it chooses first).
    """
    noms = sorted(ids, reverse=True)
    voisines: dict[str, set[str]] = {nom: set() for nom in noms}
    for un, autre in zip(voisins["cpts_id"], voisins["cpts_id_voisin"], strict=True):
        if un in voisines and autre in voisines:
            voisines[un].add(autre)
    # Taken in turn, the colours serve about equally often; the lowest first, fewer are needed.
    for preferees in ([rang % n for rang in reversed(range(len(noms)))], [0] * len(noms)):
        couleurs = _color(voisines, dict(zip(noms, preferees, strict=True)), n)
        if couleurs is not None:
            _balance(couleurs, voisines, n)
            return pd.Series(couleurs, dtype="int64").reindex(ids)
    message = f"{n} colours are not enough for {len(ids)} territories"
    raise ValueError(message)


def _color(
    voisines: Mapping[str, set[str]], preferees: Mapping[str, int], n: int
) -> dict[str, int] | None:
    """Give each its preferred colour, or else the next one that is free; ``None`` where none is."""
    couleurs: dict[str, int] = {}
    autour: dict[str, set[int]] = {nom: set() for nom in voisines}
    restants = dict.fromkeys(voisines)
    while restants:
        nom = max(restants, key=lambda nom: (len(autour[nom]), len(voisines[nom])))
        del restants[nom]
        libres = [c for c in range(n) if c not in autour[nom]]
        if not libres:
            return None
        couleurs[nom] = min(libres, key=lambda c: (c - preferees[nom]) % n)
        for voisine in voisines[nom]:
            autour[voisine].add(couleurs[nom])
    return couleurs


def _balance(couleurs: dict[str, int], voisines: Mapping[str, set[str]], n: int) -> None:
    """Let the colour that serves least take over from the one that serves most, as long as it can."""
    while True:
        effectifs = Counter(couleurs.values())
        rare = min(range(n), key=effectifs.__getitem__)
        frequente = max(range(n), key=effectifs.__getitem__)
        libres = (
            nom
            for nom in sorted(couleurs)
            if couleurs[nom] == frequente and all(couleurs[v] != rare for v in voisines[nom])
        )
        if effectifs[frequente] - effectifs[rare] <= 1 or (nom := next(libres, None)) is None:
            return
        couleurs[nom] = rare


def _segments(
    contours: NDArray[np.object_],
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """Return of every segment a key (the same from both sides), its length and its owner's place.

    Coordinates are in metres, lengths in km.
    """
    polygones, quel_contour = shapely.get_parts(contours, return_index=True)
    anneaux, quel_polygone = shapely.get_rings(polygones, return_index=True)
    points, quel_anneau = shapely.get_coordinates(anneaux, return_index=True)
    numeros, uniques = pd.factorize(np.ascontiguousarray(points).view(np.complex128).ravel())
    meme_anneau = quel_anneau[1:] == quel_anneau[:-1]
    debut, fin = numeros[:-1][meme_anneau], numeros[1:][meme_anneau]
    cles = np.minimum(debut, fin) * len(uniques) + np.maximum(debut, fin)
    longueurs_km = np.abs(uniques[fin] - uniques[debut]) / M_PER_KM
    return cles, longueurs_km, quel_contour[quel_polygone[quel_anneau[:-1][meme_anneau]]]


def _connected(
    adhesions: pd.DataFrame, frontieres: pd.DataFrame
) -> dict[str, list[tuple[str, ...]]]:
    """Return for each CPTS the sets of communes that shared borders link, each sorted."""
    membres = adhesions[["cpts_id", "code_commune"]].drop_duplicates()
    membres = membres.sort_values(["cpts_id", "code_commune"], ignore_index=True)
    ici = membres.reset_index(names="place")
    en_face = ici.rename(
        columns={"code_commune": "code_commune_voisine", "place": "place_voisine"},
    )
    liens = frontieres.merge(ici, on="code_commune").merge(
        en_face, on=["cpts_id", "code_commune_voisine"]
    )
    composantes = find_components(len(membres), liens["place"], liens["place_voisine"])
    parts: dict[str, list[tuple[str, ...]]] = {}
    for (cpts_id, _), codes in membres.groupby(["cpts_id", composantes])["code_commune"]:
        parts.setdefault(str(cpts_id), []).append(tuple(codes))
    return parts
