"""The zones painted by what ranks them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from rendu.carte.palette import BLANC, BLEUS, CROISEES
from rendu.carte.zones import colours_zones, make_coloration_zones, zones_teintes

VALEURS = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]


@pytest.fixture
def taux(atlas):
    return replace(atlas.registre["densite"], identifiant="x", bornes=())


def make_table(valeurs, bas, haut):
    return pd.DataFrame(
        {
            "nom": [f"Z{rang}" for rang in range(len(valeurs))],
            "x": valeurs,
            "x (bas)": bas,
            "x (haut)": haut,
        },
        index=[f"z{rang}" for rang in range(len(valeurs))],
    )


def test_a_withheld_zone_is_hatched_both_ways_and_an_unknown_one_is_white(taux):
    rien = float("nan")
    table = make_table([*VALEURS, rien, rien], [*VALEURS, 2.0, rien], [*VALEURS, 9.0, rien])
    coloration = make_coloration_zones(taux, table)
    teintes = zones_teintes(coloration)
    assert [teintes[f"z{rang}"] for rang in (6, 7)] == [CROISEES, BLANC]
    assert {teintes[f"z{rang}"] for rang in range(6)} <= {*BLEUS}
    assert (teintes["z0"], teintes["z5"]) == (BLEUS[0], BLEUS[-1])
    comptes = {entree.signe: entree.compte for entree in coloration.legende}
    assert (comptes[CROISEES], comptes[BLANC]) == (1, 1)
    assert sum(comptes.values()) == len(table)
    # Between what it is may be said, not its class: that would say more.
    assert coloration.textes["z6"] == "entre 2 et 9"
    assert coloration.textes["z7"] == "inconnu"
    assert coloration.sources == taux.sources


def test_a_measure_without_bounds_is_painted_too(taux):
    coloration = make_coloration_zones(taux, make_table(VALEURS, np.nan, np.nan)[["nom", "x"]])
    assert not coloration.secrets
    assert len(coloration.classes) == len(VALEURS)


def test_each_of_few_values_has_a_colour_and_a_line_of_the_legend(taux):
    valeurs = [1.0, 3.0, 1.0]
    coloration = make_coloration_zones(taux, make_table(valeurs, valeurs, valeurs))
    assert [(e.signe, e.compte) for e in coloration.legende] == [(BLEUS[0], 2), (BLEUS[-1], 1)]
    assert [e.texte.split()[0] for e in coloration.legende] == ["1", "3"]
    assert coloration.methode == "une classe par valeur"
    assert list(zones_teintes(coloration).values()) == [BLEUS[0], BLEUS[-1], BLEUS[0]]


def test_a_count_is_written_not_painted(atlas):
    assert colours_zones(atlas.registre["densite"])
    assert not colours_zones(atlas.registre["population"])
