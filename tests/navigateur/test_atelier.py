"""A territory is composed: with the mouse, by touch, with the keyboard alone, in two windows, and through a kill -9."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from geo.atelier.composition import take_composition
from geo.atelier.deroule import Deroule
from geo.atelier.etat import Etat
from geo.atelier.journal import Journal
from geo.base.connexion import file_base
from geo.base.sqlite import FICHIER
from geo.importation.versions import Depot
from tests.navigateur.outils import CARTE, ECHECS, RACINE, Ecran, wait_still
from tests.processus import free_port, wait_answer

LUXEUIL, VESOUL = "cpts-luxeuil", "cpts-bassin-vesulien"
LURE = "70310"


class Serveur:
    """A server that can be killed, and started again on the same port and the same scenarios."""

    def __init__(self, var) -> None:
        self.var, self.port = var, free_port()
        self.depot = Depot(var, RACINE / "data")
        self.journal = Journal(file_base(self.depot.dossier))
        self.processus = None

    def start(self) -> None:
        ECHECS.mkdir(exist_ok=True)
        with (ECHECS / f"atelier-{self.port}.log").open("ab") as sortie:
            self.processus = subprocess.Popen(
                [sys.executable, "-m", "ui.demarrage", f"--port={self.port}"],
                cwd=RACINE,
                env=os.environ | {"CPTS_VAR_DIR": str(self.var)},
                stdout=sortie,
                stderr=subprocess.STDOUT,
            )
        wait_answer(f"http://localhost:{self.port}/_stcore/health")

    def kill(self) -> None:
        self.processus.send_signal(signal.SIGKILL)
        self.processus.wait(timeout=30)


@pytest.fixture(scope="module")
def serveur_a_tuer(tmp_path_factory):
    serveur = Serveur(tmp_path_factory.mktemp("atelier"))
    serveur.start()
    yield serveur
    serveur.kill()
    journal = ECHECS / f"atelier-{serveur.port}.log"
    dit = journal.read_text(encoding="utf-8", errors="replace")
    assert "Traceback" not in dit, dit
    journal.unlink()


@pytest.fixture
def scenario(serveur_a_tuer, atlas):
    """Begin a scenario, and return its identifier."""
    return serveur_a_tuer.journal.create(
        take_composition(atlas), nom="Essai", auteur="", note="", version_depart=0
    )


class Atelier:
    """The workshop in a window."""

    def __init__(self, ecran, serveur, scenario_id) -> None:
        self.ecran, self.page, self.serveur = ecran, ecran.page, serveur
        self.scenario_id = scenario_id
        ecran.open(f"http://localhost:{serveur.port}/atelier?scenario={scenario_id}&dep=70")
        self.dans = ecran.page.frame_locator(CARTE)
        self.dans.locator(".communes li").first.wait_for()

    def compose(self, nom: str) -> None:
        self.dans.get_by_label("Je compose").select_option(label=nom)

    def tool(self, nom: str) -> None:
        self.dans.get_by_role("button", name=nom, exact=True).click()

    def point(self, code: str) -> tuple[float, float]:
        """Return where a commune is in the window, once the page no longer moves."""
        return wait_still(lambda: self._locate(code))

    def _locate(self, code: str) -> tuple[float, float]:
        x, y = self.ecran.cadre.evaluate(
            """async (code) => {
                for (const u of performance.getEntriesByType("resource").map((r) => r.name).filter((n) => /communes-70-/.test(n))) {
                    const { features, echelle } = await (await fetch(u)).json();
                    const f = features.find(({ id }) => id === code);
                    if (!f) continue;
                    let [x, y] = [0, 0];
                    const points = [];
                    const pas = f.polygones[0][0];
                    for (let n = 0; n < pas.length; n += 2) { x += pas[n]; y += pas[n + 1]; points.push([y / echelle, x / echelle]); }
                    const { x: a, y: b } = window.map.latLngToContainerPoint(L.polygon(points).getBounds().getCenter());
                    return [a, b];
                }
            }""",
            code,
        )
        cadre = self.page.locator(CARTE).bounding_box()
        return cadre["x"] + x, cadre["y"] + y

    def saved(self, version: int) -> None:
        """Wait until the log has so many gestures."""
        for _ in range(600):
            if self.serveur.journal.version(self.scenario_id) >= version:
                break
            time.sleep(0.05)
        assert self.serveur.journal.version(self.scenario_id) == version
        expect(self.dans.locator(".etat")).to_contain_text(re.compile("Enregistré|Annulé|Refait"))

    @property
    def cartes(self):
        return self.dans.locator(".carte-cpts")


def state(serveur, scenario_id):
    """Return what the log on the disk says."""
    gestes = [ecrit.geste for ecrit in serveur.journal.read(scenario_id)]
    return Deroule(serveur.journal.depart(scenario_id), gestes)


def test_with_the_mouse_then_undone_then_a_server_killed(serveur_a_tuer, scenario, ouvrir, atlas):
    serveur = serveur_a_tuer
    atelier = Atelier(ouvrir(), serveur, scenario)
    atelier.compose("CPTS de Luxeuil")
    # One by one.
    atelier.page.mouse.click(*atelier.point(LURE))
    atelier.saved(1)
    expect(atelier.cartes.first).to_contain_text("94 → 95 communes")
    # Around it, in one go: the lasso, then the brush.
    atelier.tool("Lasso")
    x, y = atelier.point("70120")
    atelier.page.mouse.move(x - 40, y - 90)
    atelier.page.mouse.down()
    for dx, dy in ((60, -60), (70, 60), (-40, 70), (-40, -90)):
        atelier.page.mouse.move(x + dx, y + dy, steps=5)
    atelier.page.mouse.up()
    atelier.saved(2)
    atelier.tool("Pinceau")
    atelier.dans.get_by_label("retirée de sa CPTS").check()
    atelier.page.mouse.move(*atelier.point(LURE))
    atelier.page.mouse.down()
    x, y = atelier.point(LURE)
    atelier.page.mouse.move(x + 2, y + 2, steps=3)
    atelier.page.mouse.up()
    atelier.saved(3)
    fait = state(serveur, scenario).etat
    assert LURE not in fait.members(LUXEUIL)
    assert len(fait.members(LUXEUIL)) > 100
    for version in (4, 5, 6):
        atelier.dans.get_by_role("button", name="Annuler").click()
        atelier.saved(version)
    assert state(serveur, scenario).etat == Etat(take_composition(atlas))
    for version in (7, 8, 9):
        atelier.page.keyboard.press("Control+y")
        atelier.saved(version)
    assert state(serveur, scenario).etat == fait
    # What is done while the server is dead is not lost.
    serveur.kill()
    atelier.dans.get_by_role("button", name="Annuler").click()
    expect(atelier.dans.locator(".etat")).to_contain_text("Pas encore enregistré")
    serveur.start()
    atelier.saved(10)
    assert LURE in state(serveur, scenario).etat.members(LUXEUIL)
    # Another day.
    atelier.page.reload()
    atelier.dans.locator(".communes li").first.wait_for()
    assert (
        atelier.dans.get_by_role("button", name="Refaire")
        .get_attribute("title")
        .startswith("Refaire : pinceau")
    )
    assert atelier.ecran.erreurs == []


def test_with_the_keyboard_alone(serveur_a_tuer, scenario, ouvrir):
    atelier = Atelier(ouvrir(), serveur_a_tuer, scenario)
    clavier = atelier.page.keyboard
    atelier.dans.get_by_label("Je compose").focus()
    clavier.type("CPTS de Luxeuil")
    expect(atelier.cartes.first).to_contain_text("CPTS de Luxeuil")
    atelier.dans.get_by_role("searchbox", name="Chercher").focus()
    clavier.type("lure")
    expect(atelier.dans.locator(".communes li").first).to_contain_text("Lure")
    atelier.dans.locator(".communes input").first.focus()
    clavier.press("Space")
    atelier.dans.get_by_role("button", name="Donner à la CPTS composée").focus()
    clavier.press("Enter")
    atelier.saved(1)
    assert LURE in state(serveur_a_tuer, scenario).etat.members(LUXEUIL)
    atelier.dans.get_by_label("Au plus (habitants)").focus()
    clavier.type("45000")
    clavier.press("Tab")
    atelier.saved(2)
    expect(atelier.dans.locator(".ecarts")).to_contain_text("45")
    clavier.press("Control+z")
    atelier.saved(3)
    assert state(serveur_a_tuer, scenario).etat.contraintes == {}


def test_by_touch_the_brush_paints_and_the_page_stays(serveur_a_tuer, scenario, chromium):
    contexte = chromium.new_context(
        locale="fr-FR", has_touch=True, viewport={"width": 1024, "height": 768}
    )
    try:
        atelier = Atelier(Ecran(contexte.new_page()), serveur_a_tuer, scenario)
        atelier.compose("CPTS du bassin vésulien")
        atelier.tool("Pinceau")
        x, y = atelier.point(LURE)
        doigt = contexte.new_cdp_session(atelier.page)

        def touch(genre, *points):
            doigt.send(
                "Input.dispatchTouchEvent",
                {"type": genre, "touchPoints": [{"x": a, "y": b} for a, b in points]},
            )

        touch("touchStart", (x, y))
        for n in range(1, 6):
            touch("touchMove", (x + n, y - 2 * n))
        touch("touchEnd")
        atelier.saved(1)
        assert LURE in state(serveur_a_tuer, scenario).etat.members(VESOUL)
    finally:
        contexte.close()


@contextmanager
def held(serveur):
    """Hold the scenarios from outside, so that nothing can be written there."""
    connexion = sqlite3.connect(serveur.depot.dossier / FICHIER)
    connexion.execute("BEGIN EXCLUSIVE")
    yield
    connexion.rollback()
    connexion.close()


def test_two_windows_see_each_other_and_nothing_is_lost_that_cannot_be_written(
    serveur_a_tuer, scenario, ouvrir
):
    un, autre = (Atelier(ouvrir(), serveur_a_tuer, scenario) for _ in range(2))
    un.compose("CPTS de Luxeuil")
    autre.compose("CPTS du bassin vésulien")
    un.page.mouse.click(*un.point(LURE))
    autre.page.mouse.click(*autre.point("70120"))
    un.saved(2)
    fait = state(serveur_a_tuer, scenario).etat
    assert LURE in fait.members(LUXEUIL)
    assert "70120" in fait.members(VESOUL)
    for fenetre in (un, autre):
        expect(fenetre.dans.locator(".carte-cpts.changee")).to_have_count(2)
    # What cannot be written is said, kept, and written later.
    with held(serveur_a_tuer):
        un.page.mouse.click(*un.point("70120"))
        expect(un.dans.locator(".etat")).to_contain_text("pas enregistré", timeout=20_000)
    un.saved(3)
    assert "70120" in state(serveur_a_tuer, scenario).etat.members(LUXEUIL)
