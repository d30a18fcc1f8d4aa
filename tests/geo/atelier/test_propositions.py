"""Three ways to absorb a zone of nobody."""

import pytest
from hypothesis import given

from geo.atelier.composition import take_composition
from geo.atelier.etat import VERROU_CPTS, Etat
from geo.atelier.propositions import EPCI, EQUILIBRE, FRONTIERE, GENRES, free_zones, propose
from geo.atelier.sol import Sol, lay_sol
from tests.geo.atelier.grille import etats, give, lock, sols

LURE = "70310"


@pytest.fixture(scope="module")
def sol(atlas) -> Sol:
    return lay_sol(atlas)


@pytest.fixture
def etat(atlas) -> Etat:
    return Etat(take_composition(atlas))


def _zone_of(sol: Sol, etat: Etat, code: str):
    return next(zone for zone in free_zones(sol, etat, ["70"]) if code in zone.codes)


def _check_laws(sol: Sol, etat: Etat, codes: frozenset[str]):
    propositions = propose(sol, etat, codes)
    assert tuple(p.genre for p in propositions) == GENRES
    for proposition in propositions:
        donnees = [code for siennes in proposition.vers.values() for code in siennes]
        # Each commune once, given, left or locked, and no other.
        dites = [*donnees, *proposition.laissees, *proposition.verrouillees]
        assert sorted(dites) == sorted(codes)
        total = sum(apres - avant for avant, apres in proposition.populations.values())
        assert total == sol.count(donnees) == sum(r.population for r in proposition.recevantes)
        for recevante in proposition.recevantes:
            cpts_id, siennes = recevante.cpts_id, etat.members(recevante.cpts_id)
            assert etat.cpts[cpts_id].statut != "abandonne"
            assert cpts_id not in etat.verrous[1]
            apres = siennes.union(recevante.codes)
            # What is given hangs together with what it had: no part is new.
            assert all(part & siennes for part in sol.parts(apres))
            assert recevante.apres.population == sol.count(apres)
            assert recevante.apres.parties_detachees <= recevante.avant.parties_detachees
            assert proposition.populations[cpts_id] == (
                recevante.avant.population,
                recevante.apres.population,
            )
        # No commune that is left touches a CPTS that may receive.
        prises = {c for i in proposition.populations for c in etat.members(i)}.union(donnees)
        assert all(prises.isdisjoint(sol.voisines[code]) for code in proposition.laissees)
    return {proposition.genre: proposition for proposition in propositions}


def _squares(proposition) -> int:
    return sum(apres**2 for _, apres in proposition.populations.values())


@given(sols(), etats())
def test_laws(sol, etat):
    for zone in free_zones(sol, etat, ()):
        propositions = _check_laws(sol, etat, zone.codes)
        autres = [propositions[genre] for genre in (FRONTIERE, EPCI)]
        assert all(_squares(propositions[EQUILIBRE]) <= _squares(autre) for autre in autres)
        court, long = (propositions[genre].contours_km[1] for genre in (FRONTIERE, EPCI))
        assert court <= long + 1e-6


@given(sols(), etats())
def test_outlines_are_those_of_the_state_that_a_proposal_makes(sol, etat):
    for zone in free_zones(sol, etat, ())[:1]:
        for proposition in propose(sol, etat, zone.codes)[:1]:
            give(etat, proposition.vers)
            apres = sum(sol.outline_km(etat.members(i)) for i in proposition.populations)
            assert proposition.contours_km[1] == pytest.approx(apres)


@given(sols(), etats())
def test_zones_are_what_nobody_has(sol, etat):
    zones = free_zones(sol, etat, ())
    assert {c for zone in zones for c in zone.codes} == sol.etude - etat.communes.keys()
    assert [z.population for z in zones] == sorted((z.population for z in zones), reverse=True)
    assert all(sol.population[z.code] == max(sol.population[c] for c in z.codes) for z in zones)


def test_lure(sol, etat):
    zone = _zone_of(sol, etat, LURE)
    assert (zone.code, zone.nom) == (LURE, "Lure")
    assert zone.population == sum(sol.population[code] for code in zone.codes)
    propositions = _check_laws(sol, etat, zone.codes)
    for proposition in propositions.values():
        assert not proposition.laissees
        assert {"cpts-luxeuil", "cpts-pays-hericourt"} <= proposition.populations.keys()
    # The least populous neighbour catches up; without it, that is left where it was.
    equilibre = propositions[EQUILIBRE].populations
    assert min(apres for _, apres in equilibre.values()) > 2 * min(a for a, _ in equilibre.values())
    epci = propositions[EPCI]
    assert epci.epci_entiers == epci.epci > propositions[EQUILIBRE].epci_entiers
    frontiere = propositions[FRONTIERE]
    assert frontiere.contours_km[1] < propositions[EQUILIBRE].contours_km[1]
    assert propose(sol, etat, zone.codes) == tuple(propositions.values())


def test_lure_where_what_is_locked_stays(sol, etat):
    zone = _zone_of(sol, etat, LURE)
    lock(etat, LURE)
    lock(etat, "cpts-luxeuil", VERROU_CPTS)
    for proposition in _check_laws(sol, etat, zone.codes).values():
        assert proposition.verrouillees == (LURE,)
        assert "cpts-luxeuil" not in proposition.populations


def test_an_epci_goes_to_the_cpts_that_has_most_of_it(sol, etat):
    """The EPCI of Lure is wholly of nobody: with a few of its inhabitants, Héricourt has a claim."""
    zone = _zone_of(sol, etat, LURE)
    siren = sol.epci[LURE]
    portes = [c for c in zone.codes if sol.epci[c] == siren]
    autour = {
        v for i in ("cpts-bassin-vesulien",) for c in etat.members(i) for v in sol.voisines[c]
    }
    prise = min(autour.intersection(portes))
    give(etat, {"cpts-bassin-vesulien": (prise,)})
    partie = _zone_of(sol, etat, LURE)
    epci = propose(sol, etat, partie.codes)[GENRES.index(EPCI)]
    siennes = {c for c in partie.codes if sol.epci[c] == siren}
    assert siennes <= set(epci.vers["cpts-bassin-vesulien"])


def test_a_zone_that_no_cpts_touches(sol, etat):
    zone = _zone_of(sol, etat, LURE)
    for cpts_id in list(etat.cpts):
        lock(etat, cpts_id, VERROU_CPTS)
    for proposition in propose(sol, etat, zone.codes):
        assert proposition.vers == {}
        assert proposition.laissees == tuple(sorted(zone.codes))
