"""The computed sheet of a CPTS, for the pages that show or give one."""

import streamlit as st

from geo.atlas import Atlas
from geo.fiche import Fiche, make_fiche
from ui.commun.atlas import PAR_EMPREINTE

# A sheet follows from the data and its CPTS.
PAR_FICHE = PAR_EMPREINTE | {Fiche: lambda fiche: fiche.cpts_id}


@st.cache_resource(show_spinner=False, max_entries=256, hash_funcs=PAR_EMPREINTE)
def get_fiche(atlas: Atlas, cpts_id: str) -> Fiche:
    """Return the computed part of a sheet, made once for every session."""
    return make_fiche(atlas, cpts_id)
