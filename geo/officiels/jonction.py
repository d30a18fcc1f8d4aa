"""Tables of one place a row set side by side: what one sheet or file withholds, another may give away."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from geo.officiels.departements import read_places
from geo.officiels.table import ANNEE, make_tables
from geo.officiels.tvs import list_tvs, spread_tvs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.importation.lecture import Feuille
    from geo.officiels.catalogue import FichierConnu
    from geo.officiels.table import Table


def find_left_out(
    fichier: str,
    feuilles: Sequence[Feuille],
    lues: Sequence[Table],
    catalogue: Sequence[FichierConnu],
) -> list[Table]:
    """Return the tables of the sheets that are not read: hidden, not chosen or not recognised.

    Parameters
    ----------
    fichier, feuilles
        Name of the file, and all of its sheets.
    lues
        The tables that are read.
    catalogue
        The known files.
    """
    noms = {table.feuille for table in lues}
    restes = [feuille for feuille in feuilles if feuille.nom not in noms]
    par_tvs = list_tvs(restes)
    tables, _ = make_tables(fichier, [f for f in restes if f not in par_tvs], catalogue)
    etalees, _ = spread_tvs(fichier, par_tvs, [*tables, *lues])
    return [*tables, *etalees]


def join_tables(table: Table, voisines: Sequence[Table]) -> tuple[Table, list[dict[int, int]]]:
    """Add to the columns of a table those of others, on the rows of the same place, and of the same year if both say it.

    Parameters
    ----------
    table
        The table.
    voisines
        The others; a place that is twice in one is left out of it.

    Returns
    -------
    tuple
        The table with more columns, empty where a place is in no other one; and the new rank of the columns of each of
        the others, those that name a place or a year left out.
    """
    titres, unites = list(table.titres), list(table.unites)
    lignes = [list(ligne) for ligne in table.lignes]
    rangs: list[dict[int, int]] = []
    for voisine in voisines:
        datees = ANNEE in table.cles and ANNEE in voisine.cles
        siennes, cles = (_keys(t, datees=datees) for t in (table, voisine))
        combien = Counter(cles)
        ligne_de = {
            cle: ligne
            for cle, ligne in zip(cles, voisine.lignes, strict=True)
            if cle[0] and combien[cle] == 1
        }
        colonnes = [r for r in range(len(voisine.titres)) if r not in voisine.cles.values()]
        rangs.append({rang: len(titres) + place for place, rang in enumerate(colonnes)})
        if ligne_de.keys().isdisjoint(siennes):
            rangs[-1] = {}
            continue
        titres += [voisine.titres[rang] for rang in colonnes]
        unites += [voisine.unites[rang] for rang in colonnes]
        vide = [""] * len(colonnes)
        for allongee, cle in zip(lignes, siennes, strict=True):
            autre = ligne_de.get(cle)
            allongee.extend([autre[rang] for rang in colonnes] if autre else vide)
    jointe = replace(
        table, titres=tuple(titres), unites=tuple(unites), lignes=tuple(map(tuple, lignes))
    )
    return jointe, rangs


def _keys(table: Table, *, datees: bool) -> list[tuple[str, str]]:
    """Return the place of each row, and its year."""
    places = table.codes or read_places(table)
    annees = table.column(table.cles[ANNEE]) if datees else [""] * len(places)
    return list(zip(places, annees, strict=True))
