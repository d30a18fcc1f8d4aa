"""The sheet, the search and the downloads, in Chromium, without any network."""

import csv
import io
import re

import openpyxl
import pytest

from tests.navigateur.outils import RACINE, Ecran, same_picture, serve

RECHERCHE = "iframe[title*=searchbox]"
DES_COMMUNIQUES = {
    "cpts-luxeuil": "près de 10 % de la population",
    "cpts-bassin-vesulien": "8,5 % de la population",
    "cpts-pays-hericourt": "plus de 8 % des plus de 17 ans",
}


def name_of(cpts_id: str) -> str:
    with (RACINE / "data" / "cpts_fiches.csv").open(encoding="utf-8") as fichier:
        return next(f["nom"] for f in csv.DictReader(fichier) if f["cpts_id"] == cpts_id)


def words(ecran: Ecran) -> str:
    return re.sub(r"\s", " ", ecran.page.locator("[data-testid=stMain]").inner_text())


def search(ecran: Ecran, texte: str) -> list[str]:
    """Type into the search with the keyboard, and read the answers."""
    cadre = ecran.page.frame_locator(RECHERCHE)
    cadre.locator("input").first.focus()
    ecran.page.keyboard.type(texte, delay=40)
    reponses = cadre.locator("[role=option]")
    reponses.first.wait_for()
    ecran.page.wait_for_timeout(800)
    return [re.sub(r"\s+", " ", reponse) for reponse in reponses.all_inner_texts()]


@pytest.mark.parametrize("cpts_id", DES_COMMUNIQUES)
def test_sheets_of_the_press_releases(serveur, ouvrir, cpts_id):
    ecran = ouvrir().open(f"{serveur}/fiche?cpts={cpts_id}")
    ecran.page.get_by_role("heading", name=name_of(cpts_id), exact=True).wait_for()
    ecran.settle()
    assert cpts_id in ecran.forms()["territoires"]
    assert DES_COMMUNIQUES[cpts_id] in words(ecran)
    assert ecran.ailleurs == []
    assert ecran.erreurs == []


def test_the_sheet_looks_as_it_did_on_a_phone(serveur, ouvrir):
    telephone = ouvrir(390, 844).open(f"{serveur}/fiche?cpts=cpts-luxeuil")
    telephone.settle()
    assert telephone.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert same_picture(telephone.page, "fiche-390x844.png")


def test_a_cpts_without_perimeter_has_its_marker_and_says_so(serveur, ouvrir):
    ecran = ouvrir().open(f"{serveur}/fiche?cpts=cpts-grand-lons")
    ecran.settle()
    assert ecran.forms()["reperes"] == ["cpts-grand-lons"]
    texte = words(ecran)
    assert "rien n'est calculé" in texte
    assert "non calculable" in ecran.page.content() or "aucun connu" in texte


def test_next_previous_and_a_click_on_a_neighbour(serveur, ouvrir):
    ecran = ouvrir().open(f"{serveur}/fiche?cpts=cpts-luxeuil")
    ecran.page.get_by_role("link", name="Suivante").click()
    ecran.wait_address(cpts="cpts-portes-haut-doubs")
    # The address changes first: until the script has run, « Précédente » is still that of the sheet before.
    ecran.page.get_by_role("heading", name="CPTS des Portes du Haut-Doubs", exact=True).wait_for()
    ecran.settle()
    ecran.page.get_by_role("link", name="Précédente").click()
    ecran.wait_address(cpts="cpts-luxeuil")
    ecran.page.get_by_role("heading", name="CPTS de Luxeuil", exact=True).wait_for()
    ecran.wait_map()
    ecran.settle()
    ecran.page.mouse.click(*ecran.point_of("cpts-bassin-vesulien"))
    ecran.page.get_by_role("heading", name="CPTS du bassin vésulien", exact=True).wait_for()
    ecran.wait_address(cpts="cpts-bassin-vesulien")


def test_from_the_map_to_the_sheet_and_back(serveur, ouvrir):
    ecran = ouvrir().open(f"{serveur}/?dep=70&cpts=cpts-luxeuil")
    ecran.page.get_by_role("link", name="Ouvrir la fiche").click()
    ecran.page.get_by_role("heading", name="Fiche d'une CPTS").wait_for()
    ecran.wait_address(dep="70", cpts="cpts-luxeuil")
    ecran.page.go_back()
    ecran.page.get_by_role("heading", name="(CPTS) : Haute-Saône").wait_for()
    ecran.wait_address(dep="70", cpts="cpts-luxeuil")


@pytest.mark.parametrize(
    ("texte", "attendue"),
    [
        ("ciel", "Ciel · commune réunie à Verdun-Ciel"),
        ("hericourt", "Héricourt · "),
        ("70300", "Luxeuil-les-Bains · Haute-Saône (70)"),
        ("st loup", "Saint-Loup-sur-Semouse · Haute-Saône (70)"),
    ],
)
def test_search_while_typing(serveur, ouvrir, texte, attendue):
    ecran = ouvrir()
    ecran.page.goto(f"{serveur}/donnees")
    reponses = search(ecran, texte)
    assert any(reponse.startswith(attendue) for reponse in reponses), reponses
    if texte == "st loup":
        departements = {re.search(r"\((\w+)\)", reponse)[1] for reponse in reponses}
        assert len(departements) > 1
    assert ecran.ailleurs == []


def test_from_a_commune_to_its_sheet_with_the_keyboard_alone(serveur, ouvrir):
    ecran = ouvrir()
    ecran.page.goto(f"{serveur}/donnees?dep=70")
    search(ecran, "fougerolles")
    ecran.page.keyboard.press("Enter")
    reponse = ecran.page.get_by_text("est dans le périmètre indicatif de la CPTS de Luxeuil")
    reponse.wait_for()
    lien = ecran.page.get_by_role("link", name="Fiche : CPTS de Luxeuil")
    lien.focus()
    ecran.page.keyboard.press("Enter")
    ecran.page.get_by_role("heading", name="Fiche d'une CPTS").wait_for()
    ecran.wait_address(dep="70", cpts="cpts-luxeuil")


def test_downloads_open_elsewhere(serveur, ouvrir):
    ecran = ouvrir().open(f"{serveur}/fiche?cpts=cpts-luxeuil")
    bouton = ecran.page.get_by_role("button", name="Excel")
    bouton.scroll_into_view_if_needed()
    with ecran.page.expect_download() as attendu:
        bouton.click()
    fichier = attendu.value
    assert fichier.suggested_filename.startswith("atlas-cpts_fiche-cpts-de-luxeuil_")
    classeur = openpyxl.load_workbook(io.BytesIO(fichier.path().read_bytes()))
    assert classeur.sheetnames == ["communes", "Sources"]
    lignes = list(classeur["communes"].values)
    population = lignes[0].index("Population (2023)")
    assert len(lignes) == 95
    assert sum(ligne[population] for ligne in lignes[1:]) == 42511


def test_mentions_opened_cold(ouvrir):
    with serve() as adresse:
        ecran = ouvrir()
        ecran.page.goto(f"{adresse}/mentions")
        ecran.page.get_by_role("heading", name="Accessibilité : non conforme").wait_for()
        ecran.page.get_by_role("heading", name="Mentions légales").wait_for()
        assert ecran.ailleurs == []


def test_a_figure_says_where_it_comes_from_and_its_file_recomputes_it(serveur, ouvrir):
    ecran = ouvrir().open(f"{serveur}/fiche?cpts=cpts-luxeuil")
    ecran.page.get_by_role("button", name="D'où vient ce chiffre").click()
    dit = ecran.page.locator("[data-testid=stCode]")
    dit.wait_for()
    assert "somme de « population » des communes" in re.sub(r"\s", " ", dit.inner_text())
    with ecran.page.expect_download() as attendu:
        ecran.page.locator("[data-testid=stPopoverBody]").get_by_role("button", name="CSV").click()
    lu = attendu.value.path().read_text(encoding="utf-8-sig")
    lignes = list(csv.DictReader(io.StringIO(lu), delimiter=";"))
    assert len(lignes) == 94
    assert sum(int(float(ligne["Numérateur : population"])) for ligne in lignes) == 42_511
