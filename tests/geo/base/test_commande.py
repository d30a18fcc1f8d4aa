"""The command that prepares a base, and says how it is."""

import pytest

from geo.__main__ import main
from geo.base import connexion
from tests.processus import free_port


@pytest.fixture
def _bases_a_part(monkeypatch):
    ouvertes = {}
    monkeypatch.setattr(connexion, "_ouvertes", ouvertes)
    yield
    for base in ouvertes.values():
        base.close()


@pytest.mark.usefixtures("_bases_a_part")
def test_a_base_is_prepared_once_and_says_what_it_holds(postgres, monkeypatch, capsys):
    monkeypatch.setenv("CPTS_BASE_URL", postgres.create())
    assert main(["base", "etat"]) == 1
    assert "aucune ; cette version de l'application attend" in capsys.readouterr().err
    assert main(["versions"]) == 1
    assert "python -m geo base preparer" in capsys.readouterr().err
    assert main(["base", "preparer"]) == 0
    assert "Tables préparées : aucune →" in capsys.readouterr().out
    assert main(["base", "preparer"]) == 0
    assert "à jour" in capsys.readouterr().out
    assert main(["base", "etat"]) == 0
    dit = capsys.readouterr().out
    assert "Version en usage : données d'origine" in dit
    assert "Actes dans la trace : 0" in dit


@pytest.mark.usefixtures("_bases_a_part")
def test_a_base_that_is_gone_is_told_without_its_password(monkeypatch, capsys):
    monkeypatch.setenv("CPTS_BASE_URL", f"postgresql://cd:motdepasse@127.0.0.1:{free_port()}/atlas")
    for commande, effet in (
        (["base", "preparer"], "ce geste n'est pas enregistré"),
        (["base", "etat"], "rien n'a pu y être lu"),
        (["versions"], "rien n'a pu y être lu"),
        (["restore", "0"], "ce geste n'est pas enregistré"),
    ):
        assert main(commande) == 1
        sortie = capsys.readouterr()
        # One sentence for whoever runs the server: neither the words of libpq, nor another to be told.
        assert sortie.err == (
            f"La base de données ne répond pas : {effet}. Vérifiez que PostgreSQL répond (systemctl status postgresql) et "
            "que cette machine le joint à l'adresse de CPTS_BASE_URL, puis recommencez.\n"
        )
        assert "motdepasse" not in sortie.out


def test_without_a_base_there_is_nothing_to_prepare(capsys):
    for commande in ("preparer", "etat"):
        assert main(["base", commande]) == 0
        assert "dans des fichiers" in capsys.readouterr().out
