"""Recognise the shape of a table: what a row is, and where the names of the CPTS stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geo.importation.contenus import (
    CODE,
    NUMERO,
    begins_as_cpts,
    hold_codes,
    hold_marks,
    holds_code,
    look_like_codes,
    look_like_cpts,
    look_like_iris,
    names_nothing,
    says_cpts,
)
from geo.importation.correspondance import (
    BLOCS,
    COLONNES,
    COMMUNES,
    CROISE,
    EPCI,
    FEUILLE,
    LISTES,
    PLUSIEURS,
    SANS_COLONNE_COMMUNE,
    TOURNE,
    Correspondance,
)
from geo.importation.rangees import list_sections, split_list
from geo.importation.titres import is_postal, measure_titles, name_roles
from geo.texte import split_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geo.importation.feuille import Feuille

# A column is a list as soon as so many of its cells are.
_PART_DE_LISTES = 0.3
# A membership table has two columns of marks at least: one alone may say anything.
_CROISE_MIN = 2
# Other numbers of as many digits.
_PAS_UN_CODE = re.compile(
    r"postal|postaux|\bcp\b|population|\bpop\b|habitant|telephone|siren|siret|cedex|annee",
)
# Words of a title that number the CPTS of a commune, and those that date them.
_ORDRES = frozenset(
    ["1", "2", "3", "4", "n", "no", "n1", "n2", "principale", "secondaire", "premiere", "deuxieme",
     "seconde", "troisieme", "autre", "i", "ii"]
)  # fmt: skip
_TEMPS = frozenset(
    ["ancienne", "ancien", "nouvelle", "nouveau", "actuelle", "actuel", "future", "futur", "avant",
     "apres", "precedente", "prevue", "proposee", "projet", "cible"]
)  # fmt: skip
# Words that say what a column tells of the CPTS, and name none.
_DE_CPTS = frozenset(
    ["signataire", "signataires", "signee", "adherente", "adherent", "adhesion", "couverte", "concernee", "active", "membre",
     "oui", "non", "rattachement", "rattachee", "aci", "lancee", "validee", "pressentie", "reference", "principale", "nom"]
)  # fmt: skip
_ANNEE = re.compile(r"(19|20)[0-9]{2}|[0-9]{1,2}")
_MILLESIME = re.compile(r"(19|20)[0-9]{2}")
# Of a sheet that nobody named.
_SANS_NOM = re.compile(
    r"(feuil|feuille|sheet|tableau|table|page|donnees|data|export|liste)\s*[0-9]*"
)


def recognise(
    feuille: Feuille, place: int, ligne_titres: int, colonnes: Mapping[str, int], forcee: str = ""
) -> Correspondance:
    """Return where a sheet has its memberships, and in which shape.

    Parameters
    ----------
    feuille, place
        The sheet, and its place in the file.
    ligne_titres
        Row of its header, from 1; 0 without one.
    colonnes
        Column of each role that the titles name.
    forcee
        The shape that the planner asked for; by default the sheet tells it.

    Returns
    -------
    Correspondance
        Of the shape :data:`geo.importation.correspondance.COMMUNES` where no other is recognised.
    """
    table = _Table(feuille, place, ligne_titres, dict(colonnes))
    table.find_communes()
    noms = table.find_cpts()
    essais: dict[str, Callable[[], Correspondance | None]] = {
        COLONNES: table.try_colonnes,
        CROISE: table.try_croise,
        TOURNE: table.try_tourne,
        PLUSIEURS: lambda: table.try_plusieurs(noms, forcee=bool(forcee)),
        LISTES: table.try_listes,
        EPCI: table.try_epci,
        BLOCS: table.try_blocs,
        FEUILLE: lambda: table.try_feuille(forcee=bool(forcee)),
    }
    for forme in [forcee] if forcee in essais else essais if not forcee else ():
        if trouvee := essais[forme]():
            return trouvee
    return table.make(COMMUNES)


def list_candidates(feuille: Feuille, ligne_titres: int) -> list[tuple[int, int]]:
    """Return the columns that may name the CPTS by their titles and by their cells, with how strong a title is."""
    if not ligne_titres:
        return []
    forces = measure_titles(feuille.lignes[ligne_titres - 1], "cpts")
    return [
        (colonne, force)
        for colonne, force in forces.items()
        if not names_nothing(feuille.column(colonne, ligne_titres))
    ]


def find_rivals(feuille: Feuille, correspondance: Correspondance) -> list[int]:
    """Return the columns that name the CPTS as well as each other: the planner tells which is meant.

    Empty where one is better than the others, where they are numbered, or where each CPTS has its own.
    """
    if correspondance.forme != COMMUNES or not correspondance.ligne_titres:
        return []
    candidates = list_candidates(feuille, correspondance.ligne_titres)
    prises = {c for role, c in correspondance.colonnes.items() if role != "cpts"}
    debut, fin = correspondance.plage or (0, feuille.largeur)
    candidates = [(c, f) for c, f in candidates if c not in prises and debut <= c < fin]
    forte = max((force for _, force in candidates), default=0)
    meilleures = [colonne for colonne, force in candidates if force == forte]
    titres = feuille.lignes[correspondance.ligne_titres - 1]
    datees = [c for c, _ in candidates if _base(titres[c], _TEMPS) != _words(titres[c])]
    rivales = meilleures if len(meilleures) > 1 else sorted({*meilleures, *datees})
    return rivales if len(rivales) > 1 else []


def _words(titre: str) -> tuple[str, ...]:
    return tuple(split_words(titre))


def _base(titre: str, otes: frozenset[str]) -> tuple[str, ...]:
    """Return the words of a title without those that number or date it."""
    annees = otes is _TEMPS
    return tuple(
        mot for mot in _words(titre) if mot not in otes and not (annees and _ANNEE.fullmatch(mot))
    )


class _Table:
    """A sheet, its header and the columns found so far."""

    def __init__(
        self, feuille: Feuille, place: int, ligne_titres: int, colonnes: dict[str, int]
    ) -> None:
        self.feuille, self.place = feuille, place
        self.ligne_titres, self.colonnes = ligne_titres, colonnes
        self.titres = feuille.lignes[ligne_titres - 1] if ligne_titres else ("",) * feuille.largeur

    def cells(self, colonne: int) -> list[str]:
        return self.feuille.column(colonne, self.ligne_titres)

    def make(
        self, forme: str, cpts: Sequence[int] = (), communes: Sequence[int] = ()
    ) -> Correspondance:
        colonnes = dict(self.colonnes)
        if forme in SANS_COLONNE_COMMUNE:
            colonnes.pop("code_commune", None)
            colonnes.pop("commune", None)
        if forme != EPCI:
            # Told as not read: only an intercommunalité has communes to leave out.
            colonnes.pop("epci", None)
            colonnes.pop("exclues", None)
        if forme == LISTES:
            # A part is of one commune: told as not read.
            colonnes.pop("partie", None)
        if cpts or forme in (BLOCS, FEUILLE):
            colonnes.pop("cpts", None)
        return Correspondance(
            self.place, self.ligne_titres, colonnes, forme, tuple(cpts), tuple(communes)
        )

    def free(self) -> list[int]:
        """Return the columns of no role."""
        return [c for c in range(self.feuille.largeur) if c not in self.colonnes.values()]

    def _below(self, colonne: int) -> list[str]:
        """Return the filled cells of a column without the names of CPTS, that may stand above their codes."""
        return [
            t for t in self.cells(colonne) if t and (CODE.fullmatch(t) or not begins_as_cpts(t))
        ]

    def find_communes(self) -> None:
        """Find the codes by the cells, where no title names them or the cells deny it."""
        nom = self.colonnes.get("commune")
        if nom is not None and look_like_cpts([texte for texte in self.cells(nom) if texte]):
            # « Nom » may be that of either.
            del self.colonnes["commune"]
        titree = self.colonnes.get("cpts")
        if titree is not None and look_like_codes(self._below(titree)):
            # The name of a CPTS above its codes.
            del self.colonnes["cpts"]
        if "code_commune" not in self.colonnes:
            varietes = {
                c: len(set(cellules))
                for c in self.free()
                if not _PAS_UN_CODE.search(" ".join(split_words(self.titres[c])))
                and (cellules := self._below(c))
                and (
                    look_like_codes(cellules)
                    or look_like_iris(cellules)
                    or (not self.ligne_titres and hold_codes(cellules))
                )
            }
            if varietes:
                self.colonnes["code_commune"] = max(varietes, key=lambda c: varietes[c])
        commune = self.colonnes.get("commune")
        if "code_commune" not in self.colonnes and commune is not None:
            cellules = [texte for texte in self.cells(commune) if texte]
            # The same cell has both: it is read as a code, with the name that stands beside it.
            if hold_codes(cellules):
                self.colonnes["code_commune"] = self.colonnes.pop("commune")
        if {"code_commune", "departement"}.isdisjoint(self.colonnes) and "commune" in self.colonnes:
            self._find_postal()

    def _find_postal(self) -> None:
        """Take the postcodes where nothing else tells a name from its homonyms: each row says how it was read."""
        for colonne in self.free():
            cellules = [texte for texte in self.cells(colonne) if texte]
            if is_postal(self.titres[colonne]) and look_like_codes(cellules):
                self.colonnes["code_commune"] = colonne
                return

    def find_cpts(self) -> list[tuple[int, int]]:
        """Choose the column of the names among those whose cells may be some; return them all."""
        autres = {c for role, c in self.colonnes.items() if role != "cpts"}
        noms = [
            (c, force)
            for c, force in list_candidates(self.feuille, self.ligne_titres)
            if c not in autres
        ]
        self.colonnes.pop("cpts", None)
        if noms:
            self.colonnes["cpts"] = max(noms, key=lambda n: (n[1], -n[0]))[0]
            return noms
        varietes = {
            c: len(set(cellules))
            for c in self.free()
            if (cellules := [texte for texte in self.cells(c) if texte])
            and look_like_cpts(cellules)
            and not names_nothing(cellules)
            # A title that speaks of CPTS, and not of the one that has the commune.
            and "cpts" not in name_roles(self.titres[c])
        }
        # Titles of blocks and totals are no column of names.
        if varietes and not self._are_sections(list(varietes)):
            self.colonnes["cpts"] = max(varietes, key=lambda c: varietes[c])
        return noms

    def _are_sections(self, colonnes: Sequence[int]) -> bool:
        return bool(list_sections(self.feuille, self.make(COMMUNES))) and len(colonnes) == 1

    def try_croise(self) -> Correspondance | None:
        """Read a column for each CPTS; cells that hesitate are asked."""
        # A title that begins as the name of a CPTS is one, be there a date or a stage in it.
        nommees = [
            c
            for c, titre in enumerate(self.titres)
            if names_cpts(titre) and c != self.colonnes.get("code_commune") and any(self._said(c))
        ]
        ailleurs = self.colonnes.get("cpts", nommees[0] if nommees else None) not in nommees
        if len(nommees) < _CROISE_MIN or ailleurs or not hold_marks(list(map(self._said, nommees))):
            return None
        self.colonnes = {role: c for role, c in self.colonnes.items() if c not in nommees}
        return self.make(CROISE, nommees)

    def try_tourne(self) -> Correspondance | None:
        """Read a row for each CPTS and a column for each commune, where the titles are codes."""
        if "cpts" not in self.colonnes or not self.ligne_titres:
            return None
        communes = [c for c in self.free() if holds_code(self.titres[c])]
        croisees = hold_marks(list(map(self._said, communes)))
        assez = len(communes) >= _CROISE_MIN and croisees
        return self.make(TOURNE, communes=communes) if assez else None

    def _said(self, colonne: int) -> list[str]:
        """Return the cells of a column but for those that repeat its title."""
        titre = self.titres[colonne]
        return [texte for texte in self.cells(colonne) if texte != titre]

    def try_colonnes(self) -> Correspondance | None:
        """Read the communes that stand under the name of their CPTS."""
        titrees = [c for c, titre in enumerate(self.titres) if titre]
        if not self.ligne_titres or not names_only_cpts(self.titres):
            return None
        cellules = [texte for c in titrees for texte in self.cells(c) if texte]
        communes = cellules and not names_nothing([t for t in cellules if not holds_code(t)])
        return (
            self.make(COLONNES, titrees) if communes and not any(map(says_cpts, cellules)) else None
        )

    def try_plusieurs(
        self, noms: Sequence[tuple[int, int]], *, forcee: bool
    ) -> Correspondance | None:
        colonnes = [c for c, _ in noms]
        if forcee and len(colonnes) > 1:
            return self.make(PLUSIEURS, colonnes)
        bases = {c: _base(self.titres[c], _ORDRES) for c in colonnes}
        numerotees = [c for c in colonnes if bases[c] != _words(self.titres[c])]
        siennes = [c for c in colonnes if numerotees and bases[c] == bases[numerotees[0]]]
        return self.make(PLUSIEURS, siennes) if len(siennes) > 1 else None

    def try_listes(self) -> Correspondance | None:
        for role in ("code_commune", "commune"):
            colonne = self.colonnes.get(role)
            if colonne is None or "cpts" not in self.colonnes:
                continue
            pleines = [
                texte
                for texte in self.feuille.column(colonne, self.ligne_titres, lignes_gardees=True)
                if texte
            ]
            listes = sum(_is_list(texte, role) for texte in pleines)
            if pleines and listes >= max(1, _PART_DE_LISTES * len(pleines)):
                parties = [partie for texte in pleines for partie in split_list(texte)]
                if 2 * sum(map(holds_code, parties)) >= len(parties):
                    # Each name has its code beside it.
                    self.colonnes["code_commune"] = self.colonnes.pop(role)
                return self.make(LISTES)
        return None

    def try_epci(self) -> Correspondance | None:
        seul = "code_commune" not in self.colonnes and "commune" not in self.colonnes
        return self.make(EPCI) if seul and {"epci", "cpts"} <= self.colonnes.keys() else None

    def try_blocs(self) -> Correspondance | None:
        if "cpts" in self.colonnes or not {"code_commune", "commune"} & self.colonnes.keys():
            return None
        blocs = self.make(BLOCS)
        return blocs if list_sections(self.feuille, blocs) else None

    def try_feuille(self, *, forcee: bool) -> Correspondance | None:
        if "cpts" in self.colonnes or not {"code_commune", "commune"} & self.colonnes.keys():
            return None
        nom = self.feuille.nom
        sans_nom = _SANS_NOM.fullmatch(" ".join(split_words(nom))) or _base(nom, _TEMPS) == (
            "cpts",
        )
        nommee = bool(nom) and not sans_nom
        return self.make(FEUILLE) if nommee and (forcee or says_cpts(nom)) else None


def names_cpts(titre: str) -> bool:
    """Tell whether a title is the name of a CPTS, and not what a column says of one.

    >>> names_cpts("CPTS Nord (2 communes)"), names_cpts("CPTS signataire"), names_cpts("CPTS 2025")
    (True, False, False)
    """
    if not begins_as_cpts(titre):
        return False
    mots = set(_base(titre, _TEMPS)) - _ORDRES - _DE_CPTS
    return not mots <= {"cpts", "la", "les", "de", "du", "des"}


def is_dated(nom: str) -> bool:
    """Tell whether the name of a sheet dates what it holds, or says that it is not what counts.

    >>> is_dated("2025"), is_dated("CPTS (ancien)"), is_dated("Brouillon"), is_dated("CPTS Nord")
    (True, True, True, False)
    """
    mots = split_words(nom)
    return not _TEMPS.isdisjoint(mots) or any(
        _MILLESIME.fullmatch(mot) or mot.startswith(("brouillon", "abandon", "archive"))
        for mot in mots
    )


def names_only_cpts(titres: Sequence[str]) -> bool:
    """Tell whether a row is of names of CPTS, each in a column of its own.

    >>> names_only_cpts(["CPTS Nord", "CPTS Sud", ""]), names_only_cpts(["CPTS", "Commune"])
    (True, False)
    """
    pleins = [titre for titre in titres if titre]
    return len(set(pleins)) == len(pleins) >= _CROISE_MIN and all(map(names_cpts, pleins))


def find_other_titles(feuille: Feuille, lignes_max: int) -> int:
    """Return the row that has names of CPTS or communes for titles; 0 where there is none.

    Parameters
    ----------
    feuille
        A sheet where no row names two roles.
    lignes_max
        How many rows are looked at.
    """
    for rang, titres in enumerate(feuille.lignes[:lignes_max], start=1):
        if names_only_cpts(titres):
            return rang
        codes = [c for c, titre in enumerate(titres) if holds_code(titre)]
        if len(codes) >= _CROISE_MIN and hold_marks([feuille.column(c, rang) for c in codes]):
            return rang
    return 0


def _is_list(texte: str, role: str) -> bool:
    parties = split_list(texte)
    return len(parties) > 1 and (role == "commune" or all(map(holds_code, parties)))


def is_split_code(feuille: Feuille, correspondance: Correspondance) -> bool:
    """Tell whether the codes are cut in two: the department in one column, the number in another."""
    colonnes = correspondance.colonnes
    if not {"code_commune", "departement"} <= colonnes.keys():
        return False
    cellules = feuille.column(colonnes["code_commune"], correspondance.ligne_titres)
    pleines = [texte for texte in cellules if texte]
    return bool(pleines) and all(NUMERO.fullmatch(texte) for texte in pleines)
