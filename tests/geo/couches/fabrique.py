"""Layers that tests write, in every format that is read."""

import io
import json
import warnings
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape, quoteattr

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from shapely.geometry import mapping

FORMATS = ("geojson", "topojson", "gpkg", "fgb", "shp", "zip", "parquet", "kml", "kmz")
# RFC 7946 and its like say that these are in degrees.
EN_DEGRES = ("topojson", "kml", "kmz")
_PILOTES = {"geojson": "GeoJSON", "gpkg": "GPKG", "fgb": "FlatGeobuf", "shp": "ESRI Shapefile"}
CARRES = [shapely.box(6, 47, 6.1, 47.1), shapely.box(6.2, 47, 6.3, 47.1)]
REPERE = "urn:ogc:def:crs:EPSG::{}"


def make_couche(formes=CARRES, noms=None, crs=4326, **attributs):
    """Return polygons given in degrees, with names, in a projection."""
    noms = [f"CPTS {rang}" for rang in range(len(formes))] if noms is None else noms
    couche = gpd.GeoDataFrame({"nom_cpts": noms, **attributs}, geometry=list(formes), crs=4326)
    return couche.to_crs(crs)


def write_couche(couche, extension, nom="couche"):
    """Return the files that a layer is made of: names and bytes."""
    if extension == "parquet":
        octets = io.BytesIO()
        couche.to_parquet(octets)
        return [(f"{nom}.parquet", octets.getvalue())]
    if extension == "kml":
        return [(f"{nom}.kml", _write_kml(couche))]
    if extension == "kmz":
        return [(f"{nom}.kmz", pack({"doc.kml": _write_kml(couche)}))]
    if extension == "topojson":
        return [(f"{nom}.topojson", _write_topojson(couche))]
    if extension == "zip":
        return [(f"{nom}.zip", pack(dict(write_couche(couche, "shp", f"dossier/{nom}"))))]
    with TemporaryDirectory() as dossier, warnings.catch_warnings():
        # Of a layer without a projection, and of an identifier that GDAL writes by itself.
        warnings.simplefilter("ignore")
        pyogrio.write_dataframe(
            couche,
            Path(dossier, f"c.{extension}"),
            driver=_PILOTES[extension],
            **_encoding(extension),
        )
        return [
            (f"{nom}{chemin.suffix}", chemin.read_bytes())
            for chemin in sorted(Path(dossier).iterdir())
        ]


def _encoding(extension):
    return {"encoding": "UTF-8"} if extension == "shp" else {}


def write_gpkg(couches):
    """Return a GeoPackage of several layers."""
    with TemporaryDirectory() as dossier:
        chemin = Path(dossier, "c.gpkg")
        for nom, couche in couches.items():
            pyogrio.write_dataframe(
                couche, chemin, driver="GPKG", layer=nom, append=chemin.exists()
            )
        return chemin.read_bytes()


def write_geojson(formes, proprietes=None, crs=""):
    """Return a GeoJSON of shapes as they are, in whatever coordinates, some missing."""
    collection = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": proprietes[rang] if proprietes else {"nom": f"CPTS {rang}"},
                "geometry": None if forme is None else mapping(forme),
            }
            for rang, forme in enumerate(formes)
        ],
    }
    if crs:
        collection["crs"] = {"type": "name", "properties": {"name": crs}}
    return json.dumps(collection).encode()


def move(formes, epsg, *, swap=False):
    """Return shapes of degrees in a projection, their two axes swapped or not."""
    deplacees = gpd.GeoSeries(list(formes), crs=4326).to_crs(epsg)
    return [shapely.transform(f, lambda c: c[:, ::-1]) if swap else f for f in deplacees]


def pack(membres, methode=zipfile.ZIP_DEFLATED):
    """Return a ZIP archive."""
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w", methode) as archive:
        for nom, contenu in membres.items():
            archive.writestr(nom, contenu)
    return octets.getvalue()


def _rings(forme):
    for polygone in shapely.get_parts(forme):
        yield [
            np.asarray(anneau.coords)[:, :2] for anneau in (polygone.exterior, *polygone.interiors)
        ]


def _write_kml(couche):
    reperes = []
    for ligne in (
        couche.drop(columns="geometry").assign(forme=couche.geometry.values).to_dict("records")
    ):
        forme = ligne.pop("forme")
        donnees = "".join(
            f"<Data name={quoteattr(titre)}><value>{escape(str(valeur))}</value></Data>"
            for titre, valeur in ligne.items()
        )
        polygones = "".join(
            "<Polygon>"
            + "".join(
                f"<{b}BoundaryIs><LinearRing><coordinates>{_tuples(a)}</coordinates></LinearRing></{b}BoundaryIs>"
                for b, a in zip(["outer", *["inner"] * len(anneaux)], anneaux, strict=False)
            )
            + "</Polygon>"
            for anneaux in _rings(forme)
        )
        reperes.append(
            f"<Placemark><ExtendedData>{donnees}</ExtendedData>"
            f"<MultiGeometry>{polygones}</MultiGeometry></Placemark>"
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        f"<name>c</name>{''.join(reperes)}</Document></kml>"
    ).encode()


def _tuples(anneau):
    return " ".join(f"{x!r},{y!r},0" for x, y in anneau.tolist())


def _write_topojson(couche):
    arcs, geometries = [], []
    for ligne in (
        couche.drop(columns="geometry").assign(forme=couche.geometry.values).to_dict("records")
    ):
        forme = ligne.pop("forme")
        polygones = []
        for anneaux in _rings(forme):
            polygones.append([[len(arcs) + rang] for rang in range(len(anneaux))])
            arcs += [anneau.tolist() for anneau in anneaux]
        geometries.append({"type": "MultiPolygon", "arcs": polygones, "properties": ligne})
    return json.dumps(
        {
            "type": "Topology",
            "objects": {"cpts": {"type": "GeometryCollection", "geometries": geometries}},
            "arcs": arcs,
        }
    ).encode()
