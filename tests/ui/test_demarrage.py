"""Who reaches the server that ``make run`` starts."""

import pytest
from streamlit.web import bootstrap

from geo.chargement import load
from geo.erreurs import DonneesInvalides
from ui import demarrage
from ui.commun.atlas import prepare


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
    reglages = {}
    monkeypatch.setattr(demarrage, "leaflet_is_installed", lambda: True)
    monkeypatch.setattr(demarrage, "get_ready", lambda: None)
    monkeypatch.setattr(bootstrap, "load_config_options", reglages.update)
    monkeypatch.setattr(bootstrap, "run", lambda script, **_: reglages.update(script=script))
    monkeypatch.delenv("CPTS_LECTURE_SEULE", raising=False)
    monkeypatch.chdir(demarrage.RACINE)
    demarrage.start_serveur(**options)
    assert reglages == {"server_port": 8501, "server_address": adresse, "script": "app.py"}
    assert ("CPTS_LECTURE_SEULE=1" in capsys.readouterr().out) == (adresse != "localhost")


def test_what_is_wrong_with_the_data_is_left_to_the_page(monkeypatch, tmp_path):
    monkeypatch.setenv("CPTS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CPTS_VAR_DIR", str(tmp_path / "var"))
    with pytest.raises(DonneesInvalides):
        load(tmp_path)
    prepare()
