"""A layer up to the tables that it makes: names united before it is laid, projects left aside, what is kept of decisions."""

import io

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.chargement import load
from geo.couches.attribution import PARTAGEE, Regle
from geo.couches.decoupage import read_elsewhere, recall_decisions, write_decoupage
from geo.couches.lecture import Demande
from geo.couches.service import (
    check_couche,
    keep_names,
    lay,
    list_near_names,
    make_table,
    read,
    split,
    tell,
)
from geo.importation.choix import Choix
from tests.geo.dessin import A, C, D, square, write_dossier


@pytest.fixture(scope="module")
def atlas(tmp_path_factory):
    return load(write_dossier(tmp_path_factory.mktemp("couche") / "data"))


def read_layer(atlas, *lignes):
    """Read rows of a name, a stage, and the place and width of a strip of the commune D or of a whole one."""
    couche = gpd.GeoDataFrame(
        {"nom_cpts": [nom for nom, *_ in lignes], "statut": [statut for _, statut, *_ in lignes]},
        geometry=[forme for *_, forme in lignes],
        crs=2154,
    )
    octets = io.BytesIO()
    couche.to_file(octets, driver="GeoJSON")
    return read([("couche_synthetique.geojson", octets.getvalue())], Demande(), atlas)


def strip(debut, fin):
    """Return a vertical strip of the commune D, in shares of its side."""
    x0, y0, x1, y1 = square(1, 1).bounds
    return shapely.box(x0 + debut * (x1 - x0), y0, x0 + fin * (x1 - x0), y1)


def adhesions(decoupage):
    table = decoupage.attribution.adhesions
    return table.set_index(["cpts", "code_commune"])["part"].to_dict()


def test_a_name_written_in_two_ways_is_one_cpts_before_anything_is_given(atlas):
    couche = read_layer(
        atlas,
        ("CPTS Grand Val", "", strip(0, 0.3)),
        ("CPTS  Grand Val", "", strip(0.3, 0.6)),
        ("CPTS Zed", "", strip(0.6, 1)),
    )
    donnees = adhesions(split(lay(keep_names(couche, {}), atlas), Regle()))
    assert donnees == {("CPTS Grand Val", D): 1.0}


def test_names_that_are_united_by_hand_are_one_cpts_before_anything_is_given(atlas):
    couche = read_layer(
        atlas, ("CPTS Alpha", "", strip(0, 0.3)), ("CPTS d'Alpha", "", strip(0.3, 0.7))
    )
    assert list_near_names(couche) == [("CPTS Alpha", "CPTS d'Alpha")]
    assert set(adhesions(split(lay(keep_names(couche, {}), atlas), Regle())).values()) == {0.3, 0.4}
    unies = keep_names(couche, {"CPTS d'Alpha": "CPTS Alpha"})
    assert adhesions(split(lay(unies, atlas), Regle())) == {("CPTS Alpha", D): 1.0}


def test_an_abandoned_project_takes_nothing_and_is_told(atlas):
    couche = read_layer(
        atlas,
        ("CPTS Vive", "ACI signé", strip(0, 0.45)),
        ("CPTS Finie", "Projet abandonné", strip(0.45, 1)),
    )
    decoupage = split(lay(keep_names(couche, {}), atlas), Regle())
    assert adhesions(decoupage) == {}
    assert "polygones_abandonnes" in {remarque.identifiant for remarque in tell(decoupage)}


def test_a_share_says_by_what_it_is_estimated(atlas):
    couche = read_layer(atlas, ("CPTS X", "", strip(0, 0.45)), ("CPTS Y", "", strip(0.45, 1)))
    decoupage = split(lay(couche, atlas), Regle(decisions={D: PARTAGEE}))
    verification = check_couche(make_table(decoupage, atlas), tell(decoupage), atlas, Choix())
    dites = verification.anomalies
    [message] = dites.loc[dites["genre"] == "commune_partagee", "message"]
    assert "parts estimées par la surface" in message


def test_what_was_decided_of_communes_that_a_layer_does_not_touch_is_kept(atlas, tmp_path):
    ici = read_layer(atlas, ("CPTS X", "", strip(0, 0.45)), ("CPTS Y", "", strip(0.45, 1)))
    pose = lay(ici, atlas)
    decidee = split(pose, Regle(decisions={D: PARTAGEE}))
    rien = read_elsewhere(tmp_path, pose.parts)
    premier = write_decoupage(decidee.attribution, decidee.regle, {}, "s1", gardees=rien)
    (tmp_path / "decoupage.csv").write_bytes(premier)
    assert recall_decisions(tmp_path, pose.parts) == {D: PARTAGEE}
    ailleurs = lay(read_layer(atlas, ("CPTS Z", "", square(0, 0))), atlas)
    suivant = split(ailleurs, Regle(decisions={A: "aucune"}))
    gardees = read_elsewhere(tmp_path, ailleurs.parts)
    second = write_decoupage(suivant.attribution, suivant.regle, {}, "s2", gardees=gardees)
    (tmp_path / "decoupage.csv").write_bytes(second)
    assert recall_decisions(tmp_path, pose.parts) == {D: PARTAGEE}
    table = pd.read_csv(tmp_path / "decoupage.csv", dtype="str")
    assert set(table["code_commune"]) == {A, D}
    assert C not in set(table["code_commune"])
