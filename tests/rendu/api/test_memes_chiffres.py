"""The API says the figures of the screens, of every territory of the shipped data and of official files."""

import json

import pandas as pd
import pytest

from geo.chargement import load
from geo.couche_cpts import write_geojson
from geo.indicateurs.ecarts import compare
from geo.indicateurs.mesures import evaluate
from geo.indicateurs.territoire import list_choices, parse_territoire
from geo.regles.completude import declare
from geo.regles.couverture import DEFINITIONS, ETATS, find_etats, measure_couverture
from geo.regles.zones import find_zones, zone_indicators
from rendu.mots.couverture import coverage_sentence, state_titles
from rendu.mots.mesures import tell_mesure
from tests.rendu.api.demandes import read
from ui.commun.adresse import Filtres
from ui.commun.couverture_detail import _by_state
from ui.comparer.tableau import make_export
from ui.zones.telechargements import list_communes, zones_table

FONCTIONNEMENT = next(iter(DEFINITIONS))


@pytest.fixture(scope="module")
def complete(haute_saone):
    """Return data of which a department is complete, so that it has zones blanches."""
    return declare(load(haute_saone), ["70"], [])


@pytest.mark.parametrize("definition", DEFINITIONS)
@pytest.mark.parametrize("donnees", ["atlas", "officiels", "complete"])
def test_coverage_is_that_of_the_page_of_gaps(donnees, definition, request):
    atlas = request.getfixturevalue(donnees)
    lignes = read(atlas, "couverture", couvert=definition)["elements"]
    couverture = measure_couverture(atlas, (), definition)
    assert lignes[0]["texte"] == coverage_sentence(couverture, indicatifs=True, write=str).replace(
        "**", ""
    )
    ecran = _by_state(
        couverture.par_departement,
        "Département",
        couverture.par_departement.index,
        "2023",
        indicatifs=True,
    )
    for ligne in lignes[1:]:
        code = ligne["code_departement"]
        seul = measure_couverture(atlas, (code,), definition)
        assert ligne["texte"] == coverage_sentence(seul, indicatifs=True, write=str).replace(
            "**", ""
        )
        for quoi, titre, suffixe in (
            ("population", "Habitants (2023)", ""),
            ("communes", "Communes", " (communes)"),
        ):
            total, *etats = ecran.loc[
                code, [titre, *(f"{etat}{suffixe}" for etat in state_titles(indicatifs=True))]
            ]
            etablis = ligne[f"{quoi}_couverts_etablis"]
            tous = ligne[f"{quoi}_couverts_avec_indicatifs"]
            dits = [
                etablis,
                None if tous is None else tous - (etablis or 0),
                ligne[f"{quoi}_en_zone_blanche"],
                ligne[f"{quoi}_sans_perimetre_connu"],
            ]
            assert ligne[quoi] == total
            # Of none that is not sure, the sentence of the screen says that it is not known.
            assert [None if pd.isna(e) else int(e) for e in etats] == [
                0 if dit is None and rang < 2 else dit for rang, dit in enumerate(dits)
            ]
            if etablis is None:
                assert "inconnue" in ligne["texte"]
                assert ligne["raison"]
                assert ligne[f"part_{quoi}_etablie_pct"] is None


def compared(atlas, adresses, *, indicatifs):
    territoires = [parse_territoire(atlas, adresse) for adresse in adresses]
    comparaison = compare(atlas, territoires, adresses[0], FONCTIONNEMENT, indicatifs=indicatifs)
    return make_export(atlas, comparaison)


@pytest.mark.parametrize(("donnees", "indicatifs"), [("officiels", True), ("atlas", False)])
def test_each_territory_has_the_figures_of_comparer(donnees, indicatifs, request):
    atlas = request.getfixturevalue(donnees)
    choix = list_choices(atlas)
    epci = choix.index[choix["genre"] == "epci"]
    # Of the intercommunalités, one in five: they are many, and all are measured in one way.
    toutes = [a for a in choix.index if a not in epci] + list(epci[::5])
    if not indicatifs:
        toutes = list(choix.index[choix["genre"] == "cpts"])
    vues, tues = 0, 0
    for debut in range(0, len(toutes), 4):
        adresses = toutes[debut : debut + 4]
        export = compared(atlas, adresses, indicatifs=indicatifs)
        ecran = {
            (ligne["Indicateur"], ligne["Genre"], ligne["Code"]): ligne
            for ligne in export.to_dict("records")
        }
        page = read(
            atlas, "mesures", territoire=",".join(adresses), indicatifs=int(indicatifs), limit=500
        )
        assert page["nombre"] == page["total"]
        for dite in page["elements"]:
            vue = ecran[dite["libelle"], dite["genre"], dite["code"]]
            vues += 1
            for champ, colonne in {
                "valeur": "Valeur",
                "qualificatif": "Qualificatif",
                "unite": "Unité",
                "base": "Base",
                "texte": "En toutes lettres",
                "au_moins": "Au moins (secret)",
                "au_plus": "Au plus (secret)",
                "intervalle_bas": "Intervalle à 95 %, bas",
                "intervalle_haut": "Intervalle à 95 %, haut",
                "perimetre": "Périmètre",
                "date": "Date",
            }.items():
                attendu = vue[colonne]
                assert dite[champ] == (None if pd.isna(attendu) else attendu), (dite, colonne)
            # A blank says why, and what is withheld has no number.
            tues += dite["raison"] == "retenue"
            if dite["raison"]:
                assert dite["valeur"] is None
                assert dite["texte"]
            assert dite["sources"] or dite["valeur"] is None or dite["indicateur"] == "departements"
    assert vues > 4 * len(toutes)
    assert (tues > 0) == (donnees == "officiels")


@pytest.mark.parametrize("niveau", ["cpts", "epci", "departement", "region", "commune"])
def test_an_indicator_has_at_each_level_what_the_evaluator_says(officiels, niveau):
    indicateurs = ["densite", *(i.identifiant for i in officiels.registre.officiels())]
    for identifiant in indicateurs:
        page = read(
            officiels, f"indicateurs/{identifiant}/valeurs", niveau=niveau, dep="70", limit=20
        )
        assert page["elements"]
        for dite in page["elements"]:
            territoire = parse_territoire(officiels, dite["territoire"])
            (mesure,) = evaluate(
                officiels,
                officiels.registre[identifiant],
                territoire,
                FONCTIONNEMENT,
                indicatifs=True,
            )
            attendue = tell_mesure(officiels, territoire, mesure)
            assert (dite["valeur"], dite["texte"], dite["qualificatif"], dite["raison"]) == (
                attendue.valeur,
                attendue.texte,
                attendue.qualificatif,
                mesure.raison or "",
            )


@pytest.mark.parametrize("donnees", ["atlas", "officiels", "complete"])
def test_zones_are_those_of_the_page(donnees, request):
    atlas = request.getfixturevalue(donnees)
    for dep in ((), ("70",)):
        zones = find_zones(atlas, find_etats(atlas, FONCTIONNEMENT, indicatifs=True), dep)
        filtres = Filtres(dep=dep)
        ecran = zones_table(atlas, zones, filtres).to_dict("records")
        parametres = {"dep": ",".join(dep)} if dep else {}
        dites = read(atlas, "zones", **parametres)["elements"]
        assert len(dites) == len(ecran)
        communes = list_communes(atlas, zones)
        for dite, vue in zip(dites, ecran, strict=True):
            assert [
                dite[c] for c in ("zone", "nom", "communes", "population", "continue_dehors")
            ] == [
                vue[c]
                for c in (
                    "Code de la commune la plus peuplée",
                    "Zone",
                    "Communes",
                    "Population (2023)",
                    "Continue hors de la zone choisie",
                )
            ]
            assert (dite["surface_km2"], dite["densite"]) == (
                vue["Surface (km²)"],
                vue["Densité (hab./km²)"],
            )
            siennes = communes.loc[communes["Zone"] == vue["Zone"], "Code"]
            assert sorted(dite["codes_insee"]) == sorted(siennes)
            officielles = [vue[c] for c in vue if c.endswith((", au moins", ", au plus"))]
            dites_officielles = [
                dite[f"{i.identifiant}_{bord}"]
                for i in zone_indicators(atlas)
                for bord in ("au_moins", "au_plus")
            ]
            assert dites_officielles == [None if pd.isna(v) else v for v in officielles]
    assert {z["etat"] for z in dites} == {
        "non_couverte" if donnees == "complete" else "indeterminee"
    }


def test_states_of_communes_are_those_that_coverage_counts(complete):
    for definition in DEFINITIONS:
        communes = read(complete, "communes", couvert=definition, dep="70", limit=5000)["elements"]
        couverture = measure_couverture(complete, ("70",), definition)
        for etat in ETATS:
            siennes = [c for c in communes if c["etat"] == etat]
            assert len(siennes) == couverture.compte(etat, indicatifs=True).communes


def test_cpts_are_those_of_the_layer_that_is_downloaded(atlas):
    telechargee = json.loads(write_geojson(atlas))["features"]
    servie = read(atlas, "collections/territoires/items")["features"]
    assert len(telechargee) == len(servie) == len(atlas.territoires)
    par_id = {objet["id"]: objet for objet in servie}
    for une in telechargee:
        autre = par_id[une["properties"]["cpts_id"]]
        siens = {nom: autre["properties"][nom] for nom in une["properties"] if nom != "sources"}
        vus = {nom: v for nom, v in une["properties"].items() if nom != "sources"}
        # A list that is empty is an empty text, and a truth is one.
        vus["parts_pct"] = vus["parts_pct"] or ""
        assert siens == {**vus, "indicatif": vus["indicatif"] == "oui"}
    toutes = read(atlas, "cpts")["elements"]
    assert [c["cpts_id"] for c in toutes] == list(atlas.fiches.index)
    for dite in toutes:
        territoire = parse_territoire(atlas, f"cpts:{dite['cpts_id']}")
        (mesure,) = evaluate(
            atlas, atlas.registre["population"], territoire, FONCTIONNEMENT, indicatifs=True
        )
        attendue = tell_mesure(atlas, territoire, mesure)
        assert (dite["population"], dite["qualificatif"], dite["raison"]) == (
            attendue.valeur,
            attendue.qualificatif,
            mesure.raison or "",
        )


def test_memberships_have_their_share_and_their_confidence(atlas):
    lignes = read(atlas, "adhesions", limit=5000)["elements"]
    assert [(a["cpts_id"], a["code_commune"], a["confiance"], a["part_pct"]) for a in lignes] == [
        (a.cpts_id, a.code_commune, a.confiance, a.part * 100) for a in atlas.adhesions.itertuples()
    ]
    etablies = read(atlas, "adhesions", limit=5000, indicatifs=0)["elements"]
    assert etablies == [a for a in lignes if a["confiance"] != "hypothese"]
