"""What every import of the command line asks for and says, whatever it imports."""

from __future__ import annotations

import getpass
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from geo.erreurs import enumerate_first
from geo.importation.environnement import command_name, is_read_only
from geo.importation.versions import write_out
from geo.terminal import MAUVAIS_USAGE, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.importation.versions import Depot, Meta

# Who asks, for the trace.
LIGNE_DE_COMMANDE = "ligne de commande"
FERMEE = (
    "Cette application est en lecture seule (CPTS_LECTURE_SEULE) : l'import et le retour à une autre "
    "version y sont fermés."
)

Into = Annotated[
    Path | None,
    typer.Option(
        "--into",
        metavar="DOSSIER",
        help="Écrire les données nouvelles dans ce dossier, absent ou vide, sans les mettre en service.",
    ),
]
Auteur = Annotated[str, typer.Option(metavar="NOM", help="Qui importe.")]
Note = Annotated[str, typer.Option(metavar="TEXTE", help="Ce qu'il faut en retenir.")]


class Pret(Protocol):
    """An import written aside: its folder, and what will be remembered of it."""

    @property
    def dossier(self) -> Path:
        """The folder."""

    @property
    def meta(self) -> Meta:
        """What will be remembered."""


def refuse_read_only() -> None:
    """Stop a command that would write where nothing may be written."""
    if is_read_only():
        say(FERMEE, erreur=True)
        raise typer.Exit(MAUVAIS_USAGE)


def check_into(into: Path | None) -> None:
    """Refuse a folder that holds something."""
    if into is not None and into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise typer.BadParameter(f"« {into} » existe et n'est pas un dossier vide.")


def put_in_use(depot: Depot, pret: Pret, into: Path | None, depuis: Path) -> str:
    """Publish an import that was prepared, or write it in a folder of its own; say which."""
    if into is not None:
        write_out(pret.dossier, into)
        return f"Données écrites dans « {into} » ; celles en service n'ont pas changé."
    meta = replace(pret.meta, auteur=pret.meta.auteur or find_user(), identifiant=LIGNE_DE_COMMANDE)
    version = depot.publish(pret.dossier, meta)
    return f"Version {version.numero} en service. Revenir : « {command_name()} restore {depot.number(depuis)} »."


def find_user() -> str:
    """Return the name of the account of the system; empty where it has none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def read_pairs(option: str, textes: Sequence[str] | None) -> dict[str, str]:
    """Read the « left=right » of an option that may be repeated.

    Parameters
    ----------
    option
        Its name, for the refusal.
    textes
        What was given.
    """
    paires = [texte.partition("=") for texte in textes or ()]
    fautives = [gauche for gauche, egal, _ in paires if not (gauche.strip() and egal)]
    if fautives:
        raise typer.BadParameter(
            f"{option} attend deux textes séparés par « = » : {enumerate_first(fautives)}."
        )
    return {gauche.strip(): droite.strip() for gauche, _, droite in paires}
