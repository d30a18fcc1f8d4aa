"""On the page, the shape of a table is said and chosen, as on the command line."""

import io

import openpyxl
import pytest

from geo.chargement import load
from geo.importation.correspondance import CROISE, PLUSIEURS
from geo.importation.versions import open_depot
from rendu.mots.importation import LIBELLES
from tests.pages.test_donnees import open_donnees, put_in_use, table_with, texts, widget

NORD, SUD = "CPTS Essai Nord", "CPTS Essai Sud"


pytestmark = pytest.mark.usefixtures("versions_a_part")


def in_use():
    atlas = load(open_depot().actuel())
    noms = atlas.fiches["nom"]
    return {
        code: nom
        for code, nom in zip(
            atlas.adhesions["code_commune"], atlas.adhesions["cpts_id"].map(noms), strict=True
        )
        if nom in {NORD, SUD}
    }


def names(app):
    return table_with(app, LIBELLES["cpts"])[LIBELLES["cpts"]].tolist()


def test_a_cross_table_is_said_and_put_in_use():
    contenu = f"Code INSEE;{NORD};{SUD}\n21001;x;\n21002;;x\n".encode()
    app = open_donnees(("croise_synthetique.csv", contenu))
    assert widget(app.selectbox, "Forme de la table").value == CROISE
    assert "tableau croisé" in texts(app)
    assert "--" not in texts(app)
    put_in_use(app)
    assert in_use() == {"21001": NORD, "21002": SUD}


def test_of_two_columns_the_planner_chooses_one_or_both():
    contenu = f"Code INSEE;CPTS 2023;CPTS 2025\n21001;{NORD};{SUD}\n21002;{NORD};{SUD}\n".encode()
    app = open_donnees(("deux_synthetique.csv", contenu))
    assert "rien ne dit laquelle vaut" in texts(app)
    assert "--" not in texts(app)
    question = widget(app.radio, "Plusieurs colonnes donnent une CPTS")
    question.set_value(2).run()
    assert not app.exception
    assert "rien ne dit laquelle vaut" not in texts(app)
    assert names(app) == [SUD, SUD]
    widget(app.selectbox, "Forme de la table").set_value(PLUSIEURS).run()
    assert not app.exception
    assert names(app) == [NORD, SUD, NORD, SUD]


def test_what_the_workbook_hides_is_told_and_left_out_by_one_choice():
    classeur = openpyxl.Workbook()
    for ligne in (["Code INSEE", "CPTS"], ["21001", NORD], ["21002", SUD]):
        classeur.active.append(ligne)
    classeur.active.row_dimensions[3].hidden = True
    octets = io.BytesIO()
    classeur.save(octets)
    app = open_donnees(("masque_synthetique.xlsx", octets.getvalue()))
    assert "1 ligne masquée ou filtrée" in texts(app)
    assert "--" not in texts(app)
    assert names(app) == [NORD, SUD]
    widget(app.checkbox, "Laisser de côté ce que le classeur masque").check().run()
    assert not app.exception
    assert names(app) == [NORD]
