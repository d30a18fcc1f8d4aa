"""The one list of the pages: each of its paths is a page, and each page is there."""

from pathlib import Path

import pytest

from ui.commun.adresse import PAGE_DU_LECTEUR
from ui.commun.navigation import find_page
from ui.serveur.pages import PAGES

RACINE = Path(__file__).resolve().parents[3]
CHEMINS = [page.chemin for page in PAGES]


def test_the_list_names_every_page_once():
    scripts = [RACINE / "app.py", *(RACINE / "pages").glob("*.py")]
    assert sorted(CHEMINS) == sorted(s.relative_to(RACINE).as_posix() for s in scripts)


def test_a_page_is_found_by_its_file():
    assert [find_page(str(RACINE / chemin)) for chemin in CHEMINS] == list(PAGES)
    with pytest.raises(KeyError):
        find_page(str(RACINE / "pages" / "inconnue.py"))


def test_the_page_with_slides_is_in_the_list():
    assert PAGE_DU_LECTEUR in CHEMINS
