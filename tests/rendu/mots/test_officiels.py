"""What the page says of an official file names what the page has, and never an option of the command line."""

import ast
from dataclasses import fields
from pathlib import Path

import pytest

import geo.officiels
from geo.erreurs import Probleme, Severite
from geo.officiels.choix import Choix
from rendu.mots.officiels import CHAMPS, role_text, with_page_remedies

DOSSIER = Path(geo.officiels.__file__).parent


def remedies() -> list[tuple[str, str, str]]:
    """List what the code of geo/officiels says of the command line: file, remedy, and the choice beside it."""
    trouves = []
    for chemin in sorted(DOSSIER.glob("*.py")):
        for dit in ast.walk(ast.parse(chemin.read_text(encoding="utf-8"))):
            if isinstance(dit, ast.Tuple):
                arguments = dit.elts
            elif isinstance(dit, ast.Call) and ast.unparse(dit.func) == "Probleme":
                arguments = dit.args
            else:
                continue
            # What is in a tuple of tuples is met there.
            textes = [
                ""
                if isinstance(dit, ast.Tuple)
                and isinstance(argument, ast.Tuple | ast.Call | ast.List | ast.Starred)
                else ast.unparse(argument)
                for argument in arguments
            ]
            for rang, texte in enumerate(textes):
                if "--" in texte:
                    suivant = textes[rang + 1] if rang + 1 < len(textes) else ""
                    trouves.append((chemin.name, texte, suivant.strip("'")))
    return trouves


def test_every_choice_has_one_field_of_the_form():
    assert set(CHAMPS) == {champ.name for champ in fields(Choix)}


def test_there_are_remedies_of_the_command_line_to_translate():
    assert len(remedies()) > 8


@pytest.mark.parametrize(("fichier", "remede", "choix"), remedies())
def test_every_remedy_of_the_command_line_has_its_words_on_the_page(fichier, remede, choix):
    probleme = Probleme(Severite.BLOQUANT, fichier, "", remede, choix)
    (dit,) = with_page_remedies([probleme])
    assert "--" not in dit.remede
    assert "étape 2" in dit.remede


def test_a_remedy_without_a_choice_stays_as_it_is():
    probleme = Probleme(Severite.INFORMATION, "a.csv", "", "Rien à faire.")
    assert with_page_remedies([probleme]) == [probleme]


def test_a_role_that_has_no_words_of_its_own_is_said_as_it_is():
    assert role_text("poids") == "Poids"
