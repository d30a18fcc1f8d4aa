"""The frame of every page: title, navigation, and the Atlas with the filters of the address."""

import streamlit as st

from geo.atlas import Atlas
from geo.erreurs import enumerate_first
from geo.regles.completude import declare
from rendu.mots.francais import SYNTHETIQUE, escape_markdown
from rendu.scripts import STATIC, page_script
from ui.commun.adresse import Filtres, ignored, synchronise
from ui.commun.atlas import get_atlas
from ui.commun.completude import draw_declarations
from ui.commun.navigation import draw_navigation, find_page
from ui.commun.recherche import draw_recherche
from ui.serveur.garde import is_missing

_IMPRESSION = STATIC / "impression.css"
_LARGEUR_BARRE_PX = 260
_SANS_GARDE = (
    "L'atlas ne se sert pas par « streamlit run » : rien n'y garderait les données. Lancez-le par « make run », ou "
    "« python -m ui.demarrage »."
)


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
        page_icon=str(STATIC / "favicon.png"),
        layout="wide",
        initial_sidebar_state=_LARGEUR_BARRE_PX,
    )
    # In one block: each would leave a gap above the title.
    st.html(f"<script>{page_script()}</script>", unsafe_allow_javascript=True)
    st.html(_IMPRESSION)
    if is_missing():
        st.error(_SANS_GARDE)
        st.stop()
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
            f":material/info: Inconnu, donc ignoré dans l'adresse : {escape_markdown(enumerate_first(ignored()))}."
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
