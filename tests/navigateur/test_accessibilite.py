"""axe-core on every page and on the player: nothing serious in our own parts, the rest known by name."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.navigateur.outils import Ecran
from ui.commun.navigation import PAGES
from ui.mentions import CONSTATS_AXE

pytestmark = pytest.mark.navigateur

GRAVES = ("serious", "critical")
ADRESSES = {
    "app.py": "/",
    "pages/presentation.py": "/presentation",
    **{
        chemin: "/" + chemin.removeprefix("pages/").removesuffix(".py")
        for chemin, _, _ in PAGES
        if chemin.startswith("pages/") and chemin != "pages/presentation.py"
    },
}
# The standards that RGAA 4.1 refers to.
OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}


def findings(ecran: Ecran) -> Iterator[tuple[str, str, str]]:
    """Give each serious finding of the page and of its frames: its rule, where it is, the element."""
    for cadre in ecran.page.frames:
        lu = Axe().run(cadre, options=OPTIONS).response
        assert lu["passes"]
        for violation in lu["violations"]:
            if violation["impact"] in GRAVES:
                for noeud in violation["nodes"]:
                    yield violation["id"], str(noeud["target"]), noeud["html"][:200]


def unknown(trouves: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Return the findings that the page of accessibility does not name."""
    return [
        (regle, cible, html)
        for regle, cible, html in trouves
        if not any(
            regle == constat.regle and (constat.marque in html or constat.marque in cible)
            for constat in CONSTATS_AXE
        )
    ]


@pytest.mark.parametrize("adresse", ADRESSES.values())
def test_no_serious_finding_but_those_that_are_declared(serveur, ouvrir, adresse):
    ecran = ouvrir()
    ecran.page.goto(f"{serveur}{adresse}")
    ecran.page.get_by_role("heading", level=1).wait_for()
    ecran.settle()
    assert unknown(list(findings(ecran))) == []


def test_no_serious_finding_in_the_player(serveur, ouvrir):
    ecran = ouvrir(1920, 1080)
    ecran.page.goto(f"{serveur}/presentation?cpts=cpts-luxeuil,cpts-bassin-vesulien")
    lecteur = ecran.page.frame_locator("iframe").first
    lecteur.locator("#lecteur[data-rang]").wait_for()
    # A slide with a map, with a list, with a chart, with the sources.
    for rang in (1, 5, 12, 14):
        while lecteur.locator(f"#lecteur[data-rang='{rang}']").count() == 0:
            lecteur.locator("#lecteur").press("ArrowRight")
        ecran.page.wait_for_timeout(1200)
        assert unknown(list(findings(ecran))) == []


def test_the_keyboard_alone_goes_through_a_page_and_its_map(serveur, ouvrir):
    ecran = ouvrir()
    ecran.page.goto(f"{serveur}/fiche?cpts=cpts-luxeuil")
    ecran.wait_map()
    ecran.settle()
    atteints = []
    for _ in range(90):
        ecran.page.keyboard.press("Tab")
        atteints.append(
            ecran.page.evaluate(
                "() => { const e = document.activeElement;"
                " return [e.getAttribute('aria-label'), e.innerText, e.title].join(' ').trim(); }"
            )
        )
    textes = "\n".join(atteints)
    for attendu in ("Zones blanches", "PDF", "SVG", "PNG", "Suivante"):
        assert attendu in textes
    # The frame of the map takes the keys, one stop a territory, and gives them back.
    entree = next(rang for rang, texte in enumerate(atteints) if "folium" in texte)
    assert any("folium" not in texte for texte in atteints[entree:])
