"""Chromium, started once; windows on the application."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

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
    # Every other host is out of reach. (An interceptor would do it too, but without the browser's cache.)
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
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


@pytest.fixture(scope="session")
def contexte(chromium: Browser) -> Iterator[BrowserContext]:
    """Share one cache between all windows: Streamlit's own scripts are fetched and compiled once."""
    commun = chromium.new_context(locale="fr-FR")
    yield commun
    commun.close()


@contextmanager
def windows(
    contexte: BrowserContext, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Ecran]]:
    """Open windows of any size, and close them; nothing but the cache outlives them.

    What a page does must be what the policy of the server allows: a refusal fails the test.
    """
    ecrans: list[Ecran] = []

    def ouvrir_un(largeur: int = 1440, hauteur: int = 900) -> Ecran:
        page = contexte.new_page()
        page.set_viewport_size({"width": largeur, "height": hauteur})
        ecrans.append(Ecran(page))
        return ecrans[-1]

    yield ouvrir_un
    for rang, ecran in enumerate(ecrans):
        if request.session.testsfailed:
            ECHECS.mkdir(exist_ok=True)
            ecran.page.screenshot(path=ECHECS / f"{request.node.name[:80]}-{rang}.png")
        ecran.page.evaluate("() => localStorage.clear()")
        ecran.page.close()
    contexte.clear_cookies()
    assert [interdit for ecran in ecrans for interdit in ecran.interdits] == []


@pytest.fixture
def ouvrir(
    contexte: BrowserContext, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Ecran]]:
    """Open windows for one test."""
    with windows(contexte, request) as ouvrir_un:
        yield ouvrir_un


@pytest.fixture(scope="module")
def ouvrir_longtemps(
    contexte: BrowserContext, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Ecran]]:
    """Open windows for all tests of a module."""
    with windows(contexte, request) as ouvrir_un:
        yield ouvrir_un
