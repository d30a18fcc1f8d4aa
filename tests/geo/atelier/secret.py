"""The shipped data, of which two figures are as if they were not public."""

from dataclasses import replace

import numpy as np

from geo.atlas import Atlas
from geo.lecture.variables import BAS, HAUT
from tests.officiels import FROIDECONCHE, LUXEUIL


def hide(atlas: Atlas) -> Atlas:
    """Withhold the census of Luxeuil, and lose that of Froideconche: SYNTHETIC, of figures that are public."""
    variables = atlas.variables.copy()
    nom = "population_2017"
    variables[nom + BAS] = variables[nom + HAUT] = variables[nom]
    variables.loc[LUXEUIL, [nom, nom + BAS, nom + HAUT]] = np.nan, 6_000, 8_000
    variables.loc[FROIDECONCHE, [nom, nom + BAS, nom + HAUT]] = np.nan
    return replace(atlas, variables=variables)
