"""What every map that leaves the application is laid on: communes, borders, frame, names of towns and departments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import Point, box

from geo.formes.territoires import dissolve
from geo.lecture.communes import CRS_METRES, CRS_SCREEN
from rendu.dessin.cadre import layout_scale
from rendu.dessin.contenu import Nom

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    import pandas as pd
    from shapely.geometry.base import BaseGeometry

    from geo.atlas import Atlas

# More communes than that in the frame, and their borders would be a smear.
_COMMUNES_MAX = 6_000
# Above, the map is national: only prefectures are named (as static/carte/echelle.js does).
_DEPARTEMENTS_MAX = 20
# A corner of less than so many points of the page is not drawn.
_FINESSE_PT = 0.6
# Half a side of the frame around marks alone, in metres.
_AUTOUR_M = 25_000


@dataclass(frozen=True, eq=False)
class Fond:
    """The simplified communes in a frame, and what is made of them."""

    communes: gpd.GeoSeries
    chefs: pd.DataFrame
    departements: dict[str, BaseGeometry]


def make_fond(atlas: Atlas, cadre: tuple[float, float, float, float], largeur_pt: float) -> Fond:
    """Simplify the communes in a frame together, so that every layer follows the same borders."""
    ouest, sud, est, nord = cadre
    marge = 0.1 * max(est - ouest, nord - sud)
    places = atlas.communes.sindex.query(box(ouest - marge, sud - marge, est + marge, nord + marge))
    proches = atlas.communes.iloc[np.sort(places)]
    finesse_m = layout_scale(cadre, largeur_pt) * _FINESSE_PT
    communes = gpd.GeoSeries(
        shapely.coverage_simplify(proches.geometry.to_numpy(), finesse_m),
        index=proches.index,
        crs=CRS_METRES,
    )
    contours = dissolve(communes, proches["code_departement"])
    return Fond(
        communes,
        proches,
        {str(code): contour for code, contour in contours.items()},
    )


def list_borders(communes: gpd.GeoSeries) -> BaseGeometry | None:
    """Return every border of communes once; nothing where they would be a smear."""
    if len(communes) > _COMMUNES_MAX:
        return None
    anneaux = shapely.get_rings(shapely.get_parts(communes.to_numpy()))
    points, quel = shapely.get_coordinates(anneaux, return_index=True)
    meme = quel[1:] == quel[:-1]
    paires = np.hstack((points[:-1][meme], points[1:][meme]))
    inverses = np.hstack((paires[:, 2:], paires[:, :2]))
    retourner = (paires[:, 0] > paires[:, 2]) | (
        (paires[:, 0] == paires[:, 2]) & (paires[:, 1] > paires[:, 3])
    )
    uniques = np.unique(np.where(retourner[:, None], inverses, paires), axis=0)
    segments = shapely.linestrings(uniques.reshape(-1, 2, 2))
    return shapely.line_merge(shapely.multilinestrings(segments))


def outline_groups(communes: gpd.GeoSeries, groupes: pd.Series[str]) -> dict[str, BaseGeometry]:
    """Dissolve what of each group of communes, as their code has it, is in the frame."""
    contours = dissolve(communes, groupes[groupes.index.isin(communes.index)])
    return {str(groupe): contour for groupe, contour in contours.items()}


def leave_uncovered(contour: BaseGeometry, dessus: BaseGeometry | None) -> BaseGeometry:
    """Return what is seen of an outline under another."""
    return contour if dessus is None else contour.difference(dessus)


def find_frame(
    contours: gpd.GeoSeries, points: Collection[tuple[float, float]]
) -> tuple[float, float, float, float]:
    """Return the box of some communes or, where the data hold none of them, one around marks."""
    if len(contours):
        ouest, sud, est, nord = (float(v) for v in contours.total_bounds)
    else:
        ouest, sud, est, nord = shapely.multipoints(list(points)).buffer(_AUTOUR_M).bounds
    return ouest, sud, est, nord


def widen_frame(
    cadre: tuple[float, float, float, float], taille: tuple[float, float]
) -> tuple[float, float, float, float]:
    """Give a frame the proportions of the page, so that what stands around is read too."""
    ouest, sud, est, nord = cadre
    largeur, hauteur = est - ouest, nord - sud
    m_par_pt = max(largeur / taille[0], hauteur / taille[1])
    dx, dy = (taille[0] * m_par_pt - largeur) / 2, (taille[1] * m_par_pt - hauteur) / 2
    return ouest - dx, sud - dy, est + dx, nord + dy


def project_points(lon: Any, lat: Any) -> list[tuple[float, float]]:
    """Bring places from degrees to metres (EPSG:2154)."""
    points = gpd.GeoSeries.from_xy(lon, lat, crs=CRS_SCREEN).to_crs(CRS_METRES)
    # To the metre: a town and the mark that stands on it are then one place.
    return [(round(p.x), round(p.y)) for p in points]


def name_towns(
    atlas: Atlas, fond: Fond, departements: set[str], marques: set[tuple[float, float]]
) -> list[Nom]:
    """Name the prefectures, then the towns where CPTS have their mark, the most populous first."""
    prefectures = set(atlas.departements["code_commune_chef_lieu"])
    sieges = set(atlas.fiches["code_commune_repere"])
    dans = fond.chefs[fond.chefs["code_departement"].isin(departements)]
    noms: list[Nom] = []
    nationale = len(departements) > _DEPARTEMENTS_MAX
    villes = set() if nationale else sieges - prefectures
    for genre, codes in (("prefecture", prefectures), ("ville", villes)):
        chefs = fond.chefs if genre == "prefecture" else dans
        siennes = chefs[chefs.index.isin(codes)]
        ordre = siennes.sort_values("population", ascending=False).index
        noms += name_communes(atlas, ordre, genre, marques)
    return noms


def name_communes(
    atlas: Atlas, codes: Iterable[str], genre: str, marques: set[tuple[float, float]] | None = None
) -> list[Nom]:
    """Name communes at their town halls, off the marks that stand there."""
    communes = atlas.communes.loc[list(codes)]
    lieux = project_points(communes["mairie_lon"].to_numpy(), communes["mairie_lat"].to_numpy())
    return [
        Nom(str(nom), Point(lieu_ville), genre, sur_marque=lieu_ville in (marques or ()))
        for nom, lieu_ville in zip(communes["nom"], lieux, strict=True)
    ]


def name_departements(atlas: Atlas, fond: Fond, departements: set[str]) -> list[Nom]:
    """Name some departments; none where they are so many that the map is national."""
    if len(departements) > _DEPARTEMENTS_MAX:
        return []
    noms = atlas.departements["nom"]
    return [
        Nom(str(noms[code]).upper(), contour, "departement")
        for code, contour in fond.departements.items()
        if code in departements
    ]
