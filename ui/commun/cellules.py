"""Tables of the screen whose cells say more than their value, and still sort by it."""

from collections.abc import Callable, Hashable, Iterable, Mapping

import pandas as pd
from pandas.io.formats.style import Styler

# Writing cells costs a longer table more than its reader gains: some 0.2 s for 900 rows.
ECRITES_MAX = 300


def write_cells(
    tableau: pd.DataFrame, ecrits: Mapping[str, Iterable[str]], *, absent: str = ""
) -> Styler:
    """Show words in place of the values of some columns: « env. 77 000 » sorts as 77 000.

    Parameters
    ----------
    tableau
        Its index has no duplicate.
    ecrits
        By column, what each of its cells reads, in the order of the rows. Such a column must be given no
        ``format`` in the configuration of the table: that would win.
    absent
        What a blank cell reads.
    """
    style = tableau.style.format(na_rep=absent)
    for colonne, textes in ecrits.items():
        mots: dict[Hashable, str] = {}
        autrement: dict[str, list[Hashable]] = {}
        for ligne, valeur, texte in zip(tableau.index, tableau[colonne], textes, strict=True):
            if mots.setdefault(valeur, texte) != texte:
                autrement.setdefault(texte, []).append(ligne)
        # To format a column costs as much as to format a cell.
        style.format(mots.__getitem__, subset=[colonne], na_rep=absent)
        for texte, lignes in autrement.items():
            style.format(_say(texte), subset=(lignes, colonne), na_rep=absent)
    return style


def _say(texte: str) -> Callable[[object], str]:
    return lambda _: texte
