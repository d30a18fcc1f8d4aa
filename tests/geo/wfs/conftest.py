"""A service of this machine that the administrator allows, and a clock that does not wait."""

import pytest

from geo.wfs.service import Horloge
from tests.serveur_wfs import serve


class FausseHorloge(Horloge):
    """A clock that sleep alone moves on."""

    def __init__(self):
        self.instant = 0.0
        self.attentes = []

    def now(self):
        return self.instant

    def sleep(self, duree_s):
        self.attentes.append(duree_s)
        self.instant += duree_s


@pytest.fixture
def horloge():
    return FausseHorloge()


@pytest.fixture
def servir(monkeypatch):
    """Start services, that are the only ones allowed."""
    ouverts = []

    def start(**reglages):
        contexte = serve(**reglages)
        service = contexte.__enter__()
        ouverts.append(contexte)
        monkeypatch.setenv("CPTS_WFS", service.origine)
        return service

    yield start
    for contexte in ouverts:
        contexte.__exit__(None, None, None)
