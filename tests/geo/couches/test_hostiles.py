"""A file never makes what reads it open another file, ask an address, run its words, or take without end."""

import contextlib
import http.server
import io
import json
import sqlite3
import struct
import threading
from contextlib import closing

import geopandas as gpd
import pyarrow.parquet as pq
import pytest
from pyproj import CRS
from shapely.geometry import mapping

from geo.couches.attributs import strip_contacts
from geo.couches.definition import parse_crs
from geo.couches.lecture import read_couche
from geo.erreurs import DonneesInvalides
from geo.importation.contenus import names_nothing
from tests.geo.couches.fabrique import (
    CARRES,
    make_couche,
    write_couche,
    write_geojson,
    write_gpkg,
)
from tests.geo.couches.test_projection import shapefile

NTF = (
    'GEOGCS["NTF",DATUM["Nouvelle_Triangulation_Francaise",SPHEROID["Clarke 1880 (IGN)",6378249.2,293.4660212936269]{}],'
    'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'
)


def refusal(fichiers):
    with pytest.raises(DonneesInvalides) as erreur:
        read_couche(fichiers)
    [probleme] = erreur.value.problemes
    return probleme


@pytest.fixture(scope="module")
def temoin():
    """Listen on this machine; keep the paths that are asked."""
    demandes = []

    class Temoin(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            demandes.append(self.path)
            self.send_error(404)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Temoin) as serveur:
        threading.Thread(target=serveur.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serveur.server_port}/", demandes
        serveur.shutdown()


def linked(adresse, cle, genre):
    crs = {"type": genre, "properties": {"href": adresse, "url": adresse, "name": adresse, "type": "ogcwkt"}}  # fmt: skip
    return f'"{cle}": {json.dumps(crs)}'


@pytest.mark.parametrize(
    ("cle", "genre"),
    [
        ("crs", "link"),
        ("CRS", "url"),
        ("\\u0063r\\u0053", "link"),
        ("crs\\u0000x", "LINK"),
        ("crs", "name"),
    ],
)
@pytest.mark.parametrize("ou", ["collection", "forme", "objet", "topologie"])
def test_the_address_of_a_projection_is_never_asked(temoin, monkeypatch, cle, genre, ou):
    adresse, demandes = temoin
    for nom in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(nom, "*")
    crs = linked(adresse, cle, genre)
    if ou == "topologie":
        texte = write_couche(make_couche(), "topojson")[0][1].decode()
        texte = f"{{{crs}, {texte[1:]}"
    elif ou == "objet":
        forme = json.dumps(mapping(CARRES[0]))
        texte = (
            f'{{"type": "Feature", "properties": {{"nom": "CPTS A"}}, {crs}, "geometry": {forme}}}'
        )
    else:
        texte = write_geojson(CARRES).decode()
        rang = 1 if ou == "collection" else texte.index('{"type": "Polygon"') + 1
        texte = f"{texte[:rang]}{crs}, {texte[rang:]}"
    with contextlib.suppress(DonneesInvalides):
        lue = read_couche([("c.json", texte.encode())])
        assert {r.identifiant for r in lue.remarques} & {"projection_fausse"}
    assert demandes == []


def test_gdal_asks_no_address_whatever_the_environment(temoin, monkeypatch):
    adresse, demandes = temoin
    for nom in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(nom, "*")
    monkeypatch.setattr("geo.couches.pilotes.hide_crs", lambda texte: texte)
    texte = write_geojson(CARRES).decode()
    read_couche([("c.json", f"{{{linked(adresse, 'crs', 'link')}, {texte[1:]}".encode())])
    assert demandes == []


def test_an_attribute_that_is_named_crs_stays():
    octets = write_geojson(CARRES, [{"crs": "CPTS A"}, {"crs": "CPTS B"}])
    assert read_couche([("c.json", octets)]).polygones["cpts"].tolist() == ["CPTS A", "CPTS B"]


def bound(parametre):
    return (
        'BOUNDCRS[SOURCECRS[GEOGCRS["x",DATUM["y",ELLIPSOID["z",6378249.2,293.466]],CS[ellipsoidal,2],'
        'AXIS["lon",east],AXIS["lat",north],ANGLEUNIT["degree",0.0174532925199433]]],'
        'TARGETCRS[GEOGCRS["WGS 84",DATUM["World Geodetic System 1984",ELLIPSOID["WGS 84",6378137,298.257223563]],'
        'CS[ellipsoidal,2],AXIS["lat",north],AXIS["lon",east],ANGLEUNIT["degree",0.0174532925199433]]],'
        f'ABRIDGEDTRANSFORMATION["x",METHOD["NTv2",ID["EPSG",9615]],{parametre}]]'
    )


def projjson(**changements):
    objet = CRS(bound('PARAMETERFILE["Latitude and longitude difference file","/tmp/x.gsb"]'))
    return json.dumps(objet.to_json_dict() | changements)


FICHIERS = {
    "init": "+init=/tmp/x:a",
    "init sans plus": "init=/tmp/x:a",
    "grille": "+proj=longlat +nadgrids=/tmp/x +ellps=clrk80 +type=crs",
    "grille sans plus": "proj=longlat nadgrids=/tmp/x ellps=clrk80 type=crs",
    "geoide": "+proj=longlat +ellps=clrk80 +geoidgrids=/tmp/x +vunits=m +type=crs",
    "suite": "+proj=pipeline +step +proj=axisswap +order=2,1",
    "chemin": "/srv/x.prj",
    "adresse": "http://127.0.0.1:9/x",
    "bound": bound('PARAMETERFILE["Latitude and longitude difference file","/tmp/x.gsb"]'),
    "bound json": projjson(),
    "bound json échappé": projjson().replace("BoundCRS", "\\u0042oundCRS"),
    "grille wkt1": NTF.format(',EXTENSION["PROJ4_GRIDS","/tmp/x","y"]'),
    "method": (
        'PROJCRS["x",BASEGEOGCRS["y",DATUM["z",ELLIPSOID["e",6378137,298.257]]],CONVERSION["c",'
        'METHOD["PROJ vgridshift grids=/tmp/x"]],CS[Cartesian,2],AXIS["e",east],AXIS["n",north],LENGTHUNIT["m",1]]'
    ),
    "imbriqué": '{"type":"ProjectedCRS","base_crs":' * 2500 + "1" + "}" * 2500,
}  # fmt: skip


@pytest.mark.parametrize("dit", FICHIERS.values(), ids=FICHIERS)
def test_a_projection_never_names_a_file(dit):
    assert parse_crs(dit) is None


@pytest.mark.parametrize(
    ("dit", "epsg"),
    [
        ("EPSG:2154", 2154), ("epsg:27572", 27572), ("urn:ogc:def:crs:EPSG::3857", 3857),
        ("urn:ogc:def:crs:EPSG:9.9:3857", 3857), ("urn:ogc:def:crs:OGC:1.3:CRS84", None),
        ("http://www.opengis.net/def/crs/EPSG/0/2154", 2154), ("IGNF:LAMB93", None), ("ESRI:102110", None),
        (CRS(3857).to_wkt("WKT1_GDAL"), 3857), (CRS(2154).to_wkt("WKT1_ESRI"), None), (CRS(27572).to_json(), 27572),
        (NTF.format(""), None), (NTF.format(",TOWGS84[-168,-60,320,0,0,0,0]"), None),
        (NTF.format(',EXTENSION["PROJ4_GRIDS","ntf_r93.gsb"]'), None),
    ],
)  # fmt: skip
def test_codes_wkt_and_projjson_are_read(dit, epsg):
    crs = parse_crs(dit)
    assert crs is not None
    assert epsg is None or crs.to_epsg() == epsg


@pytest.mark.parametrize("ou", ["prj", "geojson", "parquet", "fgb", "gpkg"])
@pytest.mark.parametrize("dit", ["+init={}:a", "{}"])
def test_no_format_makes_the_projection_of_another_file_be_read(ou, dit, tmp_path):
    autre = tmp_path / "x"
    autre.write_text(
        CRS(2154).to_wkt() if dit == "{}" else "<a> +proj=longlat +datum=WGS84 +no_defs <>"
    )
    texte = dit.format(autre)
    if ou == "prj":
        fichiers = shapefile(CARRES, texte.encode())
    elif ou == "geojson":
        fichiers = [("c.json", write_geojson(CARRES, crs=texte))]
    elif ou == "parquet":
        [(nom, contenu)] = write_couche(make_couche(), "parquet")
        fichiers = [(nom, with_metadata(contenu, {"crs": texte}))]
    elif ou == "fgb":
        fichiers = [("c.fgb", flatgeobuf_with(texte))]
    else:
        for colonne in ("definition", "organization"):
            octets = edit(
                write_gpkg({"c": make_couche()}),
                f"UPDATE gpkg_spatial_ref_sys SET definition = 'x', organization = 'x', {colonne} = '{texte}'",  # noqa: S608 - of a test
            )
            assert "projection" in refusal([("c.gpkg", octets)]).message
        return
    lue = read_couche(fichiers)
    assert lue.crs_dit == "une projection illisible"


@pytest.mark.parametrize(
    ("definition", "lue"),
    [
        (NTF.format(',EXTENSION["PROJ4_GRIDS","/tmp/x"]'), False),
        (NTF.format("")[:-1] + ',EXTENSION["PROJ4","+proj=longlat +nadgrids=/tmp/x"]]', False),
        (NTF.format("")[:-1] + ',EXTENSION["PROJ4","+proj=longlat +nadgrids=@null,/tmp/x"]]', False),
        (NTF.format("")[:-1] + ',EXTENSION["PROJ4","+init=/tmp/x:1"]]', False),
        (NTF.format("")[:-1] + ',EXTENSION["PROJ4","+proj=longlat +nadgrids=@null +no_defs"]]', True),
        ("\n " + NTF.format(""), True), ("Undefined", True), ("", True),
    ],
)  # fmt: skip
def test_what_gdal_reads_of_a_projection_names_no_file(definition, lue):
    octets = edit(
        write_gpkg({"c": make_couche(crs=3857)}),
        f"UPDATE gpkg_spatial_ref_sys SET definition = '{definition}' WHERE srs_id <> 3857",  # noqa: S608 - of a test
    )
    if lue:
        assert read_couche([("c.gpkg", octets)]).epsg == 3857
    else:
        assert "projection" in refusal([("c.gpkg", octets)]).message


def edit(gpkg, *ordres):
    """Return a GeoPackage after some SQL."""
    base = sqlite3.connect(":memory:")
    with closing(base):
        base.deserialize(gpkg)
        base.execute("PRAGMA writable_schema = ON")
        for ordre in ordres:
            base.execute(ordre)
        base.commit()
        return base.serialize()


def with_metadata(contenu, changements):
    """Return a GeoParquet whose column of shapes says something else."""
    table = pq.read_table(io.BytesIO(contenu))
    geo = json.loads(table.schema.metadata[b"geo"])
    geo["columns"]["geometry"].update(changements)
    octets = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), octets)
    return octets.getvalue()


def flatgeobuf_with(texte):
    """Return a FlatGeobuf whose projection is said by a text, in place of its WKT, and has no code."""
    # A system that has no code, of a long name.
    wkt = (
        NTF.format("")
        .replace("NTF", "N" * 400)
        .replace("Nouvelle", "Autre")
        .replace("249.2", "250")
    )
    couche = gpd.GeoDataFrame({"nom": ["CPTS A", "CPTS B"]}, geometry=CARRES, crs=wkt)
    [(_, contenu)] = write_couche(couche, "fgb")
    debut = contenu.index(b"GEOG")
    (longueur,) = struct.unpack_from("<I", contenu, debut - 4)
    octets = bytearray(contenu)
    octets[debut : debut + longueur] = texte.encode().ljust(longueur)
    return bytes(octets)


VUE = "CREATE VIEW gpkg_geometry_columns AS SELECT * FROM autre"


@pytest.mark.parametrize(
    "ordres",
    [
        ["ALTER TABLE gpkg_geometry_columns RENAME TO autre", VUE],
        ["CREATE VIEW simple AS SELECT 1 AS nom"],
        ["CREATE VIEW gpkg_autre AS SELECT 1 AS nom"],
        ["CREATE VIRTUAL TABLE gpkg_ogr_contents2 USING rtree(id, a, b)"],
        ["CREATE VIRTUAL TABLE v USING dbstat"],
        ["CREATE/**/VIRTUAL/**/TABLE v USING fts3(a)"],
        ["ALTER TABLE c ADD COLUMN v TEXT AS/**/(hex(zeroblob(9)))"],
        ["ALTER TABLE c ADD COLUMN v TEXT GENERATED ALWAYS AS --x\n(hex(zeroblob(9))) VIRTUAL"],
        ["UPDATE sqlite_schema SET sql = 'CREATE/**/TABLE' || substr(sql, 13) WHERE name = 'c'"],
        [
            "CREATE VIRTUAL TABLE v USING rtree(id, a, b)",
            "UPDATE sqlite_schema SET sql = 'CREATE/**/VIRTUAL TABLE v USING fts3(a)' WHERE name = 'v'",
        ],
    ],
)
def test_a_geopackage_has_but_tables_as_they_are_written(ordres):
    octets = edit(write_gpkg({"c": make_couche()}), *ordres)
    assert "vue ou une table calculée" in refusal([("c.gpkg", octets)]).message


def test_tables_beside_the_layers_are_no_harm():
    octets = edit(
        write_gpkg({"c": make_couche(crs=3857)}),
        "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY, nom TEXT DEFAULT ('as' || (1)) CHECK (nom > (2)))",
        "CREATE INDEX i ON layer_styles (nom)",
        "CREATE TRIGGER t AFTER INSERT ON layer_styles BEGIN SELECT 1; END",
    )
    assert read_couche([("c.gpkg", octets)]).epsg == 3857


# In a time that is the square of it, minutes.
LONG = 300_000


@pytest.mark.parametrize(
    "texte",
    ["a" * LONG, "a@" * (LONG // 2), "@" * LONG, "a@" + "." * LONG, "a@b" + ".c" * (LONG // 2) + " ", "1" + " " * LONG + "x",
     "0" * LONG, "m. " * LONG],
)  # fmt: skip
def test_a_long_attribute_is_read_in_a_time_of_its_length(texte):
    octets = write_geojson(CARRES, [{"nom": "CPTS A", "t": texte}, {"nom": "CPTS B", "t": texte}])
    assert len(read_couche([("c.json", octets)]).polygones) == 2
    # The patterns themselves, whatever cuts what they are given.
    assert isinstance(strip_contacts(texte), str)
    assert isinstance(names_nothing([texte]), str)


def kml(dedans):
    return f"<kml>{dedans}</kml>".encode()


REPERE_KML = (
    "<Placemark><name>CPTS A</name><Polygon><outerBoundaryIs><LinearRing><coordinates>{}</coordinates></LinearRing>"
    "</outerBoundaryIs></Polygon></Placemark>"
)
ANNEAU = "6,47 6.1,47 6.1,47.1 6,47"


@pytest.mark.parametrize("balise", ["Folder", "x", "MultiGeometry"])
def test_folders_inside_folders_without_end_are_refused(balise):
    combien = 100_000
    dedans = f"<{balise}>" * combien + REPERE_KML.format(ANNEAU) + f"</{balise}>" * combien
    probleme = refusal([("c.kml", kml(f"<Document>{dedans}</Document>"))])
    assert "imbriqués" in probleme.message


def test_folders_as_deep_as_people_make_them_are_read():
    dedans = "<Folder>" * 12 + REPERE_KML.format(ANNEAU) + "</Folder>" * 12
    assert len(read_couche([("c.kml", kml(dedans))]).polygones) == 1


def test_blanks_without_end_among_coordinates_are_no_harm():
    octets = kml(f"<Document>{REPERE_KML.format(ANNEAU + ' , ' + ' ' * LONG + '8')}</Document>")
    assert len(read_couche([("c.kml", octets)]).polygones) == 1


def test_the_name_of_a_folder_is_cut():
    dedans = f"<Folder><name>{'x' * LONG}</name>{REPERE_KML.format(ANNEAU)}</Folder>"
    assert len(read_couche([("c.kml", kml(dedans))]).couche) < 1000


@pytest.mark.parametrize(
    "crs", [2154, 2.5, True, False, [], ["EPSG:2154"], {}, {"a": [1]}, "x", ""]
)
def test_a_geoparquet_says_its_projection_or_none(crs):
    [(nom, contenu)] = write_couche(make_couche(), "parquet")
    lue = read_couche([(nom, with_metadata(contenu, {"crs": crs}))])
    assert (lue.epsg, lue.crs_dit) == (4326, "une projection illisible" if crs != "" else "")


@pytest.mark.parametrize(
    "changements",
    [{"encoding": 5}, {"encoding": []}, {"geometry_types": 5}, {"geometry_types": [[]]}, {"geometry_types": {}}],
)  # fmt: skip
def test_a_geoparquet_of_strange_metadata_is_read_or_refused_in_french(changements):
    [(nom, contenu)] = write_couche(make_couche(), "parquet")
    with contextlib.suppress(DonneesInvalides):
        read_couche([(nom, with_metadata(contenu, changements))])
