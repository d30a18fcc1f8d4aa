"""What PostgreSQL refuses, and when it is silent: one sentence each, and nothing half written."""

import psycopg
import pytest
import sqlalchemy as sa

from geo.base import postgres as moteur
from geo.base.connexion import BaseIndisponible, open_base, shared_base
from geo.base.erreurs import IssueInconnue
from geo.base.jetons import create_jeton
from geo.base.preparation import prepare_base
from geo.base.trace import count_actes
from geo.importation.depot import refuse_untraced
from tests.postgres import Postgres
from tests.processus import free_port

CAMILLE = {"identifiant": "cd", "auteur": "Camille", "role": 1, "libelle": "QGIS"}


@pytest.mark.parametrize(
    "adresse",
    [
        "n'importe quoi",
        "postgresql://cd:motdepasse@serveur:port/base",
        "mysql://cd:motdepasse@serveur/base",
        "postgresql://cd:motdepasse@serveur",
        "sqlite:////tmp/motdepasse",
    ],
)
def test_a_wrong_address_is_one_sentence_without_a_password(monkeypatch, adresse):
    monkeypatch.setenv("CPTS_BASE_URL", adresse)
    with pytest.raises(BaseIndisponible, match="CPTS_BASE_URL n'est pas l'adresse") as refus:
        open_base()
    assert "motdepasse" not in str(refus.value)
    assert refus.value.__cause__ is None


def test_both_ways_to_write_an_address_are_one():
    courte = moteur.read_url("postgresql://cd:m@serveur:5432/atlas?sslmode=require")
    assert courte == moteur.read_url("postgresql+psycopg://cd:m@serveur:5432/atlas?sslmode=require")


def test_a_server_that_is_not_there_is_told():
    base = shared_base(f"postgresql://cd:motdepasse@127.0.0.1:{free_port()}/atlas")
    for effet, ask in (
        ("rien n'a pu y être lu", lambda: count_actes(base)),
        ("ce geste n'est pas enregistré", lambda: create_jeton(base, **CAMILLE)),
    ):
        with pytest.raises(BaseIndisponible, match=f"ne répond pas : {effet}") as refus:
            ask()
        assert str(refus.value).endswith("prévenez l'administrateur.")
        assert "systemctl status postgresql" in refus.value.administrateur
        assert "motdepasse" not in str(refus.value) + refus.value.administrateur


@pytest.mark.parametrize(
    ("code", "mots"),
    [
        (psycopg.errors.DiskFull, "disque de la base de données est plein"),
        (psycopg.errors.TooManyConnections, "Trop de demandes"),
        (psycopg.errors.QueryCanceled, "trop occupée"),
        (psycopg.errors.UndefinedColumn, "base preparer"),
        (psycopg.errors.DataCorrupted, "endommagée"),
        (psycopg.errors.AdminShutdown, "ne répond pas"),
    ],
)
def test_each_refusal_has_its_words(base_postgres, code, mots):
    with pytest.raises(BaseIndisponible, match=mots), base_postgres.read():
        raise sa.exc.OperationalError("SELECT 1", {}, code())


def test_an_address_that_is_refused_is_told_from_a_silence(postgres):
    base = shared_base(f"postgresql://atlas@127.0.0.1:{postgres.port}/absente")
    with pytest.raises(BaseIndisponible, match="refuse l'adresse de CPTS_BASE_URL"):
        count_actes(base)


def test_a_database_open_to_reading_alone_is_told(base_postgres):
    moteur_sien = base_postgres.moteur.open()
    sa.event.listen(moteur_sien, "begin", lambda c: c.exec_driver_sql("SET TRANSACTION READ ONLY"))
    with pytest.raises(BaseIndisponible, match="lecture seule"):
        create_jeton(base_postgres, **CAMILLE)


def test_killed_or_frozen_it_is_told_and_once_back_it_serves(monkeypatch):
    monkeypatch.setattr(moteur, "_REPONSE_S", 0.5)
    monkeypatch.setattr(moteur._Connexion, "attente_s", 0.5)
    serveur = Postgres()
    serveur.start()
    base = shared_base(serveur.create())
    try:
        prepare_base(base)
        for couper, rendre in ((serveur.stop, serveur.start), (serveur.pause, serveur.resume)):
            create_jeton(base, **CAMILLE)
            avant = count_actes(base)
            couper()
            with pytest.raises(BaseIndisponible, match="ne répond pas"):
                create_jeton(base, **CAMILLE)
            rendre()
            assert count_actes(base) == avant
    finally:
        base.close()
        serveur.remove()


@pytest.fixture
def commit(monkeypatch):
    """Have the answer of each commit be lost, done or not."""
    vrai = moteur._Connexion.commit

    def lose(*, fait):
        def commit(connexion):
            if fait:
                vrai(connexion)
            connexion.close()
            raise psycopg.OperationalError("timeout")

        monkeypatch.setattr(moteur._Connexion, "commit", commit)

    return lose


def test_a_commit_whose_answer_is_lost_is_asked_about(base_postgres, commit):
    commit(fait=True)
    assert create_jeton(base_postgres, **CAMILLE)
    assert count_actes(base_postgres) == 1
    commit(fait=False)
    with pytest.raises(BaseIndisponible, match="n'est pas enregistré"):
        create_jeton(base_postgres, **CAMILLE)
    assert count_actes(base_postgres) == 1


def test_of_a_commit_that_nothing_can_be_said_of_nothing_is_said(
    base_postgres, commit, monkeypatch
):
    monkeypatch.setattr(moteur, "_ISSUE_S", 0)
    commit(fait=True)
    # As after a crash: a number may then have been given twice.
    monkeypatch.setattr(
        base_postgres.moteur,
        "mark",
        lambda c: moteur.MoteurPostgres.mark(base_postgres.moteur, c)._replace(demarrage="hier"),
    )
    with pytest.raises(IssueInconnue, match="on ne sait pas si") as dit:
        create_jeton(base_postgres, **CAMILLE)
    assert "n'ont pas changé" not in str(refuse_untraced(dit.value))


@pytest.mark.parametrize(
    ("revision", "remede"), [("r0099", "mettez cette application à jour"), ("r0000", "preparer")]
)
def test_tables_of_another_version_are_neither_read_nor_written(base_postgres, revision, remede):
    with base_postgres.write(tables=False) as connexion:
        connexion.execute(sa.text("UPDATE alembic_version SET version_num = :r"), {"r": revision})
    with pytest.raises(BaseIndisponible, match=remede):
        count_actes(base_postgres)
    with pytest.raises(BaseIndisponible, match=remede):
        create_jeton(base_postgres, **CAMILLE)
    if revision == "r0099":
        with pytest.raises(BaseIndisponible, match=remede):
            prepare_base(base_postgres)
