"""Find the header of a planner's table and what each column holds: guessed, shown, corrected."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from geo.erreurs import DonneesInvalides, Probleme, Severite, enumerate_first, is_blocking
from geo.importation.contenus import CODE
from geo.importation.correspondance import COMMUNES, FEUILLE, SANS_COLONNE_COMMUNE, Correspondance
from geo.importation.formes import find_other_titles, is_split_code, recognise
from geo.importation.rangees import join_code, read_rangees
from geo.importation.tables_voisines import keep_columns, list_tables
from geo.importation.titres import LIBELLES, ROLES, read_titles, recognise_titles, title_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geo.importation.feuille import Feuille
    from geo.importation.rangees import Rangees

# A table without these can be read all the same.
_FACULTATIFS = frozenset({"statut", "date"})

# Title lines stand above the header, never so many.
LIGNES_AVANT_TITRES_MAX = 50
# A header names two roles at least: a title may well hold the word « CPTS » or « commune ».
_ROLES_MIN = 2


def guess(feuilles: Sequence[Feuille]) -> Correspondance:
    """Guess the sheet, the header and the columns of a membership table.

    The header is the row, among the first ones, whose titles name the most roles by their usual
    words; failing that, the row above the first commune code of a column of such codes. Where two
    sheets are as good, the one that the workbook hides is not taken, nor the one without rows.

    Parameters
    ----------
    feuilles
        As returned by :func:`geo.importation.lecture.read_feuilles`: at least one.

    Returns
    -------
    Correspondance
        What was recognised, perhaps nothing; :func:`missing` says what lacks.
    """
    candidats = [
        (
            sum(force for _, force in roles.values()),
            not feuille.masquee,
            _has_rows(feuille, rang),
            -place,
            -rang,
        )
        for place, feuille in enumerate(feuilles)
        for rang, titres in enumerate(feuille.lignes[:LIGNES_AVANT_TITRES_MAX], start=1)
        # A row that has the code of a commune is one of the table.
        if len(roles := recognise_titles(titres)) >= _ROLES_MIN
        and not any(map(CODE.fullmatch, titres))
    ]
    if candidats:
        *_, place, rang = max(candidats)
        feuille, ligne_titres = -place, -rang
    else:
        feuille, ligne_titres = _find_by_titles(feuilles) or _find_by_content(feuilles)
    return _recognise(feuilles[feuille], feuille, ligne_titres)


def _recognise(
    feuille: Feuille,
    place: int,
    ligne_titres: int,
    plage: tuple[int, int] | None = None,
    forcee: str = "",
) -> Correspondance:
    """Recognise the shape of a sheet, or of one of the tables that stand side by side on it."""
    plages = list_tables(feuille.lignes[ligne_titres - 1]) if ligne_titres else []
    if plage is None and plages:
        plage = plages[0]
    seule = keep_columns(feuille, plage) if plage else feuille
    titres = seule.lignes[ligne_titres - 1] if ligne_titres else ()
    lue = recognise(seule, place, ligne_titres, read_titles(titres), forcee)
    rangees = {role: lue.colonnes[role] for role in ROLES if role in lue.colonnes}
    return replace(lue, colonnes=rangees, plage=plage)


def reshape(
    feuilles: Sequence[Feuille], correspondance: Correspondance, forme: str
) -> Correspondance:
    """Read a sheet in another shape than the one recognised.

    Parameters
    ----------
    feuilles, correspondance
        As given to and returned by :func:`guess`.
    forme
        One of :data:`geo.importation.correspondance.FORMES`.

    Returns
    -------
    Correspondance
        Of that shape where the sheet can be read so; else of a row a commune, whose columns may lack.
    """
    place = correspondance.feuille
    return _recognise(
        feuilles[place], place, correspondance.ligne_titres, correspondance.plage, forme
    )


def guess_all(feuilles: Sequence[Feuille]) -> list[Correspondance]:
    """Guess the sheet of a membership table, and those that hold the same table.

    Parameters
    ----------
    feuilles
        As returned by :func:`geo.importation.lecture.read_feuilles`: at least one.

    Returns
    -------
    list of Correspondance
        What :func:`guess` returns, the tables beside it, then the sheets of :func:`same_titles`. Each is extracted by
        itself; :func:`unread` says which sheets are in none.
    """
    meilleure = guess(feuilles)
    return [meilleure, *_beside(feuilles, meilleure), *same_titles(feuilles, meilleure)]


def _beside(feuilles: Sequence[Feuille], correspondance: Correspondance) -> list[Correspondance]:
    """Return the other tables that stand on a sheet, beside the first one."""
    feuille, rang = feuilles[correspondance.feuille], correspondance.ligne_titres
    if correspondance.plage is None:
        return []
    return [
        _recognise(feuille, correspondance.feuille, rang, plage)
        for plage in list_tables(feuille.lignes[rang - 1])[1:]
    ]


def same_titles(
    feuilles: Sequence[Feuille], correspondance: Correspondance
) -> list[Correspondance]:
    """Find the other sheets that hold the same table, as a workbook with one a department.

    Parameters
    ----------
    feuilles, correspondance
        As given to and returned by :func:`guess` or :func:`correct`.

    Returns
    -------
    list of Correspondance
        In the order of the sheets: each that the workbook does not hide and that has rows under
        the same titles, case and accents aside, in any columns and at any of the first rows. Sheets
        that each bear the name of a CPTS may have other titles.
        Without titles, each whose columns are guessed to hold the same. The step and the date may
        lack.
    """
    memes = [
        _same_table(feuilles, place, correspondance)
        for place, feuille in enumerate(feuilles)
        if place != correspondance.feuille and not feuille.masquee
    ]
    return [trouvee for trouvee in memes if trouvee]


def unread(
    feuilles: Sequence[Feuille], lues: Iterable[Correspondance], fichier: str = "table"
) -> list[Probleme]:
    """Say which sheets of a file are not read.

    Parameters
    ----------
    feuilles
        As returned by :func:`geo.importation.lecture.read_feuilles`.
    lues
        Where the sheets that are read have their columns.
    fichier
        Name of the file, for the problems.

    Returns
    -------
    list of Probleme
        ``A_VERIFIER`` for each sheet where a membership table is recognised, ``INFORMATION`` for
        all the others together.
    """
    lues = list(lues)
    places = {lue.feuille for lue in lues}
    par_feuille = any(lue.forme == FEUILLE for lue in lues)
    problemes, autres = [], []
    for place, feuille in enumerate(feuilles):
        if place in places:
            continue
        seule = guess([feuille])
        # Where each sheet is a CPTS, one whose name does not say so may be one too.
        incomplete = is_blocking(missing(seule)) or not (seule.names_cpts or par_feuille)
        if incomplete or not _has_rows(feuille, seule.ligne_titres):
            autres.append(feuille.nom)
        else:
            problemes.append(_unread_table(feuille, fichier, par_feuille=par_feuille))
    if autres:
        problemes.append(
            Probleme(
                Severite.INFORMATION,
                fichier,
                f"autres feuilles du classeur, qui ne sont pas lues : {enumerate_first(autres)}.",
                "Rien à faire si elles ne contiennent pas de communes.",
                identifiant="feuilles_non_lues",
            ),
        )
    return problemes


def titles(feuilles: Sequence[Feuille], correspondance: Correspondance) -> list[str]:
    """Name every column of the chosen sheet, for a choice by hand.

    Returns
    -------
    list of str
        One name a column, in order, all different: its letter, then its title if it has one.
    """
    feuille = feuilles[correspondance.feuille]
    rang = correspondance.ligne_titres
    textes = feuille.lignes[rang - 1] if rang else ("",) * feuille.largeur
    return [
        " : ".join(filter(None, (column_letters(colonne), texte)))
        for colonne, texte in enumerate(textes)
    ]


def correct(
    feuilles: Sequence[Feuille],
    correspondance: Correspondance,
    voulues: Mapping[str, str],
    fichier: str = "table",
) -> Correspondance:
    """Put roles in the columns that are named by hand.

    Parameters
    ----------
    feuilles, correspondance
        As given to and returned by :func:`guess`.
    voulues
        Title or letters of the column, by role; an empty text where the role is in none.
    fichier
        Name of the file, for the problems.

    Raises
    ------
    DonneesInvalides
        With every role that does not exist, and every column that is not in the sheet.
    """
    feuille, rang = feuilles[correspondance.feuille], correspondance.ligne_titres
    lettres = {column_letters(colonne): colonne for colonne in range(feuille.largeur)}
    titres = {
        title_key(titre): colonne
        for colonne, titre in reversed(list(enumerate(feuille.lignes[rang - 1] if rang else ())))
    }
    colonnes, problemes = dict(correspondance.colonnes), []
    for role, voulue in voulues.items():
        colonne = titres.get(title_key(voulue), lettres.get(voulue.strip().upper()))
        if role not in ROLES:
            problemes.append(
                Probleme(
                    Severite.BLOQUANT,
                    fichier,
                    f"« {role} » n'est pas une donnée que l'import connaît.",
                    f"Écrire l'une de celles-ci : {', '.join(ROLES)}.",
                    identifiant="role_inconnu",
                )
            )
        elif not voulue.strip():
            colonnes.pop(role, None)
        elif colonne is None:
            problemes.append(
                Probleme(
                    Severite.BLOQUANT,
                    fichier,
                    f"la colonne « {voulue} » n'existe pas.",
                    f"Choisir parmi : {' ; '.join(titles(feuilles, correspondance))}.",
                    identifiant="colonne_inconnue",
                )
            )
        else:
            colonnes[role] = colonne
    if problemes:
        raise DonneesInvalides(problemes)
    if voulues.get("cpts"):
        # Names that stand in a column of their own are those of no title, block nor sheet.
        return replace(
            correspondance, colonnes=colonnes, forme=COMMUNES, cpts=(), communes=(), tranchee=True
        )
    return replace(correspondance, colonnes=colonnes)


def missing(correspondance: Correspondance, fichier: str = "table") -> list[Probleme]:
    """Say which roles were not found, and what that prevents.

    Parameters
    ----------
    correspondance
        As guessed, or as corrected by hand.
    fichier
        Name of the file, for the problems.

    Returns
    -------
    list of Probleme
        ``BLOQUANT`` where no membership can be read: without a CPTS, or without a code of the
        commune or both its name and its department.
    """
    absents = [role for role in ROLES if role not in correspondance.colonnes]
    choisir = "Choisir la colonne parmi celles du fichier, ou l'y ajouter."
    problemes = []
    if not correspondance.ligne_titres:
        problemes.append(
            Probleme(
                Severite.A_VERIFIER,
                fichier,
                "aucune ligne de titres reconnue : la table est lue dès sa première ligne.",
                "Indiquer la ligne des titres, ou vérifier ce que contient chaque colonne.",
                identifiant="sans_titres",
            ),
        )
    if "code_commune" in absents and correspondance.forme not in SANS_COLONNE_COMMUNE:
        par_nom = "commune" not in absents and "departement" not in absents
        problemes.append(
            Probleme(
                Severite.A_VERIFIER if par_nom else Severite.BLOQUANT,
                fichier,
                "colonne introuvable : code INSEE de la commune"
                + (
                    " ; les communes seront cherchées par leur nom dans leur département, et les "
                    "homonymes refusés."
                    if par_nom
                    else ", ou à défaut son nom et son département."
                ),
                choisir
                if par_nom or "commune" in absents
                else "Ajouter une colonne « Département » ou « Code postal », ou le code de chaque commune : « Achun (58001) ».",
                identifiant="code_introuvable",
            ),
        )
    problemes += [
        Probleme(
            Severite.INFORMATION,
            fichier,
            f"colonne introuvable : {LIBELLES[role]} ; l'import s'en passe.",
            "Rien à faire si la table ne le donne pas.",
            identifiant="role_absent",
        )
        for role in ("statut", "date")
        if role in absents
    ]
    return problemes


def extract(
    feuilles: Sequence[Feuille],
    correspondance: Correspondance,
    fichier: str = "table",
    rangees: Rangees | None = None,
) -> pd.DataFrame:
    """Return the rows of the table, one column a role.

    Parameters
    ----------
    feuilles
        As returned by :func:`geo.importation.lecture.read_feuilles`.
    correspondance
        Where the roles are; columns and sheet exist.
    fichier
        Name of the file, for the problems.
    rangees
        What its rows say, where they were read already.

    Returns
    -------
    DataFrame
        ``ligne`` (row of the sheet, from 1) and every role of :data:`ROLES` as text, ``""`` where
        the cell is empty or the role absent. Rows without any text are left out.

    Raises
    ------
    DonneesInvalides
        If a column that the table cannot do without is missing, or no row follows the header.
    """
    problemes = missing(correspondance, fichier)
    if is_blocking(problemes):
        raise DonneesInvalides(problemes)
    feuille = feuilles[correspondance.feuille]
    lues = (rangees or read_rangees(feuille, correspondance)).lues
    if not lues:
        raise DonneesInvalides(
            [
                Probleme(
                    Severite.BLOQUANT,
                    fichier,
                    f"aucune ligne sous les titres (ligne {correspondance.ligne_titres}).",
                    "Indiquer la ligne des titres, ou choisir une autre feuille.",
                    identifiant="sans_ligne",
                ),
            ]
        )
    donnees: dict[str, pd.Series] = {
        "ligne": pd.Series([rangee.ligne for rangee in lues], dtype="int64")
    }
    for role in ROLES:
        textes = [rangee.textes.get(role, "") for rangee in lues]
        donnees[role] = pd.Series(textes, dtype="str")
    table = pd.DataFrame(donnees)
    if is_split_code(feuille, correspondance):
        codes = zip(table["departement"], table["code_commune"], strict=True)
        entiers = [join_code(departement, numero) for departement, numero in codes]
        table["code_commune"] = pd.Series(entiers, dtype="str")
    return table


def column_letters(colonne: int) -> str:
    """Name a column as spreadsheets do.

    >>> [column_letters(colonne) for colonne in (0, 25, 26, 701, 702)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    lettres, reste = "", colonne + 1
    while reste:
        reste, rang = divmod(reste - 1, 26)
        lettres = chr(ord("A") + rang) + lettres
    return lettres


def _unread_table(feuille: Feuille, fichier: str, *, par_feuille: bool) -> Probleme:
    if feuille.masquee:
        return Probleme(
            Severite.A_VERIFIER,
            fichier,
            f"la feuille « {feuille.nom} », masquée dans le classeur, ressemble à une table et "
            "n'est pas lue.",
            "L'afficher dans le tableur si elle doit être lue, puis enregistrer le classeur.",
            identifiant="table_non_lue",
        )
    return Probleme(
        Severite.A_VERIFIER,
        fichier,
        f"la feuille « {feuille.nom} » ressemble à une table et n'est pas lue : "
        + ("son nom ne dit pas une CPTS." if par_feuille else "ses titres sont autres."),
        "Faire précéder son nom de « CPTS » si c'en est une ; sinon l'importer dans un fichier à part."
        if par_feuille
        else "Lui donner les titres de celle qui est lue, ou l'importer dans un fichier à part.",
        identifiant="table_non_lue",
    )


def _has_rows(feuille: Feuille, ligne_titres: int) -> bool:
    return any(any(cellules) for cellules in feuille.lignes[ligne_titres:])


def _same_table(
    feuilles: Sequence[Feuille], place: int, correspondance: Correspondance
) -> Correspondance | None:
    """Return where another sheet has the columns of the chosen one, or nothing."""
    feuille = feuilles[place]
    if correspondance.forme == FEUILLE:
        # Each has the name of its CPTS, whatever its titles.
        sienne = guess([feuille])
        lisible = sienne.forme == FEUILLE and not is_blocking(missing(sienne))
        return replace(sienne, feuille=place) if lisible else None
    if not correspondance.ligne_titres:
        seule = guess([feuille])
        memes = not seule.ligne_titres and seule.colonnes == correspondance.colonnes
        return replace(seule, feuille=place) if memes else None
    titres = feuilles[correspondance.feuille].lignes[correspondance.ligne_titres - 1]
    voulus = {
        role: (colonne, title_key(titres[colonne]))
        for role, colonne in correspondance.colonnes.items()
    }
    for rang, siens in enumerate(feuille.lignes[:LIGNES_AVANT_TITRES_MAX], start=1):
        colonnes = _align(voulus, siens)
        if voulus.keys() - colonnes.keys() <= _FACULTATIFS and colonnes:
            return _like(correspondance, feuille, place, rang, colonnes)
    return None


def _like(
    correspondance: Correspondance,
    feuille: Feuille,
    place: int,
    rang: int,
    colonnes: dict[str, int],
) -> Correspondance | None:
    """Return where another sheet has the table of the chosen one; nothing if it has no row, or another shape."""
    if not _has_rows(feuille, rang):
        return None
    if correspondance.forme == COMMUNES:
        return Correspondance(place, rang, colonnes)
    sienne = _recognise(feuille, place, rang)
    return sienne if sienne.forme == correspondance.forme else None


def _align(voulus: Mapping[str, tuple[int, str]], titres: Sequence[str]) -> dict[str, int]:
    """Return the column of each role whose title is met, the one at the same place first.

    A column recognised without a title is looked for at its place alone.
    """
    cles = [title_key(titre) for titre in titres]
    colonnes = {}
    for role, (colonne, cle) in voulus.items():
        if colonne < len(cles) and cles[colonne] == cle:
            colonnes[role] = colonne
        elif cle in filter(None, cles):
            colonnes[role] = cles.index(cle)
    return colonnes


def _find_by_titles(feuilles: Sequence[Feuille]) -> tuple[int, int] | None:
    """Return the first sheet whose titles are CPTS or communes, with their row."""
    for place, feuille in enumerate(feuilles):
        if rang := find_other_titles(feuille, LIGNES_AVANT_TITRES_MAX):
            return place, rang
    return None


def _find_by_content(feuilles: Sequence[Feuille]) -> tuple[int, int]:
    """Return the sheet with the most commune codes, and the row above the first of them."""
    meilleur, feuille, ligne_titres = 0, 0, 0
    for place, candidate in enumerate(feuilles):
        for colonne in range(candidate.largeur):
            rangs = [
                rang
                for rang, cellules in enumerate(candidate.lignes)
                if CODE.fullmatch(cellules[colonne])
            ]
            if len(rangs) > meilleur:
                titre = candidate.lignes[rangs[0] - 1][colonne] if rangs[0] else ""
                # A shortened code above the first whole one is a row of the table, not a title.
                avec_titre = bool(titre) and not any(c.isdigit() for c in titre)
                meilleur, feuille, ligne_titres = len(rangs), place, rangs[0] * avec_titre
    return feuille, ligne_titres
