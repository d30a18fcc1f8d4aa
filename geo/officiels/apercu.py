"""What a file offers before anything of it is chosen: its sheets, their columns, and what is recognised."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from geo.importation.lecture import read_feuilles
from geo.officiels.annees import read_annee
from geo.officiels.catalogue import COMMUNE, load_catalogue
from geo.officiels.reconnaissance import recognise
from geo.officiels.reperage import find_tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.importation.lecture import Feuille
    from geo.officiels.catalogue import FichierConnu


@dataclass(frozen=True, slots=True)
class FeuilleOfferte:
    """A sheet that holds a table of places.

    Attributes
    ----------
    nom
        Empty for a text file.
    masquee
        Whether the workbook hides it.
    connue
        Whether the catalogue recognises one of its columns.
    colonnes
        Those that may be chosen, all but those that name the commune: what finds each
        (:meth:`geo.officiels.table.Table.address`) to its name. None where the rows are no communes.
    """

    nom: str
    masquee: bool
    connue: bool
    colonnes: dict[str, str]


@dataclass(frozen=True, slots=True)
class Apercu:
    """A file before anything is chosen: see :func:`glance`.

    Attributes
    ----------
    fichier
        Name of the file.
    feuilles
        The sheets that hold a table of places, at least one.
    annee
        The year that the name of the file bears, empty if none.
    """

    fichier: str
    feuilles: tuple[FeuilleOfferte, ...]
    annee: str


@lru_cache(maxsize=4)
def read_sheets(fichier: str, contenu: bytes) -> tuple[Feuille, ...]:
    """Read every sheet of a file; the last four are kept: one is examined as often as a choice changes, beside others.

    Raises
    ------
    DonneesInvalides
        If it is no table, or passes a limit.
    """
    return tuple(read_feuilles(fichier, contenu))


def glance(fichier: str, contenu: bytes, catalogue: Sequence[FichierConnu] | None = None) -> Apercu:
    """Look at a file without aggregating anything.

    Parameters
    ----------
    fichier, contenu
        Name and bytes of the file.
    catalogue
        The known files; by default those of :data:`geo.officiels.catalogue.CATALOGUE`.

    Raises
    ------
    DonneesInvalides
        If it is no table, or passes a limit; or if no sheet of it is a table of places.
    """
    catalogue = load_catalogue() if catalogue is None else catalogue
    tables, _ = find_tables(fichier, read_sheets(fichier, contenu), catalogue)
    return Apercu(
        fichier,
        tuple(
            FeuilleOfferte(
                table.feuille,
                table.masquee,
                bool(recognise(table, catalogue)),
                {
                    table.address(rang): table.name(rang)
                    for rang in range(len(table.titres))
                    if rang not in table.cles.values()
                }
                if table.maille == COMMUNE
                else {},
            )
            for table in tables
        ),
        read_annee(fichier),
    )
