"""The comparison in Chromium, without any network: a link, a choice, a pasted list, and two pictures."""

import io
import re

import numpy as np
import pytest
from PIL import Image

from tests.navigateur.outils import Ecran, same_picture

pytestmark = pytest.mark.navigateur

TROIS = "cpts:cpts-luxeuil,cpts:cpts-pays-hericourt,dep:70"
PAPIER = (0xF6, 0xF6, 0xF6)
CARTES = "[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg"


def open_comparaison(ecran: Ecran, adresse: str) -> Ecran:
    ecran.page.goto(adresse)
    ecran.page.get_by_role("heading", name="Indicateurs").wait_for()
    ecran.page.locator(CARTES).first.wait_for()
    ecran.settle()
    return ecran


def frame_px(capture: bytes) -> tuple[int, int]:
    """Measure the paper of a small map: the same metres, so the same scale if it has the same pixels."""
    pixels = np.asarray(Image.open(io.BytesIO(capture)).convert("RGB"))
    lignes, colonnes = np.nonzero((pixels == PAPIER).all(axis=2))
    return int(np.ptp(colonnes)), int(np.ptp(lignes))


def headers(ecran: Ecran) -> list[str]:
    """Return the heads of the columns of the table of indicators."""
    textes = ecran.page.get_by_role("table").first.get_by_role("columnheader").all_inner_texts()
    return [re.sub(r"\s+", " ", texte).strip() for texte in textes if texte.strip()]


def test_a_link_with_three_territories_opens_their_comparison(serveur, ouvrir):
    ecran = open_comparaison(ouvrir(), f"{serveur}/comparer?t={TROIS}")
    assert headers(ecran) == [
        "CPTS de Luxeuil (référence) · périmètre indicatif",
        "CPTS du Pays d'Héricourt",
        "Haute-Saône",
    ]
    cartes = ecran.page.locator(CARTES)
    cadres = [frame_px(cartes.nth(rang).screenshot()) for rang in range(3)]
    assert np.ptp(cadres, axis=0).max() <= 1, cadres
    assert cadres[0][0] > 250
    assert ecran.ailleurs == []
    assert ecran.erreurs == []


def test_adding_a_territory_updates_the_address_and_back_undoes_it(serveur, ouvrir):
    ecran = open_comparaison(ouvrir(), f"{serveur}/comparer?t={TROIS}&dep=70")
    ecran.page.get_by_label("Territoires à comparer").click()
    ecran.page.keyboard.type("Département · Doubs")
    ecran.page.get_by_role("option", name="Département · Doubs").click()
    ecran.wait_address(t=f"{TROIS},dep:25", dep="70")
    # While the list is open, what is behind it is hidden from assistive tools.
    ecran.page.keyboard.press("Escape")
    ecran.page.get_by_role("columnheader", name="Doubs").first.wait_for()
    ecran.choose("Référence", "Département · Haute-Saône")
    ecran.wait_address(t=f"{TROIS},dep:25", ref="dep:70")
    ecran.page.get_by_role("columnheader", name="Haute-Saône (référence)").wait_for()
    ecran.page.go_back()
    ecran.wait_address(t=f"{TROIS},dep:25", ref=None)
    ecran.page.get_by_role("columnheader", name="CPTS de Luxeuil (référence)").wait_for()


def test_a_pasted_list_of_communes_is_compared(serveur, ouvrir):
    ecran = open_comparaison(ouvrir(), f"{serveur}/comparer?t=dep:70,dep:25")
    ecran.page.get_by_text("Ajouter une liste de communes").click()
    ecran.page.get_by_label("Codes INSEE ou noms").fill("70311, Vesoul")
    ecran.page.get_by_role("button", name="Ajouter cette liste").click()
    ecran.wait_address(t="dep:70,dep:25,communes:70311.70550")
    ecran.page.get_by_role("columnheader", name="Vesoul et 1 autre commune").first.wait_for()


def test_an_example_opens_a_comparison(serveur, ouvrir):
    ecran = ouvrir()
    ecran.page.goto(f"{serveur}/comparer")
    ecran.page.get_by_text("Choisir deux à quatre territoires").wait_for()
    main = ecran.page.locator("[data-testid=stMain]")
    main.locator("[data-testid=stPageLink] a[href*='t=']").first.click()
    ecran.page.get_by_role("columnheader", name="(référence)").wait_for()
    ecran.settle()
    assert len(headers(ecran)) >= 2


def test_the_comparison_looks_as_it_did_on_a_phone(serveur, ouvrir):
    telephone = open_comparaison(ouvrir(390, 844), f"{serveur}/comparer?t={TROIS},dep:25")
    assert telephone.page.evaluate("document.documentElement.scrollWidth") <= 390
    # The table is wider than the telephone: it must scroll in its own box.
    table = telephone.page.get_by_role("table").first
    assert table.evaluate(
        """(t) => {
            let boite = t;
            while (boite && boite.scrollWidth <= boite.clientWidth) boite = boite.parentElement;
            return boite && ["auto", "scroll"].includes(getComputedStyle(boite).overflowX);
        }"""
    )
    assert same_picture(telephone.page, "comparer-390x844.png")
