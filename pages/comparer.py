"""Two to four territories side by side: maps at one scale, figures, differences and ranks."""

import streamlit as st

from geo.indicateurs.territoire import FRANCE
from ui.commun.filtres import draw_filtres
from ui.commun.page import open_page
from ui.commun.provenance import draw_provenance
from ui.commun.sources import draw_sources
from ui.commun.statistiques import draw_contexte
from ui.comparer.barres import draw_barres
from ui.comparer.cartes import draw_cartes
from ui.comparer.choix import draw_choix, draw_exemples, draw_phrases
from ui.comparer.rangs import draw_rangs
from ui.comparer.tableau import comparison_sources, draw_exports, draw_tableau

atlas, filtres = open_page(__file__)
draw_filtres(atlas)
st.title("Comparer des territoires", anchor=False)
comparaison = draw_choix(atlas, filtres)
if comparaison is None:
    draw_exemples(atlas, filtres)
    st.stop()

draw_phrases(atlas, comparaison)
draw_cartes(atlas, comparaison)
draw_tableau(atlas, comparaison, filtres)
draw_provenance(atlas, comparaison.territoires, filtres)
draw_contexte(atlas, [t.adresse for t in comparaison.territoires if t.genre != FRANCE])
draw_barres(atlas, comparaison)
draw_rangs(atlas, comparaison, filtres)
draw_exports(atlas, comparaison)
draw_sources(atlas, comparison_sources(atlas, comparaison))
