"""The outlines that the map fetches: kept with the versions of the data, served while theirs is in use.

Their address names their content, so a browser keeps them; nobody else is offered them (see the headers of
:mod:`ui.serveur.entetes`). Those of data that are no longer in use have no address any more.
"""

import re
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route
from streamlit import config

from geo.disque import last_use, say_used, serves_no_more
from ui.serveur.ecriture import get_reglages

if TYPE_CHECKING:
    from starlette.requests import Request

CHEMIN = "/couches"
# As rendu.carte.couches.write_file names them.
_NOM = re.compile(r"[a-z]+(-[0-9A-Z]+)?-[0-9a-f]{16}\.(json|js)")
_UN_AN = "private, max-age=31536000, immutable"
# What nginx keeps for everybody, and tells nobody: long enough for a crowd, and they go soon after their version. It
# comes first: nginx reads what is private to browsers otherwise.
_EN_CHEMIN = {"X-Accel-Expires": "60"}


def couches_of(empreinte: str) -> Path:
    """Return the folder of the outlines of some data, named by their fingerprint."""
    from geo.importation.versions import open_depot  # noqa: PLC0415 - heavy, and loaded meanwhile

    return open_depot().dossier / "couches" / empreinte[:16]


def couches_dir() -> Path:
    """Return the folder of the outlines of the data in use.

    Raises
    ------
    DonneesInvalides
        If what says which data are in use was damaged by hand.
    """
    from geo.chargement import fingerprint  # noqa: PLC0415 - heavy, and loaded meanwhile
    from geo.importation.versions import open_depot  # noqa: PLC0415

    return couches_of(fingerprint(open_depot().actuel()))


def forget_others() -> None:
    """Remove the outlines of data that nobody shows: neither in use, nor just before, for a day in any server."""
    dossier = couches_dir()
    autres = sorted((a for a in dossier.parent.glob("*/") if a != dossier), key=last_use)
    for autre in autres[:-1]:
        if serves_no_more(autre):
            shutil.rmtree(autre, ignore_errors=True)


def forget_abandoned() -> None:
    """Remove what pages made for a while too, and has not served for a day: for filters, or for an import given up."""
    forget_others()
    for fichier in couches_dir().glob("zones-*"):
        if serves_no_more(fichier):
            with suppress(OSError):
                fichier.unlink()


def find_couche(nom: str) -> Path | None:
    """Return the file of that name, if it is of the data in use."""
    from geo.erreurs import DonneesInvalides  # noqa: PLC0415

    if not _NOM.fullmatch(nom):
        return None
    try:
        chemin = couches_dir() / nom
    except DonneesInvalides:
        return None
    if not chemin.is_file():
        return None
    say_used(chemin)
    say_used(chemin.parent)
    return chemin


def served_path(chemin: str) -> str:
    """Return the path of an address on this server, base path included."""
    base = str(config.get_option("server.baseUrlPath")).strip("/")
    return f"{'/' + base if base else ''}{chemin}"


def make_route() -> Route:
    """Return the route that serves them."""
    return Route(served_path(f"{CHEMIN}/{{nom}}"), _serve)


async def _serve(request: "Request") -> Response:
    chemin = await run_in_threadpool(find_couche, request.path_params["nom"])
    if chemin is None:
        return PlainTextResponse("", status_code=404, headers={"Cache-Control": "no-store"})
    en_chemin = _EN_CHEMIN if get_reglages().may_be_kept() else {}
    return FileResponse(chemin, headers=en_chemin | {"Cache-Control": _UN_AN})
