"""Several processes behind nginx, as a region has them, against one alone: ``python -m bench.serveurs``.

The same crowd comes to both: so many people within ten seconds, each of whom then changes the colour.
"""

import ssl
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Annotated

import psutil
import typer

from bench.foule import ARRIVEE_S, gather
from bench.releve import Ligne, compare_with, describe_machine, to_markdown, to_rows
from bench.serveur import APPLICATION, serve
from tests.nginx import Region

PROCESSUS = 4
SESSIONS = (50, 200)


def measure_serveurs(sessions: list[int]) -> Iterator[list[Ligne]]:
    """Have each crowd come to one process, then to several."""
    for n in sessions:
        with serve(APPLICATION) as seul:
            un = gather(seul.adresse, n)
        with TemporaryDirectory() as dossier:
            region = Region(Path(dossier) / "region", combien=PROCESSUS)
            try:
                region.start()
                plusieurs = gather(region.adresse, n, _trust_anyone())
            finally:
                region.stop()
        yield [
            compare_with(
                f"{figure}, {n} people, {PROCESSUS} processes behind nginx, p95",
                quantiles(ici, n=20)[-1],
                quantiles(reference, n=20)[-1],
                "one process",
                unite="s",
            )
            for figure, ici, reference in (
                (
                    f"opening of the home page within {ARRIVEE_S} s",
                    plusieurs.ouvertures,
                    un.ouvertures,
                ),
                ("then a change of colour", plusieurs.changements, un.changements),
            )
        ]


def _trust_anyone() -> ssl.SSLContext:
    """Take the certificate that the region has just made for itself."""
    contexte = ssl.create_default_context()
    contexte.check_hostname, contexte.verify_mode = False, ssl.CERT_NONE
    return contexte


def measure(
    sessions: Annotated[
        list[int], typer.Option("--sessions", help="Nombre de personnes ; répétez l'option.")
    ] = list(SESSIONS),  # noqa: B006 - typer reads it, and nothing changes it
) -> None:
    """Mesure plusieurs serveurs derrière nginx contre un seul."""
    debut = psutil.getloadavg()[0]
    print(to_markdown([]))
    for lignes in measure_serveurs(sessions):
        print("\n".join(to_rows(lignes)), flush=True)
    print(f"\n{describe_machine('', debut, psutil.getloadavg()[0])}")


if __name__ == "__main__":
    typer.run(measure)
