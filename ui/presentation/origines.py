"""« D'où vient ce chiffre ? » under the sources of a slide."""

import streamlit as st

from geo.atlas import Atlas
from rendu.mots.provenance import answer
from rendu.supports.diapositives_cpts import trace_figure
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
            provenance = trace_figure(atlas, str(diapositive.cpts_id), origine.indicateur)
            draw_answer(
                atlas,
                f"provenance {provenance.indicateur.nom} {provenance.territoire.nom} {rang}",
                answer(atlas, provenance),
            )
