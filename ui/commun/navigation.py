"""The links between the pages, which carry the filters along."""

from pathlib import Path

import streamlit as st

from ui.commun.adresse import Filtres, to_params
from ui.serveur.pages import PAGES, Page

_RACINE = Path(__file__).resolve().parents[2]


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
    parametres = to_params(filtres)
    for page in PAGES:
        st.page_link(page.chemin, label=page.titre, query_params=parametres, width="content")
