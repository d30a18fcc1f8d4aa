"""Exports, each opened with another reader than the library that wrote it."""

import csv
import datetime as dt
import io
import json
import re
import sqlite3
import zipfile
from contextlib import closing

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LinearRing, Point, shape

from geo.export import file_name, to_csv, to_geojson, to_gpkg, to_xlsx

HOSTILES = ["=1+1", "+33 3 84", "@x", "-2+3", "\t=1", "\r=1", "\n=1", "＝1+1", "=cmd|' /C calc'!A0"]

instant = dt.datetime.fromisoformat

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
def tableau():
    return pd.DataFrame(
        {
            "Commune": ["Luxeuil-les-Bains", "L'Œuf ; « é »", None],
            "Population": pd.array([6663, None, -12], dtype="Int64"),
            "Densité": [43.85, np.nan, -1.5],
            "Jour": [dt.date(2022, 5, 6), None, dt.date(2024, 4, 19)],
            "Instant": pd.to_datetime(["2022-05-06 14:30", None, "2024-04-19 08:00"]),
            "Dessinée": [True, False, True],
            "Postaux": [("70300",), (), ("21000", "21100")],
            "Code": ["01001", "2A004", "70311"],
        },
        index=[7, 8, 9],
    )


def read_csv(octets):
    assert octets.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(octets.decode("utf-8-sig"), newline=""), delimiter=";"))


def read_xlsx(octets):
    return openpyxl.load_workbook(io.BytesIO(octets))


def rows(feuille):
    return [list(ligne) for ligne in feuille.iter_rows(values_only=True)]


def test_csv_is_french(tableau):
    assert read_csv(to_csv(tableau)) == [
        list(tableau.columns),
        [
            "Luxeuil-les-Bains",
            "6663",
            "43,85",
            "2022-05-06",
            "2022-05-06 14:30:00",
            "oui",
            "70300",
            "01001",
        ],
        ["L'Œuf ; « é »", "", "", "", "", "non", "", "2A004"],
        ["", "-12", "-1,5", "2024-04-19", "2024-04-19 08:00:00", "oui", "21000, 21100", "70311"],
    ]


@pytest.mark.parametrize("hostile", HOSTILES)
def test_no_cell_nor_heading_of_a_csv_is_a_formula(hostile):
    entete, (cellule, nombre) = read_csv(to_csv(pd.DataFrame({hostile: [hostile], "n": [-2.5]})))
    assert entete[0] == cellule == f"'{hostile}"
    assert nombre == "-2,5"


def test_a_line_break_in_a_cell_never_begins_a_row():
    lignes = read_csv(to_csv(pd.DataFrame({"a": ["x\r=1+1", "y\n=1+1", 'z";=1'], "b": "fin"})))
    assert lignes[1:] == [["x\r=1+1", "fin"], ["y\n=1+1", "fin"], ['z";=1', "fin"]]
    # Nor does it in a reader that takes a lone carriage return for the end of a line.
    assert b'"x\r=1+1"' in to_csv(pd.DataFrame({"a": ["x\r=1+1"]}))


cellules = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=True, allow_infinity=True),
    st.dates(dt.date(1900, 3, 1), dt.date(2100, 1, 1)),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30),
)


@given(st.lists(st.tuples(cellules, cellules), min_size=1, max_size=8))
def test_any_csv_keeps_its_shape_and_holds_no_formula(lignes):
    lues = read_csv(to_csv(pd.DataFrame(lignes, columns=["a", "b"], dtype="object")))
    assert [len(ligne) for ligne in lues] == [2] * (len(lignes) + 1)
    for ecrite, lue in zip(lignes, lues[1:], strict=True):
        for valeur, texte in zip(ecrite, lue, strict=True):
            if isinstance(valeur, str):
                assert texte in (valeur, f"'{valeur}")
                assert not texte.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
            elif isinstance(valeur, float) and np.isfinite(valeur):
                assert float(texte.replace(",", ".")) == valeur


def test_a_workbook_has_types(tableau):
    feuille = read_xlsx(to_xlsx({"Communes": tableau}, SOURCES))["Communes"]
    assert rows(feuille)[0] == list(tableau.columns)
    assert rows(feuille)[1:] == [
        [
            "Luxeuil-les-Bains",
            6663,
            43.85,
            instant("2022-05-06"),
            instant("2022-05-06 14:30"),
            True,
            "70300",
            "01001",
        ],
        ["L'Œuf ; « é »", None, None, None, None, False, None, "2A004"],
        [
            None,
            -12,
            -1.5,
            instant("2024-04-19"),
            instant("2024-04-19 08:00"),
            True,
            "21000, 21100",
            "70311",
        ],
    ]
    types = ["s", "n", "n", "d", "d", "b", "s", "s"]
    assert [cellule.data_type for cellule in feuille[2]] == types
    assert [cellule.number_format for cellule in feuille[2]][1:5] == [
        "#,##0",
        "#,##0.0",
        "dd/mm/yyyy",
        "dd/mm/yyyy hh:mm",
    ]


def test_headings_are_bold_frozen_and_columns_wide_enough(tableau):
    classeur = read_xlsx(to_xlsx({"Communes": tableau}, SOURCES))
    for feuille in classeur:
        assert feuille.freeze_panes == "A2"
        assert all(cellule.font.bold for cellule in feuille[1])
        assert not any(cellule.font.bold for cellule in feuille[2])
    largeurs = classeur["Communes"].column_dimensions
    assert largeurs["A"].width >= len("Luxeuil-les-Bains") * 0.8
    assert largeurs["A"].width > largeurs["H"].width


def test_the_last_sheet_names_the_sources(tableau):
    classeur = read_xlsx(to_xlsx({"Communes": tableau, "EPCI": tableau}, SOURCES))
    assert classeur.sheetnames == ["Communes", "EPCI", "Sources"]
    assert rows(classeur["Sources"]) == [
        ["Titre", "Producteur", "Date", "Adresse"],
        ["Communiqué", "ARS", instant("2022-05-06"), None],
        ["'=Titre", "INSEE", "2024-02", "https://exemple.fr/?a=1"],
        ["Page", "CPTS", "date non publiée", None],
    ]


@pytest.mark.parametrize("hostile", HOSTILES)
def test_no_cell_nor_heading_of_a_workbook_is_a_formula(hostile):
    octets = to_xlsx({"T": pd.DataFrame({hostile: [hostile], "n": [-2.5]})}, SOURCES)
    (entete, _), (cellule, nombre) = read_xlsx(octets)["T"].iter_rows()
    # Excel itself writes a carriage return so; openpyxl gives it back as it stands in the file.
    attendu = f"'{hostile}".replace("\r", "_x000D_")
    assert [c.value.replace("\r", "_x000D_") for c in (entete, cellule)] == [attendu] * 2
    assert [entete.data_type, cellule.data_type] == ["s", "s"]
    assert (nombre.value, nombre.data_type) == (-2.5, "n")
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        assert b"<f" not in re.sub(rb"<f(onts?|ills?|ormula1)\b", b"", _sheets(archive))


def _sheets(archive):
    return b"".join(archive.read(nom) for nom in archive.namelist() if "worksheets/" in nom)


def test_sheet_names_are_those_excel_admits():
    noms = ["a/b[c]:*?\\d", "'apostrophe'", "", "Sources", "sources", "History", "x" * 40]
    noms += ["X" * 31, "x" * 31 + "y", "= 1"]
    octets = to_xlsx({nom: pd.DataFrame({"a": [1]}) for nom in noms}, SOURCES)
    feuilles = read_xlsx(octets).sheetnames
    assert len(feuilles) == len(noms) + 1
    assert len({nom.casefold() for nom in feuilles}) == len(feuilles)
    assert all(0 < len(nom) <= 31 and not set(nom) & set("[]:*?/\\") for nom in feuilles)
    assert not any(nom.startswith("'") or nom.endswith("'") for nom in feuilles)
    assert feuilles[-1] == "Sources"
    assert feuilles[3:9] == [
        "Sources (2)",
        "sources (3)",
        "History (2)",
        "x" * 31,
        "X" * 27 + " (2)",
        "x" * 27 + " (3)",
    ]


@given(st.lists(st.tuples(cellules, cellules), max_size=5))
def test_any_workbook_opens_and_holds_no_formula(lignes):
    tableau = pd.DataFrame(lignes, columns=["a", "b"], dtype="object")
    feuille = read_xlsx(to_xlsx({"T": tableau}, SOURCES))["T"]
    # Excel knows no empty row at the end.
    assert feuille.max_row <= len(lignes) + 1
    assert all(cellule.data_type != "f" for ligne in feuille.iter_rows() for cellule in ligne)


def test_equal_tables_make_equal_bytes(tableau):
    assert to_xlsx({"T": tableau}, SOURCES) == to_xlsx({"T": tableau.copy()}, SOURCES)
    assert to_csv(tableau) == to_csv(tableau.copy())
    points = gpd.GeoDataFrame({"a": [1]}, geometry=[Point(6, 47)], crs="EPSG:4326")
    assert to_geojson(points) == to_geojson(points.copy())


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


@pytest.mark.parametrize(
    ("quoi", "extension", "nom"),
    [
        ("fiche luxeuil", "xlsx", "atlas-cpts_fiche-luxeuil_2026-11-21.xlsx"),
        ("Fiche : cœur d'Héricourt", "csv", "atlas-cpts_fiche-coeur-d-hericourt_2026-11-21.csv"),
        ("../../etc/passwd\x00", "gpkg", "atlas-cpts_etc-passwd_2026-11-21.gpkg"),
        ("日本", "csv", "atlas-cpts_2026-11-21.csv"),
    ],
)
def test_file_names_say_what_and_when(quoi, extension, nom):
    assert file_name(quoi, extension, dt.date(2026, 11, 21)) == nom


@given(st.text(max_size=300))
def test_any_file_name_is_plain_and_short(quoi):
    nom = file_name(quoi, "csv", dt.date(2026, 11, 21))
    assert re.fullmatch(r"atlas-cpts(_[a-z0-9-]{1,80})?_2026-11-21\.csv", nom)
