"""What is seen of an error that nobody expected: its traceback is in the log."""

import errno

import streamlit as st

PLEIN = (
    "Le disque du serveur est plein : cette page ne peut pas être dessinée. Rien n'est perdu. Prévenez l'administrateur, puis "
    "rechargez la page."
)
PANNE = (
    "Cette page a rencontré une erreur, notée dans le journal du serveur. Rechargez-la ; si l'erreur revient, prévenez "
    "l'administrateur en lui donnant l'heure et l'adresse de la page."
)


def show_error(erreur: Exception) -> bool:
    """Draw what a visitor can do, in place of Streamlit's words.

    Returns
    -------
    bool
        That they are replaced: see ``st.App``.
    """
    plein = isinstance(erreur, OSError) and erreur.errno in (errno.ENOSPC, errno.EDQUOT)
    st.error(PLEIN if plein else PANNE, icon=":material/error:")
    return True
