"""The date of the roll-out: a slider over the real dates, and a player that moves it."""

import time
from collections.abc import Sequence
from html import escape
from math import ceil

import streamlit as st

from rendu.mots.francais import date_partielle
from ui.commun.adresse import key

PERIODE_S = 1.4
# Played from end to end in about a minute and a half, however many dates there are.
_IMAGES_MAX = 60
# The widths of a slider from which more years are written (static/ecran.css has them too), and what one takes.
LARGEURS_PX = (150, 450, 900)
_ANNEE_PX = 34
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


def years(dates: Sequence[str]) -> list[tuple[str, float, int]]:
    """Place the years under a slider over dates, and say how wide it must be for each to be written.

    Parameters
    ----------
    dates
        ISO 8601, in order, at least two.

    Returns
    -------
    list
        Each year, where its first date stands (from 0 to 1: the dates are evenly spaced, whatever the
        time between them) and the rank in :data:`LARGEURS_PX` of the narrowest slider that holds its
        name beside those before it; ``len(LARGEURS_PX)`` where none does.

    Examples
    --------
    >>> years(["2020-10-02", "2021-07-19", "2021-09-16", "2024-04-19", "2024-05-28"])
    [('2020', 0.0, 0), ('2021', 0.25, 1), ('2024', 0.75, 0)]
    """
    places: dict[str, float] = {}
    for rang, date in enumerate(dates):
        places.setdefault(date[:4], rang / (len(dates) - 1))
    niveaux: dict[str, int] = {}
    for niveau, largeur in enumerate(LARGEURS_PX):
        for annee, place in places.items():
            ecrites = (places[autre] for autre in niveaux)
            if annee not in niveaux and all(
                abs(place - autre) * (largeur - _ANNEE_PX) >= _ANNEE_PX for autre in ecrites
            ):
                niveaux[annee] = niveau
    return [(annee, place, niveaux.get(annee, len(LARGEURS_PX))) for annee, place in places.items()]


def make_annees(dates: Sequence[str]) -> str:
    """Write the years under the slider as HTML; a reader of the screen has the dates in words already."""
    reperes = "".join(
        f'<i style="--place:{place:.4f}"></i>'
        f'<span class="annee-{niveau}" style="--place:{place:.4f}">{escape(annee)}</span>'
        for annee, place, niveau in years(dates)
    )
    return f'<div class="annees" aria-hidden="true">{reperes}</div>'


def _toggle(dates: list[str], depart: str) -> None:
    joue = not is_playing()
    if joue and current_date(dates) == dates[-1]:
        st.session_state[key("date")] = depart
    st.session_state[_AVANCE] = time.monotonic()
    st.session_state[_JOUE] = joue


def _choose() -> None:
    st.session_state[key("date")] = st.session_state[_CURSEUR]
    st.session_state[_JOUE] = False


def draw_lecture(dates: list[str], depart: str) -> None:
    """Draw the player and the slider with its years; one date alone needs neither.

    Parameters
    ----------
    dates
        ISO 8601, in order.
    depart
        The one from which the whole is played.
    """
    if len(dates) == 1:
        return
    joue = is_playing()
    # The cursor has a key of its own: where no date was chosen, the address names none.
    st.session_state[_CURSEUR] = current_date(dates)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.button(
            "Pause" if joue else "Lecture",
            icon=":material/pause:" if joue else ":material/play_arrow:",
            type="primary",
            key="deploiement_bouton",
            on_click=_toggle,
            args=(dates, depart),
            width=130,
        )
        with st.container(key="curseur", gap=None):
            st.select_slider(
                "Date",
                dates,
                format_func=date_partielle,
                key=_CURSEUR,
                on_change=_choose,
                label_visibility="collapsed",
            )
            st.html(make_annees(dates))
