"""Communes given by a rule."""

import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.atelier.affectation import (
    Mairies,
    fill_holes,
    find_free,
    nearest_cpts,
    place_mairies,
    within_km,
)
from geo.atelier.composition import take_composition
from geo.atelier.etat import VERROU_CPTS, Etat
from geo.atelier.gestes import GesteRefuse
from geo.atelier.sol import Sol, lay_sol
from tests.geo.atelier.grille import (
    CODES,
    CPTS_DE_LA_GRILLE,
    KM,
    etats,
    give,
    lock,
    make_sol,
)

GRILLE = make_sol([100] * len(CODES))
# Each in the middle of its square.
MAIRIES = Mairies(
    tuple(CODES),
    np.array([[int(c[0]) + 0.5, int(c[1]) + 0.5] for c in CODES]) * KM,
    {c: rang for rang, c in enumerate(CODES)},
)
LURE, HERICOURT = "70310", "cpts-pays-hericourt"


@pytest.fixture(scope="module")
def sol(atlas) -> Sol:
    return lay_sol(atlas)


@pytest.fixture(scope="module")
def mairies(atlas) -> Mairies:
    return place_mairies(atlas)


@pytest.fixture
def etat(atlas) -> Etat:
    return Etat(take_composition(atlas))


def _gap_km(un: str, autre: str) -> float:
    return float(np.hypot(int(un[0]) - int(autre[0]), int(un[1]) - int(autre[1])))


def test_around_lure(atlas, mairies, etat):
    donnees = within_km(mairies, etat, HERICOURT, LURE, 6, seulement_libres=True)
    noms = {atlas.communes["nom"][code] for code in donnees[HERICOURT]}
    assert {"Lure", "Roye", "Vouhenans"} <= noms
    assert "Vesoul" not in noms
    assert set(donnees[HERICOURT]).isdisjoint(etat.communes)
    # Published distances between these two town halls: some 25 km.
    assert (
        "70550"
        not in within_km(mairies, etat, "cpts-luxeuil", LURE, 20, seulement_libres=False)[
            "cpts-luxeuil"
        ]
    )
    assert (
        "70550"
        in within_km(mairies, etat, "cpts-luxeuil", LURE, 30, seulement_libres=False)[
            "cpts-luxeuil"
        ]
    )


@given(etats(), st.sampled_from(CODES), st.floats(0.1, 8), st.booleans())
def test_around_a_commune(etat, centre, d_km, seulement_libres):
    avant = copy.deepcopy(etat)
    donnees = within_km(MAIRIES, etat, "cpts-a", centre, d_km, seulement_libres=seulement_libres)
    attendues = [
        c
        for c in CODES
        if _gap_km(c, centre) <= d_km
        and not etat.is_locked(c)
        and c not in etat.members("cpts-a")
        and not (seulement_libres and c in etat.communes)
    ]
    assert donnees == ({"cpts-a": tuple(attendues)} if attendues else {})
    assert etat == avant


@pytest.mark.parametrize("d_km", [0, -1, float("nan"), float("inf")])
def test_a_distance_is_some_kilometres(mairies, sol, etat, d_km):
    with pytest.raises(GesteRefuse, match="kilomètres"):
        within_km(mairies, etat, HERICOURT, LURE, d_km, seulement_libres=True)
    with pytest.raises(GesteRefuse, match="kilomètres"):
        nearest_cpts(mairies, sol, etat, ["70"], d_km)


def test_around_a_commune_that_is_not_there(mairies, etat):
    with pytest.raises(GesteRefuse, match="liste"):
        within_km(mairies, etat, HERICOURT, "99999", 5, seulement_libres=True)


@given(etats(), st.floats(0.5, 8), st.sampled_from([(), ("01",), ("02",)]))
def test_nearest(etat, max_km, departements):
    vers = nearest_cpts(MAIRIES, GRILLE, etat, departements, max_km)
    recues = {c: cpts_id for cpts_id, codes in vers.items() for c in codes}
    ouvertes = set(CPTS_DE_LA_GRILLE[:3]) - etat.verrous[1]
    for c in find_free(GRILLE, etat, departements):
        distances = [
            (_gap_km(c, autre), cpts_id) for cpts_id in ouvertes for autre in etat.members(cpts_id)
        ]
        proche = min(distances, default=(np.inf, ""))
        prise = proche[0] <= max_km and not etat.is_locked(c)
        assert recues.get(c) == (proche[1] if prise else None)
    assert sum(map(len, vers.values())) == len(recues)
    assert recues.keys() <= find_free(GRILLE, etat, departements)


def test_nearest_in_haute_saone(mairies, sol, etat):
    vers = nearest_cpts(mairies, sol, etat, ["70"], 60)
    assert LURE in vers["cpts-luxeuil"]
    assert sorted(c for codes in vers.values() for c in codes) == sorted(
        find_free(sol, etat, ["70"])
    )
    lock(etat, "cpts-luxeuil", VERROU_CPTS)
    assert "cpts-luxeuil" not in nearest_cpts(mairies, sol, etat, ["70"], 60)


@given(etats(0.3), st.sampled_from(CPTS_DE_LA_GRILLE[:3]), st.booleans())
def test_holes_are_filled_once(etat, cpts_id, seulement_libres):
    def fill() -> dict[str, tuple[str, ...]]:
        return fill_holes(GRILLE, etat, cpts_id, seulement_libres=seulement_libres)

    donnees = fill()
    for c in donnees.get(cpts_id, ()):
        assert not etat.is_locked(c)
        assert not (seulement_libres and c in etat.communes)
    give(etat, donnees)
    assert fill() == {}
    restent = {c for part in GRILLE.enclaves(etat.members(cpts_id)) for c in part}
    assert all(etat.is_locked(c) or c in etat.communes for c in restent)


def test_a_hole_of_luxeuil(sol, etat):
    siennes = etat.members("cpts-luxeuil")
    trou = min(c for c in siennes if c not in sol.bord and sol.voisines[c].keys() <= siennes)
    give(etat, {HERICOURT: (trou,)})
    assert fill_holes(sol, etat, "cpts-luxeuil") == {}
    assert fill_holes(sol, etat, "cpts-luxeuil", seulement_libres=False) == {
        "cpts-luxeuil": (trou,)
    }
