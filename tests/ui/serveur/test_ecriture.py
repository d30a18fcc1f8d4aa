"""The password that opens writing: to one session, and not by trying."""

from dataclasses import replace

import pytest

from tests.ui.serveur.test_garde import REGLAGES
from ui.serveur import ecriture
from ui.serveur.ecriture import ESSAIS_MAX, FENETRE_S, TropDEssais, may_write, open_writing
from ui.serveur.reglages import Ecriture

MOT = "quatre mots tirés au sort"
PROTEGE = replace(REGLAGES, ecriture=Ecriture.PROTEGEE, mot_de_passe=MOT)


@pytest.fixture(autouse=True)
def _nobody_yet(monkeypatch):
    monkeypatch.setattr(ecriture, "_ouvertes", set())
    monkeypatch.setattr(ecriture, "_echecs", {})


def test_writing_opens_to_the_session_that_knows_the_password():
    assert not open_writing("a", "autre chose", PROTEGE)
    assert not may_write("a", PROTEGE)
    assert open_writing("a", MOT, PROTEGE)
    assert may_write("a", PROTEGE)
    assert not may_write("b", PROTEGE)
    assert not may_write("a", replace(PROTEGE, ecriture=Ecriture.FERMEE))


@pytest.mark.parametrize("faux", ["", "é", MOT[:-1], MOT + " ", MOT.upper()])
def test_no_other_text_does(faux):
    assert not open_writing("a", faux, PROTEGE)


def test_after_a_few_wrong_ones_even_the_right_one_waits():
    for rang in range(ESSAIS_MAX):
        assert not open_writing("a", "faux", PROTEGE, client="1.2.3.4", maintenant=rang)
    with pytest.raises(TropDEssais):
        open_writing("b", MOT, PROTEGE, client="1.2.3.4", maintenant=ESSAIS_MAX)
    assert open_writing("c", MOT, PROTEGE, client="5.6.7.8", maintenant=ESSAIS_MAX)
    assert open_writing("b", MOT, PROTEGE, client="1.2.3.4", maintenant=FENETRE_S)


def test_addresses_without_end_are_not_all_remembered():
    for rang in range(2 * ecriture._ADRESSES_MAX):
        try:
            open_writing("a", "faux", PROTEGE, client=str(rang), maintenant=0)
        except TropDEssais:
            break
    assert len(ecriture._echecs) <= ecriture._ADRESSES_MAX + 1
