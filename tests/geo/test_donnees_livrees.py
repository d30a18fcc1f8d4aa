"""The shipped data through ``geo``, against the same figures worked out again from the files.

Nothing of the project stands between the files and the expected figures.
"""

import csv
import json
from collections import defaultdict
from pathlib import Path

import pytest

from geo.chargement import load
from geo.erreurs import DonneesInvalides, Severite
from geo.regles.comptes import Comptes
from geo.regles.controles import check_sources
from geo.regles.couverture import find_etats, measure_couverture

DATA = Path(__file__).resolve().parents[2] / "data"
COLONNES = {
    "fonctionnement": "compte_en_fonctionnement",
    "projets": "compte_avec_projets",
    "lettres": "compte_avec_lettres",
}
REGION = ["21", "25", "39", "58", "70", "71", "89", "90"]


def rows(nom):
    with (DATA / f"{nom}.csv").open(encoding="utf-8", newline="") as fichier:
        return list(csv.DictReader(fichier))


@pytest.fixture(scope="module")
def communes():
    objets = json.loads((DATA / "communes.geojson").read_text(encoding="utf-8"))["features"]
    return {objet["properties"]["code_commune"]: objet["properties"] for objet in objets}


def covered(communes, definition, confiances, departements):
    """Return the inhabitants and communes covered, by sets of codes."""
    comptent = {
        ligne["statut"] for ligne in rows("statuts") if ligne[COLONNES[definition]] == "oui"
    }
    cpts = {ligne["cpts_id"] for ligne in rows("cpts_fiches") if ligne["statut"] in comptent}
    codes = {
        ligne["code_commune"]
        for ligne in rows("cpts")
        if ligne["cpts_id"] in cpts and ligne["confiance"] in confiances
    }
    codes = {
        code
        for code in codes
        if communes[code]["etude"] and communes[code]["code_departement"] in departements
    }
    return sum(communes[code]["population"] for code in codes), len(codes)


def test_nothing_blocks_and_there_are_16_territories_of_29_cpts(atlas):
    assert len(atlas.fiches) == 29
    assert len(atlas.territoires) == 16
    assert (~atlas.fiches["dessinee"]).sum() == 13
    assert len(atlas.communes) == 4111
    assert atlas.communes["etude"].sum() == 3685
    assert not any(p.severite is Severite.BLOQUANT for p in atlas.problemes)


def test_every_source_that_is_cited_is_a_row(atlas):
    assert check_sources(atlas.registre, atlas.perimetres, atlas.sources.index) == []
    connues = atlas.sources.index.drop(["recensement-2017", "france3-luron"])
    recensement, luron = check_sources(atlas.registre, atlas.perimetres, connues)
    assert "recensement-2017" in recensement.message
    assert "Évolution de la population" in recensement.message
    assert "« france3-luron » manque, que cite : périmètre de cpts-bassin-vesulien" in luron.message


def test_each_territory_has_the_communes_and_population_of_its_perimeter(atlas):
    population, nombre = defaultdict(int), defaultdict(int)
    for ligne in rows("perimetres"):
        population[ligne["cpts_id"]] += int(ligne["population_2023"])
        nombre[ligne["cpts_id"]] += int(ligne["communes_2026"])
    assert atlas.territoires["population"].to_dict() == population
    assert atlas.territoires["communes"].to_dict() == nombre


@pytest.mark.parametrize("definition", COLONNES)
@pytest.mark.parametrize("departements", [[], *([code] for code in REGION), ["70", "90"]])
def test_coverage_is_that_of_the_files(atlas, communes, definition, departements):
    zone = departements or REGION
    mesure = measure_couverture(atlas, departements, definition)
    siennes = [
        commune
        for commune in communes.values()
        if commune["etude"] and commune["code_departement"] in zone
    ]
    assert mesure.total.communes == len(siennes)
    assert mesure.total.population == sum(commune["population"] for commune in siennes)
    etablie = covered(communes, definition, {"documente", "deduit"}, zone)
    toute = covered(communes, definition, {"documente", "deduit", "hypothese"}, zone)
    assert mesure.couverts(indicatifs=False) == Comptes(*etablie)
    assert mesure.couverts(indicatifs=True) == Comptes(*toute)


def test_the_region_has_its_reference_population(atlas):
    assert measure_couverture(atlas, [], "fonctionnement").total.population == 2_802_670


def test_belfort_is_fully_covered(atlas):
    mesure = measure_couverture(atlas, ["90"], "fonctionnement")
    assert mesure.couverts(indicatifs=False).communes == mesure.total.communes == 101
    assert mesure.part_pct(indicatifs=False) == 100


def test_no_commune_of_the_region_is_called_uncovered(atlas):
    # The only complete department is fully covered: everywhere else the list is not complete.
    etats = find_etats(atlas, "fonctionnement", indicatifs=True)
    assert (etats == "non_couverte").sum() == 0


def test_cpts_of_which_the_perimeter_is_unknown_are_counted(atlas):
    mesure = measure_couverture(atlas, [], "fonctionnement")
    dessinees = {ligne["cpts_id"] for ligne in rows("cpts")}
    comptent = {"lancee", "aci_signe"}
    sans = [
        ligne["cpts_id"]
        for ligne in rows("cpts_fiches")
        if ligne["statut"] in comptent and ligne["cpts_id"] not in dessinees
    ]
    annonces = [
        float(ligne["valeur"])
        for ligne in rows("cpts_faits")
        if ligne["indicateur"] == "population_annoncee" and ligne["cpts_id"] in sans
    ]
    assert mesure.n_cpts_sans_perimetre == len(sans)
    somme = mesure.annonce_sans_perimetre
    assert (somme.n, somme.valeur) == (len(annonces), sum(annonces))


def test_every_territory_is_in_one_piece(atlas):
    assert atlas.parties[atlas.parties["partie"] > 1].empty


def test_surfaces_of_the_region_add_up(atlas):
    # 47 784 km² according to INSEE, which measures on another drawing.
    surface = atlas.communes.loc[atlas.communes["etude"], "surface_km2"].sum()
    assert surface == pytest.approx(47_784, rel=0.01)


def test_a_real_absorbed_code_is_followed(copie, atlas):
    # Le Gratteris (25297) merged into Mamirolle (25364), of Grand Besançon.
    chemin = copie / "cpts.csv"
    texte = chemin.read_text(encoding="utf-8")
    assert ",25364," in texte
    chemin.write_text(texte.replace(",25364,", ",25297,"), encoding="utf-8")
    lu = load(copie)
    assert lu.territoires["population"].equals(atlas.territoires["population"])
    assert any("25297 (absorbée par 25364 Mamirolle)" in p.message for p in lu.problemes)


def test_shipped_data_that_lost_their_zeros_are_refused_whole(copie):
    chemin = copie / "cpts.csv"
    lignes = chemin.read_text(encoding="utf-8").replace(",21", ",1")
    chemin.write_text(lignes, encoding="utf-8")
    (copie / "sources.csv").unlink()
    with pytest.raises(DonneesInvalides) as info:
        load(copie)
    assert {probleme.fichier for probleme in info.value.problemes} == {"cpts.csv", "sources.csv"}
