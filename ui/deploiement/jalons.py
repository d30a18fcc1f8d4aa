"""The published milestones beside what the loaded data know at the same date."""

import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.regles.deploiement import Deploiement
from geo.regles.jalons import compare_jalons
from rendu.mots.francais import count_noun, escape_markdown
from rendu.mots.jalons import CONNU, SANS_EQUIVALENT, beside_sentences
from ui.commun.atlas import PAR_EMPREINTE

# More numbers of one day are folded away: they would push the figures out of sight.
_EN_VUE_MAX = 2


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=PAR_EMPREINTE)
def get_jalons(atlas: Atlas, departements: tuple[str, ...]) -> pd.DataFrame:
    """Compare the milestones once for every session; not to be changed."""
    return compare_jalons(atlas, departements)


def draw_jalons_du_jour(atlas: Atlas, deploiement: Deploiement) -> None:
    """Draw the numbers published of the very day beside what is known at it; many are folded away."""
    compares = get_jalons(atlas, deploiement.departements)
    phrases = beside_sentences(atlas, compares, deploiement.date)
    if not phrases:
        return
    liste = "\n".join(f"- {escape_markdown(phrase)}" for phrase in phrases)
    titre = f"Publié ce jour-là : {count_noun(len(phrases), 'nombre')} de CPTS"
    if len(phrases) > _EN_VUE_MAX:
        st.expander(titre).markdown(liste)
    else:
        st.markdown(f"**{titre}**\n\n{liste}")


def draw_jalons(table: pd.DataFrame) -> None:
    """Draw the comparison; what has no counterpart comes apart, and still shows."""
    st.subheader("Ce qui a été publié, et ce que les données chargées connaissent", anchor=False)
    if table.empty:
        st.markdown("Aucun repère n'est publié pour la zone choisie.")
        return
    st.caption(
        "En face de chaque nombre publié : ce que les données savent au même jour, à l'étape la plus proche de son mot. "
        "Rien n'est extrapolé ni moyenné."
    )
    sans = table[CONNU] == SANS_EQUIVALENT
    quoi = table["Date"] + ", " + table["Zone"] + " : " + table["Publié"]
    court = table.assign(Publié=quoi).drop(columns=["Date", "Zone"]).map(escape_markdown)
    if not sans.all():
        st.table(court[~sans], border="horizontal", hide_index=True)
    if sans.any():
        st.markdown("**Publié, sans équivalent dans les données chargées**")
        reste = court[sans].drop(columns=CONNU).rename(columns={"Différence": "Pourquoi"})
        st.table(reste, border="horizontal", hide_index=True)
