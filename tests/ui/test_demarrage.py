"""How the server that ``make run`` starts is asked for, and what it says of itself."""

import socket
from dataclasses import replace

import pytest
import typer

from geo.base.connexion import open_base
from geo.chargement import load
from geo.erreurs import DonneesInvalides
from geo.importation import versions
from tests.processus import free_port
from tests.ui.serveur.test_comptes import COMPTES
from ui import demarrage
from ui.commun.atlas import prepare
from ui.serveur.reglages import ReglagesInvalides


@pytest.fixture(autouse=True)
def _nothing_is_served(monkeypatch):
    monkeypatch.setattr(demarrage, "leaflet_is_installed", lambda: True)
    for nom in ("CPTS_LECTURE_SEULE", "CPTS_ECRITURE", "CPTS_MOT_DE_PASSE", "CPTS_HOTES"):
        monkeypatch.delenv(nom, raising=False)


@pytest.mark.parametrize(
    ("options", "adresse"),
    [({}, "localhost"), ({"adresse": "0.0.0.0"}, "0.0.0.0")],  # noqa: S104
)
def test_only_this_machine_is_listened_to_unless_asked(options, adresse, monkeypatch, capsys):
    servis = []
    monkeypatch.setattr(
        demarrage, "serve", lambda port, reglages, _: servis.append((port, reglages))
    )
    demarrage.start_serveur(**options)
    [(port, reglages)] = servis
    assert (port, reglages.adresse) == (8501, adresse)
    assert ("lecture seule" in capsys.readouterr().out) == (adresse != "localhost")


def test_what_would_be_open_to_all_does_not_start(monkeypatch, capsys):
    monkeypatch.setattr(demarrage, "serve", lambda *_: pytest.fail("served"))
    monkeypatch.setenv("CPTS_ECRITURE", "1")
    with pytest.raises(typer.Exit):
        demarrage.start_serveur(adresse="192.168.1.5")
    assert "CPTS_MOT_DE_PASSE" in capsys.readouterr().err


@pytest.mark.parametrize("adresse", ["ftp://x", "pas une adresse", "https://a.fr/?x=1"])
def test_a_public_address_that_is_none_does_not_start(monkeypatch, capsys, adresse):
    monkeypatch.setattr(demarrage, "serve", lambda *_: pytest.fail("served"))
    monkeypatch.setenv("CPTS_URL_PUBLIQUE", adresse)
    with pytest.raises(typer.Exit):
        demarrage.start_serveur()
    assert "n'est pas l'adresse d'un site" in capsys.readouterr().err


def test_an_address_that_is_taken_is_told_in_a_sentence():
    with socket.create_server(("localhost", 0)) as prise:
        port = prise.getsockname()[1]
        with pytest.raises(ReglagesInvalides, match=f"port {port}"):
            demarrage.listen("localhost", port)


def test_a_port_that_is_none_is_told_in_a_sentence():
    with pytest.raises(ReglagesInvalides, match="de 1 à 65535"):
        demarrage.listen("localhost", 99_999)


def test_a_folder_that_cannot_be_written_to_is_told_before_anything_is_served(
    monkeypatch, tmp_path, capsys
):
    monkeypatch.setattr(demarrage, "serve", lambda *_: pytest.fail("served"))
    fichier = tmp_path / "var"
    fichier.touch()
    monkeypatch.setenv("CPTS_VAR_DIR", str(fichier))
    with pytest.raises(typer.Exit):
        demarrage.start_serveur()
    erreur = capsys.readouterr().err
    assert f"{fichier}" in erreur
    assert "CPTS_VAR_DIR" in erreur


def test_a_folder_without_data_is_told_and_served(monkeypatch, tmp_path, capsys):
    servis = []
    monkeypatch.setattr(demarrage, "serve", lambda *_: servis.append(1))
    monkeypatch.setenv("CPTS_DATA_DIR", str(tmp_path / "nulle"))
    monkeypatch.setenv("CPTS_VAR_DIR", str(tmp_path / "var"))
    demarrage.start_serveur()
    assert servis
    assert "corrigez CPTS_DATA_DIR" in capsys.readouterr().out


def test_what_is_wrong_with_the_data_is_left_to_the_page(monkeypatch, tmp_path):
    monkeypatch.setenv("CPTS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CPTS_VAR_DIR", str(tmp_path / "var"))
    with pytest.raises(DonneesInvalides):
        load(tmp_path)
    prepare()


@pytest.mark.parametrize(
    ("adresse", "mots"),
    [
        ("mysql://cd:motdepasse@serveur/base", "CPTS_BASE_URL"),
        ("postgresql://cd:motdepasse@serveur:notaport/base", "CPTS_BASE_URL"),
        ("", "python -m geo base preparer"),
    ],
    ids=["address", "port", "tables"],
)
def test_a_base_that_cannot_be_used_is_told_and_nothing_is_served(
    monkeypatch, capsys, postgres, adresse, mots
):
    monkeypatch.setattr(demarrage, "serve", lambda *_: pytest.fail("served"))
    monkeypatch.setenv("CPTS_BASE_URL", adresse or postgres.create())
    with pytest.raises(typer.Exit):
        demarrage.start_serveur()
    if not adresse:
        open_base().close()
    dit = capsys.readouterr()
    assert mots in dit.err
    assert "motdepasse" not in dit.err
    assert "http://" not in dit.out


def test_a_base_that_does_not_answer_is_told_and_served(monkeypatch, capsys):
    servis, guettes = [], []
    monkeypatch.setattr(demarrage, "serve", lambda *_: servis.append(1))
    monkeypatch.setattr(versions, "watch_versions", lambda: guettes.append(1))
    monkeypatch.setenv("CPTS_BASE_URL", f"postgresql://cd:motdepasse@127.0.0.1:{free_port()}/atlas")
    demarrage.start_serveur()
    assert (servis, guettes) == ([1], [1])
    assert "ne répond pas" in capsys.readouterr().out


@pytest.mark.parametrize(("base", "admise"), [("", False), ("atlas", True), ("/atlas/", True)])
def test_the_way_back_of_a_log_in_is_below_the_path_that_is_served(base, admise, monkeypatch):
    monkeypatch.setattr("ui.serveur.couches.config.get_option", lambda _: base)
    comptes = replace(COMPTES, adresse_retour="https://atlas.example.fr/atlas/oauth2callback")
    if admise:
        demarrage.check_retour(comptes)
    else:
        with pytest.raises(ReglagesInvalides, match="--chemin"):
            demarrage.check_retour(comptes)


def test_an_answer_does_not_wait_for_its_client_to_acknowledge_the_beginning_of_it():
    with demarrage.listen("localhost", 0) as prise, socket.create_connection(prise.getsockname()):
        acceptee, _ = prise.accept()
        with acceptee:
            assert acceptee.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
