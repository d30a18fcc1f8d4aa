"""The scenarios that are kept: begun, opened, duplicated, withdrawn."""

import streamlit as st

from geo.atelier.composition import take_composition
from geo.atelier.journal import JournalIndisponible
from geo.atlas import Atlas
from geo.importation.versions import open_depot
from ui.atelier.etablis import get_journal
from ui.commun.adresse import key
from ui.commun.ecriture import draw_ecriture


def draw_creation(atlas: Atlas) -> None:
    """Draw what begins a scenario from the data in force."""
    if not draw_ecriture("atelier"):
        return
    with st.form("atelier_creer", border=True):
        nom = st.text_input(
            "Nom du scénario", max_chars=120, placeholder="Lure entre Luxeuil et Vesoul"
        )
        auteur = st.text_input("Votre nom ou service", max_chars=80)
        note = st.text_area("Note", max_chars=2000, height=80)
        if not st.form_submit_button("Commencer", type="primary", icon=":material/add:"):
            return
    if not nom.strip():
        st.error("Donnez un nom au scénario.")
        return
    version = open_depot().en_usage()
    try:
        st.session_state[key("scenario")] = get_journal().create(
            take_composition(atlas),
            nom=nom.strip(),
            auteur=auteur.strip(),
            note=note.strip(),
            version_depart=version.numero if version else 0,
        )
    except JournalIndisponible as erreur:
        st.error(str(erreur))
        return
    st.rerun()
