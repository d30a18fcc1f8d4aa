"""The work of an import, away from the server's own process, as long as its session is there."""

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st
from streamlit import runtime

from geo.importation.processus import Atelier, TravailAbandonne
from ui.commun.atlas import data_dir, get_atlas
from ui.commun.compte import current_session

_T = TypeVar("_T")


@st.cache_resource(show_spinner=False)
def _get_atelier() -> Atelier:
    return Atelier()


def work(fonction: Callable[..., _T], *arguments: Any) -> _T:
    """Call a function of :mod:`geo` in the process of imports: see :meth:`Atelier.run`.

    The run stops with its session: nobody would see the result.
    """
    session = current_session()
    try:
        return _get_atelier().run(
            fonction,
            *arguments,
            dossier=data_dir(),
            atlas=get_atlas(),
            goes_on=lambda: (
                not runtime.exists() or runtime.get_instance().is_active_session(session)
            ),
        )
    except TravailAbandonne:
        st.stop()
