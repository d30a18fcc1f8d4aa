"""A figure as it is shown never contradicts the class that the legend puts it in."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from rendu.carte.coloration import class_values
from rendu.carte.croisement import make_tiers
from rendu.mots.indicateurs import write_value


def numbers(texte):
    return [float(n.replace(",", ".")) for n in re.findall(r"\d+(?:,\d+)?", texte)]


def holds(texte, valeur):
    """Tell whether a line of the legend, read as a planner does, holds a value."""
    bornes = numbers(texte)
    if texte.endswith("ou moins"):
        return valeur <= bornes[0]
    if " à " not in texte:
        return valeur > bornes[0] if texte.startswith("plus de") else valeur == bornes[0]
    bas, haut = bornes
    return (bas < valeur if texte.startswith("plus de") else bas <= valeur) and valeur <= haut


@pytest.fixture
def rate(atlas):
    return replace(atlas.registre["densite"], decimales=1, decimales_carte=1, unite="", abrege="")


@pytest.mark.parametrize("graine", range(8))
@pytest.mark.parametrize("bornes", [(), (1.5, 3.5)])
def test_every_value_as_shown_is_in_its_class_as_written(rate, graine, bornes):
    indicateur = replace(rate, bornes=bornes)
    hasard = np.random.default_rng(graine)
    valeurs = pd.Series(hasard.gamma(2.0, 1.5, 40), index=[f"c{i}" for i in range(40)])
    classees = class_values(valeurs, indicateur)
    for nom, classe in classees.classes.items():
        montree = numbers(write_value(indicateur, valeurs[nom]))[0]
        texte = classees.legende[classe].texte
        assert holds(texte, montree), (valeurs[nom], texte)
    comptes = [list(classees.classes.values()).count(k) for k in range(len(classees.legende))]
    assert comptes == [entree.compte for entree in classees.legende]


@pytest.mark.parametrize("graine", range(8))
def test_every_value_as_shown_is_in_its_third_as_written(rate, graine):
    hasard = np.random.default_rng(graine)
    valeurs = pd.Series(hasard.gamma(2.0, 1.5, 40), index=[f"c{i}" for i in range(40)])
    tiers = make_tiers(rate, valeurs, valeurs)
    un, deux = (numbers(borne)[0] for borne in tiers.bornes)
    for nom, rang in tiers.classes.items():
        montree = numbers(write_value(rate, valeurs[nom]))[0]
        assert rang == (0 if montree <= un else 1 if montree <= deux else 2)


@pytest.mark.parametrize("lues", [[1.0], [1.0, 2.0], [1.0, 2.0, 4.5], [1.0, 2.0, 4.5, 9.0]])
@pytest.mark.parametrize("fois", [1, 12])
def test_of_few_distinct_values_each_has_its_colour_and_its_line(rate, lues, fois):
    valeurs = pd.Series([v + 0.01 for v in lues] * fois).rename(index=str)
    classees = class_values(valeurs, rate)
    assert [numbers(e.texte) for e in classees.legende] == [[v] for v in lues]
    assert [e.compte for e in classees.legende] == [fois] * len(lues)
    assert len(set(classees.palette)) == len(lues)
    assert [classees.classes[str(rang)] for rang in range(len(lues))] == [*range(len(lues))]
