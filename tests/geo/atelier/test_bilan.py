"""Sums that follow gestures are those that the atlas computes whole."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.atelier.bilan import Bilan
from geo.atelier.composition import take_composition
from geo.atelier.deroule import Deroule
from geo.atelier.gestes import ANNULER, ATTRIBUER, FUSIONNER, RENOMMER, Geste, GesteRefuse
from geo.atelier.sol import lay_sol
from geo.indicateurs.calcul import summarize_territoires
from geo.regles.couverture import COUVERTE, DEFINITIONS, measure_couverture
from tests.geo.atelier.tirage import DEPART, GESTES, SOL

STATUTS = pd.DataFrame(
    [
        ("aci_signe", "oui", "oui", "oui"),
        ("lancee", "oui", "oui", "oui"),
        ("projet_valide", "non", "oui", "oui"),
        ("inconnu", "non", "non", "non"),
    ],
    columns=["statut", "compte_en_fonctionnement", "compte_avec_projets", "compte_avec_lettres"],
).set_index("statut")


@pytest.fixture(scope="module")
def sol(atlas):
    return lay_sol(atlas)


def rebuild(atlas, etat):
    """Return the atlas that a state makes, as far as coverage asks."""
    lignes = [(i, code, c) for code, siennes in etat.communes.items() for i, c in siennes]
    adhesions = pd.DataFrame(lignes, columns=["cpts_id", "code_commune", "confiance"])
    adhesions = adhesions.assign(part=1.0)
    statuts = {cpts_id: siens.statut for cpts_id, siens in etat.cpts.items()}
    fiches = atlas.fiches.loc[atlas.fiches.index.isin(list(statuts))]
    fiches = fiches.assign(statut=[statuts[i] for i in fiches.index])
    return replace(atlas, adhesions=adhesions, fiches=fiches)


def test_coverage_and_people_are_those_of_the_atlas_after_gestures(atlas, sol):
    depart = take_composition(atlas)
    deroule, bilan = Deroule(depart), Bilan(sol, depart, atlas.statuts)
    luxeuil, vesoul = "cpts-luxeuil", "cpts-bassin-vesulien"
    lure = tuple(sorted(sol.des_epci[sol.epci["70310"]]))
    gestes = [
        Geste(ATTRIBUER, vers={luxeuil: lure}),
        Geste(ATTRIBUER, codes=tuple(sorted(deroule.etat.members(vesoul)))[:40]),
        Geste(ATTRIBUER, vers={"cpts-pays-luron": ("70310",)}),
        Geste(RENOMMER, cpts=(luxeuil,), nom="CPTS de Luxeuil", statut="projet_valide"),
        Geste(ANNULER),
        Geste(FUSIONNER, cpts=(vesoul,), cible=luxeuil),
    ]
    for geste in gestes:
        bilan.follow(deroule.play(geste), deroule.etat)
        apres = rebuild(atlas, deroule.etat)
        sommes = summarize_territoires(atlas.communes, apres.adhesions)["population"]
        assert all(bilan.population(i) == sommes.get(i, 0) for i in deroule.etat.cpts)
        for definition in DEFINITIONS:
            attendue = measure_couverture(apres, ["70"], definition)
            dite = bilan.couverture("70", definition)
            assert dite.etablis == attendue.compte(COUVERTE, indicatifs=False)
            assert dite.tous == attendue.compte(COUVERTE, indicatifs=True)
            assert dite.total == attendue.total
            assert dite.part_pct(indicatifs=True) == attendue.part_pct(indicatifs=True)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(GESTES, st.just(Geste(ANNULER))), max_size=20))
def test_sums_that_follow_are_those_of_the_end_alone(gestes):
    deroule, bilan = Deroule(DEPART), Bilan(SOL, DEPART, STATUTS)
    for geste in gestes:
        try:
            changements = deroule.play(geste)
        except GesteRefuse:
            continue
        bilan.follow(changements, deroule.etat)
    entier = Bilan(SOL, deroule.etat.composition(), STATUTS)
    for cpts_id in deroule.etat.cpts:
        assert bilan.population(cpts_id) == entier.population(cpts_id)
        assert entier.population(cpts_id) == SOL.count(deroule.etat.members(cpts_id))
    for departement in SOL.des_departements:
        for definition in DEFINITIONS:
            assert bilan.couverture(departement, definition) == entier.couverture(
                departement, definition
            )
