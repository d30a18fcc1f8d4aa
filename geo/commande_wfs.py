"""Command line: ``python -m geo wfs``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from geo.commande import Commande
from geo.commande_import import refuse_read_only
from geo.erreurs import DonneesInvalides, count
from geo.libelles import TOTAL_NON_DIT
from geo.systeme import tell_cause
from geo.terminal import BLOQUE, OK, say, show_progress
from geo.wfs.adresses import find_autorisee
from geo.wfs.copies import Copie, keep_copie, last_copie, read_copie
from geo.wfs.couche import fetch_couche, list_couches

_EPILOGUE = (
    "Seuls sont appelés les services que l'administrateur permet : CPTS_WFS=www.sig-sante.fr, ou l'adresse "
    "entière d'un service ; plusieurs sont séparés par des virgules."
)


def add_wfs(app: typer.Typer) -> None:
    """Give an application the command ``wfs``."""
    app.command(
        "wfs",
        cls=Commande,
        options_metavar="[OPTIONS]",
        help="Liste les couches d'un service géographique (WFS), ou en cherche une et en garde une copie.",
        epilog=_EPILOGUE,
    )(_wfs_command)


def _wfs_command(
    adresse: Annotated[
        str,
        typer.Argument(
            metavar="ADRESSE",
            help="Du service, par exemple https://carto.exemple.fr/geoserver/wfs.",
        ),
    ],
    couche: Annotated[
        str,
        typer.Argument(metavar="COUCHE", help="À chercher ; sans elle, les couches sont listées."),
    ] = "",
    *,
    vers: Annotated[
        Path | None,
        typer.Option("--vers", metavar="FICHIER", help="Où écrire la couche, en GeoJSON."),
    ] = None,
    copie: Annotated[
        bool,
        typer.Option(
            "--copie", metavar="", help="Écrire la dernière copie gardée, sans appeler le service."
        ),
    ] = False,
) -> int:
    """List the layers of a service, or fetch one of them and keep a copy of it."""
    if bool(couche) != (vers is not None) or (copie and not couche):
        raise typer.BadParameter("Pour chercher une couche, donner COUCHE et --vers FICHIER.")
    if vers is not None and vers.exists():
        raise typer.BadParameter(f"« {vers} » existe déjà.")
    try:
        if vers is None:
            return _list(adresse)
        return _copy(adresse, couche, vers) if copie else _fetch(adresse, couche, vers)
    except OSError as erreur:
        say(f"La couche n'a pas pu être écrite : {tell_cause(erreur)}.", erreur=True)
        return BLOQUE


def _list(adresse: str) -> int:
    with show_progress() as step:
        step("Demande au service…")
        couches = list_couches(adresse)
    say(*(f"{couche.nom}  {couche.titre}".rstrip() for couche in couches))
    return OK


def _fetch(adresse: str, couche: str, vers: Path) -> int:
    refuse_read_only()
    try:
        with show_progress() as step:
            recue = fetch_couche(adresse, couche, step)
    except DonneesInvalides:
        if gardee := last_copie(str(find_autorisee(adresse)), couche):
            say(
                f"Une copie du {gardee.date:%d/%m/%Y à %H:%M} est gardée ({count(gardee.objets, 'objet')}) : "
                "--copie l'écrit sans appeler le service.",
                erreur=True,
            )
        raise
    gardee = keep_copie(str(find_autorisee(adresse)), couche, recue)
    _write(vers, recue.contenu)
    _say_written(gardee, f"dans « {vers} » ; une copie est gardée.")
    return OK


def _copy(adresse: str, couche: str, vers: Path) -> int:
    gardee = last_copie(str(find_autorisee(adresse)), couche)
    contenu = read_copie(gardee) if gardee else None
    if gardee is None or contenu is None:
        say("Aucune copie de cette couche n'est gardée, ou elle est abîmée.", erreur=True)
        return BLOQUE
    _write(vers, contenu)
    _say_written(gardee, f"dans « {vers} », copie du {gardee.date:%d/%m/%Y à %H:%M}.")
    return OK


def _say_written(copie: Copie, suite: str) -> None:
    say(f"{count(copie.objets, 'objet')} {suite}", *([] if copie.total_dit else [TOTAL_NON_DIT]))


def _write(vers: Path, contenu: bytes) -> None:
    with vers.open("xb") as fichier:
        fichier.write(contenu)
