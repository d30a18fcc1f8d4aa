"""What there is to say of how a sheet is read: its shape, the columns and the rows that are not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geo.erreurs import Probleme, Severite, count, enumerate_first
from geo.importation.colonnes import column_letters
from geo.importation.contenus import (
    DES_NOMBRES,
    PERSONNELLES,
    are_marks,
    begins_as_cpts,
    names_nothing,
)
from geo.importation.correspondance import (
    BLOCS,
    COMMUNES,
    CROISE,
    FEUILLE,
    FORMES,
    PLUSIEURS,
    TOURNE,
)
from geo.importation.formes import find_rivals
from geo.importation.titres import is_personal, may_restrict, name_roles
from geo.texte import sort_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from geo.importation.correspondance import Correspondance
    from geo.importation.feuille import Feuille
    from geo.importation.rangees import Rangees

# In the cells of a column that is not read: what leaves something out of the row.
_RESTREINT = re.compile(
    r"\b(sauf|hors|excepte|a l exception|uniquement|seulement|en partie|partiel\w*)\b"
)
_CROISES = frozenset({CROISE, TOURNE})
# Columns of marks without the name of a CPTS: a cross table, but not of CPTS.
_CROISE_MIN = 2
_TITRES_DITS = 12
_PLEINE_MIN = 2
_RANGS_DITS = 20
_SANS_MASQUES = "Les laisser de côté si le classeur les a ôtées : --sans-masques."


def list_unread(feuille: Feuille, correspondance: Correspondance) -> list[int]:
    """Return the columns of a table that are read as nothing."""
    lues = {*correspondance.colonnes.values(), *correspondance.cpts, *correspondance.communes}
    debut, fin = correspondance.plage or (0, feuille.largeur)
    rang = correspondance.ligne_titres
    return [
        colonne
        for colonne in range(debut, fin)
        if colonne not in lues
        and ((rang and feuille.lignes[rang - 1][colonne]) or any(feuille.column(colonne, rang)))
    ]


def list_personal(feuille: Feuille, correspondance: Correspondance) -> list[int]:
    """Return the columns that are not read and are of people."""
    return [
        c
        for c in list_unread(feuille, correspondance)
        if is_personal(_title(feuille, correspondance, c))
        or names_nothing(feuille.column(c, correspondance.ligne_titres)) in PERSONNELLES
    ]


def _restriction(feuille: Feuille, correspondance: Correspondance, colonne: int) -> str:
    """Say, with its first such cell, that a column may restrict its rows; empty where it does not."""
    rang = correspondance.ligne_titres
    for place, cellule in enumerate(feuille.column(colonne, rang), start=rang + 1):
        if _RESTREINT.search(sort_key(cellule)):
            return f" : « {cellule} » (ligne {place})"
    titre = _title(feuille, correspondance, colonne)
    return " : son titre le laisse penser" if may_restrict(titre) else ""


def list_numbered(feuille: Feuille, correspondance: Correspondance) -> list[int]:
    """Return the columns that have a CPTS for title and numbers below, where nothing names the CPTS: two or none."""
    rang = correspondance.ligne_titres
    if correspondance.names_cpts or not rang:
        return []
    chiffrees = [
        colonne
        for colonne in list_unread(feuille, correspondance)
        if begins_as_cpts(feuille.lignes[rang - 1][colonne])
        and names_nothing(feuille.column(colonne, rang)) == DES_NOMBRES
    ]
    return chiffrees if len(chiffrees) >= _CROISE_MIN else []


def tell_reading(
    fichier: str, feuille: Feuille, correspondance: Correspondance, rangees: Rangees
) -> Iterator[Probleme]:
    """Say which shape a sheet is read in, and what of it is not read, or wants an answer.

    Parameters
    ----------
    fichier
        Name of the file and of the sheet, for the problems.
    feuille, correspondance
        The sheet, and where its roles are.
    rangees
        What its rows say.
    """
    if correspondance.forme != COMMUNES:
        yield Probleme(
            Severite.A_VERIFIER,
            fichier,
            f"table lue comme {FORMES[correspondance.forme]}.",
            f"Vérifier les premières lignes lues ; sinon choisir une autre forme : --forme {COMMUNES}.",
            identifiant="forme",
        )
    yield from _tell_above(fichier, feuille, correspondance)
    yield from _tell_hidden(fichier, feuille, correspondance)
    rivales = [] if correspondance.tranchee else find_rivals(feuille, correspondance)
    if rivales:
        yield _ask_which(fichier, [_name(feuille, correspondance, c) for c in rivales], rivales[-1])
    chiffrees = list_numbered(feuille, correspondance)
    personnelles = list_personal(feuille, correspondance)
    yield from _tell_names(fichier, feuille, correspondance, chiffrees)
    yield from _tell_personal(fichier, feuille, correspondance, personnelles)
    dites = {*rivales, *chiffrees}
    yield from _tell_unread(fichier, feuille, correspondance, dites, personnelles)
    yield from _tell_doubts(fichier, feuille, rangees)
    for quoi, rangs in rangees.ecartees.items():
        yield Probleme(
            Severite.INFORMATION,
            fichier,
            f"{count(len(rangs), 'ligne')} de {quoi}, laissée{'s' if len(rangs) > 1 else ''} de côté : "
            f"{enumerate_first(map(str, rangs))}.",
            "Rien à faire.",
            identifiant="lignes_ecartees",
        )


def _tell_doubts(fichier: str, feuille: Feuille, rangees: Rangees) -> Iterator[Probleme]:
    """Say which cells repeat the one above, and which say neither yes nor no."""
    if rangees.repetees:
        n = len(rangees.repetees)
        yield Probleme(
            Severite.A_VERIFIER,
            fichier,
            f"{count(n, 'cellule')} « idem », lue{'s' if n > 1 else ''} comme la CPTS de la ligne au-dessus : "
            f"{_list_rows(rangees.repetees)}.",
            "Vérifier que la table n'a pas été triée depuis ; sinon écrire le nom.",
            identifiant="cpts_repetee",
        )
    if rangees.blocs_douteux:
        dits = (
            f"{rang} « {' '.join(filter(None, feuille.lignes[rang - 1]))} »"
            for rang in rangees.blocs_douteux
        )
        yield Probleme(
            Severite.BLOQUANT,
            fichier,
            f"{count(len(rangees.blocs_douteux), 'ligne')} parmi les noms des blocs, qui ne "
            f"{'disent' if len(rangees.blocs_douteux) > 1 else 'dit'} pas une CPTS : {enumerate_first(dits)}.",
            "La faire précéder de « CPTS » si c'en est une, de « Hors CPTS » si ses communes ne sont dans aucune ; si c'est "
            "une commune, écrire son code.",
            identifiant="blocs_douteux",
        )
    if rangees.inegales:
        yield Probleme(
            Severite.BLOQUANT,
            fichier,
            f"{count(len(rangees.inegales), 'ligne')} où les noms et les codes des communes ne vont pas deux à deux : "
            f"{_list_rows(rangees.inegales)}.",
            "Écrire autant de noms que de codes, ou les codes seuls.",
            identifiant="listes_inegales",
        )
    if rangees.douteuses:
        dites = (
            f"{column_letters(c)}{rang} « {feuille.lignes[rang - 1][c]} »"
            for rang, c in rangees.douteuses
        )
        yield Probleme(
            Severite.BLOQUANT,
            fichier,
            f"{count(len(rangees.douteuses), 'cellule')} du tableau croisé ne "
            f"{'disent' if len(rangees.douteuses) > 1 else 'dit'} ni oui ni non : {enumerate_first(dites)}.",
            "Y écrire X si la commune est de cette CPTS, « partiel » si elle l'est en partie ; sinon vider la cellule.",
            identifiant="marques_douteuses",
        )


def _tell_above(
    fichier: str, feuille: Feuille, correspondance: Correspondance
) -> Iterator[Probleme]:
    """Say which rows above the header are as full as those of the table: they are not read."""
    if not correspondance.ligne_titres or correspondance.forme in (BLOCS, FEUILLE):
        return
    pleine = max(_PLEINE_MIN, len(correspondance.colonnes))
    rangs = [
        rang
        for rang, cellules in enumerate(feuille.lignes[: correspondance.ligne_titres - 1], start=1)
        if sum(map(bool, cellules)) >= pleine
    ]
    if rangs:
        yield Probleme(
            Severite.A_VERIFIER,
            fichier,
            f"{count(len(rangs), 'ligne')} au-dessus des titres (ligne {correspondance.ligne_titres}), non lue"
            f"{'s' if len(rangs) > 1 else ''} : {_list_rows(rangs)}.",
            "Si ce sont des lignes de la table, les mettre sous les titres.",
            identifiant="lignes_au_dessus",
        )


def _tell_hidden(
    fichier: str, feuille: Feuille, correspondance: Correspondance
) -> Iterator[Probleme]:
    """Say which rows and columns are hidden, and what is struck out."""
    vue = feuille.apparence
    remplies = {rang for rang, cellules in enumerate(feuille.lignes, start=1) if any(cellules)}
    barrees = {rang for rang, _ in vue.barrees}
    masquees, partielles = vue.lignes & remplies, {rang for rang, _ in vue.restes} & remplies
    if masquees:
        masques = ("ligne masquée ou filtrée", "lignes masquées ou filtrées")
        yield _hidden(fichier, masquees, *masques, identifiant="lignes_masquees")
    if barrees & remplies:
        barres = ("ligne barrée", "lignes barrées")
        yield _hidden(fichier, barrees & remplies, *barres, identifiant="cellules_barrees")
    if partielles:
        morceaux = ("ligne barrée en partie", "lignes barrées en partie")
        yield _hidden(fichier, partielles, *morceaux, identifiant="texte_barre")
    colonnes = [c for c in sorted(vue.colonnes) if c < feuille.largeur]
    if colonnes:
        yield Probleme(
            Severite.A_VERIFIER,
            fichier,
            f"{count(len(colonnes), 'colonne masquée', 'colonnes masquées')}, lue{'s' if len(colonnes) > 1 else ''} "
            "comme les autres : "
            f"{enumerate_first(_name(feuille, correspondance, c) for c in colonnes)}.",
            _SANS_MASQUES,
            identifiant="colonnes_masquees",
        )


def _hidden(
    fichier: str, rangs: Collection[int], singulier: str, pluriel: str, *, identifiant: str
) -> Probleme:
    return Probleme(
        Severite.A_VERIFIER,
        fichier,
        f"{count(len(rangs), singulier, pluriel)}, lue{'s' if len(rangs) > 1 else ''} comme les autres : "
        f"{_list_rows(sorted(rangs))}.",
        _SANS_MASQUES,
        identifiant=identifiant,
    )


def _ask_which(fichier: str, noms: Collection[str], derniere: int) -> Probleme:
    return Probleme(
        Severite.BLOQUANT,
        fichier,
        f"plusieurs colonnes donnent une CPTS, et rien ne dit laquelle vaut : {enumerate_first(noms)}.",
        f"Choisir : --colonne cpts={column_letters(derniere)} ; si chaque commune est dans toutes : "
        f"--forme {PLUSIEURS}.",
        identifiant="cpts_a_choisir",
    )


def _tell_names(
    fichier: str,
    feuille: Feuille,
    correspondance: Correspondance,
    chiffrees: Collection[int],
) -> Iterator[Probleme]:
    """Say why no column names the CPTS, with the titles that there are."""
    if correspondance.names_cpts:
        return
    debut, fin = correspondance.plage or (0, feuille.largeur)
    colonnes = [c for c in range(debut, fin) if c not in correspondance.colonnes.values()]
    rang = correspondance.ligne_titres
    if chiffrees:
        yield Probleme(
            Severite.BLOQUANT,
            fichier,
            "tableau croisé dont les cellules sont des nombres, pas des marques : "
            f"{enumerate_first(_name(feuille, correspondance, c) for c in chiffrees)}.",
            "Y écrire X pour chaque commune de la CPTS, et vider les autres cellules.",
            identifiant="croise_sans_marques",
        )
        return
    marquees = [c for c in colonnes if are_marks(feuille.column(c, rang))]
    croise = len(marquees) >= _CROISE_MIN
    noms = [_name(feuille, correspondance, c) for c in range(debut, fin)]
    yield Probleme(
        Severite.BLOQUANT,
        fichier,
        (
            "tableau croisé dont les colonnes ne sont pas des CPTS : "
            f"{enumerate_first(_name(feuille, correspondance, c) for c in marquees)}."
            if croise
            else "aucune colonne ne donne le nom de la CPTS. Colonnes de la table : "
            f"{enumerate_first(noms, _TITRES_DITS)}."
        ),
        "Choisir la colonne parmi celles-ci (--colonne cpts=LETTRE), ou l'ajouter à la table ; si chaque feuille ou chaque "
        "bloc est une CPTS : --forme feuille, --forme blocs.",
        identifiant="croise_sans_cpts" if croise else "cpts_introuvable",
    )


def _tell_personal(
    fichier: str,
    feuille: Feuille,
    correspondance: Correspondance,
    personnelles: Collection[int],
) -> Iterator[Probleme]:
    """Say which columns are of people: none of them is kept."""
    if personnelles:
        noms = enumerate_first(_name(feuille, correspondance, c) for c in personnelles)
        yield Probleme(
            Severite.INFORMATION,
            fichier,
            f"{count(len(personnelles), 'colonne')} de données personnelles : {noms}. Rien n'en est gardé, ni dans les "
            "données, ni dans la table corrigée : l'atlas n'en a pas l'usage.",
            "Rien à faire.",
            identifiant="donnees_personnelles",
        )


def _tell_unread(
    fichier: str,
    feuille: Feuille,
    correspondance: Correspondance,
    dites: Collection[int],
    personnelles: Collection[int],
) -> Iterator[Probleme]:
    """Say which columns are not read, but for those of which it is told already."""
    rang = correspondance.ligne_titres
    autres: list[str] = []
    for colonne in list_unread(feuille, correspondance):
        if colonne in dites:
            continue
        nom = _name(feuille, correspondance, colonne)
        roles = name_roles(_title(feuille, correspondance, colonne))
        cellules = feuille.column(colonne, rang)
        if not roles and colonne in personnelles:
            continue
        if not roles and (restreint := _restriction(feuille, correspondance, colonne)):
            yield Probleme(
                Severite.A_VERIFIER,
                fichier,
                f"la colonne {nom} n'est pas lue, et peut dire que des lignes n'en sont pas, ou pas entières{restreint}.",
                "Ôter de la table ce qu'elle exclut ; rien à faire si elle n'exclut rien.",
                identifiant="colonne_qui_restreint",
            )
            continue
        if not roles and correspondance.forme in _CROISES and are_marks(cellules):
            yield Probleme(
                Severite.A_VERIFIER,
                fichier,
                f"la colonne {nom} a des marques et n'est pas lue : son titre ne dit pas une "
                f"{'commune' if correspondance.forme == TOURNE else 'CPTS'}.",
                "Y écrire le code INSEE de la commune, si c'en est une."
                if correspondance.forme == TOURNE
                else "Faire précéder son titre de « CPTS », si c'en est une.",
                identifiant="colonne_non_lue",
            )
            continue
        if not roles:
            autres.append(nom)
            continue
        contenu = names_nothing(cellules) if "cpts" in roles else ""
        yield Probleme(
            Severite.A_VERIFIER,
            fichier,
            f"la colonne {nom} n'est pas lue"
            + (f" : elle contient {contenu}, pas des noms de CPTS." if contenu else "."),
            f"Rien à faire si ce n'est pas elle qu'il faut lire ; sinon : --colonne {roles[0]}={column_letters(colonne)}.",
            identifiant="colonne_non_lue",
        )
    if autres:
        yield Probleme(
            Severite.INFORMATION,
            fichier,
            f"{count(len(autres), 'autre colonne', 'autres colonnes')}, non lue{'s' if len(autres) > 1 else ''} : "
            f"{enumerate_first(autres, _TITRES_DITS)}.",
            "Rien à faire.",
            identifiant="colonnes_non_lues",
        )


def _list_rows(rangs: Iterable[int]) -> str:
    return enumerate_first(map(str, rangs), _RANGS_DITS)


def _title(feuille: Feuille, correspondance: Correspondance, colonne: int) -> str:
    rang = correspondance.ligne_titres
    return feuille.lignes[rang - 1][colonne] if rang else ""


def _name(feuille: Feuille, correspondance: Correspondance, colonne: int) -> str:
    titre = _title(feuille, correspondance, colonne)
    return f"{column_letters(colonne)} « {titre} »" if titre else column_letters(colonne)
