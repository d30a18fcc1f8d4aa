"""A first visit that nobody makes: what a page loads is there before visitors are sent to this server."""

import asyncio

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime, SessionClient

from ui.serveur.pages import PAGES

_visites: set[str] = set()


class _Personne(SessionClient):
    """A visitor without a browser, who waits for a page and looks at nothing."""

    def __init__(self) -> None:
        self.finie = asyncio.Event()

    def write_forward_msg(self, msg: ForwardMsg) -> None:
        if msg.WhichOneof("type") == "script_finished":
            self.finie.set()


async def visit_pages() -> None:
    """Open every page, one after the other, as one visitor without an account.

    To be called on the loop of the server, once it has started.
    """
    runtime = Runtime.instance()
    personne = _Personne()
    session = runtime.connect_session(personne, {})
    _visites.add(session)
    try:
        for page in PAGES:
            personne.finie.clear()
            runtime.handle_backmsg(
                session, BackMsg(rerun_script=ClientState(page_name=page.adresse))
            )
            await personne.finie.wait()
    finally:
        _visites.discard(session)
        runtime.close_session(session)


def is_first_visit(session: str) -> bool:
    """Tell whether a session is the visit of nobody, which reads where an account is asked for: nothing of it leaves."""
    return session in _visites
