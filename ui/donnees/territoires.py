"""The territories of the atlas as a layer, for who works with a geographic information system."""

from functools import partial

import streamlit as st

from geo.atlas import Atlas
from geo.couche_cpts import write_geojson, write_gpkg, write_shapefile
from rendu.mots.francais import count_noun
from ui.commun.telechargements import draw_boutons


def draw_territoires(atlas: Atlas) -> None:
    """Draw the place where the layer of the drawn CPTS is downloaded, in three formats."""
    st.header("Les territoires, pour un SIG", anchor=False)
    st.markdown(
        f"{count_noun(len(atlas.territoires), 'territoire', 'territoires')} : contours exacts, nom, étape, dates, départements, "
        "population, confiance et sources. Une telle couche se relit dans l'atlas."
    )
    draw_boutons(
        "territoires",
        [
            ("GeoJSON", "geojson", "application/geo+json", partial(write_geojson, atlas)),
            ("GeoPackage", "gpkg", "application/geopackage+sqlite3", partial(write_gpkg, atlas)),
            ("Shapefile", "zip", "application/zip", partial(write_shapefile, atlas)),
        ],
        "Télécharger la couche",
    )
    st.caption(
        "GeoPackage : pour QGIS ou ArcGIS, tout y est, en Lambert 93. GeoJSON : pour une carte en ligne, en degrés. Shapefile : pour "
        "un logiciel qui ne lit que lui ; ses champs abrégés sont expliqués dans le fichier LISEZ-MOI.txt de l'archive. Un périmètre "
        "indicatif (champ « indicatif ») est une reconstitution."
    )
