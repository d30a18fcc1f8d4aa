"""Communes that no CPTS is known to cover, in clusters, and the CPTS that could take them in.

Two kinds, never mixed: the clusters of uncovered communes (« zones blanches »), and those of
communes without a known perimeter, of which nothing can be said.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.graphe import find_components
from geo.indicateurs.agregation import aggregate, columns_of, share_known
from geo.indicateurs.calcul import classe_taille, densite_hab_km2, summarize_territoires
from geo.indicateurs.places import find_places
from geo.indicateurs.registre import ADDITIVES
from geo.lecture.variables import BAS, HAUT
from geo.perimetre import ENTIERE, HYPOTHESE, are_indicatives, weakest_confiance
from geo.regles.couverture import INDETERMINEE, NON_COUVERTE
from geo.regles.recouvrements import active_adhesions

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from geo.atlas import Atlas
    from geo.indicateurs.registre import Indicateur

ETATS_DES_ZONES = (NON_COUVERTE, INDETERMINEE)

# The measures of ``Zones.table`` that say how much a cluster matters.
MESURES = ("population", "densite", "surface_km2", "communes", "population_par_commune")

# Beside an official indicator: the share of the inhabitants that it rests on, in per cent.
PART = " (part)"
# Beside one that is a share: its 95 % interval, in per cent.
INTERVALLE_BAS, INTERVALLE_HAUT = " (intervalle, bas)", " (intervalle, haut)"
# Who has no médecin traitant is what a planner asks first.
_SANS_MEDECIN = "sans_medecin_traitant"

_COLONNES = ["nom", "code_departement", "siren_epci", "population", "surface_km2", "etude"]


@dataclass(frozen=True, eq=False)
class Zones:
    """Contiguous clusters of communes in the same state, uncovered or undetermined.

    Attributes
    ----------
    table
        Indexed by ``zone``, the code of the most populous commune (the smallest code where
        equal), the most populous cluster first: ``etat``, ``nom`` (of that commune), ``communes``
        (how many), ``population``, ``surface_km2``, ``densite`` (hab./km²),
        ``population_par_commune``, ``departements`` (sorted tuple), ``n_epci``; of each of
        :func:`zone_indicators`, its value, missing where it is withheld or not known, and with
        :data:`BAS`, :data:`HAUT` and :data:`PART` after its name what it may be and the share of the
        inhabitants that it rests on, and of a share :data:`INTERVALLE_BAS` and :data:`INTERVALLE_HAUT`, of a
        withheld one those of all that it may be; and ``continue_dehors``: whether the cluster goes on, in the same state, in a commune that was
        not chosen or is outside the study area. Its figures are then those of a part of it.
    membres
        ``zone`` of each commune of a cluster, sorted by ``code_commune``.
    bordure
        Borders of the clusters: ``zone``, ``code_commune`` (in the cluster),
        ``code_commune_voisine`` (not in it), ``frontiere_km``, ``meme_etat`` (whether the latter is
        in the same state: it was then not chosen); sorted by the two communes.
    """

    table: pd.DataFrame
    membres: pd.Series
    bordure: pd.DataFrame


def find_zones(atlas: Atlas, etats: pd.Series, departements: Collection[str]) -> Zones:
    """Group the communes that no CPTS is known to cover.

    Two communes are linked if they share a border of non-zero length: a touch at a point links
    nothing, nor does a border between an uncovered commune and an undetermined one.

    Parameters
    ----------
    atlas
        The atlas.
    etats
        State of every commune: see :func:`geo.regles.couverture.find_etats`.
    departements
        Codes; none means the study area, and what lies outside it is in no cluster.

    Returns
    -------
    Zones
        The clusters. Areas and densities come from the unsimplified outlines (EPSG:2154).
    """
    communes = atlas.communes[_COLONNES].sort_index()
    etat = etats.reindex(communes.index)
    choisies = communes["etude"] & etat.isin(ETATS_DES_ZONES)
    if departements:
        choisies &= communes["code_departement"].isin(departements)
    frontieres = _locate(atlas.frontieres, communes.index)
    numero_etat = pd.factorize(etat)[0]
    frontieres["meme_etat"] = numero_etat[frontieres["un"]] == numero_etat[frontieres["autre"]]
    chef = _find_chefs(communes["population"], choisies.to_numpy(), frontieres)
    siennes = communes.assign(etat=etat)[chef >= 0]
    membres = pd.Series(communes.index[chef[chef >= 0]], index=siennes.index, name="zone")
    bordure = _face_out(frontieres, chef, communes.index)
    table = _summarize(siennes.assign(zone=membres), bordure)
    return Zones(table.join(_measure(atlas, membres)), membres, bordure)


def zone_indicators(atlas: Atlas) -> tuple[Indicateur, ...]:
    """List the official indicators that clusters have, each by its latest year: counts without médecin traitant first."""
    siens = [i for i in atlas.registre.derniers() if i.methode in ADDITIVES]
    return tuple(sorted(siens, key=lambda i: i.serie != _SANS_MEDECIN))


def counts_without_doctor(atlas: Atlas) -> bool:
    """Tell whether an official file counts who has no médecin traitant."""
    return any(i.serie == _SANS_MEDECIN for i in zone_indicators(atlas))


def zone_measures(atlas: Atlas) -> tuple[str, ...]:
    """List what clusters are ranked by; those without médecin traitant lead where they are counted."""
    officiels = [indicateur.identifiant for indicateur in zone_indicators(atlas)]
    premiers = officiels[:1] if counts_without_doctor(atlas) else []
    return (*premiers, *MESURES, *officiels[len(premiers) :])


def _measure(atlas: Atlas, membres: pd.Series) -> pd.DataFrame:
    """Compute every official indicator of every cluster."""
    rangs, zones = pd.factorize(membres)
    colonnes: dict[str, NDArray[np.float64]] = {}
    for indicateur in zone_indicators(atlas):
        nom = indicateur.identifiant
        siennes = atlas.variables[columns_of(indicateur, atlas.variables)].loc[membres.index]
        agregat = aggregate(indicateur, siennes, rangs, len(zones))
        part = share_known(indicateur, siennes, rangs, len(zones))
        colonnes |= {
            nom: agregat.valeurs,
            nom + BAS: agregat.bas,
            nom + HAUT: agregat.haut,
            nom + PART: part,
        }
        if agregat.part:
            siens = [agregat.interval(rang) or (np.nan, np.nan) for rang in range(len(zones))]
            bords = np.array(siens).reshape(-1, 2).T
            colonnes |= dict(zip((nom + INTERVALLE_BAS, nom + INTERVALLE_HAUT), bords, strict=True))
    return pd.DataFrame(colonnes, index=pd.Index(zones, name=membres.name))


def rank_zones(
    table: pd.DataFrame, par: str, autre: str | None = None, *, croissant: bool = False
) -> pd.DataFrame:
    """Rank clusters of one state, the greatest first.

    Parameters
    ----------
    table
        Rows of :attr:`Zones.table`, of one state.
    par
        The measure: one of :data:`MESURES`, or any numeric column of the table.
    autre
        Another one, to see what it would change.
    croissant
        Whether the least comes first.

    Returns
    -------
    DataFrame
        The rows with ``rang`` and ``rang_max``, which differ where a withheld or incomplete figure leaves
        the place open: the first is the best that it may be, the other the worst. They come by the best
        place, then by the worst one; among those of the same two places, by the middle of what the figure
        may be, or by its least where nothing bounds it above; then by code. With ``autre``, ``rang_autre`` and ``ecart_rang`` too (places gained when ranking by
        ``autre`` instead; lost if negative; missing where either place is open). Equal values have
        the same rank, the smallest; a missing one has none and comes last.

    Raises
    ------
    ValueError
        If the clusters are not all in the same state.
    KeyError
        If the table has no such measure.
    """
    if len(table["etat"].unique()) > 1:
        raise ValueError("uncovered and undetermined clusters are never ranked together")
    rang, rang_max = _rank(table, par, croissant=croissant)
    classees = table.assign(rang=rang, rang_max=rang_max)
    if autre is not None:
        autres, autres_max = _rank(table, autre, croissant=croissant)
        surs = (rang == rang_max) & (autres == autres_max)
        classees["rang_autre"] = autres
        classees["ecart_rang"] = (rang - autres).where(surs)
    milieu = _middle(table, par)
    return (
        classees.assign(milieu=milieu if croissant else -milieu)
        .sort_index()
        .sort_values(["rang", "rang_max", "milieu"], kind="stable")
        .drop(columns="milieu")
    )


def zone_borders(atlas: Atlas, zones: Zones, *, indicatifs: bool = True) -> pd.DataFrame:
    """Measure the border of each cluster with each drawn CPTS that is not abandoned.

    A border counts between a commune of the cluster that is not in the CPTS and a commune of the
    CPTS that is not in the cluster, so a CPTS that already holds part of a cluster is no neighbour
    of its own communes.

    Parameters
    ----------
    atlas, zones
        The atlas, and clusters found in it.
    indicatifs
        Whether hypothetical memberships make a perimeter too.

    Returns
    -------
    DataFrame
        ``zone``, ``cpts_id``, ``frontiere_km``, sorted by the first two.
    """
    membres = active_adhesions(atlas, indicatifs=indicatifs)[["cpts_id", "code_commune"]]
    en_face = membres.rename(columns={"code_commune": "code_commune_voisine"})
    cotes = zones.bordure.merge(en_face, on="code_commune_voisine")
    cotes = cotes.merge(membres, on=["cpts_id", "code_commune"], how="left_anti")
    return cotes.groupby(["zone", "cpts_id"])["frontiere_km"].sum().reset_index()


def candidates(atlas: Atlas, zones: Zones, zone: str, *, indicatifs: bool = True) -> pd.DataFrame:
    """Tell which CPTS could absorb a cluster, and how large each would become.

    Parameters
    ----------
    atlas, zones
        The atlas, and clusters found in it.
    zone
        One of ``zones.table.index``.
    indicatifs
        Whether hypothetical memberships make a perimeter too.

    Returns
    -------
    DataFrame
        The drawn CPTS, not abandoned, that share a border with the cluster or already hold some
        of its communes (under a stage or a confidence that does not count): ``cpts_id``, ``nom``,
        ``statut``, ``statut_libelle``, ``statut_mot_source``, ``confiance`` and ``etablie_seule`` (see
        :func:`describe_dessines`), ``frontiere_km`` (0 without a border),
        ``communes_deja`` and ``communes_ajoutees`` (communes of the cluster that it has, and
        would gain), ``population_avant`` and ``population_apres`` (inhabitants, each commune
        once), ``taille_avant`` and ``taille_apres`` (see
        :func:`geo.indicateurs.calcul.classe_taille`); the longest border first, then by identifier.

    Raises
    ------
    KeyError
        If there is no such cluster.
    """
    if zone not in zones.table.index:
        raise KeyError(zone)
    siens = zones.membres.index[zones.membres == zone]
    bordure = zones.bordure[zones.bordure["zone"] == zone]
    zone_seule = replace(zones, bordure=bordure)
    frontieres = zone_borders(atlas, zone_seule, indicatifs=indicatifs).set_index("cpts_id")
    adhesions = active_adhesions(atlas, indicatifs=indicatifs)
    deja = adhesions.loc[adhesions["code_commune"].isin(siens), "cpts_id"].value_counts()
    concernees = adhesions[adhesions["cpts_id"].isin(frontieres.index.union(deja.index))]
    # Each as if it alone took the cluster in.
    agrandies = [absorb(ses, siens, str(cpts_id)) for cpts_id, ses in concernees.groupby("cpts_id")]
    avant = summarize_territoires(atlas.communes, concernees)
    apres = summarize_territoires(atlas.communes, pd.concat([concernees[:0], *agrandies]))
    colonnes = ["nom", "statut", "statut_libelle", "statut_mot_source"]
    table = atlas.fiches.reindex(avant.index)[colonnes]
    table = table.join(describe_dessines(atlas, avant.index, indicatifs=indicatifs))
    return (
        table.assign(
            frontiere_km=frontieres["frontiere_km"].reindex(avant.index, fill_value=0.0),
            communes_deja=deja.reindex(avant.index, fill_value=0),
            communes_ajoutees=apres["communes"] - avant["communes"],
            population_avant=avant["population"],
            population_apres=apres["population"],
            taille_avant=avant["population"].map(classe_taille).astype("str"),
            taille_apres=apres["population"].map(classe_taille).astype("str"),
        )
        .reset_index()
        .sort_values(["frontiere_km", "cpts_id"], ascending=[False, True], ignore_index=True)
    )


def describe_dessines(atlas: Atlas, cpts_ids: pd.Index, *, indicatifs: bool) -> pd.DataFrame:
    """Say what is drawn of some CPTS.

    Parameters
    ----------
    atlas
        The atlas.
    cpts_ids
        Of ``atlas.fiches``, each once, drawn.
    indicatifs
        Whether hypothetical memberships make a perimeter too.

    Returns
    -------
    DataFrame
        By CPTS ``confiance``, the weakest of what is drawn, and ``etablie_seule``, whether that is the established part
        of an indicative perimeter.
    """
    confiances = atlas.fiches["confiance"].reindex(cpts_ids)
    coupees = are_indicatives(confiances) & (not indicatifs)
    adhesions = active_adhesions(atlas, indicatifs=indicatifs)
    siennes = adhesions[adhesions["cpts_id"].isin(cpts_ids[coupees])]
    etablies = siennes.groupby("cpts_id")["confiance"].agg(weakest_confiance).reindex(cpts_ids)
    return pd.DataFrame(
        {"confiance": confiances.where(~coupees, etablies), "etablie_seule": coupees}
    )


def absorb(adhesions: pd.DataFrame, codes_communes: Collection[str], cpts_id: str) -> pd.DataFrame:
    """Return the memberships after a CPTS took communes in.

    Parameters
    ----------
    adhesions
        ``cpts_id``, ``code_commune``, ``confiance``, ``part``, one row per pair.
    codes_communes
        The communes; those that the CPTS already holds keep their confidence, and become whole.
    cpts_id
        The CPTS.

    Returns
    -------
    DataFrame
        The same columns, sorted by CPTS and commune; the new rows are hypotheses.
    """
    nouvelles = pd.DataFrame(
        {"cpts_id": cpts_id, "code_commune": list(codes_communes), "confiance": HYPOTHESE},
        dtype="str",
    ).assign(part=ENTIERE)
    siennes = (adhesions["cpts_id"] == cpts_id) & adhesions["code_commune"].isin(codes_communes)
    deja = adhesions.assign(part=adhesions["part"].mask(siennes, ENTIERE))
    return (
        pd.concat([deja, nouvelles], ignore_index=True)
        .drop_duplicates(["cpts_id", "code_commune"])
        .sort_values(["cpts_id", "code_commune"], ignore_index=True)
    )


def _rank(table: pd.DataFrame, par: str, *, croissant: bool) -> tuple[pd.Series, pd.Series]:
    """Return the best and the worst place of each cluster: see :func:`find_places`."""
    bas, haut = _find_bounds(table, par)
    if croissant:
        bas, haut = -haut, -bas
    meilleur, pire = (
        pd.Series(places, index=table.index, dtype="Int64").where(places > 0)
        for places in find_places(bas, haut)
    )
    return meilleur, pire


def _find_bounds(table: pd.DataFrame, par: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least and the most that a measure may be: one where it is known, infinite where nothing bounds it."""
    bas = table.get(par + BAS, table[par]).to_numpy("float64")
    haut = table.get(par + HAUT, table[par]).to_numpy("float64")
    return bas, np.where(np.isnan(haut) & ~np.isnan(bas), np.inf, haut)


def _middle(table: pd.DataFrame, par: str) -> NDArray[np.float64]:
    """Return the middle of what a measure may be, its least where nothing bounds it above, missing without either."""
    bas, haut = _find_bounds(table, par)
    milieu: NDArray[np.float64] = np.where(np.isinf(haut), bas, bas + (haut - bas) / 2)
    return np.where(np.isinf(bas), np.nan, milieu)


def _locate(frontieres: pd.DataFrame, codes: pd.Index) -> pd.DataFrame:
    """Replace the codes of the two communes of each border by their places among the codes."""
    places = {}
    for nom, colonne in (("un", "code_commune"), ("autre", "code_commune_voisine")):
        # A commune has six borders: each code is looked up once.
        numeros, uniques = pd.factorize(frontieres[colonne])
        places[nom] = codes.get_indexer(pd.Index(uniques))[numeros]
    return pd.DataFrame({**places, "frontiere_km": frontieres["frontiere_km"].to_numpy()})


def _find_chefs(
    population: pd.Series, choisies: NDArray[np.bool_], frontieres: pd.DataFrame
) -> NDArray[np.intp]:
    """Return for each commune the place of the most populous one of its cluster; -1 in none."""
    un, autre = frontieres["un"].to_numpy(), frontieres["autre"].to_numpy()
    liees = choisies[un] & choisies[autre] & frontieres["meme_etat"].to_numpy()
    composante = find_components(len(choisies), un[liees], autre[liees])
    rangees = np.argsort(-population.to_numpy(), kind="stable")
    _, premieres = np.unique(composante[rangees], return_index=True)
    return np.where(choisies, rangees[premieres][composante], -1)


def _face_out(frontieres: pd.DataFrame, chef: NDArray[np.intp], codes: pd.Index) -> pd.DataFrame:
    """Return :attr:`Zones.bordure`: what leaves a cluster, seen from the inside."""
    sortent = frontieres[chef[frontieres["un"]] != chef[frontieres["autre"]]]
    cotes = pd.concat([sortent, sortent.rename(columns={"un": "autre", "autre": "un"})])
    cotes = cotes[chef[cotes["un"]] >= 0].sort_values(["un", "autre"], ignore_index=True)
    return pd.DataFrame(
        {
            "zone": codes[chef[cotes["un"]]],
            "code_commune": codes[cotes["un"]],
            "code_commune_voisine": codes[cotes["autre"]],
            "frontiere_km": cotes["frontiere_km"],
            "meme_etat": cotes["meme_etat"],
        }
    )


def _summarize(communes: pd.DataFrame, bordure: pd.DataFrame) -> pd.DataFrame:
    """Return :attr:`Zones.table` from the communes of the clusters."""
    par_zone = communes.groupby("zone")
    nombre, population = par_zone.size(), par_zone["population"].sum()
    surface_km2 = par_zone["surface_km2"].sum()
    chefs = communes.loc[nombre.index]
    couples = communes[["zone", "code_departement"]].drop_duplicates()
    departements = couples.sort_values("code_departement").groupby("zone")["code_departement"]
    table = pd.DataFrame(
        {
            "etat": chefs["etat"],
            "nom": chefs["nom"],
            "communes": nombre,
            "population": population,
            "surface_km2": surface_km2,
            "densite": densite_hab_km2(population, surface_km2),
            "population_par_commune": population / nombre,
            "departements": departements.agg(tuple).astype("object"),
            "n_epci": par_zone["siren_epci"].nunique(),
            "continue_dehors": nombre.index.isin(bordure.loc[bordure["meme_etat"], "zone"]),
        },
        index=nombre.index,
    )
    return table.sort_values("population", ascending=False, kind="stable")
