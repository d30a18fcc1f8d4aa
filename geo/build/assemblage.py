"""Assemble the tables of ``data/`` from what the packages hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from geo.build.contours import (
    LAMBERT_93,
    Reparation,
    check_coverage,
    clean_coverage,
    find_holes,
    merge_absorbees,
    place_mairies,
    to_publication,
)
from geo.build.erreurs import ConstructionImpossible

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

REGION_ETUDE = "27"  # Bourgogne-Franche-Comté
DEPARTEMENTS_CONTEXTE = ("52",)  # Haute-Marne: one CPTS of the region reaches into it

# What the study area must come to. Count: communes of the eight departments of the region and of
# Haute-Marne. Population: INSEE, reference population of the region.
COMMUNES_DESSINEES = 4_111
POPULATION_REGION = 2_802_670
# Pays-de-Montbenoît: the merged commune whose four absorbed outlines are needed to close the
# Swiss border, so its area tells whether the unions were made.
TEMOIN_FUSION = ("25390", 46.7)
ECART_TEMOIN_KM2 = 0.05


@dataclass(frozen=True)
class CommunesDessinees:
    """The communes with their outlines, and what it took to make them.

    Attributes
    ----------
    table
        The columns of ``communes.geojson``, EPSG:4326.
    reparation
        What cleaning did.
    absorbees
        Former codes whose outline was joined to their successor's.
    sans_mairie
        Codes of communes without a published town hall.
    mairies_ecartees
        Codes of communes whose published town hall lies outside them, so is not used.
    """

    table: gpd.GeoDataFrame
    reparation: Reparation
    absorbees: list[str]
    sans_mairie: list[str]
    mairies_ecartees: list[str]


def draw_communes(
    communes: pd.DataFrame,
    recents: gpd.GeoDataFrame,
    anciens: gpd.GeoDataFrame,
    successeurs: Mapping[str, str],
    departements_etude: Collection[str],
) -> CommunesDessinees:
    """Give each commune its outline, its town hall and its place in or out of the study area.

    Parameters
    ----------
    communes
        Today's communes to draw, sorted by ``code_commune``.
    recents
        Outlines and town halls of today's communes, EPSG:4326.
    anciens
        Outlines of absorbed communes, EPSG:4326.
    successeurs
        Former code to present code.
    departements_etude
        Codes of the departments of the study area.

    Raises
    ------
    ConstructionImpossible
        If a commune has no outline, or the outlines cannot be made an exact coverage.
    """
    codes = pd.Index(communes["code_commune"], dtype=str)
    recents = recents.reindex(codes)
    fusions = merge_absorbees(
        recents.geometry.to_crs(LAMBERT_93), anciens.geometry.to_crs(LAMBERT_93), successeurs
    )
    manquants = codes[fusions.isna()]
    if len(manquants):
        raise ConstructionImpossible(f"Communes sans contour publié : {', '.join(manquants)}.")
    reparation = clean_coverage(fusions)
    check_coverage(reparation.contours)
    contours = to_publication(reparation.contours)
    check_coverage(contours)
    check_coverage(contours.to_crs(LAMBERT_93))
    publiees = gpd.GeoSeries(recents["mairie"], crs=recents.crs)
    mairies = place_mairies(publiees, contours)
    table = gpd.GeoDataFrame(
        communes.assign(
            mairie_lon=mairies.x.to_numpy(),
            mairie_lat=mairies.y.to_numpy(),
            etude=communes["code_departement"].isin(list(departements_etude)),
        ),
        geometry=contours.to_numpy(),
        crs=contours.crs,
    )
    return CommunesDessinees(
        table=table,
        reparation=reparation,
        absorbees=[code for code in anciens.index if successeurs.get(code) in codes],
        sans_mairie=list(codes[publiees.isna()]),
        mairies_ecartees=list(codes[publiees.notna() & ~contours.intersects(publiees)]),
    )


def check_atlas(communes: gpd.GeoDataFrame) -> None:
    """Check the drawn communes against figures known from elsewhere.

    Parameters
    ----------
    communes
        The table of ``communes.geojson``, a valid coverage in EPSG:4326.

    Raises
    ------
    ConstructionImpossible
        Listing everything that differs.
    """
    problemes = []
    if len(communes) != COMMUNES_DESSINEES:
        problemes.append(f"{len(communes)} communes au lieu de {COMMUNES_DESSINEES}")
    population = int(communes.loc[communes["etude"], "population"].sum())
    if population != POPULATION_REGION:
        problemes.append(f"{population} habitants dans la région au lieu de {POPULATION_REGION}")
    trous = len(find_holes(communes.geometry))
    if trous:
        problemes.append(f"{trous} trous dans le territoire dessiné")
    code, attendue_km2 = TEMOIN_FUSION
    temoin = communes.loc[communes["code_commune"] == code].to_crs(LAMBERT_93)
    surface_km2 = float(temoin.area.sum()) / 1e6
    if abs(surface_km2 - attendue_km2) > ECART_TEMOIN_KM2:
        problemes.append(
            f"la commune {code} couvre {surface_km2:.1f} km² au lieu de {attendue_km2}"
        )
    if problemes:
        raise ConstructionImpossible("Les communes construites étonnent : " + " ; ".join(problemes))
