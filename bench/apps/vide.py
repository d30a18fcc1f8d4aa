"""The least that Streamlit can do: the same choice and the same imports, and a line that repeats it."""

import streamlit as st

from bench.apps.communs import CHOIX

indicateur = st.sidebar.selectbox("Colorer par", list(CHOIX), format_func=CHOIX.__getitem__)
st.caption(CHOIX[indicateur])
