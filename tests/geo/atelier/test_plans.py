"""What each kind of gesture changes, and why some are refused."""

import pytest
from hypothesis import given

from geo.atelier.deroule import Deroule
from geo.atelier.etat import Cpts
from geo.atelier.gestes import (
    ATTRIBUER,
    CONTRAINDRE,
    CREER,
    DEVERROUILLER,
    FUSIONNER,
    JUSTIFIER,
    RENOMMER,
    SCINDER,
    SUPPRIMER,
    VERROUILLER,
    Geste,
    GesteRefuse,
)
from geo.perimetre import DEDUIT, DOCUMENTE, HYPOTHESE
from tests.geo.atelier.test_deroule import play_possible
from tests.geo.atelier.tirage import (
    CINQ,
    CODES,
    DEPART,
    DEUX,
    HUIT,
    NEUVES,
    QUATRE,
    SEPT,
    SIX,
    SUITES,
    TROIS,
    UN,
    A,
    B,
    C,
    D,
)

NEUVE = NEUVES[0]


def make(*gestes: Geste):
    return Deroule(DEPART, gestes).etat


def test_a_commune_of_two_cpts_that_is_given_to_one_of_them_is_there_alone():
    etat = make(Geste(ATTRIBUER, vers={A: (TROIS, SEPT), C: (QUATRE,)}))
    # As the scenario found it there.
    assert etat.communes[TROIS] == ((A, DEDUIT),)
    assert etat.communes[SEPT] == ((A, DOCUMENTE),)
    assert etat.communes[QUATRE] == ((C, DOCUMENTE),)
    assert etat.overlaps() == []


def test_a_commune_given_where_it_is_alone_keeps_how_that_is_known():
    etat = make(Geste(ATTRIBUER, vers={A: (DEUX, SEPT)}))
    assert etat.communes[DEUX] == ((A, HYPOTHESE),)


def test_a_commune_given_to_nobody_is_in_none():
    etat = make(Geste(ATTRIBUER, codes=(TROIS, HUIT)))
    assert TROIS not in etat.communes


def test_a_merge_takes_all_and_leaves_the_other_cpts_of_an_overlap_alone():
    etat = make(Geste(FUSIONNER, cpts=(A, D), cible=C))
    assert etat.cpts.keys() == {B, C}
    assert etat.members(C) == {UN, DEUX, TROIS, SIX}
    assert etat.communes[TROIS] == ((B, DOCUMENTE), (C, DOCUMENTE))
    assert etat.members(B) == {TROIS, QUATRE, CINQ}


def test_a_merge_into_the_other_cpts_of_an_overlap_leaves_no_overlap():
    etat = make(Geste(FUSIONNER, cpts=(A,), cible=B))
    assert etat.communes[TROIS] == ((B, DOCUMENTE),)


def test_a_split_hands_over_the_communes_chosen_and_leaves_other_cpts_alone():
    etat = make(Geste(SCINDER, cpts=(A,), cible=NEUVE, nom="CPTS E", codes=(TROIS,)))
    assert etat.cpts[NEUVE] == Cpts("CPTS E", "aci_signe")
    assert (etat.members(A), etat.members(NEUVE)) == ({UN, DEUX}, {TROIS})
    assert etat.members(B) == {TROIS, QUATRE, CINQ}


@pytest.mark.parametrize("codes", [(UN, DEUX, TROIS), (UN, QUATRE), (SEPT,)])
def test_a_split_takes_a_part_of_the_cpts_and_nothing_else(codes):
    with pytest.raises(GesteRefuse, match="une partie de ses communes"):
        make(Geste(SCINDER, cpts=(A,), cible=NEUVE, nom="CPTS E", codes=codes))


def test_a_commune_that_comes_back_is_known_there_as_it_was():
    etat = make(Geste(ATTRIBUER, codes=(DEUX,)), Geste(ATTRIBUER, vers={A: (DEUX,)}))
    assert etat.communes[DEUX] == ((A, HYPOTHESE),)


def test_a_cpts_taken_out_leaves_its_overlap_to_the_other_and_its_reason_stays():
    etat = make(Geste(JUSTIFIER, cpts=(A,), motif="flux"), Geste(SUPPRIMER, cpts=(A,)))
    assert etat.communes[TROIS] == ((B, DOCUMENTE),)
    assert UN not in etat.communes
    assert etat.motifs == {A: "flux"}
    apres = make(Geste(SUPPRIMER, cpts=(A,)), Geste(JUSTIFIER, cpts=(A,), motif="réunie à B"))
    assert apres.motifs == {A: "réunie à B"}


def test_a_locked_cpts_keeps_its_name_and_what_is_locked_is_in_no_new_one():
    with pytest.raises(GesteRefuse, match="est verrouillée"):
        make(Geste(VERROUILLER, cpts=(A,)), Geste(RENOMMER, cpts=(A,), nom="Autre"))
    neuve = Geste(CREER, cible=NEUVE, nom="CPTS E", codes=(UN, SEPT))
    with pytest.raises(GesteRefuse, match="sont verrouillées"):
        make(Geste(VERROUILLER, codes=(UN,)), neuve)


def test_a_new_cpts_takes_communes_and_has_no_stage_unless_said():
    etat = make(Geste(CREER, cible=NEUVE, nom="CPTS E", codes=(UN, SEPT)))
    assert etat.cpts[NEUVE] == Cpts("CPTS E", "inconnu")
    assert etat.members(NEUVE) == {UN, SEPT}


def test_a_cpts_is_renamed_and_keeps_its_stage():
    assert make(Geste(RENOMMER, cpts=(A,), nom="Autre")).cpts[A] == Cpts("Autre", "aci_signe")
    assert make(Geste(RENOMMER, cpts=(A,), nom="CPTS A", statut="lancee")).cpts[A].statut == (
        "lancee"
    )


@pytest.mark.parametrize(
    "geste",
    [
        Geste(CREER, cible=NEUVE, nom="cpts  a"),
        Geste(RENOMMER, cpts=(B,), nom="CPTS A"),
        Geste(SCINDER, cpts=(B,), cible=NEUVE, nom="Cpts-C", codes=(QUATRE,)),
    ],
)
def test_two_cpts_have_no_common_name(geste):
    with pytest.raises(GesteRefuse, match="s'appelle déjà"):
        make(geste)


@pytest.mark.parametrize(
    "geste",
    [
        Geste(ATTRIBUER, vers={NEUVE: (UN,)}),
        Geste(RENOMMER, cpts=(NEUVE,), nom="X"),
        Geste(FUSIONNER, cpts=(A,), cible=NEUVE),
        Geste(SUPPRIMER, cpts=(NEUVE,)),
        Geste(JUSTIFIER, cpts=(NEUVE,), motif="x"),
        Geste(VERROUILLER, cpts=(NEUVE,)),
    ],
)
def test_a_cpts_that_is_not_there_is_refused(geste):
    with pytest.raises(GesteRefuse, match="n'est pas dans le scénario"):
        make(geste)


@pytest.mark.parametrize("verrou", [Geste(VERROUILLER, cpts=(A,)), Geste(VERROUILLER, codes=(UN,))])
@pytest.mark.parametrize(
    "geste",
    [
        Geste(ATTRIBUER, vers={C: (UN,)}),
        Geste(ATTRIBUER, codes=(UN,)),
        Geste(FUSIONNER, cpts=(A,), cible=C),
        Geste(FUSIONNER, cpts=(C,), cible=A),
        Geste(SCINDER, cpts=(A,), cible=NEUVE, nom="CPTS E", codes=(DEUX,)),
        Geste(SUPPRIMER, cpts=(A,)),
    ],
)
def test_what_is_locked_says_so(verrou, geste):
    with pytest.raises(GesteRefuse, match="verrouillée"):
        make(verrou, geste)


def test_what_was_locked_can_be_unlocked():
    verrous = Geste(VERROUILLER, cpts=(A,), codes=(QUATRE,))
    ouvre = Geste(DEVERROUILLER, cpts=(A,), codes=(QUATRE,))
    assert make(verrous).verrous == ({QUATRE}, {A})
    assert make(verrous, ouvre).verrous == (frozenset(), frozenset())


def test_a_commune_of_an_overlap_is_locked_with_either_cpts():
    etat = make(Geste(VERROUILLER, cpts=(B,)))
    assert [code for code in CODES if etat.is_locked(code)] == [TROIS, QUATRE, CINQ]


def test_the_free_communes_move_among_locked_ones():
    etat = make(Geste(VERROUILLER, codes=(UN,)), Geste(ATTRIBUER, vers={C: (UN, DEUX)}))
    assert (etat.communes[UN], etat.communes[DEUX]) == (((A, DOCUMENTE),), ((C, DOCUMENTE),))


def test_a_commune_is_not_given_twice_at_once():
    with pytest.raises(GesteRefuse, match="deux CPTS à la fois"):
        make(Geste(ATTRIBUER, vers={A: (SEPT,), B: (SEPT,)}))


def test_one_cpts_is_renamed_split_or_justified_at_a_time():
    with pytest.raises(GesteRefuse, match="une seule CPTS"):
        make(Geste(JUSTIFIER, cpts=(A, B), motif="x"))


def test_what_is_asked_is_kept_then_lifted():
    pose = Geste(CONTRAINDRE, contraintes={"population_min": 40_000, "epci_entiers": True})
    leve = Geste(CONTRAINDRE, contraintes={"population_min": None})
    assert dict(make(pose).contraintes) == {"population_min": 40_000, "epci_entiers": True}
    assert dict(make(pose, leve).contraintes) == {"epci_entiers": True}


@given(SUITES)
def test_the_third_cpts_of_an_overlap_loses_nothing_by_a_merge_or_a_split(gestes):
    deroule = Deroule(DEPART)
    etat = deroule.etat
    for geste in gestes:
        avant = {cpts_id: etat.members(cpts_id) for cpts_id in etat.cpts}
        faits = play_possible(deroule, [geste])
        if faits and geste.genre in (FUSIONNER, SCINDER, SUPPRIMER):
            dites = {*geste.cpts, geste.cible}
            assert {c: m for c, m in avant.items() if c not in dites} == {
                cpts_id: etat.members(cpts_id) for cpts_id in etat.cpts if cpts_id not in dites
            }
