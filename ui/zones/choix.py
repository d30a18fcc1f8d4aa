"""The gaps in words and in a work list: what can be said, and the zones by rank."""

from collections.abc import Mapping
from functools import partial
from textwrap import shorten

import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.indicateurs.annonces import announced
from geo.indicateurs.registre import TAUX
from geo.lecture.cpts import STATUT_INCONNU
from geo.lecture.variables import BAS, HAUT
from geo.rangees import get_row
from geo.regles.completude import indicative_cpts
from geo.regles.couverture import INDETERMINEE, NON_COUVERTE, cpts_comptees
from geo.regles.debords import find_debords
from geo.regles.zones import (
    Zones,
    counts_without_doctor,
    rank_zones,
    zone_indicators,
    zone_measures,
)
from rendu.carte.vue import Vue
from rendu.mots.couverture import POSSIBLES, edge_sentence, undrawn_text
from rendu.mots.francais import (
    AUCUN_QUI_COMPTE,
    POPULATION_NON_PUBLIEE,
    capitale,
    escape_markdown,
    join_words,
    qualify,
)
from rendu.mots.indicateurs import distinct_labels, meaning_text, with_base
from rendu.mots.millesimes import population_title
from rendu.mots.zones import first_names, zone_name, zone_value
from ui.commun.adresse import Filtres, key
from ui.commun.atlas import PAR_PAGE
from ui.commun.completude import complete_departements
from ui.zones.mesure import begins_low, left_out_text, measure

_LISTES = {NON_COUVERTE: "liste_blanches", INDETERMINEE: "liste_indeterminees"}
# What the columns of a ranking are called, beside the measures.
_TETES = ("Rang", "Autour de", "Autre rang", "Écart de rang")
_LIGNES_MAX = 7
_HAUTEUR_PX = 290
_MESURE_PX = 170
# What such a column has room for in its head; the whole name is said over the list, and on the head.
_TITRE_MAX = 24


def limits_sentences(atlas: Atlas, vue: Vue, filtres: Filtres) -> list[str]:
    """Say, as Markdown, what the figures can and cannot tell with the data that are loaded."""
    return _write_limits(atlas, filtres, vue)


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=PAR_PAGE)
def _write_limits(atlas: Atlas, filtres: Filtres, _vue: Vue) -> list[str]:
    vue = _vue
    complets = [code for code in vue.departements if code in complete_departements(atlas)]
    autres = [code for code in vue.departements if code not in complets]
    noms = atlas.departements["nom"]
    if complets:
        ou = join_words(escape_markdown(noms[code]) for code in complets)
        phrase = f"Toutes les CPTS sont connues et dessinées : {ou}."
        phrases = [
            f"{phrase} Ailleurs, une commune sans périmètre connu qui compte peut être couverte."
            if autres
            else phrase
        ]
    else:
        phrases = [
            "Aucun département choisi n'est complet : une commune sans périmètre connu qui compte peut être couverte."
        ]
    debords = find_debords(atlas, vue.departements, indicatifs=filtres.indicatifs)
    return [
        *phrases,
        *_indicative_texts(atlas, complets),
        _undrawn_text(atlas, vue, filtres),
        *filter(None, [edge_sentence(debords)]),
    ]


def _indicative_texts(atlas: Atlas, complets: list[str]) -> list[str]:
    """Warn that the edge of a gap is no better known than the perimeters around it."""
    phrases = []
    indicatives = indicative_cpts(atlas, complets)
    if len(indicatives):
        noms = join_words(
            first_names(escape_markdown(str(atlas.fiches.loc[i, "nom"])) for i in indicatives)
        )
        phrases.append(
            f":material/warning: {noms} : {'périmètre indicatif' if len(indicatives) == 1 else 'périmètres indicatifs'}. "
            "Les zones blanches voisines sont à vérifier : des communes peuvent en être."
        )
    return phrases


def _undrawn_text(atlas: Atlas, vue: Vue, filtres: Filtres) -> str:
    """Name the CPTS of the selection that are not drawn, with what they announce."""
    muettes = atlas.fiches.index[atlas.fiches["statut"] == STATUT_INCONNU]
    possibles = cpts_comptees(atlas, filtres.couvert).union(muettes)
    siennes = atlas.fiches.loc[atlas.cpts_dans(vue.departements).intersection(possibles)]
    ids = siennes.index[~siennes["dessinee"]]
    if ids.empty:
        return "Toutes les CPTS connues de la zone, à cette définition, ont un périmètre."
    annonces = announced(atlas, "population_annoncee")
    textes = []
    for cpts_id in ids:
        annonce = POPULATION_NON_PUBLIEE
        if cpts_id in annonces.index:
            fait = annonces.loc[cpts_id]
            annonce = f"{qualify(fait['valeur'], fait['qualificatif'])} habitants annoncés"
        textes.append(f"{escape_markdown(str(atlas.fiches.loc[cpts_id, 'nom']))} ({annonce})")
    sans = capitale(undrawn_text(len(ids), len(siennes), POSSIBLES))
    return f"{sans} : {join_words(first_names(textes))}."


def rank(atlas: Atlas, zones: Zones, filtres: Filtres) -> dict[str, pd.DataFrame]:
    """Rank the zones of each kind by the measures that are chosen."""
    par = measure(atlas, filtres)
    autre = filtres.tri2 if filtres.tri2 != par else None
    return {
        etat: rank_zones(
            zones.table[zones.table["etat"] == etat], par, autre, croissant=filtres.croissant
        )
        for etat in _LISTES
    }


def choose_zone(
    atlas: Atlas, zones: Zones, rangees: Mapping[str, pd.DataFrame], filtres: Filtres
) -> str | None:
    """Draw the choice of a zone of `rangees`, as :func:`rank` ranks them; return the chosen one, if it is there."""
    codes = [code for liste in rangees.values() for code in liste.index]
    _draw_choix(atlas, zones, filtres, codes)
    return filtres.zone if filtres.zone in codes else None


def draw_classement(
    atlas: Atlas, rangees: Mapping[str, pd.DataFrame], zone: str | None, filtres: Filtres
) -> None:
    """Draw the rankings of the zones, as :func:`rank` ranks them; a row chooses its zone."""
    libelles = zone_labels(atlas)
    premiere, *mesures = zone_measures(atlas)
    st.selectbox(
        "Classer par",
        [None, *mesures],
        format_func=lambda mesure: libelles[mesure or premiere],
        key=key("tri"),
        placeholder=libelles[premiere],
        on_change=_begin_with_the_worst,
        args=(atlas,),
    )
    st.selectbox(
        "Comparer au classement par",
        [None, premiere, *mesures],
        format_func=lambda mesure: libelles.get(mesure, "aucun autre"),
        key=key("tri2"),
        placeholder="aucun autre",
    )
    st.toggle("Le plus bas d'abord", key=key("croissant"))
    par = measure(atlas, filtres)
    for etat, liste in rangees.items():
        if liste.empty:
            continue
        titre = "Zones blanches" if etat == NON_COUVERTE else capitale(AUCUN_QUI_COMPTE)
        # The head of a narrow column does not hold the name of an official figure.
        selon = f", par : {escape_markdown(libelles[par])}" if _width(atlas, par, par) else ""
        st.markdown(f"**{titre}**{selon}")
        _draw_list(atlas, liste, titre, _LISTES[etat], par, zone=zone)
    laisse = escape_markdown(left_out_text(atlas, filtres))
    st.caption(" ".join(filter(None, (ranking_caption(atlas, par), laisse))))


def _begin_with_the_worst(atlas: Atlas) -> None:
    """Put the lowest first of a measure of which more is better, the highest of any other."""
    st.session_state[key("croissant")] = begins_low(atlas, st.session_state[key("tri")])


def ranking_caption(atlas: Atlas, par: str) -> str:
    """Say how the list is read: what is withheld or not known in it, and what is not offered."""
    phrases = ["Choisissez une ligne, ou une zone sur la carte."]
    indicateur = atlas.registre.indicateurs.get(par)
    if indicateur and indicateur.officiel:
        phrases.append(
            f"{escape_markdown(with_base(indicateur, f'{indicateur.libelle}, en {indicateur.unite}'))} : « entre … et … » où "
            "une valeur est secrète, « au moins » où une commune manque. Le rang est alors le meilleur et le pire "
            "possibles."
        )
        if indicateur.is_part:
            phrases.append(
                "Les rangs disent ce que le secret laisse ouvert, non le hasard des petits nombres : l'intervalle à "
                "95 % est dans le détail de la zone et dans le fichier."
            )
        elif indicateur.nature == TAUX:
            phrases.append(
                "Ce qui est lu d'une petite zone tient à quelques communes : sa population est dans la liste."
            )
        phrases.append(escape_markdown(meaning_text(indicateur)))
    if not counts_without_doctor(atlas):
        phrases.append(
            "Habitants sans médecin traitant : aucune source lue ne les publie par commune. Un fichier de la CPAM, "
            "importé à la page « Données », donnerait ce classement."
        )
    return " ".join(filter(None, phrases))


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
        zone = get_row(zones.table, code)
        # With its code: two zones may be called after homonyms.
        return f"{zone_name(zone['etat'], zone['nom'])} ({code})"

    # Told again: the browser would keep the words that the zone had under other filters.
    st.session_state[key("zone")] = filtres.zone
    st.selectbox(
        "Zone choisie",
        [None, *codes, *([filtres.zone] if defaite else [])],
        format_func=name,
        key=key("zone"),
        placeholder="aucune",
    )


def zone_labels(atlas: Atlas) -> dict[str, str]:
    """Name each measure that zones are ranked by: no two have one name."""
    siens = {
        "population": population_title(atlas),
        "densite": "Densité (hab./km²)",
        "surface_km2": "Surface (km²)",
        "communes": "Communes",
        "population_par_commune": "Habitants par commune",
    }
    return distinct_labels(atlas, zone_indicators(atlas), [*siens.values(), *_TETES]) | siens


def _draw_list(
    atlas: Atlas, liste: pd.DataFrame, titre: str, cle: str, par: str, *, zone: str | None
) -> None:
    libelles = zone_labels(atlas)
    tetes = dict(zip(("rang", "nom", "rang_autre", "ecart_rang"), _TETES, strict=True))
    # What ranks stands right beside the name: on a phone nothing else is in sight.
    mesures = dict.fromkeys((par, "population", "communes", "densite", "surface_km2"))
    ordre = ("rang", "nom", par, "rang_autre", "ecart_rang", *mesures)
    colonnes = {
        mesure: tetes.get(mesure) or libelles[mesure]
        for mesure in dict.fromkeys(ordre)
        if mesure in liste or mesure not in tetes
    }
    # Written whole: Streamlit takes a state that lacks a part for a choice of the user.
    lignes = [liste.index.get_loc(zone)] if zone in liste.index else []
    st.session_state[cle] = {"selection": {"rows": lignes, "columns": [], "cells": []}}
    ecrites = _written(atlas, liste)
    st.dataframe(
        _write_list(atlas, liste, list(colonnes), ecrites).rename(columns=colonnes),
        hide_index=True,
        height="content" if len(liste) <= _LIGNES_MAX else _HAUTEUR_PX,
        key=cle,
        on_select=partial(_on_select, cle, list(liste.index)),
        selection_mode="single-row",
        alt=titre,
        column_config={
            **{
                nom: st.column_config.NumberColumn(
                    _head(nom)[0],
                    help=_head(nom)[1],
                    format="%+d" if nom == "Écart de rang" else "localized",
                    width=_width(atlas, mesure, par),
                )
                for mesure, nom in colonnes.items()
                if mesure not in ("nom", *ecrites)
            },
            **{
                colonnes[mesure]: st.column_config.TextColumn(
                    _head(colonnes[mesure])[0],
                    help=_head(colonnes[mesure])[1],
                    width=_width(atlas, mesure, par),
                )
                for mesure in ecrites
                if mesure in colonnes
            },
        },
    )


def _head(nom: str) -> tuple[str, str | None]:
    """Name the head of a column as it has room for, cut at a word, with the whole name on demand."""
    if len(nom) <= _TITRE_MAX:
        return nom, None
    return shorten(nom, _TITRE_MAX, placeholder="…"), escape_markdown(nom)


def _width(atlas: Atlas, mesure: str, par: str) -> int | None:
    """Keep what ranks in sight: the name of an official figure is longer than the panel is wide."""
    indicateur = atlas.registre.indicateurs.get(mesure)
    return _MESURE_PX if mesure == par and indicateur and indicateur.officiel else None


def _written(atlas: Atlas, liste: pd.DataFrame) -> list[str]:
    """List the columns that are written out: the ranks where one is open, the figures where one is no plain number."""
    ouverts = ["rang"] if (liste["rang"] != liste["rang_max"]).any() else []
    return ouverts + [
        i.identifiant
        for i in zone_indicators(atlas)
        if (liste[i.identifiant + BAS] != liste[i.identifiant + HAUT]).any()
    ]


def _write_list(
    atlas: Atlas, liste: pd.DataFrame, colonnes: list[str], ecrites: list[str]
) -> pd.DataFrame:
    table = liste[colonnes].round(1)
    for nom in ecrites:
        if nom == "rang":
            table[nom] = [
                str(rang) if rang == pire else f"{rang} à {pire}"
                for rang, pire in zip(liste["rang"], liste["rang_max"], strict=True)
            ]
        elif nom in table:
            table[nom] = [
                zone_value(atlas.registre[nom], get_row(liste, code)) for code in liste.index
            ]
    return table


def _on_select(cle: str, codes: list[str]) -> None:
    lignes = st.session_state[cle]["selection"]["rows"]
    st.session_state[key("zone")] = codes[lignes[0]] if lignes else None
