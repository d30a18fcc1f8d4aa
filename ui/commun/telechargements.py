"""Downloads of what a page shows: the one exporter, behind buttons that make the file on demand."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

import geopandas as gpd
import pandas as pd
import streamlit as st

from geo.base.temps import today
from geo.export import file_name, to_csv, to_xlsx
from geo.export_couches import to_geojson, to_gpkg

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def draw_telechargements(
    quoi: str,
    tableaux: Mapping[str, pd.DataFrame],
    sources: pd.DataFrame,
    couche: gpd.GeoDataFrame | None = None,
    libelle: str = "Télécharger",
) -> None:
    """Draw a row of download buttons.

    Parameters
    ----------
    quoi
        What is downloaded, for the file names.
    tableaux
        Sheets by name; the first one is also the CSV.
    sources
        The sources of all of it, as rows of the atlas' table.
    couche
        Outlines, where there are any, in any declared CRS.
    libelle
        What the row is called.
    """
    nom, premier = next(iter(tableaux.items()))
    fichiers = [
        ("CSV", "csv", "text/csv", partial(to_csv, premier)),
        ("Excel", "xlsx", _XLSX, partial(to_xlsx, tableaux, sources)),
    ]
    if couche is not None:
        fichiers += [
            ("GeoJSON", "geojson", "application/geo+json", partial(to_geojson, couche)),
            (
                "GeoPackage",
                "gpkg",
                "application/geopackage+sqlite3",
                partial(to_gpkg, {nom: couche}, sources),
            ),
        ]
    draw_boutons(quoi, fichiers, libelle)


def draw_boutons(
    quoi: str,
    fichiers: Iterable[tuple[str, str, str, Callable[[], bytes | str]]],
    libelle: str = "Télécharger",
) -> None:
    """Draw a row of buttons that make their file when they are clicked.

    Parameters
    ----------
    quoi
        What is downloaded, for the file names; with the extension, it also tells the buttons apart.
    fichiers
        Label, extension, media type and maker of each.
    libelle
        What the row is called.
    """
    jour = today()
    with st.container(horizontal=True, vertical_alignment="center", width="content"):
        st.markdown(f"{libelle} :", width="content")
        for genre, extension, mime, make in fichiers:
            st.download_button(
                genre,
                make,
                file_name=file_name(quoi, extension, jour),
                mime=mime,
                key=f"telecharger_{quoi}_{extension}",
                on_click="ignore",
                icon=":material/download:",
            )
