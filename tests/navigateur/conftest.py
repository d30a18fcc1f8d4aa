"""Chromium, started once; windows on the application."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.navigateur.outils import ECHECS, Ecran, serve

OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def serveur() -> Iterator[str]:
    with serve() as adresse:
        yield adresse


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    trouves = (shutil.which(nom) for nom in ("chromium", "chromium-browser", "google-chrome"))
    chemin = os.environ.get("CHROMIUM") or next(filter(None, trouves))
    with sync_playwright() as playwright:
        navigateur = playwright.chromium.launch(executable_path=chemin, args=list(OPTIONS))
        yield navigateur
        navigateur.close()


@pytest.fixture
def ouvrir(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Ecran]]:
    """Open windows of any size; each test ends with none that asked another host for anything."""
    contextes = []
    ecrans: list[Ecran] = []

    def ouvrir_un(largeur: int = 1440, hauteur: int = 900) -> Ecran:
        contexte = chromium.new_context(
            viewport={"width": largeur, "height": hauteur}, locale="fr-FR"
        )
        contextes.append(contexte)
        ecrans.append(Ecran(contexte.new_page()))
        return ecrans[-1]

    yield ouvrir_un
    for rang, ecran in enumerate(ecrans):
        if request.session.testsfailed:
            ECHECS.mkdir(exist_ok=True)
            ecran.page.screenshot(path=ECHECS / f"{request.node.name[:80]}-{rang}.png")
    for contexte in contextes:
        contexte.close()
