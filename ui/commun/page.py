"""The frame of every page: title, navigation, and the Atlas with the filters of the address."""

from pathlib import Path

import streamlit as st

from geo.atlas import Atlas
from geo.regles.completude import declare
from rendu.mots.francais import SYNTHETIQUE, escape_markdown
from ui.commun.adresse import Filtres, ignored, synchronise
from ui.commun.atlas import get_atlas
from ui.commun.completude import draw_declarations
from ui.commun.impression import STYLE, print_script
from ui.commun.navigation import draw_navigation, find_page
from ui.commun.recherche import draw_recherche

_RACINE = Path(__file__).resolve().parents[2]

_LARGEUR_BARRE_PX = 260

# Streamlit serves lang="en" and has no setting for it; screen readers need the truth.
_LANGUE = "document.documentElement.lang = 'fr';"


def open_page(fichier: str) -> tuple[Atlas, Filtres]:
    """Start a page: set its title, read data and address, draw the navigation.

    Parameters
    ----------
    fichier
        The ``__file__`` of the page: its path is what it is known by, and leads to its title.

    Returns
    -------
    tuple
        The Atlas, with the departments that the session declares complete or not, and what the address asks
        for. The page stops here, with a message, when the data cannot be used.
    """
    page = find_page(fichier)
    st.set_page_config(
        page_title=f"{page.titre} · Atlas des CPTS",
        page_icon=str(_RACINE / "static" / "favicon.png"),
        layout="wide",
        initial_sidebar_state=_LARGEUR_BARRE_PX,
    )
    # In one block: each would leave a gap above the title.
    st.html(f"<script>{_LANGUE}\n{print_script()}</script>", unsafe_allow_javascript=True)
    st.html(STYLE)
    st.sidebar.markdown("**Atlas des CPTS**")
    navigation = st.sidebar.container(gap=None)
    atlas = get_atlas()
    filtres = synchronise(atlas, page.chemin)
    atlas = declare(atlas, filtres.complet, filtres.incomplet)
    with navigation:
        draw_navigation(filtres)
    if atlas.synthetique:
        st.warning(SYNTHETIQUE, icon=":material/science:")
    draw_declarations(atlas, filtres)
    if ignored():
        st.caption(
            f":material/info: Inconnu, donc ignoré dans l'adresse : {escape_markdown(', '.join(ignored()))}."
        )
    return atlas, filtres


def draw_titre(atlas: Atlas, filtres: Filtres, titre: str) -> None:
    """Draw the title of a page, and the search beside it.

    Parameters
    ----------
    atlas, filtres
        As :func:`open_page` returns them.
    titre
        Markdown: a label that comes from a file is escaped before.
    """
    gauche, droite = st.columns([3, 2])
    gauche.title(titre, anchor=False)
    with droite:
        draw_recherche(atlas, filtres)
