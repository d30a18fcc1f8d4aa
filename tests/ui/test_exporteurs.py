"""What writes a file that is downloaded is imported with the first download, not with a page."""

import subprocess
import sys
from pathlib import Path

import pytest

RACINE = Path(__file__).resolve().parents[2]
# The module of the slides speaks python-pptx throughout: it is itself imported when first used.
CODE = """
import pkgutil, sys, rendu, ui
noms = [
    module.name
    for racine in (rendu, ui)
    for module in pkgutil.walk_packages(racine.__path__, racine.__name__ + ".")
    if not module.name.startswith("rendu.supports.diaporama")
]
assert "ui.presentation.preparation" in noms
for nom in noms:
    __import__(nom)
print(*sys.modules)
"""


@pytest.fixture(scope="module")
def importes():
    # Outside its server, Streamlit warns that it has none.
    sortie = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CODE],
        check=True,
        cwd=RACINE,
        capture_output=True,
        text=True,
    )
    return set(sortie.stdout.split())


@pytest.mark.parametrize("exporteur", ["typst", "pptx", "segno", "xlsxwriter", "pyogrio"])
def test_no_page_imports_an_exporter(importes, exporteur):
    assert "rendu.supports.fiche_pdf" in importes
    assert exporteur not in importes


# Each was once loaded by every server for a call or two.
@pytest.mark.parametrize("bibliotheque", ["mapclassify", "sklearn", "scipy", "networkx", "pandera"])
def test_what_left_the_application_stays_out(importes, bibliotheque):
    assert bibliotheque not in importes
