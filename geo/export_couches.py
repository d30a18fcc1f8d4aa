"""Write outlines as geographic information systems read them: GeoJSON, GeoPackage, shapefile."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pandas.api.types import (
    is_bool_dtype,
    is_datetime64_any_dtype,
    is_float_dtype,
    is_integer_dtype,
    is_object_dtype,
)

from geo.erreurs import count
from geo.export import plain_value, sources_table
from geo.lecture.communes import CRS_METRES, CRS_SCREEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

# Six decimals of a degree are about ten centimetres: RFC 7946, section 11.2.
_DECIMALES_DEGRES = 6

_COUCHE_SOURCES = "sources"

# Limits of dBASE III, that a shapefile keeps its attributes in: bytes of a name, bytes of a text.
_LONGUEUR_CHAMP = 10
_OCTETS_TEXTE = 254
# An archive and a dBASE table bear a day; a fixed one lets equal layers make equal bytes.
_JOUR_FIXE = (2000, 1, 1)
LISEZ_MOI = "LISEZ-MOI.txt"


class Champ(NamedTuple):
    """A column of a layer, as it is described to who receives it.

    Attributes
    ----------
    nom
        Of the column.
    court
        Its name in a shapefile: ten ASCII characters at most. Empty where it is left out there.
    sens
        What it holds, in French.
    """

    nom: str
    court: str
    sens: str


def to_geojson(gdf: gpd.GeoDataFrame, description: str = "") -> bytes:
    """Write territories or communes as GeoJSON, RFC 7946.

    Parameters
    ----------
    gdf
        Outlines or points in any declared CRS, some perhaps missing; its index is left out.
    description
        What is to be known of the file, kept as its member ``description``.

    Returns
    -------
    bytes
        The file, in WGS 84, six decimals at most, outer rings counterclockwise. Dates are texts,
        lists are texts with commas.
    """
    import pyogrio  # noqa: PLC0415 - when first used: GDAL weighs 30 MB

    octets = BytesIO()
    pyogrio.write_dataframe(
        _plain(gdf.to_crs(CRS_SCREEN)),
        octets,
        driver="GeoJSON",
        layer_options={
            "RFC7946": "YES",
            "COORDINATE_PRECISION": str(_DECIMALES_DEGRES),
            # The name of a file that never existed, and another one each time.
            "WRITE_NAME": "NO",
            **({"DESCRIPTION": description} if description else {}),
        },
        geometry_type="Unknown",
    )
    return octets.getvalue()


def to_gpkg(
    couches: Mapping[str, gpd.GeoDataFrame],
    sources: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame] | None = None,
) -> bytes:
    """Write layers as a GeoPackage in Lambert 93, with their sources.

    Parameters
    ----------
    couches
        Outlines or points by the name of their layer, in any declared CRS; indexes are left out.
    sources
        As for :func:`geo.export.to_xlsx`; they become the attribute table ``sources``.
    tables
        Other attribute tables, by name.

    Returns
    -------
    bytes
        The file. It bears the time when it was written, so two of them never are the same bytes.

    Raises
    ------
    ValueError
        If a layer is itself called ``sources``, or there is none.
    """
    import pyogrio  # noqa: PLC0415 - when first used: GDAL weighs 30 MB

    if not couches or any(nom.casefold() == _COUCHE_SOURCES for nom in couches):
        message = f"layers must be named, and not « {_COUCHE_SOURCES} »: {list(couches)}"
        raise ValueError(message)
    ecrites: dict[str, pd.DataFrame] = {
        **{nom: couche.to_crs(CRS_METRES) for nom, couche in couches.items()},
        **(tables or {}),
        _COUCHE_SOURCES: sources_table(sources),
    }
    with TemporaryDirectory() as dossier:
        chemin = Path(dossier, "export.gpkg")
        for nom, table in ecrites.items():
            pyogrio.write_dataframe(
                _plain(table),
                chemin,
                driver="GPKG",
                layer=nom,
                append=chemin.exists(),
                **_storage(table),
            )
        return chemin.read_bytes()


def to_shapefile(
    gdf: gpd.GeoDataFrame,
    nom: str,
    champs: Sequence[Champ],
    notice: Iterable[str],
    annexes: Mapping[str, bytes] | None = None,
) -> bytes:
    """Write polygons as a shapefile in Lambert 93, zipped with what explains it.

    Parameters
    ----------
    gdf
        Outlines in any declared CRS, some perhaps missing; its index is left out.
    nom
        Of the layer, for the names of the files.
    champs
        The columns to write, in order; those without a short name are left out.
    notice
        Lines that come first in ``LISEZ-MOI.txt``; the meaning of each field follows, then the texts
        that had to be cut.
    annexes
        Other files of the archive, by name.

    Returns
    -------
    bytes
        A zip of the ``.shp``, ``.shx``, ``.dbf``, ``.prj`` and ``.cpg`` (UTF-8), ``LISEZ-MOI.txt`` and `annexes`.
        Numbers and dates are such, truth values are oui or non, a text has 254 bytes at most. Equal
        layers give equal bytes.

    Raises
    ------
    ValueError
        If a field's name is too long, is not plain ASCII or is there twice.

    Notes
    -----
    « ESRI Shapefile Technical Description » (July 1998): the outer rings of a polygon are clockwise, its holes
    counterclockwise, which GDAL sees to.
    """
    from pyogrio.raw import write  # noqa: PLC0415 - when first used: GDAL weighs 30 MB

    retenus = [champ for champ in champs if champ.court]
    _check_names([champ.court for champ in retenus])
    colonnes = [_field_values(gdf[champ.nom]) for champ in retenus]
    coupes = {
        champ.court: _cut(valeurs)
        for champ, (valeurs, _) in zip(retenus, colonnes, strict=True)
        if is_object_dtype(valeurs)
    }
    fichiers = dict(annexes or {})
    fichiers[LISEZ_MOI] = _encode([*notice, *_describe_fields(retenus, coupes)])
    with TemporaryDirectory() as dossier:
        write(
            str(Path(dossier, f"{nom}.shp")),
            shapely.to_wkb(gdf.to_crs(CRS_METRES).geometry.to_numpy()),
            [valeurs for valeurs, _ in colonnes],
            [champ.court for champ in retenus],
            field_mask=[absents for _, absents in colonnes],
            driver="ESRI Shapefile",
            geometry_type="Polygon",
            crs=CRS_METRES,
            encoding="UTF-8",
            layer_options={"DBF_DATE_LAST_UPDATE": "{:04}-{:02}-{:02}".format(*_JOUR_FIXE)},
        )
        fichiers |= {chemin.name: chemin.read_bytes() for chemin in Path(dossier).iterdir()}
    return _zip(fichiers)


def _check_names(noms: Sequence[str]) -> None:
    mauvais = [nom for nom in noms if len(nom) > _LONGUEUR_CHAMP or not nom.isascii()]
    if mauvais or len({nom.casefold() for nom in noms}) < len(noms):
        message = f"names of fields must be short, plain and distinct: {mauvais or list(noms)}"
        raise ValueError(message)


def _field_values(colonne: pd.Series) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
    """Return the values of a field and which are missing; days and texts say it themselves."""
    if is_datetime64_any_dtype(colonne):
        return colonne.to_numpy().astype("datetime64[D]"), None
    if not is_bool_dtype(colonne) and (is_integer_dtype(colonne) or is_float_dtype(colonne)):
        absents = np.array([plain_value(cellule) is None for cellule in colonne], dtype=bool)
        genre = "int64" if is_integer_dtype(colonne) else "float64"
        return colonne.where(~absents, 0).to_numpy(dtype=genre) + 0, absents
    textes = [_text(cellule) for cellule in colonne]
    return np.array(textes, dtype=object), None


def _text(cellule: object) -> str | None:
    valeur = plain_value(cellule)
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    return None if valeur is None else str(valeur)


def _cut(textes: NDArray[Any]) -> int:
    """Cut, in place, the texts that are too long; return how many were."""
    coupes = 0
    for rang, texte in enumerate(textes):
        if texte is not None and len(octets := texte.encode()) > _OCTETS_TEXTE:
            # A character that would be cut in two goes whole.
            textes[rang] = octets[:_OCTETS_TEXTE].decode(errors="ignore")
            coupes += 1
    return coupes


def _describe_fields(champs: Sequence[Champ], coupes: Mapping[str, int]) -> Iterator[str]:
    yield from ("", "CHAMPS")
    for champ in champs:
        yield f"{champ.court} : {champ.sens}"
    yield from ("", "LIMITES DU FORMAT")
    yield "Projection : Lambert 93 (EPSG:2154). Textes en UTF-8 (fichier .cpg)."
    coupees = [f"{champ} ({count(nombre, 'ligne')})" for champ, nombre in coupes.items() if nombre]
    yield (
        f"Textes coupés à {_OCTETS_TEXTE} octets, faute de place dans un fichier .dbf : {', '.join(coupees)}. "
        "Le GeoPackage et le GeoJSON les ont entiers."
        if coupees
        else "Aucun texte n'a été coupé."
    )


def _encode(lignes: Iterable[str]) -> bytes:
    """Write lines as any editor of Windows opens them; what comes from files begins no line."""
    return "\r\n".join(" ".join(ligne.split()) for ligne in lignes).encode("utf-8-sig") + b"\r\n"


def _zip(fichiers: Mapping[str, bytes]) -> bytes:
    octets = BytesIO()
    with zipfile.ZipFile(octets, "w") as archive:
        for nom, contenu in sorted(fichiers.items()):
            entree = zipfile.ZipInfo(nom, (*_JOUR_FIXE, 0, 0, 0))
            archive.writestr(entree, contenu, zipfile.ZIP_DEFLATED)
    return octets.getvalue()


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Turn what a GIS format does not hold in the same way everywhere (dates, lists) into texts; nought has no sign."""
    textes = {
        nom: pd.Series(
            [None if (v := plain_value(cellule)) is None else str(v) for cellule in table[nom]],
            index=table.index,
            dtype="str",
        )
        for nom in table.columns
        if is_object_dtype(table[nom]) or is_datetime64_any_dtype(table[nom])
    }
    nombres = {nom: table[nom] + 0.0 for nom in table.columns if is_float_dtype(table[nom])}
    return table.assign(**textes, **nombres)


def _storage(table: pd.DataFrame) -> dict[str, Any]:
    """Say which geometry a layer declares: polygons of one or several parts are one type."""
    if not isinstance(table, gpd.GeoDataFrame):
        return {}
    types = set(table.geometry.geom_type.dropna())
    if types and types <= {"Polygon", "MultiPolygon"}:
        return {"geometry_type": "MultiPolygon", "promote_to_multi": True}
    return {"geometry_type": types.pop() if len(types) == 1 else "Unknown"}
