"""The links between the pages, which carry the filters along."""

import textwrap
from pathlib import Path

import streamlit as st

from rendu.mots.francais import escape_markdown
from ui.commun.adresse import Filtres, to_params
from ui.commun.compte import get_compte, has_comptes
from ui.serveur.pages import COMPTE, PAGES, Page

_RACINE = Path(__file__).resolve().parents[2]
_NOM_MAX = 24


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
        titre = page.titre
        if page.chemin == COMPTE:
            if not has_comptes():
                continue
            titre = _name_compte(titre)
        st.page_link(page.chemin, label=titre, query_params=parametres, width="content")


def _name_compte(titre: str) -> str:
    """Add the name of whoever is logged in, as long as the line of the navigation takes."""
    compte = get_compte()
    nom = textwrap.shorten(compte.auteur, _NOM_MAX, placeholder="…") if compte else "se connecter"
    return f"{titre} : {escape_markdown(nom[:_NOM_MAX])}"
