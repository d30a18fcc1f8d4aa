"""The filters, on one line. Their state is the address (ui/commun/adresse.py); the colours are on the map."""

from dataclasses import dataclass

import streamlit as st

from geo.atlas import Atlas
from geo.regles.couverture import DEFINITIONS
from geo.texte import sort_key
from ui.commun.adresse import key
from ui.commun.atlas import PAR_EMPREINTE, get_choices

_LARGEUR_PX = 190
# Wide enough to read « 70 Haute-Saône ».
_LARGEUR_DEPARTEMENTS_PX = 230
_LARGEUR_DEFINITION_PX = 345


@dataclass(frozen=True, slots=True)
class _Noms:
    """What the filters offer: the code of each region, department and stage, in order, to its words."""

    regions: dict[str, str]
    departements: dict[str, str]
    etapes: dict[str, str]


@st.cache_resource(show_spinner=False, max_entries=2, hash_funcs=PAR_EMPREINTE)
def _get_noms(atlas: Atlas) -> _Noms:
    """Return the words of the filters, looked up once for every session."""
    choix = get_choices(atlas)
    regions = atlas.departements.drop_duplicates("code_region").set_index("code_region")
    noms = regions.loc[choix["reg"], "nom_region"]
    return _Noms(
        dict(sorted(noms.items(), key=lambda region: sort_key(str(region[1])))),
        {code: f"{code} {atlas.departements.loc[code, 'nom']}" for code in choix["dep"]},
        atlas.statuts.loc[choix["statut"], "libelle"].to_dict(),
    )


def draw_filtres(atlas: Atlas) -> None:
    """Draw on one line the filters that the whole page follows."""
    noms = _get_noms(atlas)
    with st.container(key="filtres", horizontal=True, vertical_alignment="center"):
        if len(noms.regions) > 1:
            st.multiselect(
                "Régions (sans effet quand des départements sont choisis)",
                list(noms.regions),
                format_func=noms.regions.__getitem__,
                key=key("reg"),
                placeholder="Régions : toutes",
                label_visibility="collapsed",
                select_all=False,
                width=_LARGEUR_PX,
            )
        st.multiselect(
            "Départements",
            list(noms.departements),
            format_func=noms.departements.__getitem__,
            key=key("dep"),
            placeholder="Départements : tous",
            label_visibility="collapsed",
            select_all=False,
            width=_LARGEUR_DEPARTEMENTS_PX,
        )
        st.multiselect(
            "Étape",
            list(noms.etapes),
            format_func=noms.etapes.__getitem__,
            key=key("statut"),
            placeholder="Étapes : toutes",
            label_visibility="collapsed",
            select_all=False,
            width=_LARGEUR_PX,
        )
        st.selectbox(
            "« Couvert » signifie",
            list(DEFINITIONS),
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
