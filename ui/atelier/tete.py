"""What stands above the map of a scenario: what it is, who made it, and what it is worth."""

import streamlit as st

from geo.atelier.journal import Scenario
from geo.importation.versions import name_version
from rendu.mots.annexe import PROJET
from rendu.mots.francais import escape_markdown
from ui.atelier.ouverture import number_in_use
from ui.atelier.scenarios import draw_link
from ui.commun.adresse import Filtres


def draw_tete(scenario: Scenario, filtres: Filtres) -> None:
    """Draw the title of a scenario, and the line below it."""
    st.title(f"Atelier : {escape_markdown(scenario.nom)}", anchor=False)
    en_usage = number_in_use()
    depart = (
        f":material/history: commencé sur {name_version(scenario.version_depart)}, comparé à ce qui est en service : "
        f"{name_version(en_usage)}"
        if en_usage != scenario.version_depart
        else ""
    )
    faits = (f"**{PROJET}**", escape_markdown(scenario.auteur), depart)
    # By its key, the line has the height that the map leaves to it on every page.
    with st.container(key="chiffres", horizontal=True, wrap=False, vertical_alignment="center"):
        st.markdown(" · ".join(filter(None, faits)), width="content")
        draw_link(filtres, None, "Tous les scénarios", ":material/list:")
