"""Layers for geographic information systems, each opened with another reader than the library that wrote it."""

import datetime as dt
import io
import json
import re
import sqlite3
import struct
import zipfile
from contextlib import closing

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LinearRing, Point, shape

from geo.export_couches import LISEZ_MOI, Champ, to_geojson, to_gpkg, to_shapefile

SOURCES = pd.DataFrame(
    {
        "titre": ["Communiqué", "=Titre", "Page"],
        "producteur": ["ARS", "INSEE", "CPTS"],
        "date": ["2022-05-06", "2024-02", None],
        "fichier": ["a.txt", None, None],
        "url": [None, "https://exemple.fr/?a=1", None],
    },
    index=pd.Index(["a", "b", "c"], name="source_id"),
)


@pytest.fixture
def couche(atlas_dessine):
    """Two territories of the drawing, and a CPTS without perimeter."""
    fiches = atlas_dessine.fiches
    return gpd.GeoDataFrame(
        {
            "cpts_id": fiches.index,
            "Nom": fiches["nom"].to_numpy(),
            "Départements": fiches["departements"].to_numpy(),
            "Habitants": atlas_dessine.territoires["population"]
            .reindex(fiches.index)
            .astype("Int64")
            .to_numpy(),
            "Densité": atlas_dessine.territoires["densite"].reindex(fiches.index).to_numpy(),
            "Jour": [dt.date(2022, 5, 6), None, None],
        },
        geometry=atlas_dessine.territoires.geometry.reindex(fiches.index).to_numpy(),
        crs=atlas_dessine.communes.crs,
    )


def test_geojson_follows_rfc_7946(couche):
    lu = json.loads(to_geojson(couche))
    # RFC 7946, section 4: no CRS member, WGS 84 always.
    assert lu["type"] == "FeatureCollection"
    assert "crs" not in lu
    proprietes = [objet["properties"] for objet in lu["features"]]
    assert [p["Nom"] for p in proprietes] == ["CPTS Ouest", "CPTS Est", "CPTS Loin"]
    assert [p["Départements"] for p in proprietes] == ["21", "70, 52", "21"]
    assert [p["Habitants"] for p in proprietes] == [300, 450, None]
    assert proprietes[0]["Densité"] == pytest.approx(150, rel=1e-6)
    assert [p["Jour"] for p in proprietes] == ["2022-05-06", None, None]
    assert [objet["geometry"] is None for objet in lu["features"]] == [False, False, True]
    types = [objet["geometry"]["type"] for objet in lu["features"][:2]]
    assert types == ["Polygon", "MultiPolygon"]


def test_geojson_has_six_decimals_at_most_and_stays_a_coverage(atlas):
    luxeuil = atlas.adhesions.query("cpts_id == 'cpts-luxeuil'")["code_commune"]
    communes = atlas.communes.loc[luxeuil, ["nom", "geometry"]]
    texte = to_geojson(communes).decode()
    coordonnees = texte[texte.index('"coordinates"') :]
    assert max(len(d) for d in re.findall(r"\d\.(\d+)(?=[,\s\]])", coordonnees)) <= 6
    formes = [shape(objet["geometry"]) for objet in json.loads(texte)["features"]]
    assert shapely.is_valid(formes).all()
    assert shapely.coverage_is_valid(formes)
    # The outlines are those of the atlas, put back in metres.
    retour = gpd.GeoSeries(formes, crs="EPSG:4326").to_crs("EPSG:2154")
    ecart_m = retour.hausdorff_distance(communes.geometry.reset_index(drop=True))
    assert ecart_m.max() < 0.5


def test_geojson_rings_turn_to_the_left():
    a_droite = shapely.Polygon(
        [(0, 0), (0, 3), (3, 3), (3, 0)], holes=[[(1, 1), (2, 1), (2, 2), (1, 2)]]
    )
    assert not a_droite.exterior.is_ccw
    lu = json.loads(to_geojson(gpd.GeoDataFrame(geometry=[a_droite], crs="EPSG:4326")))
    exterieur, trou = lu["features"][0]["geometry"]["coordinates"]
    assert LinearRing(exterieur).is_ccw
    assert not LinearRing(trou).is_ccw


def test_an_empty_layer_is_an_empty_collection(couche):
    assert json.loads(to_geojson(couche.iloc[:0]))["features"] == []


def test_geopackage_has_layers_in_lambert_93_and_sources(couche, atlas_dessine, tmp_path):
    communes = atlas_dessine.communes.reset_index()[["code_commune", "nom", "geometry"]]
    reperes = gpd.GeoDataFrame({"nom": ["x"]}, geometry=[Point(6, 47)], crs="EPSG:4326")
    chemin = tmp_path / "export.gpkg"
    couches = {"CPTS": couche, "communes": communes.to_crs("EPSG:4326"), "repères": reperes}
    chemin.write_bytes(to_gpkg(couches, SOURCES))
    with closing(sqlite3.connect(chemin)) as base:
        contenu = base.execute("SELECT table_name, data_type FROM gpkg_contents").fetchall()
        geometries = base.execute(
            "SELECT table_name, geometry_type_name, srs_id FROM gpkg_geometry_columns"
        ).fetchall()
        lignes = base.execute('SELECT Nom, "Départements", Habitants, Jour FROM CPTS').fetchall()
        sources = base.execute("SELECT Titre, Producteur, Date, Adresse FROM sources").fetchall()
        codes = base.execute("SELECT code_commune FROM communes").fetchall()
        emprise = base.execute(
            "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = 'communes'"
        ).fetchone()
    assert contenu == [
        ("CPTS", "features"),
        ("communes", "features"),
        ("repères", "features"),
        ("sources", "attributes"),
    ]
    assert geometries == [
        ("CPTS", "MULTIPOLYGON", 2154),
        ("communes", "MULTIPOLYGON", 2154),
        ("repères", "POINT", 2154),
    ]
    assert lignes == [
        ("CPTS Ouest", "21", 300, "2022-05-06"),
        ("CPTS Est", "70, 52", 450, None),
        ("CPTS Loin", "21", None, None),
    ]
    assert sources == [
        ("Communiqué", "ARS", "2022-05-06", None),
        ("=Titre", "INSEE", "2024-02", "https://exemple.fr/?a=1"),
        ("Page", "CPTS", "date non publiée", None),
    ]
    assert [code for (code,) in codes] == list(atlas_dessine.communes.index)
    assert emprise == pytest.approx(tuple(atlas_dessine.communes.total_bounds), abs=0.01)


def test_outlines_of_a_geopackage_are_those_of_the_atlas(atlas_dessine, tmp_path):
    chemin = tmp_path / "export.gpkg"
    chemin.write_bytes(to_gpkg({"communes": atlas_dessine.communes.reset_index()}, SOURCES))
    with closing(sqlite3.connect(chemin)) as base:
        blobs = base.execute("SELECT geom FROM communes ORDER BY code_commune").fetchall()
    # A GeoPackage geometry is 8 bytes, an envelope of 4 doubles, then plain WKB (OGC 12-128).
    lues = shapely.from_wkb([blob[40:] for (blob,) in blobs])
    assert shapely.equals_exact(
        lues, [shapely.MultiPolygon([g]) for g in atlas_dessine.communes.geometry]
    ).all()


@pytest.mark.parametrize("nom", ["sources", "Sources"])
def test_no_layer_takes_the_name_of_the_sources(couche, nom):
    with pytest.raises(ValueError, match="sources"):
        to_gpkg({nom: couche}, SOURCES)


def test_a_geopackage_without_a_layer_is_refused():
    with pytest.raises(ValueError, match="named"):
        to_gpkg({}, SOURCES)
