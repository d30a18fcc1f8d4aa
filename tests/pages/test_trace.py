"""The tab « Trace »: who did what, restricted, downloaded, and shown to administrators where there are accounts."""

import datetime as dt
from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geo.base.actions import IMPORT, RETOUR
from geo.base.connexion import open_base
from geo.base.trace import note_acte
from geo.export import to_csv, to_xlsx
from ui.donnees import trace

pytestmark = pytest.mark.usefixtures("versions_a_part")

EMPREINTE = "ab" * 32


def draw():
    from ui.donnees.trace import draw_trace  # noqa: PLC0415 - the script of the page

    draw_trace()


def open_trace() -> AppTest:
    app = AppTest.from_function(draw, default_timeout=60).run()
    assert not app.exception
    return app


def note(auteur, action=IMPORT, **autres):
    with open_base().write() as connexion:
        note_acte(
            connexion, identifiant="", auteur=auteur, action=action, objet="version 1", **autres
        )


@pytest.fixture
def actes(versions_a_part):  # noqa: ARG001
    note("Camille", fichier="table.csv", empreinte=EMPREINTE)
    note("Dominique", fichier="<img src=x onerror=1> **x** =1+1")
    note("Camille", RETOUR)


def captions(app):
    return " ".join(element.value for element in app.caption)


def test_where_nothing_was_done_it_says_so():
    app = open_trace()
    assert "Rien n'a encore été" in captions(app)
    assert not app.dataframe
    assert not app.get("download_button")


@pytest.mark.usefixtures("actes")
def test_the_latest_act_comes_first_and_what_is_asked_restricts_them():
    app = open_trace()
    assert list(app.dataframe[0].value["Auteur"]) == ["Camille", "Dominique", "Camille"]
    assert app.dataframe[0].value["SHA-256 du fichier"].iloc[-1] == EMPREINTE
    assert len(app.get("download_button")) == 2
    app.selectbox(key="trace_auteur").select("Camille").run()
    app.selectbox(key="trace_action").select(RETOUR).run()
    assert list(app.dataframe[0].value["Action"]) == ["Retour à une version"]
    assert "1 acte." in captions(app)
    hier = dt.datetime.now(tz=dt.UTC).date() - dt.timedelta(days=30)
    app.date_input(key="trace_periode").set_value((hier, hier)).run()
    assert app.dataframe[0].value.empty
    assert not app.exception


@pytest.mark.usefixtures("actes")
def test_a_screen_of_them_is_shown_and_the_files_have_all(monkeypatch):
    monkeypatch.setattr(trace, "MONTRES", 2)
    app = open_trace()
    assert len(app.dataframe[0].value) == 2
    assert "les 2 derniers sont montrés" in captions(app)
    tableau = trace.tell_trace(trace.read_actes(open_base()))
    lu = pd.read_csv(BytesIO(to_csv(tableau)), sep=";")
    assert len(lu) == 3
    feuilles = pd.read_excel(
        BytesIO(to_xlsx({"Trace": tableau}, trace.SANS_SOURCES)), sheet_name=None, engine="calamine"
    )
    assert list(feuilles["Trace"]["Auteur"]) == ["Camille", "Dominique", "Camille"]
    assert isinstance(feuilles["Trace"]["Date"].iloc[0], dt.datetime)


@pytest.mark.usefixtures("actes")
@pytest.mark.parametrize(("administrateur", "vue"), [(False, False), (True, True)])
def test_with_accounts_only_an_administrator_sees_it(monkeypatch, administrateur, vue):
    monkeypatch.setattr(trace, "has_comptes", lambda: True)
    monkeypatch.setattr(trace, "session_may", lambda _: administrateur)
    app = open_trace()
    assert bool(app.dataframe) is vue
    assert ("compte d'administrateur" in captions(app)) is not vue


def test_a_base_that_does_not_answer_is_told():
    dossier = Path(open_base().moteur._dossier)
    dossier.mkdir(parents=True)
    (dossier / "atelier.sqlite").write_text("ce n'est pas une base")
    app = open_trace()
    assert "endommagé" in app.error[0].value
