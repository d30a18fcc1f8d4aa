"""The log on the disk: what is written stays written, once, and what cannot be is told."""

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings

from geo.atelier import journal as journal_module
from geo.atelier.deroule import Deroule
from geo.atelier.gestes import ANNULER, ATTRIBUER, JUSTIFIER, Geste
from geo.atelier.journal import Conflit, Journal, ScenarioInconnu
from geo.base.connexion import BaseIndisponible, file_base, shared_base
from geo.base.sqlite import FICHIER
from tests.conftest import RACINE
from tests.geo.atelier.test_deroule import play_possible
from tests.geo.atelier.tirage import DEPART, SUITES, UN, A, B, C

GESTE = Geste(ATTRIBUER, vers={B: (UN,)}, outil="pinceau")
AUTRE = Geste(ATTRIBUER, vers={C: (UN,)}, outil="lasso")


@pytest.fixture(params=["sqlite", "postgres"])
def reopen(request, tmp_path):
    """Give what opens the same scenarios as another process would."""
    ouvertes = []
    adresse = request.param == "postgres" and request.getfixturevalue("adresse_postgres")

    def make() -> Journal:
        base = shared_base(adresse) if adresse else file_base(tmp_path / "atelier")
        ouvertes.append(base)
        return Journal(base)

    yield make
    for base in ouvertes:
        base.close()


SQLITE = pytest.mark.parametrize("reopen", ["sqlite"], indirect=True)


@pytest.fixture
def journal(reopen):
    return reopen()


@pytest.fixture
def scenario(journal):
    return begin(journal)


def begin(journal: Journal, nom: str = "Essai") -> str:
    return journal.create(DEPART, nom=nom, auteur="CD", note="", version_depart=2)


def keys(journal: Journal, scenario: str) -> list[str]:
    return [ecrit.cle for ecrit in journal.read(scenario)]


def test_a_scenario_starts_from_what_it_was_given(journal, scenario):
    trouve = journal.find(scenario)
    assert (trouve.nom, trouve.auteur, trouve.note) == ("Essai", "CD", "")
    assert (trouve.version_depart, trouve.gestes) == (2, 0)
    assert trouve.cree_le == trouve.modifie_le
    assert trouve.cree_le.utcoffset() is not None
    assert journal.depart(scenario) == DEPART
    assert journal.version(scenario) == 0
    assert journal.read(scenario) == []


@given(SUITES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
def test_what_was_written_is_read_by_another_process_and_folds_to_the_same_state(
    reopen, journal, gestes
):
    scenario = begin(journal)
    deroule = Deroule(DEPART)
    faits = play_possible(deroule, gestes)
    journal.append(scenario, 0, [(str(rang), geste) for rang, geste in enumerate(faits)])
    relus = reopen().read(scenario)
    assert [ecrit.geste for ecrit in relus] == faits
    assert [ecrit.rang for ecrit in relus] == list(range(1, len(faits) + 1))
    assert Deroule(journal.depart(scenario), [e.geste for e in relus]).etat == deroule.etat


def test_what_follows_a_version_is_read_alone(journal, scenario):
    journal.append(scenario, 0, [("a", GESTE), ("b", AUTRE)])
    journal.append(scenario, 2, [("c", Geste(ANNULER))])
    assert [(e.rang, e.cle, e.geste) for e in journal.read(scenario, 1)] == [
        (2, "b", AUTRE),
        (3, "c", Geste(ANNULER)),
    ]
    assert journal.version(scenario) == 3
    assert journal.find(scenario).gestes == 3


@pytest.mark.parametrize("version", [0, 2, -1])
def test_what_is_written_after_another_version_is_refused(journal, scenario, version):
    journal.append(scenario, 0, [("a", GESTE)])
    with pytest.raises(Conflit):
        journal.append(scenario, version, [("b", AUTRE)])
    assert keys(journal, scenario) == ["a"]


def test_gestures_are_written_all_or_none(journal, scenario):
    journal.append(scenario, 0, [("a", GESTE)])
    with pytest.raises(Conflit):
        journal.append(scenario, 1, [("b", AUTRE), ("c", GESTE), ("a", AUTRE)])
    assert keys(journal, scenario) == ["a"]


def test_no_gesture_writes_nothing(journal, scenario):
    journal.append(scenario, 0, [])
    assert journal.version(scenario) == 0
    with pytest.raises(Conflit):
        journal.append(scenario, 1, [])


def test_a_scenario_that_is_not_there_is_said(journal, scenario):
    journal.append(scenario, 0, [("a", GESTE)])
    for ask in (
        lambda: journal.find("x"),
        lambda: journal.depart("x"),
        lambda: journal.append("x", 0, [("a", GESTE)]),
        lambda: journal.describe("x", nom="", auteur="", note=""),
        lambda: journal.withdraw("x"),
        lambda: journal.duplicate("x", "Copie"),
    ):
        with pytest.raises(ScenarioInconnu):
            ask()
    assert [s.scenario_id for s in journal.scenarios()] == [scenario]


@SQLITE
def test_nothing_is_made_before_a_scenario_is(journal, tmp_path):
    assert journal.scenarios() == []
    with pytest.raises(ScenarioInconnu):
        journal.find("x")
    assert not (tmp_path / "atelier").exists()


def test_a_copy_has_the_log_and_goes_its_own_way(journal, scenario):
    journal.append(scenario, 0, [("a", GESTE)])
    journal.withdraw(scenario)
    copie = journal.duplicate(scenario, "Copie")
    assert [s.nom for s in journal.scenarios()] == ["Copie"]
    trouvee = journal.find(copie)
    assert trouvee.modifie_le >= trouvee.cree_le >= journal.find(scenario).modifie_le
    journal.append(copie, 1, [("b", AUTRE)])
    assert (keys(journal, scenario), keys(journal, copie)) == (["a"], ["a", "b"])
    assert journal.depart(copie) == DEPART
    assert journal.find(copie).auteur == journal.find(scenario).auteur
    assert journal.find(journal.duplicate(scenario, "Autre", "Anne")).auteur == "Anne"


def test_a_scenario_withdrawn_is_off_the_list_and_erased_nowhere(journal, scenario):
    journal.append(scenario, 0, [("a", GESTE)])
    journal.withdraw(scenario)
    assert journal.scenarios() == []
    assert [s.scenario_id for s in journal.scenarios(retires=True)] == [scenario]
    assert keys(journal, scenario) == ["a"]
    journal.withdraw(scenario, retire=False)
    assert [s.scenario_id for s in journal.scenarios()] == [scenario]


def test_what_is_said_of_a_scenario_changes_and_its_log_stays(journal, scenario):
    journal.append(scenario, 0, [("a", GESTE)])
    journal.describe(scenario, nom="Autre « nom »", auteur="EF", note="à revoir")
    trouve = journal.find(scenario)
    assert (trouve.nom, trouve.auteur, trouve.note) == ("Autre « nom »", "EF", "à revoir")
    assert keys(journal, scenario) == ["a"]


def test_the_last_one_touched_comes_first_whatever_the_hour_of_the_season(journal, monkeypatch):
    # The night when clocks go back: 02:30 comes twice.
    instants = iter(
        ("2024-10-27T00:30:00+00:00", "2024-10-27T00:31:00+00:00", "2024-10-27T01:10:00+00:00")
    )
    monkeypatch.setattr(journal_module, "write_now", lambda: next(instants))
    un, deux = begin(journal, "un"), begin(journal, "deux")
    journal.append(un, 0, [("a", GESTE)])
    assert [s.scenario_id for s in journal.scenarios()] == [un, deux]


def append_until_done(journal: Journal, scenario: str, cle: str, geste: Geste) -> None:
    while True:
        try:
            return journal.append(scenario, journal.version(scenario), [(cle, geste)])
        except Conflit:
            if cle in keys(journal, scenario):
                return None


def test_windows_of_several_servers_on_one_scenario_lose_nothing_and_write_nothing_twice(
    reopen, scenario
):
    depart = Barrier(4)
    serveurs = [reopen() for _ in range(2)]

    def write(fenetre: str) -> None:
        sien = serveurs[fenetre in "ab"]
        depart.wait()
        for rang in range(10):
            append_until_done(sien, scenario, f"{fenetre}{rang}", GESTE)

    with ThreadPoolExecutor(4) as fils:
        list(fils.map(write, "abcd"))
    ecrites = keys(reopen(), scenario)
    for fenetre in "abcd":
        assert [c for c in ecrites if c[0] == fenetre] == [f"{fenetre}{r}" for r in range(10)]
    assert len(ecrites) == 40


def test_twenty_sessions_on_twenty_scenarios_do_not_hinder_one_another(journal):
    depart = Barrier(20)

    def work(rang: int) -> str:
        depart.wait()
        scenario = begin(journal, str(rang))
        for version in range(5):
            journal.append(scenario, version, [(str(version), GESTE)])
        return journal.duplicate(scenario, f"copie de {rang}")

    with ThreadPoolExecutor(20) as fils:
        copies = list(fils.map(work, range(20)))
    assert all(keys(journal, copie) == list("01234") for copie in copies)
    assert len(journal.scenarios()) == 40


def test_a_process_killed_right_after_it_wrote_loses_nothing(tmp_path):
    programme = textwrap.dedent("""
        import os, signal, sys
        from pathlib import Path
        from geo.atelier.gestes import ATTRIBUER, Geste
        from geo.atelier.journal import Journal
        from geo.base.connexion import file_base
        from tests.geo.atelier.tirage import DEPART
        journal = Journal(file_base(Path(sys.argv[1])))
        scenario = journal.create(DEPART, nom="Essai", auteur="", note="", version_depart=0)
        for version in range(3):
            geste = Geste(ATTRIBUER, vers={"cpts-b": ("70001",)})
            journal.append(scenario, version, [(str(version), geste)])
        os.kill(os.getpid(), signal.SIGKILL)
    """)
    fini = subprocess.run(
        [sys.executable, "-c", programme, str(tmp_path)],
        cwd=RACINE,
        capture_output=True,
        check=False,
    )
    assert fini.returncode == -signal.SIGKILL, fini.stderr.decode()
    journal = Journal(file_base(tmp_path))
    [scenario] = journal.scenarios()
    assert keys(journal, scenario.scenario_id) == ["0", "1", "2"]
    assert journal.depart(scenario.scenario_id) == DEPART


def fill_the_disk(journal: Journal) -> None:
    """Let the file grow no more: SQLite then says what it says of a full disk."""

    def limit(connexion, *_):
        [[pages]] = connexion.execute("PRAGMA page_count").fetchall()
        connexion.execute(f"PRAGMA max_page_count = {pages}")

    moteur = journal._base.moteur.open()
    moteur.dispose()
    sa.event.listen(moteur, "connect", limit)


@SQLITE
def test_a_full_disk_is_told_and_the_log_is_as_before(journal, scenario):
    journal.append(scenario, 0, [("a", GESTE)])
    fill_the_disk(journal)
    gros = Geste(JUSTIFIER, cpts=(A,), motif="x" * 4_000)
    with pytest.raises(BaseIndisponible, match="disque du serveur est plein"):
        journal.append(scenario, 1, [(str(rang), gros) for rang in range(20)])
    assert keys(journal, scenario) == ["a"]
    with pytest.raises(BaseIndisponible, match="disque du serveur est plein"):
        journal.describe(scenario, nom="x" * 100_000, auteur="", note="")
    assert journal.find(scenario).nom == "Essai"
    with pytest.raises(Conflit):
        journal.append(scenario, 0, [("b", AUTRE)])


def test_a_folder_that_cannot_be_made_is_told_in_french(tmp_path):
    (tmp_path / "fichier").write_bytes(b"")
    journal = Journal(file_base(tmp_path / "fichier" / "atelier"))
    with pytest.raises(BaseIndisponible, match="droits d'écriture") as refus:
        begin(journal)
    assert "fichier" not in str(refus.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_a_folder_closed_to_writing_is_told(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(BaseIndisponible, match="droits d'écriture"):
        begin(Journal(file_base(tmp_path)))


@SQLITE
def test_a_file_closed_to_writing_is_told(journal, scenario):
    sa.event.listen(
        journal._base.moteur.open(),
        "connect",
        lambda connexion, _: connexion.execute("PRAGMA query_only=ON"),
    )
    journal._base.moteur.open().dispose()
    with pytest.raises(BaseIndisponible, match="droits d'écriture"):
        journal.append(scenario, 0, [("a", GESTE)])
    assert keys(journal, scenario) == []


@SQLITE
def test_another_program_that_holds_the_file_is_told(journal, scenario, tmp_path):
    moteur = journal._base.moteur.open()
    moteur.dispose()
    sa.event.listen(moteur, "connect", lambda c, _: c.execute("PRAGMA busy_timeout=50"))
    autre = sqlite3.connect(tmp_path / "atelier" / FICHIER, isolation_level=None)
    autre.execute("BEGIN IMMEDIATE")
    with pytest.raises(BaseIndisponible, match="Un autre programme tient"):
        journal.append(scenario, 0, [("a", GESTE)])
    autre.execute("ROLLBACK")
    autre.close()
    journal.append(scenario, 0, [("a", GESTE)])
    assert keys(journal, scenario) == ["a"]


def test_a_file_that_is_no_log_is_told_and_left_as_it_is(tmp_path):
    (tmp_path / FICHIER).write_bytes(b"Ceci n'est pas un journal. " * 400)
    journal = Journal(file_base(tmp_path))
    for ask in (journal.scenarios, lambda: journal.version("x"), lambda: begin(journal)):
        with pytest.raises(BaseIndisponible, match="est endommagé"):
            ask()
    assert (tmp_path / FICHIER).read_bytes().startswith(b"Ceci n'est pas")


@SQLITE
@pytest.mark.parametrize(
    "ordre",
    [
        "UPDATE gestes SET donnees = '{'",
        "UPDATE gestes SET donnees = '{}'",
        "UPDATE scenarios SET depart = x'00'",
    ],
)
def test_a_row_damaged_by_hand_is_told(journal, scenario, tmp_path, ordre):
    journal.append(scenario, 0, [("a", GESTE)])
    with sqlite3.connect(tmp_path / "atelier" / FICHIER) as connexion:
        connexion.execute(ordre)
    connexion.close()
    with pytest.raises(BaseIndisponible, match="est endommagé"):
        Deroule(journal.depart(scenario), [ecrit.geste for ecrit in journal.read(scenario)])
