"""Where the figures come from, and what in the data deserves a look."""

import streamlit as st

from ui.page import draw_titre, open_page
from ui.qualite import draw_completude, draw_problemes
from ui.sources import draw_all_sources
from ui.telechargements import draw_telechargements

atlas, filtres = open_page("Données")

draw_titre(atlas, filtres, "Données : sources et qualité")
st.markdown(
    "Tout ce que montre l'atlas vient des fichiers décrits ici. Un blanc veut dire « non publié dans ce qui a "
    "été lu » : il reste blanc."
)
draw_problemes(atlas)
draw_completude(atlas)
draw_all_sources(atlas)
draw_telechargements(
    "sources",
    {"sources": atlas.sources.reset_index(), "completude": atlas.completude},
    atlas.sources,
)
