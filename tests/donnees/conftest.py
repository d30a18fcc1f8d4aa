"""The shipped files, read with plain pandas and shapely: no code of the project stands between."""

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import shape

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.fixture(scope="session")
def data() -> Path:
    return DATA


@pytest.fixture(scope="session")
def communes() -> gpd.GeoDataFrame:
    objets = json.loads((DATA / "communes.geojson").read_text(encoding="utf-8"))["features"]
    return (
        gpd.GeoDataFrame(
            [objet["properties"] for objet in objets],
            geometry=[shape(objet["geometry"]) for objet in objets],
            crs="EPSG:4326",
        )
        .set_index("code_commune", drop=False)
        .rename_axis(None)
    )


@pytest.fixture(scope="session")
def read_table():
    """Read a table of data/ with every cell as text, blank where nothing is published."""

    def read(nom: str) -> pd.DataFrame:
        return pd.read_csv(DATA / f"{nom}.csv", dtype=str, keep_default_na=False)

    return read
