"""Pages of a server that has accounts, without a browser: what each role is shown, and what nobody is."""

import time
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from geo.base.connexion import open_base
from geo.base.jetons import find_jeton, list_jetons
from rendu.mots.comptes import JETON_UNE_FOIS, QUI_ECRIT, QUI_REVIENT, REFUS_LECTURE, SANS_COMPTES
from tests.pages.test_donnees import drop, put_in_use, texts, widget
from tests.ui.serveur.test_comptes import sign
from tests.ui.serveur.test_fichier_comptes import AUTH, write

RACINE = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.usefixtures("versions_a_part")


@pytest.fixture
def ouvrir(tmp_path, monkeypatch):
    """Open a page as an account of those roles; without any, as nobody."""

    def _ouvrir(page, *roles, atlas="", nom="Anne Roux"):
        fichier = tmp_path / f"comptes{len(list(tmp_path.iterdir()))}.toml"
        retour = "http://localhost:8501/oauth2callback"
        lignes = 'planificateurs = ["plan"]\nadministrateurs = ["admin"]\n'
        write(fichier, lignes + atlas, redirect_uri=retour)
        monkeypatch.setenv("CPTS_COMPTES", str(fichier))
        cookies = sign(
            {"sub": "sub-7", "name": nom, "iat": time.time(), "roles": list(roles)},
            AUTH["cookie_secret"],
        )
        siens = property(lambda _: cookies if roles else {})
        monkeypatch.setattr(type(st.context), "cookies", siens)
        app = AppTest.from_file(str(RACINE / "app.py"), default_timeout=120)
        app.switch_page(page).run()
        assert not app.exception
        return app

    return _ouvrir


def labels(app):
    return [bouton.label for bouton in app.button]


TABLE = b"code_insee;cpts\n70550;CPTS du Test\n70311;CPTS du Test\n"


def test_whoever_may_not_read_sees_a_title_and_a_button(ouvrir):
    app = ouvrir("pages/donnees.py", atlas="lecture_publique = false")
    assert [t.value for t in app.title] == ["Atlas des CPTS"]
    assert labels(app) == ["Se connecter"]
    assert not app.dataframe
    assert not app.get("page_link")
    assert texts(app) == REFUS_LECTURE
    app = ouvrir(
        "app.py", "autre", atlas='lecture_publique = false\nlecteurs = ["lecture"]', nom="*Paul*"
    )
    assert labels(app) == ["Se déconnecter"]
    assert "*Paul*, mais votre compte n'a aucun rôle" in texts(app)


def test_a_reader_is_told_who_imports(ouvrir):
    app = ouvrir("pages/donnees.py")
    assert QUI_ECRIT in texts(app)
    assert labels(app).count("Se connecter") == 3
    assert not app.file_uploader
    app = ouvrir("pages/donnees.py", "autre")
    assert "Votre compte (Anne Roux) a le rôle de lecteur." in texts(app)
    assert "Se connecter" not in labels(app)
    app = ouvrir("pages/atelier.py", "autre")
    assert "Commencer" not in labels(app)


def test_a_planner_imports_in_his_name_and_an_administrator_returns(ouvrir):
    app = ouvrir("pages/donnees.py", "plan")
    assert QUI_REVIENT in texts(app)
    drop(app, ("table.csv", TABLE))
    assert "Votre nom ou service" not in [champ.label for champ in app.text_input]
    assert "Auteur : Anne Roux, votre compte." in texts(app)
    put_in_use(app)
    # What he has just put in use, he may undo.
    assert "Revenir aux données d'origine" in labels(app)
    versions = next(d.value for d in app.dataframe if "Auteur" in d.value)
    assert next(iter(versions["Auteur"])) == "Anne Roux"
    assert "Revenir à cette version" not in labels(app)
    app = ouvrir("pages/donnees.py", "admin")
    widget(app.button, "Revenir à cette version").click().run()
    assert not app.exception
    assert bool(next(d.value for d in app.dataframe if "Auteur" in d.value)["En usage"].iloc[-1])


def test_a_session_that_ended_writes_nothing_more(ouvrir, monkeypatch):
    app = ouvrir("pages/donnees.py", "plan")
    drop(app, ("table.csv", TABLE))
    put_in_use(app)
    monkeypatch.setattr(type(st.context), "cookies", property(lambda _: {}))
    app.run()
    assert not any(libelle.startswith(("Revenir", "Mettre en usage")) for libelle in labels(app))
    assert QUI_ECRIT in texts(app)


def test_the_page_of_the_account(ouvrir, monkeypatch):
    app = ouvrir("pages/compte.py", "plan")
    assert "Rôle : **planificateur**" in texts(app)
    assert "Compte : Anne Roux" in [lien.label for lien in app.get("page_link")]
    widget(app.button, "Créer un jeton").click().run()
    assert "à quoi sert ce jeton" in texts(app)
    widget(app.text_input, "À quoi il sert").set_value("QGIS *2*")
    widget(app.button, "Créer un jeton").click().run()
    assert JETON_UNE_FOIS in texts(app)
    secret = app.code[0].value
    jeton = find_jeton(open_base(), secret)
    assert (jeton.identifiant, jeton.auteur, jeton.role, jeton.libelle) == (
        "sub-7",
        "Anne Roux",
        2,
        "QGIS *2*",
    )
    app.run()
    assert not app.code
    assert "**QGIS *2***" in texts(app)
    widget(app.button, "Retirer").click().run()
    assert list_jetons(open_base(), "sub-7") == []
    assert "Vous n'avez aucun jeton." in texts(app)

    app = ouvrir("pages/compte.py")
    assert labels(app) == ["Se connecter"]
    assert "Compte : se connecter" in [lien.label for lien in app.get("page_link")]
    monkeypatch.delenv("CPTS_COMPTES")
    app.run()
    assert SANS_COMPTES in texts(app)
    assert not [lien.label for lien in app.get("page_link") if "Compte" in lien.label]


def test_a_scenario_is_of_the_account_that_begins_it(ouvrir):
    app = ouvrir("pages/atelier.py", "plan")
    widget(app.text_input, "Nom du scénario").set_value("Essai")
    widget(app.button, "Commencer").click().run()
    assert not app.exception
    assert "Anne Roux" in texts(app)
