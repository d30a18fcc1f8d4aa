"""Communes that are on several rows: one row written twice counts once, and what is smaller than a commune is refused."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from geo.erreurs import DonneesInvalides, Probleme, Severite, count, enumerate_first

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.officiels.groupes import Rangs
    from geo.officiels.table import Table


def find_first_rows(
    table: Table, rangs: Rangs, lues: Sequence[int], *, chiffres: bool
) -> tuple[dict[str, int], list[Probleme]]:
    """Return the row of each commune, by its place in `rangs`, and what was left out.

    Parameters
    ----------
    table, rangs
        The rows of one year.
    lues
        The columns that are read: the rows of a commune must agree on them.
    chiffres
        Whether they are figures. Rows that agree on figures and differ elsewhere, by neighbourhood or by age, are
        parts of a commune; of a word, they say the same.

    Raises
    ------
    DonneesInvalides
        If the rows of a commune do not agree, or are parts of it.
    """
    lignes: defaultdict[str, list[int]] = defaultdict(list)
    for place, rang in enumerate(rangs):
        lignes[table.codes[rang]].append(place)
    repetees = {code: places for code, places in lignes.items() if len(places) > 1}
    ecarts = {
        code: _differing(table, [int(rangs[place]) for place in places])
        for code, places in repetees.items()
    }
    contraires = [code for code, colonnes in ecarts.items() if not colonnes.isdisjoint(lues)]
    parties = [
        code
        for code, colonnes in ecarts.items()
        if chiffres and colonnes.isdisjoint(lues) and colonnes
    ]
    problemes = []
    if contraires:
        problemes.append(
            Probleme(
                Severite.BLOQUANT,
                table.fichier,
                f"{count(len(contraires), 'commune')} sur plusieurs lignes qui ne disent pas la même "
                f"chose : {enumerate_first(contraires)}.",
                "Ne garder qu'une ligne par commune, ou par commune et par année (colonne « annee »).",
            )
        )
    if parties:
        colonnes = sorted(set().union(*(ecarts[code] for code in parties)))
        problemes.append(
            Probleme(
                Severite.BLOQUANT,
                table.fichier,
                f"{count(len(parties), 'commune')} sur plusieurs lignes de mêmes chiffres, que distingue "
                f"{enumerate_first((f'« {table.name(rang)} »' for rang in colonnes), 3)} : {enumerate_first(parties)}. "
                "Elles peuvent être des parties de la commune (quartiers, âges).",
                "Fournir une ligne par commune : celle de l'ensemble, ou la somme de ces lignes.",
            )
        )
    if problemes:
        raise DonneesInvalides(problemes)
    remarques = []
    if repetees:
        nombre = sum(len(places) - 1 for places in repetees.values())
        remarques.append(
            Probleme(
                Severite.INFORMATION,
                table.fichier,
                f"{count(nombre, 'ligne répétée', 'lignes répétées')} à "
                f"l'identique : chaque commune compte une fois : {enumerate_first(repetees)}.",
                "Rien à faire.",
            )
        )
    return {code: places[0] for code, places in lignes.items()}, remarques


def _differing(table: Table, rangs: Sequence[int]) -> set[int]:
    """Return the columns that rows do not agree on; a name written in two ways tells nothing apart."""
    colonnes = enumerate(zip(*(table.lignes[rang] for rang in rangs), strict=True))
    cles = set(table.cles.values())
    return {
        colonne for colonne, cellules in colonnes if colonne not in cles and len(set(cellules)) > 1
    }
