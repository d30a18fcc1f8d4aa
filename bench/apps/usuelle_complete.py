"""The usual way, with the communes below the territories, as on the application's map."""

import streamlit as st

from bench.apps.communs import CHOIX, dissolve_territoires, draw_choroplethe, read_communes

indicateur = st.sidebar.selectbox("Colorer par", list(CHOIX), format_func=CHOIX.__getitem__)
communes = read_communes()
draw_choroplethe(dissolve_territoires(communes), indicateur, fond=communes)
