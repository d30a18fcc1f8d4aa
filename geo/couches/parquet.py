"""Read a GeoParquet: its columns as Arrow gives them, its shapes from WKB."""

from __future__ import annotations

import io
import json
import struct
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.couches.brute import WGS84, Apercu, Brute, write_value
from geo.couches.limites import (
    ARCHIVE_COUCHE_DEPLIEE_MAX_OCTETS,
    ATTRIBUTS_MAX,
    FORMES_MAX,
    IMBRICATIONS_MAX,
)
from geo.couches.refus import pass_limit, refuse_couche
from geo.importation.limites import MIB

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyarrow.parquet import ParquetFile

    from geo.couches.formats import Source

# Of a file that says nothing of its shapes, as several tools name them.
_COLONNES = ("geometry", "geom", "the_geom", "wkb_geometry", "wkb")
# Few enough for one value repeated on each row of a batch to be seen before it fills the memory.
_LOT = 256
# OGC 06-103r4, 8.2: what a WKB holds; ISO's Z and M are thousands, EWKB's are the high bits.
_WKB_POINT, _WKB_LIGNE, _WKB_POLYGONE, _WKB_CONTENANTS = 1, 2, 3, frozenset({4, 5, 6, 7})
_EWKB_Z, _EWKB_M, _EWKB_SRID = 0x80000000, 0x40000000, 0x20000000


def list_couches(source: Source) -> list[Apercu]:
    """Return the one layer of the file.

    Raises
    ------
    DonneesInvalides
        If it is damaged or has no column of shapes.
    """
    with _opened(source) as fichier:
        _, colonne = _read_metadata(source, fichier)
    genres = colonne.get("geometry_types")
    dits = " ".join(map(str, genres)) if isinstance(genres, list) else ""
    if not dits or "Polygon" in dits or "GeometryCollection" in dits:
        return [Apercu("", polygones=True if "Polygon" in dits else None)]
    return [Apercu("", polygones=False, genre="des points" if "Point" in dits else "des lignes")]


def read_brute(source: Source, couche: str) -> Brute:  # noqa: ARG001 - there is one layer
    """Return the layer as it is written.

    Raises
    ------
    DonneesInvalides
        If it is damaged or passes a limit.
    """
    colonnes: dict[str, list[Any]] = {}
    with _opened(source) as fichier:
        primaire, colonne = _read_metadata(source, fichier)
        _check_limits(source, fichier)
        octets = 0
        noms = fichier.schema_arrow.names
        colonnes = {nom: [] for nom in noms}
        for lot in fichier.iter_batches(batch_size=_LOT, use_threads=False):
            octets += lot.nbytes
            if octets > ARCHIVE_COUCHE_DEPLIEE_MAX_OCTETS:
                raise _too_large(source)
            for nom, valeurs in zip(noms, lot.columns, strict=True):
                lues = valeurs.to_pylist()
                colonnes[nom] += lues if nom == primaire else map(write_value, lues)
        wkb = colonnes.pop(primaire)
        formes = np.empty(len(wkb), dtype=object)
        formes[:] = [octets if octets and _is_shallow(octets) else None for octets in wkb]
        geometries = shapely.from_wkb(formes, on_invalid="fix")
    # GeoParquet 1.1: absent means WGS 84, null means unknown.
    crs = colonne.get("crs", WGS84)
    dit = "" if crs is None else crs if isinstance(crs, str) else json.dumps(crs)
    return Brute(
        np.atleast_1d(geometries),
        colonnes,
        dit,
        implicite="crs" not in colonne and bool(colonne),
    )


@contextmanager
def _opened(source: Source) -> Iterator[ParquetFile]:
    import pyarrow as pa  # noqa: PLC0415 - when first used
    from pyarrow import parquet  # noqa: PLC0415 - when first used

    try:
        with parquet.ParquetFile(io.BytesIO(source.contenu)) as fichier:
            yield fichier
    except (
        pa.ArrowException, OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError,
        shapely.errors.GEOSException,
    ) as erreur:  # fmt: skip
        raise refuse_couche(source.fichier, "ce GeoParquet est tronqué ou abîmé.") from erreur


def _read_metadata(source: Source, fichier: ParquetFile) -> tuple[str, dict[str, Any]]:
    """Return the column of shapes, and what the file says of it."""
    noms = fichier.schema_arrow.names
    if len(set(noms)) < len(noms):
        raise refuse_couche(source.fichier, "deux colonnes de ce GeoParquet ont le même nom.")
    geo = json.loads((fichier.schema_arrow.metadata or {}).get(b"geo", b"{}"))
    primaire = geo.get("primary_column") if isinstance(geo, dict) else None
    colonnes = geo.get("columns") if isinstance(geo, dict) else None
    colonne = colonnes.get(primaire) if isinstance(colonnes, dict) else None
    if not isinstance(colonne, dict):
        primaire, colonne = next((nom for nom in _COLONNES if nom in noms), None), {"crs": None}
    if not isinstance(primaire, str) or primaire not in noms:
        raise refuse_couche(source.fichier, "ce fichier Parquet n'a pas de colonne de formes.")
    if str(colonne.get("encoding", "WKB")).upper() != "WKB" or "binary" not in str(
        fichier.schema_arrow.field(primaire).type
    ):
        raise refuse_couche(
            source.fichier,
            "les formes de ce GeoParquet ne sont pas en WKB.",
            "L'exporter de nouveau avec l'encodage WKB, ou en GeoPackage.",
        )
    return primaire, colonne


def _check_limits(source: Source, fichier: ParquetFile) -> None:
    """Refuse what announces itself beyond a limit; what lies of it is counted as it is read."""
    meta = fichier.metadata
    if meta.num_rows > FORMES_MAX:
        raise pass_limit(source.fichier, "plus de formes que la limite", FORMES_MAX)
    if meta.num_columns > ATTRIBUTS_MAX:
        raise pass_limit(source.fichier, "plus d'attributs que la limite", ATTRIBUTS_MAX)
    annonces = sum(meta.row_group(rang).total_byte_size for rang in range(meta.num_row_groups))
    if annonces > ARCHIVE_COUCHE_DEPLIEE_MAX_OCTETS:
        raise _too_large(source)


def _too_large(source: Source) -> Exception:
    return pass_limit(
        source.fichier,
        "la couche décompressée dépasse la taille admise",
        ARCHIVE_COUCHE_DEPLIEE_MAX_OCTETS // MIB,
        " Mio",
    )


def _is_shallow(wkb: bytes) -> bool:
    """Tell whether a WKB is whole and holds nothing deeper than the limit: GEOS has none, and its stack ends.

    >>> _is_shallow(shapely.to_wkb(shapely.box(0, 0, 1, 1)))
    True
    >>> _is_shallow(struct.pack("<BII", 1, 7, 1) * 1000)
    False
    """
    # How many geometries are still to come at each depth.
    restes, place = [1], 0
    while restes:
        if not restes[-1]:
            restes.pop()
            continue
        restes[-1] -= 1
        try:
            ordre = "<" if wkb[place] else ">"
            (code,) = struct.unpack_from(f"{ordre}I", wkb, place + 1)
            place += 9 if code & _EWKB_SRID else 5
            plat = code & 0x0FFFFFFF
            dimensions = 2 + _extra(code, plat)
            genre = plat % 1000
            if genre == _WKB_POINT:
                place += 8 * dimensions
                continue
            (compte,) = struct.unpack_from(f"{ordre}I", wkb, place)
            place += 4
            if genre == _WKB_LIGNE:
                place += 8 * dimensions * compte
            elif genre == _WKB_POLYGONE:
                for _ in range(compte):
                    (points,) = struct.unpack_from(f"{ordre}I", wkb, place)
                    place += 4 + 8 * dimensions * points
            elif genre in _WKB_CONTENANTS and len(restes) < IMBRICATIONS_MAX:
                restes.append(compte)
            else:
                return False
        except (struct.error, IndexError):
            return False
    return place <= len(wkb)


def _extra(code: int, plat: int) -> int:
    """Return how many of Z and M each point has."""
    iso = {1: 1, 2: 1, 3: 2}.get(plat // 1000, 0)
    return iso or bool(code & _EWKB_Z) + bool(code & _EWKB_M)
