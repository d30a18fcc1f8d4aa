"""Measure everything in one run, and print it: ``python -m bench``.

A slow machine changes figures, never the exit status: only a result that differs does.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Annotated

import psutil
import typer
from playwright.sync_api import Browser

from bench.api import measure_api
from bench.atelier import measure_atelier
from bench.chrono import time_in_turn
from bench.couches import measure_couches
from bench.couleurs import measure_couleurs, measure_couleurs_france
from bench.debit import measure_debit
from bench.demarrage import measure_demarrage
from bench.dissolution import measure_dissolution_france, measure_dissolutions
from bench.foule import measure_foule
from bench.gestes import measure_choix_officiel, measure_gestes
from bench.importation import measure_import
from bench.imports import measure_imports
from bench.memoire import measure_memoire
from bench.navigateur import open_browser
from bench.officiels import measure_officiels
from bench.releve import Ligne, describe_machine, to_markdown, to_rows
from bench.saisie import measure_liste, measure_saisie
from bench.serveur import DONNEES
from bench.supports import measure_supports
from bench.voisine import measure_voisine
from bench.zones import measure_zones
from geo.chargement import load

README = Path(__file__).with_name("README.md")
LECTURES = 3


def write_rapport(texte: str, tableau: str) -> None:
    """Put the figures of this run in the README, between the marks of its table."""
    debut, fin = f"<!-- {tableau} -->", f"<!-- /{tableau} -->"
    avant, reste = README.read_text(encoding="utf-8").split(debut)
    _, apres = reste.split(fin)
    README.write_text(f"{avant}{debut}\n{texte}\n{fin}{apres}", encoding="utf-8")


def measure_lecture(dossier: Path) -> list[Ligne]:
    """Read a folder of data as the server does when it starts."""
    lecture = time_in_turn({"lecture": lambda: load(dossier)}, LECTURES)["lecture"]
    return [Ligne("cold load of the data (`geo.chargement.load`)", f"{lecture:,.0f} ms")]


def measure_region(navigateur: Browser) -> Iterator[list[Ligne]]:
    """Measure the application on the shipped data against the usual ways."""
    yield measure_lecture(DONNEES)
    atlas = load(DONNEES)
    yield measure_dissolutions(atlas)
    yield measure_zones(atlas)
    yield measure_officiels(atlas)
    yield measure_supports(navigateur, atlas)
    yield measure_couleurs(navigateur)
    yield measure_voisine(navigateur, atlas)
    yield measure_memoire(navigateur, DONNEES)
    yield measure_demarrage(navigateur)


def measure_france(dossier: Path, navigateur: Browser) -> Iterator[list[Ligne]]:
    """Measure the application on the national data against itself on the shipped ones."""
    atlas = load(dossier)
    yield measure_lecture(dossier)
    yield measure_dissolution_france(atlas)
    yield measure_zones(atlas)
    yield measure_import(atlas, dossier)
    yield measure_couleurs_france(navigateur, dossier)
    yield measure_saisie(atlas, load(DONNEES))
    yield measure_liste(navigateur, atlas, dossier)
    yield measure_memoire(navigateur, dossier)
    yield measure_debit(dossier)


def check_synthetique(dossier: Path | None) -> Path | None:
    """Refuse a folder whose name does not say that its CPTS are made up."""
    if dossier and "synthetique" not in dossier.resolve().name:
        raise typer.BadParameter("le nom du dossier doit contenir « synthetique ».")
    return dossier


def _choose(
    france: Path | None,
    contre: Path | None,
    *,
    foule: bool,
    gestes: bool,
    atelier: bool,
    couches: bool,
    api: bool,
) -> tuple[str, Callable[[Browser], Iterator[list[Ligne]]]]:
    """Return the name of the table of the report, and what measures its rows."""
    ici, suffixe = france or DONNEES, "-france" if france else ""
    mesurer: Callable[[Browser], Iterator[list[Ligne]]]
    if api:
        table, mesurer = "-api", lambda _: iter([measure_api()])
    elif foule:
        table, mesurer = "-foule", lambda _: iter(measure_foule())
    elif couches:
        table, mesurer = f"-couches{suffixe}", lambda _: iter([measure_couches(load(ici), ici)])
    elif atelier:
        table, mesurer = f"-atelier{suffixe}", lambda n: iter(measure_atelier(n, ici))
    elif gestes:
        mesures = (measure_gestes, measure_choix_officiel)
        table, mesurer = f"-gestes{suffixe}", lambda n: (mesure(n, ici) for mesure in mesures)
    elif contre:
        table, mesurer = "-demarrage", partial(measure_libraries, contre)
    else:
        table, mesurer = suffixe, partial(measure_france, france) if france else measure_region
    return f"figures{table}", mesurer


def measure_libraries(contre: Path, navigateur: Browser) -> Iterator[list[Ligne]]:
    """Measure the start of the application against another copy of the project, and its libraries."""
    yield measure_demarrage(navigateur, contre)
    yield measure_imports()


def measure(
    *,
    france: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            file_okay=False,
            callback=check_synthetique,
            metavar="DOSSIER",
            help="Mesurer sur la France entière : un dossier de `python -m geo.build --france`.",
        ),
    ] = None,
    contre: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            file_okay=False,
            metavar="DOSSIER",
            help="Ne mesurer que le démarrage et les bibliothèques, contre cette autre copie du projet.",
        ),
    ] = None,
    foule: Annotated[
        bool,
        typer.Option("--foule", help="Ne mesurer que l'ouverture par 50, 100 et 200 personnes."),
    ] = False,
    gestes: Annotated[
        bool,
        typer.Option(
            "--gestes",
            help="Ne mesurer que les gestes : ouvrir, choisir une couleur, un indicateur officiel, un territoire, un département.",
        ),
    ] = False,
    atelier: Annotated[
        bool,
        typer.Option(
            "--atelier",
            help="Ne mesurer que l'atelier : donner une commune, ouvrir un long scénario.",
        ),
    ] = False,
    couches: Annotated[
        bool,
        typer.Option(
            "--couches",
            help="Ne mesurer que la pose d'une couche de polygones sur les communes, et sa lecture.",
        ),
    ] = False,
    api: Annotated[
        bool,
        typer.Option("--api", help="Ne mesurer que l'API : 200 demandes par seconde."),
    ] = False,
    rapport: Annotated[
        bool, typer.Option("--rapport", help="Écrire aussi les chiffres dans bench/README.md.")
    ] = False,
) -> None:
    """Mesure l'application et la façon usuelle de faire de même, en quelques minutes."""
    debut = psutil.getloadavg()[0]
    lignes: list[Ligne] = []
    print(to_markdown(lignes))
    table, mesurer = _choose(
        france,
        contre,
        foule=foule,
        gestes=gestes,
        atelier=atelier,
        couches=couches,
        api=api,
    )
    with open_browser() as navigateur:
        for siennes in mesurer(navigateur):
            print("\n".join(to_rows(siennes)), flush=True)
            lignes += siennes
        machine = describe_machine(navigateur.version, debut, psutil.getloadavg()[0])
    print(f"\n{machine}")
    if rapport:
        write_rapport(f"{to_markdown(lignes)}\n\n{machine}", table)


if __name__ == "__main__":
    typer.run(measure)
