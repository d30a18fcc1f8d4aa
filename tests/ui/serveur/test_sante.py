"""Whether a server lives, and whether visitors may be sent to it."""

import asyncio
import json
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.applications import Starlette

from geo.base.erreurs import BaseIndisponible
from geo.erreurs import DonneesInvalides
from tests.asgi import get
from ui.serveur import sante
from ui.serveur.sante import Preparation
from ui.serveur.vidange import Vidange

PLEIN = Path("/dev/full")


def make(read=lambda: None, *, base=None, vidange=None, serveur=""):
    preparation = Preparation(read, reach_base=base, vidange=vidange or Vidange(), serveur=serveur)
    return Starlette(routes=preparation.routes())


def ask(app, chemin="/pret"):
    statut, entetes, corps = get(app, chemin)
    assert entetes["cache-control"] == "no-store"
    return statut, json.loads(corps)


def fail(erreur):
    def read():
        raise erreur

    return read


def test_a_process_that_answers_lives():
    assert ask(make(serveur="8501"), "/sante") == (200, {"etat": "en vie", "serveur": "8501"})


def test_a_server_whose_data_are_read_is_ready():
    statut, dit = ask(make())
    assert (statut, dit["etat"]) == (200, "prêt")
    assert dit["controles"] == {"dossier": "accessible", "donnees": "lues"}


def test_data_that_cannot_be_read_are_told_without_a_word_of_them():
    statut, dit = ask(make(fail(DonneesInvalides([]))))
    assert (statut, dit["etat"]) == (503, "indisponible")
    assert dit["controles"]["donnees"].startswith("illisibles")


def test_a_folder_that_cannot_be_written_to_is_no_place_for_visitors(monkeypatch, tmp_path):
    fichier = tmp_path / "var"
    fichier.touch()
    monkeypatch.setenv("CPTS_VAR_DIR", str(fichier))
    assert ask(make())[1]["etat"] == "indisponible"


@pytest.mark.skipif(not PLEIN.exists(), reason="no such file on this system")
def test_a_full_disk_is_no_place_for_visitors(monkeypatch):
    monkeypatch.setattr(sante.tempfile, "TemporaryFile", lambda **_: PLEIN.open("wb", buffering=0))
    assert ask(make())[1]["etat"] == "indisponible"


def test_a_database_that_is_down_leaves_the_reading():
    statut, dit = ask(make(base=lambda: False))
    assert (statut, dit["etat"]) == (200, "dégradé")
    assert dit["controles"]["base"] == "injoignable : lecture seule"
    assert ask(make(base=lambda: True))[1]["etat"] == "prêt"


def test_data_that_were_read_before_the_database_went_are_still_shown(monkeypatch):
    monkeypatch.setattr(sante, "_VALABLE_S", 0.0)
    panne: list[Exception] = []

    def read():
        if panne:
            raise panne[0]

    app = make(read, base=lambda: False)
    ask(app)
    panne.append(BaseIndisponible("secret"))
    statut, dit = ask(app)
    assert (statut, dit["etat"]) == (200, "dégradé")
    assert "secret" not in json.dumps(dit)
    assert ask(make(fail(BaseIndisponible("")), base=lambda: False))[0] == 503


def test_while_it_gets_ready_nobody_waits_without_an_end(monkeypatch):
    monkeypatch.setattr(sante, "_ATTENTE_S", 0.01)
    assez = threading.Event()
    app = make(assez.wait)
    try:
        assert [ask(app)[1]["etat"] for _ in range(2)] == ["se prépare"] * 2
    finally:
        assez.set()


def test_a_server_is_ready_once_its_pages_were_opened_or_have_taken_too_long(monkeypatch):
    """Nobody comes first: what the first visitor of a page loads is loaded before he is sent there."""
    monkeypatch.setattr(sante, "_VISITE_S", 0.01)

    async def visit():
        await asyncio.Event().wait()

    preparation = Preparation(
        lambda: None, reach_base=lambda: False, vidange=Vidange(), serveur="8501", visit=visit
    )
    app = Starlette(routes=preparation.routes())
    statut, dit = ask(app)
    assert (statut, dit["etat"]) == (503, "se prépare")
    assert dit["controles"]["pages"].startswith("en train")

    async def serve():
        async with preparation.visited(app):
            await asyncio.sleep(0.05)

    monkeypatch.setattr(sante, "_VALABLE_S", 0.0)
    with ThreadPoolExecutor(1) as fil:
        fil.submit(asyncio.run, serve()).result()
    assert ask(app)[1]["etat"] == "dégradé"


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="no such signal on this system")
def test_a_server_that_is_told_to_empties_itself_and_says_what_is_waited_for(monkeypatch):
    monkeypatch.setattr(sante, "count_imports", lambda: 2)
    avant = signal.getsignal(signal.SIGUSR1), signal.getsignal(signal.SIGUSR2)
    dits = []
    vidange = Vidange()
    vidange.listen(dits.append)
    app = make(vidange=vidange)
    try:
        os.kill(os.getpid(), signal.SIGUSR1)
        statut, dit = ask(app)
        assert (statut, dit["etat"], dit["imports"]) == (503, "se vide", 2)
        os.kill(os.getpid(), signal.SIGUSR2)
        assert ask(app)[0] == 200
        assert len(dits) == 2
    finally:
        signal.signal(signal.SIGUSR1, avant[0])
        signal.signal(signal.SIGUSR2, avant[1])
