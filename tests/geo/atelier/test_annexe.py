"""What the annex says: totals that are conserved, and every commune in its place."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.atelier.annexe import make_annexe
from geo.atelier.composition import take_composition
from geo.atelier.deroule import Deroule
from geo.atelier.etat import Composition, Cpts
from geo.atelier.gestes import ATTRIBUER, CREER, FUSIONNER, RENOMMER, Geste
from geo.atelier.sol import lay_sol
from geo.perimetre import DOCUMENTE, HYPOTHESE
from tests.annexe import (
    EN_VIGUEUR,
    LE,
    LURE,
    LUXEUIL,
    MOTIF,
    SCENARIO,
    annex_lure,
    free_around_lure,
)
from tests.conftest import PEU_D_EXEMPLES
from tests.geo.dessin import A, B, C, D, E

CODES = (A, B, C, D, E)
IDS = ("cpts-ouest", "cpts-est", "cpts-neuve")
ABSENTE = "70999"


def annexe_of(atlas, apres, avant=None, motifs=None):
    return make_annexe(
        atlas,
        SCENARIO,
        avant or take_composition(atlas),
        apres,
        motifs or {},
        sol=lay_sol(atlas),
        version_en_vigueur=EN_VIGUEUR,
    )


def played(atlas, *gestes):
    return Deroule(take_composition(atlas), gestes).etat.composition()


@pytest.fixture(scope="module")
def lure(atlas):
    return annex_lure(atlas)


def test_lure_joins_luxeuil(atlas, lure):
    (cpts,) = lure.cpts
    codes = free_around_lure(atlas)
    recues = atlas.communes.loc[codes, "population"].sum()
    assert (cpts.cpts_id, cpts.nom, cpts.nom_avant) == (
        LUXEUIL,
        "CPTS de Luxeuil",
        "CPTS de Luxeuil",
    )
    assert cpts.avant.population == atlas.territoires.loc[LUXEUIL, "population"]
    assert cpts.apres.population == cpts.avant.population + recues
    assert cpts.apres.communes == cpts.avant.communes + len(codes)
    (echange,) = cpts.gagnees
    assert echange.cpts == ()
    assert sorted(c.code for c in echange.communes) == codes
    assert LURE in codes
    assert cpts.perdues == cpts.partagees == cpts.detachees == ()
    assert cpts.motif == MOTIF
    assert [d.nom for d in cpts.departements] == ["Haute-Saône"]
    assert (cpts.avant.jauge.taille, cpts.apres.jauge.taille) == ("T2", "T2")
    assert cpts.apres.jauge.montant_max_eur == 287_000
    # What the scenario adds is decided; what was a hypothesis stays one.
    assert cpts.hypotheses == cpts.avant.communes
    assert lure.bilan.entrees == (len(codes), recues)


def test_it_says_of_what_it_is_made(atlas, lure):
    assert (lure.scenario, lure.auteur, lure.jour) == (SCENARIO.nom, SCENARIO.auteur, LE.date())
    assert [s.source_id for s in lure.sources] == [
        atlas.millesimes.source,
        "contours",
        "aci-cpts-2019",
    ]
    assert lure.notes_aci == ("montants maximaux, à vérifier dans l'avenant en vigueur",)


def test_nothing_touched_is_an_empty_annex(atlas_dessine):
    vide = annexe_of(atlas_dessine, take_composition(atlas_dessine))
    assert vide.cpts == ()
    assert vide.bilan.avant == vide.bilan.apres == (0, 0)


@pytest.mark.parametrize("statut", ["", "emergence"])
def test_a_name_or_a_stage_touches(atlas_dessine, statut):
    nom = "CPTS Est" if statut else "CPTS du Levant"
    nom = atlas_dessine.fiches.loc["cpts-est", "nom"] if statut else nom
    geste = Geste(RENOMMER, cpts=("cpts-est",), nom=nom, statut=statut)
    (cpts,) = annexe_of(atlas_dessine, played(atlas_dessine, geste)).cpts
    assert cpts.cpts_id == "cpts-est"
    assert (cpts.nom_avant != cpts.nom) == (not statut)
    assert (cpts.etape_avant != cpts.etape) == bool(statut)
    assert cpts.gagnees == cpts.perdues == ()


def test_a_merger_says_from_which_and_to_which(atlas_dessine):
    noms = atlas_dessine.fiches["nom"]
    geste = Geste(FUSIONNER, cpts=("cpts-est",), cible="cpts-ouest")
    reste, supprimee = annexe_of(atlas_dessine, played(atlas_dessine, geste)).cpts
    assert [e.cpts for e in reste.gagnees] == [(noms["cpts-est"],)]
    assert [e.cpts for e in supprimee.perdues] == [(noms["cpts-ouest"],)]
    assert supprimee.apres is None
    assert supprimee.epci == ()
    assert reste.apres.communes == reste.avant.communes + supprimee.avant.communes
    assert len(reste.departements) > 1


def test_a_new_one_has_no_past(atlas_dessine):
    gestes = [
        Geste(CREER, cible="cpts-neuve", nom="CPTS Neuve"),
        Geste(ATTRIBUER, vers={"cpts-neuve": (D,)}),
    ]
    (neuve,) = annexe_of(atlas_dessine, played(atlas_dessine, *gestes)).cpts
    assert (neuve.nom_avant, neuve.etape_avant, neuve.avant) == (None, None, None)
    assert [c.code for e in neuve.gagnees for c in e.communes] == [D]


def test_what_the_atlas_no_longer_has_is_apart_and_counts_nowhere(atlas_dessine):
    avant = take_composition(atlas_dessine)
    apres = replace(avant, adhesions={**avant.adhesions, ABSENTE: (("cpts-ouest", HYPOTHESE),)})
    annexe = annexe_of(atlas_dessine, apres)
    assert annexe.cpts == ()
    (absente,) = annexe.absentes
    assert (absente.code, absente.cpts) == (ABSENTE, (avant.cpts["cpts-ouest"].nom,))


def test_the_successor_of_a_commune_that_is_gone_is_named(atlas):
    avant = take_composition(atlas)
    absorbees = atlas.absorbees.dropna(subset="nom")
    ligne = absorbees[
        absorbees["code_commune_successeur"].isin(atlas.communes.index)
        & ~absorbees["code_commune"].isin(atlas.communes.index)
    ].iloc[0]
    apres = replace(
        avant, adhesions={**avant.adhesions, ligne["code_commune"]: ((LUXEUIL, DOCUMENTE),)}
    )
    (absente,) = annexe_of(atlas, apres).absentes
    assert absente.nom == ligne["nom"]
    assert absente.successeur.code == ligne["code_commune_successeur"]


@st.composite
def compositions(draw):
    """Draw who is in which of three CPTS, each existing or not, overlaps included."""
    presentes = draw(st.sets(st.sampled_from(IDS)))
    cpts = {i: Cpts(f"CPTS {i}", "lancee") for i in sorted(presentes)}
    adhesions = {}
    for code in (*CODES, ABSENTE):
        siennes = draw(st.sets(st.sampled_from(sorted(presentes)))) if presentes else set()
        if siennes:
            adhesions[code] = tuple((i, DOCUMENTE) for i in sorted(siennes))
    return Composition(cpts, adhesions)


@PEU_D_EXEMPLES
@given(avant=compositions(), apres=compositions())
def test_people_and_communes_are_conserved(atlas_dessine, avant, apres):
    annexe = annexe_of(atlas_dessine, apres, avant)
    bilan = annexe.bilan
    assert {c.cpts_id for c in annexe.cpts} >= avant.cpts.keys() ^ apres.cpts.keys()
    for rang in (0, 1):
        assert bilan.avant[rang] + bilan.entrees[rang] - bilan.sorties[rang] == bilan.apres[rang]
    for cpts in annexe.cpts:
        avant_, apres_ = (
            (total.communes, total.population) if total else (0, 0)
            for total in (cpts.avant, cpts.apres)
        )
        change = [
            sum(
                signe * mesure(e)
                for signe, liste in ((1, cpts.gagnees), (-1, cpts.perdues))
                for e in liste
            )
            for mesure in (lambda e: len(e.communes), lambda e: e.population)
        ]
        assert [apres_[0] - avant_[0], apres_[1] - avant_[1]] == change
        for groupes in (cpts.epci, cpts.departements):
            assert sum(len(g.communes) for g in groupes) == apres_[0]
            assert sum(g.population for g in groupes) == apres_[1]
        assert ABSENTE not in {c.code for g in cpts.epci for c in g.communes}
        for echange in cpts.partagees:
            assert cpts.nom not in echange.cpts
            assert echange.cpts
