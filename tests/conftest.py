"""The shipped data, as the application reads them, and copies of them to damage."""

import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from geo.atlas import Atlas, load

# How long an example takes depends on the machine: no test fails for that.
settings.register_profile("atlas", deadline=None)
settings.load_profile("atlas")

DATA = Path(__file__).resolve().parents[1] / "data"


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
