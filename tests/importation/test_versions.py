"""Versions: written aside, switched by one step, whatever kills the process on the way."""

import errno
import itertools
import os
import signal
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from geo.base.actions import IMPORT, INDICATEUR, RETOUR
from geo.base.connexion import file_base
from geo.base.sqlite import FICHIER
from geo.base.trace import read_actes
from geo.chargement import load
from geo.erreurs import DonneesInvalides
from geo.importation import depot as versions
from geo.importation.depot import DELAI_PREPARATION_S, Depot, ImportRefuse, Meta, count_members
from geo.importation.depot_partage import DepotPartage
from geo.importation.environnement import RACINE
from geo.importation.versions import open_depot
from tests.geo.dessin import A, B, C, E, write_dossier
from tests.processus import run_child

META = Meta(auteur="Camille", note="table de mai", fichier="table.csv", cpts=2, communes=4)

ENTETE = "cpts_id,code_commune,confiance\n"
# Two tables change together: an atlas that had only one of them would be a mix.
DEUXIEME = {
    "cpts.csv": f"{ENTETE}cpts-ouest,{A},documente\ncpts-est,{C},documente\n".encode(),
    "completude.csv": b"code_departement,complet,note\n21,oui,\n70,oui,\n",
}
TROISIEME = {
    "cpts.csv": f"{ENTETE}cpts-ouest,{B},documente\ncpts-est,{E},documente\n".encode(),
    "completude.csv": b"code_departement,complet,note\n21,oui,\n70,non,\n",
}


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write_dossier(tmp_path / "data")


@pytest.fixture(params=["fichiers", "postgres"])
def depot(request, tmp_path: Path, base: Path) -> Depot:
    if request.param == "fichiers":
        return Depot(tmp_path / "var", base)
    return DepotPartage(tmp_path / "var", base, request.getfixturevalue("base_postgres"))


# What only folders have, or what takes long and is tried otherwise with a base: see test_depot_partage.py.
FICHIERS = pytest.mark.parametrize("depot", ["fichiers"], indirect=True)


def read_trace(depot):
    base = depot._partage if isinstance(depot, DepotPartage) else file_base(depot.dossier)
    actes = read_actes(base)
    base.close()
    return actes


def import_tables(depot, tables, meta=META):
    return depot.publish(depot.prepare(tables), meta)


def contents(dossier):
    """Read what an atlas is read from."""
    return {
        chemin.name: chemin.read_bytes()
        for motif in versions.FICHIERS_DE_DONNEES
        for chemin in dossier.glob(motif)
    }


def declared(fichiers):
    """Return the departments that a folder's files declare complete."""
    lignes = fichiers["completude.csv"].decode().splitlines()[1:]
    return {ligne[:2] for ligne in lignes if ",oui," in ligne}


def numbers(depot):
    return [version.numero for version in depot.versions()]


def leftovers(depot):
    gardes = {versions.POINTEUR, "versions", "verrou", *(FICHIER + s for s in ("", "-wal", "-shm"))}
    return [chemin.name for chemin in depot.dossier.iterdir() if chemin.name not in gardes]


def kill_at(rang, action):
    """Die by SIGKILL just before the rank-th line of ``depot.py`` or call to the system.

    Lines leave files half written: open and empty, written and not synced… Calls (audit events)
    reach inside what the module calls, as when a file is copied.
    """
    compteur = itertools.count(1)

    def step():
        if next(compteur) == rang:
            os.kill(os.getpid(), signal.SIGKILL)

    def trace(cadre, evenement, _):
        if cadre.f_code.co_filename != versions.__file__:
            return None
        if evenement == "line":
            step()
        return trace

    def audit(evenement, _):
        if evenement == "open" or evenement.startswith(("os.", "shutil.", "fcntl.")):
            step()

    def child():
        sys.addaudithook(audit)
        sys.settrace(trace)
        action()

    return run_child(child)


def killed_everywhere(action, pas):
    """Kill an action at its first point, then further and further, until it comes to its end."""
    for rang in itertools.count(1, pas):
        if kill_at(rang, action) != -signal.SIGKILL:
            return
        yield rang


def test_without_any_import_the_base_is_in_use(depot, base):
    assert depot.actuel() == base
    assert depot.versions() == []
    assert not depot.dossier.exists()


def test_an_import_replaces_the_tables_given_and_keeps_the_others(depot, base):
    avant = contents(base)
    version = import_tables(depot, DEUXIEME)
    assert contents(depot.actuel()) == avant | DEUXIEME
    assert contents(base) == avant
    assert (version.numero, version.actuelle) == (1, True)
    assert depot.versions() == [version]
    assert (version.auteur, version.note, version.cpts) == ("Camille", "table de mai", 2)
    assert version.date.utcoffset() is not None


def test_what_is_prepared_is_not_in_use(depot, base):
    prepare = depot.prepare(DEUXIEME)
    assert depot.actuel() == base
    assert load(prepare).declares == {"21", "70"}
    depot.discard(prepare)
    assert leftovers(depot) == []


def test_an_import_starts_from_the_version_in_use(depot):
    import_tables(depot, DEUXIEME)
    import_tables(depot, {"cpts.csv": TROISIEME["cpts.csv"]})
    assert contents(depot.actuel())["completude.csv"] == DEUXIEME["completude.csv"]


def test_a_return_is_one_step_and_can_be_undone(depot, base):
    import_tables(depot, DEUXIEME)
    import_tables(depot, TROISIEME)
    depot.restore(1)
    assert contents(depot.actuel())["cpts.csv"] == DEUXIEME["cpts.csv"]
    assert [(v.numero, v.actuelle) for v in depot.versions()] == [(2, False), (1, True)]
    depot.restore(0)
    assert depot.actuel() == base
    depot.restore(2)
    assert contents(depot.actuel())["cpts.csv"] == TROISIEME["cpts.csv"]


@pytest.mark.parametrize("numero", [7, -1])
def test_a_return_to_an_unknown_version_is_refused(depot, numero):
    import_tables(depot, DEUXIEME)
    with pytest.raises(ImportRefuse, match=rf"La version {numero} n'existe pas.*gardées : 1 ;"):
        depot.restore(numero)
    assert depot.actuel().name == "1"


@FICHIERS
def test_a_number_is_never_given_twice(depot):
    for tables in (DEUXIEME, TROISIEME, DEUXIEME):
        import_tables(depot, tables)
    depot.restore(1)
    versions.shutil.rmtree(depot.dossier / "versions" / "3")
    assert import_tables(depot, TROISIEME).numero == 4
    (depot.dossier / versions.POINTEUR).unlink()
    assert import_tables(depot, TROISIEME).numero == 5


@FICHIERS
def test_two_folders_of_the_same_name_have_their_own_versions(tmp_path, depot):
    autre = Depot(tmp_path / "var", write_dossier(tmp_path / "ailleurs" / "data"))
    import_tables(depot, DEUXIEME)
    assert autre.actuel() == autre.base
    assert autre.dossier.parent == depot.dossier.parent


@FICHIERS
def test_a_relative_folder_is_the_same(tmp_path, monkeypatch, depot):
    monkeypatch.chdir(tmp_path)
    import_tables(Depot(Path("var"), Path("data")), DEUXIEME)
    assert depot.actuel() == depot.dossier / "versions" / "1"


@FICHIERS
@pytest.mark.parametrize("avec_version", [False, True])
def test_killed_anywhere_an_import_leaves_the_old_data_or_the_new(depot, avec_version):
    if avec_version:
        import_tables(depot, DEUXIEME)
    ancien = contents(depot.actuel())
    nouveau = ancien | TROISIEME
    vus = []
    # Every seventh point, beginning with the first; the steps of one import are some hundreds.
    for _ in killed_everywhere(lambda: import_tables(depot, TROISIEME), pas=7):
        lu = contents(depot.actuel())
        assert lu in (ancien, nouveau)
        vus.append(lu == nouveau)
        depot.restore(int(avec_version))
        depot.clean()
        assert leftovers(depot) == []
    assert len(vus) >= 20
    # It was killed before the switch, and after it: the data in use never went back by themselves.
    assert set(vus) == {False, True}
    assert vus == sorted(vus)
    assert declared(ancien) != {"21"}
    assert load(depot.actuel()).declares == {"21"}
    # The last one came to its end, as if nothing had been.
    assert contents(depot.actuel()) == nouveau
    assert all(
        contents(depot.dossier / "versions" / str(numero)) == nouveau
        for numero in numbers(depot)
        if not (avec_version and numero == 1)
    )


@FICHIERS
def test_killed_anywhere_a_return_is_done_or_not(depot):
    import_tables(depot, DEUXIEME)
    import_tables(depot, TROISIEME)
    vus = []
    for _ in killed_everywhere(lambda: depot.restore(1), pas=2):
        assert numbers(depot) == [2, 1]
        vus.append(depot.actuel().name)
        depot.restore(2)
        depot.clean()
        assert leftovers(depot) == []
    assert len(vus) >= 20
    assert set(vus) == {"1", "2"}
    assert depot.actuel().name == "1"


@contextmanager
def full_disk(monkeypatch, rang):
    """Refuse the rank-th write that must reach the disk, and all that come after."""
    compteur = itertools.count(1)
    fsync = os.fsync

    def refuse(descripteur):
        if next(compteur) >= rang:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(descripteur)

    with monkeypatch.context() as m:
        m.setattr(os, "fsync", refuse)
        yield


@FICHIERS
def test_a_full_disk_leaves_the_data_as_they_were(depot, monkeypatch):
    import_tables(depot, DEUXIEME)
    refus = 0
    for rang in itertools.count(1):
        try:
            with full_disk(monkeypatch, rang):
                import_tables(depot, TROISIEME)
        except ImportRefuse as erreur:
            assert "le disque est plein" in str(erreur)  # noqa: PT017 - the loop ends on a success
            assert "n'ont pas changé" in str(erreur)  # noqa: PT017
            assert contents(depot.actuel())["cpts.csv"] == DEUXIEME["cpts.csv"]
            assert numbers(depot) == [1]
            refus += 1
        else:
            break
    # One a file at least, then the description, its folder, the number and the pointer.
    assert refus > len(contents(depot.base))
    assert contents(depot.actuel())["cpts.csv"] == TROISIEME["cpts.csv"]


@FICHIERS
def test_a_preparation_that_fails_leaves_nothing(depot, monkeypatch):
    with full_disk(monkeypatch, 3), pytest.raises(ImportRefuse):
        depot.prepare(DEUXIEME)
    assert leftovers(depot) == []


@FICHIERS
def test_once_there_is_room_the_same_preparation_is_published(depot, monkeypatch):
    prepare = depot.prepare(DEUXIEME)
    # Its description, its folder, the folder of the numbers, then the pointer.
    for rang in (1, 2, 3, 4):
        with full_disk(monkeypatch, rang), pytest.raises(ImportRefuse, match="disque est plein"):
            depot.publish(prepare, META)
        assert depot.actuel() == depot.base
    assert depot.publish(prepare, META).numero == 1
    assert contents(depot.actuel())["cpts.csv"] == DEUXIEME["cpts.csv"]


def test_a_folder_where_nothing_can_be_written_is_said(tmp_path, base):
    (tmp_path / "var").write_text("not a folder", encoding="utf-8")
    with pytest.raises(ImportRefuse, match="n'ont pas changé"):
        Depot(tmp_path / "var", base).prepare(DEUXIEME)


def test_of_two_imports_prepared_together_the_second_is_refused(depot):
    premier, second = depot.prepare(DEUXIEME), depot.prepare(TROISIEME)
    depot.publish(premier, META)
    with pytest.raises(ImportRefuse, match="ont changé entre-temps"):
        depot.publish(second, META)
    assert contents(depot.actuel())["cpts.csv"] == DEUXIEME["cpts.csv"]


def test_a_return_in_between_refuses_the_import_too(depot):
    import_tables(depot, DEUXIEME)
    prepare = depot.prepare(TROISIEME)
    depot.restore(0)
    with pytest.raises(ImportRefuse, match="un retour à une autre version"):
        depot.publish(prepare, META)


@FICHIERS
def test_two_processes_at_once_do_not_mix(depot, base):
    """Eight processes prepare, wait for one another, then publish: one passes, seven are refused."""
    lecture, ecriture = os.pipe()
    fins_lecture, fins_ecriture = os.pipe()
    enfants = []
    for rang in range(8):
        pid = os.fork()
        if pid == 0:
            issue = b"x"
            with suppress(BaseException):
                prepare = depot.prepare((DEUXIEME, TROISIEME)[rang % 2])
                os.close(ecriture)
                os.read(lecture, 1)  # ends when the last of them has closed its side
                try:
                    depot.publish(prepare, META)
                    issue = b"p"
                except ImportRefuse:
                    issue = b"r"
            os.write(fins_ecriture, issue)
            os._exit(0)
        enfants.append(pid)
    os.close(ecriture)
    for pid in enfants:
        os.waitpid(pid, 0)
    assert sorted(os.read(fins_lecture, 64)) == sorted(b"p" + b"r" * 7)
    for descripteur in (lecture, fins_lecture, fins_ecriture):
        os.close(descripteur)
    assert numbers(depot) == [1]
    lu = contents(depot.actuel())
    assert lu in (contents(base) | DEUXIEME, contents(base) | TROISIEME)


def hold_lock(depot):
    """Start a process that takes the lock and keeps it; return its id."""
    lecture, ecriture = os.pipe()
    pid = os.fork()
    if pid == 0:
        with suppress(BaseException), depot.lock():
            os.write(ecriture, b".")
            time.sleep(600)
        os._exit(0)
    assert os.read(lecture, 1) == b"."
    os.close(lecture)
    os.close(ecriture)
    return pid


@FICHIERS
def test_while_another_import_holds_the_lock_one_is_refused_then_passes(depot, monkeypatch):
    monkeypatch.setattr(versions, "ATTENTE_S", 0.05)
    prepare = depot.prepare(DEUXIEME)
    pid = hold_lock(depot)
    try:
        with pytest.raises(ImportRefuse, match="Un autre import est en cours"):
            depot.publish(prepare, META)
        with pytest.raises(ImportRefuse, match="Un autre import est en cours"):
            depot.restore(0)
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    # The lock of a dead process holds nobody back.
    assert depot.publish(prepare, META).numero == 1


@FICHIERS
def test_cleaning_spares_what_is_being_prepared(depot):
    """Here or in another process; what is more than a day old is taken as abandoned."""
    ici = depot.prepare(DEUXIEME)
    lecture, ecriture = os.pipe()
    pid = os.fork()
    if pid == 0:
        with suppress(BaseException):
            versions._en_cours.clear()
            os.write(ecriture, str(depot.prepare(TROISIEME)).encode())
            time.sleep(600)
        os._exit(0)
    ailleurs = Path(os.read(lecture, 4096).decode())
    os.close(lecture)
    os.close(ecriture)
    depot.clean()
    assert ici.exists()
    assert ailleurs.exists()
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    depot.clean()
    assert ici.exists()
    assert not ailleurs.exists()
    hier = time.time() - DELAI_PREPARATION_S - 1
    os.utime(ici, (hier, hier))
    depot.clean()
    assert leftovers(depot) == []
    with pytest.raises(ImportRefuse, match="plus d'un jour"):
        depot.publish(ici, META)


def test_only_what_was_prepared_here_can_be_published(depot, tmp_path):
    with pytest.raises(ValueError, match="data"):
        depot.publish(tmp_path / "data", META)


@FICHIERS
@pytest.mark.parametrize(
    "texte", ["", "{", "[]", '{"numero": "x", "dernier": 1}', '{"numero": 9, "dernier": 9}']
)
def test_a_damaged_pointer_is_said_never_guessed_and_a_return_mends_it(depot, texte):
    import_tables(depot, DEUXIEME)
    (depot.dossier / versions.POINTEUR).write_text(texte, encoding="utf-8")
    with pytest.raises(DonneesInvalides, match="python -m geo restore N"):
        depot.actuel()
    assert numbers(depot) == [1]
    depot.restore(1)
    assert depot.actuel().name == "1"


@FICHIERS
@pytest.mark.parametrize("numero", [1, 2])
def test_a_version_whose_description_is_lost_is_told_and_can_be_returned_to(depot, numero):
    import_tables(depot, DEUXIEME)
    import_tables(depot, TROISIEME)
    description = depot.dossier / "versions" / str(numero) / versions.DESCRIPTION
    description.write_text("{", encoding="utf-8")
    assert numbers(depot) == [2, 1]
    [perdue] = [version for version in depot.versions() if version.numero == numero]
    assert "description perdue" in perdue.note
    assert (perdue.cpts, perdue.communes) == (2, 2)
    # In use, it is not taken for the base.
    assert depot.en_usage().numero == 2
    description.unlink()
    depot.restore(numero)
    assert depot.en_usage().numero == numero


def test_the_environment_names_the_folders(monkeypatch, tmp_path, base):
    monkeypatch.setenv("CPTS_VAR_DIR", str(tmp_path / "v"))
    monkeypatch.setenv("CPTS_DATA_DIR", str(base))
    depot = open_depot()
    assert depot.base == base
    assert depot.dossier.parent == tmp_path / "v"
    monkeypatch.delenv("CPTS_VAR_DIR")
    monkeypatch.delenv("CPTS_DATA_DIR")
    depot = open_depot()
    assert depot.base == RACINE / "data"
    assert depot.dossier.parent == RACINE / "var"


def test_the_version_in_use_is_named_and_the_base_is_none(depot):
    assert depot.en_usage() is None
    deuxieme = import_tables(depot, DEUXIEME)
    assert depot.en_usage() == deuxieme
    depot.restore(0)
    assert depot.en_usage() is None


def test_the_members_of_a_folder_are_counted(depot, base):
    assert count_members(base) == (2, 4)
    import_tables(depot, DEUXIEME)
    assert count_members(depot.actuel()) == (2, 2)


def test_every_switch_is_in_the_trace_with_who_asked_and_from_which_file(depot):
    import_tables(depot, DEUXIEME, replace(META, empreinte="ab" * 32, identifiant="cd"))
    import_tables(depot, TROISIEME, replace(META, action=INDICATEUR))
    depot.restore(1, auteur="Dominique", identifiant="ef")
    depot.restore(0)
    with pytest.raises(ImportRefuse):
        depot.restore(7)
    actes = read_trace(depot)
    assert [(a.action, a.objet) for a in actes] == [
        (RETOUR, "données d'origine"),
        (RETOUR, "version 1"),
        (INDICATEUR, "version 2"),
        (IMPORT, "version 1"),
    ]
    assert [a.identifiant for a in actes] == ["", "ef", "", "cd"]
    assert (actes[1].auteur, actes[3].auteur) == ("Dominique", "Camille")
    assert (actes[3].fichier, actes[3].empreinte) == ("table.csv", "ab" * 32)
    [deuxieme, premiere] = depot.versions()
    assert (premiere.empreinte, premiere.identifiant) == ("ab" * 32, "cd")
    assert (deuxieme.empreinte, deuxieme.identifiant) == ("", "")


@FICHIERS
def test_a_switch_that_the_trace_cannot_hold_is_not_made(depot):
    import_tables(depot, DEUXIEME)
    prepare = depot.prepare(TROISIEME)
    gardee = (depot.dossier / FICHIER).read_bytes()
    (depot.dossier / FICHIER).write_bytes(b"Ceci n'est pas une trace. " * 400)
    for switch in (lambda: depot.publish(prepare, META), lambda: depot.restore(0)):
        with pytest.raises(ImportRefuse, match=r"endommagé.*n'ont pas changé"):
            switch()
        assert (depot.actuel().name, numbers(depot)) == ("1", [1])
    (depot.dossier / FICHIER).write_bytes(gardee)
    assert depot.publish(prepare, META).numero == 2


@FICHIERS
def test_killed_between_the_switch_and_its_trace_it_is_traced_at_the_next_opening(depot):
    import_tables(depot, DEUXIEME)

    def die(contenu):
        Depot._replace(depot, contenu)
        os.kill(os.getpid(), signal.SIGKILL)

    def action():
        depot._replace = die
        depot.restore(0, auteur="Dominique")

    assert run_child(action) == -signal.SIGKILL
    assert depot.actuel() == depot.base
    assert len(read_trace(depot)) == 1
    depot.clean()
    depot.clean()
    depot.restore(1)
    assert [(a.objet, a.auteur) for a in read_trace(depot)] == [
        ("version 1", ""),
        ("données d'origine", "Dominique"),
        ("version 1", "Camille"),
    ]
