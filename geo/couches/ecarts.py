"""What the communes that were taken add to a polygon, and what they leave of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.formes.territoires import dissolve

if TYPE_CHECKING:
    from geo.couches.attribution import Attribution


class Ecarts(NamedTuple):
    """Where the outlines differ, in EPSG:2154, indexed by name: what communes add, what they leave."""

    en_plus: gpd.GeoSeries
    en_moins: gpd.GeoSeries


def measure_ecarts(
    parts: pd.DataFrame, attribution: Attribution, communes: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Measure, of each CPTS, its polygon against the communes that it takes.

    Parameters
    ----------
    parts
        As :func:`geo.couches.parts.measure_parts` returns them.
    attribution
        As :func:`geo.couches.attribution.attribute` makes it of them.
    communes
        See :func:`geo.lecture.communes.load_communes`.

    Returns
    -------
    DataFrame
        Indexed by name, those whose difference concerns the most people first: ``communes`` (taken), ``partagees``
        (those of which a share is), ``population`` (counted), ``population_polygone`` (estimated inside it),
        ``population_en_plus`` (counted, and outside), ``population_en_moins`` (inside, and not counted),
        ``surface_km2`` (of the communes taken), ``surface_en_plus_km2``, ``surface_en_moins_km2`` (within the
        communes that are known). Inhabitants are estimates by shares, not rounded.
    """
    prises = attribution.adhesions.rename(columns={"part": "prise"})
    table = parts.merge(prises, on=["cpts", "code_commune"], how="outer")
    table = table.fillna({"prise": 0.0, "part_population": 0.0, "surface_km2": 0.0})
    siennes = communes.loc[table["code_commune"], ["population", "surface_km2"]]
    population, surface = siennes["population"].to_numpy(), siennes["surface_km2"].to_numpy()
    dedans, prise = table["part_population"], table["prise"]
    tenues = prise > 0
    mesures = pd.DataFrame(
        {
            "cpts": table["cpts"],
            "communes": tenues.astype("int64"),
            "partagees": (tenues & (prise < 1)).astype("int64"),
            "population": population * prise,
            "population_polygone": population * dedans,
            "population_en_plus": population * np.maximum(prise - dedans, 0),
            "population_en_moins": population * np.maximum(dedans - prise, 0),
            "surface_km2": np.where(tenues, surface, 0.0),
            "surface_en_plus_km2": np.where(tenues, surface - table["surface_km2"], 0.0),
            "surface_en_moins_km2": np.where(tenues, 0.0, table["surface_km2"]),
        }
    )
    sommes = mesures.groupby("cpts").sum()
    enjeu = sommes["population_en_plus"] + sommes["population_en_moins"]
    return sommes.loc[enjeu.sort_values(ascending=False, kind="stable").index]


def draw_ecarts(
    cpts: gpd.GeoSeries, attribution: Attribution, communes: gpd.GeoDataFrame
) -> Ecarts:
    """Draw where polygons and communes differ.

    Parameters
    ----------
    cpts
        Outlines by name, EPSG:2154, those to draw.
    attribution, communes
        As for :func:`measure_ecarts`.
    """
    siennes = attribution.adhesions[attribution.adhesions["cpts"].isin(cpts.index)]
    unions = dissolve(communes, siennes.set_index("code_commune")["cpts"]).reindex(cpts.index)
    formes = cpts.to_numpy()
    prises = np.array(
        [forme if forme is not None else shapely.Polygon() for forme in unions], dtype=object
    )
    return Ecarts(
        *(
            gpd.GeoSeries(shapely.difference(a, b), index=cpts.index, crs=cpts.crs)
            for a, b in ((prises, formes), (formes, prises))
        )
    )
