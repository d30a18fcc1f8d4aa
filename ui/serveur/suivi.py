"""Each request that was answered, told to whoever counts or logs them: what kind it was, never whose nor of what.

Pure ASGI, around everything else. It is only there where somebody listens.
"""

import re
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.serveur.pages import is_page

FLUX = "WEBSOCKET"
AUTRE = "autre"
_METHODES = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
# What follows them names a file, a session or a scenario: it is never told.
_FAMILLES = re.compile(
    r"(/_stcore/(?:health|host-config|stream|upload_file|metrics|bidi-components)|/api/v\d+|/app/static|/atelier-donnees"
    r"|/auth|/component|/couches|/media|/metriques|/oauth2callback|/pret|/sante|/static)(?:/|$)"
)
_STATUT_PERDU = 500
_STATUT_FLUX = 101


class Demande(NamedTuple):
    """A request, once it is over.

    Attributes
    ----------
    famille
        What kind of address was asked for: one of a short list.
    methode
        Its method, :data:`FLUX` for a websocket.
    statut
        That of the answer; 500 where there was none.
    duree_s
        From its arrival to the end of the answer.
    """

    famille: str
    methode: str
    statut: int
    duree_s: float


class Suivi:
    """The middleware.

    Parameters
    ----------
    app
        What answers.
    base
        The base path of the server, empty or with its slash.
    ecoutes
        Who is told each request.
    flux
        Who is told that a websocket was opened (1) or closed (-1).
    messages
        Who is told that a browser has asked for something through one.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        base: str,
        ecoutes: Sequence[Callable[[Demande], None]],
        flux: Callable[[int], None],
        messages: Callable[[], None],
    ) -> None:
        self._app = app
        self._base = base
        self._ecoutes = ecoutes
        self._flux = flux
        self._messages = messages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and tell afterwards."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        debut = time.perf_counter()
        statut = _STATUT_PERDU

        async def envoyer(message: Message) -> None:
            nonlocal statut
            if message["type"].endswith("response.start"):
                statut = message["status"]
            elif message["type"] == "websocket.accept":
                statut = _STATUT_FLUX
                self._flux(1)
            await send(message)

        async def recevoir() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive":
                self._messages()
            return message

        flux = scope["type"] == "websocket"
        try:
            await self._app(scope, recevoir if flux else receive, envoyer)
        finally:
            if statut == _STATUT_FLUX:
                self._flux(-1)
            methode = FLUX if flux else scope["method"]
            demande = Demande(
                family_of(scope["path"].removeprefix(self._base)),
                methode if methode in _METHODES or flux else AUTRE,
                statut,
                time.perf_counter() - debut,
            )
            for ecoute in self._ecoutes:
                ecoute(demande)


def family_of(chemin: str) -> str:
    """Name the kind of an address, without the base path.

    >>> family_of("/fiche"), family_of("/"), family_of("/atelier-donnees/0123456789abcdef/demande")
    ('/fiche', '/', '/atelier-donnees')
    >>> family_of("/_stcore/upload_file/session/fichier"), family_of("/n'importe quoi")
    ('/_stcore/upload_file', 'autre')
    """
    if is_page(chemin):
        return chemin or "/"
    lue = _FAMILLES.match(chemin)
    return lue[1] if lue else AUTRE
