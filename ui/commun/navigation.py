"""The one list of the pages, and the links between them that carry the filters along."""

from pathlib import Path
from typing import NamedTuple

import streamlit as st

from ui.commun.adresse import Filtres, to_params

_RACINE = Path(__file__).resolve().parents[2]


class Page(NamedTuple):
    """A page: its path from the root, by which it is known, its title and its icon."""

    chemin: str
    titre: str
    icone: str


# In the order of the navigation.
PAGES = (
    Page("app.py", "Carte", ":material/map:"),
    Page("pages/fiche.py", "Fiche", ":material/description:"),
    Page("pages/zones_blanches.py", "Zones blanches", ":material/blur_on:"),
    Page("pages/comparer.py", "Comparer", ":material/compare_arrows:"),
    Page("pages/deploiement.py", "Déploiement", ":material/timeline:"),
    Page("pages/presentation.py", "Présentation", ":material/present_to_all:"),
    Page("pages/donnees.py", "Données", ":material/database:"),
    Page("pages/mentions.py", "Accessibilité et mentions", ":material/info:"),
)


def find_page(fichier: str) -> Page:
    """Find a page by its file.

    Parameters
    ----------
    fichier
        The ``__file__`` of ``app.py`` or of a script of ``pages/``.

    Raises
    ------
    KeyError
        If the list has no such page.

    >>> find_page(str(_RACINE / "pages" / "fiche.py")).titre
    'Fiche'
    """
    chemin = Path(fichier).resolve().relative_to(_RACINE).as_posix()
    return {page.chemin: page for page in PAGES}[chemin]


def draw_navigation(filtres: Filtres) -> None:
    """Draw the links to the pages."""
    for page in PAGES:
        st.page_link(
            page.chemin, label=page.titre, icon=page.icone, query_params=to_params(filtres)
        )
