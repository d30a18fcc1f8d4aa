"""Emptying a server before it is stopped: the proxy sends it nobody new, and what only it holds is finished.

Filters are in the address, and a scenario in its log and its browser: both are found again on another server. An
import that is being looked at is in the memory of this one: it is waited for. ``deploiement/redemarrer`` asks for it.
"""

import signal
from collections.abc import Callable

from ui.serveur.depots import stored_bytes


class Vidange:
    """Whether the server is being emptied."""

    def __init__(self) -> None:
        self.en_cours = False

    def listen(self, tell: Callable[[str], None]) -> None:
        """Begin at SIGUSR1, give up at SIGUSR2; a system without them has neither.

        Parameters
        ----------
        tell
            Says it.
        """

        def begin(*_: object) -> None:
            self.en_cours = True
            tell(
                "Le serveur se vide : il attend que ses imports en cours d'examen soient terminés."
            )

        def give_up(*_: object) -> None:
            self.en_cours = False
            tell("Le serveur ne se vide plus.")

        if hasattr(signal, "SIGUSR1"):
            signal.signal(signal.SIGUSR1, begin)
            signal.signal(signal.SIGUSR2, give_up)


def count_imports() -> int:
    """Count the sessions that hold files: each has an import in hand, which would end with this server."""
    return sum(octets > 0 for octets in stored_bytes().values())
