"""The addresses that the map of the workshop talks to: a gesture is answered without running the page again."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ui.serveur.comptes import compte_of
from ui.serveur.couches import served_path
from ui.serveur.ecriture import get_reglages, may_write

if TYPE_CHECKING:
    from geo.atelier.gestes import Geste

CHEMIN = "/atelier-donnees"
# A lasso over France, with room to spare.
CORPS_MAX_OCTETS = 2_000_000
_GESTES_MAX = 500
_CLE_MAX = 64
_CHIFFRES_MAX = 9


class DemandeRefusee(Exception):
    """What was asked cannot be answered: why, in French."""

    def __init__(self, statut: int, texte: str) -> None:
        super().__init__(texte)
        self.statut = statut


def make_routes() -> list[Route]:
    """Return the routes of the workshop."""
    chemin = served_path(f"{CHEMIN}/{{scenario}}")
    return [
        Route(chemin, _read, methods=["GET"]),
        Route(chemin, _write, methods=["POST"]),
        Route(f"{chemin}/demande", _ask, methods=["POST"]),
    ]


async def _read(request: Request) -> Response:
    return await _answer(lambda: _state(request))


async def _write(request: Request) -> Response:
    corps = await _read_body(request)
    return await _answer(lambda: _play(request, corps))


async def _ask(request: Request) -> Response:
    corps = await _read_body(request)
    return await _answer(lambda: _reply(request, corps))


async def _read_body(request: Request) -> bytes | None:
    """Read what was sent; nothing where it is too long."""
    corps = bytearray()
    async for morceau in request.stream():
        corps += morceau
        if len(corps) > CORPS_MAX_OCTETS:
            return None
    return bytes(corps)


async def _answer(make: Callable[[], dict[str, Any]]) -> Response:
    """Answer from another thread, or say in French why not."""
    entetes = {"Cache-Control": "no-store"}
    try:
        contenu = await run_in_threadpool(_told, make)
    except DemandeRefusee as refus:
        return JSONResponse({"erreur": str(refus)}, refus.statut, entetes)
    return JSONResponse(contenu, 200, entetes)


def _told(make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    from geo.atelier.gestes import GesteRefuse  # noqa: PLC0415 - heavy, and loaded meanwhile
    from geo.atelier.journal import ScenarioInconnu  # noqa: PLC0415
    from geo.base.connexion import BaseIndisponible  # noqa: PLC0415
    from geo.erreurs import DonneesInvalides  # noqa: PLC0415

    try:
        return make()
    except ScenarioInconnu as erreur:
        raise DemandeRefusee(404, "Ce scénario n'existe pas sur ce serveur.") from erreur
    except BaseIndisponible as erreur:
        raise DemandeRefusee(503, str(erreur)) from erreur
    except GesteRefuse as erreur:
        raise DemandeRefusee(400, str(erreur)) from erreur
    except DonneesInvalides as erreur:
        raise DemandeRefusee(
            503,
            "Les données en service ne peuvent pas être lues : la page « Données » dit pourquoi.",
        ) from erreur


def _state(request: Request) -> dict[str, Any]:
    from ui.atelier.etablis import open_etabli  # noqa: PLC0415
    from ui.atelier.reponses import answer_since, answer_whole  # noqa: PLC0415

    etabli = open_etabli(request.path_params["scenario"])
    vue, depuis = _read_vue(request), request.query_params.get("depuis", "")
    with etabli.verrou:
        if not (depuis.isascii() and depuis.isdecimal() and len(depuis) <= _CHIFFRES_MAX):
            return answer_whole(etabli, vue)
        return answer_since(etabli, vue, int(depuis), request.query_params.get("derniere", ""))


def _play(request: Request, corps: bytes | None) -> dict[str, Any]:
    from geo.atelier.gestes import GesteRefuse, read_geste  # noqa: PLC0415
    from ui.atelier.etablis import open_etabli  # noqa: PLC0415
    from ui.atelier.reponses import answer_since  # noqa: PLC0415

    session, compte = request.headers.get("x-session", ""), compte_of(request.scope)
    if not may_write(session, get_reglages(), compte):
        raise DemandeRefusee(403, "Cette session ne peut rien écrire sur ce serveur.")
    demande = _parse(corps)
    gestes, version = demande.get("gestes"), demande.get("version")
    derniere = demande.get("derniere", "")
    if not isinstance(gestes, list) or len(gestes) > _GESTES_MAX:
        raise _unreadable()
    if not isinstance(version, int) or not isinstance(derniere, str):
        raise _unreadable()
    lus: list[tuple[str, Geste]] = []
    refus: list[str] = []
    for ligne in gestes:
        cle = ligne.get("cle") if isinstance(ligne, dict) else None
        if not isinstance(cle, str) or not cle.isascii() or not 0 < len(cle) <= _CLE_MAX:
            raise _unreadable()
        try:
            lus.append((cle, read_geste(ligne.get("geste"))))
        except GesteRefuse as erreur:
            # One that makes no sense takes none of the others with it.
            refus.append(str(erreur))
    etabli = open_etabli(request.path_params["scenario"])
    with etabli.verrou:
        refus += etabli.play(lus)
        return answer_since(etabli, _read_vue(request), version, derniere, refus)


def _reply(request: Request, corps: bytes | None) -> dict[str, Any]:
    from ui.atelier.demandes import reply  # noqa: PLC0415
    from ui.atelier.etablis import open_etabli  # noqa: PLC0415

    demande = _parse(corps)
    etabli = open_etabli(request.path_params["scenario"])
    with etabli.verrou:
        return reply(etabli, demande, _read_vue(request))


def _parse(corps: bytes | None) -> dict[str, Any]:
    if corps is None:
        raise DemandeRefusee(413, "Ce geste est trop grand : faites-le en plusieurs fois.")
    try:
        demande = json.loads(corps)
    except (ValueError, RecursionError) as erreur:
        raise _unreadable() from erreur
    if not isinstance(demande, dict):
        raise _unreadable()
    return demande


def _unreadable() -> DemandeRefusee:
    return DemandeRefusee(400, "Ce que la page a envoyé ne se lit pas : rechargez-la.")


def _read_vue(request: Request) -> Any:
    """Read what the window shows; what is unknown there is as the page has it by default."""
    from geo.regles.couverture import DEFINITIONS  # noqa: PLC0415
    from ui.atelier.reponses import Vue  # noqa: PLC0415

    demande = request.query_params
    couvert = demande.get("couvert", "")
    return Vue(
        tuple(filter(None, demande.get("dep", "").split(","))),
        couvert if couvert in DEFINITIONS else next(iter(DEFINITIONS)),
        demande.get("indicatifs") != "0",
    )
