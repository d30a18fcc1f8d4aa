"""From the start of the server to the first page painted, and its memory then, against another checkout."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil
from playwright.sync_api import Browser

from bench.navigateur import open_context
from bench.releve import Ligne, multiple_of
from bench.serveur import OCTETS_PAR_MO, RACINE, free_port, stop, wait_until_ready

DEMARRAGES = 3
# The share of the other checkout's time that the project allows itself.
MARQUE_DUREE = 0.6
# Long enough for what the server does after the page, if it does something.
REPOS_S = 3.0


@dataclass(frozen=True, slots=True)
class Demarrage:
    """One start: seconds to the painted page, seconds of processor, and resident memory at rest."""

    peint_s: float
    processeur_s: float
    memoire_mb: float


@contextmanager
def _start(racine: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """Start a checkout as ``make run`` does, with its own libraries, and stop it at the end."""
    port = free_port()
    python = racine / ".venv" / "bin" / "python"
    processus = subprocess.Popen(
        [python if python.exists() else sys.executable, "-m", "ui.demarrage", f"--port={port}"],
        cwd=racine,
        env=os.environ | {"CPTS_DATA_DIR": str(racine / "data")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}", processus
    finally:
        stop(processus)


def start_once(navigateur: Browser, racine: Path) -> Demarrage:
    """Start the server of a checkout, open its home page as soon as it answers, and wait for the map.

    The clock starts before the process does, and stops when the script has ended and every outline has
    its fill. Memory is that of all its processes.
    """
    with open_context(navigateur) as contexte:
        page = contexte.new_page()
        debut = time.monotonic()
        with _start(racine) as (adresse, processus):
            wait_until_ready(adresse, processus)
            page.goto(adresse, wait_until="commit")
            page.wait_for_function("bancEssai.signature(null)")
            peint_s = time.monotonic() - debut
            page.wait_for_timeout(REPOS_S * 1000)
            serveur = psutil.Process(processus.pid)
            tous = [serveur, *serveur.children(recursive=True)]
            temps = [sien.cpu_times() for sien in tous]
            return Demarrage(
                peint_s,
                sum(t.user + t.system for t in temps),
                sum(sien.memory_info().rss for sien in tous) / OCTETS_PAR_MO,
            )


def measure_demarrage(navigateur: Browser, contre: Path | None = None) -> list[Ligne]:
    """Start this checkout, and the other one in turn; medians, after one start of each that is not counted."""
    racines = [RACINE, *([contre.resolve()] if contre else [])]
    mesures: dict[Path, list[Demarrage]] = {racine: [] for racine in racines}
    for tour in range(DEMARRAGES + 1):
        for racine, siennes in mesures.items():
            demarrage = start_once(navigateur, racine)
            if tour:
                siennes.append(demarrage)
    figures = (
        ("start of the server to the first page painted", "peint_s", "s", MARQUE_DUREE),
        ("processor time of that start", "processeur_s", "s", None),
        ("memory of the server at rest after that page", "memoire_mb", "MB", None),
    )
    lignes = []
    for figure, champ, unite, marque in figures:
        medianes = [median(getattr(d, champ) for d in siennes) for siennes in mesures.values()]
        if contre:
            lignes.append(
                multiple_of(
                    figure,
                    medianes[0],
                    medianes[1],
                    "the other checkout",
                    unite=unite,
                    marque=marque,
                )
            )
        else:
            lignes.append(Ligne(figure, f"{medianes[0]:,.1f} {unite}"))
    return lignes
