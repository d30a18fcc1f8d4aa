"""Read and check the communes: codes as text, outlines proved to be one coverage."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pandas.api.types import (
    is_bool_dtype,
    is_integer_dtype,
    is_numeric_dtype,
    is_string_dtype,
)
from pyproj.exceptions import CRSError
from shapely.errors import ShapelyError

from geo.erreurs import Probleme, Severite, count, enumerate_first, is_blocking
from geo.lecture.schemas import read_schema, validate
from geo.lecture.tables import not_utf8, split_list

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CRS_SCREEN = "EPSG:4326"
# Lambert-93: areas and lengths are computed in metres, never in degrees.
CRS_METRES = "EPSG:2154"
# Area of use of EPSG:2154 (EPSG registry): west, south, east, north, in degrees.
BOUNDS_LONLAT = (-9.86, 41.15, 10.38, 51.56)
M2_PER_KM2 = 1e6
# A gap narrower than this between two communes is a fault of drawing, not a place (data.md recipe).
GAP_WIDTH_M = 1.0
# A repair that moves more of a commune than both of these is no longer one: somebody must look.
MAX_AREA_CHANGE_PCT = 1.0
MAX_AREA_CHANGE_M2 = 10_000.0

_SURFACES = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)

# How GeoJSON must store each Table Schema type, and the French name of that type.
_STOCKAGES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "string": (is_string_dtype, "texte"),
    "integer": (is_integer_dtype, "nombre entier"),
    "number": (is_numeric_dtype, "nombre"),
    "boolean": (is_bool_dtype, "booléen"),
}


def find_communes(data_dir: Path) -> Path:
    """Return the path of the communes: GeoParquet only where there is no GeoJSON."""
    geojson, parquet = data_dir / "communes.geojson", data_dir / "communes.parquet"
    return parquet if parquet.exists() and not geojson.exists() else geojson


def departement_of(code: str) -> str:
    """Return the department, or the overseas collectivity, of a commune code.

    >>> departement_of("2A004"), departement_of("97105"), departement_of("98818")
    ('2A', '971', '988')
    """
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def load_communes(chemin: Path) -> tuple[gpd.GeoDataFrame | None, list[Probleme]]:
    """Read the communes and say all that is wrong with them.

    Parameters
    ----------
    chemin
        GeoJSON, or GeoParquet if the name ends in ``.parquet``, in any declared CRS.

    Returns
    -------
    tuple
        The communes, indexed by ``code_commune`` in its order, and their problems. Columns:
        ``nom``, ``code_departement``, ``siren_epci``, ``nom_epci``, ``population`` (inhabitants),
        ``codes_postaux`` (tuple), ``mairie_lon`` and ``mairie_lat`` (degrees), ``etude`` (bool),
        ``surface_km2``, ``geometry`` (EPSG:2154, one valid coverage). ``None`` instead of the
        communes as soon as one problem is ``BLOQUANT``.
    """
    fichier = chemin.name
    lues, problemes = _read(chemin)
    if lues is None:
        return None, problemes
    problemes += _check_columns(lues, fichier) + _check_geometry(lues, fichier)
    if is_blocking(problemes):
        return None, problemes
    communes = lues.set_index("code_commune").sort_index().to_crs(CRS_METRES)
    geometrie, reparations = repair_coverage(communes.geometry, fichier)
    problemes += reparations
    if is_blocking(problemes):
        return None, problemes
    return (
        gpd.GeoDataFrame(
            {
                "nom": communes["nom"],
                "code_departement": communes["code_departement"],
                "siren_epci": communes["siren_epci"],
                "nom_epci": communes["nom_epci"],
                "population": communes["population"].astype("int64"),
                "codes_postaux": split_list(communes["codes_postaux"]),
                "mairie_lon": communes["mairie_lon"].astype("float64"),
                "mairie_lat": communes["mairie_lat"].astype("float64"),
                "etude": communes["etude"].astype("bool"),
                "surface_km2": geometrie.area / M2_PER_KM2,
            },
            geometry=geometrie,
        ),
        problemes,
    )


def repair_coverage(
    geometrie: gpd.GeoSeries,
    fichier: str,
) -> tuple[gpd.GeoSeries, list[Probleme]]:
    """Make one valid coverage of outlines that nearly are, and name the communes that moved.

    Only the faulty outlines and their neighbours are cleaned, so every other stays as it was.

    Parameters
    ----------
    geometrie
        Polygons in EPSG:2154, indexed by code_commune.
    fichier
        Name of the file, for the problems.

    Returns
    -------
    tuple
        Outlines on the same index, and the problems: « à vérifier » when the repair held,
        ``BLOQUANT`` when it did not (the outlines are then not to be used).
    """
    contours = geometrie.to_numpy()
    if shapely.is_valid(contours).all() and shapely.coverage_is_valid(contours):
        return geometrie, []
    noues = ~shapely.is_valid(contours)
    reparees = contours.copy()
    reparees[noues] = _polygonal(shapely.make_valid(contours[noues], method="structure"))
    # The area of a self-crossing ring means nothing: what the repair moves is measured from here.
    avant = shapely.area(reparees)
    fautives = noues | ~shapely.is_empty(shapely.coverage_invalid_edges(reparees))
    arbre = shapely.STRtree(reparees)
    voisines = np.unique(arbre.query(reparees[fautives], predicate="intersects")[1])
    reparees[voisines] = shapely.coverage_clean(
        reparees[voisines],
        gap_width=GAP_WIDTH_M,
        snapping_distance=0,
    )
    ecart_m2 = np.abs(shapely.area(reparees) - avant)
    perdues = (ecart_m2 > MAX_AREA_CHANGE_M2) & (ecart_m2 > avant * MAX_AREA_CHANGE_PCT / 100)
    codes = geometrie.index
    if perdues.any() or not shapely.coverage_is_valid(reparees):
        noms = enumerate_first(codes[perdues if perdues.any() else fautives], maximum=10)
        return geometrie, [
            Probleme(
                Severite.BLOQUANT,
                fichier,
                f"des contours se croisent ou se recouvrent, sans réparation possible : {noms}.",
                "Reprendre les contours de ces communes à leur source.",
            ),
        ]
    noms = enumerate_first(codes[fautives], maximum=10)
    nombre = count(int(fautives.sum()), "contour")
    probleme = Probleme(
        Severite.A_VERIFIER,
        fichier,
        f"{nombre} en désaccord avec leurs voisins, réparés à la lecture : {noms}.",
        "Vérifier ces contours à leur source.",
    )
    return gpd.GeoSeries(reparees, index=codes, crs=geometrie.crs), [probleme]


def _read(chemin: Path) -> tuple[gpd.GeoDataFrame | None, list[Probleme]]:
    if not chemin.exists():
        return None, [
            Probleme(
                Severite.BLOQUANT,
                chemin.name,
                "le fichier manque.",
                "Remettre le fichier en place, ou le refaire avec « make data ».",
            ),
        ]
    try:
        if chemin.suffix == ".parquet":
            return gpd.read_parquet(chemin), []
        octets = chemin.read_bytes()
        return _parse_geojson(octets.decode("utf-8")), []
    except UnicodeDecodeError as erreur:
        return None, [not_utf8(chemin.name, octets[: erreur.start].count(b"\n") + 1)]
    except (
        AttributeError,
        CRSError,
        KeyError,
        OSError,
        ShapelyError,
        TypeError,
        ValueError,
    ) as erreur:
        return None, [
            Probleme(
                Severite.BLOQUANT,
                chemin.name,
                f"le fichier n'est pas lisible ({type(erreur).__name__}).",
                "Remettre un fichier GeoJSON entier, ou le refaire avec « make data ».",
            ),
        ]


def _parse_geojson(texte: str) -> gpd.GeoDataFrame:
    """Read a FeatureCollection. GDAL would do, and weighs 45 MB as long as the server runs."""
    collection = json.loads(texte)
    for objet in collection["features"]:
        contour = objet["geometry"]
        if contour and contour["type"] == "Polygon":
            # An array is read three times faster than a list of pairs.
            contour["coordinates"] = [np.array(a) for a in contour["coordinates"] if a]
    crs = collection.get("crs", CRS_SCREEN)
    return gpd.GeoDataFrame.from_features(
        collection["features"],
        # As GeoJSON was before RFC 7946: it could name its system, or say that it had none.
        crs=crs["properties"]["name"] if isinstance(crs, dict) else crs,
    )


def _check_columns(lues: gpd.GeoDataFrame, fichier: str) -> list[Probleme]:
    if lues.empty:
        return [
            Probleme(
                Severite.BLOQUANT,
                fichier,
                "le fichier ne contient aucune commune.",
                "Remettre un fichier entier, ou le refaire avec « make data ».",
            ),
        ]
    attributs = pd.DataFrame(lues.drop(columns="geometry", errors="ignore"))
    attributs.index = pd.RangeIndex(1, len(lues) + 1)
    champs = {champ["name"]: champ for champ in read_schema("communes")["fields"]}
    mal_stockes = [
        nom
        for nom, champ in champs.items()
        if nom in attributs
        and not attributs[nom].isna().all()
        and not _STOCKAGES[champ["type"]][0](attributs[nom])
    ]
    # A column of the wrong storage has said so: its values cannot be checked any further.
    return [_bad_storage(fichier, champs[nom]) for nom in mal_stockes] + validate(
        attributs, "communes", fichier, repere="objet", mal_stockees=mal_stockes
    )


def _bad_storage(fichier: str, champ: dict[str, Any]) -> Probleme:
    return Probleme(
        Severite.BLOQUANT,
        fichier,
        f"la colonne « {champ['name']} » n'est pas partout un {_STOCKAGES[champ['type']][1]}.",
        "Corriger le type ; un code est un texte entre guillemets, sinon « 01001 » devient 1001.",
    )


def _check_geometry(lues: gpd.GeoDataFrame, fichier: str) -> list[Probleme]:
    """Check that every commune has a surface, and that it lies where its CRS says."""
    if lues.empty:
        return []
    contours = lues.geometry.to_numpy()
    polygones = np.isin(shapely.get_type_id(contours), _SURFACES) & ~shapely.is_empty(contours)
    problemes = []
    if not polygones.all():
        problemes.append(
            Probleme(
                Severite.BLOQUANT,
                fichier,
                f"{count(int((~polygones).sum()), 'commune')} sans polygone : "
                f"{_name(lues, ~polygones)}.",
                "Donner à chaque commune un contour (Polygon ou MultiPolygon).",
            ),
        )
    if lues.crs is None:
        return [*problemes, _unknown_crs(fichier)]
    dehors = polygones & _outside(shapely.bounds(_to_lonlat(lues)))
    mairies = [
        pd.to_numeric(lues[nom], errors="coerce") if nom in lues else np.full(len(lues), np.nan)
        for nom in ("mairie_lon", "mairie_lat")
    ]
    mairies_dehors = _outside(np.column_stack(mairies * 2))
    for quoi, ou in (("le contour", dehors), ("la mairie", mairies_dehors)):
        if ou.any():
            problemes.append(
                Probleme(
                    Severite.BLOQUANT,
                    fichier,
                    f"{count(int(ou.sum()), 'commune')} dont {quoi} est hors de la France "
                    f"métropolitaine : {_name(lues, ou)}.",
                    "Écrire les coordonnées en degrés, longitude puis latitude (EPSG:4326), "
                    "ou déclarer leur système.",
                ),
            )
    return problemes


def _to_lonlat(lues: gpd.GeoDataFrame) -> np.ndarray[Any, Any]:
    geographique: gpd.GeoSeries = (
        lues.geometry if lues.crs.is_geographic else lues.geometry.to_crs(CRS_SCREEN)
    )
    contours: np.ndarray[Any, Any] = geographique.to_numpy()
    return contours


def _outside(bornes: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Tell which boxes (west, south, east, north, in degrees) leave the area of EPSG:2154."""
    ouest, sud, est, nord = BOUNDS_LONLAT
    hors: np.ndarray[Any, Any] = (
        (bornes[:, 0] < ouest) | (bornes[:, 1] < sud) | (bornes[:, 2] > est) | (bornes[:, 3] > nord)
    )
    return hors


def _name(lues: gpd.GeoDataFrame, lesquelles: np.ndarray[Any, Any]) -> str:
    if "code_commune" in lues:
        return enumerate_first(lues["code_commune"][lesquelles].astype(str))
    return enumerate_first(f"objet {place + 1}" for place in np.flatnonzero(lesquelles))


def _unknown_crs(fichier: str) -> Probleme:
    return Probleme(
        Severite.BLOQUANT,
        fichier,
        "le système de coordonnées n'est pas déclaré.",
        "Déclarer EPSG:4326 (longitude et latitude en degrés).",
    )


def _polygonal(contours: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Keep the polygons of geometries that a repair may have turned into collections."""
    return np.array(
        [
            shapely.union_all([part for part in shapely.get_parts(contour) if part.area > 0])
            for contour in contours
        ],
        dtype=object,
    )
