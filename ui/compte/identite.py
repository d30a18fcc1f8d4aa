"""Who is logged in: name, role, until when, and the way in and out."""

import streamlit as st

from rendu.mots.comptes import NON_CONNECTE, PERMISSIONS, SANS_COMPTES, tell_end, tell_no_role
from rendu.mots.francais import escape_markdown
from ui.commun.compte import draw_connexion, draw_deconnexion, get_compte, has_comptes
from ui.serveur.comptes import Compte


def draw_identite() -> Compte | None:
    """Draw who is logged in and return the account, or draw the way in."""
    if not has_comptes():
        st.info(SANS_COMPTES)
        return None
    compte = get_compte()
    if compte is None:
        st.markdown(NON_CONNECTE)
        draw_connexion("compte")
        return None
    courriel = f" ({escape_markdown(compte.courriel)})" if compte.courriel else ""
    st.markdown(f"**{escape_markdown(compte.auteur)}**{courriel}")
    if compte.role is None:
        st.warning(escape_markdown(tell_no_role(compte.auteur)), icon=":material/no_accounts:")
    else:
        st.markdown(f"Rôle : **{compte.role.nom}**. {PERMISSIONS[compte.role.nom]}")
    st.caption(tell_end(compte.expire_le))
    draw_deconnexion("compte")
    return compte
