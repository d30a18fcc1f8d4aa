"""A layer of polygons laid on the communes, against ``geopandas.overlay``; and the reading of the largest one."""

import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from bench.chrono import MS_PAR_S, time_in_turn
from bench.importation import run_apart
from bench.releve import Ligne, compare_with, yes_or_no
from geo.atlas import Atlas
from geo.chargement import load
from geo.couches.attribution import Regle, attribute
from geo.couches.lecture import CoucheLue, Demande, read_couche
from geo.couches.parts import measure_parts, unite_by_name
from geo.couches.service import lay, split
from geo.formes.territoires import dissolve

if TYPE_CHECKING:
    from collections.abc import Callable

MARQUE = 10
MARQUE_MS = 5_000
TOURS = 3
# What a drawing is beside the borders of IGN: beside them, and coarser.
DECALAGE_M, SIMPLIFICATION_M = 80.0, 100.0
# A vertex of a GeoJSON in degrees, at full precision.
OCTETS_PAR_SOMMET = 44
TAILLE_MB = 100
MB = 1e6


def measure_couches(atlas: Atlas, dossier: Path) -> list[Ligne]:
    """Lay the EPCI, shifted and simplified, on the communes, in turn with the usual way; then read 100 MB.

    Parameters
    ----------
    atlas, dossier
        A folder of data, and where it is.
    """
    polygones = draw_couche(atlas)
    couche = CoucheLue(
        "epci", "epci", ("epci",), 2154, "", polygones, {"cpts": "nom"}, ("nom",), ()
    )
    cpts, communes = unite_by_name(polygones), atlas.communes
    parts = measure_parts(cpts, communes)
    _check_same_areas(parts, overlay(polygones, communes))
    facons: dict[str, Callable[[], Any]] = {
        "ici": lambda: split(lay(couche, atlas), Regle()),
        "usuel": lambda: overlay(polygones, communes),
        "parts": lambda: measure_parts(cpts, communes),
        "predicats": lambda: settle(cpts, communes),
        "attribution": lambda: attribute(parts, Regle()),
    }
    durees = time_in_turn(facons, TOURS)
    figure = f"{len(polygones):,} polygons on {len(communes):,} communes (`lay` and `split`)"
    reelles = settle(cpts, communes)
    return [
        compare_with(
            figure,
            durees["ici"],
            durees["usuel"],
            "`gpd.overlay` and areas",
            unite="ms",
            marque=MARQUE,
        ),
        Ligne(
            figure,
            f"{durees['ici']:,.0f} ms",
            marque=f"≤ {MARQUE_MS:,} ms",
            tenue=yes_or_no(held=durees["ici"] <= MARQUE_MS),
        ),
        Ligne("of which: shares (`measure_parts`)", f"{durees['parts']:,.0f} ms"),
        Ligne("of which: tree and prepared predicates", f"{durees['predicats']:,.0f} ms"),
        Ligne(
            f"of which: the {reelles:,} intersections that these leave, on all cores",
            f"{durees['parts'] - durees['predicats']:,.0f} ms",
            f"{(durees['parts'] - durees['predicats']) * 1000 / max(reelles, 1):,.0f} µs each",
        ),
        Ligne("of which: threshold and cases (`attribute`)", f"{durees['attribution']:,.0f} ms"),
        *measure_reading(atlas, dossier),
    ]


def draw_couche(atlas: Atlas) -> gpd.GeoDataFrame:
    """Return the EPCI as somebody else would draw them: EPSG:2154, with the columns of a layer that was read."""
    epci = atlas.communes["siren_epci"].dropna()
    formes = dissolve(atlas.communes, epci)
    dessinees = shapely.simplify(
        shapely.transform(formes.to_numpy(), lambda points: np.add(points, (DECALAGE_M, 0.0))),
        SIMPLIFICATION_M,
    )
    return gpd.GeoDataFrame(
        {
            "ligne": np.arange(1, len(formes) + 1),
            "cpts": "CPTS " + formes.index,
            "statut": "",
            "date": "",
            "departement": "",
        },
        geometry=dessinees,
        crs=formes.crs,
    )


def overlay(polygones: gpd.GeoDataFrame, communes: gpd.GeoDataFrame) -> pd.Series:
    """Return the area of each pair, m², the usual way."""
    usuel = gpd.overlay(
        communes[["geometry"]].reset_index(), polygones[["cpts", "geometry"]], how="intersection"
    )
    surfaces: pd.Series = usuel.area.groupby([usuel["cpts"], usuel["code_commune"]]).sum()
    return surfaces


def settle(cpts: gpd.GeoSeries, communes: gpd.GeoDataFrame) -> int:
    """Ask what the tree and the prepared predicates settle; return how many pairs they leave."""
    # Copies: what is prepared stays so.
    formes, siennes = (
        shapely.from_wkb(shapely.to_wkb(cpts.to_numpy())),
        communes.geometry.to_numpy(),
    )
    shapely.prepare(formes)
    rangs, membres = shapely.STRtree(siennes).query(formes, predicate="intersects")
    return int((~shapely.covers(formes[rangs], siennes[membres])).sum())


def _check_same_areas(parts: pd.DataFrame, usuel: pd.Series) -> None:
    """Refuse to compare the times of different results."""
    ici = parts.set_index(["cpts", "code_commune"])["surface_km2"] * MB
    ici, usuel = ici.align(usuel, fill_value=0.0)
    if not np.allclose(ici, usuel, rtol=1e-9, atol=1.0):
        raise RuntimeError("La pose ne donne pas les mêmes surfaces que « gpd.overlay ».")


def measure_reading(atlas: Atlas, dossier: Path) -> list[Ligne]:
    """Read a GeoJSON as heavy as may be, in processes of its own."""
    with tempfile.TemporaryDirectory() as temporaire:
        chemin = Path(temporaire) / "couche.geojson"
        _write_heavy(atlas, chemin)
        taille_mb = chemin.stat().st_size / MB
        couts = [run_apart(_read, dossier, chemin) for _ in range(TOURS)]
    duree_ms, _, memoire_mb = (median(valeurs) for valeurs in zip(*couts, strict=True))
    figure = f"reading of a GeoJSON of {taille_mb:,.0f} MB (`read_couche`)"
    return [
        Ligne(figure, f"{duree_ms / MS_PAR_S:,.1f} s"),
        Ligne("memory of that reading, beyond the data in use", f"{memoire_mb:,.0f} MB"),
    ]


def _write_heavy(atlas: Atlas, chemin: Path) -> None:
    """Write the EPCI with as many vertices as make the file heavy."""
    epci = dissolve(atlas.communes, atlas.communes["siren_epci"].dropna())
    pas_m = epci.length.sum() / (TAILLE_MB * MB / OCTETS_PAR_SOMMET)
    denses = shapely.segmentize(epci.to_numpy(), pas_m)
    couche = gpd.GeoDataFrame({"nom": "CPTS " + epci.index}, geometry=denses, crs=epci.crs)
    pyogrio.write_dataframe(couche.to_crs(4326), chemin, driver="GeoJSON")


def _read(parent: Connection, dossier: Path, chemin: Path) -> None:
    atlas = load(dossier)
    contenu = chemin.read_bytes()
    parent.send(None)
    parent.recv()
    debut = time.perf_counter()
    read_couche([(chemin.name, contenu)], Demande(), atlas.communes)
    duree_ms = (time.perf_counter() - debut) * MS_PAR_S
    parent.send((duree_ms, duree_ms))
