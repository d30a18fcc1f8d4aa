"""Communes split between several CPTS: by share in each, once in totals, on the drawing of ``partage.py``."""

import dataclasses
from collections import defaultdict

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.chargement import load
from geo.erreurs import Severite
from geo.fiche import make_fiche
from geo.indicateurs.calcul import part_interieure, summarize_territoires
from geo.indicateurs.mesures import evaluate, values_by_cpts
from geo.indicateurs.provenance import trace
from geo.indicateurs.territoire import parse_territoire
from geo.perimetre import CONFIANCES, cap_parts, count_inhabitants
from geo.regles.comptes import name_count
from geo.regles.couverture import (
    COUVERTE,
    DEFINITIONS,
    ETATS,
    INDETERMINEE,
    MASQUEE,
    NON_COUVERTE,
    count_restes,
    find_etats,
    measure_couverture,
)
from geo.regles.deploiement import at_date, curves
from geo.regles.deploiement_detail import list_drawn
from geo.regles.recouvrements import double_count, find_overlaps, find_partages
from geo.regles.zones import absorb
from rendu.mots.provenance import provenance_text
from tests.geo.dessin import POPULATIONS, A, B, C, D, E
from tests.geo.partage import CPTS, write_partage

OUEST, EST, LOIN = "cpts-ouest", "cpts-est", "cpts-loin"
ETUDE = [A, B, C, D]


def with_adhesions(atlas, lignes):
    """Give the atlas other memberships: CPTS, commune, confidence, share."""
    colonnes = ["cpts_id", "code_commune", "confiance", "part"]
    adhesions = pd.DataFrame(lignes, columns=colonnes).astype({"part": "float64"})
    adhesions = adhesions.astype(dict.fromkeys(colonnes[:3], "str"))
    return dataclasses.replace(
        atlas,
        adhesions=adhesions,
        fiches=atlas.fiches.assign(dessinee=atlas.fiches.index.isin(adhesions["cpts_id"])),
    )


parts = st.integers(1, 10_000).map(lambda centiemes: centiemes / 10_000)
memberships = st.dictionaries(
    st.tuples(st.sampled_from([OUEST, EST, LOIN]), st.sampled_from([A, B, C, D, E])),
    st.tuples(st.sampled_from(CONFIANCES), parts),
    min_size=1,
).map(lambda paires: [(*cle, *valeur) for cle, valeur in sorted(paires.items())])


def test_each_cpts_has_its_share(atlas_partage):
    bilan = atlas_partage.territoires
    assert bilan["population"].to_dict() == {EST: 350, OUEST: 400}
    assert bilan["communes"].to_dict() == {EST: 2, OUEST: 3}
    assert bilan["population_etablie"].to_dict() == {EST: 350, OUEST: 200}
    assert bilan["surface_km2"].round(4).to_dict() == {EST: 1.75, OUEST: 2.25}
    assert bilan["population"].dtype == "int64"
    dedans = part_interieure(atlas_partage.communes, atlas_partage.adhesions, ["70"])
    assert dedans.to_dict() == {EST: 300 / 350, OUEST: 100 / 400}


def test_the_split_is_said_and_is_no_overlap(atlas_partage):
    assert find_overlaps(atlas_partage).empty
    [partagee] = find_partages(atlas_partage).to_dict("records")
    assert (partagee["code_commune"], partagee["cpts"], partagee["parts"]) == (
        C,
        (EST, OUEST),
        (0.75, 0.25),
    )
    bilan = double_count(atlas_partage, [])
    assert (bilan.population_cpts, bilan.population) == (700, 700)
    assert (bilan.difference, bilan.communes) == (0, 0)
    [dit] = [p for p in atlas_partage.problemes if "prise en partie" in p.message]
    assert dit.severite is Severite.INFORMATION
    assert "cpts-est pour 75\xa0%, cpts-ouest pour 25\xa0%" in dit.message


@pytest.mark.parametrize("indicatifs", [False, True])
@given(lignes=memberships)
def test_what_no_zone_has_of_the_communes_in_part_completes_the_uncovered(
    atlas_partage, lignes, indicatifs
):
    atlas = with_adhesions(atlas_partage, lignes)
    bilan = measure_couverture(atlas, [], "fonctionnement")
    # No zone has a commune of a hidden perimeter: see :func:`ui.commun.zones.get_zones`.
    etats = find_etats(atlas, "fonctionnement", indicatifs=True)
    dans_une_zone = atlas.communes.loc[ETUDE, "population"][etats[ETUDE] != COUVERTE].sum()
    reste = count_restes(atlas, [], "fonctionnement", indicatifs=True)
    autres = [bilan.compte(etat, indicatifs=indicatifs).population for etat in (COUVERTE, MASQUEE)]
    assert dans_une_zone + reste.population + sum(autres) == bilan.total.population
    assert (reste.communes == 0) <= (reste.population == 0)


def test_the_formula_says_the_shares_that_it_counts(atlas_partage):
    ouest = parse_territoire(atlas_partage, f"cpts:{OUEST}")
    dits = {
        nom: provenance_text(
            atlas_partage,
            trace(
                atlas_partage,
                atlas_partage.registre[nom],
                ouest,
                "fonctionnement",
                indicatifs=True,
            ),
        )
        for nom in ("population", "densite", "communes")
    }
    assert "somme de (« population » × part de la commune) des communes = 400" in dits["population"]
    assert "÷ somme de (« surface km2 » × part de la commune)" in dits["densite"]
    part = f"Parts : 1 commune compte pour une part de ses habitants, estimée : Commune {C} 25\xa0%"
    assert part in dits["population"]
    assert part in dits["densite"]
    assert "part" not in dits["communes"].lower().replace("département", "")
    loin = parse_territoire(atlas_partage, "dep:70")
    entier = trace(
        atlas_partage,
        atlas_partage.registre["population"],
        loin,
        "fonctionnement",
        indicatifs=True,
    )
    assert "somme de « population » des communes" in provenance_text(atlas_partage, entier)


def test_shares_beyond_the_whole_are_an_overlap_counted_once(tmp_path):
    atlas = load(write_partage(tmp_path, CPTS.replace("documente,25", "documente,50")))
    [recouvree] = find_overlaps(atlas).to_dict("records")
    assert recouvree["code_commune"] == C
    bilan = double_count(atlas, [])
    assert (bilan.population_cpts, bilan.population, bilan.communes) == (800, 700, 1)
    [dit] = [p for p in atlas.problemes if "plusieurs CPTS" in p.message]
    assert dit.severite is Severite.A_VERIFIER
    assert (
        measure_couverture(atlas, (), "fonctionnement").couverts(indicatifs=True).population == 700
    )


def test_the_rest_of_a_split_commune_is_as_it_would_be_without(tmp_path):
    atlas = load(write_partage(tmp_path, CPTS.replace(f"cpts-est,{C},deduit,75\n", "")))
    bilan = measure_couverture(atlas, ["70"], "fonctionnement")
    assert bilan.compte(COUVERTE, indicatifs=True).population == 100
    assert bilan.compte(NON_COUVERTE, indicatifs=True).population == 300 + 800
    assert bilan.compte(COUVERTE, indicatifs=True).communes == 1
    assert find_etats(atlas, "fonctionnement", indicatifs=True)[C] == COUVERTE
    # Of a department that is not complete, nobody knows who has the rest.
    incomplet = dataclasses.replace(atlas, declares=frozenset())
    bilan = measure_couverture(incomplet, ["70"], "fonctionnement")
    assert bilan.compte(INDETERMINEE, indicatifs=True).population == 300 + 800


def test_indicators_of_a_cpts_weigh_by_share(atlas_partage):
    def value(nom, cpts_id):
        territoire = parse_territoire(atlas_partage, f"cpts:{cpts_id}")
        indicateur = atlas_partage.registre[nom]
        [mesure] = evaluate(
            atlas_partage, indicateur, territoire, "fonctionnement", indicatifs=True
        )
        return mesure.valeur

    assert (value("population", OUEST), value("communes", OUEST)) == (400, 3)
    assert value("densite", OUEST) == pytest.approx(400 / 2.25)
    for nom in ("population", "densite", "communes"):
        tous = values_by_cpts(atlas_partage, atlas_partage.registre[nom])["valeur"]
        assert tous[EST] == pytest.approx(value(nom, EST))
    territoire = parse_territoire(atlas_partage, f"cpts:{EST}")
    origine = trace(
        atlas_partage,
        atlas_partage.registre["population"],
        territoire,
        "fonctionnement",
        indicatifs=True,
    )
    assert origine.lignes["haut"].to_dict() == {E: 50.0, C: 300.0}
    assert origine.resultat == 350
    # A department has its communes whole.
    departement = parse_territoire(atlas_partage, "dep:70")
    [mesure] = evaluate(
        atlas_partage,
        atlas_partage.registre["population"],
        departement,
        "fonctionnement",
        indicatifs=True,
    )
    assert mesure.valeur == 1200


def test_a_sheet_lists_the_share_and_what_it_counts(atlas_partage):
    fiche = make_fiche(atlas_partage, OUEST)
    lignes = fiche.communes.set_index("code_commune")
    assert lignes.loc[C, ["population", "part", "habitants"]].to_list() == [400, 0.25, 100]
    assert lignes.loc[A, ["population", "part", "habitants"]].to_list() == [100, 1.0, 100]
    assert fiche.departements["population"].to_dict() == {"21": 300, "70": 100}
    assert fiche.departements.loc["70", "part_unite_pct"] == pytest.approx(100 / 12)


def test_a_commune_comes_in_share_by_share(atlas_partage):
    courbes = curves(atlas_partage, ["70"], "fonctionnement")
    colonne = name_count("population", COUVERTE, indicatifs=True)
    assert courbes[colonne].to_list() == [300, 400]
    assert courbes[name_count("communes", COUVERTE, indicatifs=True)].to_list() == [1, 1]
    for date in courbes.index:
        deploiement = at_date(atlas_partage, date, ["70"], "fonctionnement")
        siennes = list_drawn(atlas_partage, deploiement, indicatifs=True)
        assert siennes["population"].sum() == courbes.loc[date, colonne]


def test_taking_a_zone_in_makes_its_communes_whole(atlas_partage):
    apres = absorb(atlas_partage.adhesions, [C, D], OUEST).set_index(["cpts_id", "code_commune"])
    assert apres["part"][(OUEST, C)] == apres["part"][(OUEST, D)] == 1.0
    assert apres["part"][(EST, C)] == 0.75


@given(memberships)
def test_what_is_covered_adds_up_and_never_passes_the_whole(atlas_dessine, lignes):
    atlas = with_adhesions(atlas_dessine, lignes)
    sommes = defaultdict(float)
    for _, code, _, part in lignes:
        sommes[code] += part
    avant = {False: 0, True: 0}
    for definition in DEFINITIONS:
        bilan = measure_couverture(atlas, (), definition)
        for indicatifs in (False, True):
            comptes = [bilan.compte(etat, indicatifs=indicatifs) for etat in ETATS]
            assert all(compte.population >= 0 for compte in comptes)
            assert sum(compte.population for compte in comptes) == sum(
                POPULATIONS[c] for c in ETUDE
            )
            couverts = bilan.couverts(indicatifs=indicatifs)
            # A wider definition covers as many at least.
            assert couverts.population >= avant[indicatifs]
            avant[indicatifs] = couverts.population
    tous = bilan.couverts(indicatifs=True).population
    assert tous == sum(
        int(count_inhabitants(POPULATIONS[c] * cap_parts(sommes[c]))) for c in ETUDE if c in sommes
    )


@given(memberships)
def test_of_whole_communes_shares_change_nothing(atlas_dessine, lignes):
    entieres = with_adhesions(atlas_dessine, [(*ligne[:3], 1.0) for ligne in lignes])
    bilan = summarize_territoires(entieres.communes, entieres.adhesions)
    membres = entieres.adhesions.join(
        entieres.communes[["population", "surface_km2"]], on="code_commune"
    )
    sommes = membres.groupby("cpts_id")[["population", "surface_km2"]].sum()
    pd.testing.assert_frame_equal(bilan[["population", "surface_km2"]], sommes, check_exact=True)
    fois = membres["code_commune"].value_counts()
    dedans = fois[fois.index.isin(ETUDE)]
    double = double_count(entieres, [])
    assert double.population_cpts == sum(POPULATIONS[c] * n for c, n in dedans.items())
    assert double.population == sum(POPULATIONS[c] for c in dedans.index)
    assert double.communes == (dedans > 1).sum()
    assert set(find_overlaps(entieres)["code_commune"]) == set(fois.index[fois > 1])


@given(st.integers(1, 9_999), st.integers(0, 100_000))
def test_shares_that_make_the_whole_count_all_once(atlas_dessine, centiemes, habitants):
    lignes = [
        (OUEST, C, "documente", centiemes / 10_000),
        (EST, C, "documente", 1 - centiemes / 10_000),
    ]
    atlas = with_adhesions(atlas_dessine, lignes)
    communes = atlas.communes.assign(population=habitants)
    atlas = dataclasses.replace(atlas, communes=communes)
    populations = summarize_territoires(communes, atlas.adhesions)["population"]
    # Each CPTS is rounded once: together they miss the whole by one inhabitant at most.
    assert abs(populations.sum() - habitants) <= 1
    bilan = measure_couverture(atlas, (), "fonctionnement")
    assert bilan.couverts(indicatifs=False).population == habitants
    assert double_count(atlas, []).difference == 0
