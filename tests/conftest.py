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
# For a property of which each example makes an atlas or two: tenths of a second.
PEU_D_EXEMPLES = settings(max_examples=20)

RACINE = Path(__file__).resolve().parents[1]
DATA = RACINE / "data"
NAVIGATEUR = "tests/navigateur/"


class ByFile(LoadScopeScheduling):
    """Give a process whole files, so that what a module prepares is made once."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    # In the order of the collection, not the files of most tests first.
    config.option.loadscopereorder = False
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the browser, whose files last longest: the short ones even out the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(NAVIGATEUR))


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
