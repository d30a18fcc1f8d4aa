"""Versions of several servers: one switch for all, copies that are whole or mended, and a base that may be gone."""

import errno
import os
import subprocess
import sys
import textwrap
import time

import pytest
import sqlalchemy as sa

from geo.base import postgres as moteur
from geo.base.connexion import shared_base
from geo.base.preparation import prepare_base
from geo.base.schema import contenus
from geo.base.trace import read_actes
from geo.chargement import fingerprint, load
from geo.erreurs import DonneesInvalides
from geo.importation import depot_partage
from geo.importation.depot import ImportRefuse, Meta
from geo.importation.depot_partage import DepotPartage
from tests.conftest import RACINE
from tests.geo.dessin import A, B, write_dossier
from tests.postgres import Postgres

META = Meta(auteur="Camille", note="", fichier="table.csv", cpts=1, communes=1)
TABLES = {
    rang: {"cpts.csv": f"cpts_id,code_commune,confiance\ncpts-ouest,{code},documente\n".encode()}
    for rang, code in ((1, A), (2, B))
}
# A switch takes milliseconds; a test says only that it comes.
_ATTENTE_S = 20


@pytest.fixture
def data(tmp_path):
    return write_dossier(tmp_path / "data")


@pytest.fixture
def serveurs(tmp_path, data, adresse_postgres):
    """Give two servers of one base, each with a folder of its own."""
    bases = [shared_base(adresse_postgres) for _ in range(2)]
    yield [DepotPartage(tmp_path / f"var{rang}", data, base) for rang, base in enumerate(bases)]
    for base in bases:
        base.close()


def publish(depot, rang):
    return depot.publish(depot.prepare(TABLES[rang]), META)


def wait_until(vrai):
    fin = time.monotonic() + _ATTENTE_S
    while not vrai():
        assert time.monotonic() < fin
        time.sleep(0.01)


def members(dossier):
    return sorted(load(dossier).adhesions["code_commune"])


def test_what_one_publishes_another_has_by_the_same_name(serveurs):
    un, deux = serveurs
    publish(un, 1)
    publish(un, 2)
    assert members(deux.actuel()) == [B]
    assert fingerprint(deux.actuel()) == fingerprint(un.actuel())
    assert deux.versions() == un.versions()
    deux.restore(1)
    assert members(un.actuel()) == [A]
    # The communes are there once, whatever the number of versions.
    with un._partage.read() as connexion:
        fois = connexion.execute(sa.select(sa.func.count()).select_from(contenus)).scalar_one()
    assert fois == len(depot_partage.list_fichiers(un.actuel())) + 1


def test_of_two_servers_that_import_at_once_the_second_is_refused(serveurs):
    un, deux = serveurs
    prets = un.prepare(TABLES[1]), deux.prepare(TABLES[2])
    un.publish(prets[0], META)
    with pytest.raises(ImportRefuse, match="ont changé entre-temps"):
        deux.publish(prets[1], META)
    assert members(deux.actuel()) == [A]
    assert len(read_actes(un._partage)) == 1


def test_a_copy_that_was_damaged_is_mended(serveurs, monkeypatch):
    un, deux = serveurs
    publish(un, 1)
    copie = deux.actuel()
    avant = fingerprint(copie)
    # Another process looks it through again.
    monkeypatch.setattr(depot_partage, "_verifiees", set())
    (copie / "cpts.csv").write_bytes(b"cpts_id\n")
    (copie / "en_trop.csv").write_bytes(b"a\n")
    next(copie.glob("indicateurs/*.toml")).unlink() if list(copie.glob("indicateurs")) else None
    assert fingerprint(deux.actuel()) == avant
    assert not (copie / "en_trop.csv").exists()


def test_what_is_damaged_in_the_base_is_said_and_never_shown(serveurs):
    un, deux = serveurs
    publish(un, 1)
    with un._partage.write() as connexion:
        connexion.execute(sa.update(contenus).values(octets=b"x"))
    with pytest.raises(DonneesInvalides, match="endommagé dans la base"):
        deux.actuel()
    assert not list(deux.dossier.glob("copies/*/*"))


def test_a_disk_that_has_no_room_for_a_copy_is_said_for_what_it_is(serveurs, monkeypatch):
    un, deux = serveurs
    publish(un, 1)

    def fail(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(depot_partage, "_write_fichier", fail)
    with pytest.raises(DonneesInvalides, match=r"\(le disque est plein\)\. → Libérer de la place"):
        deux.actuel()


def test_killed_anywhere_an_import_is_made_or_not(serveurs, adresse_postgres, tmp_path):
    """By another process, at points further and further: the base never has the half of one."""
    programme = textwrap.dedent("""
        import itertools, os, signal, sys
        from pathlib import Path
        from geo.base.connexion import shared_base
        from geo.importation import depot, depot_partage
        from tests.importation.test_depot_partage import DepotPartage, publish
        tue = DepotPartage(Path(sys.argv[1]), Path(sys.argv[2]), shared_base(sys.argv[3]))
        tue.actuel()
        for rang in itertools.count(1, 61):
            pid = os.fork()
            if pid == 0:
                compteur = itertools.count(1)
                def trace(cadre, evenement, _):
                    if cadre.f_code.co_filename not in (depot.__file__, depot_partage.__file__):
                        return None
                    if evenement == "line" and next(compteur) == rang:
                        os.kill(os.getpid(), signal.SIGKILL)
                    return trace
                # Its own connections: those of its parent are not to be shared.
                sien = DepotPartage(Path(sys.argv[1]), Path(sys.argv[2]), shared_base(sys.argv[3]))
                sys.settrace(trace)
                publish(sien, 1)
                sys.settrace(None)
                os._exit(0)
            if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != -signal.SIGKILL:
                break
            tue.actuel()
            print(len(tue.versions()), flush=True)
    """)
    fini = subprocess.run(
        [sys.executable, "-c", programme, tmp_path / "tue", tmp_path / "data", adresse_postgres],
        cwd=RACINE,
        capture_output=True,
        text=True,
        check=True,
    )
    vus = [int(ligne) for ligne in fini.stdout.split()]
    assert vus == sorted(vus)
    assert len(vus) > 5
    # A switch and its trace are one.
    [un, _] = serveurs
    faites = un.versions()
    assert [acte.objet for acte in read_actes(un._partage)] == [
        f"version {version.numero}" for version in faites
    ]
    assert members(un.actuel()) == [A]


def test_a_server_hears_of_each_switch_and_outlives_its_base(tmp_path, data, monkeypatch, caplog):
    monkeypatch.setattr(moteur, "_REPONSE_S", 1)
    monkeypatch.setattr(moteur._Connexion, "attente_s", 1)
    serveur = Postgres()
    serveur.start()
    adresse = serveur.create()
    bases = [shared_base(adresse) for _ in range(3)]
    prepare_base(bases[0])
    un, deux, apres = (
        DepotPartage(tmp_path / var, data, base)
        for var, base in zip(("un", "deux", "deux"), bases, strict=True)
    )
    veilles = [depot.watch() for depot in (un, deux)]
    try:
        assert un.actuel() == deux.actuel() == data
        publish(un, 1)
        assert un.actuel().name == "1"
        wait_until(lambda: deux.actuel().name == "1")
        for couper, rendre in ((serveur.stop, serveur.start), (serveur.pause, serveur.resume)):
            couper()
            assert members(deux.actuel()) == [A]
            assert [v.numero for v in deux.versions()] == [1]
            for switch in (lambda: publish(un, 2), lambda: deux.restore(0)):
                with pytest.raises(ImportRefuse, match=r"ne répond pas.*n'ont pas changé"):
                    switch()
            rendre()
        # Started while its base is gone, a server shows what was in use.
        serveur.stop()
        wait_until(lambda: not veilles[1].repond)
        with pytest.raises(DonneesInvalides, match="ne répond pas"):
            apres.actuel()
        veilles.append(apres.watch())
        assert members(apres.actuel()) == [A]
        assert apres.versions() == deux.versions()
        assert apres.en_usage().numero == 1
        serveur.start()
        publish_when_back(un)
        wait_until(lambda: members(deux.actuel()) == [B])
        wait_until(lambda: members(apres.actuel()) == [B])
        assert [v.numero for v in deux.versions()] == [2, 1]
        check_told(caplog.records)
    finally:
        for veille in veilles:
            veille.stop()
        for base in bases:
            base.close()
        serveur.remove()


def check_told(lignes):
    """Each silence is logged once, and each return: at a level that somebody looks at."""
    dites = [ligne for ligne in lignes if ligne.name == "atlas.base"]
    assert {ligne.levelname for ligne in dites} == {"WARNING"}
    for fil in {ligne.thread for ligne in dites}:
        retours = ["de nouveau" in ligne.getMessage() for ligne in dites if ligne.thread == fil]
        assert retours == [rang % 2 == 1 for rang in range(len(retours))]
    assert any("de nouveau" in ligne.getMessage() for ligne in dites)


def publish_when_back(depot):
    fin = time.monotonic() + _ATTENTE_S
    while True:
        try:
            return publish(depot, 2)
        except ImportRefuse:
            assert time.monotonic() < fin


def test_with_a_full_disk_a_server_goes_on_with_the_version_before_then_follows(
    serveurs, monkeypatch, caplog
):
    un, deux = serveurs
    publish(un, 1)
    veille = deux.watch()
    try:
        wait_until(lambda: members(deux.actuel()) == [A])

        def refuse(*_):
            raise OSError(errno.ENOSPC, "No space left on device")

        ecrit = depot_partage._write_fichier
        monkeypatch.setattr(depot_partage, "_write_fichier", refuse)
        publish(un, 2)
        wait_until(lambda: deux._etat().numero == 2)
        assert members(deux.actuel()) == [A]
        assert deux.en_retard
        assert "le disque est plein" in caplog.text.lower()
        # Restarted meanwhile, it is no worse.
        deux._entiere = None
        assert members(deux.actuel()) == [A]
        monkeypatch.setattr(depot_partage, "_write_fichier", ecrit)
        monkeypatch.setattr(depot_partage, "_REPRISE_COPIE_S", 0)
        assert members(deux.actuel()) == [B]
        assert not deux.en_retard
    finally:
        veille.stop()


def test_the_copies_that_nobody_reads_any_more_go(serveurs):
    un, deux = serveurs
    publish(un, 1)
    avant = deux.actuel()
    autres = [avant.parent.with_name(nom) for nom in ("vieux", "ancien", "servi")]
    for autre in autres:
        autre.mkdir()
    for vieille in (*autres[:2], avant.parent):
        os.utime(vieille, (1000, 1000))
    publish(un, 2)
    assert members(deux.actuel()) == [B]
    assert [autre.exists() for autre in autres] == [False, False, True]
    assert members(avant) == [A], "the one before stays"
