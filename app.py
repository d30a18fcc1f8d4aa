"""The home page: regional map, filters, headline figures."""

import streamlit as st

from ui.atlas import get_couches, get_couverture
from ui.carte import Etat, centre, draw_carte
from ui.coloration import make_coloration, make_infobulles
from ui.faits import fact_sources
from ui.filtres import draw_filtres
from ui.francais import echapper
from ui.legende import draw_legende
from ui.page import open_page
from ui.panneau import draw_panneau
from ui.sources import draw_sources
from ui.synthese import area_name, coverage_sentence, draw_chiffres, draw_publies, map_sentence
from ui.tableau import draw_tableau, make_tableau
from ui.vue import make_vue

HAUTEUR_CARTE_PX = 450

atlas, filtres = open_page("Carte")
draw_filtres(atlas)
vue = make_vue(atlas, filtres)
coloration = make_coloration(atlas, vue, filtres.ind)
couverture = get_couverture(atlas, filtres.dep, filtres.couvert)
etats = atlas.etats(filtres.couvert, indicatifs=filtres.indicatifs)

st.title(f"CPTS : {echapper(area_name(atlas, vue))}", anchor=False)
st.markdown(f"{map_sentence(vue, filtres)} {coverage_sentence(couverture)}")
draw_chiffres(atlas, vue, couverture)

gauche, droite = st.columns([7, 3], gap="medium")
with gauche:
    draw_carte(
        get_couches(),
        Etat(
            formes=vue.formes,
            classes=coloration.classes,
            palette=coloration.palette,
            infobulles=make_infobulles(vue, coloration),
            valeurs=coloration.valeurs,
            selection=filtres.cpts,
            departements=list(vue.departements),
            zones_blanches=list(etats.index[etats == "non_couverte"]),
            fond=filtres.fond,
        ),
        centre=centre(atlas),
        hauteur_px=HAUTEUR_CARTE_PX,
    )
    draw_legende(coloration)
with droite:
    draw_panneau(atlas, vue, filtres, couverture)

draw_tableau(make_tableau(atlas, tuple(vue.fiches.index)))
draw_publies(atlas, couverture)
draw_sources(atlas, [*fact_sources(atlas, vue.fiches.index), *couverture.jalons["source_id"]])
