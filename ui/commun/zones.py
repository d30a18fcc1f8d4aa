"""The zones of a selection, shared by the pages that speak of them."""

import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.regles.comptes import Comptes
from geo.regles.couverture import count_restes, find_etats
from geo.regles.zones import Zones, candidates, find_zones
from ui.commun.adresse import Filtres
from ui.commun.atlas import PAR_ETATS, PAR_PAGE


@st.cache_resource(show_spinner="Regroupement des communes…", max_entries=64, hash_funcs=PAR_ETATS)
def get_zones(atlas: Atlas, departements: tuple[str, ...], definition: str) -> Zones:
    """Return the zones of a selection, found once for every session; a commune of a hidden perimeter is in none."""
    return find_zones(atlas, find_etats(atlas, definition, indicatifs=True), departements)


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=PAR_ETATS)
def get_restes(
    atlas: Atlas, departements: tuple[str, ...], definition: str, *, indicatifs: bool
) -> Comptes:
    """Return what the zones of a selection leave out, of communes covered in part, counted once for every session."""
    return count_restes(atlas, departements, definition, indicatifs=indicatifs)


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=PAR_PAGE)
def get_candidates(
    atlas: Atlas,
    filtres: Filtres,
    _zones: Zones,
    zone: str,
) -> pd.DataFrame:
    """Return the CPTS that could absorb one of the zones that `filtres` leave, found once for every session."""
    return candidates(atlas, _zones, zone, indicatifs=filtres.indicatifs)
