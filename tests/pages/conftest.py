"""What several pages need beside the data."""

import pytest


@pytest.fixture
def versions_a_part(tmp_path, monkeypatch):
    """Give a test of the page « Données » its own versions, that it may write."""
    monkeypatch.setenv("CPTS_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("CPTS_LECTURE_SEULE", raising=False)
