"""Read the CSV tables as text, have them checked against their Table Schema, then give them types.

A blank cell is a missing value (``pandas.NA`` or ``NaN``), never an empty string: it means
« non publié ».
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo.erreurs import Probleme, count, enumerate_first, is_blocking
from geo.lecture.schemas import blocking, check_foreign_keys, place_names, read_schema, validate
from geo.systeme import tell_cause

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TABLES = (
    "sources",
    "statuts",
    "departements",
    "communes_absorbees",
    "completude",
    "cpts_fiches",
    "cpts_faits",
    "perimetres",
    "cpts",
    "jalons",
    "statistiques_indicateurs",
    "statistiques_bases",
    "statistiques",
    "aci",
)
# A folder made before them lacks them: it is read as one that has none.
FACULTATIVES = frozenset({"statistiques_indicateurs", "statistiques_bases", "statistiques", "aci"})


def read_table(data_dir: Path, nom: str) -> tuple[pd.DataFrame | None, list[Probleme]]:
    """Read one table and say all that is wrong with it.

    Parameters
    ----------
    data_dir
        Folder that holds ``<nom>.csv`` (UTF-8, commas).
    nom
        One of :data:`TABLES`.

    Returns
    -------
    tuple
        The typed table, and its problems. The index, ``ligne``, is the line of the file where
        each row begins; ``integer`` columns are ``Int64``, ``number`` columns ``float64``, all
        others ``str``. The table is ``None`` as soon as one problem is ``BLOQUANT``; without a row
        where one of :data:`FACULTATIVES` is not there. A column that its schema says
        ``facultatif`` is blank where the file lacks it.
    """
    fichier = f"{nom}.csv"
    champs = {champ["name"]: champ for champ in read_schema(nom)["fields"]}
    if nom in FACULTATIVES and not (data_dir / fichier).exists():
        vide = pd.DataFrame(columns=list(champs), index=pd.Index([], name="ligne"), dtype="str")
        return _typed(vide, champs), []
    textes, problemes = _read_text(data_dir / fichier)
    if textes is None:
        return None, problemes
    absentes = [c for c, champ in champs.items() if champ.get("facultatif") and c not in textes]
    textes = textes.reindex(columns=[*textes, *absentes]).astype("str")
    problemes += validate(textes, nom, fichier, repere="ligne")
    if is_blocking(problemes):
        return None, problemes
    return _typed(textes[list(champs)], champs), problemes


def read_tables(data_dir: Path) -> tuple[dict[str, pd.DataFrame], list[Probleme]]:
    """Read every table of :data:`TABLES` and check the references between them.

    Returns
    -------
    tuple
        The tables that can be used, by name, and the problems of all of them.
    """
    tables: dict[str, pd.DataFrame] = {}
    problemes: list[Probleme] = []
    for nom in TABLES:
        table, siens = read_table(data_dir, nom)
        problemes += siens
        if table is not None:
            tables[nom] = table
    return tables, problemes + check_foreign_keys(tables)


def split_list(listes: pd.Series) -> list[tuple[str, ...]]:
    """Split cells at the vertical bars; a blank cell is an empty list.

    >>> split_list(pd.Series(["70|25", None, "21"]))
    [('70', '25'), (), ('21',)]
    """
    return [tuple(liste.split("|")) if liste else () for liste in listes.fillna("")]


def _read_text(chemin: Path) -> tuple[pd.DataFrame | None, list[Probleme]]:
    """Read a CSV file as a table of texts whose index is the line where each row begins."""
    fichier = chemin.name
    try:
        octets = chemin.read_bytes()
    except FileNotFoundError:
        return None, [blocking(fichier, "le fichier manque.", "Remettre le fichier en place.")]
    except OSError as erreur:
        return None, [
            blocking(
                fichier,
                f"le fichier ne peut pas être ouvert ({tell_cause(erreur)}).",
                "Vérifier les droits d'accès au fichier.",
            ),
        ]
    try:
        texte = octets.decode("utf-8-sig")
    except UnicodeDecodeError as erreur:
        ligne = octets[: erreur.start].count(b"\n") + 1
        return None, [not_utf8(fichier, ligne)]
    try:
        return _parse_csv(texte, fichier)
    except csv.Error as erreur:
        return None, [
            blocking(
                fichier,
                f"le fichier n'est pas un CSV lisible ({erreur}).",
                "L'enregistrer de nouveau depuis un tableur, au format CSV UTF-8.",
            ),
        ]


def _parse_csv(texte: str, fichier: str) -> tuple[pd.DataFrame | None, list[Probleme]]:
    # The standard reader, not pandas: it knows the line of each row (a quoted cell may span
    # several) and a row with too few or too many cells does not pass silently.
    lecteur = csv.reader(io.StringIO(texte, newline=""), strict=True)
    entete = next(lecteur, None)
    if not entete:
        return None, [
            blocking(fichier, "le fichier est vide.", "Remettre le fichier avec son en-tête."),
        ]
    if len(entete) == 1 and ";" in entete[0]:
        return None, [
            blocking(
                fichier,
                "les colonnes sont séparées par des points-virgules.",
                "Enregistrer le fichier avec des virgules pour séparateur.",
            ),
        ]
    repetees = sorted({nom for nom in entete if entete.count(nom) > 1})
    if repetees:
        return None, [
            blocking(
                fichier,
                f"l'en-tête nomme deux fois : {enumerate_first(repetees)}.",
                "Ne garder qu'une colonne de chaque nom.",
            ),
        ]
    lignes, rangs, boiteuses, debut = [], [], [], lecteur.line_num + 1
    for cellules in lecteur:
        if cellules:
            lignes.append([cellule or None for cellule in cellules])
            rangs.append(debut)
            if len(cellules) != len(entete):
                boiteuses.append(debut)
        debut = lecteur.line_num + 1
    if boiteuses:
        return None, [
            blocking(
                fichier,
                f"{count(len(boiteuses), 'ligne')} sans le nombre de cellules de l'en-tête "
                f"({len(entete)}) : {place_names(boiteuses, 'ligne')}.",
                "Mettre entre guillemets les cellules qui contiennent une virgule.",
            ),
        ]
    index = pd.Index(rangs, name="ligne", dtype="int64")
    return pd.DataFrame(lignes, columns=entete, index=index, dtype="str"), []


def _typed(table: pd.DataFrame, champs: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    types = {"integer": "Int64", "number": "float64"}
    return table.astype(
        {nom: types[champ["type"]] for nom, champ in champs.items() if champ["type"] in types},
    )


def not_utf8(fichier: str, ligne: int) -> Probleme:
    """Say that a file is in another encoding, and where that shows first."""
    return blocking(
        fichier,
        f"le fichier n'est pas en UTF-8 (ligne {ligne}).",
        "L'enregistrer de nouveau en UTF-8 (dans Excel : « CSV UTF-8 »).",
    )
