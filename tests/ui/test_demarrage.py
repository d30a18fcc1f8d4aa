"""Who reaches the server that ``make run`` starts."""

import subprocess

import pytest
from typer import Exit

from ui import demarrage


@pytest.mark.parametrize("adresse", ["localhost", "127.0.0.1", "127.8.0.1", "::1"])
def test_a_local_server_needs_no_notice(adresse, monkeypatch):
    monkeypatch.delenv("CPTS_LECTURE_SEULE", raising=False)
    assert demarrage.public_notice(adresse) == ""


@pytest.mark.parametrize("adresse", ["0.0.0.0", "192.168.1.5", "::", "atlas.example"])  # noqa: S104
def test_a_public_one_is_told_to_be_read_only_unless_it_is(adresse, monkeypatch):
    monkeypatch.setenv("CPTS_LECTURE_SEULE", "0")
    assert "CPTS_LECTURE_SEULE=1" in demarrage.public_notice(adresse)
    monkeypatch.setenv("CPTS_LECTURE_SEULE", "1")
    assert demarrage.public_notice(adresse) == ""


@pytest.mark.parametrize(
    ("options", "adresse"),
    [({}, "localhost"), ({"adresse": "0.0.0.0"}, "0.0.0.0")],  # noqa: S104
)
def test_only_this_machine_is_listened_to_unless_asked(options, adresse, monkeypatch, capsys):
    lancees = []

    def launch(commande, **_):
        lancees.append(commande)
        return subprocess.CompletedProcess(commande, 0)

    monkeypatch.setattr(demarrage, "leaflet_is_installed", lambda: True)
    monkeypatch.setattr(demarrage.subprocess, "run", launch)
    monkeypatch.delenv("CPTS_LECTURE_SEULE", raising=False)
    with pytest.raises(Exit):
        demarrage.start_serveur(**options)
    assert f"--server.address={adresse}" in lancees[0]
    assert ("CPTS_LECTURE_SEULE=1" in capsys.readouterr().out) == (adresse != "localhost")
