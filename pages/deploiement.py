"""The roll-out in time: what the data know at each date."""

import streamlit as st

from rendu.mots.francais import escape_markdown
from ui.commun.atlas import get_vue
from ui.commun.filtres import draw_filtres
from ui.commun.page import open_page
from ui.commun.synthese import area_name
from ui.deploiement.carte import draw_deploiement, draw_introduction
from ui.deploiement.suite import draw_suite

atlas, filtres = open_page(__file__)
draw_filtres(atlas)
vue = get_vue(atlas, filtres)

with st.container(horizontal=True, vertical_alignment="center"):
    st.title(
        f"Déploiement : {escape_markdown(area_name(atlas, vue))}", anchor=False, width="content"
    )
    draw_introduction(atlas, filtres)
draw_deploiement(atlas, vue, filtres)
draw_suite(atlas, filtres)
