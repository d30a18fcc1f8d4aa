"""Command line: ``python -m geo sauvegarde`` and ``python -m geo restauration``."""

from __future__ import annotations

from pathlib import Path  # typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer

from geo.base.temps import tell_time
from geo.commande import Commande
from geo.commande_import import Auteur, refuse_read_only
from geo.erreurs import count
from geo.importation.environnement import command_name, is_read_only
from geo.terminal import OK, say, show_progress

if TYPE_CHECKING:
    from geo.sauvegarde.etat import Etat

Vers = Annotated[
    Path,
    typer.Option(
        "--vers",
        metavar="FICHIER",
        help="Fichier à écrire, en .tar.gz ; ou dossier, où il est nommé d'après sa date (UTC).",
    ),
]
Ecraser = Annotated[
    bool, typer.Option("--remplacer", metavar="", help="Remplacer le fichier s'il existe.")
]
Garder = Annotated[
    int | None,
    typer.Option(
        "--garder",
        metavar="N",
        min=1,
        help="Avec un dossier : n'y garder que les N dernières sauvegardes nommées d'après leur date.",
    ),
]
Sauvegarde = Annotated[
    Path,
    typer.Argument(
        metavar="FICHIER", help=f"Sauvegarde écrite par « {command_name()} sauvegarde »."
    ),
]
Remplacer = Annotated[
    bool,
    typer.Option(
        "--remplacer",
        metavar="",
        help="Remplacer ce qui est déjà là, sauvegardé d'abord à côté de l'archive.",
    ),
]


def add_sauvegarde(app: typer.Typer) -> None:
    """Add both commands to the command line."""
    app.command(
        "sauvegarde",
        cls=Commande,
        options_metavar="[OPTIONS]",
        help="Sauvegarde versions, scénarios et trace dans un fichier, pendant que l'on s'en sert. Les jetons n'y sont pas.",
    )(sauvegarde_command)
    app.command(
        "restauration",
        cls=Commande,
        hidden=is_read_only(),
        options_metavar="[OPTIONS]",
        help="Restaure une sauvegarde, tout ou rien, dans des fichiers ou dans la base de CPTS_BASE_URL.",
    )(restauration_command)


def sauvegarde_command(*, vers: Vers, remplacer: Ecraser = False, garder: Garder = None) -> int:
    """Make a backup."""
    from geo.importation.depot import told  # noqa: PLC0415 - of this command alone
    from geo.sauvegarde.ouverture import open_stockage  # noqa: PLC0415
    from geo.sauvegarde.service import EXTENSION, make_backup, remove_oldest  # noqa: PLC0415

    with told("La sauvegarde n'a pas pu être écrite"):
        if garder is not None and not vers.is_dir():
            raise typer.BadParameter(
                "--garder demande un dossier : --vers /var/lib/atlas-cpts/sauvegardes."
            )
        if not vers.is_dir():
            if not vers.name.endswith(EXTENSION):
                raise typer.BadParameter(
                    f"« {vers} » doit finir par {EXTENSION}, ou être un dossier."
                )
            if not vers.parent.is_dir():
                raise typer.BadParameter(f"Le dossier « {vers.parent} » n'existe pas.")
            if vers.exists() and not remplacer:
                raise typer.BadParameter(
                    f"« {vers} » existe : ajouter --remplacer, ou choisir un autre nom."
                )
    with show_progress() as step:
        step("Sauvegarde")
        faite = make_backup(open_stockage(), vers)
    otees = remove_oldest(vers, garder) if garder else []
    say(f"Sauvegarde dans « {faite.chemin} » : {_describe(faite.etat)}.")
    if otees:
        say(f"{count(len(otees), 'sauvegarde ancienne ôtée', 'sauvegardes anciennes ôtées')}.")
    return OK


def restauration_command(
    fichier: Sauvegarde, *, remplacer: Remplacer = False, auteur: Auteur = ""
) -> int:
    """Restore a backup."""
    from geo.importation.depot import told  # noqa: PLC0415 - of this command alone
    from geo.sauvegarde.ouverture import open_stockage  # noqa: PLC0415
    from geo.sauvegarde.service import restore_backup  # noqa: PLC0415

    refuse_read_only()
    with told("La sauvegarde n'a pas pu être lue"):
        if fichier.is_dir():
            raise typer.BadParameter(f"« {fichier} » est un dossier, non une sauvegarde.")
        if not fichier.exists():
            raise typer.BadParameter(f"Il n'y a pas de fichier « {fichier} ».")
        if not fichier.is_file():
            raise typer.BadParameter(f"« {fichier} » n'est pas un fichier ordinaire.")
    with show_progress() as step:
        faite = restore_backup(
            open_stockage(), fichier, auteur=auteur, remplacer=remplacer, step=step
        )
    say(
        f"Sauvegarde du {tell_time(faite.faite_le)} (heure de Paris) restaurée : {_describe(faite.etat)}."
    )
    if faite.remplacee:
        say(f"Ce qui était là est dans « {faite.remplacee} ».")
    return OK


def _describe(etat: Etat) -> str:
    from geo.importation.depot import name_version  # noqa: PLC0415 - of these commands alone

    return (
        f"{count(len(etat.versions), 'version')} (en usage : {name_version(etat.en_usage)}), "
        f"{count(len(etat.scenarios), 'scénario')} et {count(len(etat.gestes), 'geste')}, "
        f"{count(len(etat.trace), 'acte')} de la trace"
    )
