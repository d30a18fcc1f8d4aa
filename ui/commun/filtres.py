"""The filters of the side bar. Their state is the address (ui/commun/adresse.py); the colours are beside the map."""

import streamlit as st

from geo.atlas import Atlas
from geo.regles.couverture import DEFINITIONS
from geo.texte import sort_key
from ui.commun.adresse import choices, key


def draw_filtres(atlas: Atlas) -> None:
    """Draw in the side bar the filters that the whole page follows."""
    choix = choices(atlas)
    with st.sidebar:
        if len(choix["reg"]) > 1:
            noms = atlas.departements.drop_duplicates("code_region").set_index("code_region")
            st.multiselect(
                "Régions",
                sorted(choix["reg"], key=lambda code: sort_key(str(noms.loc[code, "nom_region"]))),
                format_func=lambda code: noms.loc[code, "nom_region"],
                key=key("reg"),
                placeholder="Toutes",
                select_all=False,
                help="Sans effet quand des départements sont choisis.",
            )
        st.multiselect(
            "Départements",
            list(choix["dep"]),
            format_func=lambda code: f"{code} {atlas.departements.loc[code, 'nom']}",
            key=key("dep"),
            placeholder="Toute la zone d'étude",
            select_all=False,
        )
        st.multiselect(
            "Étape",
            list(choix["statut"]),
            format_func=lambda statut: atlas.statuts.loc[statut, "libelle"],
            key=key("statut"),
            placeholder="Toutes",
            select_all=False,
            help="Restreint la carte et le tableau, pas les taux de couverture. Les projets abandonnés ne sont "
            "montrés que si on les demande.",
        )
        st.radio(
            "« Couvert » signifie",
            list(choix["couvert"]),
            format_func=DEFINITIONS.__getitem__,
            key=key("couvert"),
            help="Il n'y a pas de définition unique : celle qui est choisie est rappelée à côté de chaque taux.",
        )
        st.toggle(
            "Périmètres indicatifs",
            key=key("indicatifs"),
            help="Montrer aussi les périmètres reconstitués à partir des intercommunalités.",
        )
