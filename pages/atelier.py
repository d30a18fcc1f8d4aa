"""The workshop: a territory is composed, what that does is seen, and one leaves with the annex."""

import streamlit as st

from ui.atelier.carte import draw_atelier
from ui.atelier.scenarios import draw_creation
from ui.commun.filtres import draw_filtres
from ui.commun.page import open_page

atlas, filtres = open_page(__file__)
draw_filtres(atlas)
if filtres.scenario is None:
    st.title("Atelier", anchor=False)
    draw_creation(atlas)
    st.stop()
draw_atelier(atlas, filtres, filtres.scenario)
