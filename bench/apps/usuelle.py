"""The usual way: each rerun reads, merges, dissolves and builds the map."""

import streamlit as st

from bench.apps.communs import CHOIX, dissolve_territoires, draw_choroplethe, read_communes

indicateur = st.sidebar.selectbox("Colorer par", list(CHOIX), format_func=CHOIX.__getitem__)
draw_choroplethe(dissolve_territoires(read_communes()), indicateur)
