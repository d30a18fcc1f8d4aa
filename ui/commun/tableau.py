"""The facts of the map as a table, and its download."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.formes.territoires import dissolve
from geo.indicateurs.annonces import announced
from geo.indicateurs.mesures import values_by_cpts, withheld_by_cpts
from geo.indicateurs.registre import POPULATION, Indicateur
from geo.libelles import PAR_PART
from geo.perimetre import are_etablies
from geo.rangees import get_row
from rendu.mots.comparaison import worth_word
from rendu.mots.etapes import MOT_SOURCE, stage_columns
from rendu.mots.faits import announced_texts, fact_sources, share_texts, sources_by_object
from rendu.mots.francais import (
    CONFIANCES_COURTES,
    MASQUE,
    PARTIE_ETABLIE,
    PERIMETRE_INCONNU,
    QUALIFICATIFS_SEULS,
    date_courte,
    date_partielle,
)
from rendu.mots.indicateurs import column_titles, file_bounds, withheld_text
from rendu.mots.origine import origin_columns, published_origins, tell_origin
from rendu.mots.panneau import computed_cells, shown_confiance
from rendu.mots.partage import PRISES_EN_PARTIE, parts_cell
from ui.commun.atlas import PAR_EMPREINTE
from ui.commun.cellules import ECRITES_MAX, write_cells
from ui.commun.sources import source_rows
from ui.commun.telechargements import draw_telechargements

_DATE = "Date (au plus tard)"
_PRECISION = "Précision de la date"
_PRECISIONS = {"jour": "", "mois": "au mois près", "avant": "avant cette date"}


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=PAR_EMPREINTE)
def make_tableau(
    atlas: Atlas,
    cpts_ids: tuple[str, ...],
    *,
    etablis_seuls: tuple[str, ...] = (),
    fichier: bool = False,
) -> pd.DataFrame:
    """Gather what is known of some CPTS: announced, then computed.

    Parameters
    ----------
    atlas
        The atlas.
    cpts_ids
        The CPTS, in the order of the rows.
    etablis_seuls
        Those of them whose hypotheses are hidden: nothing is computed but of their established part.
    fichier
        Whether it leaves: each computed figure then has its qualifier, each official one its bounds, and each row says
        where its figures come from (:mod:`rendu.mots.origine`), for a CSV stands alone.

    Returns
    -------
    DataFrame
        Indexed by CPTS, with French column names; shared between sessions, not to be changed. Numbers and
        dates are such, so that they sort; a blank is not published, or cannot be computed without a
        perimeter, or is withheld: a column beside it then says so. Areas in km².
    """
    fiches = atlas.fiches.loc[list(cpts_ids)]
    mesures: dict[str, Any] = {}
    titres = column_titles(atlas, atlas.registre.on("tableau"))
    for indicateur in atlas.registre.on("tableau"):
        titre = titres[indicateur.identifiant]
        mesures |= _columns(
            atlas, indicateur, titre, fiches.index, etablis_seuls=etablis_seuls, fichier=fichier
        )
        if indicateur.officiel:
            mesures |= _withheld(
                atlas, indicateur, titre, fiches.index, etablis_seuls=etablis_seuls, fichier=fichier
            )
    return pd.DataFrame(
        {
            "CPTS": fiches["nom"],
            **stage_columns(fiches),
            _DATE: pd.to_datetime(fiches["date_max"]).dt.date,
            _PRECISION: fiches["date_precision"].map(_PRECISIONS),
            "Départements": fiches["departements"].map(lambda codes: ", ".join(sorted(codes))),
            "Périmètre": [
                _perimeter(atlas, str(i), confiance, masque=i in etablis_seuls)
                for i, confiance in fiches["confiance"].items()
            ],
            **(_parts(atlas, fiches.index) if fichier else {}),
            **mesures,
            **(_origins(atlas, titres, fiches.index, etablis_seuls) if fichier else {}),
            "Sources": [
                " ; ".join(
                    f"{_source(get_row(atlas.sources, source_id))} ({', '.join(objets)})"
                    for source_id, objets in sources_by_object(atlas, str(i)).items()
                )
                for i in fiches.index
            ],
        },
        index=fiches.index,
    )


def _perimeter(atlas: Atlas, cpts_id: str, confiance: object, *, masque: bool) -> str:
    if not isinstance(confiance, str):
        return PERIMETRE_INCONNU
    if not masque:
        return CONFIANCES_COURTES[confiance]
    return PARTIE_ETABLIE if _is_computed(atlas, cpts_id, (cpts_id,)) else MASQUE


def _is_computed(atlas: Atlas, cpts_id: str, etablis_seuls: tuple[str, ...]) -> bool:
    """Tell whether something of a CPTS is drawn, and computed, that is not hidden."""
    if cpts_id not in etablis_seuls:
        return atlas.perimetre(cpts_id).dessine
    return bool(atlas.territoires["population_etablie"].get(cpts_id, 0) > 0)


def _parts(atlas: Atlas, cpts: pd.Index) -> dict[str, list[str]]:
    """Name the communes that count by their share; no column where there is none."""
    cellules = [parts_cell(atlas.perimetre(i).parts) for i in cpts]
    return {PRISES_EN_PARTIE: cellules} if any(cellules) else {}


def _origins(
    atlas: Atlas, titres: Mapping[str, str], cpts: pd.Index, etablis_seuls: tuple[str, ...]
) -> dict[str, list[str]]:
    """Say where the figures of each row come from: what is computed, then what its own sources announce."""
    montres = [(titre, atlas.registre[i]) for i, titre in titres.items()]
    calcules = {titre: tell_origin(atlas, i) for titre, i in montres if i.de_communes}
    publies = {titre: i for titre, i in montres if i.par_base}
    publies |= {a.colonne: a for _, i in montres if i.annonce for a in [atlas.registre[i.annonce]]}
    return origin_columns(
        (calcules if _is_computed(atlas, cpts_id, etablis_seuls) else {}) | siennes
        for cpts_id, siennes in zip(cpts, published_origins(atlas, cpts, publies), strict=True)
    )


def _columns(
    atlas: Atlas,
    indicateur: Indicateur,
    titre: str,
    cpts: pd.Index,
    *,
    etablis_seuls: tuple[str, ...],
    fichier: bool,
) -> dict[str, Any]:
    """Make the columns of an indicator: what is announced with its qualifier, then what is computed."""
    if indicateur.par_base:
        faits = dict(list(atlas.faits.groupby("cpts_id")))
        aucun = atlas.faits.iloc[:0]
        return {titre: [" ; ".join(share_texts(indicateur, faits.get(i, aucun))) for i in cpts]}
    colonnes: dict[str, Any] = {}
    if indicateur.annonce:
        annonce = atlas.registre[indicateur.annonce]
        publies = announced(atlas, annonce.identifiant).reindex(cpts)
        colonnes[_qualifier(annonce)] = publies["qualificatif"].map(QUALIFICATIFS_SEULS)
        colonnes[annonce.colonne] = publies["valeur"].astype("Int64")
    table = values_by_cpts(atlas, indicateur, etablis_seuls=etablis_seuls).reindex(cpts)
    if fichier:
        colonnes[f"Qualificatif ({titre})"] = [
            ""
            if pd.isna(q)
            else worth_word(indicateur, q, shown_confiance(atlas, str(i), etablis_seuls))
            for i, q in table["qualificatif"].items()
        ]
    calcules = table["valeur"].round(indicateur.decimales)
    colonnes[titre] = calcules if indicateur.decimales else calcules.astype("Int64")
    return colonnes


def _withheld(
    atlas: Atlas,
    indicateur: Indicateur,
    titre: str,
    cpts: pd.Index,
    *,
    etablis_seuls: tuple[str, ...],
    fichier: bool,
) -> dict[str, Any]:
    """Say of an official figure, where one of the CPTS has it withheld, between what it is."""
    retenues = withheld_by_cpts(atlas, indicateur, etablis_seuls)
    colonnes: dict[str, Any] = {}
    if not cpts.intersection(list(retenues)).empty:
        colonnes[f"Sous secret : {titre}"] = [
            withheld_text(indicateur, retenues[i], shown_confiance(atlas, str(i), etablis_seuls))
            if i in retenues
            else ""
            for i in cpts
        ]
        if fichier:
            bornes = [file_bounds(indicateur, *(retenues.get(i) or (None, None))) for i in cpts]
            colonnes |= {
                f"{titre}, au moins": pd.Series([bas for bas, _ in bornes], cpts, "float64"),
                f"{titre}, au plus": pd.Series([haut for _, haut in bornes], cpts, "float64"),
            }
    return colonnes


def _qualifier(annonce: Indicateur) -> str:
    return f"Qualificatif ({annonce.objet})"


def _source(source: pd.Series) -> str:
    date = source["date"] if isinstance(source["date"], str) else None
    return f"{source['titre']}, {source['producteur']}, {date_partielle(date)}"


# A longer table scrolls.
_LIGNES_MAX = 30
_HAUTEUR_PX = 600
# Beside it, stage, share, both populations and perimeter are in sight on a screen of 1024 pixels.
_NOM_PX, _PART_PX = 170, 200


def draw_tableau(atlas: Atlas, cpts_ids: tuple[str, ...], *, indicatifs: bool = True) -> None:
    """Show some CPTS as a table, sortable, with its downloads: a qualifier stands in the cell of its number.

    Parameters
    ----------
    atlas, cpts_ids
        The atlas, and the CPTS in the order of the rows.
    indicatifs
        Whether what is computed of indicative perimeters is shown.
    """
    masques = () if indicatifs else tuple(filter(atlas.is_indicatif, cpts_ids))
    _draw_cellules(atlas, cpts_ids, masques)
    draw_telechargements("cpts", *_get_exports(atlas, cpts_ids, masques))


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=PAR_EMPREINTE)
def _draw_cellules(atlas: Atlas, cpts_ids: tuple[str, ...], etablis_seuls: tuple[str, ...]) -> None:
    """Show the table itself, written once for every session: Streamlit sends the next ones the same message."""
    tableau = make_tableau(atlas, cpts_ids, etablis_seuls=etablis_seuls)
    titres = column_titles(atlas, atlas.registre.on("tableau"))
    entier = len(tableau) > ECRITES_MAX
    montre = tableau if entier else tableau[_order(atlas, tableau, titres)]
    ecrits = {} if entier else _written(atlas, tableau, titres, etablis_seuls)
    nombres = montre.select_dtypes("number").columns.difference(list(ecrits))
    st.dataframe(
        montre if entier else write_cells(montre, ecrits),
        hide_index=True,
        height="content" if len(tableau) <= _LIGNES_MAX else _HAUTEUR_PX,
        placeholder="",
        column_config={
            "CPTS": st.column_config.TextColumn(width=_NOM_PX, pinned=True),
            _DATE: st.column_config.DateColumn(format="DD/MM/YYYY" if entier else None),
        }
        | {
            titres[indicateur.identifiant]: st.column_config.TextColumn(width=_PART_PX)
            for indicateur in atlas.registre.on("tableau")
            if indicateur.par_base
        }
        | dict.fromkeys(nombres, st.column_config.NumberColumn(format="localized")),
    )
    if entier and not {*filter(atlas.is_indicatif, cpts_ids)} <= {*etablis_seuls}:
        st.caption("Où le périmètre est « indicatif », les chiffres calculés sont approchés.")
    if any(atlas.perimetre(cpts_id).parts for cpts_id in cpts_ids):
        st.caption(PAR_PART)


def _order(atlas: Atlas, tableau: pd.DataFrame, titres: Mapping[str, str]) -> list[str]:
    """Order the columns of the screen, without those that are said in another: health and people first."""
    registre = atlas.registre
    montres = registre.on("tableau")
    parts = [titres[i.identifiant] for i in montres if i.par_base]
    habitants = [
        nom
        for i in montres
        if i.theme == POPULATION
        for nom in ([registre[i.annonce].colonne] if i.annonce else []) + [titres[i.identifiant]]
    ]
    premieres = ["CPTS", MOT_SOURCE, "Étape", *parts, *habitants[:2], "Périmètre"]
    dites = {_PRECISION, *(_qualifier(registre[i.annonce]) for i in montres if i.annonce)}
    return [*premieres, *(str(nom) for nom in tableau if nom not in dites.union(premieres))]


def _written(
    atlas: Atlas, tableau: pd.DataFrame, titres: Mapping[str, str], etablis_seuls: tuple[str, ...]
) -> dict[str, list[str]]:
    """Write the cells that say more than their value: announced and computed figures, dates."""
    fiches = atlas.fiches.loc[tableau.index]
    calcules = {
        titres[i.identifiant]: computed_cells(atlas, i, tableau.index, etablis_seuls)
        for i in atlas.registre.on("tableau")
        if i.de_communes
    }
    return (
        calcules
        | {
            atlas.registre[i.annonce].colonne: announced_texts(
                atlas, i.annonce, tableau.index, court=True
            )
            for i in atlas.registre.on("tableau")
            if i.annonce
        }
        | {
            _DATE: [
                date_courte(date, precision)
                for date, precision in zip(
                    fiches["date_max"], fiches["date_precision"], strict=True
                )
            ]
        }
    )


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=PAR_EMPREINTE)
def _get_exports(
    atlas: Atlas, cpts_ids: tuple[str, ...], etablis_seuls: tuple[str, ...]
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame, gpd.GeoDataFrame]:
    """Return what leaves with the table, gathered once for every session: itself, its sources, its outlines."""
    tableau = make_tableau(atlas, cpts_ids, etablis_seuls=etablis_seuls, fichier=True)
    dessines = tableau.index[[_is_computed(atlas, i, etablis_seuls) for i in tableau.index]]
    contours = atlas.territoires.geometry.reindex(dessines).copy()
    membres = atlas.adhesions[
        atlas.adhesions["cpts_id"].isin(dessines.intersection(list(etablis_seuls)))
        & are_etablies(atlas.adhesions["confiance"])
    ].set_index("code_commune")["cpts_id"]
    if len(membres):
        etablis = dissolve(atlas.communes, membres)
        contours[etablis.index] = etablis
    couche = gpd.GeoDataFrame(
        tableau.loc[dessines].reset_index(),
        geometry=contours.to_numpy(),
        crs=atlas.territoires.crs,
    )
    return (
        {"cpts": tableau.reset_index()},
        source_rows(atlas, fact_sources(atlas, cpts_ids)),
        couche,
    )
