"""The histogram of a map says the same counts as its legend."""

import numpy as np
import pandas as pd
import pytest

from geo.indicateurs.niveaux import COMMUNES
from rendu.carte.coloration import class_values
from rendu.carte.niveaux import make_niveau


def test_every_value_is_in_one_bar_in_the_colour_of_its_class(part):
    coloration = make_niveau(part, COMMUNES, "part_2024")
    histogramme = coloration.histogramme
    comptes = dict.fromkeys(range(len(coloration.palette)), 0)
    for barre in histogramme.barres:
        for classe, compte in barre:
            comptes[classe] += compte
    legende = {e.signe: e.compte for e in coloration.legende}
    assert comptes == {k: legende[couleur] for k, couleur in enumerate(coloration.palette)}
    assert histogramme.maximum == max(sum(n for _, n in barre) for barre in histogramme.barres)


def test_an_extreme_value_leaves_room_to_the_others(atlas):
    valeurs = pd.Series([*np.linspace(0, 10, 200), 1e6], index=[str(i) for i in range(201)])
    histogramme = class_values(valeurs, atlas.registre["densite"]).histogramme
    pleines = [barre for barre in histogramme.barres if barre]
    assert len(pleines) == len(histogramme.barres)
    assert histogramme.bouts[1].endswith("ou plus")
    assert all(0 < borne < 1 for borne in histogramme.bornes)
    assert histogramme.bornes == tuple(sorted(histogramme.bornes))
    assert histogramme.texte.startswith("Histogramme de 201 valeurs")


@pytest.mark.parametrize("valeurs", [range(9), [4.0] * 50])
def test_few_or_equal_values_have_none(atlas, valeurs):
    serie = pd.Series([float(v) for v in valeurs], index=[str(i) for i in range(len(valeurs))])
    assert class_values(serie, atlas.registre["densite"]).histogramme is None


def test_the_width_is_that_of_every_year(atlas):
    codes = [str(i) for i in range(50)]
    avant = pd.Series(np.linspace(0, 10, 50), index=codes)
    seule, ensemble = (
        class_values(avant, atlas.registre["densite"], autres).histogramme
        for autres in ([], [avant + 10])
    )
    assert seule.barres[-1]
    assert not ensemble.barres[-1]
