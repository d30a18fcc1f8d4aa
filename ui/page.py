"""The frame of every page: title, navigation, and the Atlas with the filters of the address."""

from pathlib import Path

import streamlit as st

from geo.atlas import Atlas
from ui.adresse import Filtres, ignored, synchronise, to_params
from ui.atlas import get_atlas
from ui.francais import echapper

_RACINE = Path(__file__).resolve().parent.parent

# In the order of the navigation; a page that is not there yet has no link.
PAGES = (
    ("app.py", "Carte", ":material/map:"),
    ("pages/fiche.py", "Fiche", ":material/description:"),
    ("pages/zones_blanches.py", "Zones blanches", ":material/blur_on:"),
    ("pages/comparer.py", "Comparer", ":material/compare_arrows:"),
    ("pages/deploiement.py", "Déploiement", ":material/timeline:"),
    ("pages/presentation.py", "Présentation", ":material/present_to_all:"),
    ("pages/donnees.py", "Données", ":material/database:"),
    ("pages/mentions.py", "Accessibilité et mentions", ":material/info:"),
)

_LARGEUR_BARRE_PX = 260

# Streamlit serves lang="en" and has no setting for it; screen readers need the truth.
_LANGUE = "<script>document.documentElement.lang = 'fr';</script>"


def page_exists(chemin: str) -> bool:
    """Tell whether a page can be linked to."""
    return (_RACINE / chemin).exists()


def open_page(titre: str) -> tuple[Atlas, Filtres]:
    """Start a page: set its title, read data and address, draw the navigation.

    Parameters
    ----------
    titre
        The title of the browser's tab.

    Returns
    -------
    tuple
        The Atlas, and what the address asks for. The page stops here, with a message, when the data
        cannot be used.
    """
    st.set_page_config(
        page_title=f"{titre} · Atlas des CPTS",
        page_icon=str(_RACINE / "static" / "favicon.png"),
        layout="wide",
        initial_sidebar_state=_LARGEUR_BARRE_PX,
    )
    st.html(_LANGUE, unsafe_allow_javascript=True)
    st.sidebar.markdown("**Atlas des CPTS**")
    navigation = st.sidebar.container(gap=None)
    atlas = get_atlas()
    filtres = synchronise(atlas, titre)
    with navigation:
        for chemin, nom, icone in PAGES:
            if page_exists(chemin):
                st.page_link(chemin, label=nom, icon=icone, query_params=to_params(filtres))
    if ignored():
        st.caption(
            f":material/info: Inconnu, donc ignoré dans l'adresse : {echapper(', '.join(ignored()))}."
        )
    return atlas, filtres
