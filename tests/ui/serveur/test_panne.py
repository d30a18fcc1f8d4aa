"""An error that nobody expected is told in French, and what can be done."""

import errno

import pytest

from ui.serveur import panne
from ui.serveur.panne import PANNE, PLEIN, show_error


@pytest.mark.parametrize(
    ("erreur", "dit"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), PLEIN),
        (OSError(errno.EACCES, "Permission denied"), PANNE),
        (ValueError("secret"), PANNE),
    ],
)
def test_it_is_told_in_place_of_the_words_of_streamlit(monkeypatch, erreur, dit):
    dits = []
    monkeypatch.setattr(panne.st, "error", lambda texte, **_: dits.append(texte))
    assert show_error(erreur)
    assert dits == [dit]
