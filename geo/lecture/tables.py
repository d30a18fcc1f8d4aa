"""Read the CSV tables as text, check them against their Table Schema, then give them types.

The schemas are the application's own (``data/schemas/``), wherever the data come from: a folder
of data cannot relax the rules it is held to. A blank cell is a missing value (``pandas.NA`` or
``NaN``), never an empty string: it means « non publié ».
"""

from __future__ import annotations

import csv
import io
import json
import math
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pandera.pandas as pa

from geo.erreurs import Probleme, Severite, count, enumerate_first, is_blocking

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping

SCHEMAS_DIR = Path(__file__).resolve().parents[2] / "data" / "schemas"

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
)

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
    "not_nullable": "Remplir la colonne : elle est obligatoire.",
    "field_uniqueness": "Ne garder qu'une ligne par valeur.",
    "multiple_fields_uniqueness": "Ne garder qu'une des lignes répétées.",
}
_MESSAGES = {
    "pattern": "{valeurs} de forme inattendue",
    "enum": "{valeurs} hors de la liste admise",
    "type": "{valeurs} qui ne se {lit} pas comme un {type}",
    "date": "{valeurs} qui ne {est} pas une date",
    "minimum": "{valeurs} trop petite{s}",
    "maximum": "{valeurs} trop grande{s}",
    "not_nullable": "{valeurs} manquante{s}",
    "field_uniqueness": "{valeurs} en double",
}
_TYPES_FRANCAIS = {"integer": "nombre entier", "number": "nombre"}


@cache
def read_schema(nom: str) -> dict[str, Any]:
    """Return the Table Schema of a table, as it is written in ``data/schemas``."""
    schema: dict[str, Any] = json.loads(
        (SCHEMAS_DIR / f"{nom}.json").read_text(encoding="utf-8"),
    )
    return schema


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
        others ``str``. The table is ``None`` as soon as one problem is ``BLOQUANT``.
    """
    fichier = f"{nom}.csv"
    textes, problemes = _read_text(data_dir / fichier)
    if textes is None:
        return None, problemes
    champs = {champ["name"]: champ for champ in read_schema(nom)["fields"]}
    problemes += validate(textes, _pandera_schema(nom), champs, fichier, repere="ligne")
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


def validate(
    table: pd.DataFrame,
    schema: pa.DataFrameSchema,
    champs: Mapping[str, Mapping[str, Any]],
    fichier: str,
    repere: str,
) -> list[Probleme]:
    """Run a pandera schema to the end and tell its failures in French.

    Parameters
    ----------
    table
        Table to check; its index places each row in the file.
    schema
        Schema whose checks carry as ``error`` a key of the French messages.
    champs
        Table Schema fields by column name, to name the values that are admitted.
    fichier
        Name of the file, for the problems.
    repere
        What the index counts (« ligne », « objet »).
    """
    try:
        schema.validate(table, lazy=True)
    except pa.errors.SchemaErrors as erreurs:
        echecs = erreurs.failure_cases
    else:
        return []
    problemes = []
    # pandera tells a repeated key once per column of the key.
    cle_repetee = echecs["check"] == "multiple_fields_uniqueness"
    manquantes = set(echecs.loc[echecs["check"] == "column_in_dataframe", "failure_case"])
    # Without one of its columns a key repeats everywhere: only the missing column is told.
    if cle_repetee.any() and manquantes.isdisjoint(schema.unique or []):
        problemes.append(_duplicate_key(fichier, schema, echecs["index"][cle_repetee], repere))
    groupes = echecs[~cle_repetee].groupby(["column", "check"], sort=False, dropna=False)
    for (colonne, controle), groupe in groupes:
        if controle == "column_in_dataframe":
            problemes += [
                _missing_column(fichier, nom, table.columns) for nom in groupe["failure_case"]
            ]
        elif controle == "column_in_schema":
            problemes += [_extra_column(fichier, nom) for nom in groupe["failure_case"]]
        else:
            problemes.append(_bad_values(fichier, champs[colonne], controle, groupe, repere))
    return problemes


def quote_values(valeurs: pd.Series, repere: str) -> str:
    """Quote the first distinct values, each with the places (index) where it stands."""
    groupes = valeurs.groupby(valeurs, sort=False).groups
    return enumerate_first(
        f"« {valeur} » ({_places(places, repere)})" for valeur, places in groupes.items()
    )


def split_list(listes: pd.Series) -> list[tuple[str, ...]]:
    """Split cells at the vertical bars; a blank cell is an empty list.

    >>> split_list(pd.Series(["70|25", None, "21"]))
    [('70', '25'), (), ('21',)]
    """
    return [tuple(liste.split("|")) if liste else () for liste in listes.fillna("")]


def constraint_checks(champ: Mapping[str, Any]) -> list[pa.Check]:
    """Translate the constraints of one Table Schema field, for values or for their texts."""
    contraintes = champ.get("constraints", {})
    checks = []
    if motif := contraintes.get("pattern"):
        checks.append(pa.Check(_matches(motif), error="pattern"))
    if admises := contraintes.get("enum"):
        checks.append(pa.Check.isin(admises, error="enum"))
    if (minimum := contraintes.get("minimum")) is not None:
        checks.append(pa.Check(_between(minimum, math.inf), error="minimum"))
    if (maximum := contraintes.get("maximum")) is not None:
        checks.append(pa.Check(_between(-math.inf, maximum), error="maximum"))
    return checks


def _type_checks(champ: Mapping[str, Any]) -> list[pa.Check]:
    if champ["type"] == "date":
        return [pa.Check(_is_date, error="date")]
    if forme := _FORMES.get(champ["type"]):
        return [pa.Check(_matches(forme), error="type")]
    return []


def _pandera_schema(nom: str) -> pa.DataFrameSchema:
    schema = read_schema(nom)
    cle = schema.get("primaryKey", [])
    colonnes = {}
    for champ in schema["fields"]:
        contraintes = champ.get("constraints", {})
        colonnes[champ["name"]] = pa.Column(
            str,
            _type_checks(champ) + constraint_checks(champ),
            nullable=not contraintes.get("required", False),
            unique=contraintes.get("unique", False) or cle == [champ["name"]],
        )
    return pa.DataFrameSchema(colonnes, strict=True, unique=cle if len(cle) > 1 else None)


def _matches(motif: str) -> Callable[[pd.Series], pd.Series]:
    return lambda textes: textes.str.fullmatch(motif)


def _is_date(textes: pd.Series) -> pd.Series:
    return pd.to_datetime(textes, format="%Y-%m-%d", errors="coerce").notna()


def _between(minimum: float, maximum: float) -> Callable[[pd.Series], pd.Series]:
    def check(valeurs: pd.Series) -> pd.Series:
        # A text that is no number has its own failure: it must not fail here a second time.
        nombres = pd.to_numeric(valeurs, errors="coerce")
        return nombres.between(minimum, maximum) | nombres.isna()

    return check


def _read_text(chemin: Path) -> tuple[pd.DataFrame | None, list[Probleme]]:
    """Read a CSV file as a table of texts whose index is the line where each row begins."""
    fichier = chemin.name
    try:
        octets = chemin.read_bytes()
    except FileNotFoundError:
        return None, [_blocking(fichier, "le fichier manque.", "Remettre le fichier en place.")]
    except OSError as erreur:
        return None, [
            _blocking(
                fichier,
                f"le fichier ne peut pas être ouvert ({erreur.strerror}).",
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
            _blocking(
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
            _blocking(fichier, "le fichier est vide.", "Remettre le fichier avec son en-tête."),
        ]
    if len(entete) == 1 and ";" in entete[0]:
        return None, [
            _blocking(
                fichier,
                "les colonnes sont séparées par des points-virgules.",
                "Enregistrer le fichier avec des virgules pour séparateur.",
            ),
        ]
    repetees = sorted({nom for nom in entete if entete.count(nom) > 1})
    if repetees:
        return None, [
            _blocking(
                fichier,
                f"l'en-tête nomme deux fois : {enumerate_first(repetees)}.",
                "Ne garder qu'une colonne de chaque nom.",
            ),
        ]
    lignes, rangs, boiteuses, debut = [], [], [], lecteur.line_num + 1
    for cellules in lecteur:
        if cellules:
            lignes.append(cellules)
            rangs.append(debut)
            if len(cellules) != len(entete):
                boiteuses.append(debut)
        debut = lecteur.line_num + 1
    if boiteuses:
        return None, [
            _blocking(
                fichier,
                f"{count(len(boiteuses), 'ligne')} sans le nombre de cellules de l'en-tête "
                f"({len(entete)}) : {_places(boiteuses, 'ligne')}.",
                "Mettre entre guillemets les cellules qui contiennent une virgule.",
            ),
        ]
    index = pd.Index(rangs, name="ligne", dtype="int64")
    table = pd.DataFrame(lignes, columns=entete, index=index, dtype="str")
    return table.mask(table == ""), []


def _typed(table: pd.DataFrame, champs: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    types = {"integer": "Int64", "number": "float64"}
    return table.astype(
        {nom: types[champ["type"]] for nom, champ in champs.items() if champ["type"] in types},
    )


def _places(places: Iterable[Hashable], repere: str) -> str:
    tous = [str(place) for place in places]
    return f"{repere}{'s' if len(tous) > 1 else ''} {enumerate_first(tous, maximum=3)}"


def _blocking(fichier: str, message: str, remede: str) -> Probleme:
    return Probleme(Severite.BLOQUANT, fichier, message, remede)


def not_utf8(fichier: str, ligne: int) -> Probleme:
    """Say that a file is in another encoding, and where that shows first."""
    return _blocking(
        fichier,
        f"le fichier n'est pas en UTF-8 (ligne {ligne}).",
        "L'enregistrer de nouveau en UTF-8 (dans Excel : « CSV UTF-8 »).",
    )


def _missing_column(fichier: str, nom: str, presentes: Iterable[str]) -> Probleme:
    proches = {colonne.casefold(): colonne for colonne in map(str, presentes)}
    proche = get_close_matches(nom, proches, n=1)
    remede = "Ajouter la colonne, ou corriger son nom dans l'en-tête."
    if proche:
        remede = f"Renommer « {proches[proche[0]]} » en « {nom} » dans l'en-tête, si c'est elle."
    return _blocking(fichier, f"la colonne « {nom} » manque.", remede)


def _extra_column(fichier: str, nom: str) -> Probleme:
    return Probleme(
        Severite.A_VERIFIER,
        fichier,
        f"la colonne « {nom} » n'est pas prévue ; elle n'est pas lue.",
        "L'ôter, ou corriger son nom si elle en remplace une autre.",
    )


def _duplicate_key(
    fichier: str,
    schema: pa.DataFrameSchema,
    places: pd.Series,
    repere: str,
) -> Probleme:
    colonnes = ", ".join(f"« {nom} »" for nom in schema.unique or [])
    lieux = sorted(places.unique())
    return _blocking(
        fichier,
        f"des lignes répètent la même clé ({colonnes}) : {_places(lieux, repere)}.",
        _REMEDES["multiple_fields_uniqueness"],
    )


def _bad_values(
    fichier: str,
    champ: Mapping[str, Any],
    controle: str,
    groupe: pd.DataFrame,
    repere: str,
) -> Probleme:
    contraintes = champ.get("constraints", {})
    nombre = len(groupe)
    message = _MESSAGES[controle].format(
        valeurs=count(nombre, "valeur"),
        s="s" if nombre > 1 else "",
        lit="lisent" if nombre > 1 else "lit",
        est="sont" if nombre > 1 else "est",
        type=_TYPES_FRANCAIS.get(champ["type"], champ["type"]),
    )
    if controle == "not_nullable":
        detail = _places(groupe["index"], repere)
    else:
        detail = quote_values(groupe.set_index("index")["failure_case"], repere)
    remede = _REMEDES[controle].format(
        admises=", ".join(contraintes.get("enum", [])),
        minimum=contraintes.get("minimum"),
        maximum=contraintes.get("maximum"),
        type=_TYPES_FRANCAIS.get(champ["type"], champ["type"]),
    )
    return _blocking(fichier, f"colonne « {champ['name']} » : {message} : {detail}.", remede)
