"""A real server, a page that tells what it asks of other hosts, and pictures to compare."""

import io
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from PIL import Image
from playwright.sync_api import Frame, Locator, Page, Request

from tests.processus import free_port, wait_answer

RACINE = Path(__file__).resolve().parents[2]
ECHECS = RACINE / "tests" / "navigateur" / "echecs"
CAPTURES = RACINE / "docs" / "captures"
ATTENTE_MS = 60_000
CARTE = "iframe[title*=folium]"

# Pictures are compared by blocks, so that another version of the fonts passes and a blank map does not.
BLOCS = (48, 30)
ECART_MOYEN = 5.0
ECART_MAX = 110.0


@contextmanager
def serve(chemin: str = "", **environnement: str) -> Iterator[str]:
    """Serve the application on a free port, under a path, with extra environment variables.

    What the server says is kept beside the pictures of failed tests; a traceback in it is a failure.
    """
    port = free_port()
    commande = [sys.executable, "-m", "ui.demarrage", f"--port={port}", f"--chemin={chemin}"]
    ECHECS.mkdir(exist_ok=True)
    journal = ECHECS / f"serveur-{port}.log"
    with journal.open("wb") as sortie:
        processus = subprocess.Popen(
            commande,
            cwd=RACINE,
            env=os.environ | environnement,
            stdout=sortie,
            stderr=subprocess.STDOUT,
        )
    adresse = f"http://localhost:{port}{chemin}"
    try:
        wait_answer(f"{adresse}/_stcore/health")
        yield adresse
    finally:
        processus.terminate()
        processus.wait(timeout=60)
    dit = journal.read_text(encoding="utf-8", errors="replace")
    assert "Traceback" not in dit, dit
    journal.unlink()


def wait_still(locate: Callable[[], tuple[float, float]]) -> tuple[float, float]:
    """Return where something is once it is twice at the same place: what comes above the map moves it."""
    ici = locate()
    for _ in range(40):
        time.sleep(0.1)
        avant, ici = ici, locate()
        if ici == avant:
            break
    return ici


class Ecran:
    """A page of the application, and what it asked of other hosts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.ailleurs: list[str] = []
        self.alertes: list[str] = []
        self.erreurs: list[str] = []
        self.interdits: list[str] = []
        self.envois = 0
        page.set_default_timeout(ATTENTE_MS)
        page.on("request", self._noter)
        page.on("dialog", self._fermer)
        page.on("pageerror", lambda erreur: self.erreurs.append(str(erreur)))
        page.on("console", self._ecouter)
        page.on("websocket", lambda ws: ws.on("framesent", self._compter))

    def _noter(self, demande: Request) -> None:
        if urlsplit(demande.url).hostname not in ("localhost", None):
            self.ailleurs.append(demande.url)

    def _fermer(self, dialogue) -> None:
        self.alertes.append(dialogue.message)
        dialogue.dismiss()

    def _ecouter(self, dit) -> None:
        """Note what the policy of the server, or of the player, has refused."""
        if "Content Security Policy" in dit.text:
            self.interdits.append(dit.text)

    def _compter(self, _trame) -> None:
        self.envois += 1

    def open(self, adresse: str) -> "Ecran":
        self.page.goto(adresse)
        self.wait_map()
        return self

    def wait_map(self) -> None:
        self.page.frame_locator(CARTE).locator("[data-prete=oui]").wait_for()

    @property
    def cadre(self) -> Frame:
        """The frame of the map."""
        return next(f for f in self.page.frames if "streamlit_folium" in f.url)

    def forms(self) -> dict[str, list[str]]:
        """List the CPTS drawn as territories and as markers, as the browser paints them."""
        return self.cadre.evaluate(
            """() => {
                const vus = { territoires: [], reperes: [] };
                window.map.eachLayer((l) => {
                    if (!l.feature || !l.options.stroke || !l.options.fill) return;
                    if (l.options.pane === "territoires") vus.territoires.push(l.feature.properties.cpts_id);
                    if (l.options.pane === "reperes") vus.reperes.push(l.feature.id);
                });
                return vus;
            }"""
        )

    def fills(self) -> dict[str, str]:
        """Return the colour of each drawn territory."""
        return self.cadre.evaluate(
            """() => {
                const couleurs = {};
                window.map.eachLayer((l) => {
                    if (l.feature && l.options.pane === "territoires" && l.options.fill)
                        couleurs[l.feature.properties.cpts_id] = l.getElement().getAttribute("fill");
                });
                return couleurs;
            }"""
        )

    def view(self) -> list[float]:
        return self.cadre.evaluate(
            "() => [window.map.getCenter().lat, window.map.getCenter().lng, window.map.getZoom()]"
        )

    def mark_map(self) -> None:
        """Leave a mark that a rebuilt map would not bear."""
        self.cadre.evaluate("() => { window.map.marque = 'la même'; }")

    def map_is_the_same(self) -> bool:
        return self.cadre.evaluate("() => window.map.marque === 'la même'")

    def point_of(self, cpts_id: str) -> tuple[float, float]:
        """Return a point of the screen inside a drawn territory, once the page no longer moves."""
        return wait_still(lambda: self._locate(cpts_id))

    def _locate(self, cpts_id: str) -> tuple[float, float]:
        x, y = self.cadre.evaluate(
            """(id) => {
                let point;
                window.map.eachLayer((l) => {
                    if (l.feature && l.options.pane === "territoires" && l.options.fill
                        && l.feature.properties.cpts_id === id) {
                        const [lon, lat] = l.feature.properties.ancre;
                        point = window.map.latLngToContainerPoint([lat, lon]);
                    }
                });
                return [point.x, point.y];
            }""",
            cpts_id,
        )
        boite = self.page.locator(CARTE).bounding_box()
        return boite["x"] + x, boite["y"] + y

    def click_cpts(self, cpts_id: str) -> None:
        self.page.locator(CARTE).scroll_into_view_if_needed()
        self.page.mouse.click(*self.point_of(cpts_id))

    def hover(self, locate: Callable[[], tuple[float, float]]) -> Locator:
        """Point at what is there until its tooltip shows: the page may still be moving under the mouse."""
        bulle = self.page.frame_locator(CARTE).locator(".leaflet-tooltip")
        for _ in range(40):
            self.page.mouse.move(1, 1)
            self.page.mouse.move(*locate())
            self.page.wait_for_timeout(250)
            if bulle.is_visible():
                break
        return bulle

    def choose(self, filtre: str, option: str) -> None:
        """Choose an option of a select box by its label."""
        self.page.get_by_label(filtre).first.click()
        self.page.get_by_role("option", name=option).first.click()

    def choose_colour(self, debut: str) -> None:
        """Choose on the map, by the beginning of its name, what it is coloured by."""
        liste = self.page.frame_locator(CARTE).get_by_label("Colorer par")
        noms = liste.locator("option").all_inner_texts()
        liste.select_option(label=next(nom for nom in noms if nom.startswith(debut)))

    def wait_address(self, **attendus: str | None) -> None:
        """Wait until the address has the expected parameters, and no other of those named."""
        self.page.wait_for_function(
            """(attendus) => {
                const lus = new URLSearchParams(location.search);
                return Object.entries(attendus).every(([nom, valeur]) => lus.get(nom) === valeur);
            }""",
            arg=attendus,
        )

    def settle(self) -> None:
        """Wait until the script has run."""
        self.page.wait_for_function(
            "() => !document.querySelector('[data-testid=stStatusWidget], [data-stale=true]')"
        )
        self.page.wait_for_timeout(300)


def same_picture(page: Page, nom: str) -> bool:
    """Compare the screen with the picture that was looked at and kept.

    With ``CPTS_CAPTURES=1`` the picture is taken anew instead, to be looked at.
    """
    page.mouse.move(1, 1)
    page.wait_for_timeout(300)
    vue = page.screenshot()
    if os.environ.get("CPTS_CAPTURES") == "1":
        CAPTURES.mkdir(parents=True, exist_ok=True)
        (CAPTURES / nom).write_bytes(vue)
        return True
    ici, attendue = (
        Image.open(source).convert("RGB") for source in (io.BytesIO(vue), CAPTURES / nom)
    )
    ecarts = np.abs(_blocks(ici) - _blocks(attendue))
    pareille = (
        abs(ici.height - attendue.height) < 0.1 * attendue.height
        and ecarts.mean() < ECART_MOYEN
        and ecarts.max() < ECART_MAX
    )
    if not pareille:
        ECHECS.mkdir(exist_ok=True)
        (ECHECS / nom).write_bytes(vue)
    return bool(pareille)


def _blocks(image: Image.Image) -> np.ndarray:
    return np.asarray(image.resize(BLOCS, Image.Resampling.BOX), dtype=float)
