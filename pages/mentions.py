"""Accessibility, legal notice, licences, what is done with data."""

import streamlit as st

from ui.commun.page import open_page
from ui.mentions import (
    draw_accessibilite,
    draw_donnees_personnelles,
    draw_licences,
    draw_mentions_legales,
)

atlas, filtres = open_page(__file__)

st.title("Accessibilité et mentions", anchor=False)
draw_accessibilite()
draw_mentions_legales()
draw_licences(atlas)
draw_donnees_personnelles()
