"""The years of the data are said by the data: a new census changes a file, and every word follows."""

import ast
import datetime as dt
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from geo.chargement import load
from geo.fiche import make_fiche
from rendu.supports.fiche_pdf import sheet_data

RACINE = Path(__file__).resolve().parents[2]


def written(arbre: ast.AST) -> Iterator[ast.Constant]:
    """Give the texts of a module that are not its documentation."""
    documentations = {
        id(noeud.body[0].value)
        for noeud in ast.walk(arbre)
        if isinstance(noeud, ast.Module | ast.ClassDef | ast.FunctionDef)
        and ast.get_docstring(noeud) is not None
    }
    for noeud in ast.walk(arbre):
        if isinstance(noeud, ast.Constant) and id(noeud) not in documentations:
            yield noeud


def test_no_vintage_is_written_in_the_code(atlas):
    annees = re.compile(f"{atlas.millesimes.population}|{atlas.millesimes.communes}")
    scripts = [RACINE / "app.py"]
    for dossier in ("geo", "rendu", "ui", "pages"):
        scripts += (RACINE / dossier).rglob("*.py")
    assert [
        f"{script.relative_to(RACINE)}:{texte.lineno}"
        for script in scripts
        # What fetches the packages names their vintage, once.
        if RACINE / "geo" / "build" not in script.parents
        for texte in written(ast.parse(script.read_text(encoding="utf-8")))
        if annees.search(str(texte.value))
    ] == []


def test_the_words_follow_the_declarations(copie):
    declarations = copie / "indicateurs"
    shutil.copytree(RACINE / "data" / "indicateurs", declarations)
    for nom, avant, apres in (("population", "2023", "2024"), ("communes", "2026", "2027")):
        fichier = declarations / f"{nom}.toml"
        texte = fichier.read_text(encoding="utf-8")
        fichier.write_text(texte.replace(f'"{avant}"', f'"{apres}"'), encoding="utf-8")
    plus_tard = load(copie)
    assert (plus_tard.millesimes.population, plus_tard.millesimes.communes) == ("2024", "2027")
    feuille = sheet_data(plus_tard, make_fiche(plus_tard, "cpts-luxeuil"), dt.date(2026, 1, 1))
    assert "Population (2024)" in feuille["colonnes"]
    assert (
        "populations de référence 2024 (INSEE), communes du code officiel géographique 2027"
        in (feuille["chiffres_note"])
    )
