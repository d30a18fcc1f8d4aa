"""The official figures of a zone beside those of what it is part of."""

from collections.abc import Sequence

import streamlit as st

from geo.atlas import Atlas
from geo.indicateurs.registre import Indicateur
from geo.indicateurs.situation import situate
from geo.indicateurs.territoire import Territoire
from rendu.mots.situations import situation_line
from ui.commun.atlas import PAR_EMPREINTE


def draw_situations(
    atlas: Atlas, territoire: Territoire, indicateurs: Sequence[Indicateur]
) -> None:
    """Draw one line an indicator: value, what it rests on, department, region and France."""
    if indicateurs:
        noms = tuple(indicateur.identifiant for indicateur in indicateurs)
        st.markdown(_write(atlas, territoire.adresse, noms, territoire))


# France is added up row by row: once for every session, not at each run.
@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=PAR_EMPREINTE)
def _write(
    atlas: Atlas,
    adresse: str,  # noqa: ARG001 - the cache key of the territory
    noms: tuple[str, ...],
    _territoire: Territoire,
) -> str:
    indicateurs = [atlas.registre[nom] for nom in noms]
    situations = situate(atlas, indicateurs, _territoire)
    return "\n".join(f"- {situation_line(atlas, _territoire, s)}" for s in situations)
