"""The same data are loaded once: most tests write the same drawing, and an Atlas is never changed."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

import geo.__main__
from geo import chargement
from geo.importation import service

_charges = {}


def load_once(dossier: Path, sol=None):
    """Load a folder, unless one of the same content has been: only the fingerprint is its own."""
    contenu = hashlib.sha256()
    for chemin in sorted(dossier.rglob("*")):
        if chemin.is_file():
            contenu.update(f"{chemin.relative_to(dossier)}\0".encode())
            contenu.update(chemin.read_bytes())
    cle = contenu.digest()
    if sol is not None:
        return chargement.load(dossier, sol)
    if cle not in _charges:
        _charges[cle] = chargement.load(dossier)
    return replace(_charges[cle], empreinte=chargement.fingerprint(dossier))


@pytest.fixture(autouse=True)
def _load_once(monkeypatch):
    for module in (geo.__main__, service):
        monkeypatch.setattr(module, "load", load_once)
