"""A GeoPackage whose reading runs nothing of what it holds, and opens nothing of what it names."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

from geo.couches.definition import is_harmless_wkt
from geo.couches.refus import refuse_couche

# What GDAL adds to SQLite that reads elsewhere, and what loads code: a schema may call them.
_APPELS = re.compile(
    r"ogr_geocode|ogr_datasource|gdal_get|load_extension|readfile|writefile|virtualogr|fts3_tokenizer",
    re.IGNORECASE,
)
# SQLite writes the first words of a table itself; whatever else stands there was put there.
_TABLE = re.compile(r"CREATE TABLE\s", re.IGNORECASE)
# GeoPackage 1.3, annex F.3: the index of places, the one virtual table that is read.
_INDEX = re.compile(
    r"CREATE VIRTUAL TABLE (?:\"(?:[^\"]|\"\")*\"|\w+) USING rtree(?:_i32)?\s*\([\w\s,\"]*\)",
    re.IGNORECASE,
)
# SQLite, « PRAGMA table_xinfo »: of a generated column, virtual or stored.
_CALCULEES = frozenset({2, 3})
_INDEFINIE = re.compile(r"undefined|unknown", re.IGNORECASE)
_ORGANISATION = re.compile(r"[\w .-]*")


def check_base(fichier: str, chemin: str) -> None:
    """Refuse a database that runs something when it is read, or takes its projection from another file.

    Parameters
    ----------
    fichier
        Name of the file, for the problems.
    chemin
        Where it was written.

    Raises
    ------
    DonneesInvalides
        If it is damaged, is no GeoPackage, has a view, a table that is computed, or a projection by name.
    """
    try:
        with closing(sqlite3.connect(f"file:{chemin}?mode=ro&immutable=1", uri=True)) as base:
            base.execute("PRAGMA trusted_schema = OFF")
            if not _is_inert(base):
                raise refuse_couche(
                    fichier,
                    "ce GeoPackage contient une vue ou une table calculée, qui ne sont pas lues.",
                )
            tables = {nom.casefold() for nom, genre in _list_tables(base) if genre == "table"}
            if "gpkg_contents" not in tables:
                raise refuse_couche(fichier, "cette base SQLite n'est pas un GeoPackage.")
            if not ("gpkg_spatial_ref_sys" not in tables or _says_plainly(base)):
                raise refuse_couche(
                    fichier,
                    "une projection de ce GeoPackage n'est ni un code, ni une définition en WKT.",
                )
    except (sqlite3.Error, UnicodeDecodeError, ValueError, OverflowError) as erreur:
        raise refuse_couche(fichier, "ce GeoPackage est tronqué ou abîmé.") from erreur


def _is_inert(base: sqlite3.Connection) -> bool:
    """Tell whether a database has but tables as they are written, and the indexes of their places."""
    for genre, dit in base.execute("SELECT type, sql FROM sqlite_schema"):
        sql = str(dit or "")
        if _APPELS.search(sql) or genre not in ("table", "index", "trigger"):
            return False
        if genre == "table" and not (_TABLE.match(sql) or _INDEX.fullmatch(sql)):
            return False
    for nom, genre in _list_tables(base):
        if genre == "view" or (genre != "table" and nom.casefold().startswith("gpkg_")):
            return False
        colonnes = base.execute("SELECT hidden FROM pragma_table_xinfo(?)", (nom,))
        if genre == "table" and any(cachee in _CALCULEES for (cachee,) in colonnes):
            return False
    return True


def _list_tables(base: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return the tables and the kind of each, as SQLite understands them."""
    return base.execute("SELECT name, type FROM pragma_table_list WHERE schema = 'main'").fetchall()


def _says_plainly(base: sqlite3.Connection) -> bool:
    """Tell whether each projection is a code or a WKT: GDAL opens what any other text names."""
    lignes = base.execute("SELECT * FROM gpkg_spatial_ref_sys")
    titres = [titre.casefold() for titre, *_ in lignes.description]
    for ligne in lignes:
        valeurs = dict(zip(titres, ligne, strict=True))
        if not _ORGANISATION.fullmatch(str(valeurs.get("organization") or "")):
            return False
        definitions = [v for t, v in valeurs.items() if t.startswith("definition") and v]
        if not all(_INDEFINIE.fullmatch(str(d)) or is_harmless_wkt(str(d)) for d in definitions):
            return False
    return True
