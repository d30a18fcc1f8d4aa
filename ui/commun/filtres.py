"""The filters, on one line. Their state is the address (ui/commun/adresse.py); the colours are on the map."""

import streamlit as st

from geo.atlas import Atlas
from geo.regles.couverture import DEFINITIONS
from geo.texte import sort_key
from ui.commun.adresse import choices, key

_LARGEUR_PX = 190
_LARGEUR_DEFINITION_PX = 325


def draw_filtres(atlas: Atlas) -> None:
    """Draw on one line the filters that the whole page follows."""
    choix = choices(atlas)
    with st.container(key="filtres", horizontal=True, vertical_alignment="center"):
        if len(choix["reg"]) > 1:
            noms = atlas.departements.drop_duplicates("code_region").set_index("code_region")
            st.multiselect(
                "Régions (sans effet quand des départements sont choisis)",
                sorted(choix["reg"], key=lambda code: sort_key(str(noms.loc[code, "nom_region"]))),
                format_func=lambda code: noms.loc[code, "nom_region"],
                key=key("reg"),
                placeholder="Régions : toutes",
                label_visibility="collapsed",
                select_all=False,
                width=_LARGEUR_PX,
            )
        st.multiselect(
            "Départements",
            list(choix["dep"]),
            format_func=lambda code: f"{code} {atlas.departements.loc[code, 'nom']}",
            key=key("dep"),
            placeholder="Départements : tous",
            label_visibility="collapsed",
            select_all=False,
            width=_LARGEUR_PX,
        )
        st.multiselect(
            "Étape",
            list(choix["statut"]),
            format_func=lambda statut: atlas.statuts.loc[statut, "libelle"],
            key=key("statut"),
            placeholder="Étapes : toutes",
            label_visibility="collapsed",
            select_all=False,
            width=_LARGEUR_PX,
        )
        st.selectbox(
            "« Couvert » signifie",
            list(choix["couvert"]),
            format_func=lambda definition: f"Couvert : {DEFINITIONS[definition]}",
            key=key("couvert"),
            label_visibility="collapsed",
            width=_LARGEUR_DEFINITION_PX,
        )
        st.toggle(
            "Périmètres indicatifs",
            key=key("indicatifs"),
            help="Montrer aussi les périmètres reconstitués à partir des intercommunalités.",
            width="content",
        )
