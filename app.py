"""The home page: regional map, filters, headline figures."""

import streamlit as st

from rendu.carte.vue import chosen_departements
from rendu.mots.francais import escape_markdown
from ui.accueil.carte_coloree import draw_carte_coloree
from ui.accueil.panneau import draw_panneau
from ui.commun.adresse import count_readings
from ui.commun.atlas import get_couverture, get_vue
from ui.commun.filtres import draw_filtres
from ui.commun.page import open_page
from ui.commun.sources import draw_sources_vue
from ui.commun.synthese import (
    area_name,
    draw_chiffres,
    draw_publies,
)
from ui.commun.tableau import draw_tableau

atlas, filtres = open_page(__file__)
draw_filtres(atlas)
vue = get_vue(atlas, filtres)
couverture = get_couverture(atlas, chosen_departements(atlas, filtres), filtres.couvert)

st.title(
    f"Communautés professionnelles territoriales de santé (CPTS) : {escape_markdown(area_name(atlas, vue))}",
    anchor=False,
)
draw_chiffres(atlas, vue, filtres, couverture)

gauche, droite = st.columns([72, 28], gap="small")
with gauche:
    draw_carte_coloree(atlas, vue, filtres, couverture, count_readings())
with droite, st.container(key="panneau"):
    draw_panneau(atlas, vue, filtres, couverture)

tableau, publies = st.tabs(["Tableau des CPTS", "Chiffres publiés"])
with tableau:
    draw_tableau(atlas, tuple(vue.fiches.index), indicatifs=filtres.indicatifs)
with publies:
    draw_publies(atlas, couverture)
draw_sources_vue(atlas, filtres, vue, couverture)
