"""A request in a thread of its own: one at a time, stopped when asked or when nobody waits."""

import threading

import pytest

from geo.wfs.erreurs import RechercheArretee, refuse
from ui.donnees.recherche_wfs import Recherche

LONGTEMPS_S = 10


def hold(step, goes_on):
    step("tenue")
    while goes_on():
        threading.Event().wait(0.005)
    raise RechercheArretee


def test_one_at_a_time_and_its_result():
    premiere = Recherche(hold, lambda: True)
    seconde = Recherche(lambda *_: 7, lambda: True)
    assert premiere.start()
    assert not seconde.start()
    assert not premiere.wait(0)
    premiere.stop()
    assert premiere.wait(LONGTEMPS_S)
    assert (premiere.resultat, premiere.refus, premiere.etape) == (None, None, "Arrêt…")
    assert seconde.start()
    assert (seconde.wait(LONGTEMPS_S), seconde.resultat) == (True, 7)


def test_it_ends_with_its_session():
    la = threading.Event()
    recherche = Recherche(hold, lambda: not la.is_set())
    assert recherche.start()
    la.set()
    assert recherche.wait(LONGTEMPS_S)


def test_a_refusal_is_kept_and_a_bug_is_loud():
    def refuser(*_):
        raise refuse("WFS", "non", "rien")

    refusee = Recherche(refuser, lambda: True)
    assert refusee.start()
    assert refusee.wait(LONGTEMPS_S)
    assert refusee.refus is not None
    fautive = Recherche(lambda *_: 1 / 0, lambda: True)
    assert fautive.start()
    with pytest.raises(ZeroDivisionError):
        fautive.wait(LONGTEMPS_S)
    # The place is free again.
    assert Recherche(lambda *_: 1, lambda: True).start()
