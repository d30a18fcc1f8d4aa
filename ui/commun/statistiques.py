"""The statistics published on the zones of a page, folded: context, beside what is known of the CPTS."""

from collections.abc import Iterable

import streamlit as st

from geo.atlas import Atlas
from geo.indicateurs.territoire import parse_territoire
from geo.regles.statistiques import list_contexte
from rendu.mots.statistiques import NOTE_CONTEXTE, TITRE_CONTEXTE, context_texts
from ui.commun.atlas import PAR_EMPREINTE


@st.cache_resource(show_spinner=False, max_entries=256, hash_funcs=PAR_EMPREINTE)
def _get_textes(atlas: Atlas, adresses: tuple[str, ...], france: bool) -> dict[str, list[str]]:
    """Return the statistics by zone, written once for every session."""
    territoires = [parse_territoire(atlas, adresse) for adresse in adresses]
    contexte = list_contexte(atlas, territoires)
    return context_texts(atlas, contexte if france else contexte[contexte["zone"] != "france"])


def draw_contexte(atlas: Atlas, adresses: Iterable[str], *, france: bool = True) -> None:
    """Draw the statistics of the zones that territories are in, folded; nothing without any.

    Parameters
    ----------
    atlas
        The atlas.
    adresses
        The territories, as an address names them (``dep:58``).
    france
        Whether there is room for the figures of France, which are many.
    """
    textes = _get_textes(atlas, tuple(adresses), france)
    if not textes:
        return
    with st.expander(f"{TITRE_CONTEXTE} : {', '.join(textes)}"):
        ailleurs = "" if france else " Ceux de la France sont sur chaque fiche."
        st.caption(f"{NOTE_CONTEXTE}{ailleurs}")
        for zone, lignes in textes.items():
            st.markdown(f"**{zone}**\n\n" + "\n".join(f"- {ligne}" for ligne in lignes))
