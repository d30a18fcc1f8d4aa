"""Both storages, empty, as the environment names them."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from geo.importation.environnement import BASE_URL, DONNEES, VERSIONS
from tests.geo.dessin import write_dossier
from tests.postgres import Postgres


@dataclass
class Lieux:
    """Where storages are made."""

    dossier: Path
    postgres: Postgres
    modele: str
    reglages: pytest.MonkeyPatch
    faits: int = 0

    def make(self, genre: str) -> None:
        """Make an empty one, and have the environment name it."""
        self.faits += 1
        var = self.dossier / f"var{self.faits}"
        url = self.postgres.create(self.modele) if genre == "postgres" else ""
        lieu = {VERSIONS: str(var), BASE_URL: url, DONNEES: str(self.dossier / "data")}
        for variable, valeur in lieu.items():
            self.reglages.setenv(variable, valeur)


@pytest.fixture(scope="module")
def lieux(tmp_path_factory, postgres, _modele_postgres):
    dossier = tmp_path_factory.mktemp("sauvegardes")
    write_dossier(dossier / "data")
    with pytest.MonkeyPatch.context() as reglages:
        reglages.delenv("CPTS_LECTURE_SEULE", raising=False)
        yield Lieux(dossier, postgres, _modele_postgres, reglages)
