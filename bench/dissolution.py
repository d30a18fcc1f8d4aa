"""Communes into territories: ``geo.territoires.dissolve`` against ``GeoDataFrame.dissolve``."""

import geopandas as gpd
import numpy as np
import pandas as pd

from bench.chrono import time_in_turn
from bench.releve import Ligne, compare_with
from geo.atlas import Atlas
from geo.territoires import dissolve

MARQUE = 8
TOURS = 9


def measure_dissolutions(atlas: Atlas) -> list[Ligne]:
    """Dissolve the communes of the study area into EPCI, and those of the drawn CPTS into CPTS."""
    etude = atlas.communes[atlas.communes["etude"]]
    return [
        *_measure("EPCI", etude, etude["siren_epci"]),
        *_measure("CPTS", atlas.communes, atlas.adhesions.set_index("code_commune")["cpts_id"]),
    ]


def _measure(nom: str, communes: gpd.GeoDataFrame, groupes: pd.Series) -> list[Ligne]:
    # GeoPandas wants the group as a column; that join is not counted against it.
    membres = gpd.GeoDataFrame(
        {"groupe": groupes.to_numpy()},
        geometry=communes.geometry.loc[groupes.index].to_numpy(),
        crs=communes.crs,
    )
    facons = {
        "ici": lambda: dissolve(communes, groupes),
        "unaire": lambda: membres.dissolve(by="groupe").geometry,
        "couverture": lambda: membres.dissolve(by="groupe", method="coverage").geometry,
    }
    _check_same_areas({facon: fonction().area for facon, fonction in facons.items()})
    durees = time_in_turn(facons, TOURS)
    figure = f"{len(membres):,} communes into {groupes.nunique()} {nom}"
    return [
        compare_with(
            figure, durees["ici"], durees["unaire"], "`dissolve()`", unite="ms", marque=MARQUE
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
