"""EPCI exported at full precision come back as the same communes, all of them, in every format and projection."""

import geopandas as gpd
import pytest

from geo.couche_cpts import FORMATS as NOS_FORMATS
from geo.couches.attribution import COMPTES, Regle
from geo.couches.lecture import Demande
from geo.couches.service import lay, read, split
from geo.formes.territoires import dissolve
from tests.geo.couches.fabrique import EN_DEGRES, FORMATS, write_couche

# WGS 84, Lambert 93, Web Mercator, and the conic zones of the region.
PROJECTIONS = (4326, 2154, 3857, 3946, 3947)
COMBINAISONS = [
    (extension, epsg)
    for extension in FORMATS
    for epsg in (PROJECTIONS[:1] if extension in EN_DEGRES else PROJECTIONS)
]


def make_epci(communes):
    """Return the EPCI as CPTS, and the pairs of name and commune that are expected back."""
    membres = communes.dropna(subset=["siren_epci"])
    # Two departments may have EPCI of one name.
    noms = "CPTS " + membres["nom_epci"] + " " + membres["siren_epci"]
    formes = dissolve(membres, noms)
    couche = gpd.GeoDataFrame({"nom": formes.index}, geometry=formes.to_numpy(), crs=formes.crs)
    return couche, set(zip(noms, membres.index, strict=True))


def bring_back(fichiers, atlas, **regle):
    """Return the pairs that a layer gives, each with its share, and what is to be looked at."""
    decoupage = split(lay(read(fichiers, Demande(), atlas), atlas), Regle(**regle))
    table = decoupage.attribution.adhesions
    paires = zip(table["cpts"], table["code_commune"], strict=True)
    return dict(zip(paires, table["part"], strict=True)), decoupage.attribution.cas


@pytest.mark.parametrize(("extension", "epsg"), COMBINAISONS)
def test_a_department_comes_back(atlas, extension, epsg):
    couche, attendues = make_epci(atlas.communes[atlas.communes["code_departement"] == "90"])
    lues, cas = bring_back(write_couche(couche.to_crs(epsg), extension), atlas)
    assert lues == dict.fromkeys(attendues, 1.0)
    assert cas == ()


@pytest.mark.parametrize(("extension", "epsg"), [("gpkg", 2154), ("geojson", 4326), ("zip", 3946)])
def test_the_region_comes_back(atlas, extension, epsg):
    couche, attendues = make_epci(atlas.communes)
    lues, cas = bring_back(write_couche(couche.to_crs(epsg), extension), atlas)
    assert lues == dict.fromkeys(attendues, 1.0)
    assert cas == ()


@pytest.mark.parametrize("compter", COMPTES)
def test_whatever_is_counted(atlas, compter):
    couche, attendues = make_epci(atlas.communes[atlas.communes["code_departement"] == "25"])
    lues, _ = bring_back(write_couche(couche, "parquet"), atlas, compter=compter, seuil_pct=95)
    assert lues == dict.fromkeys(attendues, 1.0)


@pytest.mark.parametrize("extension", NOS_FORMATS)
def test_our_own_layer_comes_back(atlas, extension):
    noms = atlas.fiches["nom"]
    adhesions = atlas.adhesions
    attendues = set(zip(noms[adhesions["cpts_id"]], adhesions["code_commune"], strict=True))
    octets = NOS_FORMATS[extension](atlas)
    lues, _ = bring_back([(f"territoires.{extension}", octets)], atlas)
    assert lues == dict.fromkeys(attendues, 1.0)
