"""Chromium, driven: from a click or a keystroke to what it shows on the screen."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Route,
    WebSocket,
    sync_playwright,
)

from bench.serveur import RACINE

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DELAI_MS = 60_000
# A page is at rest when nothing has moved for so long.
CALME_S = 1.0

# What Folium asks public servers for. d3 only draws Folium's own legend: an object that accepts any call
# stands in for it, so that the usual way pays neither for d3 nor for that legend.
D3_MUET = "window.d3 = new Proxy(function () {}, { get: (_, nom) => nom === Symbol.toPrimitive ? () => '' : window.d3, apply: () => window.d3 });"

# Colours are read where the browser paints them, in the same way on every page: the fill of each shape of each
# map, in order, looked at before every frame. The clock starts at the choice of the option and stops at the
# frame that follows the first one to hold the expected colours.
SONDE = """
window.bancEssai = {
  cartes: () => [...document.querySelectorAll("iframe")].filter((cadre) =>
    cadre.contentDocument && cadre.contentDocument.querySelector("path.leaflet-interactive")),
  couleurs: (cadre) => [...cadre.contentDocument.querySelectorAll("path.leaflet-interactive")]
    .map((trace) => trace.getAttribute("fill")).join(" "),
  // The communes are one picture: the pixels of a few of its rows, as one number.
  communes: (cadre) => {
    const toile = cadre.contentDocument.querySelector(".leaflet-communes-pane canvas");
    const rangees = [0.2, 0.35, 0.5, 0.65, 0.8].flatMap((part) => [...new Uint32Array(
      toile.getContext("2d").getImageData(0, Math.floor(part * toile.height), toile.width, 1).data.buffer)]);
    return String(rangees.reduce((somme, pixel) => (Math.imul(somme, 31) + pixel) | 0, 0));
  },
  // While a map is replaced, the old one and the new one are both there.
  vues: (temoin) => temoin
    ? [...document.querySelectorAll(temoin)].map((noeud) => noeud.textContent)
    : bancEssai.cartes().map(bancEssai.couleurs),
  // Empty as long as the server runs the script, or the page shows no choice, or two of them.
  signature: (temoin) => {
    const auRepos = document.querySelector("[data-test-script-state=notRunning]");
    const vues = bancEssai.vues(temoin);
    return auRepos && vues.length === 1 ? vues[0] : "";
  },
  estRestee: () => bancEssai.cartes().every((cadre) => cadre.contentWindow.marque),
  chronometrer: (evenement, attendue, vues) => {
    bancEssai.duree = new Promise((finir, renoncer) => {
      setTimeout(() => renoncer(new Error(
        location.href + " : attendu " + attendue + ", vu " + vues().join(" ; "))), DELAI_MS);
      document.addEventListener(evenement, () => {
        const debut = performance.now();
        const regarder = () => requestAnimationFrame(vues().includes(attendue)
          ? () => finir(performance.now() - debut)
          : regarder);
        regarder();
      }, { capture: true, once: true });
    });
  },
  marquer: () => { for (const cadre of bancEssai.cartes()) cadre.contentWindow.marque = true; },
  armer: (temoin, attendue) => bancEssai.chronometrer("click", attendue, () => bancEssai.vues(temoin)),
  // In the frame of a map that carries its own list.
  armerCarte: (attendue, sonde = "couleurs") =>
    bancEssai.chronometrer("change", attendue, () => [bancEssai[sonde](frameElement)]),
  // In the frame of the search box.
  liste: () => [...document.querySelectorAll("[role=option]")].map((option) => option.textContent).join(" | "),
  armerListe: (attendue) => bancEssai.chronometrer("keydown", attendue, () => [bancEssai.liste()]),
};
""".replace("DELAI_MS", str(DELAI_MS))


@dataclass  # without slots: Playwright hangs its own attribute on what listens
class Trafic:
    """What went through the websockets of a page, both ways."""

    octets: int = 0
    dernier: float = field(default_factory=time.monotonic)

    def follow(self, prise: WebSocket) -> None:
        """Count the frames of a websocket."""
        prise.on("framereceived", self._count)
        prise.on("framesent", self._count)

    def _count(self, trame: str | bytes) -> None:
        self.octets += len(trame.encode() if isinstance(trame, str) else trame)
        self.dernier = time.monotonic()


@dataclass(frozen=True, slots=True)
class Choix:
    """What one choice cost, and whether the map that was there is still the same document."""

    duree_ms: float
    octets: int
    carte_gardee: bool


def find_chromium() -> str:
    """Return the path of the browser: ``CHROMIUM``, or the first known name on the path.

    Raises
    ------
    FileNotFoundError
        When there is none.
    """
    noms = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    for nom in noms:
        if nom and (chemin := shutil.which(nom)):
            return chemin
    raise FileNotFoundError("Chromium est introuvable ; indiquez-le par CHROMIUM=/chemin.")


def _stay_home(route: Route) -> None:
    """Answer for the public servers that Folium names; let nothing else leave the machine."""
    adresse = route.request.url
    if adresse.startswith("http://127.0.0.1:"):
        route.continue_()
    elif adresse.endswith(("/leaflet.js", "/leaflet.css")):
        route.fulfill(path=RACINE / "static" / "leaflet" / adresse.rsplit("/", 1)[1])
    elif adresse.endswith(".css"):
        route.fulfill(body="", content_type="text/css")
    elif adresse.endswith(".js"):
        est_d3 = "/d3" in adresse
        route.fulfill(body=D3_MUET if est_d3 else "", content_type="text/javascript")
    else:
        route.abort()


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start Chromium, and close it at the end."""
    with sync_playwright() as pilote:
        navigateur = pilote.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
        try:
            yield navigateur
        finally:
            navigateur.close()


@contextmanager
def open_context(navigateur: Browser) -> Iterator[BrowserContext]:
    """Open a session that reaches this machine only, and close it with its pages at the end."""
    contexte = navigateur.new_context(viewport={"width": 1440, "height": 900}, locale="fr-FR")
    contexte.set_default_timeout(DELAI_MS)
    contexte.route("**/*", _stay_home)
    contexte.add_init_script(SONDE)
    try:
        yield contexte
    finally:
        contexte.close()


@dataclass(frozen=True, slots=True)
class Ecran:
    """A page with a « Colorer par » list.

    Attributes
    ----------
    page
        The page.
    temoin
        CSS selector of the text that shows the choice; without it, the colours of the map do.
    trafic
        Its websockets.
    """

    page: Page
    temoin: str | None
    trafic: Trafic

    def signature(self) -> str:
        """Return what the page at rest shows of the choice; empty as long as it is not at rest."""
        return str(self.page.evaluate("(temoin) => bancEssai.signature(temoin)", self.temoin))

    def settle(self) -> None:
        """Wait until the server is silent and what is shown no longer changes."""
        vue, depuis = self.signature(), time.monotonic()
        while not vue or time.monotonic() - max(depuis, self.trafic.dernier) < CALME_S:
            # Playwright delivers the frames of the websockets while the page waits.
            self.page.wait_for_timeout(50)
            if (nouvelle := self.signature()) != vue:
                vue, depuis = nouvelle, time.monotonic()

    def list_of_map(self) -> Locator:
        """Return the list that the map itself carries; :attr:`map_chooses` says whether it does."""
        return self.page.frame_locator("iframe[title*=folium]").get_by_label("Colorer par")

    @property
    def map_chooses(self) -> bool:
        """Whether the choice is made on the map."""
        return self.temoin is None and self.list_of_map().count() > 0

    def take(self, libelle: str) -> None:
        """Choose an option, on the map or beside it."""
        if self.map_chooses:
            self.list_of_map().select_option(label=libelle)
        else:
            self.open_list(libelle).click()

    def open_list(self, libelle: str) -> Locator:
        """Unfold the list, and return the option to click."""
        liste = self.page.get_by_role("combobox", name="Colorer par")
        # A list that is clicked while the page still scrolls to it folds at once.
        liste.evaluate("noeud => noeud.scrollIntoView({ block: 'center' })")
        self.settle()
        liste.click()
        option = self.page.get_by_role("option", name=libelle, exact=True)
        option.wait_for()
        return option

    def wait_until_changed(self, avant: str) -> None:
        """Wait until the page shows something else."""
        self.page.wait_for_function(
            "([temoin, avant]) => ![avant, ''].includes(bancEssai.signature(temoin))",
            arg=[self.temoin, avant],
        )

    def choose(self, libelle: str, attendue: str) -> Choix:
        """Choose an indicator, and measure until what it should show is there."""
        self.page.evaluate("bancEssai.marquer()")
        if self.map_chooses:
            liste = self.list_of_map()
            liste.evaluate("(_, attendue) => bancEssai.armerCarte(attendue)", attendue)
            self.trafic.octets = 0
            liste.select_option(label=libelle)
            duree_ms = float(liste.evaluate("() => bancEssai.duree"))
        else:
            option = self.open_list(libelle)
            self.settle()
            self.page.evaluate(
                "([temoin, attendue]) => bancEssai.armer(temoin, attendue)", [self.temoin, attendue]
            )
            self.trafic.octets = 0
            option.click()
            duree_ms = float(self.page.evaluate("bancEssai.duree"))
        self.settle()
        gardee = bool(self.page.evaluate("bancEssai.estRestee()"))
        return Choix(duree_ms, self.trafic.octets, gardee)

    def type_in_search(self, touche: str, attendue: str) -> float:
        """Press one key in the search box, and measure until its list of answers is the expected one.

        Parameters
        ----------
        touche
            The key.
        attendue
            The answers in order, as `SONDE` joins them.

        Returns
        -------
        float
            Milliseconds.
        """
        cadre = self.page.frame_locator("iframe[title*=searchbox]")
        corps = cadre.locator("body")
        corps.evaluate("(_, attendue) => bancEssai.armerListe(attendue)", attendue)
        cadre.locator("input").first.press_sequentially(touche)
        duree_ms = float(corps.evaluate("() => bancEssai.duree"))
        self.settle()
        return duree_ms


def open_ecran(contexte: BrowserContext, adresse: str, temoin: str | None = None) -> Ecran:
    """Open a page and wait until it is all there."""
    ecran = Ecran(contexte.new_page(), temoin, Trafic())
    ecran.page.on("websocket", ecran.trafic.follow)
    ecran.page.goto(adresse)
    ecran.settle()
    return ecran
