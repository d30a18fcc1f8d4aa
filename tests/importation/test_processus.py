"""The process of imports: the same answers as here, and gone when it is too long, too large or not waited for."""

import threading
import time

import pytest

from geo.chargement import load
from geo.erreurs import DonneesInvalides
from geo.importation import processus
from geo.importation.choix import Choix
from geo.importation.processus import Atelier, TravailAbandonne
from geo.importation.service import check, read_file
from tests.geo.dessin import A, C, write_dossier

TABLE = f"Code INSEE;CPTS\n{A};CPTS Ouest\n{C};CPTS Est\n".encode()


@pytest.fixture(scope="module")
def dossier(tmp_path_factory):
    return write_dossier(tmp_path_factory.mktemp("processus") / "data")


@pytest.fixture(scope="module")
def atlas(dossier):
    return load(dossier)


@pytest.fixture(scope="module")
def work(dossier, atlas):
    atelier = Atelier()
    yield lambda *demande, **options: atelier.run(*demande, dossier=dossier, atlas=atlas, **options)
    atelier.stop()


def test_what_comes_back_is_what_it_would_be_here(work, atlas):
    fichier = work(read_file, "t.csv", TABLE)
    assert fichier == read_file("t.csv", TABLE)
    lue, ici = work(check, [fichier], atlas, Choix()), check([fichier], atlas, Choix())
    # The data in use and the files are those of here, not copies.
    assert lue.atlas is atlas
    assert lue.fichiers[0] is fichier
    assert lue.anomalies.equals(ici.anomalies)
    assert lue.diagnostic.adhesions.equals(ici.diagnostic.adhesions)


def test_a_refusal_comes_back_with_its_problems(work):
    with pytest.raises(DonneesInvalides) as info:
        work(read_file, "t.csv", b"%PDF-1.7")
    assert "PDF" in info.value.problemes[0].message


def test_a_bug_comes_back_loud(work):
    with pytest.raises(RuntimeError, match="Traceback"):
        work(int, "pas un nombre")


def test_nothing_is_left_of_a_work_that_nobody_waits_for(work):
    fini = time.monotonic() + 0.5
    with pytest.raises(TravailAbandonne):
        work(time.sleep, 60, goes_on=lambda: time.monotonic() < fini)
    assert work(read_file, "t.csv", TABLE).nom == "t.csv"


def test_a_limit_of_time_or_memory_is_a_sentence(work, monkeypatch):
    with pytest.raises(DonneesInvalides, match="plus de mémoire que la limite") as info:
        work(bytearray, 4 * processus.MEMOIRE_MAX_OCTETS)
    # Of a table or of a layer, whichever was given.
    assert "d'une couche" in info.value.problemes[0].remede
    monkeypatch.setattr(processus, "DUREE_MAX_S", 0.3)
    with pytest.raises(DonneesInvalides, match="dépasse la durée admise") as info:
        work(time.sleep, 60)
    assert "d'une couche" in info.value.problemes[0].remede
    monkeypatch.undo()
    assert work(read_file, "t.csv", TABLE).nom == "t.csv"


def test_the_second_waits_for_the_first_and_may_give_up(work):
    premier = threading.Thread(target=work, args=(time.sleep, 2))
    premier.start()
    time.sleep(0.3)
    with pytest.raises(TravailAbandonne):
        work(read_file, "t.csv", TABLE, goes_on=lambda: False)
    assert work(read_file, "t.csv", TABLE).nom == "t.csv"
    premier.join()


def test_it_goes_when_it_is_not_asked_any_more(dossier, atlas, monkeypatch):
    monkeypatch.setattr(processus, "_OISIF_S", 0.2)
    atelier = Atelier()
    atelier.run(read_file, "t.csv", TABLE, dossier=dossier, atlas=atlas)
    enfant = atelier._processus
    assert enfant.wait(timeout=30) is not None
