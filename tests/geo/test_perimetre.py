"""What a CPTS is made of, and the one module that knows the words of its confidence."""

import re
from pathlib import Path

import pytest

from geo.perimetre import CONFIANCES

RACINE = Path(__file__).resolve().parents[2]
CONSTANTE = re.compile(rf"""["\'](?:{"|".join(CONFIANCES)})["\']""")


def test_the_confidences_stand_in_one_module():
    sources = [
        f for d in ("geo", "rendu", "ui", "pages", "bench") for f in (RACINE / d).rglob("*.py")
    ]
    assert len(sources) > 100
    citent = {
        str(f.relative_to(RACINE))
        for f in sources
        if CONSTANTE.search(f.read_text(encoding="utf-8"))
    }
    assert citent == {"geo/perimetre.py"}


def test_perimeters_agree_with_the_tables(atlas):
    for cpts_id, fiche in atlas.fiches.iterrows():
        perimetre = atlas.perimetre(cpts_id)
        siennes = atlas.adhesions[atlas.adhesions["cpts_id"] == cpts_id]
        etablies = siennes[siennes["confiance"].isin(["documente", "deduit"])]
        assert list(perimetre.codes_communes) == sorted(siennes["code_commune"])
        assert list(perimetre.codes_etablis) == sorted(etablies["code_commune"])
        assert perimetre.dessine == fiche["dessinee"]
        assert perimetre.indicatif == (len(etablies) < len(siennes))
        assert perimetre.dessine is False or perimetre.confiance == fiche["confiance"]


def test_there_is_no_perimeter_of_an_unknown_cpts(atlas):
    with pytest.raises(KeyError):
        atlas.perimetre("cpts-inconnue")
