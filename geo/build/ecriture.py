"""Write files whose bytes depend on their content alone."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import shapely

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd


def csv_bytes(table: pd.DataFrame) -> bytes:
    r"""Return a table as CSV: comma, UTF-8, line feed, empty cell for what is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> csv_bytes(pd.DataFrame({"nom": ["Le Creusot"], "population": [20815]}))
    b'nom,population\nLe Creusot,20815\n'
    """
    return table.to_csv(index=False, lineterminator="\n").encode()


def geojson_bytes(table: gpd.GeoDataFrame) -> bytes:
    """Return a table as GeoJSON (RFC 7946), one feature a line so that changes can be read.

    Parameters
    ----------
    table
        Geometry in EPSG:4326, already rounded; every other column becomes a property.
    """
    proprietes = table.drop(columns=table.geometry.name).to_dict("records")
    lignes = [
        json.dumps(
            {
                "type": "Feature",
                "properties": attributs,
                "geometry": shapely.geometry.mapping(forme),
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for attributs, forme in zip(proprietes, table.geometry, strict=True)
    ]
    corps = ",\n".join(lignes)
    return f'{{"type":"FeatureCollection","features":[\n{corps}\n]}}\n'.encode()


def parquet_bytes(table: gpd.GeoDataFrame) -> bytes:
    """Return a table as GeoParquet 1.1 (WKB, zstd), without its index.

    Parameters
    ----------
    table
        Geometry in EPSG:4326, already rounded.
    """
    flux = io.BytesIO()
    table.to_parquet(flux, index=False, compression="zstd", schema_version="1.1.0")
    return flux.getvalue()


def write_files(dossier: Path, fichiers: Mapping[str, bytes]) -> None:
    """Write files side by side, then put them all in place at once.

    A reader never sees a file half written, and a full disk changes none of them.

    Parameters
    ----------
    dossier
        Folder, made if need be.
    fichiers
        Content by file name, perhaps in a folder below.
    """
    dossier.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=dossier, prefix=".construction-") as provisoire:
        for nom, contenu in fichiers.items():
            chemin = Path(provisoire) / nom
            chemin.parent.mkdir(parents=True, exist_ok=True)
            chemin.write_bytes(contenu)
        for nom in fichiers:
            (dossier / nom).parent.mkdir(exist_ok=True)
            (Path(provisoire) / nom).replace(dossier / nom)
