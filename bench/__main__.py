"""Measure everything in one run, and print it: ``python -m bench``.

A slow machine changes figures, never the exit status: only a result that differs does.
"""

from pathlib import Path
from typing import Annotated

import psutil
import typer

from bench.chrono import time_in_turn
from bench.couleurs import measure_couleurs
from bench.dissolution import measure_dissolutions
from bench.memoire import measure_memoire
from bench.navigateur import open_browser
from bench.releve import Ligne, describe_machine, to_markdown, to_rows
from bench.serveur import RACINE
from geo.atlas import load

README = Path(__file__).with_name("README.md")
DEBUT, FIN = "<!-- figures -->", "<!-- /figures -->"
LECTURES = 3


def write_rapport(texte: str) -> None:
    """Put the figures of this run in the README, between its marks."""
    avant, reste = README.read_text(encoding="utf-8").split(DEBUT)
    _, apres = reste.split(FIN)
    README.write_text(f"{avant}{DEBUT}\n{texte}\n{FIN}{apres}", encoding="utf-8")


def measure(
    rapport: Annotated[
        bool, typer.Option("--rapport", help="Écrire aussi les chiffres dans bench/README.md.")
    ] = False,
) -> None:
    """Mesure l'application et la façon usuelle de faire de même, en quelques minutes."""
    debut = psutil.getloadavg()[0]
    data = RACINE / "data"
    lecture = time_in_turn({"lecture": lambda: load(data)}, LECTURES)["lecture"]
    lignes = [Ligne("cold load of the data (`geo.atlas.load`)", f"{lecture:,.0f} ms")]
    lignes += measure_dissolutions(load(data))
    print(to_markdown(lignes), flush=True)
    with open_browser() as navigateur:
        for mesure in (measure_couleurs, measure_memoire):
            siennes = mesure(navigateur)
            print("\n".join(to_rows(siennes)), flush=True)
            lignes += siennes
        machine = describe_machine(navigateur.version, debut, psutil.getloadavg()[0])
    print(f"\n{machine}")
    if rapport:
        write_rapport(f"{to_markdown(lignes)}\n\n{machine}")


if __name__ == "__main__":
    typer.run(measure)
