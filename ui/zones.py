"""The gaps in words and in a work list: what can be said, and the zones by rank."""

from functools import partial

import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.couverture import INDETERMINEE, NON_COUVERTE, cpts_comptees, undrawn_cpts
from geo.cpts import STATUT_INCONNU
from geo.valeurs import announced
from geo.zones import Zones, find_zones, rank_zones
from ui.adresse import Filtres, key
from ui.atlas import PAR_ETATS
from ui.completude import complete_departements
from ui.francais import accorder, capitale, echapper, enumerer, qualifier
from ui.vue import Vue
from ui.zones_carte import zone_name

# The measures of a ranking, as the screen names them.
MESURES = {
    "population": "Population (2023)",
    "densite": "Densité (hab./km²)",
    "surface_km2": "Surface (km²)",
    "communes": "Communes",
    "population_par_commune": "Habitants par commune",
}
_PAR, _AUTRE = "zones_classer_par", "zones_comparer_avec"
_LISTES = {NON_COUVERTE: "liste_blanches", INDETERMINEE: "liste_indeterminees"}
# So many CPTS are named in a sentence; the others are counted.
_NOMMEES = 8
_LIGNES_MAX = 7
_HAUTEUR_PX = 290


@st.cache_resource(show_spinner="Regroupement des communes…", max_entries=64, hash_funcs=PAR_ETATS)
def get_zones(
    atlas: Atlas, departements: tuple[str, ...], definition: str, indicatifs: bool
) -> Zones:
    """Return the zones of a selection, found once for every session."""
    return find_zones(atlas, atlas.etats(definition, indicatifs=indicatifs), departements)


def limits_sentences(atlas: Atlas, vue: Vue, filtres: Filtres) -> list[str]:
    """Say, as Markdown, what the figures can and cannot tell with the data that are loaded."""
    complets = [code for code in vue.departements if code in complete_departements(atlas)]
    autres = [code for code in vue.departements if code not in complets]
    noms = atlas.departements["nom"]
    suite = "une commune hors des périmètres connus est « sans périmètre connu » : elle peut être couverte."
    if complets:
        ou = enumerer(echapper(noms[code]) for code in complets)
        quoi = "le seul département complet" if len(complets) == 1 else "les départements complets"
        phrases = [f"**Une zone blanche ne peut être dite que dans {quoi} : {ou}.**"]
        if autres:
            phrases[0] += f" Ailleurs, {suite}"
    else:
        phrases = [
            "**Aucun département choisi n'est complet : aucune commune ne peut être dite en zone blanche.** "
            + capitale(suite)
        ]
    sans = _undrawn_text(atlas, vue, filtres)
    return [*phrases, sans] if sans else phrases


def _undrawn_text(atlas: Atlas, vue: Vue, filtres: Filtres) -> str:
    """Name the CPTS of the selection that are not drawn, with what they announce."""
    comptees = cpts_comptees(atlas, filtres.couvert)
    muettes = atlas.fiches.index[atlas.fiches["statut"] == STATUT_INCONNU]
    sans = undrawn_cpts(atlas)
    sans = sans[
        sans["code_departement"].isin(vue.departements)
        & sans["cpts_id"].isin(comptees.union(muettes))
    ]
    ids = list(dict.fromkeys(sans["cpts_id"]))
    if not ids:
        return "Toutes les CPTS connues de la zone, à cette définition, sont dessinées."
    annonces = announced(atlas, "population_annoncee")
    textes = []
    for cpts_id in ids[:_NOMMEES]:
        annonce = "population non publiée"
        if cpts_id in annonces.index:
            fait = annonces.loc[cpts_id]
            annonce = f"{qualifier(fait['valeur'], fait['qualificatif'])} habitants annoncés"
        textes.append(f"{echapper(atlas.fiches.loc[cpts_id, 'nom'])} ({annonce})")
    if len(ids) > _NOMMEES:
        textes.append(accorder(len(ids) - _NOMMEES, "autre", "autres"))
    n = len(ids)
    return (
        f"{accorder(n, 'CPTS n’est pas dessinée', 'CPTS ne sont pas dessinées')}, faute de périmètre connu : "
        f"{enumerer(textes)}."
    )


def zones_sentence(zones: Zones) -> str:
    """Say how many zones there are, of each kind, and how many people live in them."""
    morceaux = []
    for etat, singulier, pluriel in (
        (NON_COUVERTE, "zone blanche", "zones blanches"),
        (INDETERMINEE, "ensemble sans périmètre connu", "ensembles sans périmètre connu"),
    ):
        siennes = zones.table[zones.table["etat"] == etat]
        if siennes.empty:
            morceaux.append(f"aucun{'e' if etat == NON_COUVERTE else ''} {singulier}")
            continue
        communes = accorder(int(siennes["communes"].sum()), "commune")
        habitants = accorder(int(siennes["population"].sum()), "habitant")
        morceaux.append(
            f"**{accorder(len(siennes), singulier, pluriel)}** ({communes}, {habitants})"
        )
    return capitale(" ; ".join(morceaux)) + "."


def choose_zone(atlas: Atlas, zones: Zones, filtres: Filtres) -> str | None:
    """Draw the rankings and the choice of a zone; return the chosen one, if it is there."""
    gauche, droite = st.columns(2)
    par = gauche.selectbox("Classer par", list(MESURES), format_func=MESURES.get, key=_PAR)
    autre = droite.selectbox(
        "Comparer au classement par",
        [None, *(mesure for mesure in MESURES if mesure != par)],
        format_func=lambda mesure: MESURES.get(mesure, "aucun autre"),
        key=_AUTRE,
        placeholder="aucun autre",
    )
    listes = {
        etat: rank_zones(zones.table[zones.table["etat"] == etat], par, autre) for etat in _LISTES
    }
    codes = [code for liste in listes.values() for code in liste.index]
    zone = filtres.zone if filtres.zone in codes else None
    for etat, titre in (
        (NON_COUVERTE, "Zones blanches"),
        (INDETERMINEE, "Sans périmètre connu"),
    ):
        st.markdown(f"**{titre}**")
        _draw_list(listes[etat], titre, _LISTES[etat], par, zone)
    st.caption(
        "Choisissez une ligne, ou une zone sur la carte. Habitants sans médecin traitant : aucune source lue ne "
        "les publie par commune, ce classement n'est donc pas proposé."
    )
    _draw_choix(atlas, zones, filtres, codes)
    return zone


def _draw_choix(atlas: Atlas, zones: Zones, filtres: Filtres, codes: list[str]) -> None:
    """Draw the same choice for the keyboard; a zone that the filters have undone says so."""
    defaite = filtres.zone is not None and filtres.zone not in codes

    def name(code: str | None) -> str:
        if code is None:
            return "aucune"
        if code not in zones.table.index:
            return (
                f"{atlas.communes.loc[code, 'nom']} : n'est la tête d'aucune zone avec ces filtres"
            )
        return zone_name(zones.table.loc[code, "etat"], zones.table.loc[code, "nom"])

    st.selectbox(
        "Zone choisie",
        [None, *codes, *([filtres.zone] if defaite else [])],
        format_func=name,
        key=key("zone"),
        placeholder="aucune",
    )


def _draw_list(liste: pd.DataFrame, titre: str, cle: str, par: str, zone: str | None) -> None:
    if liste.empty:
        st.markdown("Aucune commune.")
        return
    colonnes = {"rang": "Rang", "nom": "Autour de"}
    if "rang_autre" in liste:
        colonnes |= {"rang_autre": "Autre rang", "ecart_rang": "Places gagnées"}
    mesures = [par, *(m for m in ("population", "communes", "densite", "surface_km2") if m != par)]
    colonnes |= {mesure: MESURES[mesure] for mesure in mesures}
    # Written whole: Streamlit takes a state that lacks a part for a choice of the user.
    lignes = [liste.index.get_loc(zone)] if zone in liste.index else []
    st.session_state[cle] = {"selection": {"rows": lignes, "columns": [], "cells": []}}
    st.dataframe(
        liste[list(colonnes)].rename(columns=colonnes).round(1),
        hide_index=True,
        height="content" if len(liste) <= _LIGNES_MAX else _HAUTEUR_PX,
        key=cle,
        on_select=partial(_on_select, cle, list(liste.index)),
        selection_mode="single-row",
        alt=titre,
        column_config={
            **{
                nom: st.column_config.NumberColumn(format="localized")
                for nom in colonnes.values()
                if nom != "Autour de"
            },
        },
    )


def _on_select(cle: str, codes: list[str]) -> None:
    lignes = st.session_state[cle]["selection"]["rows"]
    st.session_state[key("zone")] = codes[lignes[0]] if lignes else None


def zones_table(atlas: Atlas, zones: Zones) -> pd.DataFrame:
    """Gather the zones for a download, with French column names."""
    table = zones.table
    noms = atlas.departements["nom"]
    return pd.DataFrame(
        {
            "Zone": [zone_name(z.etat, z.nom) for z in table.itertuples()],
            "Code de la commune la plus peuplée": table.index,
            "État": table["etat"],
            "Communes": table["communes"],
            "Population (2023)": table["population"],
            "Surface (km²)": table["surface_km2"].round(1),
            "Densité (hab./km²)": table["densite"].round(1),
            "Départements": [", ".join(noms[code] for code in d) for d in table["departements"]],
            "Intercommunalités": table["n_epci"],
            "Continue hors de la zone choisie": table["continue_dehors"],
        }
    )


def list_communes(atlas: Atlas, zones: Zones) -> pd.DataFrame:
    """List every commune of a zone, for a download, with French column names."""
    communes = atlas.communes.loc[zones.membres.index]
    siennes = zones.table.loc[zones.membres]
    return pd.DataFrame(
        {
            "Zone": [zone_name(z.etat, z.nom) for z in siennes.itertuples()],
            "Code": communes.index,
            "Commune": communes["nom"],
            "Département": communes["code_departement"],
            "Intercommunalité": communes["nom_epci"],
            "Population (2023)": communes["population"],
            "Surface (km²)": communes["surface_km2"].round(2),
        }
    ).sort_values(["Zone", "Population (2023)"], ascending=[True, False])
