"""The fold of a log: undo, redo, and what no gesture may do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.atelier.deroule import Deroule, invert
from geo.atelier.etat import Etat
from geo.atelier.gestes import ANNULER, ATTRIBUER, REFAIRE, Geste, GesteRefuse
from tests.geo.atelier.tirage import CODES, DEPART, GESTES, SUITES, UN, A, B

DEFAIRE, RETABLIR = Geste(ANNULER), Geste(REFAIRE)
AVEC_RETOURS = st.lists(st.one_of(GESTES, st.just(DEFAIRE), st.just(RETABLIR)), max_size=25)


def play_possible(deroule: Deroule, gestes) -> list[Geste]:
    """Do the gestures that can be done, and return them."""
    faits = []
    for geste in gestes:
        try:
            deroule.play(geste)
        except GesteRefuse:
            continue
        faits.append(geste)
    return faits


def members_from_scratch(etat: Etat) -> dict[str, frozenset[str]]:
    return {
        cpts_id: frozenset(c for c, siennes in etat.communes.items() if cpts_id in dict(siennes))
        for cpts_id in etat.cpts
    }


@given(SUITES)
def test_as_many_undos_as_gestures_give_back_the_start(gestes):
    deroule = Deroule(DEPART)
    for _ in play_possible(deroule, gestes):
        deroule.play(DEFAIRE)
    assert deroule.etat == Etat(DEPART)
    assert deroule.etat.composition() == DEPART
    assert deroule.undoable is None
    with pytest.raises(GesteRefuse, match="plus rien à annuler"):
        deroule.plan(DEFAIRE)


@given(SUITES, st.integers(1, 25))
def test_redo_after_undo_is_the_identity(gestes, fois):
    deroule = Deroule(DEPART)
    faits = play_possible(deroule, gestes)
    attendu = Deroule(DEPART, faits).etat
    fois = min(fois, len(faits))
    for _ in range(fois):
        deroule.play(DEFAIRE)
    assert deroule.etat == Deroule(DEPART, faits[: len(faits) - fois]).etat
    for geste in faits[len(faits) - fois :]:
        assert deroule.redoable == geste
        deroule.play(RETABLIR)
    assert deroule.etat == attendu
    assert deroule.redoable is None


@given(AVEC_RETOURS)
def test_the_fold_of_the_log_is_the_state(gestes):
    deroule = Deroule(DEPART)
    journal = play_possible(deroule, gestes)
    relu = Deroule(DEPART, journal)
    assert relu.etat == deroule.etat
    assert relu.version == deroule.version == len(journal)
    assert (relu.undoable, relu.redoable) == (deroule.undoable, deroule.redoable)


@given(AVEC_RETOURS)
def test_changes_say_what_was_and_inverted_take_it_back(gestes):
    deroule = Deroule(DEPART)
    for geste in gestes:
        avant = Deroule(deroule.etat.composition()).etat
        motifs = dict(deroule.etat.motifs)
        try:
            changements = deroule.play(geste)
        except GesteRefuse:
            continue
        deroule.etat.apply(invert(changements))
        assert deroule.etat.composition() == avant.composition()
        assert dict(deroule.etat.motifs) == motifs
        deroule.etat.apply(changements)


@given(AVEC_RETOURS)
def test_members_follow_the_communes_and_no_membership_is_of_a_cpts_that_is_not(gestes):
    deroule = Deroule(DEPART)
    play_possible(deroule, gestes)
    etat = deroule.etat
    attendus = members_from_scratch(etat)
    assert {cpts_id: etat.members(cpts_id) for cpts_id in etat.cpts} == attendus
    assert {c for siennes in etat.communes.values() for c, _ in siennes} <= etat.cpts.keys()
    assert all(siennes == tuple(sorted(siennes)) for siennes in etat.communes.values())
    assert etat.overlaps() == sorted(c for c, s in etat.communes.items() if len(s) > 1)


@given(SUITES)
def test_what_is_locked_never_moves(gestes):
    deroule = Deroule(DEPART)
    etat = deroule.etat
    for geste in gestes:
        fixes = {code: etat.communes.get(code) for code in CODES if etat.is_locked(code)}
        fermees = {cpts_id: etat.members(cpts_id) for cpts_id in etat.verrous[1]}
        play_possible(deroule, [geste])
        assert {code: etat.communes.get(code) for code in fixes} == fixes
        assert {cpts_id: etat.members(cpts_id) for cpts_id in fermees} == fermees
        assert etat.verrous[1] <= etat.cpts.keys()


@given(SUITES, GESTES)
def test_a_refused_gesture_changes_nothing(gestes, geste):
    deroule = Deroule(DEPART)
    faits = play_possible(deroule, gestes)
    if play_possible(deroule, [geste]):
        return
    attendu = Deroule(DEPART, faits)
    assert deroule.etat == attendu.etat
    assert (deroule.version, deroule.undoable) == (attendu.version, attendu.undoable)


@given(SUITES)
def test_a_plan_changes_nothing_by_itself(gestes):
    deroule = Deroule(DEPART)
    for geste in gestes:
        avant = deroule.etat.composition()
        try:
            deroule.plan(geste)
        except GesteRefuse:
            continue
        assert deroule.etat.composition() == avant
        deroule.play(geste)


@given(SUITES)
def test_each_commune_that_was_given_is_in_one_cpts(gestes):
    deroule = Deroule(DEPART)
    etat = deroule.etat
    for geste in gestes:
        libres = {code for code in CODES if not etat.is_locked(code)}
        if not play_possible(deroule, [geste]) or geste.genre != ATTRIBUER:
            continue
        for cpts_id, codes in geste.vers.items():
            for code in libres.intersection(codes):
                assert [cpts for cpts, _ in etat.communes[code]] == [cpts_id]
        assert not etat.communes.keys() & libres.intersection(geste.codes)


def test_a_new_gesture_forgets_what_could_be_done_again():
    deroule = Deroule(DEPART, [Geste(ATTRIBUER, vers={B: (UN,)}), DEFAIRE])
    assert deroule.redoable is not None
    deroule.play(Geste(ATTRIBUER, codes=(UN,)))
    assert deroule.redoable is None
    with pytest.raises(GesteRefuse, match="rien à refaire"):
        deroule.play(RETABLIR)


def test_a_log_that_cannot_be_played_is_refused():
    with pytest.raises(GesteRefuse, match="Rien ne change"):
        Deroule(DEPART, [Geste(ATTRIBUER, vers={A: (UN,)})])
