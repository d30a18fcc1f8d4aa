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


def show_refusal(refus: DonneesInvalides) -> None:
    """Say why a file cannot be used, and that nothing has changed."""
    st.error("Ce fichier ne peut pas être employé. Les données en usage n'ont pas changé.")
    list_refusal(refus.problemes)


def list_remarques(remarques: list[Probleme], titre: str) -> None:
    """List what blocks, what deserves a look, then, folded under a title with their count, what is only information."""
    par_severite = {
        severite: tuple(r for r in remarques if r.severite is severite) for severite in Severite
    }
    for severite in (Severite.BLOQUANT, Severite.A_VERIFIER):
        if siennes := par_severite[severite]:
            st.markdown(f"{SIGNES[severite]} · **{count_noun(len(siennes), 'point')}**")
            list_problemes(siennes)
    if informations := par_severite[Severite.INFORMATION]:
        with st.expander(f"{titre} ({count_noun(len(informations), 'point')})"):
            list_problemes(informations)


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
