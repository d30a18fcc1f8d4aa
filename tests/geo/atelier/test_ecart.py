"""What sets two compositions apart."""

from dataclasses import replace

import pytest
from hypothesis import given

from geo.atelier.composition import take_composition
from geo.atelier.deroule import Deroule
from geo.atelier.ecart import Deplacement, compare
from geo.atelier.etat import Composition
from geo.atelier.gestes import ATTRIBUER, CREER, FUSIONNER, RENOMMER, Geste
from geo.atelier.sol import lay_sol
from geo.importation.changement import compare as compare_atlases
from tests.geo.atelier.test_deroule import play_possible
from tests.geo.atelier.tirage import DEPART, DEUX, SEPT, SIX, SOL, SUITES, TROIS, UN, A, B, C, D


def after(*gestes: Geste) -> Composition:
    return Deroule(DEPART, gestes).etat.composition()


@given(SUITES, SUITES)
def test_what_came_less_what_went_is_what_changed(gestes, autres):
    deroules = Deroule(DEPART), Deroule(DEPART)
    for deroule, siens in zip(deroules, (gestes, autres), strict=True):
        play_possible(deroule, siens)
    avant, apres = (deroule.etat.composition() for deroule in deroules)
    ecart = compare(SOL, avant, apres)
    for bilan in ecart.cpts:
        assert bilan.population_gagnee - bilan.population_perdue == (
            bilan.population_apres - bilan.population_avant
        )
        assert (
            len(bilan.gagnees) - len(bilan.perdues) == bilan.communes_apres - bilan.communes_avant
        )
        membres = deroules[1].etat.members(bilan.cpts_id)
        assert bilan.population_apres == sum(SOL.population[code] for code in membres)
    assert ecart.population == sum(d.population for d in ecart.communes)
    assert {d.code for d in ecart.communes} == {
        code for bilan in ecart.cpts for code in (*bilan.gagnees, *bilan.perdues)
    }
    touchees = {bilan.cpts_id for bilan in ecart.cpts}
    assert all(avant.cpts[c] == apres.cpts[c] for c in avant.cpts.keys() - touchees)


@given(SUITES)
def test_a_comparison_with_itself_is_empty_and_the_other_way_round_is_the_mirror(gestes):
    deroule = Deroule(DEPART)
    play_possible(deroule, gestes)
    apres = deroule.etat.composition()
    assert compare(SOL, apres, apres).vide
    aller, retour = compare(SOL, DEPART, apres), compare(SOL, apres, DEPART, DEPART)
    assert aller.vide == (not aller.communes and DEPART.cpts == apres.cpts)
    assert retour.communes == tuple(
        d._replace(avant=d.apres, apres=d.avant) for d in aller.communes
    )
    assert retour.cpts == tuple(
        replace(
            b,
            avant=b.apres,
            apres=b.avant,
            communes_avant=b.communes_apres,
            communes_apres=b.communes_avant,
            population_avant=b.population_apres,
            population_apres=b.population_avant,
            gagnees=b.perdues,
            perdues=b.gagnees,
            population_gagnee=b.population_perdue,
            population_perdue=b.population_gagnee,
            connues=b.connues[::-1],
            indicatives=b.indicatives[::-1],
        )
        for b in aller.cpts
    )
    assert (retour.noms_avant, retour.noms_apres) == (aller.noms_apres, aller.noms_avant)
    assert (retour.recouvrements_avant, retour.recouvrements_apres) == (
        aller.recouvrements_apres,
        aller.recouvrements_avant,
    )


def test_a_merge_says_who_moved_and_what_is_no_longer():
    ecart = compare(SOL, DEPART, after(Geste(FUSIONNER, cpts=(A,), cible=C)))
    assert [d.code for d in ecart.communes] == ["70001", "70002", "70003"]
    assert ecart.communes[2] == Deplacement(TROIS, f"Commune {TROIS}", "70", 400, (A, B), (B, C))
    assert (ecart.noms_avant, ecart.noms_apres) == (
        {A: "CPTS A", B: "CPTS B"},
        {B: "CPTS B", C: "CPTS C"},
    )
    assert [(b.cpts_id, b.creee, b.supprimee, b.renommee) for b in ecart.cpts] == [
        (A, False, True, False),
        (C, False, False, False),
    ]
    assert ecart.population == 100 + 200 + 400
    assert ecart.recouvrements_avant == ecart.recouvrements_apres == (TROIS,)


def test_a_new_name_alone_is_a_change():
    [bilan] = compare(SOL, DEPART, after(Geste(RENOMMER, cpts=(A,), nom="Autre"))).cpts
    assert bilan.renommee
    assert (bilan.nom, bilan.gagnees, bilan.perdues) == ("Autre", (), ())


def test_how_a_membership_is_known_sets_nothing_apart():
    autre = replace(DEPART, adhesions=DEPART.adhesions | {UN: ((A, "hypothese"),)})
    assert compare(SOL, DEPART, autre).vide


def test_a_commune_that_the_ground_no_longer_has_is_said():
    ancienne = replace(DEPART, adhesions=DEPART.adhesions | {"70999": ((A, "documente"),)})
    ecart = compare(SOL, ancienne, DEPART)
    assert ecart.inconnues == ("70999",)
    assert ecart.vide


@pytest.mark.parametrize("sens", [1, -1])
def test_on_the_shipped_data_it_says_what_an_import_would(atlas, sens):
    sol, avant = lay_sol(atlas), take_composition(atlas)
    cpts_id = min(c for siennes in avant.adhesions.values() for c, _ in siennes)
    retiree = Composition(
        {c: f for c, f in avant.cpts.items() if c != cpts_id},
        {
            code: restent
            for code, siennes in avant.adhesions.items()
            if (restent := tuple(a for a in siennes if a[0] != cpts_id))
        },
    )
    ecart = compare(sol, *(avant, retiree)[::sens])
    allege = replace(
        atlas,
        adhesions=atlas.adhesions[atlas.adhesions["cpts_id"] != cpts_id],
        fiches=atlas.fiches.drop(cpts_id),
    )
    changement = compare_atlases(*(atlas, allege)[::sens], "fonctionnement")
    assert [d.code for d in ecart.communes] == changement.communes["code_commune"].to_list()
    assert ecart.population == changement.population_concernee
    [bilan] = ecart.cpts
    assert changement.cpts.loc[cpts_id].to_list() == [
        bilan.communes_avant,
        bilan.communes_apres,
        bilan.population_avant,
        bilan.population_apres,
    ]


def test_a_commune_of_nobody_that_is_given_comes_from_none():
    [deplacement] = compare(SOL, DEPART, after(Geste(ATTRIBUER, vers={A: (SEPT,)}))).communes
    assert (deplacement.avant, deplacement.apres) == ((), (A,))


def test_no_commune_is_an_unknown_perimeter_only_where_the_data_in_use_have_none():
    gestes = [
        Geste(ATTRIBUER, codes=(SIX,)),
        Geste(ATTRIBUER, vers={D: (SEPT,)}),
        Geste(CREER, cible="cpts-neuve", nom="CPTS E"),
    ]
    apres = after(*gestes)
    connues = {bilan.cpts_id: bilan.connues for bilan in compare(SOL, DEPART, apres).cpts}
    assert connues == {C: (True, True), D: (False, True), "cpts-neuve": (True, True)}
    retour = compare(SOL, apres, after(gestes[0]), DEPART)
    connues = {bilan.cpts_id: bilan.connues for bilan in retour.cpts}
    assert connues == {D: (True, False), "cpts-neuve": (True, True)}


def test_what_a_hypothesis_is_behind_is_told_of_each_side():
    apres = after(Geste(ATTRIBUER, vers={C: (DEUX,)}))
    indicatives = {bilan.cpts_id: bilan.indicatives for bilan in compare(SOL, DEPART, apres).cpts}
    assert indicatives == {A: (True, False), C: (False, False)}
