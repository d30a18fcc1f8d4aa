"""Write tables as French spreadsheets read them."""

import pandas as pd

# A cell that begins so would be run as a formula by a spreadsheet.
_FORMULE = ("=", "+", "-", "@", "\t", "\r")


def neutralise(texte: str) -> str:
    """Make a text harmless for a spreadsheet: what looks like a formula gets a leading apostrophe.

    >>> neutralise("=1+1"), neutralise("CPTS de Luxeuil")
    ("'=1+1", 'CPTS de Luxeuil')
    """
    return f"'{texte}" if texte.startswith(_FORMULE) else texte


def to_csv(tableau: pd.DataFrame) -> bytes:
    """Write a table as CSV that opens in French Excel: ``;``, decimal comma, UTF-8 with BOM.

    Parameters
    ----------
    tableau
        Any table; its index is left out.

    Returns
    -------
    bytes
        The file. Texts that look like formulas are neutralised; numbers stay numbers.
    """
    sur = tableau.rename(columns=neutralise).map(
        lambda cellule: neutralise(cellule) if isinstance(cellule, str) else cellule
    )
    return sur.to_csv(index=False, sep=";", decimal=",").encode("utf-8-sig")
