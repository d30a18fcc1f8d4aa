"""« D'où vient ce chiffre ? »: asked of any figure of a page, answered when it is asked."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from geo.atlas import Atlas
from geo.indicateurs.provenance import trace
from geo.indicateurs.registre import Indicateur
from geo.indicateurs.territoire import CPTS, Territoire
from rendu.mots.comparaison import in_order
from rendu.mots.indicateurs import distinct_labels
from rendu.mots.provenance import TITRE, Reponse, answer
from ui.commun.adresse import Filtres
from ui.commun.telechargements import draw_telechargements


@st.fragment
def draw_provenance(
    atlas: Atlas, territoires: Sequence[Territoire], filtres: Filtres, prefere: str | None = None
) -> None:
    """Draw the question, and what answers it once it is opened.

    Parameters
    ----------
    atlas
        The atlas.
    territoires
        Those of which the page gives figures; none draws nothing.
    filtres
        The definition of « couvert », and whether indicative perimeters count.
    prefere
        The indicator that is asked of first: the one that the question stands beside; by default the first of a
        comparison.
    """
    if not territoires:
        return
    question = draw_question(territoires[0].genre)
    if not question.open:
        return
    with question:
        territoire = territoires[0]
        if len(territoires) > 1:
            territoire = st.selectbox(
                "Territoire",
                territoires,
                format_func=lambda t: t.nom,
                key=f"provenance_territoire_{territoire.genre}",
            )
        choix = _choices(atlas, territoire, prefere)
        noms = distinct_labels(atlas, list(choix.values()))
        nom = st.selectbox(
            "Chiffre",
            list(choix),
            index=list(choix).index(prefere) if prefere in choix else 0,
            format_func=noms.__getitem__,
            key=f"provenance_chiffre_{territoire.genre}_{prefere}",
        )
        indicateur = choix[nom]
        provenance = trace(
            atlas, indicateur, territoire, filtres.couvert, indicatifs=filtres.indicatifs
        )
        draw_answer(
            atlas, f"provenance {indicateur.nom} {territoire.nom}", answer(atlas, provenance)
        )


def draw_question(cle: str) -> Any:
    """Draw the question alone, closed; what answers it goes inside, once it is ``open``.

    Parameters
    ----------
    cle
        What tells it from the other questions of the page.
    """
    return st.popover(
        TITRE,
        type="tertiary",
        icon=":material/help:",
        on_change="rerun",
        key=f"provenance_{cle}",
    )


def draw_answer(atlas: Atlas, quoi: str, reponse: Reponse) -> None:
    """Draw an answer to copy, and the table that recomputes the figure, under the name `quoi`."""
    st.code(reponse.texte, language=None, wrap_lines=True)
    if not reponse.tableau.empty:
        draw_telechargements(
            quoi,
            {"calcul": reponse.tableau},
            atlas.sources.loc[list(reponse.sources)],
            libelle="Pour refaire le calcul",
        )


def _choices(atlas: Atlas, territoire: Territoire, prefere: str | None) -> dict[str, Indicateur]:
    """List the indicators of which a territory may have a figure, by identifier; an earlier year if it is asked of."""
    registre = atlas.registre
    montres = [i for ecran in ("panneau", "fiche", "comparaison") for i in registre.on(ecran)]
    demande = [i for i in registre.officiels() if i.identifiant == prefere]
    siens = {
        i.identifiant: i for i in (*montres, *demande) if i.de_communes or territoire.genre == CPTS
    }
    return {i.identifiant: i for i in in_order(siens.values())}
