"""A layer of a service on a page: listed, fetched, kept, taken again without a network."""

import json
import re

import pytest
from streamlit.testing.v1 import AppTest

from geo.wfs.copies import list_copies
from tests.serveur_wfs import NOM, TITRE, serve

pytestmark = pytest.mark.usefixtures("versions_a_part")


@pytest.fixture
def wfs(monkeypatch):
    with serve() as service:
        monkeypatch.setenv("CPTS_WFS", service.origine)
        yield service


def _page():
    import streamlit as st  # noqa: PLC0415 - the text of this function is a script

    from ui.donnees.wfs import draw_wfs  # noqa: PLC0415

    rendue = draw_wfs("essai")
    if rendue is not None:
        st.session_state["rendue"] = rendue


def open_page():
    app = AppTest.from_function(_page, default_timeout=30).run()
    assert not app.exception
    return app


def press(app, cle):
    app.button(key=f"essai_wfs_{cle}").click().run()
    assert not app.exception


def finish(app):
    """Wait for what is under way, as the fragment of the page does."""
    recherche = app.session_state["essai_wfs"].recherche
    assert recherche is None or recherche.wait(20)
    app.run()
    assert not app.exception


def list_layers(app, chemin="/geoserver/wfs"):
    app.text_input(key="essai_wfs_chemin").set_value(chemin)
    press(app, "lister")
    finish(app)


def said(app):
    textes = (e.value for e in [*app.error, *app.markdown, *app.success, *app.caption])
    return re.sub(r"[\\\u2060]", "", " ".join(textes))


def test_a_layer_is_listed_fetched_and_returned_then_taken_from_its_copy(wfs):
    app = open_page()
    list_layers(app)
    assert app.selectbox(key="essai_wfs_couche").options == [f"{TITRE} ({NOM})", "GCS:ARS"]
    press(app, "chercher")
    finish(app)
    nom, contenu = app.session_state["rendue"]
    assert nom == "GCS_AMBU_CPTS.geojson"
    assert json.loads(contenu)["features"] == wfs.objets
    assert "7 objets" in said(app)
    assert not app.warning

    # After a restart, with a service that is gone.
    demandes = len(wfs.demandes)
    wfs.defauts = {None: "panne"}
    app = open_page()
    press(app, "employer")
    assert app.session_state["rendue"] == (nom, contenu)
    assert len(wfs.demandes) == demandes
    press(app, "laisser")
    assert not app.success


def test_a_failure_is_said_and_the_copy_is_offered(wfs):
    app = open_page()
    list_layers(app)
    press(app, "chercher")
    finish(app)
    press(app, "laisser")
    wfs.defauts = {None: "html"}
    press(app, "chercher")
    finish(app)
    assert "page web" in said(app)
    assert "rendue" in app.session_state
    assert NOM in app.selectbox(key="essai_wfs_copie").options[0]
    assert len(list_copies()) == 1


def test_a_layer_that_nothing_proves_whole_is_told(wfs):
    wfs.defauts = {None: "sans_total"}
    app = open_page()
    list_layers(app)
    press(app, "chercher")
    finish(app)
    assert ["rien ne prouve" in warning.value for warning in app.warning] == [True]


def test_progress_is_shown_and_may_be_stopped(wfs):
    app = open_page()
    list_layers(app)
    wfs.defauts = {None: "lent"}
    press(app, "chercher")
    assert wfs.tenu.wait(20)
    assert [info.value for info in app.info] == ["Demande au service…"]
    autre = open_page()
    autre.text_input(key="essai_wfs_chemin").set_value("/geoserver/wfs")
    press(autre, "lister")
    assert "Une autre recherche" in autre.warning[0].value
    press(app, "arreter")
    finish(app)
    assert not app.error
    assert app.button(key="essai_wfs_chercher")


def test_another_address_typed_is_not_asked(wfs):
    app = open_page()
    list_layers(app, "https://exemple.org/wfs")
    assert "n'est pas un service permis" in said(app)
    list_layers(app, "/geoserver/wfs?service=WFS")
    assert "Ôter le « ? »" in said(app)
    assert wfs.demandes == []


@pytest.mark.usefixtures("wfs")
def test_a_damaged_copy_is_not_returned():
    app = open_page()
    list_layers(app)
    press(app, "chercher")
    finish(app)
    (copie,) = list_copies()
    copie.chemin.write_bytes(b"{}")
    app = open_page()
    # Its bytes may be in memory; a restart has none.
    from ui.donnees import wfs as module  # noqa: PLC0415

    module._get_contenu.clear()
    press(app, "employer")
    assert "abîmée" in app.warning[0].value
    assert "rendue" not in app.session_state


def test_nothing_is_asked_where_nothing_is_allowed(wfs, monkeypatch):
    monkeypatch.setenv("CPTS_WFS", "")
    app = open_page()
    assert "CPTS_WFS=" in app.caption[0].value
    assert not app.button
    monkeypatch.setenv("CPTS_WFS", wfs.origine)
    monkeypatch.setenv("CPTS_LECTURE_SEULE", "1")
    app = open_page()
    assert not app.button
    assert wfs.demandes == []
