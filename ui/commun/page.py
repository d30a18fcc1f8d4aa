"""The frame of every page: title, navigation, and the Atlas with the filters of the address."""

import streamlit as st

from geo.atlas import Atlas
from geo.erreurs import enumerate_first
from geo.regles.completude import declare
from rendu.mots.francais import SYNTHETIQUE, escape_markdown
from rendu.scripts import STATIC, page_script
from ui.commun.adresse import Filtres, ignored, ignored_text, synchronise
from ui.commun.atlas import get_atlas, get_choices
from ui.commun.completude import draw_declarations
from ui.commun.compte import draw_porte, session_may_read
from ui.commun.navigation import draw_navigation, find_page
from ui.commun.recherche import draw_recherche
from ui.serveur.ecriture import get_reglages
from ui.serveur.garde import is_missing

_STYLES = (STATIC / "ecran.css", STATIC / "impression.css")
# Its label is what opens navigation and filters on a narrow screen: see static/menu.js.
_MARQUE = '<strong>Atlas des CPTS</strong> <button type="button" id="ouvrir-menu" aria-expanded="false">Menu</button>'
# In the page of another site; where its link leads is written when it is followed: see static/menu.js.
_MARQUE_ENCADREE = (
    '<strong>Atlas des CPTS</strong> <a id="ouvrir-atlas" href="." target="_blank" rel="noopener">'
    "Ouvrir dans l'atlas</a>"
)
# Longer than any visit, and short enough for the clock of a browser.
_JAMAIS_S = 20 * 24 * 3600
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
        for. The page stops here, with a message, when the data cannot be used, or are not for this session to read.
    """
    page = find_page(fichier)
    lisible = session_may_read()
    st.set_page_config(
        page_title=f"{page.titre} · Atlas des CPTS" if lisible else "Atlas des CPTS",
        # Served as the pictures of the data are: to whom may read.
        page_icon=str(STATIC / "favicon.png") if lisible else None,
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    # In one block: each would leave a gap above the title.
    st.html(f"<script>{page_script()}</script>", unsafe_allow_javascript=True)
    for style in _STYLES:
        st.html(style)
    if is_missing():
        st.error(_SANS_GARDE)
        st.stop()
    if not lisible:
        draw_porte()
        st.stop()
    encadree = bool(st.context.is_embedded)
    with st.container(key="entete", horizontal=True, vertical_alignment="center"):
        st.html(_MARQUE_ENCADREE if encadree else _MARQUE, width="content")
        if not encadree:
            navigation = st.container(key="navigation", horizontal=True, gap=None)
            recherche = st.container(key="recherche")
    if get_reglages().serveur:
        ask_again_elsewhere()
    atlas = get_atlas()
    filtres = synchronise(get_choices(atlas), page.chemin, atlas.empreinte)
    atlas = declare(atlas, filtres.complet, filtres.incomplet)
    if not encadree:
        with navigation:
            draw_navigation(filtres)
        with recherche:
            draw_recherche(atlas, filtres)
    if atlas.synthetique:
        st.warning(SYNTHETIQUE, icon=":material/science:")
    draw_declarations(atlas, filtres)
    if inconnus := [ignored_text(nom, valeur) for nom, valeur in ignored()]:
        st.caption(
            f":material/info: Le lien demande ce que l'atlas n'a pas, laissé de côté : {escape_markdown(enumerate_first(inconnus))}."
        )
    return atlas, filtres


@st.fragment(run_every=_JAMAIS_S)
def ask_again_elsewhere() -> None:
    """Have the browser ask for the whole page when it finds a server again, which may be another one.

    Streamlit's does so for a page that runs again by itself, and for no other: what was clicked next would be told to
    a server that has never drawn it.
    """
