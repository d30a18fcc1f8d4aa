"""The filters of the side bar. Their state is the address (ui/adresse.py)."""

import streamlit as st

from geo.atlas import Atlas
from geo.couverture import DEFINITIONS
from ui.adresse import choices, key
from ui.indicateurs import indicator_label


def draw_filtres(atlas: Atlas) -> None:
    """Draw every filter of the map in the side bar."""
    choix = choices(atlas)
    with st.sidebar:
        st.multiselect(
            "Départements",
            list(choix["dep"]),
            format_func=lambda code: f"{code} {atlas.departements.loc[code, 'nom']}",
            key=key("dep"),
            placeholder="Toute la zone d'étude",
        )
        st.multiselect(
            "Étape",
            list(choix["statut"]),
            format_func=lambda statut: atlas.statuts.loc[statut, "libelle"],
            key=key("statut"),
            placeholder="Toutes",
            help="Restreint la carte et le tableau. Les projets abandonnés ne sont montrés que si on les demande.",
        )
        st.selectbox(
            "« Couvert » signifie",
            list(choix["couvert"]),
            format_func=DEFINITIONS.__getitem__,
            key=key("couvert"),
            help="Il n'y a pas de définition unique : celle qui est choisie est rappelée à côté de chaque taux.",
        )
        st.selectbox("Colorer par", list(choix["ind"]), format_func=indicator_label, key=key("ind"))
        st.toggle(
            "Périmètres indicatifs",
            key=key("indicatifs"),
            help="Montrer aussi les périmètres reconstitués à partir des intercommunalités.",
        )
        st.toggle(
            "Fond de plan IGN",
            key=key("fond"),
            help="Demande une connexion : les images viennent alors des serveurs de l'IGN.",
        )
