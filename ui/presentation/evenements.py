"""The launches by date: each starts its presentation."""

from dataclasses import replace
from typing import Literal

import streamlit as st

from geo.atlas import Atlas
from geo.base.temps import today
from geo.evenement import list_lancements
from rendu.mots.francais import count_noun, date_partielle, escape_markdown
from rendu.mots.paroles import launch_words
from ui.commun.adresse import Filtres, to_params

MAX_CPTS = 6
# More than a screen holds are no longer a list to choose from.
_LANCEMENTS_MAX = 20
# The longest date, « 16 septembre 2021 », with its icon.
_LIEN_PX = 195


def event_cpts(filtres: Filtres) -> tuple[str, ...]:
    """Return the CPTS of the event that the address asks for, perhaps none and not more than it may have."""
    return (filtres.evenement or ((filtres.cpts,) if filtres.cpts else ()))[:MAX_CPTS]


def draw_lien(
    filtres: Filtres,
    libelle: str,
    icone: str,
    cpts_ids: tuple[str, ...],
    width: int | Literal["content"] = "content",
) -> None:
    """Draw the link that plays an event from its first slide.

    Parameters
    ----------
    filtres
        What else the address keeps.
    libelle
        Markdown.
    icone
        As Streamlit names it.
    cpts_ids
        The CPTS of the event, at least one.
    width
        In pixels, or that of its text.
    """
    evenement = replace(filtres, cpts=cpts_ids[0], evenement=cpts_ids, n=None)
    st.page_link(
        "pages/presentation.py",
        label=libelle,
        icon=icone,
        query_params=to_params(evenement),
        width=width,
    )


def draw_evenements(atlas: Atlas, filtres: Filtres) -> None:
    """Draw the launches whose day is known, the next one first, then the latest."""
    lancements = [
        (jour, cpts_ids)
        for jour, cpts_ids in list_lancements(atlas, today().isoformat())
        if len(cpts_ids) <= MAX_CPTS
    ]
    if not lancements:
        st.info("Aucun lancement n'a de date publiée.", icon=":material/event_busy:")
        return
    st.subheader("Lancements, par date", anchor=False)
    with st.container(key="lancements", gap="xsmall"):
        for jour, cpts_ids in lancements[:_LANCEMENTS_MAX]:
            with st.container(horizontal=True, vertical_alignment="center", gap="xxsmall"):
                date = escape_markdown(date_partielle(jour))
                draw_lien(filtres, date, ":material/present_to_all:", cpts_ids, width=_LIEN_PX)
                # Beside the link: its own text is cut where it is too long, this goes on below.
                st.markdown(escape_markdown(launch_words(atlas, cpts_ids)), width="stretch")
    reste = len(lancements) - _LANCEMENTS_MAX
    if reste > 0:
        st.caption(
            f"{count_noun(reste, 'autre jour', 'autres jours')} : choisissez les CPTS une à une."
        )
