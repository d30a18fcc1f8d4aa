"""Processes that tests start: a port for them, whether they answer, and one that may be killed at any line."""

import os
import socket
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress


def free_port() -> int:
    """Return a port of this machine that nothing listens on."""
    with socket.create_server(("localhost", 0)) as prise:
        return prise.getsockname()[1]


def wait_answer(adresse: str) -> None:
    """Wait for a minute until something answers there."""
    for _ in range(240):
        try:
            urllib.request.urlopen(adresse, timeout=1).close()
            break
        except OSError:
            time.sleep(0.25)


def run_child(action: Callable[[], object]) -> int:
    """Run in a process of its own; return the signal that killed it, or 0."""
    pid = os.fork()
    if pid == 0:
        with suppress(BaseException):
            action()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
