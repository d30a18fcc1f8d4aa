"""What can be wrong with the data, said in French to the person who can put it right."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from geo.texte import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable


class Severite(StrEnum):
    """How much a problem matters; the members are in order, the worst first."""

    BLOQUANT = "bloquant"
    A_VERIFIER = "à vérifier"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Probleme:
    """One fault of the data and its remedy.

    Attributes
    ----------
    severite
        ``BLOQUANT`` stops the application; the others are only shown.
    fichier
        Name of the file (no folder).
    message, remede
        French sentences. They may quote labels of the files as they are: escaping is for the
        screen that shows them.
    choix
        The choice that remedies it, a field of :class:`geo.officiels.choix.Choix`: `remede` says its
        name on the command line, a page has its own. Empty where there is none.
    identifiant
        What it is about, for programs: see ``docs/remarques.md``. Empty where no program asks.
    """

    severite: Severite
    fichier: str
    message: str
    remede: str
    choix: str = ""
    identifiant: str = ""

    def __str__(self) -> str:
        """Return the problem on one line, as logs and terminals show it."""
        return f"[{self.severite}] {self.fichier} : {self.message} → {self.remede}"


class DonneesInvalides(Exception):  # a French noun of the domain
    """The data cannot be used; every problem found is listed, not only the first.

    Parameters
    ----------
    problemes
        At least one of them is ``BLOQUANT``. They are kept with the worst first.
    """

    def __init__(self, problemes: Iterable[Probleme]) -> None:
        self.problemes: tuple[Probleme, ...] = sort_problemes(problemes)
        super().__init__("\n".join(str(probleme) for probleme in self.problemes))


def sort_problemes(problemes: Iterable[Probleme]) -> tuple[Probleme, ...]:
    """Return the problems with the worst first, otherwise in the order given."""
    rangs = {severite: rang for rang, severite in enumerate(Severite)}
    return tuple(sorted(problemes, key=lambda probleme: rangs[probleme.severite]))


def split_problemes(
    problemes: Iterable[Probleme],
) -> tuple[tuple[Probleme, ...], tuple[Probleme, ...]]:
    """Part the problems that block from the others, each with the worst first."""
    tries = sort_problemes(problemes)
    bloquants = tuple(p for p in tries if p.severite is Severite.BLOQUANT)
    return bloquants, tries[len(bloquants) :]


def is_blocking(problemes: Iterable[Probleme]) -> bool:
    """Tell whether one of the problems stops the application."""
    return any(probleme.severite is Severite.BLOQUANT for probleme in problemes)


def enumerate_first(elements: Iterable[str], maximum: int = 5) -> str:
    """Join the first elements with commas and say how many are left out.

    >>> enumerate_first(["a", "b", "c"], maximum=2)
    'a, b et 1 autre'
    """
    tous = list(elements)
    debut, reste = tous[:maximum], len(tous) - maximum
    if reste <= 0:
        return ", ".join(debut)
    return f"{', '.join(debut)} et {reste} autre{'s' if reste > 1 else ''}"


def count(nombre: int, singulier: str, pluriel: str | None = None) -> str:
    """Agree a noun with its number (in French the plural begins at two).

    >>> count(1, "commune"), count(12, "commune"), count(0, "valeur")
    ('1 commune', '12 communes', '0 valeur')
    """
    return f"{write_whole(nombre)} {singulier if nombre < 2 else pluriel or singulier + 's'}"  # noqa: PLR2004
