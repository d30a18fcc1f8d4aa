"""The server of uvicorn, which says what its stop interrupts."""

import socket
from collections.abc import Callable

import uvicorn

from ui.serveur.vidange import count_imports


class Serveur(uvicorn.Server):
    """A server that says what it stops with.

    Parameters
    ----------
    config
        As uvicorn has it.
    tell
        Says it.
    """

    def __init__(self, config: uvicorn.Config, tell: Callable[[str], None]) -> None:
        super().__init__(config)
        self._tell = tell

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, after having said which imports end with it."""
        if imports := count_imports():
            self._tell(
                f"Arrêt pendant l'examen de {imports} import{'s' if imports > 1 else ''} : leurs fichiers seront à "
                "déposer de nouveau. « deploiement/redemarrer » attend qu'ils soient terminés."
            )
        await super().shutdown(sockets)
