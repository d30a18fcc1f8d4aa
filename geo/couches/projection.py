"""In which projection a layer is: as it says, unless its polygons then fall outside France; else where they fall.

The answer is always given in Lambert 93 (EPSG:2154), with what was assumed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from geo.couches.brute import WGS84
from geo.couches.definition import parse_crs
from geo.couches.france import in_metropole, in_outre_mer
from geo.couches.refus import block_couche
from geo.erreurs import Probleme, Severite, count
from geo.lecture.communes import CRS_METRES

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from geo.couches.brute import Brute

LAMBERT_93, MERCATOR, DEGRES = 2154, 3857, 4326
# Conic projections of nine zones, by the latitude of each: CC42 is EPSG:3942 (IGN, « Projections coniques
# conformes 9 zones »).
_CC = {3900 + latitude: latitude for latitude in range(42, 51)}
# A zone is one degree either side, and some more for what straddles two.
_CC_DEMI_ZONE = 1.6
# What is guessed, in the order in which it is said.
CANDIDATS = (DEGRES, LAMBERT_93, MERCATOR, *_CC)
# From there on, polygons are where they are expected: a national layer has some overseas.
_MAJORITE = 0.5
# Below this share of certainty, pyproj compares names alone.
_CONFIANCE_PCT = 60

_NOM_MAX = 100
# What tools write of a system without a name, where a name is.
_SANS_NOM = re.compile(
    r"\W*(un(known|named|defined|titled|specified)|custom|user[ _-]?defined|none|null|$)",
    re.IGNORECASE,
)
_ILLISIBLE = "une projection illisible"
DIRE_EPSG = "Donner sa projection : « Projection (code EPSG) », ou --epsg."
_NOMS = {DEGRES: "WGS 84 (degrés)", LAMBERT_93: "Lambert 93", MERCATOR: "Web Mercator"} | {
    code: f"CC{latitude}" for code, latitude in _CC.items()
}


@dataclass(frozen=True)
class Placement:
    """Polygons brought to Lambert 93.

    Attributes
    ----------
    epsg
        Code of the projection they were in, 0 where it has none.
    dit
        How the file says its projection, empty where it says none.
    geometries
        In EPSG:2154, 2D, as many as were given; ``None`` where there was none, or it has no finite place.
    ailleurs
        Which ones are not in metropolitan France.
    remarques
        What was assumed.
    """

    epsg: int
    dit: str
    geometries: NDArray[np.object_]
    ailleurs: NDArray[np.bool_]
    remarques: tuple[Probleme, ...]


class _Lecture(NamedTuple):
    """One way to read the numbers of a file."""

    crs: CRS
    inverse: bool


def place(
    fichier: str,
    geometries: NDArray[np.object_],
    brute: Brute,
    epsg: int | None = None,
    communes: gpd.GeoDataFrame | None = None,
) -> Placement:
    """Bring polygons to Lambert 93.

    Parameters
    ----------
    fichier
        Name of the file, for the problems.
    geometries
        Polygons in the coordinates of the file, or ``None``.
    brute
        The layer, for what it says of its projection.
    epsg
        What the planner says it is: nothing else is then tried, but the two axes.
    communes
        Those of the atlas, EPSG:2154: they settle what falls in France in two projections.

    Raises
    ------
    DonneesInvalides
        If the code is unknown, no projection or several put the polygons in France, or they are overseas.
    """
    centres = _centres(geometries)
    centres = centres[np.isfinite(centres).all(axis=1)]
    if not len(centres):
        raise block_couche(
            fichier,
            "aucune forme de la couche n'a de coordonnées lisibles.",
            "Vérifier la couche dans le système d'information géographique.",
            identifiant="projection_inconnue",
        )
    if epsg is not None:
        lecture = _said_by_planner(fichier, centres, epsg)
        remarques = [_swapped(fichier)] if lecture.inverse else []
    else:
        lecture, remarques = _find(fichier, centres, geometries, brute, communes)
    metres = _transform(geometries, lecture, CRS_METRES)
    ailleurs = ~in_metropole(
        _to_degrees(_centres(metres), _Lecture(CRS(CRS_METRES), inverse=False))
    )
    return Placement(
        find_epsg(lecture.crs),
        _say(brute.crs),
        metres,
        ailleurs & ~shapely.is_missing(metres),
        tuple(remarques),
    )


def find_epsg(crs: CRS) -> int:
    """Return the EPSG code of a coordinate reference system, 0 where it has none.

    >>> find_epsg(CRS("EPSG:2154")), find_epsg(CRS("OGC:CRS84"))
    (2154, 4326)
    """
    if crs.equals(CRS(WGS84), ignore_axis_order=True):
        return DEGRES
    return crs.to_epsg(min_confidence=_CONFIANCE_PCT) or 0


def _said_by_planner(fichier: str, centres: NDArray[np.float64], epsg: int) -> _Lecture:
    try:
        crs = CRS.from_epsg(epsg)
    except CRSError:
        crs = None
    if crs is None or not _is_plane(crs):
        raise block_couche(
            fichier,
            f"le code EPSG {epsg} n'est pas celui d'une projection connue.",
            "Donner un code comme 2154 (Lambert 93), 4326 (WGS 84) ou 3857, ou n'en donner aucun.",
            identifiant="epsg_inconnu",
        )
    for lecture in (_Lecture(crs, inverse=False), _Lecture(crs, inverse=True)):
        if _share_inside(fichier, centres, lecture) > _MAJORITE:
            return lecture
    raise block_couche(
        fichier,
        f"dans la projection EPSG:{epsg}, {count(len(centres), 'forme')} tombent hors de France."
        if len(centres) > 1
        else f"dans la projection EPSG:{epsg}, la forme tombe hors de France.",
        "Donner le code EPSG dans lequel la couche a été dessinée, ou n'en donner aucun.",
        identifiant="hors_de_france",
    )


def _find(
    fichier: str,
    centres: NDArray[np.float64],
    geometries: NDArray[np.object_],
    brute: Brute,
    communes: gpd.GeoDataFrame | None,
) -> tuple[_Lecture, list[Probleme]]:
    """Return how the numbers are to be read, and what is to be said of it."""
    dit = _read_crs(brute.crs)
    if dit is not None:
        for lecture in (_Lecture(dit, inverse=False), _Lecture(dit, inverse=True)):
            if _share_inside(fichier, centres, lecture) > _MAJORITE:
                return lecture, [_swapped(fichier)] if lecture.inverse else []
    lecture = _guess(fichier, centres, geometries, communes)
    remarques = [_assumed(fichier, lecture.crs, brute)]
    if lecture.inverse:
        remarques.append(_swapped(fichier))
    return lecture, remarques


def _guess(
    fichier: str,
    centres: NDArray[np.float64],
    geometries: NDArray[np.object_],
    communes: gpd.GeoDataFrame | None,
) -> _Lecture:
    """Return the reading that puts most polygons in France."""
    parts = {
        (lecture := _Lecture(CRS.from_epsg(code), inverse)): _share_inside(
            fichier, centres, lecture, _CC.get(code)
        )
        for inverse in (False, True)
        for code in CANDIDATS
    }
    meilleure = max(parts.values())
    if meilleure <= _MAJORITE:
        raise block_couche(
            fichier,
            "la projection de la couche n'est pas reconnue : dans aucune des projections usuelles ses formes "
            "ne tombent en France.",
            DIRE_EPSG,
            identifiant="projection_inconnue",
        )
    egales = [lecture for lecture, part in parts.items() if part == meilleure]
    if len(egales) > 1 and communes is not None:
        egales = _settle(geometries, egales, communes)
    if len(egales) > 1:
        noms = " ou ".join(_name(lecture.crs) for lecture in egales)
        raise block_couche(
            fichier,
            f"la projection de la couche n'est pas sûre : ses formes tombent en France dans plusieurs ({noms}).",
            DIRE_EPSG,
            identifiant="projection_inconnue",
        )
    return egales[0]


def _settle(
    geometries: NDArray[np.object_], lectures: list[_Lecture], communes: gpd.GeoDataFrame
) -> list[_Lecture]:
    """Return the readings that put most polygons on a commune of the atlas."""
    arbre = shapely.STRtree(communes.geometry.to_numpy())
    compte = {}
    for lecture in lectures:
        points = shapely.points(_centres(_transform(geometries, lecture, CRS_METRES)))
        compte[lecture] = len(np.unique(arbre.query(points, predicate="intersects")[0]))
    return [lecture for lecture in lectures if compte[lecture] == max(compte.values())]


def _share_inside(
    fichier: str, centres: NDArray[np.float64], lecture: _Lecture, latitude: int | None = None
) -> float:
    """Return the share of the points that fall in metropolitan France, near a latitude where one is given.

    Raises
    ------
    DonneesInvalides
        If most fall overseas.
    """
    degres = _to_degrees(centres, lecture)
    dedans = in_metropole(degres)
    if latitude is not None:
        dedans &= np.abs(degres[:, 1] - latitude) <= _CC_DEMI_ZONE
    if in_outre_mer(degres).mean() > _MAJORITE and not dedans.any():
        raise block_couche(
            fichier,
            "les formes sont outre-mer : l'atlas ne reçoit de polygones qu'en France métropolitaine.",
            "Importer la table des communes de ces CPTS.",
            identifiant="hors_metropole",
        )
    return float(dedans.mean())


# PROJ looks among all its names for what it cannot parse: a second each time.
@lru_cache(maxsize=64)
def _read_crs(dit: str) -> CRS | None:
    """Return what a file says of its projection; ``None`` where it says nothing that can be used."""
    crs = parse_crs(dit)
    return crs if crs is not None and _is_plane(crs) else None


def _say(dit: str) -> str:
    """Return what a file says of its projection as it is said in French."""
    crs = _read_crs(dit)
    return _name(crs) if crs is not None else _ILLISIBLE if dit else ""


def _is_plane(crs: CRS) -> bool:
    """Tell whether two numbers of a system are a place on the Earth."""
    return (crs.is_geographic or crs.is_projected) and not crs.name.casefold().startswith(
        "undefined"
    )


def _name(crs: CRS) -> str:
    code = find_epsg(crs)
    nom = _NOMS.get(code, crs.name[:_NOM_MAX])
    if _SANS_NOM.match(nom):
        nom = "une projection sans nom"
    return f"{nom}, EPSG:{code}" if code else nom


def _assumed(fichier: str, crs: CRS, brute: Brute) -> Probleme:
    if not brute.crs:
        return Probleme(
            Severite.A_VERIFIER,
            fichier,
            f"la couche ne dit pas sa projection : lue en {_name(crs)}, où ses formes tombent en France.",
            f"Vérifier sur la carte. Sinon : {DIRE_EPSG[0].lower()}{DIRE_EPSG[1:]}",
            identifiant="projection_devinee",
        )
    nom = _say(brute.crs)
    if nom == _ILLISIBLE:
        cause = "la projection que dit la couche est illisible"
    else:
        source = "son format veut" if brute.implicite else "la couche dit"
        cause = f"{source} {nom}, où ses formes tombent hors de France"
    return Probleme(
        Severite.A_VERIFIER,
        fichier,
        f"{cause} : lue en {_name(crs)}.",
        f"Vérifier sur la carte. Sinon : {DIRE_EPSG[0].lower()}{DIRE_EPSG[1:]}",
        identifiant="projection_fausse",
    )


def _swapped(fichier: str) -> Probleme:
    return Probleme(
        Severite.A_VERIFIER,
        fichier,
        "les deux coordonnées de chaque point sont inversées dans le fichier : remises dans l'ordre.",
        "Vérifier sur la carte.",
        identifiant="axes_inverses",
    )


def _centres(geometries: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return the middle of the box of the largest part of each geometry, shape (n, 2); NaN where there is none."""
    centres = np.full((len(geometries), 2), np.nan)
    parts, rangs = shapely.get_parts(geometries, return_index=True)
    # The last that is written of each is its largest.
    ordre = np.argsort(shapely.area(parts), kind="stable")
    boites = shapely.bounds(parts[ordre])
    centres[rangs[ordre]] = (boites[:, :2] + boites[:, 2:]) / 2
    return centres


@lru_cache(maxsize=64)
def _transformer(crs: CRS, vers: str) -> Transformer:
    return Transformer.from_crs(crs, vers, always_xy=True)


def _to_degrees(points: NDArray[np.float64], lecture: _Lecture) -> NDArray[np.float64]:
    """Return longitudes and latitudes; what has none is infinite."""
    x, y = (points[:, 1], points[:, 0]) if lecture.inverse else (points[:, 0], points[:, 1])
    try:
        return np.column_stack(_transformer(lecture.crs, WGS84).transform(x, y))
    except ProjError:
        return np.full_like(points, np.inf)


def _transform(
    geometries: NDArray[np.object_], lecture: _Lecture, vers: str
) -> NDArray[np.object_]:
    """Bring geometries to a system, in the usual order of the axes; one without a finite place becomes ``None``."""
    transformer = _transformer(lecture.crs, vers)

    def move(points: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = (points[:, 1], points[:, 0]) if lecture.inverse else (points[:, 0], points[:, 1])
        try:
            return np.column_stack(transformer.transform(x, y))
        except ProjError:
            return np.full_like(points, np.inf)

    deplacees = np.asarray(shapely.transform(geometries, move), dtype=object)
    points, rangs = shapely.get_coordinates(deplacees, return_index=True)
    perdues = np.unique(rangs[~np.isfinite(points).all(axis=1)])
    deplacees[perdues] = None
    return deplacees
