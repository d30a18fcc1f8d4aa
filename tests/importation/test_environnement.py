"""What says that a server, and the command line, import nothing."""

import pytest

from geo.importation.environnement import is_read_only


@pytest.mark.parametrize(
    ("valeur", "attendu"), [("1", True), ("oui", True), ("0", False), ("", False)]
)
def test_read_only(monkeypatch, valeur, attendu):
    monkeypatch.setenv("CPTS_LECTURE_SEULE", valeur)
    assert is_read_only() is attendu
