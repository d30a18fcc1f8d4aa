"""Command line: ``python -m geo couche``."""

from __future__ import annotations

from pathlib import Path  # typer reads the annotations
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from geo.chargement import load
from geo.couche_cpts import FORMATS
from geo.erreurs import count
from geo.importation.versions import open_depot
from geo.terminal import BLOQUE, OK, say, show_progress

_EXTENSIONS = tuple(f".{extension}" for extension in FORMATS)

Vers = Annotated[
    Path,
    typer.Option(
        "--vers",
        metavar="FICHIER",
        help="Fichier à écrire ; sa fin dit son format : .geojson, .gpkg, ou .zip (shapefile).",
    ),
]
Remplacer = Annotated[
    bool, typer.Option("--remplacer", metavar="", help="Remplacer le fichier s'il existe.")
]


def couche_command(*, vers: Vers, remplacer: Remplacer = False) -> int:
    """Write the drawn CPTS in use as a layer, whole or not at all."""
    extension = vers.suffix.lower()
    if extension not in _EXTENSIONS:
        raise typer.BadParameter(f"« {vers} » doit finir par l'un de : {', '.join(_EXTENSIONS)}.")
    if not vers.parent.is_dir():
        raise typer.BadParameter(f"Le dossier « {vers.parent} » n'existe pas.")
    if vers.is_dir():
        raise typer.BadParameter(f"« {vers} » est un dossier : indiquer un fichier.")
    if vers.exists() and not remplacer:
        raise typer.BadParameter(
            f"« {vers} » existe : ajouter --remplacer, ou choisir un autre nom."
        )
    with show_progress() as step:
        step("Lecture des données en service")
        atlas = load(open_depot().actuel())
        step("Écriture de la couche")
        contenu = FORMATS[extension.removeprefix(".")](atlas)
    try:
        _write_whole(vers, contenu)
    except OSError:
        say(
            f"« {vers} » n'a pas pu être écrit : vérifier le droit d'écrire dans ce dossier, et la place qui reste.",
            erreur=True,
        )
        return BLOQUE
    say(f"{count(len(atlas.territoires), 'territoire')} dans « {vers} ».")
    return OK


def _write_whole(vers: Path, contenu: bytes) -> None:
    """Write a file beside its place, on the same disk, then give it its name in one step."""
    with TemporaryDirectory(dir=vers.parent, prefix=".couche-") as dossier:
        provisoire = Path(dossier, vers.name)
        provisoire.write_bytes(contenu)
        provisoire.replace(vers)
