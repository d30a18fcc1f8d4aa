"""The theme of the reader's screen."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from rendu.carte.theme import CLAIR, SOMBRE, Theme

# How Streamlit's caches tell one theme from another.
PAR_THEME: dict[str | type[Any], Callable[[Any], Any]] = {Theme: lambda theme: theme is SOMBRE}


def chart_theme() -> Theme:
    """Return what charts are drawn with; the light one where the browser has not told."""
    return SOMBRE if st.context.theme.type == "dark" else CLAIR
