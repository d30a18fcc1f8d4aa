"""The sources of what a page shows, with their dates."""

from collections.abc import Iterable

import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.regles.couverture import Couverture
from rendu.carte.vue import Vue
from rendu.mots.faits import computed_sources, fact_sources, source_text
from ui.commun.adresse import Filtres
from ui.commun.atlas import PAR_EMPREINTE, PAR_PAGE


@st.cache_resource(show_spinner=False, max_entries=256, hash_funcs=PAR_EMPREINTE)
def _get_lines(atlas: Atlas, source_ids: tuple[str, ...]) -> list[str]:
    """Return the sources as a Markdown list, written once for every session."""
    return [f"- {source_text(atlas, i)}" for i in source_rows(atlas, source_ids).index]


def draw_sources(atlas: Atlas, source_ids: Iterable[str]) -> None:
    """List, folded, the sources of the data first, then those of the facts, each once."""
    _draw_lines(_get_lines(atlas, tuple(dict.fromkeys(source_ids))))


def draw_sources_vue(atlas: Atlas, filtres: Filtres, vue: Vue, couverture: Couverture) -> None:
    """List, folded, the sources of what `filtres` leave in sight: of the CPTS, and of what is published there."""
    _draw_lines(_get_lines_vue(atlas, filtres, vue, couverture))


@st.cache_resource(show_spinner=False, max_entries=128, hash_funcs=PAR_PAGE)
def _get_lines_vue(
    atlas: Atlas,
    filtres: Filtres,  # noqa: ARG001 - the cache key: what follows depends on it alone
    _vue: Vue,
    _couverture: Couverture,
) -> list[str]:
    ids = [*fact_sources(atlas, _vue.fiches.index), *_couverture.jalons["source_id"]]
    return _get_lines(atlas, tuple(dict.fromkeys(ids)))


def _draw_lines(lignes: list[str]) -> None:
    with st.container(key="sources"), st.expander(f"Sources ({len(lignes)})"):
        st.markdown("\n".join(lignes))


def source_rows(atlas: Atlas, source_ids: Iterable[str] = ()) -> pd.DataFrame:
    """Return the sources of the data and those that are named, each once, for a download."""
    demandees = dict.fromkeys([*computed_sources(atlas), *source_ids])
    return atlas.sources.loc[[i for i in demandees if i in atlas.sources.index]]


def draw_all_sources(atlas: Atlas) -> None:
    """List every source of the atlas, by producer."""
    st.header("Sources", anchor=False)
    ordre = atlas.sources.sort_values(["producteur", "titre"]).index
    st.markdown("\n".join(f"- {source_text(atlas, i)}" for i in ordre))
