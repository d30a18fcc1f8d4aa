"""What a command prints, and the status that it leaves."""

from __future__ import annotations

import sys
import unicodedata
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from geo.erreurs import split_problemes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from geo.erreurs import Probleme

OK, BLOQUE, MAUVAIS_USAGE, INTERROMPU = 0, 1, 2, 130


def say(*lignes: str, erreur: bool = False) -> None:
    """Print lines as they are: a cell of the table neither colours nor moves the terminal."""
    for ligne in lignes:
        propre = "".join(
            c
            if c == "\n" or not unicodedata.category(c).startswith("C")
            else "\N{REPLACEMENT CHARACTER}"
            for c in ligne
        )
        print(propre, file=sys.stderr if erreur else sys.stdout)
    (sys.stderr if erreur else sys.stdout).flush()


def say_refusal(problemes: Iterable[Probleme]) -> None:
    """Print what blocks, then apart what else there is to say."""
    bloquants, autres = split_problemes(problemes)
    say(*map(str, bloquants), erreur=True)
    if autres:
        say("", "Autres remarques", *map(str, autres), erreur=True)


@contextmanager
def show_progress() -> Iterator[Callable[[str], None]]:
    """Show the step under way, on what is left free by the results."""
    colonnes = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(
        *colonnes, console=console, transient=True, disable=not console.is_terminal
    ) as progression:
        tache = progression.add_task("", total=None)
        yield lambda etape: progression.update(tache, description=etape)
