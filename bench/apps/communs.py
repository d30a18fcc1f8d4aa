"""What the compared pages share: imports, tuning, choices and the map of the usual way.

The project's own modules are imported here, though unused, because a page pays for what its process has
loaded; and what was loaded is put out of the garbage collector's reach, as the application does.
"""

import gc

import folium
import geopandas as gpd
import pandas as pd
from streamlit_folium import st_folium

import rendu.carte.coloration
import rendu.carte.couches
import rendu.carte.vue  # noqa: F401 - as the application
from geo.indicateurs.declarations import LIVRES, load_registre
from ui.commun.atlas import data_dir

M2_PER_KM2 = 1e6
INDICATEURS, _ = load_registre(LIVRES, ("population", "surface_km2"))
CHOIX = {nom: INDICATEURS[nom].libelle_court for nom in ("population", "densite")}

gc.collect()
gc.freeze()


def read_communes() -> gpd.GeoDataFrame:
    """Read the communes, in EPSG:4326."""
    return gpd.read_file(data_dir() / "communes.geojson")


def dissolve_territoires(communes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Merge and dissolve, as one writes it first.

    Parameters
    ----------
    communes
        As returned by :func:`read_communes`.

    Returns
    -------
    GeoDataFrame
        ``cpts_id``, ``nom``, ``population``, ``densite`` (per km²), outlines in EPSG:4326.
    """
    adhesions = pd.read_csv(data_dir() / "cpts.csv", dtype=str)
    fiches = pd.read_csv(data_dir() / "cpts_fiches.csv", dtype=str)
    membres = communes.merge(adhesions, on="code_commune")
    territoires = membres.dissolve(by="cpts_id", aggfunc={"population": "sum"}).reset_index()
    territoires = territoires.merge(fiches[["cpts_id", "nom"]], on="cpts_id")
    surface_km2 = territoires.to_crs(2154).area / M2_PER_KM2
    return territoires.assign(densite=territoires["population"] / surface_km2)


def draw_choroplethe(
    territoires: gpd.GeoDataFrame, indicateur: str, fond: gpd.GeoDataFrame | None = None
) -> None:
    """Draw the map anew: a choropleth, a layer for the tooltips, ``st_folium``.

    Parameters
    ----------
    territoires
        As returned by :func:`dissolve_territoires`.
    indicateur
        The column that gives the colours.
    fond
        Communes to draw below, with their names.
    """
    carte = folium.Map(location=(47.2, 5.0), zoom_start=8, tiles=None)
    if fond is not None:
        folium.GeoJson(
            fond[["nom", "geometry"]],
            style_function=lambda _: {"color": "#ffffff", "weight": 0.6, "fillColor": "#f0f0f0"},
            tooltip=folium.GeoJsonTooltip(["nom"], labels=False),
        ).add_to(carte)
    folium.Choropleth(
        geo_data=territoires,
        data=territoires,
        columns=["cpts_id", indicateur],
        key_on="feature.properties.cpts_id",
        fill_color="BuPu",
        fill_opacity=0.85,
        legend_name=CHOIX[indicateur],
    ).add_to(carte)
    folium.GeoJson(
        territoires,
        style_function=lambda _: {"fillOpacity": 0, "weight": 0},
        tooltip=folium.GeoJsonTooltip(["nom", indicateur], aliases=["CPTS", CHOIX[indicateur]]),
    ).add_to(carte)
    st_folium(
        carte,
        key="carte",
        height=450,
        use_container_width=True,
        returned_objects=["last_active_drawing"],
    )
