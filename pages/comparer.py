"""Two to four territories side by side: maps at one scale, figures, differences and ranks."""

import streamlit as st

from ui.comparaison import draw_choix, draw_exemples, draw_phrases
from ui.comparaison_barres import draw_barres
from ui.comparaison_cartes import draw_cartes
from ui.comparaison_rangs import draw_rangs
from ui.comparaison_tableau import comparison_sources, draw_exports, draw_tableau
from ui.filtres import draw_filtres
from ui.page import draw_titre, open_page
from ui.sources import draw_sources

atlas, filtres = open_page("Comparer")
draw_filtres(atlas)
draw_titre(atlas, filtres, "Comparer des territoires")
comparaison = draw_choix(atlas, filtres)
if comparaison is None:
    draw_exemples(atlas, filtres)
    st.stop()

draw_phrases(atlas, comparaison)
draw_cartes(atlas, comparaison)
draw_tableau(atlas, comparaison)
draw_barres(atlas, comparaison)
draw_rangs(atlas, comparaison, filtres)
draw_exports(atlas, comparaison)
draw_sources(atlas, comparison_sources(atlas, comparaison))
