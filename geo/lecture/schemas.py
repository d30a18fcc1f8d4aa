"""Check tables against their Table Schema, and tell in French what does not hold.

The schemas are the application's own (``data/schemas/``), wherever the data come from: a folder
of data cannot relax the rules it is held to. They alone say what a column may hold.
"""

from __future__ import annotations

import json
import math
import re
from contextlib import suppress
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pandas.api.types import is_string_dtype

from geo.erreurs import Probleme, Severite, count, enumerate_first

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping

    import pandas as pd

SCHEMAS_DIR = Path(__file__).resolve().parents[2] / "data" / "schemas"

# What a text must look like before it is converted; Table Schema has the point as decimal mark.
_FORMES = {"integer": r"-?[0-9]+", "number": r"-?[0-9]+(\.[0-9]+)?"}

_REMEDES = {
    "pattern": "Corriger la forme ; un code est un texte, et un tableur en ôte le zéro initial "
    "(« 1001 » pour « 01001 »).",
    "enum": "Employer l'une des valeurs admises : {admises}.",
    "type": "Écrire un {type} sans espace ni unité, avec un point pour les décimales.",
    "date": "Écrire une date qui existe, sous la forme 2022-05-06.",
    "minimum": "Écrire un nombre au moins égal à {minimum}.",
    "maximum": "Écrire un nombre au plus égal à {maximum}.",
    "required": "Remplir la colonne : elle est obligatoire.",
    "unique": "Ne garder qu'une ligne par valeur.",
}
_MESSAGES = {
    "pattern": "{valeurs} de forme inattendue",
    "enum": "{valeurs} hors de la liste admise",
    "type": "{valeurs} qui ne se {lit} pas comme un {type}",
    "date": "{valeurs} qui ne {est} pas une date",
    "minimum": "{valeurs} trop petite{s}",
    "maximum": "{valeurs} trop grande{s}",
    "required": "{valeurs} manquante{s}",
    "unique": "{valeurs} en double",
}
_TYPES_FRANCAIS = {"integer": "nombre entier", "number": "nombre"}


@cache
def read_schema(nom: str) -> dict[str, Any]:
    """Return the Table Schema of a table, as it is written in ``data/schemas``."""
    schema: dict[str, Any] = json.loads(
        (SCHEMAS_DIR / f"{nom}.json").read_text(encoding="utf-8"),
    )
    return schema


def validate(
    table: pd.DataFrame, nom: str, fichier: str, repere: str, mal_stockees: Collection[str] = ()
) -> list[Probleme]:
    """Check the columns, the key and the values of a table.

    Parameters
    ----------
    table
        Texts (a blank cell is missing) or typed values; its index places each row in the file.
    nom
        Name of its schema.
    fichier
        Name of the file, for the problems.
    repere
        What the index counts (« ligne », « objet »).
    mal_stockees
        Columns of another type than the schema's, of which only blanks and repeats can be told.
    """
    schema = read_schema(nom)
    champs = {champ["name"]: champ for champ in schema["fields"]}
    cle = schema.get("primaryKey", [])
    problemes = []
    # Without one of its columns a key repeats everywhere: only the missing column is told.
    if len(cle) > 1 and set(cle) <= set(table):
        repetees = table.index[table.duplicated(cle, keep=False)]
        if len(repetees):
            problemes.append(_duplicate_key(fichier, cle, repetees, repere))
    problemes += [
        _extra_column(fichier, colonne) for colonne in map(str, table) if colonne not in champs
    ]
    problemes += [
        _missing_column(fichier, colonne, table.columns)
        for colonne in champs
        if colonne not in table
    ]
    for colonne, champ in champs.items():
        if colonne not in table:
            continue
        unique = champ.get("constraints", {}).get("unique") or cle == [colonne]
        failures = _failures(
            table[colonne], champ, unique=unique, bien_stockee=colonne not in mal_stockees
        )
        problemes += [
            _bad_values(fichier, champ, controle, fautives, repere)
            for controle, fautives in failures
            if len(fautives)
        ]
    return problemes


def check_foreign_keys(tables: Mapping[str, pd.DataFrame]) -> list[Probleme]:
    """Check the references that the schemas declare, between tables that could be read."""
    problemes = []
    for nom, table in tables.items():
        for lien in read_schema(nom).get("foreignKeys", []):
            cible, colonne = lien["reference"]["resource"], lien["fields"]
            if cible not in tables:
                continue
            connues = tables[cible][lien["reference"]["fields"]]
            valeurs = table[colonne].dropna()
            orphelines = valeurs[~valeurs.isin(connues)]
            if orphelines.empty:
                continue
            quantite = count(orphelines.nunique(), "valeur")
            problemes.append(
                Probleme(
                    Severite.BLOQUANT,
                    f"{nom}.csv",
                    f"colonne « {colonne} » : {quantite} sans ligne dans {cible}.csv : "
                    f"{quote_values(orphelines, 'ligne')}.",
                    f"Corriger la valeur, ou ajouter la ligne qui manque à {cible}.csv.",
                ),
            )
    return problemes


def quote_values(valeurs: pd.Series, repere: str) -> str:
    """Quote the first distinct values, each with the places (index) where it stands."""
    groupes = valeurs.groupby(valeurs, sort=False).groups
    return enumerate_first(
        f"« {valeur} » ({place_names(places, repere)})" for valeur, places in groupes.items()
    )


def place_names(places: Iterable[Hashable], repere: str) -> str:
    """Name the first places of the file where something stands.

    >>> place_names([2, 3, 5, 8], "ligne")
    'lignes 2, 3, 5 et 1 autre'
    """
    tous = [str(place) for place in places]
    return f"{repere}{'s' if len(tous) > 1 else ''} {enumerate_first(tous, maximum=3)}"


def _failures(
    colonne: pd.Series, champ: Mapping[str, Any], *, unique: bool, bien_stockee: bool
) -> Iterator[tuple[str, pd.Series]]:
    """Give for each rule of a field the values that break it."""
    contraintes = champ.get("constraints", {})
    valeurs = colonne.dropna()
    # Each distinct value is judged once, by Python: a table repeats few, and one call of pandas costs more.
    distinctes = set(valeurs)
    if contraintes.get("required") and len(valeurs) < len(colonne):
        yield "required", colonne[colonne.isna()]
    if unique and len(distinctes) < len(valeurs):
        yield "unique", valeurs[valeurs.duplicated(keep=False)]
    if not bien_stockee:
        return
    for controle, holds in _rules(champ, textes=is_string_dtype(valeurs)):
        if fautives := [valeur for valeur in distinctes if not holds(valeur)]:
            yield controle, valeurs[valeurs.isin(fautives)]


def _rules(
    champ: Mapping[str, Any], *, textes: bool
) -> Iterator[tuple[str, Callable[[Any], bool]]]:
    """Give the rules of a field that one value keeps or breaks by itself."""
    contraintes = champ.get("constraints", {})
    if champ["type"] == "date":
        yield "date", _is_date
    forme = _FORMES.get(champ["type"]) if textes else None
    if forme:
        yield "type", lambda valeur: bool(re.fullmatch(forme, valeur))
    if motif := contraintes.get("pattern"):
        yield "pattern", lambda valeur: bool(re.fullmatch(motif, valeur))
    if admises := contraintes.get("enum"):
        yield "enum", lambda valeur: valeur in admises
    # A text that is no number has its own failure: it must not fail here a second time.
    if (minimum := contraintes.get("minimum")) is not None:
        yield "minimum", lambda valeur: not _number(valeur, forme) < minimum
    if (maximum := contraintes.get("maximum")) is not None:
        yield "maximum", lambda valeur: not _number(valeur, forme) > maximum


def _is_date(texte: str) -> bool:
    """Tell whether a text is a day that exists, written as Table Schema has it.

    >>> _is_date("2022-05-06"), _is_date("2022-02-30"), _is_date("20220506")
    (True, False, False)
    """
    with suppress(ValueError):
        return date.fromisoformat(texte).isoformat() == texte
    return False


def _number(valeur: Any, forme: str | None) -> float:
    """Return a value as a number; not a number where a text has not the form of one.

    >>> _number("43.5", _FORMES["number"]), _number("inf", _FORMES["number"]), _number(2, None)
    (43.5, nan, 2.0)
    """
    return float(valeur) if forme is None or re.fullmatch(forme, valeur) else math.nan


def blocking(fichier: str, message: str, remede: str) -> Probleme:
    """Return a problem that stops the application."""
    return Probleme(Severite.BLOQUANT, fichier, message, remede)


def _missing_column(fichier: str, nom: str, presentes: Iterable[str]) -> Probleme:
    proches = {colonne.casefold(): colonne for colonne in map(str, presentes)}
    proche = get_close_matches(nom, proches, n=1)
    remede = "Ajouter la colonne, ou corriger son nom dans l'en-tête."
    if proche:
        remede = f"Renommer « {proches[proche[0]]} » en « {nom} » dans l'en-tête, si c'est elle."
    return blocking(fichier, f"la colonne « {nom} » manque.", remede)


def _extra_column(fichier: str, nom: str) -> Probleme:
    return Probleme(
        Severite.A_VERIFIER,
        fichier,
        f"la colonne « {nom} » n'est pas prévue ; elle n'est pas lue.",
        "L'ôter, ou corriger son nom si elle en remplace une autre.",
    )


def _duplicate_key(
    fichier: str,
    cle: Iterable[str],
    lieux: Iterable[Hashable],
    repere: str,
) -> Probleme:
    colonnes = ", ".join(f"« {nom} »" for nom in cle)
    return blocking(
        fichier,
        f"des lignes répètent la même clé ({colonnes}) : {place_names(lieux, repere)}.",
        "Ne garder qu'une des lignes répétées.",
    )


def _bad_values(
    fichier: str,
    champ: Mapping[str, Any],
    controle: str,
    fautives: pd.Series,
    repere: str,
) -> Probleme:
    contraintes = champ.get("constraints", {})
    nombre = len(fautives)
    message = _MESSAGES[controle].format(
        valeurs=count(nombre, "valeur"),
        s="s" if nombre > 1 else "",
        lit="lisent" if nombre > 1 else "lit",
        est="sont" if nombre > 1 else "est",
        type=_TYPES_FRANCAIS.get(champ["type"], champ["type"]),
    )
    if controle == "required":
        detail = place_names(fautives.index, repere)
    else:
        detail = quote_values(fautives, repere)
    remede = _REMEDES[controle].format(
        admises=", ".join(contraintes.get("enum", [])),
        minimum=contraintes.get("minimum"),
        maximum=contraintes.get("maximum"),
        type=_TYPES_FRANCAIS.get(champ["type"], champ["type"]),
    )
    return blocking(fichier, f"colonne « {champ['name']} » : {message} : {detail}.", remede)
