"""The date of the roll-out: a slider over the real dates, and a player that moves it."""

import time
from math import ceil

import streamlit as st

from rendu.mots.francais import date_partielle
from ui.commun.adresse import key

PERIODE_S = 1.4
# Played from end to end in about a minute and a half, however many dates there are.
_IMAGES_MAX = 60
_JOUE = "deploiement_joue"
_AVANCE = "deploiement_avance"
_CURSEUR = "deploiement_curseur"


def is_playing() -> bool:
    """Tell whether the player runs; one that was left with its page does not start again."""
    if _since_last() > 20 * PERIODE_S:
        st.session_state[_JOUE] = False
    return bool(st.session_state.get(_JOUE))


def _since_last() -> float:
    return time.monotonic() - float(st.session_state.get(_AVANCE, 0.0))


def stride(dates: list[str]) -> int:
    """Return how many dates the player moves on at once."""
    return ceil(len(dates) / _IMAGES_MAX)


def current_date(dates: list[str]) -> str:
    """Return the date of the address, or the last one where it names none."""
    return str(st.session_state[key("date")] or dates[-1])


def advance(dates: list[str]) -> None:
    """Move on, when the time has come; the last date stops the player."""
    # A click on the map runs the fragment too, between two moves.
    if not is_playing() or _since_last() < PERIODE_S / 2:
        return
    rang = min(dates.index(current_date(dates)) + stride(dates), len(dates) - 1)
    st.session_state[key("date")] = dates[rang]
    st.session_state[_AVANCE] = time.monotonic()
    st.session_state[_JOUE] = rang < len(dates) - 1


def _toggle(dates: list[str]) -> None:
    joue = not is_playing()
    if joue and current_date(dates) == dates[-1]:
        st.session_state[key("date")] = dates[0]
    st.session_state[_AVANCE] = time.monotonic()
    st.session_state[_JOUE] = joue


def _choose() -> None:
    st.session_state[key("date")] = st.session_state[_CURSEUR]
    st.session_state[_JOUE] = False


def draw_lecture(dates: list[str]) -> None:
    """Draw the player and the slider; one date alone needs neither."""
    if len(dates) == 1:
        return
    joue = is_playing()
    # The cursor has a key of its own: where no date was chosen, the address names none.
    st.session_state[_CURSEUR] = current_date(dates)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        st.button(
            "Pause" if joue else "Lecture",
            icon=":material/pause:" if joue else ":material/play_arrow:",
            type="primary",
            key="deploiement_bouton",
            on_click=_toggle,
            args=(dates,),
            width=130,
        )
        st.select_slider(
            "Date",
            dates,
            format_func=date_partielle,
            key=_CURSEUR,
            on_change=_choose,
        )
