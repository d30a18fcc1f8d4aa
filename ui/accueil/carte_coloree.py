"""The map of the home page with the choice of its colours: the only part that a change of colour runs."""

import streamlit as st

from geo.atlas import Atlas
from geo.regles.couverture import Couverture
from rendu.carte.coloration import make_coloration, make_etats
from rendu.carte.vue import Vue
from rendu.mots.indicateurs import map_choices
from ui.commun.adresse import Filtres, key, update_address
from ui.commun.atlas import get_blanches, get_couches
from ui.commun.carte import Etat, centre, draw_carte
from ui.commun.legende import draw_legende
from ui.commun.supports_telechargements import draw_telechargements_carte

HAUTEUR_PX = 450


@st.fragment
def draw_carte_coloree(atlas: Atlas, vue: Vue, dessines: Filtres, couverture: Couverture) -> None:
    """Draw the map, the choice of its colours and its legend.

    Parameters
    ----------
    atlas
        The atlas.
    vue
        What is in sight.
    dessines
        The filters that the rest of the page was drawn with. A click on the map chooses another CPTS: then
        the whole page runs, for its panel.
    couverture
        The coverage of the chosen departments, for the states of their communes.
    """
    filtres = update_address()
    if filtres.cpts != dessines.cpts:
        st.rerun()
    coloration = make_coloration(atlas, vue, filtres.ind)
    draw_carte(
        get_couches(),
        Etat(
            formes=vue.formes,
            classes=coloration.classes,
            palette=coloration.palette,
            infobulles={i: texte for i, texte in coloration.textes.items() if i in vue.formes},
            valeurs=coloration.valeurs,
            selection=filtres.cpts,
            departements=list(vue.departements),
            fond=filtres.fond,
            blanches=get_blanches(atlas, filtres.couvert),
            cercles=coloration.cercles.rayons if coloration.cercles else {},
        ),
        centre=centre(atlas),
        hauteur_px=HAUTEUR_PX,
    )
    libelles = map_choices(atlas)
    choix, legende = st.columns([4, 6])
    with choix:
        st.selectbox(
            "Colorer par",
            list(libelles),
            format_func=libelles.__getitem__,
            key=key("ind"),
        )
        st.toggle(
            "Fond de plan IGN",
            key=key("fond"),
            help="Demande une connexion : les images viennent alors des serveurs de l'IGN.",
        )
    with legende:
        draw_legende(coloration, make_etats(couverture, indicatifs=filtres.indicatifs))
    draw_telechargements_carte(atlas, vue, filtres, couverture, coloration)
