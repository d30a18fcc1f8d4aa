"""The days that a date of the CPTS can be: what is before their law, or far ahead, is an error of the table."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from geo.erreurs import Probleme, Severite
from geo.lecture.schemas import quote_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

# Law n° 2016-41 of 26 January 2016 created the CPTS (a spreadsheet shows zero as 1900).
PREMIERE_ANNEE = 2016
# A signature is announced some years ahead at most; « 9999 » means « without an end » to some software.
HORIZON_ANS = 10


def is_plausible(texte: str) -> bool:
    """Tell whether a date, ISO 8601 to the day or to the month, exists and can be one of the CPTS.

    >>> is_plausible("2022-05-06"), is_plausible("2022-05"), is_plausible("2022-02-30")
    (True, True, False)
    >>> is_plausible("9999-12-31"), is_plausible("0001-01-01")
    (False, False)
    """
    with suppress(ValueError):
        jour = date.fromisoformat(texte if texte.count("-") > 1 else f"{texte}-01")
        return PREMIERE_ANNEE <= jour.year <= datetime.now(UTC).year + HORIZON_ANS
    return False


def drop_implausible(
    table: pd.DataFrame, colonnes: Sequence[str], fichier: str
) -> tuple[pd.DataFrame, list[Probleme]]:
    """Take the implausible dates of a table for unknown, and tell them.

    Parameters
    ----------
    table
        Its index is the line of each row in the file; ``date_precision`` says how a date is known.
    colonnes
        Those of a date: where one is implausible, all of the row are dropped.
    fichier
        Name of the file, for the problems.
    """
    fautives = table[list(colonnes)].map(
        lambda texte: isinstance(texte, str) and not is_plausible(texte)
    )
    lignes = fautives.any(axis="columns")
    if not lignes.any():
        return table, []
    saine = table.copy()
    saine.loc[lignes, list(colonnes)] = None
    saine.loc[lignes, "date_precision"] = "inconnue"
    return saine, [
        Probleme(
            Severite.A_VERIFIER,
            fichier,
            f"colonne « {colonne} » : date invraisemblable ou qui n'existe pas, tenue pour non publiée : "
            f"{quote_values(table.loc[fautives[colonne], colonne], 'ligne')}.",
            f"Écrire la date réelle (de {PREMIERE_ANNEE} à dans {HORIZON_ANS} ans), ou laisser la case vide.",
        )
        for colonne in colonnes
        if fautives[colonne].any()
    ]
