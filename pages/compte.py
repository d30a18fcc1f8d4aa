"""Who is logged in, what that allows, and the tokens that speak for whoever it is."""

import streamlit as st

from ui.commun.page import open_page
from ui.compte.identite import draw_identite
from ui.compte.jetons import draw_jetons

open_page(__file__)

st.title("Compte", anchor=False)
compte = draw_identite()
if compte and compte.role:
    draw_jetons(compte, compte.role)
