"""Layers for geographic information systems, each opened with another reader than the library that wrote it."""

import datetime as dt
import io
import json
import re
import sqlite3
import struct
import zipfile
from contextlib import closing
from itertools import pairwise

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LinearRing, Point, shape

from geo.export_couches import LISEZ_MOI, Champ, to_geojson, to_gpkg, to_shapefile
from tests.conftest import PEU_D_EXEMPLES

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


def test_nought_has_no_sign(couche, tmp_path):
    plate = couche.assign(Densité=-0.0)
    assert '"Densité": 0.0' in to_geojson(plate).decode()
    assert "-0.0," not in to_geojson(plate).decode().replace(" ", "")
    chemin = tmp_path / "export.gpkg"
    chemin.write_bytes(to_gpkg({"CPTS": plate}, SOURCES))
    with closing(sqlite3.connect(chemin)) as base:
        lues = base.execute('SELECT "Densité" FROM "CPTS"').fetchall()
    assert {str(valeur) for (valeur,) in lues} == {"0.0"}


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


CHAMPS = (
    Champ("nom", "NOM", "nom de la CPTS"),
    Champ("habitants", "POPULATION", "habitants"),
    Champ("surface", "SURF_KM2", "surface"),
    Champ("jour", "DATE_MIN", "premier jour"),
    Champ("indicatif", "INDICATIF", "oui ou non"),
    Champ("codes", "", "codes des communes"),
)
# A square with a hole, in which lies an island; and a part of its own.
TROUEE = shapely.MultiPolygon(
    [
        shapely.box(0, 0, 9, 9).difference(shapely.box(2, 2, 7, 7)),
        shapely.box(4, 4, 5, 5),
        shapely.box(20, 0, 21.5, 1 / 3),
    ]
)


def make_layer(noms, formes):
    n = len(noms)
    return gpd.GeoDataFrame(
        {
            "nom": noms,
            "habitants": pd.array([43_727, *[None] * (n - 1)], dtype="Int64"),
            "surface": [1 / 3] * n,
            "jour": pd.to_datetime(["2022-05-06", *[None] * (n - 1)]),
            "indicatif": [True, *[False] * (n - 1)],
            "codes": [("70311", "70258")] * n,
        },
        geometry=list(formes),
        crs="EPSG:2154",
    )


def read_zip(octets, tmp_path, nom="couche"):
    chemin = tmp_path / "couche.zip"
    chemin.write_bytes(octets)
    return gpd.read_file(f"/vsizip/{chemin}/{nom}.shp")


def read_notice(octets):
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        return archive.read(LISEZ_MOI).decode("utf-8-sig").splitlines()


def test_a_shapefile_has_its_parts_types_and_projection(tmp_path):
    octets = to_shapefile(
        make_layer(["CPTS de l'Œuf « é »", "b"], [TROUEE, None]),
        "couche",
        CHAMPS,
        ["À savoir\r\nVOICI"],
        {"communes.csv": b"a;b"},
    )
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        assert archive.testzip() is None
        assert {nom.partition(".")[2] for nom in archive.namelist()} == {
            *("shp", "shx", "dbf", "prj", "cpg", "txt", "csv")
        }
        assert archive.read("couche.cpg") == b"UTF-8"
        assert archive.read("communes.csv") == b"a;b"
    lue = read_zip(octets, tmp_path)
    assert lue.crs.to_epsg() == 2154
    assert list(lue.columns) == [champ.court for champ in CHAMPS if champ.court] + ["geometry"]
    premiere, seconde = lue.iloc[0], lue.iloc[1]
    assert premiere["NOM"] == "CPTS de l'Œuf « é »"
    assert premiere["POPULATION"] == 43_727
    assert premiere["SURF_KM2"] == pytest.approx(1 / 3, abs=1e-14)
    assert premiere["DATE_MIN"] == pd.Timestamp("2022-05-06")
    assert list(lue["INDICATIF"]) == ["oui", "non"]
    assert seconde["geometry"] is None
    assert pd.isna(seconde["POPULATION"])
    assert pd.isna(seconde["DATE_MIN"])
    notice = read_notice(octets)
    assert notice[0] == "À savoir VOICI"
    assert "SURF_KM2 : surface" in notice
    assert notice[-1] == "Aucun texte n'a été coupé."


def read_rings(shp):
    """Read the rings of the first record, as « ESRI Shapefile Technical Description » lays them out."""
    debut = 100 + 8
    assert struct.unpack_from("<i", shp, debut) == (5,)
    parties, points = struct.unpack_from("<2i", shp, debut + 36)
    bornes = [*struct.unpack_from(f"<{parties}i", shp, debut + 44), points]
    plats = struct.unpack_from(f"<{2 * points}d", shp, debut + 44 + 4 * parties)
    sommets = list(zip(plats[::2], plats[1::2], strict=True))
    return [LinearRing(sommets[a:b]) for a, b in pairwise(bornes)]


@pytest.mark.parametrize("forme", [TROUEE, TROUEE.reverse()])
def test_outer_rings_of_a_shapefile_are_clockwise_and_holes_are_not(forme):
    octets = to_shapefile(make_layer(["a"], [forme]), "couche", CHAMPS, [])
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        anneaux = read_rings(archive.read("couche.shp"))
    assert len(anneaux) == 4
    assert [anneau.is_ccw for anneau in anneaux] == [anneau.length == 20 for anneau in anneaux]


def test_equal_layers_make_equal_shapefiles():
    couche = make_layer(["a", "b"], [TROUEE, shapely.box(0, 0, 1, 1)])
    fois = [to_shapefile(c, "couche", CHAMPS, ["x"]) for c in (couche, couche.copy())]
    assert fois[0] == fois[1]


def test_a_text_too_long_for_a_shapefile_is_cut_between_characters_and_told(tmp_path):
    noms = ["é" * 128, "x" * 254, "x" * 253 + "😀"]
    octets = to_shapefile(make_layer(noms, [TROUEE] * 3), "couche", CHAMPS, [])
    assert list(read_zip(octets, tmp_path)["NOM"]) == ["é" * 127, "x" * 254, "x" * 253]
    assert read_notice(octets)[-1].startswith(
        "Textes coupés à 254 octets, faute de place dans un fichier .dbf : NOM (2 lignes)."
    )


@pytest.mark.parametrize("courts", [("TROP_LONG_11", "B"), ("ÉTAPE", "B"), ("NOM", "nom")])
def test_no_name_of_a_field_is_cut_or_doubled_in_silence(courts):
    champs = [Champ("nom", court, "") for court in courts]
    with pytest.raises(ValueError, match="short, plain and distinct"):
        to_shapefile(make_layer(["a"], [TROUEE]), "couche", champs, [])


def test_an_empty_layer_is_an_empty_shapefile(tmp_path):
    couche = make_layer(["a"], [TROUEE]).iloc[:0]
    assert read_zip(to_shapefile(couche, "couche", CHAMPS, []), tmp_path).empty


noms = (
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=200)
    .map(str.strip)
    .filter(bool)
)
# Cells of a grid: their union has holes, parts, and corners that touch.
cases = st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=16)
pas = st.floats(50, 5_000)


@st.composite
def layers(draw):
    """Draw polygons of metropolitan France with hostile names."""
    tires = draw(st.lists(st.tuples(noms, cases, pas), min_size=1, max_size=3))
    formes = [
        shapely.union_all(
            [
                shapely.box(x0 + i * cote, y0 + j * cote, x0 + (i + 1) * cote, y0 + (j + 1) * cote)
                for i, j in prises
            ]
        )
        for (_, prises, cote), x0, y0 in zip(
            tires,
            [900_000.1, 420_000.7, 1_100_000],
            [6_690_000, 6_800_000, 6_200_000.3],
            strict=False,
        )
    ]
    return make_layer([nom for nom, _, _ in tires], formes)


@given(layers())
def test_any_shapefile_reads_back_as_it_was(tmp_path_factory, couche):
    lue = read_zip(to_shapefile(couche, "couche", CHAMPS, []), tmp_path_factory.mktemp("shp"))
    coupes = [nom.encode()[:254].decode(errors="ignore").rstrip() for nom in couche["nom"]]
    assert list(lue["NOM"]) == coupes
    assert same_outlines(lue, couche)


@PEU_D_EXEMPLES
@given(layers())
def test_any_geopackage_reads_back_as_it_was(tmp_path_factory, couche):
    chemin = tmp_path_factory.mktemp("gpkg") / "couche.gpkg"
    chemin.write_bytes(to_gpkg({"couche": couche}, SOURCES))
    lue = gpd.read_file(chemin, layer="couche")
    assert list(lue["nom"]) == list(couche["nom"])
    assert same_outlines(lue, couche)


@given(layers())
def test_any_geojson_reads_back_within_twenty_centimetres(couche):
    lue = gpd.read_file(io.BytesIO(to_geojson(couche, "À savoir\n« ceci »")))
    assert list(lue["nom"]) == list(couche["nom"])
    ecarts_m = lue.to_crs("EPSG:2154").hausdorff_distance(couche.geometry)
    assert ecarts_m.max() < 0.2


def same_outlines(lue, couche):
    """Tell whether outlines are the same points, wherever a ring begins and whatever the order of the parts."""
    return bool(
        shapely.equals_exact(
            *(
                shapely.normalize(
                    [shapely.MultiPolygon(list(shapely.get_parts(f))) for f in c.geometry]
                )
                for c in (lue, couche)
            )
        ).all()
    )


def test_what_is_to_be_known_of_a_geojson_is_in_it():
    lu = json.loads(to_geojson(make_layer(["a"], [TROUEE]), "À savoir\n« ceci »"))
    assert lu["description"] == "À savoir\n« ceci »"


def test_a_geopackage_takes_other_tables_along(tmp_path):
    chemin = tmp_path / "couche.gpkg"
    notice = pd.DataFrame({"Texte": ["À savoir"]})
    chemin.write_bytes(to_gpkg({"c": make_layer(["a"], [TROUEE])}, SOURCES, {"notice": notice}))
    with closing(sqlite3.connect(chemin)) as base:
        assert base.execute("SELECT Texte FROM notice").fetchall() == [("À savoir",)]
