"""Downloads of the zones: the work list, their communes, their outlines."""

import geopandas as gpd
import streamlit as st

from geo.atlas import Atlas
from geo.territoires import dissolve
from geo.zones import Zones
from ui.adresse import Filtres
from ui.atlas import PAR_ETATS
from ui.sources import FONDS
from ui.telechargements import draw_telechargements
from ui.zones import list_communes, zones_table


@st.cache_resource(show_spinner=False, max_entries=8, hash_funcs=PAR_ETATS)
def _get_couche(
    atlas: Atlas,
    _zones: Zones,
    departements: tuple[str, ...],  # noqa: ARG001 - with the two that follow, part of the cache key
    definition: str,  # noqa: ARG001
    indicatifs: bool,  # noqa: ARG001
) -> gpd.GeoDataFrame:
    tableau = zones_table(atlas, _zones)
    contours = dissolve(atlas.communes, _zones.membres).reindex(tableau.index)
    return gpd.GeoDataFrame(tableau, geometry=contours, crs=atlas.communes.crs)


def draw_zones_telechargements(
    atlas: Atlas, zones: Zones, departements: tuple[str, ...], filtres: Filtres
) -> None:
    """Draw the downloads of the zones that the filters show, if there are some."""
    if zones.table.empty:
        return
    couche = _get_couche(atlas, zones, departements, filtres.couvert, filtres.indicatifs)
    draw_telechargements(
        "zones",
        {"zones": couche.drop(columns="geometry"), "communes": list_communes(atlas, zones)},
        atlas.sources.loc[list(FONDS)],
        couche,
    )
