"""The application as it is served: Streamlit's own, behind the door of :mod:`ui.serveur.garde`."""

from collections.abc import Callable, Sequence

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from streamlit import config
from streamlit.starlette import App

from rendu.scripts import STATIC
from ui.serveur.couches import make_route, served_path
from ui.serveur.depots import Depots, stored_bytes
from ui.serveur.ecriture import may_write
from ui.serveur.entetes import Entetes, read_page
from ui.serveur.garde import Garde
from ui.serveur.journaux import log_demande
from ui.serveur.pages import ABSENT, NOTRES
from ui.serveur.panne import show_error
from ui.serveur.premiere_visite import visit_pages
from ui.serveur.reglages import Reglages
from ui.serveur.sante import Preparation, find_base
from ui.serveur.suivi import Demande, Suivi
from ui.serveur.vidange import Vidange


def make_application(
    reglages: Reglages, routes: Sequence[Route], *, read: Callable[[], object], vidange: Vidange
) -> App:
    """Return the application, as ASGI; Streamlit's settings have been read before.

    Parameters
    ----------
    reglages
        What is asked of the server.
    routes
        What pages answer beside Streamlit.
    read
        Reads the data and writes the outlines, which costs nothing once it is done.
    vidange
        Whether the server is being emptied.
    """
    comptes = reglages.comptes
    if comptes:
        from ui.serveur.userinfo import install  # noqa: PLC0415 - only where it is used

        install(comptes)
    leaflet_js = (STATIC / "leaflet" / "leaflet.js").read_text(encoding="utf-8")
    base = config.get_option("server.baseUrlPath")
    preparation = Preparation(
        read,
        reach_base=find_base(),
        vidange=vidange,
        serveur=reglages.serveur,
        # One of several: visitors are sent to it once it says that it is ready.
        visit=visit_pages if reglages.serveur else None,
    )
    suivi, compteurs = _follow(reglages, vidange)
    return App(
        STATIC.parent / "app.py",
        routes=[make_route(), *preparation.routes(), *compteurs, *routes, *_absent_routes()],
        # Nothing of them goes into the environment of the process: they are all in one section.
        secrets={"auth": dict(comptes.auth)} if comptes else None,
        lifespan=preparation.visited,
        on_script_error=show_error,
        middleware=[
            *suivi,
            Middleware(
                Garde,
                reglages=reglages,
                entetes=Entetes(read_page(), leaflet_js, reglages.cadres),
                depots=Depots(
                    lambda session, compte: may_write(session, reglages, compte), stored_bytes
                ),
                base=base,
            ),
        ],
    )


def _absent_routes() -> list[Route]:
    """Return what answers where none of the others does, below the addresses of this application that are no page's."""
    chemins = [*NOTRES, *(f"{nom}/{{reste:path}}" for nom in NOTRES)]
    return [Route(served_path(f"/{nom}"), _answer_nothing, methods=["GET"]) for nom in chemins]


async def _answer_nothing(_: Request) -> Response:
    return PlainTextResponse(ABSENT, 404, {"cache-control": "no-store"})


def _follow(reglages: Reglages, vidange: Vidange) -> tuple[list[Middleware], list[Route]]:
    """Return what counts and logs the requests, where somebody wants it."""
    ecoutes: list[Callable[[Demande], None]] = [log_demande] if reglages.journaux_json else []
    routes: list[Route] = []
    flux: Callable[[int], None] = _ignore
    messages: Callable[[], None] = _ignore
    if reglages.jeton_metriques:
        from ui.serveur.metriques import Metriques  # noqa: PLC0415 - only where it is used

        metriques = Metriques(
            reglages.jeton_metriques, version=_version, reach_base=find_base(), vidange=vidange
        )
        ecoutes.append(metriques.count_demande)
        flux, messages = metriques.count_flux, metriques.count_message
        routes.append(metriques.route())
    if not ecoutes:
        return [], []
    suivi = Middleware(Suivi, base=served_path(""), ecoutes=ecoutes, flux=flux, messages=messages)
    return [suivi], routes


def _ignore(*_: int) -> None:
    """Count nothing."""


def _version() -> int | None:
    """Tell which version of the data is in use; 0 is the base."""
    from geo.base.erreurs import BaseIndisponible  # noqa: PLC0415 - heavy, and loaded meanwhile
    from geo.erreurs import DonneesInvalides  # noqa: PLC0415
    from geo.importation.versions import open_depot  # noqa: PLC0415

    try:
        version = open_depot().en_usage()
    except (BaseIndisponible, DonneesInvalides, OSError):
        return None
    return version.numero if version else 0
