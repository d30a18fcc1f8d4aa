"""The one list of the pages, and the links between them that carry the filters along."""

from pathlib import Path
from typing import NamedTuple

import streamlit as st

from ui.commun.adresse import Filtres, to_params

_RACINE = Path(__file__).resolve().parents[2]


class Page(NamedTuple):
    """A page: its path from the root, by which it is known, and its title."""

    chemin: str
    titre: str


# In the order of the navigation.
PAGES = (
    Page("app.py", "Carte"),
    Page("pages/fiche.py", "Fiche"),
    Page("pages/zones_blanches.py", "Zones blanches"),
    Page("pages/comparer.py", "Comparer"),
    Page("pages/deploiement.py", "Déploiement"),
    Page("pages/presentation.py", "Présentation"),
    Page("pages/donnees.py", "Données"),
    Page("pages/mentions.py", "Accessibilité et mentions"),
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
    parametres = to_params(filtres)
    for page in PAGES:
        st.page_link(page.chemin, label=page.titre, query_params=parametres, width="content")
