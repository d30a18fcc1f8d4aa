"""Perimeters become communes, or every disagreement is told."""

import pandas as pd
import pytest

from geo.build.erreurs import ConstructionImpossible
from geo.build.perimetres import expand_perimetres


@pytest.fixture
def communes():
    """Return two EPCI: x holds a (10 inhabitants) and b (20), y holds c (40)."""
    return pd.DataFrame(
        {
            "code_commune": ["a", "b", "c"],
            "siren_epci": ["x", "x", "y"],
            "population": [10, 20, 40],
        }
    )


def unites(*lignes):
    colonnes = ["cpts_id", "type_unite", "code_unite", "communes_2026", "population_2023"]
    return pd.DataFrame(lignes, columns=colonnes).assign(nom_unite="Unité", confiance="deduit")


def test_an_epci_becomes_its_communes_and_a_commune_itself(communes):
    perimetres = unites(("cpts-2", "commune", "c", 1, 40), ("cpts-1", "epci", "x", 2, 30))
    cpts = expand_perimetres(perimetres, communes)
    assert list(cpts.itertuples(index=False, name=None)) == [
        ("cpts-1", "a", "deduit"),
        ("cpts-1", "b", "deduit"),
        ("cpts-2", "c", "deduit"),
    ]


def test_every_disagreement_is_told_at_once(communes):
    perimetres = unites(
        ("cpts-1", "epci", "x", 3, 30),
        ("cpts-1", "commune", "a", 1, 10),
        ("cpts-2", "commune", "c", 1, 41),
        ("cpts-3", "epci", "inconnu", 5, 50),
    )
    with pytest.raises(ConstructionImpossible) as erreur:
        expand_perimetres(perimetres, communes)
    texte = str(erreur.value)
    assert "3 communes et 30 habitants dans perimetres.csv, 2 et 30 dans le référentiel" in texte
    assert "1 communes et 41 habitants" in texte
    assert "5 communes et 50 habitants dans perimetres.csv, 0 et 0" in texte
    assert "cpts-1 : la commune a figure dans deux unités" in texte


def test_a_commune_may_belong_to_two_cpts(communes):
    perimetres = unites(("cpts-1", "commune", "a", 1, 10), ("cpts-2", "commune", "a", 1, 10))
    assert len(expand_perimetres(perimetres, communes)) == 2
