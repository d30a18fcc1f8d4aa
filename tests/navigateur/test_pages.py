"""Every page in Chromium, loaded once: what axe-core finds, its picture, and itself printed on A4.

The tests run in the order of the file: first on a screen of 1440 × 900, then on a wide one, where pages are
printed last.
"""

import io
import re
import unicodedata
from functools import cache

import numpy as np
import pypdfium2
import pytest
from PIL import Image
from pypdf import PdfReader

from tests.navigateur.axe import findings, unknown
from tests.navigateur.outils import CARTE, Ecran, same_picture
from ui.serveur.pages import PAGES

# A4 less the margins of static/impression.css, in CSS pixels.
LARGEUR_PX = {"portrait": 703, "landscape": 1031}
FONDS = "Contours des communes et mairies"

# Address, title, words of the sources, most pages of A4 in portrait.
IMPRIMEES = {
    "app.py": (
        "",
        "Communautés professionnelles territoriales de santé (CPTS) : Bourgogne-Franche-Comté",
        FONDS,
        5,
    ),
    "pages/fiche.py": ("fiche?cpts=cpts-luxeuil", "Fiche d'une CPTS", FONDS, 4),
    "pages/zones_blanches.py": (
        "zones_blanches",
        "Zones blanches : Bourgogne-Franche-Comté",
        FONDS,
        5,
    ),
    "pages/comparer.py": (
        "comparer?t=cpts:cpts-luxeuil,cpts:cpts-pays-hericourt,dep:70",
        "Comparer des territoires",
        FONDS,
        6,
    ),
    "pages/deploiement.py": (
        "deploiement?date=2022-05-06",
        "Déploiement : Bourgogne-Franche-Comté",
        FONDS,
        11,
    ),
    "pages/presentation.py": (
        "presentation?cpts=cpts-luxeuil,cpts-bassin-vesulien",
        "Préparer la présentation",
        "D'où viennent les chiffres",
        7,
    ),
    "pages/atelier.py": ("atelier", "Atelier", "rien ne change dans l'atlas", 1),
    "pages/donnees.py": ("donnees", "Données : sources, qualité, import", FONDS, 5),
    "pages/compte.py": ("compte", "Compte", "Ce serveur n'a pas de comptes", 1),
    "pages/mentions.py": ("mentions", "Accessibilité et mentions", "Données et licences", 4),
}
PHOTOGRAPHIEES = {
    "app.py": "accueil-1440x900.png",
    "pages/fiche.py": "fiche-1440x900.png",
    "pages/comparer.py": "comparer-1440x900.png",
    "pages/deploiement.py": "deploiement-1440x900.png",
}
GRAPHIQUES = "[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg"
AVEC_GRAPHIQUES = ("pages/comparer.py", "pages/deploiement.py")
AVEC_CARTE = ("app.py", "pages/fiche.py", "pages/zones_blanches.py", "pages/deploiement.py")
# A row or a column of a page that crosses the map has more of its paper than that.
PARTIE_DU_PAPIER = 0.05
# What the screen has and paper does not: navigation, filters, search, downloads.
ABSENTS = (
    "CarteFicheZonesblanches",
    "«Couvert»signifie",
    "Couvert:",
    "Colorerpar",
    "Télécharger:",
    "Retouràl'atlas",
)

# In one go, as printing does: the browser has no time to draw anything anew at that width.
DEBORDS = """(largeur) => {
    window.dispatchEvent(new Event("beforeprint"));
    document.documentElement.style.width = largeur + "px";
    const debords = [...document.querySelectorAll("body *")]
        .filter((e) => e.checkVisibility() && !e.closest(".dvn-scroller"))
        .filter((e) => e.textContent.trim() || e.matches("canvas, svg, iframe"))
        .filter((e) => e.getBoundingClientRect().width && e.getBoundingClientRect().right > largeur + 1)
        .map((e) => e.outerHTML.slice(0, 160) + " " + JSON.stringify(e.getBoundingClientRect()));
    document.documentElement.style.width = "";
    return debords;
}"""
MANIABLES = (
    "header, .st-key-entete, .st-key-filtres, button, input, textarea, iframe[title*=searchbox], [role=slider], "
    "[data-testid=stPageLink]"
)


def open_page(ecran: Ecran, serveur: str, chemin: str) -> Ecran:
    adresse, titre, sources, _ = IMPRIMEES[chemin]
    ecran.page.goto(f"{serveur}/{adresse}")
    ecran.page.get_by_role("heading", name=titre).first.wait_for()
    # The style comes with a part of Streamlit that is loaded late, the sources at the end of the script.
    ecran.page.locator(".stHtml style").first.wait_for(state="attached")
    ecran.page.get_by_text(sources).last.wait_for(state="attached")
    if chemin in AVEC_CARTE:
        ecran.wait_map()
    if chemin in AVEC_GRAPHIQUES:
        ecran.page.locator(GRAPHIQUES).first.wait_for()
    ecran.settle()
    return ecran


@pytest.fixture(scope="module")
def montrer(serveur, ouvrir_longtemps):
    """Show a page, in the window where it was opened for the first test that asked for it."""
    return cache(lambda chemin: open_page(ouvrir_longtemps(), serveur, chemin))


@pytest.fixture(scope="module")
def imprimer(montrer):
    """Print a page on A4, once for all tests, and return the text of each sheet."""
    return cache(lambda chemin: pages_of(print_page(montrer(chemin))))


def widen(ecran: Ecran) -> Ecran:
    ecran.page.set_viewport_size({"width": 1920, "height": 1080})
    ecran.page.wait_for_timeout(500)
    ecran.settle()
    return ecran


def print_page(ecran: Ecran, *, landscape: bool = False) -> bytes:
    return ecran.page.pdf(format="A4", print_background=True, landscape=landscape)


def photograph(ecran: Ecran) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(ecran.page.screenshot())).convert("L"), dtype=int)


def longest_run(vrais: np.ndarray) -> np.ndarray:
    """Return the places of the longest run of what holds: a table has the colour of the map's paper too."""
    places = np.flatnonzero(vrais)
    return max(np.split(places, np.flatnonzero(np.diff(places) > 1) + 1), key=len)


def squeezed(texte: str) -> str:
    """Leave out white space and ligatures, which a PDF does not keep as they were."""
    return "".join(unicodedata.normalize("NFKC", texte).split())


def pages_of(pdf: bytes) -> list[str]:
    return [squeezed(page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]


def test_an_unknown_address_leads_to_the_pages_and_a_wrong_case_to_its_own(serveur, ouvrir):
    ecran = ouvrir()
    ecran.page.goto(f"{serveur}/nimporte")
    ecran.page.get_by_role("heading", name="Page introuvable").wait_for()
    ecran.page.get_by_role("link", name="Accessibilité et mentions").click()
    ecran.page.get_by_role("heading", name="Accessibilité et mentions").wait_for()
    ecran.page.goto(f"{serveur}/Mentions?dep=70")
    ecran.page.get_by_role("heading", name="Accessibilité et mentions").wait_for()
    ecran.wait_address(dep="70")
    assert "/mentions?" in ecran.page.url
    assert ecran.erreurs == []


def test_every_page_is_tried():
    assert set(IMPRIMEES) == {page.chemin for page in PAGES}


@pytest.mark.parametrize("chemin", IMPRIMEES)
def test_no_serious_finding_but_those_that_are_declared(montrer, chemin):
    assert unknown(list(findings(montrer(chemin).page.frames))) == []


@pytest.mark.parametrize("chemin", PHOTOGRAPHIEES)
def test_a_page_looks_as_it_did(montrer, chemin):
    assert same_picture(montrer(chemin).page, PHOTOGRAPHIEES[chemin])


@pytest.mark.parametrize(
    ("chemin", "taille", "part"),
    [
        ("app.py", (1440, 900), 0.45),
        ("app.py", (1920, 1080), 0.55),
        ("pages/zones_blanches.py", (1440, 900), 0.40),
        ("pages/deploiement.py", (1440, 900), 0.40),
    ],
)
def test_the_map_has_its_share_of_the_window(montrer, chemin, taille, part):
    ecran = montrer(chemin)
    ecran.page.set_viewport_size({"width": taille[0], "height": taille[1]})
    ecran.page.wait_for_timeout(500)
    boite = ecran.page.locator(CARTE).bounding_box()
    visible = min(boite["y"] + boite["height"], taille[1]) - boite["y"]
    assert boite["width"] * visible >= part * taille[0] * taille[1]


def test_on_a_phone_the_map_has_half_of_the_first_screen(serveur, ouvrir):
    ecran = ouvrir(390, 844).open(serveur)
    boite = ecran.page.locator(CARTE).bounding_box()
    assert boite["y"] + boite["height"] <= 844
    assert boite["height"] >= 0.5 * 844
    assert not ecran.page.get_by_role("link", name="Comparer").is_visible()
    menu = ecran.page.get_by_role("button", name="Menu")
    menu.click()
    # A link closes it by itself: the next page may keep the head of this one, and run its script no more.
    ecran.page.evaluate(
        "document.onclick({ target: document.querySelector('.st-key-navigation a') })"
    )
    assert menu.get_attribute("aria-expanded") == "false"
    assert not ecran.page.get_by_role("link", name="Comparer").is_visible()
    menu.click()
    ecran.page.get_by_role("link", name="Comparer").click()
    ecran.page.get_by_role("heading", name="Comparer des territoires").wait_for()
    ecran.page.get_by_role("link", name="Carte", exact=True).wait_for(state="hidden")


@pytest.mark.parametrize("chemin", IMPRIMEES)
def test_nothing_sticks_out_and_nothing_is_clicked(montrer, chemin):
    ecran = widen(montrer(chemin))
    ecran.page.emulate_media(media="print")
    for largeur in LARGEUR_PX.values():
        assert ecran.page.evaluate(DEBORDS, largeur) == []
    maniables = ecran.page.locator(MANIABLES).all()
    assert maniables
    assert [e.get_attribute("aria-label") for e in maniables if e.is_visible()] == []
    ecran.page.emulate_media(media="null")


def test_the_screen_is_left_as_it_was_by_printing(montrer):
    ecran = montrer("app.py")
    avant = photograph(ecran)
    print_page(ecran)
    ecran.page.wait_for_timeout(500)
    assert np.abs(avant - photograph(ecran)).mean() < 0.5


@pytest.mark.parametrize("chemin", IMPRIMEES)
def test_a_page_on_paper(serveur, montrer, imprimer, chemin):
    _, titre, sources, pages_max = IMPRIMEES[chemin]
    pages = imprimer(chemin)
    assert 1 <= len(pages) <= pages_max
    assert all(pages)
    # Of one sheet, the foot is read first.
    assert re.sub(r"^AtlasdesCPTS·.*?impriméle.*?\d{4}", "", pages[0]).startswith(squeezed(titre))
    tout = "".join(pages)
    assert squeezed(sources) in tout
    assert [absent for absent in ABSENTS if absent in tout] == []
    assert f"AtlasdesCPTS·{serveur}/" in pages[-1]
    assert "impriméle" in pages[-1]
    assert montrer(chemin).erreurs == []


def test_a_table_with_hidden_rows_says_so(imprimer):
    texte = "".join(imprimer("pages/fiche.py"))
    assert squeezed("94 communes") in texte
    assert texte.count("Extrait:d'autreslignesnesontpasimprimées;letableauentiersetélécharge.") == 1
    assert "Extrait" not in "".join(imprimer("pages/donnees.py"))


@pytest.mark.parametrize(
    "chemin", ["pages/deploiement.py", "pages/comparer.py", "pages/donnees.py"]
)
def test_black_on_white_from_a_dark_screen(serveur, ouvrir, chemin):
    ecran = ouvrir()
    ecran.page.emulate_media(color_scheme="dark")
    open_page(ecran, serveur, chemin)
    for page in pypdfium2.PdfDocument(print_page(ecran, landscape=True)):
        image = np.asarray(page.render().to_pil().convert("L"), dtype=int)
        # The paper, or that of the map where it takes most of the sheet.
        assert np.median(image) in (246, 255)
        # Ink alone is dark: no panel, chart or table is.
        assert (image < 64).mean() < 0.1
        assert image.min() < 64


def test_the_map_is_whole_and_as_it_was_on_screen(montrer):
    ecran = montrer("app.py")
    avant = ecran.view()
    print_page(ecran)
    page = pypdfium2.PdfDocument(print_page(ecran))[0]
    check_whole_map(page, ecran)
    assert ecran.view() == pytest.approx(avant, abs=0.01)


# That of a sheet is filled by its territory: its paper does not tell its edges.
@pytest.mark.parametrize("chemin", [c for c in AVEC_CARTE if c != "pages/fiche.py"])
def test_the_map_is_whole_on_the_first_sheet_of_a_landscape_print(montrer, chemin):
    ecran = widen(montrer(chemin))
    check_whole_map(pypdfium2.PdfDocument(print_page(ecran, landscape=True))[0], ecran)


def check_whole_map(page, ecran: Ecran) -> None:
    """Look for the paper of the map, to its edges: it is neither cut nor wider than the text."""
    image = np.asarray(page.render(scale=2).to_pil().convert("RGB"), dtype=int)
    papier = (image == (246, 246, 246)).all(axis=2)
    y = longest_run(papier.mean(axis=1) > PARTIE_DU_PAPIER)
    x = np.flatnonzero(papier[y].mean(axis=0) > PARTIE_DU_PAPIER)
    marge = round(12 / 25.4 * 72 * 2)
    assert x.min() >= marge - 2
    assert x.max() <= image.shape[1] - marge + 2
    rapport = (x.max() - x.min()) / (y.max() - y.min())
    boite = ecran.page.locator(CARTE).bounding_box()
    assert rapport == pytest.approx(boite["width"] / boite["height"], rel=0.03)


# A table is a canvas: what is painted on one is noted.
NOTER = """(() => {
    window.peints = [];
    const peindre = CanvasRenderingContext2D.prototype.fillText;
    CanvasRenderingContext2D.prototype.fillText = function (texte, ...suite) {
        window.peints.push(texte);
        return peindre.call(this, texte, ...suite);
    };
})()"""


def test_numbers_are_french_in_an_english_browser(serveur, chromium):
    anglais = chromium.new_context(locale="en-US")
    ecran = Ecran(anglais.new_page())
    ecran.page.add_init_script(NOTER)
    ecran.open(f"{serveur}/zones_blanches")
    ecran.page.wait_for_function("() => window.peints.includes('Lure')")
    ecran.settle()
    peints = ecran.page.evaluate("() => window.peints")
    anglais.close()
    assert "39\u202f043" in peints
    assert "39,043" not in peints
