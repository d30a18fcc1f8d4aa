"""The same content gives the same bytes, and no file is left half written."""

import io
import json

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from geo.build.ecriture import csv_bytes, geojson_bytes, parquet_bytes, write_files


@pytest.fixture
def table():
    return gpd.GeoDataFrame(
        {"nom": ["L'Île", "B"], "population": [3, 4], "etude": [True, False]},
        geometry=[box(4, 46, 5, 47), box(5, 46, 6, 47)],
        crs="EPSG:4326",
    )


def test_geojson_has_one_feature_a_line_and_reads_back(table):
    texte = geojson_bytes(table).decode()
    premiere = json.loads(texte.splitlines()[1].rstrip(","))
    assert premiere["properties"] == {"nom": "L'Île", "population": 3, "etude": True}
    assert premiere["geometry"]["type"] == "Polygon"
    assert len(json.loads(texte)["features"]) == 2


def test_the_same_content_gives_the_same_bytes(table):
    assert geojson_bytes(table) == geojson_bytes(table.copy())
    attributs = pd.DataFrame(table.drop(columns="geometry"))
    assert csv_bytes(attributs) == csv_bytes(attributs.copy())
    assert parquet_bytes(table) == parquet_bytes(table.copy())


def test_geoparquet_reads_back_the_same(table):
    relue = gpd.read_parquet(io.BytesIO(parquet_bytes(table)))
    assert relue.crs == "EPSG:4326"
    assert relue.geometry.geom_equals_exact(table.geometry, 0).all()
    assert relue["etude"].to_list() == [True, False]


def test_csv_keeps_codes_as_they_are():
    assert csv_bytes(pd.DataFrame({"code": ["01001"], "nom": [""]})) == b"code,nom\n01001,\n"


def test_files_are_put_in_place_together(tmp_path):
    write_files(tmp_path / "data", {"a.csv": b"1", "b.csv": b"2"})
    assert {p.name: p.read_bytes() for p in (tmp_path / "data").iterdir()} == {
        "a.csv": b"1",
        "b.csv": b"2",
    }


def test_a_failure_on_the_way_changes_no_file(tmp_path):
    write_files(tmp_path, {"a.csv": b"avant"})
    with pytest.raises(OSError, match="File name too long"):
        write_files(tmp_path, {"a.csv": b"apres", "b" * 300: b"2"})
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]
    assert (tmp_path / "a.csv").read_bytes() == b"avant"


def test_a_file_may_be_in_a_folder_below(tmp_path):
    write_files(tmp_path, {"variables/a.csv": b"1"})
    assert (tmp_path / "variables" / "a.csv").read_bytes() == b"1"
    assert [p.name for p in tmp_path.iterdir()] == ["variables"]
