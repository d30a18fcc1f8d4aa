"""Layers of polygons by the command line: what is read, decided, refused, and put in use."""

import json
import re

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from geo.__main__ import main
from geo.chargement import load
from geo.importation.versions import open_depot
from tests.geo.couches.fabrique import write_couche, write_gpkg
from tests.geo.dessin import KM, X0, Y0, A, B, D, write_dossier

NORD, SUD = "CPTS Nord", "CPTS Sud"


def cover(x0, y0, x1, y1):
    """Return a rectangle of the drawing, in sides of commune."""
    return box(X0 + x0 * KM, Y0 + y0 * KM, X0 + x1 * KM, Y0 + y1 * KM)


def make(formes, crs=2154, **attributs):
    """Return a layer of the drawing, by name of CPTS."""
    colonnes = {"nom": list(formes), **attributs}
    return gpd.GeoDataFrame(colonnes, geometry=list(formes.values()), crs=2154).to_crs(crs)


# Sud has a and c, Nord b and d, but for the lower 40 % of d.
COUCHE = make({SUD: cover(0, 0, 2, 1).union(cover(1, 1, 2, 1.4)), NORD: cover(0, 1, 1, 2).union(cover(1, 1.4, 2, 2))})  # fmt: skip


@pytest.fixture(autouse=True)
def _environnement(tmp_path, monkeypatch):
    write_dossier(tmp_path / "data")
    monkeypatch.setenv("CPTS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CPTS_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("CPTS_LECTURE_SEULE", raising=False)


@pytest.fixture
def couche(tmp_path):
    def write(donnees=COUCHE, extension="geojson", nom="couche"):
        chemins = []
        for fichier, octets in write_couche(donnees, extension, nom):
            chemins.append(tmp_path / fichier)
            chemins[-1].write_bytes(octets)
        return chemins

    return write


@pytest.fixture
def run(capsys):
    def execute(*arguments):
        code = main([str(argument) for argument in arguments])
        sortie = capsys.readouterr()
        return code, sortie.out, sortie.err

    return execute


@pytest.fixture
def table(tmp_path):
    (tmp_path / "table.csv").write_text(f"Code INSEE;CPTS\n{A};CPTS Ouest\n", encoding="utf-8")
    return tmp_path / "table.csv"


def parts_of(dossier, code):
    adhesions = load(dossier).adhesions
    siennes = adhesions[adhesions["code_commune"] == code]
    return dict(zip(siennes["cpts_id"], siennes["part"], strict=True))


def test_what_was_understood_is_said_and_nothing_changes(run, couche, tmp_path):
    code, sortie, erreurs = run("check", *couche(COUCHE.to_crs(4326)))
    assert (code, erreurs) == (0, "")
    assert "couche.geojson : couche « couche.geojson », 2 polygones, 2 CPTS, 4 communes." in sortie
    assert "Projection : EPSG:4326, dite par le fichier." in sortie
    assert "nom de la CPTS ← nom" in sortie
    assert "faute de couche fine" in sortie
    assert re.search(rf"{D} Commune {D}, 800 habitants, environ 320 en jeu : « {NORD} » 60.%", sortie)  # fmt: skip
    assert f"'{D}=entiere:{SUD}', {D}=partagee" in sortie
    assert "Écarts entre polygones et communes : 2 CPTS" in sortie
    assert not (tmp_path / "var").exists()


def test_the_parts_of_a_shapefile_are_one_layer(run, couche):
    chemins = couche(extension="shp")
    assert len(chemins) > 3
    code, sortie, _ = run("check", *chemins)
    assert code == 0
    assert "2 polygones" in sortie


def test_a_split_is_imported_with_its_shares(run, couche, tmp_path):
    chemins = couche()
    options = ("--decision", f"{D}=partagee", "--complet", "21,70")
    code, sortie, _ = run("import", *chemins, *options, "--into", tmp_path / "neuf")
    assert code == 0, sortie
    assert f"Communes décidées à la main (1)\n  {D} Commune {D}, 800 habitants : partagée" in sortie
    assert "celles en service n'ont pas changé" in sortie
    neuf = tmp_path / "neuf"
    assert parts_of(neuf, D) == pytest.approx({"cpts-nord": 0.6, "cpts-sud": 0.4})
    assert parts_of(neuf, B) == {"cpts-nord": 1.0}
    cpts = pd.read_csv(neuf / "cpts.csv", dtype=str).set_index(["cpts_id", "code_commune"])
    assert cpts.loc[("cpts-nord", D), "part_pct"] in ("60", "60.0", "60.00")
    decoupage = pd.read_csv(neuf / "decoupage.csv", dtype=str)
    assert set(decoupage["par"]) == {"main"}
    # Counted by its share in each, and once in all.
    habitants = load(neuf).territoires["population"]
    assert habitants[["cpts-nord", "cpts-sud"]].to_list() == [200 + 480, 100 + 400 + 320]


def test_what_is_decided_is_taken_up_the_next_time_and_may_be_decided_otherwise(run, couche):
    """Of a commune that a polygon holds whole too."""
    chemins = couche()
    decisions = ("--decision", f"{D}=partagee", "--decision", f"{B}=aucune")
    assert run("import", *chemins, *decisions)[0] == 0
    sortie = run("check", *chemins)[1]
    assert f"découpées de même : {B} (aucune), {D} (partagee)." in sortie
    autrement = ("--decision", f"{D}=entiere:{SUD}", "--decision", f"{B}=entiere:{NORD}")
    assert run("import", *chemins, *autrement)[0] == 0
    assert parts_of(open_depot().actuel(), D) == {"cpts-sud": 1.0}


def test_the_threshold_says_what_it_changes(run, couche):
    sortie = run("check", *couche(), "--seuil", "70")[1]
    assert "Une commune est à la CPTS qui tient 70 % des habitants" in sortie
    assert "Par rapport à 50 %, 1 commune change." in sortie


def test_a_share_is_counted_as_asked(run, couche):
    assert "tient sa mairie" in run("check", *couche(), "--compter", "mairie")[1]
    assert "de la surface." in run("check", *couche(), "--compter", "surface")[1]
    bati = make({"x": cover(1.1, 1.1, 1.2, 1.2), "y": cover(1.1, 1.8, 1.2, 1.9)}, population=[700, 100])  # fmt: skip
    chemins = couche()
    sortie = run("check", *chemins, "--fine", *couche(bati, nom="bati"))[1]
    assert "placés d'après la couche fine" in sortie
    assert "« population » de la couche fine" in sortie
    assert re.search(rf"« {SUD} » 87,5.%", sortie)


def test_a_layer_of_several_and_its_projection_and_columns_are_said_by_options(
    run, couche, tmp_path
):
    (tmp_path / "c.gpkg").write_bytes(write_gpkg({"un": COUCHE, "deux": COUCHE.head(1)}))
    code, _, erreurs = run("check", tmp_path / "c.gpkg")
    assert code == 1
    assert "--couche NOM" in erreurs
    assert "couche « deux », 1 polygone" in run("check", tmp_path / "c.gpkg", "--couche", "deux")[1]
    muette = COUCHE.rename(columns={"nom": "zone"}).set_crs(None, allow_override=True)
    chemins = couche(muette.assign(autre=["p", "q"]), "fgb")
    options = ("--epsg", "2154", "--colonne", "cpts=zone")
    code, sortie, _ = run("check", *chemins, *options)
    assert code == 0
    assert "EPSG:2154, donnée par --epsg" in sortie
    assert "nom de la CPTS ← zone" in sortie


@pytest.mark.parametrize(
    ("decision", "dit"),
    [
        ("99999=aucune", "qui ne sont pas ceux d'une commune de l'atlas, que rien ne suit : 99999"),
        (f"{D}=entiere:CPTS Rien", f"pas dans la couche, que rien ne suit : « CPTS Rien » ({D})"),
        ("52001=aucune", "dont aucun polygone ne tient 2 %, que rien ne suit : 52001"),
        (f"{A}=entiere:{NORD}", f"que rien ne suit : {A} (entiere:{NORD})"),
    ],
)
def test_a_decision_without_a_meaning_is_told(run, couche, decision, dit):
    code, sortie, _ = run("check", *couche(), "--decision", decision)
    assert code == 1
    assert dit in sortie
    assert sortie.count("que rien ne suit") == 1


@pytest.mark.parametrize(
    ("options", "dit"),
    [
        (["--seuil", "4"], "--seuil attend un pourcentage de 5 à 95"),
        (["--seuil", "x"], "Valeur inattendue pour --seuil."),
        (["--compter", "rien"], "--compter attend habitants, surface, mairie"),
        (["--compter", "mairie", "--seuil", "40"], "--seuil ne sert pas"),
        (["--compter", "mairie", "--decision", f"{D}=partagee"], f"tout ou rien : {D}."),
        (
            ["--compter", "mairie", "--decision", f"{D}=aucune", "--decision", "2a004=partagee"],
            "tout ou rien : 2A004.",
        ),
        (["--decision", f"{D}=moitié"], "--decision attend partagee"),
        (["--decision", D], "--decision attend deux textes"),
        (["--decision", f"{D}=aucune", "--decision", f"{D}=chacune"], "plusieurs fois"),
        (["--forme", "croise"], "--forme : pour une table seulement"),
        (["--codes", "insee", "--repeter-cpts"], "--repeter-cpts, --codes : pour une table"),
    ],
)
def test_wrong_usage_with_a_layer_is_said(run, couche, options, dit):
    code, _, erreurs = run("check", *couche(), *options)
    assert code == 2
    assert dit in erreurs


def test_tables_and_layers_are_not_mixed(run, couche, table):
    code, _, erreurs = run("check", table, *couche())
    assert code == 2
    assert "ne s'importent pas ensemble" in erreurs
    code, _, erreurs = run("check", table, "--seuil", "40", "--epsg", "2154")
    assert code == 2
    assert "--epsg, --seuil : pour une couche de polygones seulement" in erreurs
    code, _, erreurs = run("check", table, "--couche", "cpts")
    assert code == 1
    assert "aucune couche de polygones reconnue" in erreurs


@pytest.mark.parametrize(
    "octets", [b'{"type": "FeatureCollection"', b"PAR1xx", b"fgb\x03fgb\x00zz"]
)
def test_a_damaged_layer_gets_a_sentence_and_changes_nothing(run, tmp_path, octets):
    (tmp_path / "c.geojson").write_bytes(octets)
    code, sortie, erreurs = run("import", tmp_path / "c.geojson")
    assert code == 1
    assert "→" in sortie + erreurs
    assert open_depot().versions() == []


def test_the_object_has_what_the_page_has(run, couche, tmp_path):
    dit = json.loads(run("check", "--json", *couche(COUCHE.assign(note=["x", "y"])))[1])
    assert {k: dit[k] for k in ("forme", "couche", "epsg", "seuil_pct", "compter", "bloquant")} == {
        "forme": "couche",
        "couche": "couche.geojson",
        "epsg": 2154,
        "seuil_pct": 50,
        "compter": "habitants",
        "bloquant": False,
    }
    assert dit["cpts"] == {NORD: 2, SUD: 2}
    assert {"titre": "note", "role": None} in dit["colonnes"]
    (regarder,) = dit["communes_a_regarder"]
    assert (regarder["code_commune"], regarder["habitants_en_jeu"]) == (D, 320)
    assert regarder["parts_pct"] == pytest.approx({NORD: 60.0, SUD: 40.0})
    assert regarder["mairie"] == [NORD]
    assert (regarder["proposee"], regarder["decidee"]) == (f"entiere:{NORD}", None)
    assert f"entiere:{SUD}" in regarder["decisions"]
    assert {e["cpts"]: e["population_en_plus"] for e in dit["ecarts"]} == {NORD: 320, SUD: 0}
    # What cannot be read is an object too.
    (tmp_path / "vide.geojson").write_bytes(b'{"type": "FeatureCollection", "features": []}')
    code, sortie, _ = run("check", "--json", tmp_path / "vide.geojson")
    vide = json.loads(sortie)
    assert code == 1
    assert vide.keys() == dit.keys()
    assert (vide["bloquant"], vide["couche"], len(vide["remarques"])) == (True, None, 1)
    assert vide["remarques"][0]["id"]


def test_a_layer_without_a_name_is_blocked_with_its_titles(run, couche):
    sans = COUCHE.drop(columns="nom").assign(valeur=[1, 2])
    code, sortie, _ = run("check", "--json", *couche(sans))
    assert code == 1
    assert {"titre": "valeur", "role": None} in json.loads(sortie)["colonnes"]
    assert "--colonne cpts=TITRE" in run("check", *couche(sans))[2]


def test_an_attribute_does_not_drive_the_terminal(run, couche):
    hostile = make({"CPTS \x1b[31m\u202eX": cover(0, 0, 1.4, 1), SUD: cover(1.4, 0, 2, 1)})
    _, sortie, erreurs = run("check", *couche(hostile))
    assert not re.search(r"[\x1b\u202e]", sortie + erreurs)
