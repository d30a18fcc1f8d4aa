"""What is said of a scenario beside its gestures, and a copy of it to try something else."""

import streamlit as st

from geo.atelier.etabli import Etabli
from ui.atelier.etablis import get_journal
from ui.atelier.ouverture import ask_description, attempt, duplicate
from ui.commun.adresse import Filtres
from ui.commun.ecriture import session_may_write

LECTURE = "Ici, ce scénario se lit et s'emporte ; rien ne s'y enregistre."


def draw_description(etabli: Etabli, filtres: Filtres) -> None:
    """Draw the form of the name, the author and the note, and the button that duplicates."""
    del filtres
    scenario = etabli.scenario
    if not session_may_write():
        st.caption(LECTURE)
        return
    with st.form("atelier_decrire", border=False):
        nom, auteur, note = ask_description(f"atelier_{scenario.scenario_id}", scenario)
        demande = st.form_submit_button("Enregistrer", icon=":material/save:")
    if demande and not nom:
        st.error("Donnez un nom au scénario.")
    elif demande and attempt(
        lambda: get_journal().describe(scenario.scenario_id, nom=nom, auteur=auteur, note=note)
    ):
        st.toast("Enregistré.", icon=":material/check:")
        st.rerun()
    if st.button(
        "Dupliquer",
        icon=":material/content_copy:",
        key=f"atelier_dupliquer_{scenario.scenario_id}",
        help="Ouvre une copie, avec tous ses gestes ; celui-ci reste tel qu'il est.",
    ):
        duplicate(scenario)
