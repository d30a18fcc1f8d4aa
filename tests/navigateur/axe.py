"""axe-core on a page and its frames: what it finds that the page of accessibility does not name."""

from collections.abc import Iterable, Iterator

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame

from ui.mentions import CONSTATS_AXE

GRAVES = ("serious", "critical")
# The standards that RGAA 4.1 refers to.
OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}


def findings(cadres: Iterable[Frame]) -> Iterator[tuple[str, str, str]]:
    """Give each serious finding in frames: its rule, where it is, the element."""
    for cadre in cadres:
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
