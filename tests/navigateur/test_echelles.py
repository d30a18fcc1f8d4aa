"""From a region to the country: communes are fetched when near, and told apart by the rule of geo."""

import os
import shutil

import pytest
from typer.testing import CliRunner

from geo.build.__main__ import app
from geo.build.ecriture import csv_bytes
from geo.build.synthetique import make_tables
from geo.chargement import MARQUEUR_SYNTHETIQUE, load
from geo.regles.couverture import DEFINITIONS, NON_COUVERTE, find_etats
from rendu.carte.palette import COMMUNE_BLANCHE
from tests.navigateur.outils import RACINE, serve
from ui.commun.adresse import PAR_DEFAUT


def painted_communes(ecran) -> dict[str, str]:
    """Return the colour of each commune on the map."""
    return ecran.cadre.evaluate(
        """() => {
            const couleurs = {};
            window.map.eachLayer((l) => {
                for (const { communes } of l.departements ?? [])
                    for (const { id, couleur } of communes) couleurs[id] = couleur;
            });
            return couleurs;
        }"""
    )


def fetched_departements(ecran) -> set[str]:
    """Return the departments whose communes the browser asked for."""
    fichiers = ecran.cadre.evaluate(
        "() => performance.getEntriesByType('resource').map((r) => r.name.split('/').pop())"
    )
    return {nom.split("-")[1] for nom in fichiers if nom.startswith("communes-")}


@pytest.fixture(scope="module")
def region_synthetique(atlas, tmp_path_factory):
    """Lay a synthetic membership over the shipped communes: it has complete departments."""
    dossier = tmp_path_factory.mktemp("synthetique")
    for chemin in [*(RACINE / "data").glob("*.csv"), RACINE / "data" / "communes.geojson"]:
        shutil.copy(chemin, dossier)
    for nom, table in make_tables(atlas.communes.drop(columns="geometry").reset_index()).items():
        (dossier / f"{nom}.csv").write_bytes(csv_bytes(table))
    # Its source is of the shipped data.
    (dossier / "aci.csv").unlink()
    (dossier / MARQUEUR_SYNTHETIQUE).write_text("essai", encoding="utf-8")
    return dossier


@pytest.fixture(scope="module")
def serveur_synthetique(region_synthetique):
    with serve(CPTS_DATA_DIR=str(region_synthetique)) as adresse:
        yield adresse


@pytest.fixture(scope="module")
def attendues(region_synthetique):
    return load(region_synthetique)


def test_uncovered_communes_on_the_map_are_those_of_geo(serveur_synthetique, attendues, ouvrir):
    demandee, *autres = reversed(DEFINITIONS)
    ecran = ouvrir().open(f"{serveur_synthetique}/?couvert={demandee}")
    ecran.mark_map()
    vues = set()
    for definition in (demandee, *autres):
        if definition != demandee:
            ecran.choose("« Couvert » signifie", DEFINITIONS[definition])
            ecran.wait_address(couvert=None if definition == PAR_DEFAUT.couvert else definition)
            ecran.settle()
        couleurs = painted_communes(ecran)
        etats = find_etats(attendues, definition, indicatifs=True)
        blanches = {code for code, teinte in couleurs.items() if teinte == COMMUNE_BLANCHE}
        assert set(couleurs) == set(etats.index)
        assert blanches == set(etats.index[etats == NON_COUVERTE])
        assert blanches
        vues.add(frozenset(blanches))
    # Painted anew, in place.
    assert len(vues) > 1
    assert ecran.map_is_the_same()


@pytest.fixture(scope="session")
def france(tmp_path_factory):
    """Build the national folder; the packages come from the registries, or from var/paquets."""
    if os.environ.get("CPTS_TEST_RESEAU") != "1":
        pytest.skip("télécharge les paquets : CPTS_TEST_RESEAU=1 pour le lancer")
    dossier = tmp_path_factory.mktemp("france") / "synthetique"
    resultat = CliRunner().invoke(app, ["--france", "--out", str(dossier)])
    assert resultat.exit_code == 0, resultat.output
    return dossier


@pytest.mark.national
def test_the_country_is_drawn_by_territory_and_communes_come_when_near(france, ouvrir):
    atlas = load(france)
    with serve(CPTS_DATA_DIR=str(france)) as adresse:
        ecran = ouvrir()
        ecran.page.set_default_timeout(120_000)
        ecran.open(adresse)
        vivantes = atlas.fiches[atlas.fiches["statut"] != "abandonne"]
        assert len(ecran.forms()["territoires"]) == vivantes["dessinee"].sum()
        assert painted_communes(ecran) == {}
        assert fetched_departements(ecran) == set()
        ecran.open(f"{adresse}/?dep=70")
        assert "70" in fetched_departements(ecran)
        assert len(fetched_departements(ecran)) < 15
        haute_saone = atlas.communes.index[atlas.communes["code_departement"] == "70"]
        assert set(haute_saone) <= set(painted_communes(ecran))
        ecran.cadre.evaluate("() => { window.map.setView([46.5, 2.5], 6, { animate: false }); }")
        assert set(painted_communes(ecran)) == set(haute_saone)
        assert ecran.erreurs == []
