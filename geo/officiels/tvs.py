"""Tables by territoire de vie-santé (TVS): each commune is given the row of its own, as another sheet composes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geo.erreurs import Probleme, Severite, count
from geo.importation.colonnes import LIGNES_AVANT_TITRES_MAX
from geo.officiels.catalogue import COMMUNE, TVS
from geo.officiels.table import CODE_COMMUNE, Table, find_communes, key_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.importation.lecture import Feuille

_TITRE = re.compile(r"(code )?(du )?(tvs|territoire de vie sante)( \d{4})?")


def list_tvs(feuilles: Sequence[Feuille]) -> list[Feuille]:
    """Return the sheets whose rows are territoires de vie-santé: a column names them, and none their communes."""
    return [f for f in feuilles if _find(f) and find_communes(f) is None]


def spread_tvs(
    fichier: str, feuilles: Sequence[Feuille], tables: Sequence[Table]
) -> tuple[list[Table], list[Probleme]]:
    """Turn sheets by TVS into tables by commune.

    Parameters
    ----------
    fichier
        Name of the file, for the problems.
    feuilles
        As :func:`list_tvs` returns them.
    tables
        Those of the other sheets: the first one by commune with a column of TVS composes them.

    Returns
    -------
    tuple
        The tables, and what was done; a problem blocks where nothing composes the TVS, or where one
        is on several rows.
    """
    composition = next(
        (
            (table, rang)
            for table in tables
            for rang, titre in enumerate(table.titres)
            if table.maille == COMMUNE and _TITRE.fullmatch(key_of(titre))
        ),
        None,
    )
    etalees, problemes = [], []
    for feuille in feuilles:
        lieu = f"feuille « {feuille.nom} » " if feuille.nom else ""
        if composition is None:
            problemes.append(
                Probleme(
                    Severite.BLOQUANT,
                    fichier,
                    f"{lieu}par territoire de vie-santé (TVS), sans rien qui dise de quelles communes chacun "
                    "est fait.",
                    "Ajouter au classeur une feuille avec le code de chaque commune et celui de son TVS, "
                    "sous un titre « TVS ».",
                )
            )
            continue
        ligne_titres, colonne = _find(feuille) or (0, 0)
        dites = [
            (rang, ligne)
            for rang, ligne in enumerate(feuille.lignes[ligne_titres:], start=ligne_titres + 1)
            if ligne[colonne]
        ]
        rangees = {ligne[colonne]: (rang, ligne) for rang, ligne in dites}
        if len(rangees) < len(dites):
            problemes.append(
                Probleme(
                    Severite.BLOQUANT,
                    fichier,
                    f"{lieu}: {count(len(dites) - len(rangees), 'TVS')} sur plusieurs lignes.",
                    "Ne garder qu'une ligne par TVS.",
                )
            )
            continue
        etalees.append(_spread(feuille, ligne_titres, rangees, *composition))
        communes = len(etalees[-1].codes)
        problemes.append(
            Probleme(
                Severite.INFORMATION,
                fichier,
                f"{lieu}par territoire de vie-santé : {count(communes, 'commune a', 'communes ont')} reçu la "
                f"ligne de {'leur' if communes > 1 else 'son'} TVS.",
                "Rien à faire.",
            )
        )
    return etalees, problemes


def _find(feuille: Feuille) -> tuple[int, int] | None:
    """Return the place of the titles, from 1, and the column of the TVS."""
    for rang, titres in enumerate(feuille.lignes[:LIGNES_AVANT_TITRES_MAX], start=1):
        for colonne, titre in enumerate(titres):
            if _TITRE.fullmatch(key_of(titre)):
                return rang, colonne
    return None


def _spread(
    feuille: Feuille,
    ligne_titres: int,
    rangees: dict[str, tuple[int, tuple[str, ...]]],
    composition: Table,
    rang_tvs: int,
) -> Table:
    titres = feuille.lignes[ligne_titres - 1]
    paires = [
        (code, *rangees[ligne[rang_tvs]])
        for code, ligne in zip(composition.codes, composition.lignes, strict=True)
        if ligne[rang_tvs] in rangees
    ]
    return Table(
        composition.fichier,
        feuille.nom,
        TVS,
        (*titres, "Code commune"),
        ("",) * (len(titres) + 1),
        tuple((*ligne, code) for code, _, ligne in paires),
        tuple(rang for _, rang, _ in paires),
        tuple(code for code, _, _ in paires),
        {CODE_COMMUNE: len(titres)},
        feuille.masquee,
    )
