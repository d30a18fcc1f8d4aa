"""The official figures of a zone beside those of what it is part of."""

from collections.abc import Sequence

import streamlit as st

from geo.atlas import Atlas
from geo.indicateurs.registre import Indicateur
from geo.indicateurs.situation import situate
from geo.indicateurs.territoire import Territoire
from geo.regles.zones import zone_indicators
from rendu.mots.situations import situation_line
from ui.commun.atlas import PAR_EMPREINTE


def draw_situations(
    atlas: Atlas, territoire: Territoire, indicateurs: Sequence[Indicateur]
) -> None:
    """Draw one line for each of some of the indicators of zones: value, what it rests on, department, region and France."""
    if indicateurs:
        lignes = _write_lines(atlas, territoire.adresse, territoire)
        st.markdown("\n".join(lignes[indicateur.identifiant] for indicateur in indicateurs))


# France is added up row by row: once for every session and for all that is said of a zone, not at each run.
@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=PAR_EMPREINTE)
def _write_lines(
    atlas: Atlas,
    adresse: str,  # noqa: ARG001 - the cache key of the territory
    _territoire: Territoire,
) -> dict[str, str]:
    situations = situate(atlas, zone_indicators(atlas), _territoire)
    return {
        s.indicateur.identifiant: f"- {situation_line(atlas, _territoire, s)}" for s in situations
    }
