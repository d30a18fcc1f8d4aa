"""The home page: regional map, filters, headline figures."""

import streamlit as st

from rendu.carte.vue import chosen_departements, make_vue
from rendu.mots.faits import fact_sources
from rendu.mots.francais import escape_markdown
from ui.accueil.carte_coloree import draw_carte_coloree
from ui.accueil.panneau import draw_panneau
from ui.commun.atlas import get_couverture
from ui.commun.filtres import draw_filtres
from ui.commun.page import draw_titre, open_page
from ui.commun.sources import draw_sources
from ui.commun.synthese import (
    area_name,
    coverage_sentence,
    draw_chiffres,
    draw_publies,
    map_sentence,
)
from ui.commun.tableau import draw_tableau, make_tableau

atlas, filtres = open_page(__file__)
draw_filtres(atlas)
vue = make_vue(atlas, filtres)
couverture = get_couverture(atlas, chosen_departements(atlas, filtres), filtres.couvert)

draw_titre(atlas, filtres, f"CPTS : {escape_markdown(area_name(atlas, vue))}")
st.markdown(f"{map_sentence(atlas, vue, filtres)} {coverage_sentence(couverture)}")
draw_chiffres(atlas, vue, couverture)

gauche, droite = st.columns([67, 33], gap="medium")
with gauche:
    draw_carte_coloree(atlas, vue, filtres, couverture)
with droite:
    draw_panneau(atlas, vue, filtres, couverture)

draw_tableau(atlas, make_tableau(atlas, tuple(vue.fiches.index)))
draw_publies(atlas, couverture)
draw_sources(atlas, [*fact_sources(atlas, vue.fiches.index), *couverture.jalons["source_id"]])
