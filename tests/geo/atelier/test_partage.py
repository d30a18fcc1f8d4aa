"""A scenario that starts from split communes: a share stays as long as nobody touches it."""

import datetime as dt
import io
import zipfile
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.atelier.annexe import make_annexe
from geo.atelier.bilan import Bilan
from geo.atelier.composition import read_composition, take_composition, write_composition
from geo.atelier.deroule import Deroule
from geo.atelier.ecart import compare
from geo.atelier.gestes import (
    ANNULER,
    ATTRIBUER,
    CREER,
    FUSIONNER,
    RENOMMER,
    SCINDER,
    SUPPRIMER,
    Geste,
    GesteRefuse,
)
from geo.atelier.journal import Scenario
from geo.atelier.mise_en_service import Projet, make_tables
from geo.atelier.sol import lay_sol
from geo.atelier.table import membership_table, read_membership_table
from geo.chargement import load
from geo.erreurs import DonneesInvalides
from geo.export import to_csv
from geo.perimetre import DOCUMENTE
from geo.regles.couverture import COUVERTE, DEFINITIONS, measure_couverture
from rendu.mots.annexe import write_annexe
from rendu.supports.annexe_docx import write_docx
from rendu.supports.annexe_pdf import write_pdf
from tests.geo import dessin
from tests.geo.atelier.test_bilan import STATUTS
from tests.geo.atelier.test_mise_en_service import SOURCE
from tests.geo.atelier.tirage import DEPART, GESTES, SIX, SOL, UN, A, B, C
from tests.geo.partage import write_partage

OUEST, EST, NEUVE = "cpts-ouest", "cpts-est", "cpts-neuve"
PARTAGE = replace(
    DEPART,
    adhesions=DEPART.adhesions
    | {UN: ((A, DOCUMENTE, 0.25), (B, DOCUMENTE, 0.75)), SIX: ((C, DOCUMENTE, 0.4),)},
)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return write_partage(tmp_path_factory.mktemp("partage") / "data")


@pytest.fixture(scope="module")
def atlas(base):
    return load(base)


@pytest.mark.parametrize(
    ("geste", "attendues"),
    [
        (Geste(ATTRIBUER, vers={A: (UN,)}), {UN: ((A, DOCUMENTE),)}),
        (Geste(ATTRIBUER, vers={C: (SIX,)}), {SIX: ((C, DOCUMENTE),)}),
        (Geste(ATTRIBUER, codes=(UN,)), {UN: None}),
        (Geste(FUSIONNER, cpts=(A,), cible=B), {UN: ((B, DOCUMENTE),)}),
        (Geste(FUSIONNER, cpts=(A,), cible=C), {UN: ((B, DOCUMENTE, 0.75), (C, DOCUMENTE, 0.25))}),
        (Geste(SUPPRIMER, cpts=(A,)), {UN: ((B, DOCUMENTE, 0.75),)}),
        (
            Geste(SCINDER, cpts=(A,), cible=NEUVE, nom="CPTS N", codes=(UN,)),
            {UN: ((B, DOCUMENTE, 0.75), (NEUVE, DOCUMENTE, 0.25))},
        ),
        (
            Geste(CREER, cible=NEUVE, nom="CPTS N", codes=(UN, SIX)),
            {UN: ((NEUVE, DOCUMENTE),), SIX: ((NEUVE, DOCUMENTE),)},
        ),
        (Geste(RENOMMER, cpts=(A,), nom="CPTS Z"), {}),
    ],
)
def test_a_share_stays_until_the_commune_is_given(geste, attendues):
    deroule = Deroule(PARTAGE, [geste])
    for code in (UN, SIX):
        assert deroule.etat.communes.get(code) == attendues.get(code, PARTAGE.adhesions[code])
    deroule.play(Geste(ANNULER))
    assert deroule.etat.composition() == PARTAGE


def test_a_split_commune_is_no_overlap_and_its_shares_are_counted():
    etat = Deroule(PARTAGE).etat
    assert UN not in etat.overlaps()
    assert (etat.parts(A), etat.parts(C)) == ({UN: 0.25}, {SIX: 0.4})
    assert read_composition(write_composition(PARTAGE)) == PARTAGE
    apres = Deroule(PARTAGE, [Geste(ATTRIBUER, vers={A: (UN,)})]).etat.composition()
    ecart = compare(SOL, PARTAGE, apres)
    [deplacement] = ecart.communes
    assert (deplacement.avant, deplacement.apres) == ((A, B), (A,))
    bilans = {bilan.cpts_id: bilan for bilan in ecart.cpts}
    assert bilans[A].population_apres - bilans[A].population_avant == 75
    assert (bilans[A].gagnees, bilans[B].perdues, bilans[B].population_perdue) == ((), (UN,), 75)


@given(st.lists(st.one_of(GESTES, st.just(Geste(ANNULER))), max_size=20))
def test_sums_of_shares_that_follow_are_those_of_the_end_alone(gestes):
    deroule, bilan = Deroule(PARTAGE), Bilan(SOL, PARTAGE, STATUTS)
    for geste in gestes:
        try:
            bilan.follow(deroule.play(geste), deroule.etat)
        except GesteRefuse:
            continue
    seul = Bilan(SOL, deroule.etat.composition(), STATUTS)
    for cpts_id in deroule.etat.cpts:
        assert bilan.population(cpts_id) == seul.population(cpts_id)
    for definition in DEFINITIONS:
        assert bilan.couverture("70", definition) == seul.couverture("70", definition)


def test_the_sums_are_those_of_the_atlas(atlas):
    composition = take_composition(atlas)
    bilan = Bilan(lay_sol(atlas), composition, atlas.statuts)
    populations = atlas.territoires["population"].to_dict()
    assert {i: bilan.population(i) for i in populations} == populations
    for definition in DEFINITIONS:
        for departement in ("21", "70"):
            attendue = measure_couverture(atlas, [departement], definition)
            dite = bilan.couverture(departement, definition)
            assert dite.etablis == attendue.compte(COUVERTE, indicatifs=False)
            assert dite.tous == attendue.compte(COUVERTE, indicatifs=True)


def test_the_table_reads_back_with_its_shares(atlas):
    composition = take_composition(atlas)
    table = membership_table(atlas.communes, composition)
    assert table["part_pct"].dropna().to_list() == ["75", "25"]
    lue, _ = read_membership_table("table.csv", to_csv(table), atlas)
    assert lue == composition
    # A table that was written before shares were is of whole communes.
    ancienne, _ = read_membership_table("table.csv", to_csv(table.drop(columns="part_pct")), atlas)
    assert all(len(m) == 2 for siennes in ancienne.adhesions.values() for m in siennes)
    faux = to_csv(table).replace(b";75\r", b";175\r")
    with pytest.raises(DonneesInvalides, match="« 175 » n'est pas une part"):
        read_membership_table("table.csv", faux, atlas)


def test_putting_a_scenario_in_use_keeps_the_shares_that_it_does_not_touch(atlas, base, tmp_path):
    gestes = [Geste(ATTRIBUER, vers={EST: (dessin.D,)})]
    apres = Deroule(take_composition(atlas), gestes).etat.composition()
    tables = make_tables(atlas, base, Projet(apres), SOURCE)
    neuf = write_partage(tmp_path / "neuf")
    for nom, octets in tables.items():
        (neuf / nom).write_bytes(octets)
    neuves = load(neuf).adhesions
    pd.testing.assert_frame_equal(
        neuves[neuves["code_commune"] != dessin.D].reset_index(drop=True), atlas.adhesions
    )
    dites = pd.read_csv(neuf / "perimetres.csv", dtype="str").set_index(["cpts_id", "code_unite"])
    assert "pour 75\xa0% de ses habitants" in dites.loc[(EST, dessin.C), "justification"]


def test_the_annex_says_the_share_and_counts_it_once(atlas):
    avant = take_composition(atlas)
    apres = Deroule(avant, [Geste(ATTRIBUER, vers={EST: (dessin.D,)})]).etat.composition()
    jour = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    scenario = Scenario("essai", "Essai", "", "", jour, 1, 1, jour)
    annexe = make_annexe(
        atlas, scenario, avant, apres, {}, sol=lay_sol(atlas), version_en_vigueur="1"
    )
    [est] = annexe.cpts
    assert (est.avant.population, est.apres.population) == (350, 1150)
    [reparties] = est.reparties
    assert reparties.cpts == ("CPTS Ouest",)
    assert [(c.code, c.population, c.part) for c in reparties.communes] == [(dessin.C, 300, 0.75)]
    assert est.partagees == ()
    assert annexe.bilan.apres == (3, 1150)
    ecrite = write_annexe(annexe)
    [tableau] = [t for t in ecrite.cpts[0].communes if any(dessin.C in ligne for ligne in t.lignes)]
    [ligne] = [ligne for ligne in tableau.lignes if ligne[0] == dessin.C]
    assert tableau.colonnes[-2:] == (
        "Part de la commune (%, estimée)",
        "Population (2023), par part",
    )
    assert ligne[-2:] == ("75\xa0%", "300")
    assert "avec « CPTS Ouest », comptée pour la part de celle-ci" in " ".join(
        ecrite.cpts[0].remarques
    )
    assert sum(int(ligne[-1].replace("\u202f", "")) for ligne in tableau.lignes) == int(
        tableau.total[-1].replace("\u202f", "")
    )
    assert {len(ligne) for ligne in tableau.lignes} == {len(tableau.total), len(tableau.colonnes)}
    with zipfile.ZipFile(io.BytesIO(write_docx(annexe, None))) as document:
        assert "par part" in document.read("word/document.xml").decode()
    assert write_pdf(annexe, None)


def test_the_annex_says_of_a_commune_that_no_other_cpts_has_that_it_is_in_part(atlas):
    avant = take_composition(atlas)
    apres = replace(avant, adhesions=avant.adhesions | {dessin.D: ((EST, DOCUMENTE, 0.3999),)})
    jour = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    scenario = Scenario("essai", "Essai", "", "", jour, 1, 1, jour)
    annexe = make_annexe(
        atlas, scenario, avant, apres, {}, sol=lay_sol(atlas), version_en_vigueur="1"
    )
    [est] = write_annexe(annexe).cpts
    assert any(
        "commune prise en partie, comptée pour cette part, estimée" in r for r in est.remarques
    )
    assert any("39,99\xa0%" in ligne for t in est.communes for ligne in t.lignes)
