"""The official figures of a zone beside those of what it is part of."""

from collections.abc import Sequence

import streamlit as st

from geo.atlas import Atlas
from geo.indicateurs.mesures import Mesure
from geo.indicateurs.registre import Indicateur
from geo.indicateurs.situation import evaluate_figures, situate
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


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=PAR_EMPREINTE)
def _write_lines(
    atlas: Atlas,
    adresse: str,  # noqa: ARG001 - the cache key of the territory
    _territoire: Territoire,
) -> dict[str, str]:
    situations = situate(
        atlas,
        zone_indicators(atlas),
        _territoire,
        evaluate_larger=lambda lieu: _evaluate_larger(atlas, lieu.adresse, lieu),
    )
    return {
        s.indicateur.identifiant: f"- {situation_line(atlas, _territoire, s)}" for s in situations
    }


# France is added up row by row: once for every session and every zone.
@st.cache_resource(show_spinner=False, max_entries=128, hash_funcs=PAR_EMPREINTE)
def _evaluate_larger(
    atlas: Atlas,
    adresse: str,  # noqa: ARG001 - the cache key of the territory
    _lieu: Territoire,
) -> list[Mesure]:
    return evaluate_figures(atlas, zone_indicators(atlas), _lieu, indicatifs=True)
