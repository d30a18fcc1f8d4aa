"""« python -m geo couche »: a whole file or none, and nothing overwritten unasked."""

import geopandas as gpd
import pytest

from geo.__main__ import main
from geo.couche_cpts import NOM_COUCHE
from tests.geo.dessin import write_dossier


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    write_dossier(tmp_path / "data")
    monkeypatch.setenv("CPTS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CPTS_VAR_DIR", str(tmp_path / "var"))

    def execute(*arguments):
        code = main(["couche", *map(str, arguments)])
        sortie = capsys.readouterr()
        return code, sortie.out, sortie.err

    return execute


@pytest.mark.parametrize("nom", ["c.geojson", "c.GPKG", "c.zip"])
def test_it_writes_the_layer_in_the_format_of_the_name(run, tmp_path, nom):
    code, sortie, erreurs = run("--vers", tmp_path / nom)
    assert (code, erreurs) == (0, "")
    assert "2 territoires" in sortie
    couche = NOM_COUCHE if nom.endswith("GPKG") else None
    assert len(gpd.read_file(tmp_path / nom, layer=couche)) == 2
    assert {chemin.name for chemin in tmp_path.iterdir()} == {"data", nom}


def test_it_overwrites_only_when_told(run, tmp_path):
    vers = tmp_path / "c.geojson"
    vers.write_text("à moi", encoding="utf-8")
    code, _, erreurs = run("--vers", vers)
    assert code == 2
    assert "--remplacer" in erreurs
    assert vers.read_text(encoding="utf-8") == "à moi"
    assert run("--vers", vers, "--remplacer")[0] == 0
    assert len(gpd.read_file(vers)) == 2


@pytest.mark.parametrize(
    ("nom", "dit"),
    [
        ("c.shp", "doit finir par l'un de : .geojson, .gpkg, .zip"),
        ("sans-extension", "doit finir par"),
        ("absent/c.zip", "n'existe pas"),
        ("dossier.zip", "est un dossier"),
    ],
)
def test_it_says_in_french_what_is_wrong(run, tmp_path, nom, dit):
    (tmp_path / "dossier.zip").mkdir()
    code, sortie, erreurs = run("--vers", tmp_path / nom, "--remplacer")
    assert (code, sortie) == (2, "")
    assert dit in erreurs


def test_a_file_that_cannot_be_written_leaves_the_old_one(run, tmp_path, monkeypatch):
    vers = tmp_path / "c.zip"
    vers.write_bytes(b"ancien")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", fail)
    code, _, erreurs = run("--vers", vers, "--remplacer")
    assert code == 1
    assert "n'a pas pu être écrit" in erreurs
    assert vers.read_bytes() == b"ancien"
    assert not list(tmp_path.glob(".couche-*"))
