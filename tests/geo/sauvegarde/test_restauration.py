"""What is saved of either storage is restored into either, whole or not at all, whoever writes or is killed meanwhile."""

import errno
import json
import os
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.__main__ import main
from geo.atelier.composition import Composition
from geo.atelier.gestes import read_geste
from geo.atelier.journal import Conflit, Journal, ScenarioInconnu
from geo.base.actions import RESTAURATION
from geo.base.connexion import BaseIndisponible, open_base
from geo.base.jetons import create_jeton, find_jeton
from geo.base.schema import versions
from geo.base.temps import PARIS
from geo.base.trace import read_actes
from geo.erreurs import DonneesInvalides
from geo.importation.depot import DESCRIPTION
from geo.importation.versions import ImportRefuse, Meta, open_depot
from geo.sauvegarde import service
from geo.sauvegarde.archive import Archive
from geo.sauvegarde.etat import read_etat, write_etat
from geo.sauvegarde.fichiers import StockageFichiers
from geo.sauvegarde.ouverture import open_stockage
from geo.sauvegarde.service import make_backup, remove_oldest, restore_backup
from tests.processus import run_child

GENRES = ("fichiers", "postgres")
SENS = [(de, vers) for de in GENRES for vers in GENRES]
VIDE = Composition({}, {})
ANNULER = read_geste({"genre": "annuler"})
GESTES = st.sampled_from(["import", "retour", "scenario", "geste", "retrait"])


def take_photo():
    """Tell all that there is, as an archive does."""
    with open_stockage().photograph() as photo:
        return read_etat(write_etat(photo.etat), photo.contenus, "")


def import_table(note):
    depot = open_depot()
    tables = {"completude.csv": f"code_departement,complet,note\n70,non,{note}\n".encode()}
    depot.publish(depot.prepare(tables), Meta("Camille", note, "t.csv", 2, 4))


def do(gestes):
    """Make a storage have a history."""
    journal, scenarios = Journal(open_base()), []
    for rang, geste in enumerate(gestes):
        if geste == "import":
            import_table(f"n° {rang}")
        elif geste == "retour":
            open_depot().restore(0)
        elif geste == "scenario":
            faits = {"nom": f"Projet {rang}", "auteur": "É", "note": "", "version_depart": 0}
            scenarios.append(journal.create(VIDE, **faits))
        elif scenarios and geste == "geste":
            journal.append(scenarios[-1], journal.version(scenarios[-1]), [(f"c{rang}", ANNULER)])
        elif scenarios:
            journal.withdraw(scenarios[-1])


HISTOIRE = ("import", "import", "scenario", "geste", "geste", "scenario", "retrait", "retour")


def restore(chemin, **autres):
    choix = {"auteur": "Camille", "remplacer": False, "step": lambda _: None}
    return restore_backup(open_stockage(), chemin, **(choix | autres))


# It asks for all tables, is refused one, and gives back those that it has.
_ESSAIE = """SELECT 1 FROM pg_stat_activity WHERE pid <> pg_backend_pid()
AND (starts_with(query, 'LOCK TABLE') OR starts_with(query, 'ROLLBACK TO SAVEPOINT'))"""


def test_a_restoration_lets_those_who_write_finish_in_whatever_order(lieux, tmp_path):
    lieux.make("postgres")
    do(HISTOIRE)
    archive = tmp_path / "s.tar.gz"
    make_backup(open_stockage(), archive)
    faits = []
    fil = threading.Thread(
        target=lambda: faits.append(restore(archive, remplacer=True).remplacee is not None)
    )
    with open_base().write() as connexion:
        # As a publication, or a copy of a scenario: one table, then another, while it is asked for all.
        connexion.exec_driver_sql("LOCK TABLE contenus, gestes IN ROW EXCLUSIVE MODE")
        fil.start()
        while fil.is_alive():
            # What is seen of the others is kept for a whole transaction.
            connexion.exec_driver_sql("SELECT pg_stat_clear_snapshot()")
            if connexion.exec_driver_sql(_ESSAIE).first():
                break
            time.sleep(0.02)
        connexion.exec_driver_sql("SELECT * FROM pointeur FOR UPDATE")
        connexion.exec_driver_sql("LOCK TABLE scenarios, versions IN ROW EXCLUSIVE MODE")
        assert faits == []
    fil.join()
    assert faits == [True]


def without_restorations(etat):
    return replace(etat, trace=[acte for acte in etat.trace if acte["action"] != RESTAURATION])


@pytest.mark.parametrize(("de", "vers"), SENS)
def test_what_is_saved_is_restored_into_either(lieux, tmp_path_factory, de, vers):
    @settings(max_examples=2)
    @given(st.lists(GESTES, max_size=5))
    def check(gestes):
        lieux.make(de)
        do((*HISTOIRE, *gestes))
        archive = tmp_path_factory.mktemp("archive") / "s.tar.gz"
        avant = take_photo()
        make_backup(open_stockage(), archive)
        actuelles = {p.name: p.read_bytes() for p in open_depot().actuel().glob("*.csv")}

        lieux.make(vers)
        assert restore(archive).remplacee is None
        apres = take_photo()
        assert without_restorations(apres) == avant
        acte = read_actes(open_base())[0]
        assert (acte.action, acte.auteur, acte.fichier) == (RESTAURATION, "Camille", "s.tar.gz")
        assert len(acte.empreinte) == 64
        # As the application reads it.
        assert {p.name: p.read_bytes() for p in open_depot().actuel().glob("*.csv")} == actuelles
        assert [v.numero for v in open_depot().versions()] == [
            v.numero for v in avant.versions[::-1]
        ]
        import_table("après")
        assert open_depot().en_usage().numero == avant.dernier + 1

    check()


@pytest.mark.parametrize("genre", GENRES)
def test_what_is_there_is_replaced_only_when_asked_and_is_saved_first(lieux, tmp_path, genre):
    lieux.make(genre)
    do(HISTOIRE)
    make_backup(open_stockage(), tmp_path / "s.tar.gz")
    sauvee = take_photo()

    lieux.make(genre)
    do(("import", "scenario"))
    secret = create_jeton(open_base(), identifiant="i", auteur="a", role=2, libelle="l")
    la = take_photo()
    with pytest.raises(ImportRefuse, match="--remplacer"):
        restore(tmp_path / "s.tar.gz")
    assert take_photo() == la
    faite = restore(tmp_path / "s.tar.gz", remplacer=True)
    apres = take_photo()
    assert replace(apres, trace=[]) == replace(sauvee, trace=[])
    # Nothing leaves the trace, and a token stays as it is.
    assert without_restorations(apres).trace == [*la.trace, *sauvee.trace]
    assert find_jeton(open_base(), secret)

    lieux.make(genre)
    restore(faite.remplacee)
    assert without_restorations(take_photo()) == la


@pytest.mark.parametrize("genre", GENRES)
def test_an_archive_that_is_damaged_touches_nothing(lieux, tmp_path, capsys, genre):
    lieux.make(genre)
    do(("import", "scenario"))
    chemin = tmp_path / "s.tar.gz"
    make_backup(open_stockage(), chemin)
    la = take_photo()
    octets = chemin.read_bytes()
    chemin.write_bytes(octets[:-100])
    assert main(["restauration", str(chemin), "--remplacer"]) == 1
    assert "Elle est tronquée ou endommagée. →" in capsys.readouterr().err
    assert take_photo() == la


@pytest.mark.usefixtures("lieux")
def test_an_archive_that_cannot_be_read_is_one_french_sentence(tmp_path, capsys, monkeypatch):
    def refuse(chemin, *_):
        raise PermissionError(errno.EACCES, "Permission denied", str(chemin))

    (tmp_path / "fermee.tar.gz").write_bytes(b"")
    (tmp_path / "sans_fin.tar.gz").symlink_to("sans_fin.tar.gz")
    for nom, dit in (
        ("", "est un dossier, non une sauvegarde"),
        ("/dev/null", "n'est pas un fichier ordinaire"),
        ("absente.tar.gz", "Il n'y a pas de fichier"),
        ("sans_fin.tar.gz", "Il n'y a pas de fichier"),
        ("fermee.tar.gz", "La sauvegarde n'a pas pu être lue (« {} » : accès refusé)"),
    ):
        chemin = tmp_path / nom
        with monkeypatch.context() as ferme:
            if nom == "fermee.tar.gz":
                # Its own folder may be closed, or itself.
                ferme.setattr(Path, "is_dir", refuse)
            assert main(["restauration", str(chemin)]) != 0
            assert dit.format(chemin) in capsys.readouterr().err
    monkeypatch.setattr(Path, "open", refuse)
    assert main(["restauration", str(tmp_path / "fermee.tar.gz")]) == 1
    assert "accès refusé" in capsys.readouterr().err


@pytest.mark.parametrize("genre", GENRES)
def test_whatever_the_clock_of_the_server_dates_are_those_of_paris_and_stay(
    lieux, tmp_path, capsys, genre
):
    def list_dates():
        assert main(["versions"]) == 0
        return capsys.readouterr().out, [v.date for v in open_depot().versions()], raw_dates()

    with pytest.MonkeyPatch.context() as horloge:
        horloge.setenv("TZ", "Pacific/Auckland")
        time.tzset()
        try:
            lieux.make(genre)
            do(("import", "import"))
            avant = list_dates()
            make_backup(open_stockage(), tmp_path / "s.tar.gz")
            lieux.make(genre)
            assert main(["restauration", str(tmp_path / "s.tar.gz")]) == 0
            dit = capsys.readouterr().out
            assert list_dates() == avant
            objet = read_actes(open_base())[0].objet
        finally:
            horloge.undo()
            time.tzset()
    for date in avant[1]:
        assert f"{date.astimezone(PARIS):%d/%m/%Y à %H:%M}" in avant[0]
        assert date.utcoffset() == date.astimezone(PARIS).utcoffset()
    assert f"S{objet[1:]} (heure de Paris) restaurée" in dit


def raw_dates():
    """Give the dates of versions as they are kept."""
    if open_base().partagee:
        with open_base().read() as connexion:
            return sorted(connexion.execute(sa.select(versions.c.date)).scalars())
    decrites = open_depot().dossier.glob(f"versions/*/{DESCRIPTION}")
    return sorted(json.loads(chemin.read_text())["date"] for chemin in decrites)


@pytest.mark.parametrize("genre", GENRES)
@pytest.mark.parametrize("rang", [0, 3])
def test_whoever_is_killed_in_the_middle_leaves_what_there_was(lieux, tmp_path, genre, rang):
    lieux.make(genre)
    do(HISTOIRE)
    make_backup(open_stockage(), tmp_path / "s.tar.gz")
    lieux.make(genre)
    do(("import", "scenario", "geste"))
    la = take_photo()

    class Coupee(Archive):
        def contents(self):
            for n, contenu in enumerate(super().contents()):
                if n == rang:
                    os.kill(os.getpid(), signal.SIGKILL)
                yield contenu

    def cut():
        service.Archive = Coupee
        restore(tmp_path / "s.tar.gz", remplacer=True)

    open_base().close()
    assert run_child(cut) == -signal.SIGKILL
    assert take_photo() == la
    assert open_depot().en_usage().numero == 1
    restore(tmp_path / "s.tar.gz", remplacer=True)
    assert take_photo().scenarios != la.scenarios


@pytest.mark.parametrize("genre", GENRES)
def test_planners_write_while_it_is_saved(lieux, tmp_path, genre):
    lieux.make(genre)
    do(("import", "scenario"))
    journal = Journal(open_base())
    scenario_id = journal.scenarios()[0].scenario_id
    fini = threading.Event()

    def write():
        while not fini.is_set():
            rang = journal.version(scenario_id)
            journal.append(scenario_id, rang, [(f"c{rang}", ANNULER)])

    fil = threading.Thread(target=write)
    fil.start()
    try:
        for rang in range(3):
            make_backup(open_stockage(), tmp_path / f"{rang}.tar.gz")
    finally:
        fini.set()
        fil.join()
    comptes = []
    for rang in range(3):
        # What does not hold together would be refused.
        lieux.make("fichiers")
        comptes.append(len(restore(tmp_path / f"{rang}.tar.gz").etat.gestes))
    assert comptes == sorted(comptes)


@pytest.mark.parametrize("genre", GENRES)
def test_a_stroke_that_waits_for_a_restoration_is_not_taken_for_written(lieux, tmp_path, genre):
    lieux.make(genre)
    make_backup(open_stockage(), tmp_path / "vide.tar.gz")
    do(("scenario",))
    journal = Journal(open_base())
    scenario_id = journal.scenarios()[0].scenario_id
    dites = []

    def write():
        with pytest.raises((ScenarioInconnu, Conflit, BaseIndisponible)) as refus:
            journal.append(scenario_id, 0, [("c", ANNULER)])
        dites.append(refus)

    fil = threading.Thread(target=write)

    def step(quoi):
        if quoi == "Sauvegarde de ce qui est remplacé":
            fil.start()
            fil.join(0.5)

    restore(tmp_path / "vide.tar.gz", remplacer=True, step=step)
    fil.join()
    assert dites


@pytest.mark.parametrize("genre", GENRES)
def test_a_disk_that_is_full_is_told_and_touches_nothing(
    lieux, tmp_path, capsys, monkeypatch, genre
):
    lieux.make(genre)
    do(("import", "scenario"))
    make_backup(open_stockage(), tmp_path / "s.tar.gz")
    la = take_photo()

    def fail(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(service, "write_archive", fail)
    assert main(["sauvegarde", "--vers", str(tmp_path / "autre.tar.gz")]) == 1
    assert "La sauvegarde n'a pas pu être écrite (le disque est plein)" in capsys.readouterr().err
    assert main(["restauration", str(tmp_path / "s.tar.gz"), "--remplacer"]) == 1
    assert "le disque est plein" in capsys.readouterr().err
    assert take_photo() == la


def test_what_the_disk_cannot_hold_is_refused_before_anything(lieux, tmp_path, monkeypatch):
    lieux.make("fichiers")
    make_backup(open_stockage(), tmp_path / "s.tar.gz")
    do(("import",))
    monkeypatch.setattr(StockageFichiers, "room", lambda _: 10)
    with pytest.raises(DonneesInvalides, match="une fois dépliée"):
        restore(tmp_path / "s.tar.gz", remplacer=True)


def test_only_dated_backups_are_removed_the_oldest_first(tmp_path):
    datees = [f"atlas-cpts_2026-11-{jour}_02-30-00.tar.gz" for jour in (27, 28, 29, 30)]
    autres = ["avant-restauration_2026-11-01_02-30-00.tar.gz", "atlas-cpts_a-garder.tar.gz"]
    for nom in (*datees, *autres, ".sauvegarde-x", ".sauvegarde-y"):
        (tmp_path / nom).touch()
    os.utime(tmp_path / ".sauvegarde-x", (0, 0))
    assert [p.name for p in remove_oldest(tmp_path, 2)] == datees[:2]
    assert {p.name for p in tmp_path.iterdir()} == {*datees[2:], *autres, ".sauvegarde-y"}


def test_the_commands_say_what_they_did_and_what_is_asked_badly(lieux, tmp_path, capsys):
    lieux.make("fichiers")
    do(("import", "scenario", "geste"))
    for _ in range(2):
        assert main(["sauvegarde", "--vers", str(tmp_path), "--garder", "1"]) == 0
    dit = capsys.readouterr().out
    assert "1 version (en usage : version 1), 1 scénario et 1 geste" in dit
    (archive,) = tmp_path.glob("atlas-cpts_*.tar.gz")
    for mal in (
        ["sauvegarde", "--vers", str(archive)],
        ["sauvegarde", "--vers", str(tmp_path / "s.zip")],
        ["sauvegarde", "--vers", str(tmp_path / "absent" / "s.tar.gz")],
        ["sauvegarde", "--vers", str(tmp_path / "s.tar.gz"), "--garder", "2"],
        ["restauration", str(tmp_path / "absent.tar.gz")],
    ):
        assert main(mal) == 2
    assert main(["restauration", str(archive)]) == 1
    assert "--remplacer" in capsys.readouterr().err
    assert main(["restauration", str(archive), "--remplacer", "--auteur", "Camille"]) == 0
    assert "avant-restauration_" in capsys.readouterr().out
