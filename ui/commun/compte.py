"""The account of whoever looks at a page: who it is, what it may do, and the button that logs in."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from rendu.mots.comptes import REFUS_LECTURE, tell_no_role
from rendu.mots.francais import escape_markdown
from ui.serveur.comptes import Compte, Role
from ui.serveur.ecriture import get_reglages
from ui.serveur.premiere_visite import is_first_visit

AUTEUR_MAX = 80


def has_comptes() -> bool:
    """Tell whether this server has accounts."""
    return get_reglages().comptes is not None


def get_compte() -> Compte | None:
    """Return the account of the session of this page, as long as it is logged in."""
    comptes = get_reglages().comptes
    return comptes.find(st.context.cookies) if comptes else None


def session_may(role: Role) -> bool:
    """Tell whether the account of this page has a role; nobody has one where the server has no accounts."""
    compte = get_compte()
    return compte is not None and compte.may(role)


def session_may_read() -> bool:
    """Tell whether this session may read."""
    comptes = get_reglages().comptes
    return comptes is None or comptes.may_read(get_compte()) or is_first_visit(current_session())


def current_session() -> str:
    """Return the identifier of the session of this page; empty outside of one."""
    contexte = get_script_run_ctx()
    return contexte.session_id if contexte else ""


def ask_auteur(cle: str, propose: str = "") -> str:
    """Ask who does something, and return his name: of whoever has an account it is known, and not to be changed.

    Parameters
    ----------
    cle
        The key of the field.
    propose
        Who is thought to, where there are no accounts.
    """
    compte = get_compte()
    if compte is None:
        return st.text_input("Votre nom ou service", propose, max_chars=AUTEUR_MAX, key=cle)
    st.caption(f"Auteur : {escape_markdown(compte.auteur)}, votre compte.")
    return compte.auteur


def draw_connexion(racine: str) -> None:
    """Draw the button that logs in.

    Parameters
    ----------
    racine
        Tells it from the others of the page. By the beginning of its key, ``static/connexion.js`` knows it: whoever logs in comes
        back where he was.
    """
    st.button(
        "Se connecter",
        type="primary",
        icon=":material/login:",
        key=f"connexion_{racine}",
        on_click=st.login,
    )


def draw_deconnexion(racine: str) -> None:
    """Draw the button that logs out, here and at the provider."""
    st.button(
        "Se déconnecter", icon=":material/logout:", key=f"deconnexion_{racine}", on_click=st.logout
    )


def draw_porte() -> None:
    """Draw what is seen instead of a page by whom may not read: nothing of the data."""
    st.title("Atlas des CPTS", anchor=False)
    compte = get_compte()
    if compte is None:
        st.markdown(REFUS_LECTURE)
        draw_connexion("porte")
    else:
        st.warning(escape_markdown(tell_no_role(compte.auteur)), icon=":material/no_accounts:")
        draw_deconnexion("porte")
