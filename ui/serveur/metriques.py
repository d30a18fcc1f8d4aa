"""The counters that Prometheus reads at ``/metriques``, behind a token of its own; without it they are not there.

Every label has a short list of values, and none is of a person. This module, and the library behind it, is imported only
where the token is set.
"""

import hmac
from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from ui.serveur.couches import served_path
from ui.serveur.suivi import FLUX, Demande
from ui.serveur.vidange import Vidange, count_imports

CHEMIN = "/metriques"
_DUREES_S = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metriques:
    """The counters of this process.

    Parameters
    ----------
    jeton
        What opens them.
    version
        Tells the number of the version of the data in use; ``None`` where it cannot be read.
    reach_base
        Asks the database; ``None`` where there is none.
    vidange
        Whether the server is being emptied.
    """

    def __init__(
        self,
        jeton: str,
        *,
        version: Callable[[], int | None],
        reach_base: Callable[[], bool] | None,
        vidange: Vidange,
    ) -> None:
        self._jeton = jeton.encode()
        self._version = version
        self._reach_base = reach_base
        self._vidange = vidange
        # One line less for each counter: nobody asks when it began.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registre = CollectorRegistry()
        ProcessCollector(registry=self._registre)
        self._demandes = self._count(
            "atlas_demandes", "Demandes reçues", ("famille", "methode", "statut")
        )
        self._durees = Histogram(
            "atlas_duree_secondes",
            "Durée des réponses, hors websockets",
            ("famille",),
            buckets=_DUREES_S,
            registry=self._registre,
        )
        self._sessions = self._gauge("atlas_sessions", "Pages ouvertes en ce moment")
        self._messages = self._count(
            "atlas_messages", "Ce que les pages ouvertes ont demandé : choix, exécutions", ()
        )
        self._imports = self._gauge(
            "atlas_imports_en_examen", "Sessions qui tiennent des fichiers déposés"
        )
        self._en_service = self._gauge("atlas_version", "Numéro de la version des données en usage")
        self._se_vide = self._gauge("atlas_se_vide", "1 si le serveur se vide avant un arrêt")
        self._base = (
            self._gauge("atlas_base", "1 si la base de données répond") if reach_base else None
        )

    def route(self) -> Route:
        """Return their address."""
        return Route(served_path(CHEMIN), self._answer, methods=["GET"])

    def count_demande(self, demande: Demande) -> None:
        """Count a request."""
        self._demandes.labels(demande.famille, demande.methode, str(demande.statut)).inc()
        if demande.methode != FLUX:
            self._durees.labels(demande.famille).observe(demande.duree_s)

    def count_flux(self, de_plus: int) -> None:
        """Count a page that was opened (1) or closed (-1)."""
        self._sessions.inc(de_plus)

    def count_message(self) -> None:
        """Count what a page has asked for."""
        self._messages.inc()

    async def _answer(self, request: Request) -> Response:
        presente = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(presente, b"Bearer " + self._jeton):
            return PlainTextResponse(
                "Il faut le jeton des métriques (Authorization: Bearer …).",
                401,
                {"www-authenticate": "Bearer", "cache-control": "no-store"},
            )
        texte = await run_in_threadpool(self._write)
        return Response(
            texte, headers={"content-type": CONTENT_TYPE_LATEST, "cache-control": "no-store"}
        )

    def _write(self) -> bytes:
        self._imports.set(count_imports())
        self._se_vide.set(self._vidange.en_cours)
        version = self._version()
        if version is not None:
            self._en_service.set(version)
        if self._base is not None and self._reach_base is not None:
            self._base.set(self._reach_base())
        return generate_latest(self._registre)

    def _count(self, nom: str, aide: str, etiquettes: tuple[str, ...]) -> Counter:
        return Counter(nom, aide, etiquettes, registry=self._registre)

    def _gauge(self, nom: str, aide: str) -> Gauge:
        return Gauge(nom, aide, registry=self._registre)
