"""« D'où vient ce chiffre ? » of the figures of a date."""

import streamlit as st

from geo.atlas import Atlas
from geo.regles.deploiement import Deploiement
from rendu.mots.francais import date_partielle
from rendu.mots.provenance_deploiement import date_figures
from ui.commun.provenance import draw_answer, draw_question


@st.fragment
def draw_provenance_date(atlas: Atlas, deploiement: Deploiement, *, indicatifs: bool) -> None:
    """Draw the question, and what answers it once it is opened: the parameters are those of ``date_figures``."""
    question = draw_question("deploiement")
    if not question.open:
        return
    with question:
        chiffres = date_figures(atlas, deploiement, indicatifs=indicatifs)
        choisi = st.selectbox("Chiffre", list(chiffres), key="provenance_chiffre_date")
        draw_answer(
            atlas, f"provenance {choisi} {date_partielle(deploiement.date)}", chiffres[choisi]()
        )
