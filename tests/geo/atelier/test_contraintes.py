"""What a scenario breaks of what was asked: read off the drawing of ``tests/geo/dessin.py``."""

import pytest

from geo.atelier.composition import take_composition
from geo.atelier.contraintes import AutreDepartement, EpciPartage, HorsBorne, Morcelee, check
from geo.atelier.etat import CONTRAINTE, Changement, Etat
from geo.atelier.gestes import (
    D_UN_SEUL_TENANT,
    EPCI_ENTIERS,
    POPULATION_MAX,
    POPULATION_MIN,
    UN_SEUL_DEPARTEMENT,
)
from geo.atelier.sol import Sol, lay_sol
from tests.geo.atelier.grille import give
from tests.geo.dessin import B, C, D, E

OUEST, EST, LOIN = "cpts-ouest", "cpts-est", "cpts-loin"
TOUTES = (OUEST, EST, LOIN)


@pytest.fixture(scope="module")
def sol(atlas_dessine) -> Sol:
    return lay_sol(atlas_dessine)


@pytest.fixture
def etat(atlas_dessine) -> Etat:
    return Etat(take_composition(atlas_dessine))


def _ask(etat: Etat, contrainte: str, valeur: int | bool = True) -> None:
    etat.apply([Changement(CONTRAINTE, contrainte, None, valeur)])


def test_nothing_is_asked(sol, etat):
    assert check(sol, etat, TOUTES) == []


def test_bounds(sol, etat):
    _ask(etat, POPULATION_MIN, 301)
    _ask(etat, POPULATION_MAX, 449)
    # Ouest has 300 inhabitants and Est 450; Loin has no commune.
    few, many = check(sol, etat, TOUTES)
    assert few == HorsBorne(OUEST, POPULATION_MIN, 300, 301)
    assert many == HorsBorne(EST, POPULATION_MAX, 450, 449)
    assert few.ecart == many.ecart == 1
    assert check(sol, etat, ()) == check(sol, etat, (LOIN, "cpts-disparue")) == []


def test_bounds_are_allowed(sol, etat):
    _ask(etat, POPULATION_MIN, 300)
    _ask(etat, POPULATION_MAX, 450)
    assert check(sol, etat, TOUTES) == []


def test_one_piece(sol, etat):
    _ask(etat, D_UN_SEUL_TENANT)
    assert check(sol, etat, TOUTES) == [Morcelee(EST, (frozenset([E]),))]


def test_whole_epci(sol, etat):
    _ask(etat, EPCI_ENTIERS)
    assert check(sol, etat, TOUTES) == [EpciPartage(EST, "200000002", {(): (D,)})]
    give(etat, {LOIN: (B, D)})
    assert check(sol, etat, (OUEST, EST)) == [
        EpciPartage(EST, "200000002", {(LOIN,): (D,)}),
        EpciPartage(OUEST, "200000001", {(LOIN,): (B,)}),
    ]


def test_one_department(sol, etat):
    _ask(etat, UN_SEUL_DEPARTEMENT)
    assert check(sol, etat, TOUTES) == [AutreDepartement(EST, "70", "52", (E,))]
    give(etat, {OUEST: (C,)})
    # Most of its inhabitants now live in the other one.
    assert check(sol, etat, (OUEST,)) == [AutreDepartement(OUEST, "70", "21", ("21001", "21002"))]
