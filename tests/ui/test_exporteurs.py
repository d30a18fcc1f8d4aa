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
de_la_base = [
    nom for nom in noms if nom.startswith("ui.atelier") or nom in ("ui.compte.jetons", "ui.donnees.trace")
]
for nom in noms:
    if nom not in de_la_base:
        __import__(nom)
__import__("ui.atelier.service")
print(*sys.modules)
for nom in de_la_base:
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
    sans_base, tous = (set(ligne.split()) for ligne in sortie.stdout.splitlines())
    return sans_base, tous


@pytest.mark.parametrize("exporteur", ["typst", "pptx", "docx", "segno", "xlsxwriter", "pyogrio"])
def test_no_page_imports_an_exporter(importes, exporteur):
    assert {"rendu.supports.fiche_pdf", "rendu.supports.annexe_docx"} <= importes[1]
    assert exporteur not in importes[1]


def test_what_reads_the_base_comes_with_its_page(importes):
    """The server has the addresses of the workshop from its start, and its library once they are asked for."""
    sans_base, tous = importes
    assert "ui.atelier.service" in sans_base
    assert "sqlalchemy" not in sans_base
    assert "sqlalchemy" in tous
    # What several servers share is known to those alone that are told of it.
    assert not {"psycopg", "alembic"} & tous


# Each was once loaded by every server for a call or two.
@pytest.mark.parametrize("bibliotheque", ["mapclassify", "sklearn", "scipy", "networkx", "pandera"])
def test_what_left_the_application_stays_out(importes, bibliotheque):
    assert bibliotheque not in importes[1]
