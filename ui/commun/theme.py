"""The theme of the reader's screen."""

import streamlit as st

from rendu.carte.theme import CLAIR, SOMBRE, Theme


def chart_theme() -> Theme:
    """Return what charts are drawn with; the light one where the browser has not told."""
    return SOMBRE if st.context.theme.type == "dark" else CLAIR
