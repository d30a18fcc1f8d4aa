"""The comparison in Chromium, without any network: a link, a choice, a pasted list, and two pictures."""

import io
import re

import numpy as np
import pytest
from PIL import Image

from tests.navigateur.outils import Ecran, same_picture

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


def test_a_phone_has_a_card_each_and_nothing_sticks_out(serveur, ouvrir):
    telephone = open_comparaison(ouvrir(390, 844), f"{serveur}/comparer?t={TROIS},dep:25")
    page = telephone.page
    page.get_by_role("table").first.wait_for(state="hidden")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    fiches = page.locator(".cote-a-cote").first.locator("section")
    assert fiches.get_by_role("heading", level=4).all_inner_texts() == [
        "CPTS de Luxeuil (référence) · périmètre indicatif",
        "CPTS du Pays d'Héricourt",
        "Haute-Saône",
        "Doubs",
    ]
    # The whole of the page, ranks and charts included, is as wide as the screen.
    debords = page.locator(".cote-a-cote *:visible").evaluate_all(
        """(tous) => tous.filter((e) => {
            const r = e.getBoundingClientRect();
            return r.width > 1 && (r.left < 0 || r.right > innerWidth || e.scrollWidth > e.clientWidth + 1);
        }).filter((e) => getComputedStyle(e).display !== "inline").map((e) => e.outerHTML.slice(0, 80))"""
    )
    assert debords == []
    # A finger opens the reason of a dash.
    tiret = fiches.nth(2).locator("summary").first
    tiret.scroll_into_view_if_needed()
    tiret.click()
    fiches.nth(2).get_by_text("sans objet", exact=True).first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("territoires", [2, 4])
def test_no_bar_covers_a_name_on_a_phone(serveur, ouvrir, territoires):
    adresses = ",".join(f"{TROIS},dep:25".split(",")[:territoires])
    telephone = open_comparaison(ouvrir(390, 844), f"{serveur}/comparer?t={adresses}")
    telephone.page.get_by_text("Ordres de grandeur").scroll_into_view_if_needed()
    graphique = telephone.page.locator(".stVegaLiteChart:has([class*=ecrit_noms])").first
    noms = graphique.locator("[class*=ecrit_noms] text")
    noms.first.wait_for()
    assert noms.count() == territoires
    couverts = graphique.evaluate(
        """(g) => {
            const boites = (choix) => [...g.querySelectorAll(choix)].map((e) => e.getBoundingClientRect());
            const barres = boites(".mark-rect path");
            return boites("[class*=ecrit_noms] text")
                .filter((n) => barres.some((b) => b.top < n.bottom && n.top < b.bottom)).length;
        }"""
    )
    assert couverts == 0


def test_the_comparison_looks_as_it_did_on_a_phone(serveur, ouvrir):
    telephone = open_comparaison(ouvrir(390, 844), f"{serveur}/comparer?t={TROIS},dep:25")
    assert same_picture(telephone.page, "comparer-390x844.png")


def test_a_link_that_asks_for_the_differences_alone_keeps_them_on_the_way(serveur, ouvrir):
    lien = f"{serveur}/comparer?t=dep:70,dep:90&differences=1"
    ecran = open_comparaison(ouvrir(), lien)
    lignes = ecran.page.get_by_role("table").first.get_by_role("rowheader")
    avec = lignes.count()
    assert ecran.page.get_by_label("Seulement les différences").is_checked()
    ecran.page.get_by_text("Seulement les différences").click()
    ecran.wait_address(t="dep:70,dep:90", differences=None)
    ecran.settle()
    assert lignes.count() > avec


def test_four_territories_fit_side_by_side(serveur, ouvrir):
    ecran = open_comparaison(ouvrir(1440, 900), f"{serveur}/comparer?t={TROIS},dep:25")
    table = ecran.page.get_by_role("table").first
    for largeur in (1440, 1024, 700):
        ecran.page.set_viewport_size({"width": largeur, "height": 900})
        ecran.settle()
        assert table.evaluate("(t) => t.getBoundingClientRect().right <= innerWidth"), largeur
        assert table.evaluate("(t) => t.scrollWidth <= t.clientWidth"), largeur
        assert ecran.page.evaluate("document.documentElement.scrollWidth") <= largeur
