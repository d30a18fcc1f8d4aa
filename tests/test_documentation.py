"""What the documents name is there, and every test is collected: a file that moves takes its mention along."""

import re
from fnmatch import fnmatch
from pathlib import Path
from typing import get_args

import pytest

from geo.importation.anomalie import Genre
from geo.importation.correspondance import FORMES
from geo.wfs.erreurs import Cause

RACINE = Path(__file__).resolve().parents[1]
DOCUMENTS = [
    "README.md",
    "docs/architecture.md",
    *sorted(
        str(chemin.relative_to(RACINE)) for chemin in (RACINE / "docs" / "decisions").glob("*.md")
    ),
]
# Made at run time.
ABSENTS = {"var/"}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_each_path_leads_somewhere(document):
    texte = (RACINE / document).read_text(encoding="utf-8")
    chemins = set(re.findall(r"`([\w./-]+(?:/|\.(?:py|md|toml|js|typ)))`", texte))
    liens = set(re.findall(r"\]\(([\w./-]+)\)", texte))
    assert [c for c in sorted(chemins - ABSENTS) if "/" in c and not (RACINE / c).exists()] == []
    dossier = (RACINE / document).parent
    assert [lien for lien in sorted(liens) if not (dossier / lien).exists()] == []


def test_each_remark_of_a_table_or_a_layer_is_documented_and_no_other():
    texte = (RACINE / "docs" / "remarques.md").read_text(encoding="utf-8")
    decrites = set(re.findall(r"^\| `(\w+)` \|", texte, re.MULTILINE))
    dites = {
        nom
        for dossier in ("couches", "importation")
        for chemin in (RACINE / "geo" / dossier).glob("*.py")
        for nom in re.findall(
            r'"(\w+)"', " ".join(re.findall(r"identifiant=[^,)]+", chemin.read_text("utf-8")))
        )
    }
    assert decrites == {*dites, *get_args(Genre), *get_args(Cause), *FORMES}


def test_no_folder_of_tests_is_passed_over(pytestconfig):
    motifs = pytestconfig.getini("norecursedirs")
    fichiers = [*(RACINE / "tests").rglob("test_*.py"), *(RACINE / "geo").rglob("*.py")]
    dossiers = {partie for f in fichiers for partie in f.relative_to(RACINE).parts[:-1]}
    assert not [d for d in dossiers if any(fnmatch(d, motif) for motif in motifs)]
