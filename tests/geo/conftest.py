"""The drawn folder of ``dessin.py``, to read or to damage."""

from pathlib import Path

import pytest

from geo.atlas import Atlas
from geo.chargement import load
from tests.geo.dessin import write_dossier
from tests.geo.partage import write_partage


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    """Write the drawn folder, for a test to damage."""
    return write_dossier(tmp_path / "data")


@pytest.fixture
def damage(dossier: Path):
    """Replace a piece of a drawn table, which must be there, by another."""

    def replace(nom: str, avant: str, apres: str) -> None:
        chemin = dossier / f"{nom}.csv"
        texte = chemin.read_text(encoding="utf-8")
        assert avant in texte
        chemin.write_text(texte.replace(avant, apres, 1), encoding="utf-8")

    return replace


@pytest.fixture(scope="session")
def atlas_dessine(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    """Load the drawn folder."""
    return load(write_dossier(tmp_path_factory.mktemp("dessin")))


@pytest.fixture(scope="session")
def atlas_partage(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    """Load the drawn folder with a split commune."""
    return load(write_partage(tmp_path_factory.mktemp("partage")))
