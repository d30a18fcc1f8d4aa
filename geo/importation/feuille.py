"""A sheet of texts, whatever the file it came from, within the limits."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from geo.erreurs import DonneesInvalides, Probleme, Severite, count, enumerate_first
from geo.importation.apparence import Apparence
from geo.importation.limites import (
    CARACTERES_PAR_CELLULE_MAX,
    CELLULES_MAX,
    COLONNES_MAX,
    LIGNES_MAX,
)
from geo.texte import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# A spreadsheet would run these; a signed number, a telephone number or a code kept as a text is no formula.
_FORMULE = re.compile(
    r"^(?:=(?!\"[0-9AB]+\"$)|@|[+-](?![\d .,'()]*(?:e[+-]?\d+)? ?%?$))",
    re.MULTILINE | re.IGNORECASE,
)
# C0, delete and C1: what a terminal obeys, and no text holds.
_CONTROLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
# A mark of encoding pasted into a cell, and the space of no width.
_INVISIBLES = dict.fromkeys(map(ord, "\ufeff\u200b"))
# UTF-8 read as Windows-1252 by the software that wrote the file, or a character already lost.
_ACCENT_ABIME = re.compile(r"Ã[\x80-\xbf©¨ª«¢§´®¯»¼]|\N{REPLACEMENT CHARACTER}")


@dataclass(frozen=True, slots=True)
class Feuille:
    """One sheet of a file, as texts.

    Attributes
    ----------
    nom
        Name of the sheet; empty for a text file.
    lignes
        Every row in order, the first one first, all of one width; trailing empty rows and columns
        are left out. Blanks are trimmed and doubled ones reduced; an empty cell is ``""``, a whole
        number has no decimal mark, a date is ISO.
    remarques
        What the reader had to suppose or leave out; none of them blocks.
    masquee
        Whether the workbook hides it.
    multilignes
        Cells of several lines, as they are cut, by row, from 1, and column, from 0.
    apparence
        What the workbook hides and strikes out.
    """

    nom: str
    lignes: tuple[tuple[str, ...], ...]
    remarques: tuple[Probleme, ...] = ()
    masquee: bool = False
    multilignes: Mapping[tuple[int, int], str] = field(default_factory=dict)
    apparence: Apparence = field(default_factory=Apparence, compare=False)

    def without_hidden(self) -> Feuille:
        """Return the sheet as it shows: hidden rows, hidden columns and what is struck out are blank."""
        vue = self.apparence
        lignes = tuple(
            ("",) * len(cellules)
            if rang in vue.lignes or any((rang, c) in vue.barrees for c in range(len(cellules)))
            else tuple(
                "" if c in vue.colonnes else cell_text(vue.restes.get((rang, c), texte))
                for c, texte in enumerate(cellules)
            )
            for rang, cellules in enumerate(self.lignes, start=1)
        )
        lues = {
            place: texte
            for place, texte in self.multilignes.items()
            if lignes[place[0] - 1][place[1]] and place not in vue.restes
        }
        return replace(self, lignes=lignes, multilignes=lues, apparence=Apparence())

    def column(self, colonne: int, ligne_titres: int, *, lignes_gardees: bool = False) -> list[str]:
        """Return the cells of a column under the header; the lines of a cell apart where they are kept."""
        if not lignes_gardees:
            return [cellules[colonne] for cellules in self.lignes[ligne_titres:]]
        rangs = range(ligne_titres + 1, len(self.lignes) + 1)
        return [self.cell(rang, colonne) for rang in rangs]

    def cell(self, rang: int, colonne: int) -> str:
        """Return a cell by its row, from 1, and its column, from 0, with the lines that it has."""
        return self.multilignes.get((rang, colonne)) or self.lignes[rang - 1][colonne]

    @property
    def largeur(self) -> int:
        """Return the number of columns."""
        return len(self.lignes[0]) if self.lignes else 0


def refuse(fichier: str, message: str, remede: str) -> DonneesInvalides:
    """Return the error of a file that cannot be read, for the caller to raise."""
    return DonneesInvalides(
        [Probleme(Severite.BLOQUANT, fichier, message, remede, identifiant="fichier_illisible")]
    )


def over_limit(fichier: str, quoi: str, maximum: int, unite: str = "") -> DonneesInvalides:
    """Return the error of a file beyond one limit.

    >>> str(over_limit("t.csv", "plus de colonnes que la limite", 500))
    '[bloquant] t.csv : plus de colonnes que la limite (500). → Ne garder que la table des \
communes, dans un fichier à part.'
    """
    return refuse(
        fichier,
        f"{quoi} ({write_whole(maximum)}{unite}).",
        "Ne garder que la table des communes, dans un fichier à part.",
    )


def make_feuille(
    fichier: str,
    nom: str,
    lignes: Iterable[Sequence[object]],
    remarques: Iterable[Probleme] = (),
    *,
    masquee: bool = False,
) -> Feuille:
    """Turn rows of any cells into a sheet of texts.

    Parameters
    ----------
    fichier
        Name of the file, for the problems.
    nom
        Name of the sheet.
    lignes
        Rows of texts, numbers, dates and truth values, of any widths; they are read one by one, no
        further than a limit.
    remarques
        What is already to be said of the sheet.
    masquee
        Whether the workbook hides it.

    Raises
    ------
    DonneesInvalides
        If the sheet passes a limit or holds a control character.
    """
    gardees: list[list[str]] = []
    multilignes: dict[tuple[int, int], str] = {}
    vides = largeur = 0
    for cellules in lignes:
        textes = _row_texts(cellules)
        if not textes:
            # Empty rows count only once another one follows them.
            vides += 1
            continue
        rang = len(gardees) + vides + 1
        if rang > LIGNES_MAX:
            raise over_limit(fichier, "plus de lignes que la limite", LIGNES_MAX)
        _check_row(fichier, rang, textes)
        largeur = max(largeur, len(textes))
        for colonne, cellule in enumerate(cellules):
            if isinstance(cellule, str) and "\n" in cellule and textes[colonne:]:
                multilignes[rang, colonne] = _keep_lines(cellule)
        if rang * largeur > CELLULES_MAX:
            raise over_limit(fichier, "plus de cellules que la limite", CELLULES_MAX)
        gardees += [[]] * vides
        gardees.append(textes)
        vides = 0
    completes = tuple((*textes, *("",) * (largeur - len(textes))) for textes in gardees)
    return Feuille(
        nom, completes, (*remarques, *_remarks(fichier, completes)), masquee, multilignes
    )


def cell_text(cellule: object) -> str:
    r"""Write one cell as text.

    >>> [cell_text(c) for c in (" CPTS  de\nLuxeuil ", 1001.0, 0.5, None, True)]
    ['CPTS de Luxeuil', '1001', '0.5', '', 'oui']
    >>> cell_text(dt.datetime(2022, 5, 6))
    '2022-05-06'
    """
    match cellule:
        case str():
            texte = cellule
        case None:
            return ""
        case bool():
            return "oui" if cellule else "non"
        case float() if cellule.is_integer():
            return str(int(cellule))
        case dt.datetime() if cellule.time() == dt.time():
            return cellule.date().isoformat()
        case _:
            return str(cellule)
    if not texte.isascii():
        texte = texte.translate(_INVISIBLES)
    # Splitting also does away with non-breaking spaces and with line breaks in a cell.
    return " ".join(texte.split())


def _keep_lines(texte: str) -> str:
    """Return a text with single blanks, but for the ends of its lines."""
    return "\n".join(filter(None, (cell_text(ligne) for ligne in texte.splitlines())))


def _row_texts(cellules: Sequence[object]) -> list[str]:
    """Return the texts of a row up to its last cell that holds one."""
    textes = [cell_text(cellule) for cellule in cellules]
    while textes and not textes[-1]:
        textes.pop()
    return textes


def _check_row(fichier: str, rang: int, textes: list[str]) -> None:
    if len(textes) > COLONNES_MAX:
        raise over_limit(fichier, "plus de colonnes que la limite", COLONNES_MAX)
    if max(map(len, textes)) > CARACTERES_PAR_CELLULE_MAX:
        raise over_limit(
            fichier,
            f"une cellule de la ligne {rang} a plus de caractères que la limite",
            CARACTERES_PAR_CELLULE_MAX,
        )
    if _CONTROLE.search("\n".join(textes)):
        raise refuse(
            fichier,
            f"une cellule de la ligne {rang} contient un caractère de contrôle : "
            "ce n'est pas du texte.",
            "Enregistrer de nouveau la table depuis un tableur.",
        )


def _remarks(fichier: str, lignes: Iterable[tuple[str, ...]]) -> list[Probleme]:
    formules, abimees = [], []
    for rang, textes in enumerate(lignes, start=1):
        # No text holds a line break any more: one search does for all the cells of a row.
        ligne = "\n".join(textes)
        if _FORMULE.search(ligne):
            formules.append(rang)
        if not ligne.isascii() and _ACCENT_ABIME.search(ligne):
            abimees.append(rang)
    problemes = []
    if formules:
        problemes.append(
            Probleme(
                Severite.A_VERIFIER,
                fichier,
                f"{count(len(formules), 'ligne')} avec un texte qui ressemble à une formule, lu "
                f"comme du texte et jamais exécuté : {_ranks(formules)}.",
                "Remplacer la formule par sa valeur.",
                identifiant="formules",
            ),
        )
    if abimees:
        problemes.append(
            Probleme(
                Severite.A_VERIFIER,
                fichier,
                f"{count(len(abimees), 'ligne')} aux accents abîmés avant l'enregistrement : "
                f"{_ranks(abimees)}.",
                "Repartir du fichier d'origine, et l'enregistrer au format CSV UTF-8.",
                identifiant="accents_abimes",
            ),
        )
    return problemes


def _ranks(rangs: list[int]) -> str:
    return f"ligne{'s' if len(rangs) > 1 else ''} {enumerate_first(map(str, rangs))}"
