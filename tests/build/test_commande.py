"""The command line: one French message on failure, the shipped bytes on success."""

import os

import pytest
from typer.testing import CliRunner

from geo.build.__main__ import DATA, app
from geo.build.paquets import DECOUPAGE

FABRIQUES = [
    "cog.csv",
    "communes.geojson",
    "communes_absorbees.csv",
    "cpts.csv",
    "departements.csv",
    "variables/population_2017.csv",
]


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_an_altered_package_stops_the_build_with_one_message_and_no_file(tmp_path):
    cache, out = tmp_path / "cache", tmp_path / "out"
    cache.mkdir()
    (cache / DECOUPAGE.fichier).write_bytes(b"autre chose")
    resultat = run("--cache", cache, "--out", out)
    assert resultat.exit_code == 1
    assert "Construction impossible." in resultat.stderr
    assert "Traceback" not in resultat.output
    assert not out.exists()


@pytest.mark.reseau
@pytest.mark.skipif(
    os.environ.get("CPTS_TEST_RESEAU") != "1",
    reason="télécharge les paquets : CPTS_TEST_RESEAU=1 pour le lancer",
)
def test_the_packages_give_back_the_shipped_files_byte_for_byte(tmp_path):
    resultat = run("--cache", tmp_path / "cache", "--out", tmp_path / "out")
    assert resultat.exit_code == 0, resultat.output
    out = tmp_path / "out"
    ecrits = [c.relative_to(out).as_posix() for c in out.rglob("*") if c.is_file()]
    assert sorted(ecrits) == FABRIQUES
    for nom in FABRIQUES:
        assert (tmp_path / "out" / nom).read_bytes() == (DATA / nom).read_bytes(), nom
