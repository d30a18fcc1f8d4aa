"""What the door does of accounts: it finds whose a request is, keeps data from whom may not read, and ends sessions."""

import secrets
from urllib.parse import parse_qs

from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.types import Message, Receive, Scope, Send

from rendu.api.refus import PROBLEME, write_problem
from ui.serveur.comptes import RETOUR, Comptes, compte_of, join_scope, may_read
from ui.serveur.depots import Refus
from ui.serveur.pages import answer_no_login, is_page

CONNEXION, DECONNEXION = "/auth/login", "/auth/logout"
ADRESSES = (CONNEXION, DECONNEXION, RETOUR)
# What says nothing of the data, without which a page cannot even ask to log in; and what watches a server.
_SANS_DONNEES = frozenset(
    ("app", "component", "favicon.png", "manifest.json", "metriques", "pret", "sante", "static")
)
_SANS_DONNEES_INTERNES = ("/_stcore/host-config", "/_stcore/bidi-components/")
_API = "api"
_CONNECTE = "#connecte"
# By what comes back of it, a log-out is told from a log-in.
_SORTIE = "deconnexion"
_REFUSE_PAR_LA_PERSONNE = "access_denied"
_COOKIE = b"_streamlit_user="

CONNECTEZ_VOUS = Refus(401, "Ce serveur ne se lit qu'avec un compte : connectez-vous.")
_PAS_D_ICI = Refus(
    403, "La connexion et la déconnexion se demandent sur les pages de ce serveur seules."
)
_SANS_FOURNISSEUR = Refus(
    502,
    "Le service de connexion ne répond pas. Réessayez dans un moment ; si cela dure, prévenez l'administrateur de l'atlas.",
)
_ANNULEE = Refus(
    403,
    "Le service de connexion dit que vous avez annulé, ou qu'il ne vous ouvre pas l'atlas : recommencez, ou "
    "demandez l'accès à l'administrateur de l'atlas.",
)
_ECHOUEE = Refus(
    403,
    "La connexion n'a pas abouti. Recommencez ; si cela dure, prévenez l'administrateur de l'atlas : le journal du "
    "serveur dit pourquoi.",
)


class Acces:
    """The accounts of a server, at its door.

    Parameters
    ----------
    comptes
        Who may log in; ``None`` where there are no accounts.
    base
        The base path of the server, empty or with its slash.
    """

    def __init__(self, comptes: Comptes | None, base: str) -> None:
        self._comptes = comptes
        self._base = base
        self._retour = f"{base}/{_CONNECTE}"

    def join(self, scope: Scope) -> None:
        """Write in a request whose it is."""
        if self._comptes:
            join_scope(scope, self._comptes, self._comptes.find(_cookies(scope)))

    def opens(self, chemin: str) -> bool:
        """Tell whether an address is one of the log-in, on a server that has accounts."""
        return self._comptes is not None and chemin in ADRESSES

    def refuse(self, scope: Scope, chemin: str) -> Refus | None:
        """Say why a request is not answered: it is of nobody who may read, or another site asks it to log in or out."""
        if self._comptes is None:
            return None
        if chemin in (CONNEXION, DECONNEXION):
            return None if _is_from_here(scope) else _PAS_D_ICI
        if chemin in ADRESSES or may_read(scope) or self._says_nothing(scope, chemin):
            return None
        return CONNECTEZ_VOUS

    def answer(self, scope: Scope, chemin: str) -> Response | None:
        """Lead back to the atlas whoever comes back from the provider without having logged in: after a log-out."""
        if self._comptes and chemin == DECONNEXION:
            self._comptes.forget(_cookies(scope))
        dits = _query(scope)
        etat = dits.get("state", "")
        if chemin == RETOUR and "error" not in dits and (not etat or etat.startswith(_SORTIE)):
            return RedirectResponse(self._retour, 303, {"cache-control": "no-store"})
        return None

    def in_our_words(self, scope: Scope, chemin: str, receive: Receive, send: Send) -> Send:
        """Return what answers of the log-in in the place of Streamlit.

        Where the provider is not reached, it says so in English, and where nobody could be logged in, nothing. Where the
        log-in is done, it leads to the first page: a mark in that address is for ``static/connexion.js`` to go on to the page
        where the log-in was asked for.
        """
        remplacee = False

        async def envoyer(message: Message) -> None:
            nonlocal remplacee
            if message["type"] == "http.response.start" and (
                refus := _find_failure(scope, chemin, message)
            ):
                remplacee = True
                reponse = answer_no_login(refus.statut, refus.texte, self._retour)
                reponse.raw_headers.extend(_cookies_set(message))
                await reponse(scope, receive, send)
            elif not remplacee:
                await send(_mark(message, chemin))

        return envoyer

    def watch(self, scope: Scope, receive: Receive) -> Receive:
        """Return what reads a stream: once its account is no longer logged in, the page is run again as a whole.

        It then finds that it is nobody's any more; a part of it that runs by itself would not.
        """
        comptes, cookies = self._comptes, _cookies(scope)
        if comptes is None or comptes.find(cookies) is None:
            return receive
        prevenue = False

        async def lire() -> Message:
            nonlocal prevenue
            message = await receive()
            if prevenue or message["type"] != "websocket.receive" or comptes.find(cookies):
                return message
            entiere = _run_whole(message.get("bytes") or b"")
            prevenue = entiere is not None
            return {**message, "bytes": entiere} if entiere else message

        return lire

    def origin_of(self, origine: str, hote: bytes) -> tuple[bytes, bytes]:
        """Return the origin and the host that Streamlit is told of a stream: it compares them as they are.

        Where the page is that of the address that the provider sends back to, it is told so: a proxy may hide that name
        from this server, and Streamlit knows whoever has logged in by that name alone.
        """
        if self._comptes:
            attendue, _, nom = self._comptes.adresse_retour.partition("://")
            nom = nom.partition("/")[0]
            if origine == f"{attendue}://{nom}".lower():
                return origine.encode(), nom.encode()
        return b"http://" + hote, hote

    def _says_nothing(self, scope: Scope, chemin: str) -> bool:
        premier = _first(chemin)
        if premier == _API:
            # Its token is looked for by the API itself, which then asks who may read. A browser asks first whether it may
            # give one: that request has none, and its answer says nothing.
            return scope["method"] == "OPTIONS" or _header(
                scope, b"authorization"
            ).lower().startswith(b"bearer ")
        return (
            premier in _SANS_DONNEES
            or chemin.startswith(_SANS_DONNEES_INTERNES)
            or is_page(chemin, self._base)
        )


def _run_whole(message: bytes) -> bytes | None:
    """Return what asks to run a page as what asks to run the whole of it; nothing where it asks for something else."""
    from google.protobuf.message import DecodeError  # noqa: PLC0415 - heavy, and loaded meanwhile
    from streamlit.proto.BackMsg_pb2 import BackMsg  # noqa: PLC0415

    lu = BackMsg()
    try:
        lu.ParseFromString(message)
    except DecodeError:
        return None
    if lu.WhichOneof("type") != "rerun_script":
        return None
    lu.rerun_script.ClearField("fragment_id")
    entiere: bytes = lu.SerializeToString()
    return entiere


def _find_failure(scope: Scope, chemin: str, message: Message) -> Refus | None:
    """Say why an answer of Streamlit leaves whoever logs in without an account; it leads to the first page all the same."""
    if message["status"] >= 400:  # noqa: PLR2004
        return _SANS_FOURNISSEUR
    if chemin != RETOUR or message["status"] < 300:  # noqa: PLR2004
        return None
    siens = [ligne for _, ligne in _cookies_set(message) if ligne.startswith(_COOKIE)]
    # Of a way back that is taken twice, it takes nothing away.
    if any(b"Max-Age=0" not in ligne for ligne in siens) or (compte_of(scope) and not siens):
        return None
    return _ANNULEE if _query(scope).get("error") == _REFUSE_PAR_LA_PERSONNE else _ECHOUEE


def _cookies_set(message: Message) -> list[tuple[bytes, bytes]]:
    return [ligne for ligne in message.get("headers", ()) if ligne[0] == b"set-cookie"]


def _mark(message: Message, chemin: str) -> Message:
    """Mark the address that an answer leads to: of this server, that it comes from the log-in; of the provider, a log-out.

    Some providers want a « state » at a log-out too; Streamlit gives none.
    """
    if "headers" not in message:
        return message
    entetes = []
    for nom, valeur in message["headers"]:
        suite = b""
        if nom == b"location" and valeur.startswith(b"/"):
            suite = _CONNECTE.encode()
        elif nom == b"location" and chemin == DECONNEXION:
            suite = f"&state={_SORTIE}{secrets.token_hex(16)}".encode()
        entetes.append((nom, valeur + suite))
    return {**message, "headers": entetes}


async def answer(refus: Refus, genre: str, send: Send, chemin: str = "") -> None:
    """Answer with a refusal, to a request or in the place of a stream; as the API does where it is one of its addresses."""
    corps, media = refus.texte.encode(), "text/plain; charset=utf-8"
    if _first(chemin) == _API:
        corps, media = write_problem(refus.statut, refus.texte), PROBLEME
    entetes = [
        (b"content-type", media.encode()),
        (b"content-length", str(len(corps)).encode()),
        (b"cache-control", b"no-store"),
    ]
    if refus is CONNECTEZ_VOUS:
        entetes.append((b"www-authenticate", b"Bearer"))
    await send({"type": f"{genre}.start", "status": refus.statut, "headers": entetes})
    await send({"type": f"{genre}.body", "body": corps})


def _first(chemin: str) -> str:
    return chemin.removeprefix("/").partition("/")[0]


def _cookies(scope: Scope) -> dict[str, str]:
    return cookie_parser(_header(scope, b"cookie").decode("latin-1"))


def _header(scope: Scope, nom: bytes) -> bytes:
    # Of cookies, HTTP/2 makes several headers.
    return b"; ".join(valeur for n, valeur in scope["headers"] if n == nom)


def _query(scope: Scope) -> dict[str, str]:
    """Return the parameters of an address, the first of each name."""
    requete: bytes = scope.get("query_string", b"")
    return {nom: valeurs[0] for nom, valeurs in parse_qs(requete.decode("latin-1")).items()}


def _is_from_here(scope: Scope) -> bool:
    """Tell whether a page of this server asks for it, or whoever types the address.

    Every browser says so where it is served as it must be: in https, or on its own machine.
    """
    return scope["method"] == "GET" and _header(scope, b"sec-fetch-site") in (
        b"same-origin",
        b"none",
    )
