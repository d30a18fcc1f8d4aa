"""What follows the map of a scenario, on its state at the moment: what is taken away, compared, described, put in use."""

import streamlit as st

from geo.base.connexion import BaseIndisponible
from ui.atelier.comparer import draw_comparaison
from ui.atelier.decrire import draw_description
from ui.atelier.emporter import draw_emporter
from ui.atelier.etablis import open_etabli
from ui.atelier.mise_en_service import draw_mise_en_service
from ui.atelier.ouverture import wait_for_base
from ui.commun.adresse import Filtres

_ONGLETS = {
    "Emporter": draw_emporter,
    "Comparer": draw_comparaison,
    "Nom, auteur, note": draw_description,
    "Mettre en service": draw_mise_en_service,
}


# The map has nothing to hear of what is done here.
@st.fragment
def draw_suites(scenario_id: str, filtres: Filtres) -> None:
    """Draw the tabs below the map; only the one that is open is computed."""
    try:
        etabli = open_etabli(scenario_id)
    except BaseIndisponible as erreur:
        wait_for_base(erreur)
        return
    onglets = st.tabs(list(_ONGLETS), key="atelier_onglets", on_change="rerun")
    for onglet, draw in zip(onglets, _ONGLETS.values(), strict=True):
        if onglet.open:
            with onglet:
                draw(etabli, filtres)
