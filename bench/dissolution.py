"""Communes into territories: ``geo.formes.territoires.dissolve`` against ``GeoDataFrame.dissolve``."""

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from bench.chrono import time_in_turn
from bench.releve import Ligne, compare_with
from geo.atlas import Atlas
from geo.formes.territoires import dissolve

if TYPE_CHECKING:
    from collections.abc import Callable

MARQUE = 8
MARQUE_FRANCE = 10
TOURS = 9
# One round of the whole country takes seconds.
TOURS_FRANCE = 3


def measure_dissolutions(atlas: Atlas) -> list[Ligne]:
    """Dissolve the communes of the study area into EPCI, and those of the drawn CPTS into CPTS."""
    etude = atlas.communes[atlas.communes["etude"]]
    cpts = atlas.adhesions.set_index("code_commune")["cpts_id"]
    return [
        *_measure("EPCI", etude, etude["siren_epci"], tours=TOURS, marque=MARQUE),
        *_measure("CPTS", atlas.communes, cpts, tours=TOURS, marque=MARQUE),
    ]


def measure_dissolution_france(atlas: Atlas) -> list[Ligne]:
    """Dissolve every commune that belongs to an EPCI."""
    epci = atlas.communes["siren_epci"].dropna()
    return _measure("EPCI", atlas.communes, epci, tours=TOURS_FRANCE, marque=MARQUE_FRANCE)


def _measure(
    nom: str, communes: gpd.GeoDataFrame, groupes: pd.Series, *, tours: int, marque: float
) -> list[Ligne]:
    # GeoPandas wants the group as a column; that join is not counted against it.
    membres = gpd.GeoDataFrame(
        {"groupe": groupes.to_numpy()},
        geometry=communes.geometry.loc[groupes.index].to_numpy(),
        crs=communes.crs,
    )
    facons: dict[str, Callable[[], gpd.GeoSeries]] = {
        "ici": lambda: dissolve(communes, groupes),
        "unaire": lambda: membres.dissolve(by="groupe").geometry,
        "couverture": lambda: membres.dissolve(by="groupe", method="coverage").geometry,
    }
    _check_same_areas({facon: fonction().area for facon, fonction in facons.items()})
    durees = time_in_turn(facons, tours)
    figure = f"{len(membres):,} communes into {groupes.nunique():,} {nom}"
    return [
        compare_with(
            figure, durees["ici"], durees["unaire"], "`dissolve()`", unite="ms", marque=marque
        ),
        compare_with(
            figure,
            durees["ici"],
            durees["couverture"],
            '`dissolve(method="coverage")`',
            unite="ms",
        ),
    ]


def _check_same_areas(surfaces: dict[str, pd.Series]) -> None:
    """Refuse to compare the times of different results."""
    ici = surfaces["ici"]
    for facon, siennes in surfaces.items():
        if not siennes.index.equals(ici.index) or not np.allclose(siennes, ici, rtol=1e-9, atol=0):
            raise RuntimeError(f"« {facon} » ne donne pas les mêmes territoires.")
