"""Tables that stand side by side on one sheet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from geo.importation.titres import recognise_titles, title_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.importation.feuille import Feuille


def list_tables(titres: Sequence[str]) -> list[tuple[int, int]]:
    """Return the first column of each table, and the one after its last; nothing where there is but one.

    A table begins again where the title of its first role does, with that of another role behind it.

    >>> list_tables(["Code INSEE", "Commune", "CPTS", "", "Code INSEE", "Commune", "CPTS"])
    [(0, 4), (4, 7)]
    >>> list_tables(["Code INSEE", "Commune", "CPTS", "Commune"])
    []
    """
    roles = recognise_titles(titres)
    if not roles:
        return []
    cles = [title_key(titre) for titre in titres]
    premieres = sorted(colonne for colonne, _ in roles.values())
    premiere = premieres[0]
    debuts = [c for c, cle in enumerate(cles) if c >= premiere and cle == cles[premiere]]
    plages = list(zip(debuts, [*debuts[1:], len(titres)], strict=True))
    suites = [len(recognise_titles(titres[debut:fin])) for debut, fin in plages]
    return plages if len(plages) > 1 and min(suites) > 1 else []


def keep_columns(feuille: Feuille, plage: tuple[int, int]) -> Feuille:
    """Return a sheet without what stands outside of some columns, each at its place."""
    debut, fin = plage
    avant, apres = ("",) * debut, ("",) * (feuille.largeur - fin)
    return replace(
        feuille, lignes=tuple((*avant, *ligne[debut:fin], *apres) for ligne in feuille.lignes)
    )
