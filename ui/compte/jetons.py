"""The tokens by which programs read the atlas in the name of an account: made, listed, withdrawn."""

from datetime import date, timedelta

import streamlit as st

from geo.base.connexion import Base, open_base
from geo.base.erreurs import BaseIndisponible
from geo.base.jetons import DUREE_JOURS, Jeton, create_jeton, list_jetons, revoke_jeton
from geo.base.temps import today
from rendu.mots.comptes import JETON_UNE_FOIS, JETONS, tell_jeton
from ui.serveur.comptes import Compte, Role

_LIBELLE_MAX = 80


def draw_jetons(compte: Compte, role: Role) -> None:
    """Draw what makes a token, then those that the account has.

    Parameters
    ----------
    compte
        Whose they are.
    role
        Its role, which a token keeps.
    """
    st.header("Jetons pour les programmes", anchor=False)
    st.markdown(JETONS)
    base = open_base()
    try:
        _draw_creation(base, compte, role)
        siens = list_jetons(base, compte.identifiant)
        for jeton in siens:
            _draw_jeton(base, jeton)
    except BaseIndisponible as erreur:
        st.error(str(erreur))
        return
    if not siens:
        st.caption("Vous n'avez aucun jeton.")


def _draw_creation(base: Base, compte: Compte, role: Role) -> None:
    demain = today() + timedelta(days=1)
    with st.form("jeton_creer", clear_on_submit=True):
        libelle = st.text_input(
            "À quoi il sert", max_chars=_LIBELLE_MAX, placeholder="QGIS du poste 12"
        )
        fin: date = st.date_input(
            "Dernier jour",
            demain + timedelta(days=89),
            min_value=demain,
            max_value=demain + timedelta(days=DUREE_JOURS - 1),
            format="DD/MM/YYYY",
        )
        if not st.form_submit_button("Créer un jeton", icon=":material/key:"):
            return
    if not libelle.strip():
        st.error("Dites à quoi sert ce jeton : vous saurez lequel retirer.")
        return
    secret = create_jeton(
        base,
        identifiant=compte.identifiant,
        auteur=compte.auteur,
        role=role,
        libelle=libelle.strip(),
        jours=(fin - demain).days + 1,
    )
    st.success(JETON_UNE_FOIS, icon=":material/key:")
    st.code(secret, language=None)


def _draw_jeton(base: Base, jeton: Jeton) -> None:
    with (
        st.container(border=True),
        st.container(horizontal=True, vertical_alignment="center"),
    ):
        st.markdown(
            tell_jeton(
                jeton.libelle,
                Role(jeton.role).nom,
                jeton.cree_le,
                jeton.expire_le,
                jeton.dernier_usage_le,
            )
        )
        if st.button("Retirer", icon=":material/key_off:", key=f"jeton_retirer_{jeton.jeton_id}"):
            revoke_jeton(base, jeton.identifiant, jeton.jeton_id)
            st.rerun()
