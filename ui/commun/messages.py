"""What the user is told when the data cannot be used."""

from collections.abc import Callable

import streamlit as st

from geo.erreurs import DonneesInvalides, Probleme, Severite, split_problemes
from rendu.mots.francais import count_noun, escape_markdown

SIGNES = {
    Severite.BLOQUANT: ":material/block: Bloquant",
    Severite.A_VERIFIER: ":material/warning: À vérifier",
    Severite.INFORMATION: ":material/info: Information",
}
# How often a page that waits for its data looks at the files again.
ATTENTE_S = 2


def list_problemes(problemes: tuple[Probleme, ...]) -> None:
    """Write problems with their remedies, as text whatever the files hold."""
    st.markdown(
        "\n".join(
            f"- **{escape_markdown(p.fichier)}** : {escape_markdown(p.message)}  \n  → {escape_markdown(p.remede)}"
            for p in problemes
        )
    )


def list_refusal(problemes: tuple[Probleme, ...]) -> None:
    """List what blocks, alone, then, folded, what else there is to say."""
    bloquants, autres = split_problemes(problemes)
    list_problemes(bloquants)
    if autres:
        with st.expander(count_noun(len(autres), "autre remarque", "autres remarques")):
            list_problemes(autres)


def show_donnees_invalides(erreur: DonneesInvalides, changed: Callable[[], bool]) -> None:
    """Say calmly what is wrong and what to do, and start again when the files change.

    Parameters
    ----------
    erreur
        The problems; only the blocking ones are shown first, the others after them.
    changed
        Tells whether the files on disk are no longer those that were read.
    """
    bloquants, _ = split_problemes(erreur.problemes)
    st.header("Les données ne peuvent pas être lues")
    st.markdown(
        f"{count_noun(len(bloquants), 'point')} à corriger. Rien n'a été modifié ; "
        "l'atlas reprendra de lui-même dès que les fichiers seront corrigés."
    )
    list_refusal(erreur.problemes)

    @st.fragment(run_every=ATTENTE_S)
    def watch() -> None:
        if changed():
            st.rerun()

    watch()
