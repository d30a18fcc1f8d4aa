"""The workshop: a territory is composed, what that does is seen, and one leaves with the annex."""

import streamlit as st

from ui.atelier.carte import draw_atelier
from ui.atelier.ouverture import find_scenario
from ui.atelier.scenarios import draw_accueil
from ui.atelier.suites import draw_suites
from ui.atelier.tete import draw_tete
from ui.commun.ecriture import draw_ecriture
from ui.commun.filtres import draw_filtres
from ui.commun.page import open_page

atlas, filtres = open_page(__file__)
scenario = filtres.scenario and find_scenario(filtres.scenario)
if scenario:
    draw_filtres(atlas)
    draw_tete(scenario, filtres)
    draw_atelier(atlas, filtres, scenario.scenario_id)
    draw_ecriture("atelier")
    draw_suites(scenario.scenario_id, filtres)
else:
    st.title("Atelier", anchor=False)
    draw_accueil(atlas, filtres)
