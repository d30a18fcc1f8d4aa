"""Whether the server lives (``/sante``), and whether visitors may be sent to it (``/pret``).

Both answer to any name, for what watches a server asks by its number; neither says anything of the data but whether they
can be read.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from enum import Enum

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from geo.importation.environnement import base_url, var_dir
from ui.serveur.couches import served_path
from ui.serveur.vidange import Vidange, count_imports

SANTE = "/sante"
PRET = "/pret"
# Whoever asks again within it is told the same: a check reads files, and asks the database.
_VALABLE_S = 1.0
# A first reading of the data takes longer: it goes on, and the next one who asks is told.
_ATTENTE_S = 5.0
# What a page does not answer in this time must not keep a server from the visitors of the others.
_VISITE_S = 90.0
_JAMAIS = -_VALABLE_S
_OCTETS_D_ESSAI = 65_536


class Etat(Enum):
    """What a server is ready for, as it says it."""

    PRET = "prêt"
    DEGRADE = "dégradé"
    SE_PREPARE = "se prépare"
    SE_VIDE = "se vide"
    INDISPONIBLE = "indisponible"


@dataclass(frozen=True, slots=True)
class Constat:
    """What was found: a word for each thing that a visitor needs, and for what becomes of it."""

    etat: Etat
    controles: dict[str, str]


class Preparation:
    """What must be there before the first visitor, looked at when it is asked for.

    Parameters
    ----------
    read
        Reads the data and writes the outlines, which costs nothing once it is done; what it raises is what is wrong.
    reach_base
        Asks the database; ``None`` where there is none.
    vidange
        Whether the server is being emptied.
    serveur
        The name of this process.
    visit
        Opens every page once, so that no visitor waits for what the first one loads; ``None`` where nobody is sent by
        what this says.
    """

    def __init__(
        self,
        read: Callable[[], object],
        *,
        reach_base: Callable[[], bool] | None,
        vidange: Vidange,
        serveur: str,
        visit: Callable[[], Coroutine[None, None, None]] | None = None,
    ) -> None:
        self._read = read
        self._reach_base = reach_base
        self._vidange = vidange
        self._serveur = serveur
        self._visit = visit
        self._visitees = visit is None
        # One thread of its own: a slow disk takes none of those that answer.
        self._fil = ThreadPoolExecutor(1, thread_name_prefix="pret")
        self._constat = Constat(Etat.SE_PREPARE, {})
        self._le = _JAMAIS
        self._lues = False
        self._en_cours: Future[None] | None = None

    def routes(self) -> list[Route]:
        """Return both addresses."""
        return [
            Route(served_path(SANTE), self._live, methods=["GET"]),
            Route(served_path(PRET), self._ready, methods=["GET"]),
        ]

    @asynccontextmanager
    async def visited(self, _: object) -> AsyncIterator[None]:
        """Have the pages opened once while the server runs."""
        visite = asyncio.create_task(self._visit_once())
        yield
        visite.cancel()

    async def _visit_once(self) -> None:
        if self._visit is None:
            return
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._visit(), _VISITE_S)
        finally:
            self._visitees = True

    async def _live(self, _: Request) -> Response:
        return _answer({"etat": "en vie", **self._named()}, 200)

    async def _ready(self, _: Request) -> Response:
        await self._look()
        constat = self._constat
        corps: dict[str, object] = {"etat": constat.etat.value, **self._named()}
        if self._vidange.en_cours:
            corps |= {"etat": Etat.SE_VIDE.value, "imports": count_imports()}
        corps["controles"] = constat.controles
        servi = constat.etat in (Etat.PRET, Etat.DEGRADE) and not self._vidange.en_cours
        return _answer(corps, 200 if servi else 503)

    async def _look(self) -> None:
        """Wait a little for a check, shared by all who ask meanwhile."""
        if time.monotonic() - self._le < _VALABLE_S:
            return
        if self._en_cours is None or self._en_cours.done():
            self._en_cours = self._fil.submit(self.check)
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(self._en_cours)), _ATTENTE_S)

    def check(self) -> None:
        """Look at everything once."""
        controles: dict[str, str] = {}
        etat = Etat.PRET
        if self._reach_base is not None:
            jointe = self._reach_base()
            controles["base"] = "jointe" if jointe else "injoignable : lecture seule"
            etat = etat if jointe else Etat.DEGRADE
        if not _may_keep():
            controles["dossier"] = (
                "rien ne peut être écrit où sont gardées les versions (disque plein, droits ?)"
            )
            etat = Etat.INDISPONIBLE
        else:
            controles["dossier"] = "accessible"
        from geo.base.erreurs import BaseIndisponible  # noqa: PLC0415 - heavy, and loaded meanwhile
        from geo.erreurs import DonneesInvalides  # noqa: PLC0415
        from geo.importation.versions import is_late  # noqa: PLC0415

        try:
            self._read()
            self._lues = True
            if is_late():
                controles["donnees"] = (
                    "celles d'avant : la version en usage n'a pas pu être copiée sur cette machine (place sur le disque ?)"
                )
                etat = etat if etat is Etat.INDISPONIBLE else Etat.DEGRADE
            else:
                controles["donnees"] = "lues"
        except BaseIndisponible:
            controles["donnees"] = "celles d'avant : la base ne dit plus lesquelles sont en usage"
            etat = etat if self._lues else Etat.INDISPONIBLE
        except (DonneesInvalides, OSError):
            controles["donnees"] = "illisibles : la page « Données » dit pourquoi"
            etat = Etat.INDISPONIBLE
        if not self._visitees:
            controles["pages"] = "en train de s'ouvrir une première fois"
            etat = etat if etat is Etat.INDISPONIBLE else Etat.SE_PREPARE
        self._constat, self._le = Constat(etat, controles), time.monotonic()

    def _named(self) -> dict[str, str]:
        return {"serveur": self._serveur} if self._serveur else {}


def find_base() -> Callable[[], bool] | None:
    """Return what tells whether the database answers; nothing where there is none of its own."""
    return _reach_base if base_url() else None


def _reach_base() -> bool:
    from geo.base.connexion import BaseIndisponible, open_base  # noqa: PLC0415 - only where there is one

    try:
        with open_base().read() as connexion:
            connexion.exec_driver_sql("SELECT 1")
    except BaseIndisponible:
        return False
    return True


def _may_keep() -> bool:
    """Tell whether something can be written where versions are kept."""
    try:
        with tempfile.TemporaryFile(dir=var_dir()) as fichier:
            # A full disk still takes the name of a file.
            fichier.write(bytes(_OCTETS_D_ESSAI))
    except OSError:
        return False
    return True


def _answer(corps: dict[str, object], statut: int) -> Response:
    return JSONResponse(corps, statut, {"cache-control": "no-store"})
