"""Tables as HTML (``static/ecran.css``): a column each and a card each on a phone, or a list in a narrow panel."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

TIRET = "—"


@dataclass(frozen=True, slots=True)
class Partie:
    """A part of a cell, on a line of its own; every text is plain.

    Attributes
    ----------
    texte
        The figure, or :data:`TIRET` where there is none.
    suite
        What is said beside it, in small: whose share it is, a date.
    pourquoi
        Why there is none: shown on demand, by mouse, finger or keyboard.
    seconde
        Whether it comes under the figure and says something of it, a difference for one.
    """

    texte: str
    suite: str = ""
    pourquoi: str = ""
    seconde: bool = False


Case = tuple[Partie, ...]


@dataclass(frozen=True, slots=True)
class Colonne:
    """The head of a column or of a card: a name, and in small what has to be known of it."""

    nom: str
    suite: str = ""


@dataclass(frozen=True, slots=True)
class Ligne:
    """A row: its name, what is said once for all its cells, and a cell a column."""

    libelle: str
    cases: tuple[Case, ...]
    note: str = ""

    @property
    def differente(self) -> bool:
        """Whether two of its cells say something else; what comes second counts for nothing."""
        dits = {tuple((p.texte, p.suite) for p in case if not p.seconde) for case in self.cases}
        return len(dits) > 1


@dataclass(frozen=True, slots=True)
class Groupe:
    """Rows under a title."""

    titre: str
    lignes: tuple[Ligne, ...]


def keep_differences(groupes: Iterable[Groupe]) -> tuple[Groupe, ...]:
    """Leave out the rows whose cells all say the same, then the groups that have none left."""
    gardes = (Groupe(g.titre, tuple(li for li in g.lignes if li.differente)) for g in groupes)
    return tuple(groupe for groupe in gardes if groupe.lignes)


def write_tableau(titre: str, colonnes: Sequence[Colonne], groupes: Sequence[Groupe]) -> str:
    """Write a table twice over, of which a style shows one: as a table, and as a card a column.

    Parameters
    ----------
    titre
        What the table shows, for who does not see it.
    colonnes
        At least one.
    groupes
        Each row has as many cells as there are columns.

    Returns
    -------
    str
        HTML in which every text is escaped.
    """
    return (
        f'<div class="cote-a-cote">{_table(titre, colonnes, groupes)}'
        f'<div class="fiches">{_cards(colonnes, groupes)}</div></div>'
    )


def write_liste(titre: str, colonnes: Sequence[Colonne], lignes: Sequence[Sequence[Case]]) -> str:
    """Write a few rows in a narrow place: heads and cells wrap, nothing is cut and nothing scrolls sideways.

    Parameters
    ----------
    titre
        What the list shows, for who does not see it.
    colonnes
        The first one names the rows.
    lignes
        Each has a cell a column; the first one may not be empty.

    Returns
    -------
    str
        HTML in which every text is escaped.
    """
    tetes = "".join(f'<th scope="col">{_named(c.nom, c.suite)}</th>' for c in colonnes)
    corps = "".join(
        f'<tr><th scope="row">{_cell(premiere)}</th>'
        + "".join(f"<td>{_cell(case)}</td>" for case in autres)
        + "</tr>"
        for premiere, *autres in lignes
    )
    return (
        f'<div class="liste"><table aria-label="{escape(titre)}"><thead><tr>{tetes}</tr></thead>'
        f"<tbody>{corps}</tbody></table></div>"
    )


def _table(titre: str, colonnes: Sequence[Colonne], groupes: Sequence[Groupe]) -> str:
    tetes = "".join(f'<th scope="col">{_named(c.nom, c.suite)}</th>' for c in colonnes)
    corps = "".join(_body(groupe, 1 + len(colonnes)) for groupe in groupes)
    return (
        f'<table aria-label="{escape(titre)}"><thead><tr><td></td>{tetes}</tr></thead>'
        f"{corps}</table>"
    )


def _body(groupe: Groupe, largeur: int) -> str:
    lignes = "".join(
        f'<tr><th scope="row">{_label(ligne)}</th>'
        + "".join(f"<td>{_cell(case)}</td>" for case in ligne.cases)
        + "</tr>"
        for ligne in groupe.lignes
    )
    titre = f'<th scope="rowgroup" colspan="{largeur}">{escape(groupe.titre)}</th>'
    return f'<tbody><tr class="groupe">{titre}</tr>{lignes}</tbody>'


def _cards(colonnes: Sequence[Colonne], groupes: Sequence[Groupe]) -> str:
    return "".join(
        f"<section><h4>{_named(colonne.nom, colonne.suite)}</h4>"
        + "".join(
            f"<h5>{escape(groupe.titre)}</h5><dl>"
            + "".join(
                f"<div><dt>{_label(ligne)}</dt><dd>{_cell(ligne.cases[rang])}</dd></div>"
                for ligne in groupe.lignes
            )
            + "</dl>"
            for groupe in groupes
        )
        + "</section>"
        for rang, colonne in enumerate(colonnes)
    )


def _named(nom: str, suite: str) -> str:
    return escape(nom) + (f" <small>{escape(suite)}</small>" if suite else "")


def _label(ligne: Ligne) -> str:
    return _named(ligne.libelle, ligne.note)


def _cell(case: Case) -> str:
    return "".join(map(_part, case))


def _part(partie: Partie) -> str:
    texte = escape(partie.texte)
    if partie.pourquoi:
        pourquoi = escape(partie.pourquoi)
        ecrit = (
            f'<details><summary title="{pourquoi}" aria-label="{texte} : pourquoi ?">{texte}</summary>'
            f"<small>{pourquoi}</small></details>"
        )
    else:
        ecrit = texte if partie.seconde else f"<strong>{texte}</strong>"
        ecrit += f" <small>{escape(partie.suite)}</small>" if partie.suite else ""
    return f'<div class="seconde">{ecrit}</div>' if partie.seconde else f"<div>{ecrit}</div>"
