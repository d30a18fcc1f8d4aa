"""What is touched on the home page, outside the map: high enough for a mouse, and for a finger; one font."""

import pytest

from tests.navigateur.outils import Ecran

SOURIS_PX, DOIGT_PX = 32, 44
# What is visible and can be acted on; an input that stands in a field is as high as its field. A link to skip the
# navigation has no size until it is reached by the keyboard.
TROP_PETITES = """(minimum) => [...document.querySelectorAll(
        "button, a[href], input, select, textarea, summary, [role=tab], [role=slider]")]
    .filter((e) => !e.disabled && e.dataset.testid !== "stSkipToContent")
    .filter((e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
    .map((e) => e.matches("input") ? e.closest("label, [role=group]") || e : e)
    .filter((e) => e.getBoundingClientRect().height < minimum - 0.5)
    .map((e) => `${Math.round(e.getBoundingClientRect().height)} px : ${e.outerHTML.slice(0, 160)}`)"""
RECOUVREMENTS = """() => {
    const boites = [...document.querySelectorAll(".st-key-navigation a")].map((e) => e.getBoundingClientRect());
    return boites.filter((a, i) => boites.some((b, j) => j > i
        && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1)).length;
}"""
POLICES = """() => [...new Set([...document.querySelectorAll("body *")].filter((e) => e.checkVisibility())
    .map((e) => getComputedStyle(e).fontFamily.split(",")[0].replaceAll('"', "")))]"""


def searchbox(ecran: Ecran):
    return next(f for f in ecran.page.frames if "searchbox" in f.url)


@pytest.fixture(scope="module")
def portable(serveur, ouvrir_longtemps):
    ecran = ouvrir_longtemps().open(f"{serveur}/?dep=70")
    ecran.settle()
    return ecran


@pytest.fixture(scope="module")
def telephone(serveur, chromium):
    contexte = chromium.new_context(
        locale="fr-FR", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    ecran = Ecran(contexte.new_page()).open(f"{serveur}/?dep=70")
    ecran.page.locator("#ouvrir-menu").tap()
    ecran.page.get_by_role("link", name="Fiche").wait_for()
    ecran.settle()
    yield ecran
    contexte.close()


def test_a_mouse_has_targets_of_32_pixels(portable):
    assert portable.page.evaluate(TROP_PETITES, SOURIS_PX) == []
    assert portable.page.evaluate(RECOUVREMENTS) == 0


def test_a_finger_has_targets_of_44_pixels_that_do_not_overlap(telephone):
    assert telephone.page.evaluate(TROP_PETITES, DOIGT_PX) == []
    assert telephone.page.evaluate(RECOUVREMENTS) == 0
    hauteur = searchbox(telephone).evaluate(
        "() => document.querySelector('[class*=control]').getBoundingClientRect().height"
    )
    assert hauteur >= DOIGT_PX


def test_the_page_and_its_search_have_one_font(portable):
    polices = set(portable.page.evaluate(POLICES)) | set(searchbox(portable).evaluate(POLICES))
    assert polices == {"Source Sans", "Material Symbols Rounded"}
    assert searchbox(portable).evaluate("() => document.fonts.check('16px \"Source Sans\"')")


@pytest.mark.parametrize("largeur", [1440, 1024])
def test_the_search_is_one_line(portable, largeur):
    portable.page.set_viewport_size({"width": largeur, "height": 768})
    portable.settle()
    place = searchbox(portable).locator("[class*=placeholder]")
    assert place.evaluate("(e) => e.scrollWidth <= e.clientWidth + 1 && e.clientHeight < 32")
    portable.page.set_viewport_size({"width": 1440, "height": 900})


def test_the_line_of_figures_of_a_phone_is_read_to_its_end(telephone):
    """It goes on under a faded edge, and nothing of it lies on anything else."""
    chiffres = telephone.page.locator(".st-key-chiffres")
    assert chiffres.evaluate("(e) => getComputedStyle(e).maskImage").startswith("linear-gradient")
    texte, bouton = chiffres.locator("p").first, chiffres.get_by_role("button")
    droite = texte.evaluate("(e) => e.getBoundingClientRect().left + e.scrollWidth")
    assert bouton.evaluate("(e) => e.getBoundingClientRect().left") >= droite
    chiffres.evaluate("(e) => { e.scrollLeft = e.scrollWidth; }")
    fin = bouton.evaluate("(e) => e.getBoundingClientRect().right")
    assert fin <= chiffres.evaluate("(e) => e.getBoundingClientRect().right") - 38
