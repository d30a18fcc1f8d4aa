"""A region at work: two servers, a PostgreSQL, accounts. What is imported by one is shown by the other; the base dies and returns."""

import csv
import hashlib
import os
import re
import subprocess
import sys
import time

import pytest
from playwright.sync_api import expect

from geo.atelier.composition import take_composition
from geo.atelier.journal import Journal
from geo.base.actions import IMPORT
from geo.base.connexion import shared_base
from geo.base.preparation import prepare_base
from geo.base.trace import read_actes
from tests.fournisseur import serve_fournisseur, write_comptes
from tests.navigateur.conftest import windows
from tests.navigateur.outils import CARTE
from tests.nginx import Region, fetch
from tests.postgres import Postgres

# As a directory tells of somebody who is in many groups: the cookie takes three headers' worth of a proxy's defaults.
ANNE = {
    "sub": "anne",
    "name": "Anne Roux",
    "email": "anne@ars.example",
    "roles": ["planification"],
    "groups": [f"groupe-synthetique-{numero:03}" for numero in range(300)],
}
LURE, LUXEUIL = "70310", "cpts-luxeuil"
LIRE_AVEC_GDAL = """
import sys, pyogrio
print(*pyogrio.read_dataframe("OAPIF:" + sys.argv[1], layer="territoires")["nom_cpts"], sep="|")
"""


@pytest.fixture(scope="module")
def postgres():
    """Start a PostgreSQL that is this module's to kill."""
    serveur = Postgres()
    serveur.start()
    yield serveur
    serveur.remove()


@pytest.fixture(scope="module")
def adresse_base(postgres):
    return postgres.create()


@pytest.fixture(scope="module")
def base(adresse_base):
    ouverte = shared_base(adresse_base)
    prepare_base(ouverte)
    yield ouverte
    ouverte.close()


@pytest.fixture(scope="module")
def region(tmp_path_factory, adresse_base, base):  # noqa: ARG001 - the tables are made before the servers start
    dossier = tmp_path_factory.mktemp("region")
    comptes = dossier / "comptes.toml"
    with serve_fournisseur(ANNE) as fournisseur:
        servie = Region(dossier, base=adresse_base, comptes=comptes)
        write_comptes(comptes, f"{servie.adresse}/oauth2callback", fournisseur, publique=True)
        servie.start()
        yield servie
        servie.stop()
    for serveur in servie.serveurs.values():
        assert "Traceback" not in serveur.said(), serveur.said()


@pytest.fixture
def window_on(chromium, request, region):
    """Open windows of visitors of their own, each held by one server."""
    ouverts = []

    def ouvrir(serveur):
        contexte = chromium.new_context(locale="fr-FR", ignore_https_errors=True)
        contexte.add_cookies(
            [{"name": "atlas_serveur", "value": serveur, "url": region.adresse, "secure": True}]
        )
        fenetres = windows(contexte, request)
        ouverts.append((contexte, fenetres))
        return fenetres.__enter__()(1440, 1200)

    yield ouvrir
    for contexte, fenetres in ouverts:
        fenetres.__exit__(None, None, None)
        contexte.close()


def log_in(page):
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_role("button", name="anne").click()


def write_table(chemin):
    with chemin.open("w", encoding="utf-8", newline="") as fichier:
        table = csv.writer(fichier, delimiter=";")
        table.writerow(["CPTS", "Code commune", "Commune"])
        table.writerow(["CPTS d'essai synthétique", LURE, "Lure"])
    return chemin


def test_what_a_planner_imports_on_one_server_a_reader_of_the_other_sees(
    region, base, window_on, tmp_path
):
    table = write_table(tmp_path / "synthetique.csv")
    lecteur = window_on("8502").open(f"{region.adresse}/?dep=70")
    planificateur = window_on("8501")
    page = planificateur.page
    page.goto(f"{region.adresse}/compte")
    log_in(page)
    page.get_by_text("Rôle : planificateur").wait_for()
    page.get_by_role("link", name="Données").click()
    page.get_by_role("tab", name="Importer", exact=True).click()
    onglet = page.get_by_role("tabpanel", name="Importer", exact=True)
    onglet.locator("input[type=file]").set_input_files(str(table))
    page.get_by_text("Auteur : Anne Roux, votre compte.").wait_for()
    page.get_by_role("button", name="Voir ce que cela changerait").click()
    page.get_by_role("button", name="Mettre en usage").click()
    page.get_by_text("Version 1 en usage", exact=True).wait_for()

    # Within a second, whoever asks the other server has it.
    fin = time.monotonic() + 1
    autre = f"{region.serveurs['8502'].adresse}/api/v1/versions?f=json"
    while b'"numero":1' not in (dit := fetch(autre, Host="localhost")[2]).replace(b" ", b""):
        assert time.monotonic() < fin + 5, dit
        time.sleep(0.05)
    lecteur.page.get_by_text("Périmètres indicatifs", exact=True).click()
    lecteur.page.get_by_text("CPTS d'essai synthétique").first.wait_for(state="attached")
    assert lecteur.page.context.cookies()[0]["value"] == "8502"

    acte = read_actes(base)[0]
    assert (acte.action, acte.auteur, acte.identifiant) == (IMPORT, "Anne Roux", "anne")
    assert acte.empreinte == hashlib.sha256(table.read_bytes()).hexdigest()

    lu = subprocess.run(
        [sys.executable, "-c", LIRE_AVEC_GDAL, f"{region.adresse}/api/v1"],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"GDAL_HTTP_UNSAFESSL": "YES"},
    )
    assert "CPTS d'essai synthétique" in lu.stdout.strip().split("|")


def test_the_base_dies_and_returns_then_the_server_and_no_stroke_is_lost(
    region, base, postgres, window_on, atlas
):
    journal = Journal(base)
    scenario = journal.create(
        take_composition(atlas), nom="Essai", auteur="", note="", version_depart=0
    )
    planificateur = window_on("8501")
    page = planificateur.page
    page.goto(f"{region.adresse}/compte")
    log_in(page)
    page.get_by_text("Rôle : planificateur").wait_for()
    planificateur.open(f"{region.adresse}/atelier?scenario={scenario}&dep=70")
    dans = page.frame_locator(CARTE)
    dans.locator(".communes li").first.wait_for()
    dans.get_by_label("Je compose").select_option(label="CPTS de Luxeuil")
    etat = dans.locator(".etat")

    def give(commune, version):
        dans.get_by_role("searchbox", name="Chercher").fill(commune)
        dans.locator(".communes input").first.check()
        dans.get_by_role("button", name="Donner à la CPTS composée").click()
        if version:
            expect(etat).to_contain_text("Enregistré", timeout=60_000)
            assert journal.version(scenario) == version

    give("Lure", 1)
    postgres.stop()
    give("Roye", None)
    expect(etat).to_contain_text(
        re.compile("base de données.*(réessa|repart)", re.IGNORECASE), timeout=30_000
    )
    # Reading goes on.
    lecteur = window_on("8502").open(f"{region.adresse}/fiche?cpts={LUXEUIL}")
    expect(lecteur.page.get_by_role("heading", name="Luxeuil").first).to_be_visible()
    assert (
        b"d\\u00e9grad"
        in (dit := fetch(f"{region.serveurs['8502'].adresse}/pret", Host="localhost")[2])
        or "dégradé".encode() in dit
    )
    postgres.start()
    expect(etat).to_contain_text("Enregistré", timeout=60_000)
    assert journal.version(scenario) == 2

    region.serveurs["8501"].kill()
    give("Froideterre", None)
    expect(etat).to_contain_text("Enregistré", timeout=60_000)
    assert journal.version(scenario) == 3
    assert planificateur.erreurs == []
