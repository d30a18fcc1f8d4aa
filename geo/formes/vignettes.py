"""Small maps of territories at one scale: what to draw in each, in metres around its middle."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.affinity import translate
from shapely.geometry import box

from geo.formes.territoires import M_PER_KM, dissolve
from geo.indicateurs.territoire import FRANCE
from geo.lecture.communes import CRS_METRES, CRS_SCREEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.atlas import Atlas
    from geo.indicateurs.territoire import Territoire

# What is drawn is as fine as one pixel of a map of this side.
COTE_PX = 320
# Below this mean width a commune is a smear of borders: they are left out.
_COMMUNE_MIN_PX = 5
# Free space around the largest territory, in parts of its size.
_MARGE = 0.08
# The side of the frame when nothing has an outline.
_COTE_MIN_M = 20_000.0


@dataclass(frozen=True, slots=True)
class Vignette:
    """One small map. Every shape is in metres (Lambert 93) east and north of the frame's middle.

    Attributes
    ----------
    territoire
        As the address names it.
    contour
        Outline; ``None`` without a known perimeter, or with a hidden one.
    indicatif
        Whether one of its communes is a hypothesis.
    limites
        Borders of its communes; ``None`` where they would be too close to be told apart.
    departements
        Borders of departments, as context.
    lieu, point
        The most populous commune and its town hall; of a CPTS without outline, its marker.
    """

    territoire: str
    contour: BaseGeometry | None
    indicatif: bool
    limites: BaseGeometry | None
    departements: BaseGeometry
    lieu: str
    point: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Vignettes:
    """Small maps that share a frame, so a scale.

    Attributes
    ----------
    largeur_m, hauteur_m
        Size of the frame of each, in metres.
    echelle_m
        Length of the scale bar: 1, 2 or 5 times a power of ten, at most half the width.
    vignettes
        One a territory, in their order.
    """

    largeur_m: float
    hauteur_m: float
    echelle_m: int
    vignettes: tuple[Vignette, ...]


def outline(atlas: Atlas, territoire: Territoire, *, indicatifs: bool) -> BaseGeometry | None:
    """Return the outline of a territory, EPSG:2154; ``None`` if it has no commune, and of France, loaded in part."""
    if territoire.genre == FRANCE:
        return None
    codes = list(territoire.communes(indicatifs=indicatifs))
    if not codes:
        return None
    return shapely.coverage_union_all(atlas.communes.geometry.loc[codes].to_numpy())


def dissolve_departements(atlas: Atlas) -> gpd.GeoSeries:
    """Return the outline of each department of the atlas, EPSG:2154."""
    return dissolve(atlas.communes, atlas.communes["code_departement"])


def make_vignettes(
    atlas: Atlas,
    departements: gpd.GeoSeries,
    territoires: Sequence[Territoire],
    *,
    indicatifs: bool,
) -> Vignettes:
    """Prepare the small maps of some territories.

    Parameters
    ----------
    atlas
        The atlas.
    departements
        As returned by :func:`dissolve_departements`.
    territoires
        At least one, France excepted.
    indicatifs
        Whether hypothetical memberships count; without them a CPTS is its established part.
    """
    contours = [outline(atlas, territoire, indicatifs=indicatifs) for territoire in territoires]
    boites = np.array([contour.bounds for contour in contours if contour is not None])
    tailles = boites[:, 2:] - boites[:, :2] if len(boites) else np.zeros((1, 2))
    cadre = np.maximum(tailles.max(axis=0) * (1 + 2 * _MARGE), _COTE_MIN_M)
    return Vignettes(
        float(cadre[0]),
        float(cadre[1]),
        round_length(float(cadre[0]) / 2),
        tuple(
            _make(atlas, departements, territoire, contour, cadre, indicatifs=indicatifs)
            for territoire, contour in zip(territoires, contours, strict=True)
        ),
    )


def _make(
    atlas: Atlas,
    departements: gpd.GeoSeries,
    territoire: Territoire,
    contour: BaseGeometry | None,
    cadre: NDArray[np.float64],
    *,
    indicatifs: bool,
) -> Vignette:
    codes = list(territoire.communes(indicatifs=indicatifs))
    if contour is None:
        fiche: Any = territoire.fiche
        code = str(fiche["code_commune_repere"])
    else:
        code = str(atlas.communes["population"].loc[codes].idxmax())
    lieu = _town_hall(atlas, code)
    milieu = lieu if contour is None else np.array(contour.bounds).reshape(2, 2).mean(axis=0)
    tolerance_m = float(cadre.max()) / COTE_PX
    dessin, limites = _draw(atlas, codes, tolerance_m)
    contexte = _clip(departements, milieu, cadre).simplify(tolerance_m)
    x, y = lieu - milieu
    return Vignette(
        territoire.adresse,
        None if dessin is None else translate(dessin, *-milieu),
        set(codes) != set(territoire.codes_etablis),
        None if limites is None else translate(limites, *-milieu),
        translate(contexte, *-milieu),
        str(atlas.communes["nom"][code]),
        (float(x), float(y)),
    )


def _draw(
    atlas: Atlas, codes: list[str], tolerance_m: float
) -> tuple[BaseGeometry | None, BaseGeometry | None]:
    """Simplify the communes together, and return their union and their borders."""
    if not codes:
        return None, None
    communes = atlas.communes.loc[codes]
    simples = shapely.coverage_simplify(communes.geometry.to_numpy(), tolerance_m)
    union = shapely.coverage_union_all(simples)
    cote_moyen_px = np.sqrt(communes["surface_km2"].mean()) * M_PER_KM / tolerance_m
    if cote_moyen_px < _COMMUNE_MIN_PX:
        return union, None
    return union, shapely.line_merge(shapely.unary_union(shapely.boundary(simples)))


def _clip(
    departements: gpd.GeoSeries, milieu: NDArray[np.float64], cadre: NDArray[np.float64]
) -> BaseGeometry:
    """Return the borders of departments inside the frame."""
    ouest, sud = milieu - cadre / 2
    est, nord = milieu + cadre / 2
    proches = departements.iloc[departements.sindex.query(box(ouest, sud, est, nord))]
    morceaux = shapely.clip_by_rect(proches.boundary.to_numpy(), ouest, sud, est, nord)
    return shapely.line_merge(shapely.unary_union(morceaux))


def _town_hall(atlas: Atlas, code_commune: str) -> NDArray[np.float64]:
    commune = atlas.communes.loc[[code_commune]]
    points = gpd.GeoSeries.from_xy(commune["mairie_lon"], commune["mairie_lat"], crs=CRS_SCREEN)
    lieu = points.to_crs(CRS_METRES).iloc[0]
    return np.array([lieu.x, lieu.y])


def round_length(maximum_m: float) -> int:
    """Return the longest of 1, 2 and 5 times a power of ten that fits.

    >>> round_length(43_000.0), round_length(9_999.0), round_length(20_000.0)
    (20000, 5000, 20000)
    """
    puissance = 10 ** math.floor(math.log10(maximum_m))
    return int(
        next(facteur * puissance for facteur in (5, 2, 1) if facteur * puissance <= maximum_m)
    )
