"""The shipped data, as the application reads them, and copies of them to damage."""

import shutil
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from geo.atlas import Atlas
from geo.chargement import load

# How long an example takes depends on the machine: no test fails for that.
settings.register_profile("atlas", deadline=None)
settings.load_profile("atlas")

DATA = Path(__file__).resolve().parents[1] / "data"


class ChromiumApart(LoadScopeScheduling):
    """Give one process all tests that drive Chromium: two at once would wait for each other."""

    def _split_scope(self, nodeid: str) -> str:
        return "chromium" if nodeid.startswith("tests/navigateur/") else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ChromiumApart:
    return ChromiumApart(config, log)


@pytest.fixture(scope="session")
def atlas() -> Atlas:
    """Read the shipped data once: read-only, as in the application."""
    return load(DATA)


@pytest.fixture
def copie(tmp_path: Path) -> Path:
    """Copy the shipped data files, for a test to damage."""
    dossier = tmp_path / "data"
    dossier.mkdir()
    for chemin in [*DATA.glob("*.csv"), DATA / "communes.geojson"]:
        shutil.copy2(chemin, dossier)
    return dossier
