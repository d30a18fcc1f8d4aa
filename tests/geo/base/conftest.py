"""A base of each kind, empty."""

import pytest

from geo.base.connexion import file_base


@pytest.fixture(params=["sqlite", "postgres"])
def base(request, tmp_path):
    """Give the file of an empty folder, then a database whose tables are ready."""
    if request.param == "sqlite":
        faite = file_base(tmp_path / "atelier")
    else:
        faite = request.getfixturevalue("base_postgres")
    yield faite
    faite.close()
