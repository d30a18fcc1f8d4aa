"""Several windows, and several servers, on one scenario."""

import sqlite3
import threading

import pytest

from geo.atelier.composition import take_composition
from geo.atelier.etabli import Etabli, open_chantier
from geo.atelier.etat import COMMUNE, Composition, Etat
from geo.atelier.gestes import ANNULER, ATTRIBUER, CREER, Geste
from geo.atelier.journal import Journal
from geo.base.connexion import BaseIndisponible, file_base
from geo.base.sqlite import FICHIER

LUXEUIL, VESOUL = "cpts-luxeuil", "cpts-bassin-vesulien"
LURE, CHAMPAGNEY = "70310", "70120"


@pytest.fixture(scope="module")
def chantier(atlas):
    return open_chantier(atlas)


@pytest.fixture
def journal(tmp_path):
    return Journal(file_base(tmp_path))


@pytest.fixture
def scenario_id(chantier, journal):
    return journal.create(chantier.avant, nom="Essai", auteur="", note="", version_depart=0)


def give(code, cpts_id):
    return Geste(ATTRIBUER, vers={cpts_id: (code,)})


def test_a_gesture_is_kept_and_told(chantier, journal, scenario_id):
    etabli = Etabli(chantier, journal, scenario_id)
    assert etabli.touchees == frozenset()
    assert etabli.play([("un", give(LURE, LUXEUIL))]) == []
    assert (etabli.version, etabli.touchees) == (1, {LUXEUIL})
    assert etabli.moved() == {LURE}
    suite = etabli.since(0)
    assert [(c.famille, c.cle) for c in suite.changements] == [(COMMUNE, LURE)]
    assert suite.touchees == {LUXEUIL}
    assert etabli.since(1).changements == ()
    relu = Etabli(chantier, journal, scenario_id)
    assert relu.etat == etabli.etat
    assert relu.undoable == give(LURE, LUXEUIL)


def test_undoing_everything_touches_nothing_any_more(chantier, journal, scenario_id):
    etabli = Etabli(chantier, journal, scenario_id)
    etabli.play([("1", give(LURE, LUXEUIL)), ("2", give(CHAMPAGNEY, VESOUL))])
    etabli.play([("3", Geste(ANNULER)), ("4", Geste(ANNULER))])
    assert etabli.touchees == frozenset()
    assert etabli.etat == Etat(take_composition(chantier.atlas))
    assert etabli.bilan.population(LUXEUIL) == chantier.bilan.population(LUXEUIL)


def test_a_key_that_is_sent_again_is_done_once(chantier, journal, scenario_id):
    etabli = Etabli(chantier, journal, scenario_id)
    etabli.play([("un", give(LURE, LUXEUIL))])
    etabli.play([("un", give(LURE, LUXEUIL)), ("deux", Geste(ANNULER))])
    etabli.play([("deux", Geste(ANNULER))])
    assert etabli.version == 2
    # A server that was killed and started again knows it too.
    relu = Etabli(chantier, journal, scenario_id)
    assert relu.play([("un", give(LURE, LUXEUIL))]) == []
    assert relu.version == 2


def test_two_servers_on_one_scenario_lose_no_gesture(chantier, journal, scenario_id, tmp_path):
    etablis = [Etabli(chantier, Journal(file_base(tmp_path)), scenario_id) for _ in range(2)]
    libres = sorted(chantier.sol.des_departements["70"] - chantier.avant.adhesions.keys())[:40]

    def compose(rang):
        for code in libres[rang::2]:
            cible = (LUXEUIL, VESOUL)[rang]
            assert etablis[rang].play([(code, give(code, cible))]) == []

    fils = [threading.Thread(target=compose, args=(rang,)) for rang in range(2)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    fin = Etabli(chantier, journal, scenario_id)
    assert fin.version == len(libres)
    for rang, cible in enumerate((LUXEUIL, VESOUL)):
        assert set(libres[rang::2]) <= fin.etat.members(cible)
    for etabli in etablis:
        etabli.catch_up()
        assert etabli.etat == fin.etat
        # One summed after each gesture, the other at the end of the log.
        assert etabli.touchees == fin.touchees == {LUXEUIL, VESOUL}
        for cpts_id in etabli.touchees:
            assert etabli.bilan.population(cpts_id) == fin.bilan.population(cpts_id)


def test_a_log_put_back_from_a_backup_is_read_again_however_long_it_has_grown(
    chantier, journal, scenario_id
):
    etabli = Etabli(chantier, journal, scenario_id)
    etabli.play([("1", give(LURE, LUXEUIL)), ("2", give(CHAMPAGNEY, LUXEUIL))])
    with journal._base.write() as connexion:
        connexion.exec_driver_sql("DELETE FROM gestes WHERE rang = 2")
    ailleurs = Etabli(chantier, journal, scenario_id)
    ailleurs.play([("3", give(CHAMPAGNEY, VESOUL)), ("4", give(LURE, VESOUL))])
    # What it took for written is done again, after what others have written since.
    assert etabli.play([("2", give(CHAMPAGNEY, LUXEUIL))]) == []
    assert [ecrit.cle for ecrit in journal.read(scenario_id)] == ["1", "3", "4", "2"]
    assert etabli.etat.members(LUXEUIL) >= {CHAMPAGNEY}
    assert LURE in etabli.etat.members(VESOUL)
    assert not etabli.follows(2, "2")
    assert etabli.follows(4, "2")


def test_a_late_window_is_told_what_others_did(chantier, journal, scenario_id):
    etabli = Etabli(chantier, journal, scenario_id)
    etabli.play([("1", give(LURE, LUXEUIL))])
    etabli.play([("2", give(LURE, VESOUL))])
    suite = etabli.since(0)
    (changement,) = suite.changements
    assert (changement.avant, changement.apres) == (None, ((VESOUL, "documente"),))
    assert suite.touchees == {VESOUL}


def test_what_cannot_be_done_is_told_and_the_rest_is_done(chantier, journal, scenario_id):
    etabli = Etabli(chantier, journal, scenario_id)
    refus = etabli.play(
        [
            ("1", give("99999", LUXEUIL)),
            ("2", Geste(CREER, cible="cpts-x", nom="CPTS X", statut="nimporte")),
            ("3", give(LURE, LUXEUIL)),
        ]
    )
    assert refus == [
        "Une commune demandée n'est pas dans les données en service.",
        "Cette étape n'est pas dans les données en service.",
    ]
    assert etabli.etat.members(LUXEUIL) >= {LURE}


def test_what_cannot_be_written_changes_nothing(chantier, journal, scenario_id, monkeypatch):
    etabli = Etabli(chantier, journal, scenario_id)

    def full(*_):
        raise BaseIndisponible("Le disque du serveur est plein.")

    monkeypatch.setattr(journal, "append", full)
    with pytest.raises(BaseIndisponible):
        etabli.play([("1", give(LURE, LUXEUIL))])
    assert (etabli.version, etabli.touchees) == (0, frozenset())
    assert LURE not in etabli.etat.communes


def test_a_backup_put_in_place_of_the_log_is_read_again(chantier, tmp_path, scenario_id):
    journal = Journal(file_base(tmp_path))
    etabli = Etabli(chantier, journal, scenario_id)
    etabli.play([("1", give(LURE, LUXEUIL))])
    with sqlite3.connect(tmp_path / FICHIER) as source, sqlite3.connect(tmp_path / "b") as copie:
        source.backup(copie)
    source.close()
    copie.close()
    etabli.play([("2", give(CHAMPAGNEY, LUXEUIL)), ("3", give(CHAMPAGNEY, VESOUL))])
    for reste in tmp_path.glob(f"{FICHIER}*"):
        reste.unlink()
    (tmp_path / "b").rename(tmp_path / FICHIER)
    assert etabli.play([("4", give(CHAMPAGNEY, VESOUL))]) == []
    assert etabli.version == 2
    assert Journal(file_base(tmp_path)).version(scenario_id) == 2
    assert etabli.etat.members(LUXEUIL) >= {LURE}


def test_what_the_data_no_longer_have_can_be_given_up(chantier, journal):
    depart = Composition(
        chantier.avant.cpts, {**chantier.avant.adhesions, "70999": ((LUXEUIL, "documente"),)}
    )
    scenario_id = journal.create(depart, nom="Essai", auteur="", note="", version_depart=0)
    etabli = Etabli(chantier, journal, scenario_id)
    assert etabli.play([("1", Geste(ATTRIBUER, codes=("70999",)))]) == []
    assert etabli.touchees == frozenset()


def test_a_log_that_cannot_be_done_again_is_said_to_be_damaged(chantier, journal, scenario_id):
    journal.append(scenario_id, 0, [("1", give(LURE, "cpts-disparue"))])
    with pytest.raises(BaseIndisponible, match="endommagé"):
        Etabli(chantier, journal, scenario_id)
