"""The table to fill in, on the drawing of four squares (``tests/geo/dessin.py``)."""

import dataclasses

import pandas as pd
import pytest

from geo.chargement import load
from geo.export import to_csv
from geo.importation.choix import Choix
from geo.importation.modele import make_modele
from geo.importation.service import check, read_file
from tests.geo.dessin import A, B, C, D, write_dossier


@pytest.fixture(scope="module")
def dessin(tmp_path_factory):
    return load(write_dossier(tmp_path_factory.mktemp("data")))


def test_each_commune_of_the_study_area_is_there_with_its_cpts(dessin):
    table = make_modele(dessin)
    assert table[["code_commune", "departement", "cpts"]].to_numpy().tolist() == [
        [A, "21", "CPTS Ouest"],
        [B, "21", "CPTS Ouest"],
        [C, "70", "CPTS Est"],
        [D, "70", ""],
    ]


def test_a_commune_in_two_cpts_has_two_rows(dessin):
    deux = dessin.adhesions.assign(cpts_id="cpts-loin")
    toutes = dataclasses.replace(dessin, adhesions=pd.concat([deux, dessin.adhesions]))
    assert make_modele(toutes)["code_commune"].to_list() == [A, A, B, B, C, C, D]


def test_the_import_reads_it_as_it_is_and_finds_the_same_memberships(atlas):
    fichier = read_file("modele.csv", to_csv(make_modele(atlas)))
    assert set(fichier.correspondance.colonnes) == {
        "code_commune",
        "commune",
        "departement",
        "cpts",
    }
    diagnostic = check([fichier], atlas, Choix()).diagnostic
    lues = diagnostic.adhesions.assign(
        cpts_id=diagnostic.adhesions["nom_cpts"].map(diagnostic.cpts["cpts_id"])
    )
    etude = atlas.adhesions["code_commune"].map(atlas.communes["etude"])
    attendues = atlas.adhesions.loc[etude, ["cpts_id", "code_commune"]]
    assert set(lues[["cpts_id", "code_commune"]].itertuples(index=False, name=None)) == set(
        attendues.itertuples(index=False, name=None)
    )
    assert not diagnostic.bloquant
