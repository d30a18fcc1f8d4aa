"""Who may import, return to a version or compose a scenario: said where it is met, and opened by a password where there is one."""

import streamlit as st

from rendu.mots.comptes import QUI_ECRIT, tell_no_writing
from rendu.mots.francais import escape_markdown
from ui.commun.compte import current_session, draw_connexion, get_compte
from ui.serveur.ecriture import TropDEssais, get_reglages, may_return, may_write, open_writing
from ui.serveur.reglages import Ecriture

LECTURE_SEULE = "Ce serveur est en lecture seule : rien ne s'y importe ni ne s'y enregistre."


def session_may_write() -> bool:
    """Tell whether the session of this page may write."""
    return may_write(current_session(), get_reglages(), get_compte())


def session_may_return() -> bool:
    """Tell whether the session of this page may put an earlier version in use again."""
    return may_return(current_session(), get_reglages(), get_compte())


def draw_ecriture(racine: str) -> bool:
    """Say why this session may not write, or ask for the password; draw nothing where it may.

    Parameters
    ----------
    racine
        Tells the place on the page from the others where it is asked.
    """
    reglages = get_reglages()
    if session_may_write():
        return True
    if reglages.ecriture is Ecriture.FERMEE:
        st.info(LECTURE_SEULE)
        return False
    if reglages.ecriture is Ecriture.COMPTES:
        _draw_comptes(racine)
        return False
    st.markdown(
        "Sur ce serveur, un mot de passe ouvre l'écriture (import, atelier), jusqu'à la fermeture de cette page."
    )
    with st.form(f"{racine}_ouvrir", clear_on_submit=True, border=False):
        mot_de_passe = st.text_input("Mot de passe", type="password", max_chars=200)
        if not st.form_submit_button("Ouvrir l'écriture", icon=":material/lock_open:"):
            return False
    try:
        juste = open_writing(
            current_session(), mot_de_passe, reglages, client=st.context.ip_address or ""
        )
    except TropDEssais:
        st.error("Trop d'essais : attendez une minute.")
        return False
    if juste:
        st.rerun()
    st.error("Ce n'est pas le mot de passe.")
    return False


def _draw_comptes(racine: str) -> None:
    compte = get_compte()
    if compte:
        role = compte.role.nom if compte.role else ""
        st.info(escape_markdown(tell_no_writing(compte.auteur, role)))
        return
    st.markdown(f"{QUI_ECRIT} Connectez-vous : vous reviendrez ici.")
    draw_connexion(racine)
