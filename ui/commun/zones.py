"""The zones of a selection, shared by the pages that speak of them."""

import streamlit as st

from geo.atlas import Atlas
from geo.regles.couverture import find_etats
from geo.regles.zones import Zones, find_zones
from ui.commun.atlas import PAR_ETATS


@st.cache_resource(show_spinner="Regroupement des communes…", max_entries=64, hash_funcs=PAR_ETATS)
def get_zones(
    atlas: Atlas, departements: tuple[str, ...], definition: str, indicatifs: bool
) -> Zones:
    """Return the zones of a selection, found once for every session."""
    return find_zones(atlas, find_etats(atlas, definition, indicatifs=indicatifs), departements)
