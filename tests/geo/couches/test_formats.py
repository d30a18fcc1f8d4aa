"""Every format comes back at the same place with the same names; what a file is, its content says."""

import io
import json
import math
import random
import sqlite3
import struct
import zipfile
from contextlib import closing, suppress

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.couches import archive, limites, pilotes
from geo.couches.lecture import Demande, looks_like_couche, read_couche
from geo.erreurs import DonneesInvalides
from tests.geo.couches.fabrique import (
    CARRES,
    EN_DEGRES,
    FORMATS,
    make_couche,
    move,
    pack,
    write_couche,
    write_geojson,
    write_gpkg,
)

ALPHABET = "abcdeéèçœ’ -ABCDEÉÎ"


def refuse(fichiers, demande=None):
    with pytest.raises(DonneesInvalides) as erreur:
        read_couche(fichiers, demande or Demande())
    [probleme] = erreur.value.problemes
    return probleme


@st.composite
def layers(draw):
    """Draw discs of France with a hole, apart from one another, some in two parts, with distinct names."""
    combien = draw(st.integers(1, 4))
    lat, rayon = draw(st.floats(46.1, 47.4)), draw(st.floats(0.01, 0.1))
    formes = []
    for rang in range(combien):
        x, y = 3 + rang * 0.7, lat
        disque = shapely.Point(x, y).buffer(rayon, quad_segs=draw(st.integers(1, 5)))
        forme = disque.difference(shapely.Point(x, y).buffer(rayon / 3))
        if draw(st.booleans()):
            forme = shapely.MultiPolygon([forme, shapely.box(x + 0.3, y, x + 0.4, y + 0.05)])
        formes.append(forme)
    noms = draw(
        st.lists(
            st.text(ALPHABET, min_size=1, max_size=20).map(lambda t: f"CPTS {t}".strip()),
            min_size=combien, max_size=combien, unique=True,
        )
    )  # fmt: skip
    return formes, noms


@pytest.mark.parametrize("extension", FORMATS)
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(couche=layers(), crs=st.sampled_from([4326, 2154, 3857, 3946, 3947]))
def test_polygons_come_back_at_the_same_place_with_the_same_names(extension, couche, crs):
    formes, noms = couche
    ecrite = make_couche(formes, noms, 4326 if extension in EN_DEGRES else crs)
    lue = read_couche(write_couche(ecrite, extension))
    # FlatGeobuf orders its features by place.
    polygones = lue.polygones.set_index("cpts")
    assert sorted(polygones.index) == sorted(noms)
    attendues = make_couche(formes, noms, 2154).set_index("nom_cpts").geometry
    for nom, attendue in attendues.items():
        assert shapely.hausdorff_distance(polygones.geometry[nom], attendue) <= 0.1
        assert polygones.geometry[nom].symmetric_difference(attendue).area <= 0.01 * attendue.length
    assert lue.polygones.geometry.is_valid.all()
    assert lue.epsg == (4326 if extension in EN_DEGRES else crs)


@pytest.mark.parametrize("extension", FORMATS)
def test_the_content_tells_the_format_whatever_the_name(extension):
    fichiers = write_couche(make_couche(), extension)
    assert all(looks_like_couche(nom, contenu) for nom, contenu in fichiers)
    if len(fichiers) == 1:
        [(_, contenu)] = fichiers
        assert looks_like_couche("table.csv", contenu)
        assert len(read_couche([("table.csv", contenu)]).polygones) == 2


@pytest.mark.parametrize(
    ("nom", "contenu"),
    [
        ("t.csv", b"code;cpts\n25056;CPTS A"), ("t.json", b'{"type": "Feu"}'), ("t.xml", b"<a/>"), ("t.csv", b""),
        ("t.xlsx", pack({"[Content_Types].xml": b"", "xl/workbook.xml": b""})),
        ("t.zip", pack({"t.csv": b"a;b"})), ("t.zip", b"PK\3\4 tronque"), ("t.db", b"SQLite"),
    ],
)  # fmt: skip
def test_tables_are_no_layers(nom, contenu):
    assert not looks_like_couche(nom, contenu)


@pytest.mark.parametrize(
    "texte",
    [
        json.dumps({"type": "Feature", "properties": {"nom": "CPTS A"}, "geometry": shapely.geometry.mapping(CARRES[0])}),
        json.dumps(shapely.geometry.mapping(CARRES[0])),
        # The members of an object have no order.
        '{"features": [' + json.dumps({"geometry": shapely.geometry.mapping(CARRES[0]), "properties": {}, "type": "Feature"})
        + "]," + " " * 9000 + '"type": "FeatureCollection"}',
    ],
)  # fmt: skip
def test_a_geojson_may_be_a_feature_a_shape_or_in_any_order(texte):
    lue = read_couche([("c", texte.encode())])
    attendue = gpd.GeoSeries(CARRES[:1], crs=4326).to_crs(2154)[0]
    assert lue.polygones.geometry[0].equals_exact(attendue, 0.1)


@pytest.mark.parametrize("marque", [b"", b"\x1e"])
def test_features_one_a_line_are_read(marque):
    lignes = [json.dumps(f).encode() for f in json.loads(write_geojson(CARRES))["features"]]
    lue = read_couche([("c.jsonl", b"".join(marque + ligne + b"\n" for ligne in lignes))])
    assert lue.polygones["cpts"].tolist() == ["CPTS 0", "CPTS 1"]


def test_a_topology_may_say_so_at_its_end():
    [(nom, contenu)] = write_couche(make_couche(), "topojson")
    objet = json.loads(contenu)
    objet["type"] = objet.pop("type")
    texte = json.dumps({"remplissage": " " * 9000, **objet})
    assert len(read_couche([(nom, texte.encode())]).polygones) == 2


@pytest.mark.parametrize("encodage", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_geojson_is_read_in_the_encodings_of_windows(encodage):
    texte = write_geojson(CARRES[:1], [{"nom": "CPTS d’Évian"}]).decode()
    texte = texte.encode().decode("unicode_escape")
    lue = read_couche([("c.geojson", texte.encode(encodage))])
    assert lue.polygones["cpts"].tolist() == ["CPTS d’Évian"]


@pytest.mark.parametrize("retirer", [(), ("cpg",), ("cpg", "prj"), ("shx",), ("cpg", "shx", "prj")])
@pytest.mark.parametrize("encodage", ["UTF-8", "CP1252"])
def test_a_shapefile_is_read_from_the_parts_it_cannot_do_without(retirer, encodage, monkeypatch):
    monkeypatch.setattr("tests.geo.couches.fabrique._encoding", lambda _: {"encoding": encodage})
    couche = make_couche(noms=["CPTS d’Œuilly", "CPTS É"], crs=2154)
    parties = [
        (nom.upper(), contenu)
        for nom, contenu in write_couche(couche, "shp")
        if nom.rpartition(".")[2] not in retirer
    ]
    lue = read_couche(parties)
    assert lue.polygones["cpts"].tolist() == ["CPTS d’Œuilly", "CPTS É"]
    dits = {remarque.identifiant for remarque in lue.remarques}
    assert dits == ({"projection_devinee"} if "prj" in retirer else set()) | (
        {"shapefile_sans_index"} if "shx" in retirer else set()
    )


@pytest.mark.parametrize(
    ("gardees", "manque"), [("shp", ".dbf"), ("dbf", ".shp"), ("prj", ".shp et .dbf")]
)
def test_a_shapefile_without_what_it_needs_asks_for_it(gardees, manque):
    parties = [(n, c) for n, c in write_couche(make_couche(), "shp") if n.endswith(gardees)]
    probleme = refuse(parties)
    assert (probleme.identifiant, manque in probleme.message) == ("shapefile_incomplet", True)


def test_of_several_layers_those_of_polygons_are_asked_for():
    couche = make_couche()
    points = couche.set_geometry(couche.geometry.representative_point())
    gpkg = write_gpkg({"un": couche, "deux": couche.iloc[:1], "sièges": points})
    probleme = refuse([("c.gpkg", gpkg)])
    assert probleme.identifiant == "couche_a_choisir"
    assert "« un », « deux »" in probleme.message
    lue = read_couche([("c.gpkg", gpkg)], Demande(couche="deux"))
    assert (lue.couche, lue.couches, len(lue.polygones)) == ("deux", ("un", "deux"), 1)
    assert refuse([("c.gpkg", gpkg)], Demande(couche="sièges")).identifiant == "couche_inconnue"
    seule = write_gpkg({"un": couche, "sièges": points})
    assert read_couche([("c.gpkg", seule)]).couche == "un"
    assert "des points" in refuse([("c.gpkg", write_gpkg({"sièges": points}))]).message


def test_an_archive_may_hold_several_layers_and_other_documents():
    couche = make_couche()
    shp = dict(write_couche(couche, "shp", "d/a"))
    octets = pack(
        {
            **shp,
            "b.geojson": write_geojson(CARRES),
            "lisez-moi.txt": b"x",
            "__MACOSX/d/._a.shp": b"x",
        }
    )
    probleme = refuse([("c.zip", octets)])
    assert (probleme.identifiant, "« d/a.shp »" in probleme.message) == ("couche_a_choisir", True)
    assert len(read_couche([("c.zip", octets)], Demande(couche="b.geojson")).polygones) == 2


@pytest.mark.parametrize(
    "nom", ["../c.geojson", "/c.geojson", "C:\\c.geojson", "a/../../c.geojson", "..\\c.geojson"]
)
def test_an_archive_that_climbs_out_is_refused(nom):
    assert "sort de son dossier" in refuse([("c.zip", pack({nom: write_geojson(CARRES)}))]).message


def test_archives_inside_archives_links_and_passwords_are_refused():
    dedans = pack({"c.geojson": write_geojson(CARRES)})
    assert "en contient une autre" in refuse([("c.zip", pack({"d.zip": dedans}))]).message
    lien = zipfile.ZipInfo("c.geojson")
    lien.external_attr = 0o120777 << 16
    assert "un lien" in refuse([("c.zip", pack({lien: b"/etc/passwd"}))]).message
    chiffree = bytearray(dedans)
    chiffree[6] |= 1
    chiffree[dedans.index(b"PK\1\2") + 8] |= 1
    assert "mot de passe" in refuse([("c.zip", bytes(chiffree))]).message


def test_bombs_are_refused_before_they_are_expanded(monkeypatch):
    monkeypatch.setattr(archive, "ARCHIVE_COUCHE_DEPLIEE_MAX_OCTETS", 1_000_000)
    bombe = bytearray(pack({"a.geojson": b" " * 2_000_000}))
    # What it announces is false: what comes out counts.
    for signature, rang in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        place = bombe.index(signature) + rang
        bombe[place : place + 4] = (100).to_bytes(4, "little")
    assert refuse([("c.zip", bytes(bombe))]).identifiant == "fichier_illisible"
    assert "dépasse" in refuse([("c.zip", pack({"a.geojson": b" " * 2_000_000}))]).message
    monkeypatch.setattr(archive, "ARCHIVE_COUCHE_MEMBRES_MAX", 5)
    assert "plus de fichiers" in refuse([("c.zip", pack({f"{n}": b"" for n in range(6)}))]).message


@pytest.mark.parametrize("extension", FORMATS)
def test_what_passes_a_limit_is_refused(extension, monkeypatch):
    fichiers = write_couche(make_couche(), extension)
    for module in ("pilotes", "parquet", "kml"):
        monkeypatch.setattr(f"geo.couches.{module}.FORMES_MAX", 1)
    assert "plus de formes que la limite" in refuse(fichiers).message
    monkeypatch.undo()
    monkeypatch.setattr("geo.couches.reparation.SOMMETS_MAX", 5)
    assert "plus de sommets que la limite" in refuse(fichiers).message
    monkeypatch.setattr("geo.couches.formats.TAILLE_COUCHE_MAX_OCTETS", 20)
    assert "dépasse la taille admise" in refuse(fichiers).message


def test_every_limit_is_told():
    maxima = {v for n, v in vars(limites).items() if n.endswith("_MAX") and n != "IMBRICATIONS_MAX"}
    assert maxima <= set(limites.LIMITES_COUCHES.values())


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE VIEW v AS SELECT ogr_geocode('x') AS nom FROM c",
        "CREATE VIRTUAL TABLE v USING fts3(a)",
        "ALTER TABLE c ADD COLUMN v TEXT AS (hex(zeroblob(9)))",
        "CREATE TRIGGER v AFTER INSERT ON c BEGIN SELECT load_extension('x'); END",
    ],
)
def test_a_geopackage_that_runs_something_is_refused(sql, tmp_path):
    chemin = tmp_path / "c.gpkg"
    chemin.write_bytes(write_gpkg({"c": make_couche()}))
    with closing(sqlite3.connect(chemin)) as base:
        base.execute(sql)
        base.commit()
    assert "vue ou une table calculée" in refuse([("c.gpkg", chemin.read_bytes())]).message


@pytest.mark.parametrize(
    ("nom", "contenu"),
    [
        ("c.geojson", b'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/hosts</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'),
        ("c.geojson", b'{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline read /etc/hosts"}'),
        ("c.kml", b"<WFS_Capabilities version='2.0.0'/>"),
        ("c.kml", b'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><kml><Document>&b;</Document></kml>'),
        ("c.kml", b"<kml><NetworkLink><Link><href>http://127.0.0.1/</href></Link></NetworkLink></kml>"),
    ],
)  # fmt: skip
def test_what_leads_elsewhere_is_no_layer(nom, contenu):
    assert refuse([(nom, contenu)]).identifiant in ("fichier_illisible", "couche_sans_polygone")


def test_no_driver_but_ours_is_left():
    read_couche(write_couche(make_couche(), "gpkg"))
    assert set(pyogrio.list_drivers()) == pilotes._PILOTES


def test_curves_become_lines(tmp_path):
    chemin = tmp_path / "c.gpkg"
    pyogrio.write_dataframe(
        make_couche(CARRES[:1], crs=2154), chemin, driver="GPKG", SPATIAL_INDEX="NO"
    )
    # A circle of one kilometre, by three of its points twice: OGC 06-103r4, curve polygon and circular string.
    x, y, r = 930_000.0, 6_660_000.0, 1_000.0
    cercle = struct.pack(
        "<BIIBII10d", 1, 10, 1, 1, 8, 5, x - r, y, x, y + r, x + r, y, x, y - r, x - r, y
    )
    with closing(sqlite3.connect(chemin)) as base:
        # GeoPackage, 2.1.3.1: the header of a shape without its box.
        base.execute("UPDATE c SET geom = ?", (b"GP\0\1" + struct.pack("<i", 2154) + cercle,))
        base.commit()
    [forme] = read_couche([("c.gpkg", chemin.read_bytes())]).polygones.geometry
    assert forme.area == pytest.approx(math.pi * r**2, rel=0.01)


def test_shapes_inside_shapes_without_end_do_not_end_the_process():
    couche = make_couche(CARRES[:2])
    wkb = [struct.pack("<BII", 1, 7, 1) * 300_000, shapely.to_wkb(CARRES[1])]
    octets = io.BytesIO()
    metadata = {
        "geo": json.dumps(
            {"version": "1.1.0", "primary_column": "g", "columns": {"g": {"encoding": "WKB"}}}
        )
    }
    table = pa.table({"nom": couche["nom_cpts"].tolist(), "g": pa.array(wkb, pa.binary())})
    pq.write_table(table.replace_schema_metadata(metadata), octets)
    lue = read_couche([("c.parquet", octets.getvalue())])
    assert lue.polygones["ligne"].tolist() == [2]
    assert [r.identifiant for r in lue.remarques] == ["forme_vide"]


def test_one_value_repeated_without_end_is_refused(monkeypatch):
    # Written once in the file, and read at each row.
    couche = make_couche([CARRES[0]] * 1000, noms=["x" * 10_000] * 1000)
    [(nom, contenu)] = write_couche(couche, "parquet")
    assert len(contenu) < 100_000
    monkeypatch.setattr("geo.couches.parquet.ARCHIVE_COUCHE_DEPLIEE_MAX_OCTETS", 5_000_000)
    assert "dépasse la taille admise" in refuse([(nom, contenu)]).message


@pytest.mark.parametrize("extension", ["fgb", "gpkg", "parquet", "shp", "zip", "kmz", "geojson"])
def test_a_file_that_is_cut_is_never_read_in_part(extension):
    fichiers = [(n, c) for n, c in _VALIDES[extension] if not n.endswith(("prj", "cpg", "shx"))]
    for rang, (nom, contenu) in enumerate(fichiers):
        for coupe in range(20, len(contenu) - 30, len(contenu) // 7):
            refuse([*fichiers[:rang], (nom, contenu[:coupe]), *fichiers[rang + 1 :]])


def test_the_folders_of_a_kml_are_layers():
    repere = "<Placemark><name>{}</name>{}</Placemark>"
    carre = "<Polygon><outerBoundaryIs><LinearRing><coordinates>6,47 6.1,47 6.1,47.1 6,47</coordinates></LinearRing></outerBoundaryIs></Polygon>"
    point = "<Point><coordinates>6,47</coordinates></Point>"
    kml = (
        "<kml><Document><name>Tout</name>"
        f"<Folder><name>Zones</name>{repere.format('CPTS A', carre)}{repere.format('CPTS B', point)}</Folder>"
        f"<Folder><name>Sièges</name>{repere.format('Siège', point)}</Folder></Document></kml>"
    ).encode()
    lue = read_couche([("c.kml", kml)])
    assert (lue.couche, lue.couches, lue.polygones["cpts"].tolist()) == (
        "Zones",
        ("Zones",),
        ["CPTS A"],
    )
    assert [r.identifiant for r in lue.remarques] == ["formes_autres"]


_VALIDES = {extension: write_couche(make_couche(), extension) for extension in FORMATS}


@pytest.mark.parametrize("extension", FORMATS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    graine=st.integers(0, 2**32), geste=st.sampled_from(["couper", "changer", "doubler", "oter"])
)
def test_only_one_error_leaves_whatever_the_bytes(extension, graine, geste):
    hasard = random.Random(graine)  # noqa: S311 - nothing is secret
    fichiers = list(_VALIDES[extension])
    rang = hasard.randrange(len(fichiers))
    nom, contenu = fichiers[rang]
    octets = bytearray(contenu)
    place = hasard.randrange(len(octets))
    if geste == "couper":
        del octets[place:]
    elif geste == "doubler":
        octets[place:place] = octets[: hasard.randrange(len(octets))]
    elif geste == "oter":
        del octets[place : place + hasard.randrange(1, 200)]
    else:
        for _ in range(hasard.randrange(1, 20)):
            octets[hasard.randrange(len(octets))] = hasard.randrange(256)
    fichiers[rang] = (nom, bytes(octets))
    try:
        lue = read_couche(fichiers)
    except DonneesInvalides as erreur:
        assert all(p.message and p.remede and p.identifiant for p in erreur.problemes)  # noqa: PT017 - or not
    else:
        assert lue.polygones.geometry.is_valid.all()
        assert not lue.polygones.geometry.has_z.any()


def test_gdal_says_nothing_on_the_terminal(capfd):
    octets = _VALIDES["gpkg"][0][1]
    for coupe in (500, 5000, len(octets) - 3000):
        refuse([("c.gpkg", octets[:coupe])])
    shp = [(n, c[:-20] if n.endswith("shp") else c) for n, c in _VALIDES["shp"]]
    with suppress(DonneesInvalides):
        read_couche(shp)
    assert capfd.readouterr().err == ""


def test_the_move_of_the_tests_is_right():
    assert move(CARRES[:1], 2154)[0].centroid.x == pytest.approx(931487, abs=1)
