"""The official figures of a territory beside those of what it is part of."""

from collections.abc import Sequence

import streamlit as st

from geo.atlas import Atlas
from geo.indicateurs.registre import Indicateur
from geo.indicateurs.situation import situate
from geo.indicateurs.territoire import Territoire
from rendu.mots.situations import situation_line


def draw_situations(
    atlas: Atlas, territoire: Territoire, indicateurs: Sequence[Indicateur]
) -> None:
    """Draw one line an indicator: value, what it rests on, department, region and France."""
    if indicateurs:
        situations = situate(atlas, indicateurs, territoire)
        lignes = [f"- {situation_line(atlas, territoire, situation)}" for situation in situations]
        st.markdown("\n".join(lignes))
