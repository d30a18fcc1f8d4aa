"""A request to a geographic service, in a thread of its own: the page goes on, one at a time for the whole server."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from geo.erreurs import DonneesInvalides
from geo.wfs.erreurs import RechercheArretee

_T = TypeVar("_T")

# Held by the one that is under way.
_place = threading.Lock()


class Recherche(Generic[_T]):
    """What is asked of a service, and what became of it.

    Parameters
    ----------
    ask
        Does it. It is given what to tell its progress to, and what tells whether to go on.
    is_wanted
        Whether somebody waits for it; asked from other threads.

    Attributes
    ----------
    etape
        What it does now, in French.
    resultat
        What `ask` returned; nothing where it was stopped or refused.
    refus
        Why there is nothing.
    """

    def __init__(
        self,
        ask: Callable[[Callable[[str], None], Callable[[], bool]], _T],
        is_wanted: Callable[[], bool],
    ) -> None:
        self._ask, self._is_wanted = ask, is_wanted
        self._arret, self._fini = threading.Event(), threading.Event()
        self._erreur: Exception | None = None
        self.etape = ""
        self.resultat: _T | None = None
        self.refus: DonneesInvalides | None = None

    def start(self) -> bool:
        """Begin; tell whether it could, for another one may be under way."""
        if not _place.acquire(blocking=False):
            return False
        threading.Thread(target=self._run, daemon=True).start()
        return True

    def stop(self) -> None:
        """Ask it to end: it does within a moment."""
        self.etape = "Arrêt…"
        self._arret.set()

    def wait(self, duree_s: float) -> bool:
        """Wait for its end; tell whether it came. What no user can mend is raised."""
        finie = self._fini.wait(duree_s)
        if finie and self._erreur is not None:
            raise self._erreur
        return finie

    def _run(self) -> None:
        try:
            self.resultat = self._ask(self._step, self._goes_on)
        except DonneesInvalides as refus:
            self.refus = refus
        except RechercheArretee:
            pass
        except Exception as erreur:  # noqa: BLE001 - raised by the page that waits
            self._erreur = erreur
        finally:
            _place.release()
            self._fini.set()

    def _step(self, etape: str) -> None:
        if not self._arret.is_set():
            self.etape = etape

    def _goes_on(self) -> bool:
        return not self._arret.is_set() and self._is_wanted()
