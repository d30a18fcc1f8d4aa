"""The page of the workshop without a browser: scenarios begun, kept, compared, taken away and put in use."""

import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from streamlit.testing.v1 import AppTest

from geo.atelier.composition import take_composition
from geo.atelier.gestes import read_geste
from geo.base.actions import SCENARIO_EN_SERVICE
from geo.base.sqlite import FICHIER
from geo.chargement import load
from geo.importation.versions import open_depot
from rendu.supports.atelier_fichiers import scenario_csv
from tests.geo.dessin import A, D, write_dossier
from tests.trace import last_acte
from ui.atelier.emporter import write_paper, write_word
from ui.atelier.etablis import get_journal, open_etabli
from ui.serveur import ecriture

RACINE = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.usefixtures("versions_a_part")


@pytest.fixture(autouse=True)
def dessin(tmp_path, monkeypatch) -> Path:
    """Put the drawing of five communes in use."""
    dossier = write_dossier(tmp_path / "data")
    monkeypatch.setenv("CPTS_DATA_DIR", str(dossier))
    return dossier


@pytest.fixture
def ici(monkeypatch):
    """Work in this process: another one takes seconds to start."""
    for module in ("importation", "mise_en_service"):
        monkeypatch.setattr(
            f"ui.atelier.{module}.work", lambda fonction, *arguments: fonction(*arguments)
        )


def open_atelier(scenario: str | None = None, onglet: str | None = None) -> AppTest:
    app = AppTest.from_file(str(RACINE / "app.py"), default_timeout=60)
    if scenario:
        app.query_params["scenario"] = scenario
    if onglet:
        app.session_state["atelier_onglets"] = onglet
    app.switch_page("pages/atelier.py").run()
    assert not app.exception
    return app


def begin(nom: str = "Essai", **gestes: str) -> str:
    scenario = get_journal().create(
        take_composition(load(open_depot().actuel())),
        nom=nom,
        auteur="ARS",
        note="pour voir",
        version_depart=0,
    )
    for cle, cpts_id in gestes.items():
        give(scenario, cle, cpts_id)
    return scenario


def give(scenario: str, code: str, cpts_id: str) -> None:
    geste = read_geste({"genre": "attribuer", "vers": {cpts_id: [code]}})
    assert open_etabli(scenario).play([(code, geste)]) == []


def moved() -> str:
    """Begin a scenario that gives a commune of nobody to the CPTS Est."""
    return begin(**{D: "cpts-est"})


def texts(app: AppTest) -> str:
    groupes = (
        *(app.title, app.header, app.markdown, app.caption, app.info, app.warning, app.error),
        *(app.success, app.toast),
    )
    return re.sub(
        r"\s", " ", "\n".join(element.value for groupe in groupes for element in groupe)
    ).replace("\\", "")


def widget(elements, label: str):
    return next(element for element in elements if element.label.startswith(label))


def labels(elements) -> list[str]:
    return [element.label for element in elements]


def test_a_scenario_is_begun_and_opened():
    app = open_atelier()
    assert [titre.value for titre in app.title] == ["Atelier"]
    assert "Aucun scénario" in texts(app)
    widget(app.text_input, "Nom du scénario").set_value("Lure & *Vesoul*")
    widget(app.text_input, "Votre nom").set_value("CPAM 70")
    widget(app.button, "Commencer").click().run()
    assert not app.exception
    (scenario,) = get_journal().scenarios()
    assert (scenario.nom, scenario.auteur, scenario.gestes) == ("Lure & *Vesoul*", "CPAM 70", 0)
    assert app.query_params["scenario"] == scenario.scenario_id
    texte = texts(app)
    assert "Atelier : Lure & *Vesoul*" in texte
    assert "Projet, sans valeur tant que non signé" in texte
    assert "Rien ne diffère encore des données en service" in texte


def test_a_scenario_without_a_name_is_not_begun():
    app = open_atelier()
    widget(app.button, "Commencer").click().run()
    assert "Donnez un nom au scénario." in texts(app)
    assert get_journal().scenarios() == []


def test_the_list_says_each_scenario_and_links_to_it():
    scenario = moved()
    app = open_atelier()
    texte = texts(app)
    assert "**Essai**" in texte
    assert "ARS · créé le" in texte
    assert "1 geste, retours compris · départ : données d'origine" in texte
    assert "pour voir" in texte
    liens = [lien.proto for lien in app.get("page_link") if lien.proto.label == "Ouvrir"]
    assert [lien.query_string for lien in liens] == [f"scenario={scenario}"]


def test_a_copy_is_opened_with_the_gestures_of_its_model():
    scenario = moved()
    app = open_atelier()
    widget(app.button, "Dupliquer").click().run()
    copie = app.query_params["scenario"]
    assert copie != scenario
    assert get_journal().find(copie).nom == "Copie de Essai"
    assert open_etabli(copie).etat == open_etabli(scenario).etat


def test_a_scenario_is_withdrawn_and_put_back():
    begin()
    app = open_atelier()
    widget(app.button, "Retirer").click().run()
    assert get_journal().scenarios() == []
    assert "Retirés (1)" in labels(app.expander)
    widget(app.button, "Remettre").click().run()
    assert [s.nom for s in get_journal().scenarios()] == ["Essai"]
    assert "Retirés (1)" not in labels(app.expander)


def test_an_unknown_scenario_is_said_calmly_with_the_list():
    begin("Un autre")
    app = open_atelier("0123456789abcdef")
    texte = texts(app)
    assert "Ce scénario n'existe pas sur ce serveur." in texte
    assert "**Un autre**" in texte
    assert not app.error


@pytest.mark.usefixtures("ici")
def test_the_exported_table_gives_the_same_composition():
    etabli = open_etabli(moved())
    table = scenario_csv(etabli.chantier.atlas, etabli.etat.composition())
    app = open_atelier()
    app.file_uploader[0].set_value([("composition.csv", table, "text/csv")]).run()
    assert not app.exception
    app.text_input(key="atelier_table_nom").set_value("Relu")
    widget(app.button, "Commencer un scénario de cette table").click().run()
    assert not app.exception
    relu = open_etabli(app.query_params["scenario"])
    assert relu.scenario.nom == "Relu"
    assert relu.etat.composition() == etabli.etat.composition()
    assert relu.touchees == etabli.touchees


@pytest.mark.usefixtures("ici")
def test_a_file_that_is_no_table_is_refused_in_french():
    app = open_atelier()
    app.file_uploader[0].set_value([("x.pdf", b"%PDF-1.7 x", "application/pdf")]).run()
    assert "c'est un document PDF" in texts(app)
    assert not [b for b in app.button if b.label.startswith("Commencer un")]


def test_a_server_that_is_read_only_opens_and_exports_and_writes_nothing(monkeypatch):
    scenario = moved()
    monkeypatch.setenv("CPTS_LECTURE_SEULE", "1")
    app = open_atelier()
    assert "lecture seule" in texts(app)
    assert not [b for b in labels(app.button) if b in {"Commencer", "Dupliquer", "Retirer"}]
    assert "Ouvrir" in [lien.proto.label for lien in app.get("page_link")]
    app = open_atelier(scenario)
    assert {"Word", "PDF", "CSV", "Excel", "GeoPackage"} <= set(labels(app.get("download_button")))
    for onglet in ("Nom, auteur, note", "Mettre en service"):
        app = open_atelier(scenario, onglet)
        assert "rien ne s'y enregistre" in texts(app)
        assert "Mettre en usage" not in labels(app.button)
        assert "Enregistrer" not in labels(app.button)


def test_a_password_opens_the_workshop(monkeypatch):
    monkeypatch.setattr(ecriture, "_ouvertes", set())
    monkeypatch.setattr(ecriture, "_echecs", {})
    for nom, valeur in (
        ("CPTS_HOTES", "atlas.example.fr"),
        ("CPTS_ECRITURE", "1"),
        ("CPTS_MOT_DE_PASSE", "quatre mots tirés au sort"),
    ):
        monkeypatch.setenv(nom, valeur)
    app = open_atelier(begin(), "Nom, auteur, note")
    assert "Enregistrer" not in labels(app.button)
    widget(app.text_input, "Mot de passe").set_value("quatre mots tirés au sort")
    widget(app.button, "Ouvrir l'écriture").click().run()
    assert not app.exception
    assert "Enregistrer" in labels(app.button)


def test_the_annex_is_made_of_the_state_at_the_moment():
    scenario = moved()
    assert write_paper(scenario).startswith(b"%PDF")
    document = ZipFile(BytesIO(write_word(scenario))).read("word/document.xml").decode()
    assert "Une autre raison" not in document
    motif = read_geste({"genre": "justifier", "cpts": ["cpts-est"], "motif": "Une autre raison"})
    open_etabli(scenario).play([("motif", motif)])
    document = ZipFile(BytesIO(write_word(scenario))).read("word/document.xml").decode()
    assert "Une autre raison" in document


def test_a_scenario_is_compared_with_the_data_and_with_another():
    scenario, autre = moved(), begin("Témoin")
    app = open_atelier(scenario, "Comparer")
    assert "1 commune change de CPTS" in texts(app)
    assert app.get("image")
    titres = {titre for tableau in app.dataframe for titre in tableau.value.columns}
    assert {"CPTS en service", "CPTS dans ce scénario", "Communes en service"} <= titres
    widget(app.selectbox, "Comparer ce scénario avec").set_value(autre).run()
    titres = {titre for tableau in app.dataframe for titre in tableau.value.columns}
    assert "CPTS dans l'autre scénario" in titres
    widget(app.selectbox, "Comparer ce scénario avec").set_value("").run()
    assert not app.exception


def test_what_is_said_of_a_scenario_is_changed():
    scenario = begin()
    app = open_atelier(scenario, "Nom, auteur, note")
    app.text_input(key=f"atelier_{scenario}_nom").set_value("Autre nom")
    widget(app.button, "Enregistrer").click().run()
    assert get_journal().find(scenario).nom == "Autre nom"
    assert "Atelier : Autre nom" in texts(app)


@pytest.mark.usefixtures("ici")
def test_a_scenario_put_in_use_is_a_version_and_the_way_back_is_said():
    scenario = moved()
    apres = open_etabli(scenario).etat.composition()
    app = open_atelier(scenario, "Mettre en service")
    widget(app.button, "Voir ce que cela changerait").click().run()
    assert not app.exception
    assert "habitant" in texts(app)
    assert open_depot().en_usage() is None
    widget(app.button, "Mettre en usage").click().run()
    assert not app.exception
    version = open_depot().en_usage()
    assert version is not None
    assert (version.numero, version.fichier) == (1, "Essai")
    acte = last_acte()
    assert (acte.action, acte.objet, acte.fichier) == (SCENARIO_EN_SERVICE, "version 1", "Essai")
    assert take_composition(load(open_depot().actuel())) == apres
    texte = texts(app)
    assert "Version 1 en usage" in texte
    assert "commencé sur données d'origine" in texte
    assert "version 1" in texte
    widget(app.button, "Revenir aux données d'origine").click().run()
    assert open_depot().en_usage() is None


@pytest.mark.usefixtures("ici")
def test_a_gesture_made_meanwhile_is_not_put_in_use_unseen():
    scenario = moved()
    app = open_atelier(scenario, "Mettre en service")
    widget(app.button, "Voir ce que cela changerait").click().run()
    verrou = read_geste({"genre": "verrouiller", "codes": [A]})
    open_etabli(scenario).play([("verrou", verrou)])
    widget(app.button, "Mettre en usage").click().run()
    assert not app.exception
    assert open_depot().en_usage() is None
    assert "demandez à nouveau" in texts(app)


def test_a_log_that_cannot_be_read_is_said_in_french():
    dossier = open_depot().dossier
    dossier.mkdir(parents=True)
    (dossier / FICHIER).write_bytes(b"x" * 4096)
    app = open_atelier("0123456789abcdef")
    assert [("endommagé" in erreur.value) for erreur in app.error] == [True]
