"""A national folder says that it is synthetic, or is not written."""

import pandas as pd
import pytest
from typer.testing import CliRunner

from geo.build.__main__ import app
from geo.build.erreurs import ConstructionImpossible
from geo.build.france import check_out, draw_france, list_metropole


@pytest.mark.parametrize("nom", ["france-synthetique", "Synthétique 2026"])
def test_a_folder_whose_name_says_so_is_accepted(tmp_path, nom):
    check_out(tmp_path / nom)


def test_a_folder_whose_name_hides_it_is_refused_before_any_download(tmp_path):
    arguments = ["--france", "--out", str(tmp_path / "france"), "--cache", str(tmp_path / "cache")]
    resultat = CliRunner().invoke(app, arguments)
    assert resultat.exit_code == 1
    assert "synthetique" in resultat.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_other_communes_is_refused(tmp_path):
    out = tmp_path / "synthetique"
    out.mkdir()
    (out / "communes.geojson").write_text("{}", encoding="utf-8")
    with pytest.raises(ConstructionImpossible, match=r"communes\.geojson"):
        check_out(out)


def test_overseas_departments_are_left_out():
    departements = pd.DataFrame({"code_departement": ["01", "2A", "971"]})
    assert list_metropole(departements) == {"01", "2A"}


def test_a_list_of_another_year_is_refused(carres):
    communes = pd.DataFrame({"code_commune": ["a"], "nom": ["A"], "population": [1]})
    vides = carres.to_frame("geometry").iloc[:0]
    with pytest.raises(ConstructionImpossible, match="1 communes et 1 habitants en métropole"):
        draw_france(communes, vides, vides, {})
