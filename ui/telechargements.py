"""Downloads of what a page shows: the one exporter, behind buttons that make the file on demand."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd
import streamlit as st

from geo.export import file_name, to_csv, to_geojson, to_gpkg, to_xlsx

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def draw_telechargements(
    quoi: str,
    tableaux: Mapping[str, pd.DataFrame],
    sources: pd.DataFrame,
    couche: gpd.GeoDataFrame | None = None,
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
    """
    jour = datetime.now(tz=ZoneInfo("Europe/Paris")).date()
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
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("Télécharger :", width="content")
        for libelle, extension, mime, make in fichiers:
            st.download_button(
                libelle,
                make,
                file_name=file_name(quoi, extension, jour),
                mime=mime,
                key=f"telecharger_{quoi}_{extension}",
                on_click="ignore",
                icon=":material/download:",
            )
