"""Where the figures come from, what in the data deserves a look, and the planner's own table."""

import streamlit as st

from ui.commun.page import open_page
from ui.commun.sources import draw_all_sources
from ui.commun.tableau import draw_tableau
from ui.commun.telechargements import draw_telechargements
from ui.donnees.acces import draw_acces
from ui.donnees.couche import draw_couche
from ui.donnees.fichiers import draw_fichiers
from ui.donnees.importation import draw_importation
from ui.donnees.indicateurs import draw_indicateurs
from ui.donnees.officiels import draw_officiels
from ui.donnees.qualite import draw_completude, draw_problemes
from ui.donnees.territoires import draw_territoires
from ui.donnees.trace import draw_trace
from ui.donnees.versions import draw_versions

atlas, filtres = open_page(__file__)

st.title("Données : sources, qualité, import", anchor=False)
st.markdown(
    "Tout ce que montre l'atlas vient des fichiers décrits ici. Un blanc veut dire « non publié dans ce qui a "
    "été lu » : il reste blanc."
)
qualite, importation, couche, indicateurs, versions, trace, sources = st.tabs(
    [
        "Qualité",
        "Importer",
        "Importer une couche",
        "Importer des indicateurs",
        "Versions",
        "Trace",
        "Sources",
    ]
)
with qualite:
    draw_problemes(atlas)
    draw_completude(atlas)
with importation:
    draw_importation(filtres)
with couche:
    draw_couche(filtres)
with indicateurs:
    draw_indicateurs(filtres)
with versions:
    draw_versions()
with trace:
    draw_trace()
with sources:
    draw_territoires(atlas)
    draw_acces()
    draw_fichiers(atlas)
    draw_officiels(atlas)
    st.header("Annoncé et calculé, par CPTS", anchor=False)
    draw_tableau(atlas, tuple(atlas.fiches.index))
    # By its key, the print style finds it from any tab.
    with st.container(key="toutes_les_sources"):
        draw_all_sources(atlas)
    draw_telechargements(
        "sources",
        {"sources": atlas.sources.reset_index(), "completude": atlas.completude},
        atlas.sources,
    )
