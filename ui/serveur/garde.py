"""The door of the server: what is refused before Streamlit sees it, and the headers of what it answers.

Pure ASGI: a message passes through one function, so that a rerun costs nothing more.
"""

import re
from typing import ClassVar

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import runtime

from ui.serveur.acces import Acces, answer
from ui.serveur.comptes import compte_of
from ui.serveur.depots import Depots, Refus
from ui.serveur.entetes import Entetes
from ui.serveur.origines import find_shared, share_headers, without_cookies
from ui.serveur.pages import ABSENT, answer_absent, answer_embed, is_page, may_be_framed
from ui.serveur.reglages import HOTES, Reglages

# What watches a server asks them by its number.
SANTES = ("/_stcore/health", "/sante", "/pret")
METRIQUES = "/_stcore/metrics"
FLUX = "/_stcore/stream"
DEPOTS = "/_stcore/upload_file/"
# Of Streamlit's own addresses, those that its page needs; the others answer as if they were not there.
_INTERNES = ("/_stcore/", "/auth/", "/oauth2callback")
_OUVERTS = ("/_stcore/host-config", "/_stcore/bidi-components/", DEPOTS)

TEMOIN = "atlas_serveur"
_HOTE = re.compile(r"(?P<nom>\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?)\.?(:[0-9]{1,5})?")
_LECTURE = ("GET", "HEAD")
# As a proxy takes by default; an answer may repeat it, in a header or in a page.
_ADRESSE_MAX = 8192


_HOTE_INCONNU = Refus(
    400, f"Ce serveur ne répond pas à ce nom. Son administrateur peut l'ajouter : {HOTES}."
)
_AUTRE_SITE = Refus(403, "Ce serveur ne répond qu'à ses propres pages.")
_ABSENT = Refus(404, ABSENT)
_TROP_LONGUE = Refus(
    414,
    "Cette adresse est trop longue. Partez de la première page de l'atlas, ou demandez moins à la fois.",
)


class Garde:
    """The middleware.

    Parameters
    ----------
    app
        What it guards.
    reglages
        Which names are answered to.
    entetes
        The headers of every answer.
    depots
        Who may send files, and how many.
    base
        The base path of the server, as in ``server.baseUrlPath``.
    """

    posee: ClassVar[bool] = False

    def __init__(
        self, app: ASGIApp, *, reglages: Reglages, entetes: Entetes, depots: Depots, base: str = ""
    ) -> None:
        self._app = app
        self._reglages = reglages
        self._entetes = entetes
        self._depots = depots
        Garde.posee = True
        self._base = f"/{base.strip('/')}" if base.strip("/") else ""
        self._acces = Acces(reglages.comptes, self._base)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on; both with the headers."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        chemin = self._path(scope)
        if find_shared(scope, chemin, self._reglages.origines):
            scope = without_cookies(scope)
        protegee = self._with_headers(scope, chemin, send)
        self._acces.join(scope)
        trop_longue = len(scope["path"]) + len(_query(scope)) > _ADRESSE_MAX
        if refus := _TROP_LONGUE if trop_longue else self._refuse_http(scope, chemin):
            await answer(refus, "http.response", protegee, chemin)
        elif self._acces.opens(chemin):
            if retour := self._acces.answer(scope, chemin):
                await retour(scope, receive, protegee)
            else:
                dite = self._acces.in_our_words(scope, chemin, receive, protegee)
                await self._app(scope, receive, dite)
        elif absente := self._answer_absent(scope, chemin):
            await absente(scope, receive, protegee)
        elif scope["method"] == "PUT" and chemin.startswith(DEPOTS):
            session = chemin.removeprefix(DEPOTS).partition("/")[0]
            # A body in chunks has the length it likes, whatever it announces.
            morceaux = _header(scope, b"transfer-encoding")
            longueur = "" if morceaux else _header(scope, b"content-length")
            with self._depots.receive(session, longueur, compte_of(scope)) as refus:
                if refus:
                    await answer(refus, "http.response", protegee)
                else:
                    await self._app(scope, receive, protegee)
        else:
            await self._app(scope, receive, protegee)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        chemin = self._path(scope)
        hote = self._host(scope)
        refus = _HOTE_INCONNU if hote is None else None
        if hote and not self._is_own(_values(scope, b"origin"), hote, scope):
            refus = _AUTRE_SITE
        elif hote and chemin != FLUX:
            refus = _ABSENT
        if refus:
            await answer(refus, "websocket.http.response", self._with_headers(scope, chemin, send))
            return
        # Streamlit compares both texts as they are; where they differ, it asks an outside service for the address
        # of this machine. What is let through is of this server: it is said in the words that Streamlit looks for.
        origine, hote_dit = self._acces.origin_of(
            _header(scope, b"origin").lower(), _values(scope, b"host")[0]
        )
        autres = [ligne for ligne in scope["headers"] if ligne[0] not in (b"origin", b"host")]
        entetes = [*autres, (b"origin", origine), (b"host", hote_dit)]
        protegee = self._with_headers(scope, chemin, send)
        recevoir = self._acces.watch(scope, receive)
        await self._app({**scope, "headers": entetes}, recevoir, protegee)

    def _refuse_http(self, scope: Scope, chemin: str) -> Refus | None:
        if chemin in SANTES and scope["method"] in _LECTURE:
            return None
        if self._host(scope) is None:
            return _HOTE_INCONNU
        venue = _comes_from_elsewhere(scope) and not self._frames(scope, chemin)
        ailleurs = venue or self._is_written_elsewhere(scope)
        if ailleurs and not find_shared(scope, chemin, self._reglages.origines):
            return _AUTRE_SITE
        if chemin == METRIQUES and self._reglages.metriques:
            return None
        if chemin.startswith(_INTERNES) and not (
            chemin.startswith(_OUVERTS) or self._acces.opens(chemin)
        ):
            return _ABSENT
        return None if self._answer_absent(scope, chemin) else self._acces.refuse(scope, chemin)

    def _is_written_elsewhere(self, scope: Scope) -> bool:
        """Tell whether a page of another site writes here: browsers that do not say where from still say their origin."""
        origines = _values(scope, b"origin")
        hote = self._host(scope)
        if scope["method"] in _LECTURE or not origines or hote is None:
            return False
        return not self._is_own(origines, hote, scope)

    def _answer_absent(self, scope: Scope, chemin: str) -> Response | None:
        if scope["method"] not in _LECTURE:
            return None
        requete = _query(scope)
        if self._reglages.cadres and (menee := answer_embed(chemin, self._base, requete)):
            return menee
        return answer_absent(chemin, self._base, requete)

    def _is_embedded(self, scope: Scope, chemin: str) -> bool:
        return bool(self._reglages.cadres) and may_be_framed(chemin, _query(scope))

    def _frames(self, scope: Scope, chemin: str) -> bool:
        """Tell whether a page is asked for into the frame of another site; the browser then asks which ones may."""
        return _is_followed(scope, "iframe") and self._is_embedded(scope, chemin)

    def _path(self, scope: Scope) -> str:
        chemin: str = scope["path"]
        return chemin.removeprefix(self._base) if chemin.startswith(f"{self._base}/") else chemin

    def _host(self, scope: Scope) -> str | None:
        """Return the host that is asked for, with its port; nothing where it is not one of the server's names."""
        valeurs = _values(scope, b"host")
        if len(valeurs) != 1:
            return None
        hote = valeurs[0].decode("latin-1").lower()
        lu = _HOTE.fullmatch(hote)
        return hote if lu and lu["nom"].strip("[]") in self._reglages.hotes else None

    def _is_own(self, origines: list[bytes], hote: str, scope: Scope) -> bool:
        """Tell whether a page of this server opens the websocket, and no other."""
        if len(origines) != 1:
            return False
        origine = origines[0].decode("latin-1").lower()
        schemas = ("https",) if scope["scheme"] in ("wss", "https") else ("http", "https")
        attendues = {f"{schema}://{hote}" for schema in schemas}
        # A proxy may hide the public name from this server.
        return origine in attendues | {f"https://{nom}" for nom in self._reglages.publics}

    def _with_headers(self, scope: Scope, chemin: str, send: Send) -> Send:
        tls = scope["scheme"] in ("https", "wss")
        cadre = scope["type"] == "http" and self._is_embedded(scope, chemin)
        siens = self._entetes.of(chemin, tls=tls, cadre=cadre)
        poses = {nom for nom, _ in siens}
        siens = [*siens, *share_headers(scope, chemin, self._reglages.origines)]
        temoin = self._name_server(scope, chemin, tls=tls)

        async def envoyer(message: Message) -> None:
            if message["type"] == "websocket.accept":
                message = {**message, "headers": [*message.get("headers", ()), *temoin]}
            elif message["type"] in ("http.response.start", "websocket.http.response.start"):
                gardes = [
                    (nom, _secure(valeur) if tls and nom.lower() == b"set-cookie" else valeur)
                    for nom, valeur in message.get("headers", ())
                    if nom.lower() not in poses and not nom.lower().startswith(b"access-control-")
                ]
                temoins = temoin if message["type"] == "http.response.start" else []
                message = {**message, "headers": _join_vary([*gardes, *siens, *temoins])}
            await send(message)

        return envoyer

    def _name_server(self, scope: Scope, chemin: str, *, tls: bool) -> list[tuple[bytes, bytes]]:
        """Return the cookie by which the proxy finds this server again: its page and its session are of one process."""
        nom = self._reglages.serveur
        if not nom or not (scope["type"] == "websocket" or is_page(chemin, self._base)):
            return []
        valeur = f"{TEMOIN}={nom}"
        if valeur in _header(scope, b"cookie").replace(" ", "").split(";"):
            return []
        # In the frame of another site a browser keeps no other; it says nothing of anyone.
        porte = "SameSite=None; Partitioned" if tls and self._reglages.cadres else "SameSite=Lax"
        secret = "; Secure" if tls else ""
        temoin = f"{valeur}; Path={self._base or '/'}; HttpOnly; {porte}{secret}"
        return [(b"set-cookie", temoin.encode())]


def is_missing() -> bool:
    """Tell whether this page is served by Streamlit alone (``streamlit run``), so that nothing guards it."""
    # A page that is tested has no server at all, but what stands for one.
    return runtime.exists() and type(runtime.get_instance()) is runtime.Runtime and not Garde.posee


def _values(scope: Scope, nom: bytes) -> list[bytes]:
    return [valeur for n, valeur in scope["headers"] if n == nom]


def _header(scope: Scope, nom: bytes) -> str:
    return b",".join(_values(scope, nom)).decode("latin-1")


def _secure(cookie: bytes) -> bytes:
    return cookie if b"secure" in cookie.lower() else cookie + b"; Secure"


def _comes_from_elsewhere(scope: Scope) -> bool:
    """Tell whether a page of another site asks for this; following a link from it is no such thing."""
    if _header(scope, b"sec-fetch-site") not in ("cross-site", "same-site"):
        return False
    return not _is_followed(scope, "document")


def _is_followed(scope: Scope, ou: str) -> bool:
    """Tell whether a link is followed, into a window or into a frame."""
    suivi = _header(scope, b"sec-fetch-mode") == "navigate" and scope["method"] in _LECTURE
    return suivi and _header(scope, b"sec-fetch-dest") == ou


def _join_vary(entetes: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Have one line say by what an answer varies: some caches read the last one alone.

    >>> _join_vary([(b"vary", b"Accept"), (b"etag", b"a"), (b"Vary", b"Origin")])
    [(b'etag', b'a'), (b'vary', b'Accept, Origin')]
    """
    dites = [valeur for nom, valeur in entetes if nom.lower() == b"vary"]
    autres = [entete for entete in entetes if entete[0].lower() != b"vary"]
    return [*autres, (b"vary", b", ".join(dites))] if dites else autres


def _query(scope: Scope) -> str:
    requete: bytes = scope.get("query_string", b"")
    return requete.decode("latin-1")
