"""The usual way with care: outlines simplified and cached, the map still built at each rerun."""

import geopandas as gpd
import streamlit as st

from bench.apps.communs import CHOIX, dissolve_territoires, draw_choroplethe, read_communes
from geo.affichage import TOLERANCE_REGION_M
from geo.lecture.communes import CRS_METRES

# Five decimals, as in the application's own files.
PAS_DEGRES = 1e-5


@st.cache_data
def read_light_territoires() -> gpd.GeoDataFrame:
    """Read the territories once, with outlines as light as those of the application."""
    territoires = dissolve_territoires(read_communes())
    en_metres = territoires.geometry.to_crs(CRS_METRES)
    legers = en_metres.simplify_coverage(TOLERANCE_REGION_M).to_crs(territoires.crs)
    return territoires.set_geometry(legers.set_precision(PAS_DEGRES, mode="pointwise"))


indicateur = st.sidebar.selectbox("Colorer par", list(CHOIX), format_func=CHOIX.__getitem__)
draw_choroplethe(read_light_territoires(), indicateur)
