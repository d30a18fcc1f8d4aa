"""What there is to say of how a sheet is read: its shape, the columns and the rows that are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.erreurs import Probleme, Severite, count, enumerate_first
from geo.importation.colonnes import column_letters
from geo.importation.contenus import are_marks, names_nothing
from geo.importation.correspondance import (
    COMMUNES,
    FORMES,
    PLUSIEURS,
)
from geo.importation.formes import find_rivals
from geo.importation.rangees import read_rangees
from geo.importation.titres import name_roles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.importation.correspondance import Correspondance
    from geo.importation.feuille import Feuille

# Columns of marks without the name of a CPTS: a cross table, but not of CPTS.
_CROISE_MIN = 2
_TITRES_DITS = 12
_RANGS_DITS = 20


def list_unread(feuille: Feuille, correspondance: Correspondance) -> list[int]:
    """Return the columns of a table that are read as nothing."""
    lues = {*correspondance.colonnes.values(), *correspondance.cpts}
    debut, fin = correspondance.plage or (0, feuille.largeur)
    rang = correspondance.ligne_titres
    return [
        colonne
        for colonne in range(debut, fin)
        if colonne not in lues
        and ((rang and feuille.lignes[rang - 1][colonne]) or any(feuille.column(colonne, rang)))
    ]


def tell_reading(
    fichier: str, feuille: Feuille, correspondance: Correspondance
) -> Iterator[Probleme]:
    """Say how a sheet is read, and what of it is not.

    Parameters
    ----------
    fichier
        Name of the file and of the sheet, for the problems.
    feuille, correspondance
        The sheet, and where its roles are.
    """
    if correspondance.forme != COMMUNES:
        yield Probleme(
            Severite.A_VERIFIER,
            fichier,
            f"table lue comme {FORMES[correspondance.forme]}.",
            f"Vérifier les premières lignes lues ; sinon choisir une autre forme : --forme {COMMUNES}.",
            identifiant="forme",
        )
    yield from _tell_hidden(fichier, feuille, correspondance)
    yield from _tell_rivals(fichier, feuille, correspondance)
    yield from _tell_names(fichier, feuille, correspondance)
    yield from _tell_unread(fichier, feuille, correspondance)
    for quoi, rangs in read_rangees(feuille, correspondance).ecartees.items():
        yield Probleme(
            Severite.INFORMATION,
            fichier,
            f"{count(len(rangs), 'ligne')} de {quoi}, laissée{'s' if len(rangs) > 1 else ''} de côté : "
            f"{enumerate_first(map(str, rangs))}.",
            "Rien à faire.",
            identifiant="lignes_ecartees",
        )


def _tell_hidden(
    fichier: str, feuille: Feuille, correspondance: Correspondance
) -> Iterator[Probleme]:
    """Say which rows and columns are hidden, and what is struck out."""
    vue = feuille.apparence
    remede = "Les laisser de côté si le classeur les a ôtées : --sans-masques."
    remplies = {rang for rang, cellules in enumerate(feuille.lignes, start=1) if any(cellules)}
    barrees = {rang for rang, _ in vue.barrees}
    for identifiant, quoi, rangs in (
        ("lignes_masquees", "ligne masquée ou filtrée", vue.lignes & remplies),
        ("cellules_barrees", "ligne barrée", barrees & remplies),
        ("texte_barre", "ligne barrée en partie", {rang for rang, _ in vue.restes} & remplies),
    ):
        if rangs:
            pluriel = " ".join(
                mot if mot in ("ou", "en", "partie") else f"{mot}s" for mot in quoi.split()
            )
            yield Probleme(
                Severite.A_VERIFIER,
                fichier,
                f"{count(len(rangs), quoi, pluriel)}, lue{'s' if len(rangs) > 1 else ''} comme les autres : "
                f"{enumerate_first(map(str, sorted(rangs)), _RANGS_DITS)}.",
                remede,
                identifiant=identifiant,
            )
    colonnes = [c for c in sorted(vue.colonnes) if c < feuille.largeur]
    if colonnes:
        yield Probleme(
            Severite.A_VERIFIER,
            fichier,
            f"{count(len(colonnes), 'colonne masquée', 'colonnes masquées')}, lue{'s' if len(colonnes) > 1 else ''} "
            "comme les autres : "
            f"{enumerate_first(_name(feuille, correspondance, c) for c in colonnes)}.",
            remede,
            identifiant="colonnes_masquees",
        )


def _tell_rivals(
    fichier: str, feuille: Feuille, correspondance: Correspondance
) -> Iterator[Probleme]:
    rivales = [] if correspondance.tranchee else find_rivals(feuille, correspondance)
    if rivales:
        yield Probleme(
            Severite.BLOQUANT,
            fichier,
            "plusieurs colonnes donnent une CPTS, et rien ne dit laquelle vaut : "
            f"{enumerate_first(_name(feuille, correspondance, c) for c in rivales)}.",
            f"Choisir : --colonne cpts={column_letters(rivales[-1])} ; si chaque commune est dans toutes : "
            f"--forme {PLUSIEURS}.",
            identifiant="cpts_a_choisir",
        )


def _tell_names(
    fichier: str, feuille: Feuille, correspondance: Correspondance
) -> Iterator[Probleme]:
    """Say why no column names the CPTS, with the titles that there are."""
    if correspondance.names_cpts:
        return
    debut, fin = correspondance.plage or (0, feuille.largeur)
    colonnes = [c for c in range(debut, fin) if c not in correspondance.colonnes.values()]
    rang = correspondance.ligne_titres
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
        "Choisir la colonne parmi celles-ci (--colonne cpts=LETTRE), ou l'ajouter à la table.",
        identifiant="croise_sans_cpts" if croise else "cpts_introuvable",
    )


def _tell_unread(
    fichier: str, feuille: Feuille, correspondance: Correspondance
) -> Iterator[Probleme]:
    rang = correspondance.ligne_titres
    autres: list[str] = []
    for colonne in list_unread(feuille, correspondance):
        nom = _name(feuille, correspondance, colonne)
        titre = feuille.lignes[rang - 1][colonne] if rang else ""
        roles = name_roles(titre)
        if not roles:
            autres.append(nom)
            continue
        contenu = names_nothing(feuille.column(colonne, rang)) if "cpts" in roles else ""
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


def _name(feuille: Feuille, correspondance: Correspondance, colonne: int) -> str:
    rang = correspondance.ligne_titres
    titre = feuille.lignes[rang - 1][colonne] if rang else ""
    return f"{column_letters(colonne)} « {titre} »" if titre else column_letters(colonne)
