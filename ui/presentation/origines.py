"""« D'où vient ce chiffre ? » under the sources of a slide."""

import streamlit as st

from geo.atlas import Atlas
from geo.evenement import DEFINITION
from geo.indicateurs.provenance import trace
from geo.indicateurs.territoire import CPTS, parse_territoire
from rendu.mots.provenance import answer
from rendu.supports.modele import Diapositive
from ui.commun.provenance import draw_answer, draw_question


@st.fragment
def draw_origines(atlas: Atlas, diapositive: Diapositive, rang: int) -> None:
    """Draw the question of a slide, and what answers it once it is opened; nothing of a slide without figures.

    Parameters
    ----------
    atlas, diapositive
        The atlas, and one of its slides.
    rang
        Of the slide, which tells its question from the others.
    """
    if not diapositive.origines:
        return
    question = draw_question(f"diapositive_{rang}")
    if not question.open:
        return
    with question:
        for origine in diapositive.origines:
            if not origine.indicateur:
                st.code(origine.texte, language=None, wrap_lines=True)
                continue
            indicateur = atlas.registre[origine.indicateur]
            territoire = parse_territoire(atlas, f"{CPTS}:{diapositive.cpts_id}")
            provenance = trace(atlas, indicateur, territoire, DEFINITION, indicatifs=True)
            draw_answer(
                atlas,
                f"provenance {indicateur.nom} {territoire.nom} {rang}",
                answer(atlas, provenance),
            )
