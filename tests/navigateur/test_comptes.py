"""Log in at a real provider, do what the role allows, log out there; and nothing of the data for whom has no account."""

import pytest
from playwright.sync_api import expect

from rendu.mots.comptes import QUI_REVIENT
from tests.fournisseur import serve_fournisseur, write_comptes
from tests.navigateur.outils import serve

ANNE = {"sub": "anne", "name": "Anne Roux", "email": "anne@ars.example", "roles": ["planification"]}
PAUL = {"sub": "paul", "name": "Paul Noir", "roles": ["autre"]}


@pytest.fixture(scope="module")
def fournisseur():
    """Start a provider of identities, which knows a planner and someone without a role."""
    with serve_fournisseur(ANNE, PAUL) as adresse:
        yield adresse


@pytest.fixture(scope="module")
def prive(fournisseur, tmp_path_factory):
    """Serve an atlas that is read with an account alone, under a path."""
    dossier = tmp_path_factory.mktemp("comptes")
    fichier = dossier / "comptes.toml"
    retour = "http://localhost:{port}/atlas/oauth2callback"
    write_comptes(fichier, retour, fournisseur, publique=False)
    with serve("/atlas", CPTS_COMPTES=str(fichier), CPTS_VAR_DIR=str(dossier / "var")) as adresse:
        yield adresse


def log_in(page, sub):
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_role("button", name=sub).click()


def test_a_planner_comes_back_where_he_was_and_does_what_his_role_allows(prive, ouvrir):
    ecran = ouvrir()
    page = ecran.page
    page.goto(f"{prive}/donnees?dep=70")
    porte = page.get_by_role("button", name="Se connecter")
    porte.wait_for()
    # The whole page of whom has no account: a title and a button.
    assert page.locator(".stMain").inner_text().split("\n")[-1].strip() == "Se connecter"
    assert "CPTS de" not in page.content()
    assert page.get_by_role("link").count() == 1, "that of Streamlit, to skip to the page"
    log_in(page, "anne")
    page.get_by_role("heading", name="Données : sources").wait_for()
    expect(page).to_have_url(f"{prive}/donnees?dep=70")
    expect(page.get_by_role("link", name="Compte : Anne Roux")).to_be_visible()
    page.get_by_role("tab", name="Importer", exact=True).click()
    expect(page.get_by_role("heading", name="Importer une table de communes")).to_be_visible()
    expect(page.get_by_text("Cinq étapes.").first).to_be_visible()
    page.get_by_role("tab", name="Versions").click()
    expect(page.get_by_text(QUI_REVIENT)).to_be_visible()
    expect(page.get_by_text("Revenir à cette version")).to_have_count(0)

    page.get_by_role("link", name="Compte : Anne Roux").click()
    expect(page.get_by_text("Rôle : planificateur")).to_be_visible()
    page.get_by_role("textbox", name="À quoi il sert").fill("QGIS")
    page.get_by_role("button", name="Créer un jeton").click()
    expect(page.get_by_text("Copiez ce jeton maintenant")).to_be_visible()
    page.get_by_role("button", name="Retirer").click()
    expect(page.get_by_text("Vous n'avez aucun jeton.")).to_be_visible()

    autre = page.context.new_page()
    autre.goto(f"{prive}/fiche")
    autre.get_by_role("heading", name="Fiche d'une CPTS").first.wait_for()
    page.get_by_role("button", name="Se déconnecter").click()
    page.get_by_role("button", name="End session").click()
    porte.wait_for()
    expect(page).to_have_url(f"{prive}/")
    # Another page of the same browser, open since before, has nothing more to say either.
    autre.get_by_role("link", name="Comparer").click()
    autre.get_by_role("button", name="Se connecter").wait_for()
    autre.close()


def test_an_account_without_a_role_reads_nothing_more_than_anybody(prive, ouvrir):
    page = ouvrir().page
    page.goto(f"{prive}/fiche?cpts=cpts-luxeuil")
    log_in(page, "paul")
    # The first page, where the log-in ends, says it too: the test does not end on the way.
    expect(page).to_have_url(f"{prive}/fiche?cpts=cpts-luxeuil")
    expect(page.get_by_text("Paul Noir, mais votre compte n'a aucun rôle")).to_be_visible()
    assert "Luxeuil" not in page.content()
