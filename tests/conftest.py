"""The shipped data, as the application reads them, and copies of them to damage."""

import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings
from streamlit.components.v2 import manifest_scanner
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from geo.atlas import Atlas
from geo.base.connexion import Base, shared_base
from geo.base.preparation import prepare_base
from geo.chargement import load
from tests.officiels import load_officiels
from tests.postgres import Postgres

# How long an example takes depends on the machine: no test fails for that.
settings.register_profile("atlas", deadline=None, max_examples=10)
settings.load_profile("atlas")
# For a property of which each example makes an atlas or two: tenths of a second.
PEU_D_EXEMPLES = settings(max_examples=6)

RACINE = Path(__file__).resolve().parents[1]
DATA = RACINE / "data"
NAVIGATEUR = "tests/navigateur/"
PREMIERS, AUTRES, DERNIERS = range(3)
# About a third of the browser's time.
EN_DERNIER = {
    "test_zones.py",
    "test_importation.py",
    "test_indicateurs.py",
    "test_securite.py",
    "test_pages.py",
}


class ByFile(LoadScopeScheduling):
    """Give a process whole files, so that what a module prepares is made once.

    Tests that drive Chromium are of one process, for two browsers at once wait for each other; but for some files,
    which come last, when the other process has nothing else to do.
    """

    def _split_scope(self, nodeid: str) -> str:
        rang = _turn(nodeid)
        return nodeid.partition("::")[0] if rang == AUTRES else str(rang)


def _turn(nodeid: str) -> int:
    """Say when a test is run: with the first browser, without one, or with the last."""
    if not nodeid.startswith(NAVIGATEUR):
        return AUTRES
    return (
        DERNIERS if nodeid.partition("::")[0].removeprefix(NAVIGATEUR) in EN_DERNIER else PREMIERS
    )


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    # In the order of the collection, not the files of most tests first.
    config.option.loadscopereorder = False
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives Chromium, and begin with most of it: its process is the one that has most to do."""
    for item in items:
        if item.nodeid.startswith(NAVIGATEUR):
            item.add_marker("navigateur")
    items.sort(key=lambda item: _turn(item.nodeid))


@pytest.fixture(scope="session", autouse=True)
def _scan_the_packages_once() -> Iterator[None]:
    """Keep what Streamlit finds of components in the packages: every AppTest looks through all of them again."""
    with pytest.MonkeyPatch.context() as reglages:
        reglages.setattr(
            manifest_scanner,
            "scan_component_manifests",
            cache(manifest_scanner.scan_component_manifests),
        )
        yield


@pytest.fixture(scope="session", autouse=True)
def _a_folder_for_what_is_made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep out of ``var/`` what pages write, whatever folder of data they are shown."""
    with pytest.MonkeyPatch.context() as reglages:
        reglages.setenv("CPTS_VAR_DIR", str(tmp_path_factory.mktemp("var")))
        yield


@pytest.fixture(scope="session")
def atlas() -> Atlas:
    """Read the shipped data once: read-only, as in the application."""
    return load(DATA)


@pytest.fixture(scope="session")
def officiels(tmp_path_factory: pytest.TempPathFactory, atlas: Atlas) -> Atlas:
    """Read the shipped data with two synthetic official files, of which the publisher withheld a cell."""
    return load_officiels(tmp_path_factory.mktemp("officiels"), atlas, "NS")


@pytest.fixture(scope="session")
def sous_seuil(tmp_path_factory: pytest.TempPathFactory, atlas: Atlas) -> Atlas:
    """Read the same, but that the atlas withholds the cell: it is below the threshold."""
    return load_officiels(tmp_path_factory.mktemp("sous-seuil"), atlas, "7")


# Without them every known CPTS of Haute-Saône is drawn, so that a trial may declare it complete.
SANS_PERIMETRE_70 = ("cpts-pays-luron", "cpts-croisee-comtoise")


def _copy_data(dossier: Path) -> Path:
    dossier.mkdir()
    for chemin in [*DATA.glob("*.csv"), DATA / "communes.geojson"]:
        shutil.copy2(chemin, dossier)
    return dossier


@pytest.fixture(scope="session")
def haute_saone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the shipped data without :data:`SANS_PERIMETRE_70`; to be read only."""
    dossier = _copy_data(tmp_path_factory.mktemp("haute-saone") / "data")
    for nom in ("cpts_fiches", "cpts_faits"):
        chemin = dossier / f"{nom}.csv"
        lignes = chemin.read_text(encoding="utf-8").splitlines(keepends=True)
        gardees = [ligne for ligne in lignes if not ligne.startswith(SANS_PERIMETRE_70)]
        assert len(gardees) < len(lignes)
        chemin.write_text("".join(gardees), encoding="utf-8")
    return dossier


@pytest.fixture
def copie(tmp_path: Path) -> Path:
    """Copy the shipped data files, for a test to damage."""
    return _copy_data(tmp_path / "data")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Start PostgreSQL once; a test asks it for a database of its own, and leaves it running."""
    serveur = Postgres()
    serveur.start()
    yield serveur
    serveur.remove()


@pytest.fixture(scope="session")
def _modele_postgres(postgres: Postgres) -> str:
    """Make the tables once: other databases are copies of this one."""
    adresse = postgres.create()
    base = shared_base(adresse)
    prepare_base(base)
    base.close()
    return adresse


@pytest.fixture
def adresse_postgres(postgres: Postgres, _modele_postgres: str) -> str:
    """Give the address of a database of its own, whose tables are ready and empty."""
    return postgres.create(_modele_postgres)


@pytest.fixture
def base_postgres(adresse_postgres: str) -> Iterator[Base]:
    """Open it."""
    base = shared_base(adresse_postgres)
    yield base
    base.close()
