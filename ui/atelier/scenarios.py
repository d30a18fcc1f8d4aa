"""The scenarios that are kept: begun, opened, duplicated, withdrawn and put back."""

from dataclasses import replace
from datetime import datetime

import streamlit as st

from geo.atelier.journal import Scenario
from geo.atlas import Atlas
from geo.base.connexion import BaseIndisponible
from geo.importation.versions import name_version
from rendu.mots.francais import count_noun, escape_markdown, jour
from ui.atelier.etablis import get_journal
from ui.atelier.importation import draw_importation
from ui.atelier.ouverture import ask_description, attempt, begin, duplicate, wait_for_base
from ui.commun.adresse import Filtres, to_params
from ui.commun.ecriture import draw_ecriture

PAGE = "pages/atelier.py"


def draw_accueil(atlas: Atlas, filtres: Filtres) -> None:
    """Draw what begins a scenario, then those that are kept."""
    st.markdown(
        "Composer un territoire : donner des communes à des CPTS, voir aussitôt ce que cela change, et repartir avec "
        "l'annexe territoriale. Un scénario est un projet : rien ne change dans l'atlas tant qu'il n'est pas mis en service."
    )
    modifiable = draw_ecriture("atelier")
    if modifiable:
        _draw_creation(atlas)
        with st.expander("Commencer d'une table de communes", icon=":material/upload_file:"):
            draw_importation(atlas)
    try:
        scenarios, retires = get_journal().scenarios(), get_journal().scenarios(retires=True)
    except BaseIndisponible as erreur:
        wait_for_base(erreur)
        return
    st.header("Scénarios", anchor=False)
    if not scenarios:
        st.caption("Aucun scénario sur ce serveur.")
    for scenario in scenarios:
        _draw_scenario(scenario, filtres, modifiable=modifiable)
    if retires:
        with st.expander(f"Retirés ({len(retires)})"):
            for scenario in retires:
                _draw_scenario(scenario, filtres, modifiable=modifiable, retire=True)


def draw_link(filtres: Filtres, scenario_id: str | None, libelle: str, icone: str) -> None:
    """Draw the link to a scenario, or to the list of them, with the filters."""
    st.page_link(
        PAGE,
        label=libelle,
        icon=icone,
        query_params=to_params(replace(filtres, scenario=scenario_id)),
        width="content",
    )


def _draw_creation(atlas: Atlas) -> None:
    with st.form("atelier_creer", border=True):
        description = ask_description("atelier_nouveau")
        if st.form_submit_button("Commencer", type="primary", icon=":material/add:"):
            begin(atlas, *description)


def _draw_scenario(
    scenario: Scenario, filtres: Filtres, *, modifiable: bool, retire: bool = False
) -> None:
    cle = f"atelier_{{}}_{scenario.scenario_id}"
    with (
        st.container(border=True),
        st.container(horizontal=True, vertical_alignment="center"),
    ):
        st.markdown(_describe(scenario))
        draw_link(filtres, scenario.scenario_id, "Ouvrir", ":material/edit_location_alt:")
        if not modifiable:
            return
        if st.button("Dupliquer", icon=":material/content_copy:", key=cle.format("dupliquer")):
            duplicate(scenario)
        libelle, icone = (
            ("Remettre", ":material/undo:") if retire else ("Retirer", ":material/archive:")
        )
        if st.button(
            libelle,
            icon=icone,
            key=cle.format("retirer"),
            help=None if retire else "Rien n'est effacé : il reste sous « Retirés ».",
        ) and attempt(
            lambda: get_journal().withdraw(scenario.scenario_id, retire=not retire),
        ):
            st.rerun()


def _describe(scenario: Scenario) -> str:
    faits = [
        escape_markdown(scenario.auteur),
        f"créé le {_moment(scenario.cree_le)}",
        f"modifié le {_moment(scenario.modifie_le)}",
        count_noun(scenario.gestes, "geste, retours compris", "gestes, retours compris"),
        f"départ : {name_version(scenario.version_depart)}",
    ]
    note = f"  \n{escape_markdown(' '.join(scenario.note.split()))}" if scenario.note else ""
    return f"**{escape_markdown(scenario.nom)}**  \n{' · '.join(filter(None, faits))}{note}"


def _moment(date: datetime) -> str:
    return f"{jour(date.date())} à {date:%H:%M}"
