"""The pages, their French names, and the links between them that carry the filters along."""

from pathlib import Path

import streamlit as st

from ui.commun.adresse import Filtres, to_params

_RACINE = Path(__file__).resolve().parents[2]

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


def page_exists(chemin: str) -> bool:
    """Tell whether a page can be linked to."""
    return (_RACINE / chemin).exists()


def draw_navigation(filtres: Filtres) -> None:
    """Draw the links to the pages that exist."""
    for chemin, nom, icone in PAGES:
        if page_exists(chemin):
            st.page_link(chemin, label=nom, icon=icone, query_params=to_params(filtres))
