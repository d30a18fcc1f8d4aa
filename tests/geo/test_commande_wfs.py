"""The command line of services: what it lists, writes and refuses."""

import json

import pytest

from geo.__main__ import main
from tests.serveur_wfs import NOM, TITRE, serve


@pytest.fixture
def wfs(monkeypatch, tmp_path):
    monkeypatch.setenv("CPTS_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("CPTS_LECTURE_SEULE", raising=False)
    with serve() as service:
        monkeypatch.setenv("CPTS_WFS", service.adresse)
        yield service


@pytest.fixture
def run(capsys):
    def execute(*arguments):
        code = main(["wfs", *map(str, arguments)])
        sortie = capsys.readouterr()
        return code, sortie.out, sortie.err

    return execute


def test_the_layers_are_listed(run, wfs):
    code, sortie, erreurs = run(wfs.adresse)
    assert (code, erreurs) == (0, "")
    assert sortie.splitlines() == [f"{NOM}  {TITRE}", "GCS:ARS"]


def test_a_layer_is_written_and_its_copy_serves_without_the_service(run, wfs, tmp_path):
    code, sortie, _ = run(wfs.adresse, NOM, "--vers", tmp_path / "a.geojson")
    assert (code, "7 objets" in sortie) == (0, True)
    assert json.loads((tmp_path / "a.geojson").read_bytes())["features"] == wfs.objets
    demandes = len(wfs.demandes)
    code, sortie, _ = run(wfs.adresse, NOM, "--vers", tmp_path / "b.geojson", "--copie")
    assert (code, "copie du" in sortie, len(wfs.demandes)) == (0, True, demandes)
    assert (tmp_path / "b.geojson").read_bytes() == (tmp_path / "a.geojson").read_bytes()
    # And is told of when the service fails.
    wfs.defauts = {None: "html"}
    code, _, erreurs = run(wfs.adresse, NOM, "--vers", tmp_path / "c.geojson")
    assert (code, "page web" in erreurs, "--copie" in erreurs) == (1, True, True)
    assert not (tmp_path / "c.geojson").exists()


def test_a_layer_that_nothing_proves_whole_is_told_each_time(run, wfs, tmp_path):
    assert "rien ne prouve" not in run(wfs.adresse, NOM, "--vers", tmp_path / "a.geojson")[1]
    wfs.defauts = {None: "sans_total"}
    for nom, *copie in (("b",), ("c", "--copie")):
        code, sortie, _ = run(wfs.adresse, NOM, "--vers", tmp_path / nom, *copie)
        assert (code, "7 objets" in sortie, "rien ne prouve" in sortie) == (0, True, True)


def test_what_is_refused_asks_nothing(run, wfs, tmp_path, monkeypatch):
    (tmp_path / "a.geojson").touch()
    assert run(wfs.adresse, NOM)[0] == 2
    assert run(wfs.adresse, "--copie")[0] == 2
    assert run(wfs.adresse, NOM, "--vers", tmp_path / "a.geojson")[0] == 2
    code, _, erreurs = run("10.0.0.1", NOM, "--vers", tmp_path / "b.geojson")
    assert (code, "n'est pas un service permis" in erreurs) == (1, True)
    code, _, erreurs = run(wfs.adresse, NOM, "--vers", tmp_path / "b.geojson", "--copie")
    assert (code, "Aucune copie" in erreurs) == (1, True)
    monkeypatch.setenv("CPTS_LECTURE_SEULE", "1")
    assert run(wfs.adresse, NOM, "--vers", tmp_path / "b.geojson")[0] == 2
    monkeypatch.setenv("CPTS_WFS", "")
    code, _, erreurs = run(wfs.adresse)
    assert (code, "CPTS_WFS=" in erreurs) == (1, True)
    assert wfs.demandes == []


def test_a_file_that_cannot_be_written_is_said(run, wfs, tmp_path):
    code, _, erreurs = run(wfs.adresse, NOM, "--vers", tmp_path / "absent" / "a.geojson")
    assert (code, "n'a pas pu être écrite" in erreurs) == (1, True)
