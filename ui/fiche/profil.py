"""The profile of a CPTS: its official figures beside those of department, region and France, read in ten seconds."""

import streamlit as st

from geo.atlas import Atlas
from geo.fiche import Fiche
from geo.indicateurs.situation import list_situated
from rendu.mots.francais import escape_markdown, join_words
from rendu.mots.profil import profile_lines, profile_sources
from rendu.profil import write_profil
from ui.commun.fiche import PAR_FICHE


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=PAR_FICHE)
def draw_profil(atlas: Atlas, fiche: Fiche) -> None:
    """Draw a line an indicator; nothing where no official one is loaded or no perimeter is known.

    It is drawn once for every session: Streamlit sends the next ones the same messages.
    """
    lignes = profile_lines(atlas, fiche.cpts_id)
    if not lignes:
        return
    st.subheader("Profil", anchor=False)
    st.html(write_profil(lignes))
    prudence = (
        " Ces chiffres reposent sur un périmètre indicatif."
        if atlas.is_indicatif(fiche.cpts_id)
        else ""
    )
    st.caption(
        "Sur chaque bande : en gris, de la commune de cette CPTS la plus basse à la plus haute ; un trait, une CPTS ; le "
        "grand trait, la région ; le point, celle-ci (une barre où une valeur est secrète). Rang 1 : la valeur la plus "
        "haute des CPTS qui en ont une. « Différent » n'est dit que d'une part avec son intervalle à 95\xa0% (Wilson), "
        "élargi de ce qu'un secret laisse possible, quand les deux ne se touchent pas ; une moyenne, comme l'APL, est mise à côté des autres, sans "
        f"plus.{prudence} Sources : {escape_markdown(join_words(profile_sources(lignes)))}."
    )


def first_of_profile(atlas: Atlas, fiche: Fiche) -> str:
    """Return the indicator that the figures of a sheet begin with: of its profile, else the population."""
    siens = list_situated(atlas) if fiche.dessinee else []
    return next((indicateur.identifiant for indicateur in siens), "population")
