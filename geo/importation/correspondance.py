"""Where each role is in the sheets of a file, and which shape its table has."""

from __future__ import annotations

from dataclasses import dataclass

# The shapes of a table, by the identifiers that the command line takes and gives.
COMMUNES, EPCI, LISTES, CROISE, TOURNE, COLONNES, PLUSIEURS, BLOCS, FEUILLE = (
    "communes",
    "epci",
    "listes",
    "croise",
    "croise_tourne",
    "colonnes",
    "plusieurs_cpts",
    "blocs",
    "feuille",
)
FORMES = {
    COMMUNES: "une ligne par commune",
    EPCI: "une ligne par intercommunalité",
    LISTES: "une ligne par CPTS, ses communes dans une cellule",
    CROISE: "tableau croisé : une colonne par CPTS, une marque dans les cellules",
    TOURNE: "tableau croisé : une ligne par CPTS, une colonne par commune",
    COLONNES: "une colonne par CPTS, ses communes dessous",
    PLUSIEURS: "une ligne par commune, plusieurs colonnes de CPTS",
    BLOCS: "un bloc de communes par CPTS, sous le nom de chacune",
    FEUILLE: "une feuille par CPTS, dont elle porte le nom",
}
# The communes are elsewhere than in a column of their own.
SANS_COLONNE_COMMUNE = frozenset({EPCI, TOURNE, COLONNES})
# The names of the CPTS are elsewhere than in a column of their own.
SANS_COLONNE_CPTS = frozenset({CROISE, COLONNES, PLUSIEURS, BLOCS, FEUILLE})


@dataclass(frozen=True, slots=True)
class Correspondance:
    """Where to find each role in the sheets of a file.

    Attributes
    ----------
    feuille
        Place of the sheet, from 0.
    ligne_titres
        Row of the header, from 1; 0 where the table has none.
    colonnes
        Column of each role found, from 0.
    forme
        One of :data:`FORMES`.
    cpts
        Columns of the CPTS where they are several, from 0: each is one, or names some.
    communes
        Columns that are a commune each, from 0.
    plage
        First column of the table and the one after its last, where another stands beside it.
    tranchee
        Whether the planner told the column of the CPTS.
    """

    feuille: int
    ligne_titres: int
    colonnes: dict[str, int]
    forme: str = COMMUNES
    cpts: tuple[int, ...] = ()
    communes: tuple[int, ...] = ()
    plage: tuple[int, int] | None = None
    tranchee: bool = False

    @property
    def names_cpts(self) -> bool:
        """Whether something names the CPTS: a column, or what this shape has in its place."""
        return "cpts" in self.colonnes or self.forme in SANS_COLONNE_CPTS
