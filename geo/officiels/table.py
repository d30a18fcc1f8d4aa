"""From a sheet as published to a table: header, units, rows of one commune or department each."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geo.erreurs import Probleme, Severite, count, enumerate_first
from geo.importation.colonnes import LIGNES_AVANT_TITRES_MAX, column_letters, guess
from geo.importation.titres import read_titles
from geo.officiels.catalogue import COMMUNE, DEPARTEMENT
from geo.texte import split_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from geo.importation.lecture import Feuille
    from geo.officiels.catalogue import FichierConnu

CODE_COMMUNE, NOM_COMMUNE, CODE_DEPARTEMENT, CODE_REGION = (
    "code_commune", "commune", "departement", "region",
)  # fmt: skip
ANNEE = "annee"

# The header and what tells the codes are among the first rows.
_ECHANTILLON = 200
# Under the titles: units, codes of the columns, a blank.
_LIGNES_SOUS_TITRES_MAX = 3
_CODE = re.compile(r"(?:\d{2}|2[AB])\d{3}")
_DECIMALES = re.compile(r"(\d+)[.,]0+")
_TITRES_ANNEE = frozenset({"annee", "millesime"})
# Codes that look like those of communes, of something else.
_AUTRE_MAILLE = re.compile(
    r".*\b(tvs|vie sante|epci|siren|canton|iris|bassin|zone d emploi|aire d attraction|postal|postale)\b.*"
)


@dataclass(frozen=True, eq=False)
class Table:
    """The rows of a sheet that speak of a place.

    Attributes
    ----------
    fichier, feuille
        Names; that of the sheet is empty for a text file.
    maille
        What a row is: :data:`geo.officiels.catalogue.COMMUNE`, ``DEPARTEMENT`` or, of a commune that
        was given the row of its territoire de vie-santé, ``TVS``.
    titres, unites
        Of each column: its title, and what stands under it.
    lignes
        The cells of each row, without those under the titles and those of no place.
    rangs
        The place of each row in the sheet, from 1.
    codes
        The commune of each row, in five characters; none in a table by department.
    cles
        Which column holds ``code_commune``, ``commune``, ``departement``, ``region``, ``annee``…
    masquee
        Whether the workbook hides the sheet.
    """

    fichier: str
    feuille: str
    maille: str
    titres: tuple[str, ...]
    unites: tuple[str, ...]
    lignes: tuple[tuple[str, ...], ...]
    rangs: tuple[int, ...]
    codes: tuple[str, ...]
    cles: Mapping[str, int]
    masquee: bool = False

    @property
    def place(self) -> str:
        """Say which sheet it is, before what a problem says of it; nothing of a text file."""
        return f"feuille « {self.feuille} », " if self.feuille else ""

    def column(self, rang: int) -> list[str]:
        """Return the cells of a column."""
        return [ligne[rang] for ligne in self.lignes]

    def name(self, rang: int) -> str:
        """Name a column by its title, or by its letter where it has none."""
        return self.titres[rang] or f"colonne {column_letters(rang)}"

    def find(self, voulue: str) -> int | None:
        """Return the column that a title or a letter names, whatever the case and the accents."""
        cle = key_of(voulue)
        for noms in (self.titres, self.unites):
            for rang, titre in enumerate(noms):
                if cle and key_of(titre) == cle:
                    return rang
        lettres = {column_letters(rang): rang for rang in range(len(self.titres))}
        return lettres.get(voulue.strip().upper())

    def address(self, rang: int) -> str:
        """Return what :meth:`find` finds a column by: its title, or its letter where another has the same."""
        titre = self.titres[rang]
        return titre if self.find(titre) == rang else column_letters(rang)


def key_of(titre: str) -> str:
    """Reduce a title to its words.

    >>> key_of("  P22_POP7589 "), key_of("APL aux médecins généralistes (sans borne d'âge)")
    ('p22 pop7589', 'apl aux medecins generalistes sans borne d age')
    """
    return " ".join(split_words(titre))


def clean_code(texte: str) -> str | None:
    """Return the code of a commune: a lost zero and decimals are put right.

    >>> clean_code("1004.0"), clean_code(" 2a004"), clean_code("France")
    ('01004', '2A004', None)
    """
    if _CODE.fullmatch(texte):
        return texte
    propre = "".join(texte.split()).strip("'’\"").upper()
    if decimales := _DECIMALES.fullmatch(propre):
        propre = decimales[1]
    code = propre.zfill(5) if propre.isdigit() and len(propre) == 4 else propre  # noqa: PLR2004
    return code if _CODE.fullmatch(code) else None


def make_tables(
    fichier: str, feuilles: Sequence[Feuille], catalogue: Sequence[FichierConnu]
) -> tuple[list[Table], list[Probleme]]:
    """Find the table of each sheet.

    Parameters
    ----------
    fichier
        Name of the file, for the problems.
    feuilles
        As returned by :func:`geo.importation.lecture.read_feuilles`.
    catalogue
        Its entries tell the header of tables by department.

    Returns
    -------
    tuple
        The tables, in the order of the sheets, those without any left out; and what was left out.
    """
    tables, problemes, sans = [], [], []
    for feuille in feuilles:
        trouvee = find_communes(feuille) or _by_departement(feuille, catalogue)
        if trouvee is None:
            sans.append(feuille.nom)
            continue
        table, siens = _make(fichier, feuille, *trouvee)
        tables.append(table)
        problemes += siens
    if sans and tables:
        problemes.append(
            Probleme(
                Severite.INFORMATION,
                fichier,
                f"{count(len(sans), 'feuille')} sans table de communes, non "
                f"{'lues' if len(sans) > 1 else 'lue'} : {enumerate_first(sans)}.",
                "Rien à faire si ce sont des notes.",
            )
        )
    return tables, problemes


def find_communes(feuille: Feuille) -> tuple[str, int, dict[str, int]] | None:
    """Return the first row of titles with codes of communes under one, else what the cells tell.

    Returns
    -------
    tuple or None
        :data:`COMMUNE`, the place of the titles from 1, and which column holds what; ``None`` where no
        column holds codes of communes.
    """
    for rang, titres in enumerate(feuille.lignes[:LIGNES_AVANT_TITRES_MAX], start=1):
        colonnes = read_titles(titres)
        suite = feuille.lignes[rang : rang + _LIGNES_SOUS_TITRES_MAX + 1]
        if CODE_COMMUNE in colonnes and _holds_code(suite, colonnes[CODE_COMMUNE]):
            return COMMUNE, rang, _keys(colonnes)
    debut = replace(feuille, lignes=feuille.lignes[:_ECHANTILLON])
    trouvee = guess([debut])
    rang, colonnes = trouvee.ligne_titres, trouvee.colonnes
    if not rang or CODE_COMMUNE not in colonnes:
        return None
    if _AUTRE_MAILLE.fullmatch(key_of(debut.lignes[rang - 1][colonnes[CODE_COMMUNE]])):
        return None
    lignes = debut.lignes[rang:]
    return (COMMUNE, rang, _keys(colonnes)) if _holds_code(lignes, colonnes[CODE_COMMUNE]) else None


def _holds_code(lignes: Iterable[tuple[str, ...]], colonne: int) -> bool:
    return any(clean_code(ligne[colonne]) for ligne in lignes)


def _keys(colonnes: Mapping[str, int]) -> dict[str, int]:
    gardees = (CODE_COMMUNE, NOM_COMMUNE, CODE_DEPARTEMENT)
    return {role: rang for role, rang in colonnes.items() if role in gardees}


def _by_departement(
    feuille: Feuille, catalogue: Sequence[FichierConnu]
) -> tuple[str, int, dict[str, int]] | None:
    for rang, titres in enumerate(feuille.lignes[:LIGNES_AVANT_TITRES_MAX], start=1):
        noms = [key_of(titre) for titre in titres]
        for connu in catalogue:
            cles = {
                role: place
                for role, motif in connu.cles.items()
                for place, nom in enumerate(noms)
                if re.fullmatch(motif, nom)
            }
            if connu.maille == DEPARTEMENT and connu.cles.keys() <= cles.keys():
                return DEPARTEMENT, rang, cles
    return None


def _make(
    fichier: str, feuille: Feuille, maille: str, ligne_titres: int, cles: dict[str, int]
) -> tuple[Table, list[Probleme]]:
    titres = feuille.lignes[ligne_titres - 1]
    suite = list(enumerate(feuille.lignes[ligne_titres:], start=ligne_titres + 1))
    code = cles.get(CODE_COMMUNE)
    unites = ("",) * feuille.largeur
    codes: tuple[str, ...] = ()
    problemes: list[Probleme] = []
    if code is not None:
        sous = list(_under_titles(suite, code))
        unites = next((ligne for ligne in sous if any(ligne)), unites)
        suite = suite[len(sous) :]
        lus = [(clean_code(ligne[code]), rang, ligne) for rang, ligne in suite]
        perdues = [(rang, ligne) for lu, rang, ligne in lus if not lu]
        suite = [(rang, ligne) for lu, rang, ligne in lus if lu]
        codes = tuple(lu for lu, _, _ in lus if lu)
        problemes += _without_code(fichier, perdues, code)
    annee = next(
        (
            rang
            for rang, titre in enumerate(titres)
            if key_of(titre) in _TITRES_ANNEE and any(ligne[rang] for _, ligne in suite)
        ),
        None,
    )
    if annee is not None:
        cles = cles | {ANNEE: annee}
    table = Table(
        fichier,
        feuille.nom,
        maille,
        titres,
        unites,
        tuple(ligne for _, ligne in suite),
        tuple(rang for rang, _ in suite),
        codes,
        cles,
        feuille.masquee,
    )
    return table, problemes


def _under_titles(
    suite: Iterable[tuple[int, tuple[str, ...]]], code: int
) -> Iterator[tuple[str, ...]]:
    for place, (_, ligne) in enumerate(suite):
        if place == _LIGNES_SOUS_TITRES_MAX or clean_code(ligne[code]):
            return
        yield ligne


def _without_code(
    fichier: str, perdues: Sequence[tuple[int, tuple[str, ...]]], code: int
) -> Iterator[Probleme]:
    """Say which rows are of no commune: notes under the table, and those that hold figures."""
    notes = [rang for rang, ligne in perdues if sum(map(bool, ligne)) == 1]
    autres = [
        f"ligne {rang} « {ligne[code]} »" for rang, ligne in perdues if sum(map(bool, ligne)) > 1
    ]
    if notes:
        yield Probleme(
            Severite.INFORMATION,
            fichier,
            f"{count(len(notes), 'ligne de note', 'lignes de note')} hors de la table : "
            f"{enumerate_first(map(str, notes))}.",
            "Rien à faire.",
        )
    if autres:
        yield Probleme(
            Severite.A_VERIFIER,
            fichier,
            f"{count(len(autres), 'ligne')} sans code de commune, dans aucun total : "
            f"{enumerate_first(autres)}.",
            "Rien à faire si ce sont des totaux ; sinon, écrire leur code INSEE.",
        )
