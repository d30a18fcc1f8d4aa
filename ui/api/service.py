"""The addresses of the API: the door of each request, and what is kept of the answers."""

import math
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import anyio
from anyio.to_thread import run_sync
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from geo.base.erreurs import BaseIndisponible
from geo.erreurs import DonneesInvalides
from rendu.api.refus import PROBLEME, write_problem
from ui.api.acces import JetonRefuse, has_token, join_token
from ui.api.debit import Debit
from ui.api.gardees import Gardee, Gardees, make_gardee, name_question
from ui.serveur.adresse_publique import public_address
from ui.serveur.comptes import compte_of, join_scope, may_read
from ui.serveur.couches import served_path
from ui.serveur.reglages import Reglages

if TYPE_CHECKING:
    from rendu.api.reponses import Question

METHODES = "GET, HEAD, OPTIONS"
# What changes the data reaches every server within a second.
_FRAICHEUR_S = 0.5
# Two answers are made at a time: pages are served meanwhile.
_ENSEMBLE = 2
_ATTENTES_MAX = 64
_CHAMPS_MAX = 50
_PUBLIC = "public, max-age=60"
_PRIVE = "private, no-cache"
_REFUSE = "no-store"
# What an account sees more of.
_SELON_COMPTE = "v1/versions"


def make_routes(reglages: Reglages) -> list[Route]:
    """Return the routes of the API."""
    api = Api(reglages)
    return [Route(served_path("/api"), api), Route(served_path("/api/{chemin:path}"), api)]


class Api:
    """The API, as ASGI.

    Parameters
    ----------
    reglages
        What is asked of the server.
    """

    def __init__(self, reglages: Reglages) -> None:
        self._reglages = reglages
        self._debit = Debit(reglages.debit)
        self._gardees = Gardees()
        self._limite: anyio.CapacityLimiter | None = None
        self._empreinte = ("", -math.inf)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        reponse = await self._respond(Request(scope, receive))
        await reponse(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        attente = self._debit.take(request.client.host if request.client else "")
        if attente:
            secondes = str(math.ceil(attente))
            texte = f"Trop de demandes de cette adresse. Attendre {secondes} s, puis en faire {self._reglages.debit:g} par seconde au plus."
            return _refuse(429, texte, {"Retry-After": secondes})
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": METHODES})
        if request.method not in ("GET", "HEAD"):
            texte = f"Cette adresse ne se modifie pas. Méthodes : {METHODES}."
            return _refuse(405, texte, {"Allow": METHODES})
        return await self._read(request)

    async def _read(self, request: Request) -> Response:
        try:
            await self._admit(request)
            return await self._answer(request)
        except JetonRefuse:
            texte = (
                "Un jeton valable est nécessaire : « Authorization: Bearer … ». Un compte en crée un dans l'atlas ; "
                "un jeton expiré ou retiré se remplace."
            )
            return _refuse(401, texte, {"WWW-Authenticate": 'Bearer realm="atlas-cpts"'})
        except BaseIndisponible as erreur:
            return _refuse(503, str(erreur), {"Retry-After": "5"})
        except DonneesInvalides:
            texte = "Les données en service ne peuvent pas être lues : la page « Données » dit pourquoi."
            return _refuse(503, texte, {"Retry-After": "60"})

    async def _admit(self, request: Request) -> None:
        if has_token(request.scope):
            await run_sync(join_token, request.scope, self._reglages)
        elif self._reglages.comptes is not None:
            join_scope(request.scope, self._reglages.comptes, compte_of(request.scope))
        if not may_read(request.scope):
            raise JetonRefuse

    async def _answer(self, request: Request) -> Response:
        try:
            paires = parse_qsl(
                request.scope["query_string"].decode("latin-1"),
                keep_blank_values=True,
                errors="replace",
                max_num_fields=_CHAMPS_MAX,
            )
        except ValueError:
            return _refuse(400, f"Écrire {_CHAMPS_MAX} paramètres au plus.", {})
        compte = compte_of(request.scope) is not None
        chemin = request.path_params.get("chemin", "").removesuffix("/")
        publique = public_address()
        # What loads it has been run first.
        empreinte = await self._find_data()
        from rendu.api.reponses import make_question  # noqa: PLC0415 - heavy

        accept = request.headers.get("accept", "")
        racine = publique or _find_root(request)
        question = make_question(racine, chemin, paires, accept, compte=compte)
        selon_compte = chemin.startswith(_SELON_COMPTE)
        gardee = None if selon_compte else self._gardees.find(name_question(empreinte, question))
        if gardee is None:
            if self._limiter().statistics().tasks_waiting >= _ATTENTES_MAX:
                return _refuse(503, "Le serveur est occupé. Réessayer.", {"Retry-After": "2"})
            gardee = await run_sync(self._make, question, selon_compte, limiter=self._limiter())
        varie = [] if publique else ["Host"]
        if selon_compte or self._reglages.comptes is not None:
            varie += ["Authorization", "Cookie"]
        # Links to an address that the client gave are for that client alone.
        public = publique is not None and _is_public(self._reglages)
        prive = compte or has_token(request.scope) or not public
        return _write(gardee, request.headers, prive=prive, varie=varie)

    def _limiter(self) -> anyio.CapacityLimiter:
        # It belongs to the loop that asks for it.
        if self._limite is None:
            self._limite = anyio.CapacityLimiter(_ENSEMBLE)
        return self._limite

    async def _find_data(self) -> str:
        """Return what names the data in use, looked at twice a second at most."""
        empreinte, vue = self._empreinte
        if time.monotonic() - vue > _FRAICHEUR_S:
            empreinte = await run_sync(_read_fingerprint)
            self._empreinte = (empreinte, time.monotonic())
        return empreinte

    def _make(self, question: "Question", selon_compte: bool) -> Gardee:
        """Make an answer, unless another request had it made meanwhile."""
        from rendu.api.reponses import answer  # noqa: PLC0415 - heavy, and loaded meanwhile
        from ui.commun.atlas import data_dir, load_shared  # noqa: PLC0415

        dossier = data_dir()
        atlas = load_shared(dossier, _fingerprint(dossier))
        cle = name_question(atlas.empreinte, question)
        gardee = None if selon_compte else self._gardees.find(cle)
        if gardee is None:
            reponse = answer(atlas, question)
            gardee = make_gardee(reponse.statut, reponse.media, reponse.corps)
            if reponse.statut == 200 and not selon_compte:  # noqa: PLR2004 - of HTTP
                self._gardees.keep(cle, gardee)
        return gardee


def _is_public(reglages: Reglages) -> bool:
    return reglages.comptes is None or reglages.comptes.lecture_publique


def _read_fingerprint() -> str:
    import rendu.api.reponses  # noqa: F401, PLC0415 - heavy, and loaded meanwhile
    from ui.commun.atlas import data_dir  # noqa: PLC0415

    return _fingerprint(data_dir())


def _fingerprint(dossier: Any) -> str:
    from geo.chargement import fingerprint  # noqa: PLC0415 - heavy, and loaded meanwhile

    return fingerprint(dossier)


def _find_root(request: Request) -> str:
    """Return the address of the application that was asked for."""
    hote = request.headers.get("host", "")
    return f"{request.scope['scheme']}://{hote}{served_path('')}"


def _write(gardee: Gardee, entetes: Headers, *, prive: bool, varie: Sequence[str]) -> Response:
    """Answer in the encoding that is accepted, or that nothing has changed."""
    compresse = _accepts_gzip(entetes.get("accept-encoding", ""))
    etiquettes = {nom: f'"{gardee.etiquette}{nom}"' for nom in ("", "-gz")}
    rendus = {
        "ETag": etiquettes["-gz" if compresse else ""],
        "Cache-Control": _PRIVE if prive else _PUBLIC,
        "Vary": ", ".join(("Accept", "Accept-Encoding", *varie)),
    }
    if gardee.statut >= 400:  # noqa: PLR2004 - of HTTP
        rendus = {"Cache-Control": _REFUSE}
    elif _is_known(entetes.get("if-none-match", ""), set(etiquettes.values())):
        return Response(status_code=304, headers=rendus)
    if compresse:
        rendus["Content-Encoding"] = "gzip"
    # Written as a header, it is not completed by Starlette.
    rendus["Content-Type"] = gardee.media
    corps = gardee.compresse if compresse else gardee.corps
    return Response(corps, gardee.statut, rendus)


def _is_known(texte: str, etiquettes: set[str]) -> bool:
    """Tell whether the client has one of these already.

    >>> _is_known('W/"a", "b"', {'"b"'}), _is_known("*", {'"b"'}), _is_known("", {'"b"'})
    (True, True, False)
    """
    donnees = {morceau.strip().removeprefix("W/") for morceau in texte.split(",")}
    return "*" in donnees or not donnees.isdisjoint(etiquettes)


def _accepts_gzip(texte: str) -> bool:
    """Tell whether a client takes gzip.

    >>> _accepts_gzip("gzip, br"), _accepts_gzip("gzip;q=0"), _accepts_gzip("")
    (True, False, False)
    """
    notes = {}
    for element in texte.lower().split(","):
        nom, _, note = element.partition(";")
        notes[nom.strip()] = note.replace(" ", "")
    dite = notes.get("gzip", notes.get("*"))
    return dite is not None and dite.rstrip("0.") not in ("q=", "q")


def _refuse(statut: int, detail: str, entetes: dict[str, str]) -> Response:
    propres = {"Cache-Control": _REFUSE, "Content-Type": PROBLEME}
    return Response(write_problem(statut, detail), statut, propres | entetes)
