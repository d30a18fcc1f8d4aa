"""One row of a table that puts a commune in a CPTS."""

from __future__ import annotations

from typing import NamedTuple


class Adhesion(NamedTuple):
    """One row that puts a commune in a CPTS.

    Attributes
    ----------
    nom_cpts, code_commune
        Name kept, commune of today.
    ligne, valeur
        Row of the file, and the code as it is written there.
    partie
        Arrondissement municipal or part that the row names, where it does not name the whole commune.
    part
        Share of the inhabitants of the commune that the row gives, from 0 to 1; 1 is the whole.
    """

    nom_cpts: str
    code_commune: str
    ligne: int
    valeur: str
    partie: str | None
    part: float
