"""What was chosen of a file is found again when it is given again, in another session."""

import json

import pytest

from geo.importation.correspondance import CROISE
from rendu.mots.importation import FORME, LIBELLES
from tests.pages.test_donnees import open_donnees, texts, widget

TABLE = b"Code INSEE;Nom;Territoire;CPTS 2023;CPTS 2025\n21001;a;T;CPTS Essai Nord;CPTS Essai Sud\n"
REPRIS = "Choix repris"


pytestmark = pytest.mark.usefixtures("versions_a_part")


def open_table(nom="table_synthetique.csv", contenu=TABLE):
    app = open_donnees((nom, contenu))
    assert not app.exception
    return app


def run(element):
    app = element.run()
    assert not app.exception
    return app


def column(app, role):
    return widget(app.selectbox, LIBELLES[role]).value


def test_what_was_chosen_of_a_file_is_found_again_and_said():
    app = open_table()
    assert REPRIS not in texts(app)
    app = run(widget(app.radio, "Plusieurs colonnes donnent une CPTS").set_value(4))
    app = run(widget(app.selectbox, LIBELLES["commune"]).set_value(-1))
    # The name of the file says nothing: its content does.
    suivante = open_table("autre_synthetique.csv")
    assert REPRIS in texts(suivante)
    assert (column(suivante, "cpts"), column(suivante, "commune")) == (4, -1)
    assert REPRIS not in texts(open_table(contenu=TABLE + b"21002;b;T;x;y\n"))


def test_one_starts_from_nothing_again_on_demand():
    app = open_table()
    app = run(widget(app.selectbox, LIBELLES["commune"]).set_value(2))
    suivante = open_table()
    assert column(suivante, "commune") == 2
    suivante = run(widget(suivante.button, "Repartir de zéro").click())
    assert REPRIS not in texts(suivante)
    assert column(suivante, "commune") == 1
    apres = open_table()
    assert (column(apres, "commune"), REPRIS in texts(apres)) == (1, False)


def test_what_nobody_chose_is_not_kept(tmp_path):
    open_table()
    open_table()
    assert list(tmp_path.rglob("choix/*")) == []


def test_who_imports_is_kept_nowhere(tmp_path):
    contenu = b"Code INSEE;CPTS Essai Nord;CPTS Essai Sud\n21001;x;\n21002;;x\n"
    app = open_table(contenu=contenu)
    assert widget(app.selectbox, FORME).value == CROISE
    app = run(widget(app.text_input, "Votre nom").set_value("Camille"))
    run(widget(app.multiselect, "Départements que cette table").set_value(["21"]))
    (garde,) = tmp_path.rglob("choix/*.json")
    assert "Camille" not in garde.read_text(encoding="utf-8")
    assert ["21"] in json.loads(garde.read_text(encoding="utf-8")).values()
    suivante = open_table(contenu=contenu)
    assert widget(suivante.multiselect, "Départements que cette table").value == ["21"]


def test_a_damaged_memory_is_no_memory(tmp_path):
    app = open_table()
    run(widget(app.selectbox, LIBELLES["commune"]).set_value(2))
    (garde,) = tmp_path.rglob("choix/*.json")
    garde.write_text("[1", encoding="utf-8")
    assert column(open_table(), "commune") == 1
