"""A Streamlit server of ours, started with the application's own settings."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

RACINE = Path(__file__).resolve().parent.parent
DONNEES = RACINE / "data"
APPLICATION = "app.py"
DELAI_S = 60
PAUSE_S = 0.02
OCTETS_PAR_MO = 1e6


@dataclass(frozen=True, slots=True)
class Serveur:
    """A running server: its address, and its process."""

    adresse: str
    processus: psutil.Process

    def memory_mb(self) -> float:
        """Return the resident memory of the server, in MB (10⁶ bytes)."""
        return float(self.processus.memory_info().rss / OCTETS_PAR_MO)


def free_port() -> int:
    """Return a port of this machine that nothing listens on."""
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return int(prise.getsockname()[1])


def wait_until_ready(adresse: str, processus: "subprocess.Popen[bytes]") -> None:
    """Wait until a Streamlit server answers.

    Raises
    ------
    RuntimeError
        If its process ends before that, or time runs out.
    """
    fin = time.monotonic() + DELAI_S
    while time.monotonic() < fin:
        if processus.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{adresse}/_stcore/health", timeout=1):  # noqa: S310
                return
        except (urllib.error.URLError, OSError):
            time.sleep(PAUSE_S)
    raise RuntimeError(f"Le serveur {adresse} n'a pas démarré.")


def stop(processus: "subprocess.Popen[bytes]") -> None:
    """End a server and the processes that it started."""
    tous = [psutil.Process(processus.pid)]
    tous += tous[0].children(recursive=True)
    for sien in tous:
        sien.terminate()
    for sien in psutil.wait_procs(tous, timeout=10)[1]:
        sien.kill()
    processus.wait()


@contextmanager
def serve(
    script: str, dossier: Path = DONNEES, var: Path | None = None, **reglages: str
) -> Iterator[Serveur]:
    """Serve a script of the project on a folder of data, or on the version of it that `var` holds, and stop the server at the end.

    `reglages` are variables of its environment. The application is served as `make run` does, the other scripts by Streamlit alone. It runs from the project's root, so ``.streamlit/config.toml`` holds for every page alike.
    """
    port = free_port()
    adresse = f"http://127.0.0.1:{port}"
    commande = [sys.executable, "-m", "streamlit", "run", script, f"--server.port={port}"]
    if script == APPLICATION:
        commande = [sys.executable, "-m", "ui.demarrage", f"--port={port}"]
    processus = subprocess.Popen(
        commande,
        cwd=RACINE,
        env=os.environ
        | {"CPTS_DATA_DIR": str(dossier.resolve())}
        | ({"CPTS_VAR_DIR": str(var)} if var else {})
        | reglages,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_ready(adresse, processus)
        yield Serveur(adresse, psutil.Process(processus.pid))
    finally:
        stop(processus)
