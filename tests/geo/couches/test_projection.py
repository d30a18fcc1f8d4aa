"""In which projection a layer is: said, guessed, or wrong; its axes as they should be or swapped."""

import geopandas as gpd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from geo.couches.lecture import Demande, read_couche
from geo.couches.projection import CANDIDATS
from geo.erreurs import DonneesInvalides
from tests.geo.couches.fabrique import (
    CARRES,
    REPERE,
    make_couche,
    move,
    write_couche,
    write_geojson,
)

ATTENDU = gpd.GeoSeries(CARRES, crs=4326).to_crs(2154)
# Its numbers in Web Mercator fall in Gascony in Lambert 93.
REIMS = [shapely.box(4, 49.2, 4.1, 49.3)]
# ESRI writes no EPSG code: what ArcGIS puts in the .prj of Lambert 93.
PRJ_ESRI = (
    b'PROJCS["RGF_1993_Lambert_93",GEOGCS["GCS_RGF_1993",DATUM["D_RGF_1993",SPHEROID["GRS_1980",6378137.0,298.257222101]],'
    b'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Lambert_Conformal_Conic"],'
    b'PARAMETER["False_Easting",700000.0],PARAMETER["False_Northing",6600000.0],PARAMETER["Central_Meridian",3.0],'
    b'PARAMETER["Standard_Parallel_1",44.0],PARAMETER["Standard_Parallel_2",49.0],PARAMETER["Latitude_Of_Origin",46.5],UNIT["Meter",1.0]]'
)


def shapefile(formes, prj=b""):
    parties = write_couche(
        gpd.GeoDataFrame({"nom": [f"CPTS {r}" for r in range(len(formes))]}, geometry=formes), "shp"
    )
    return [
        *[(n, c) for n, c in parties if not n.endswith("prj")],
        *([("couche.prj", prj)] if prj else []),
    ]


def says(lue):
    return {remarque.identifiant for remarque in lue.remarques}


def refuse(fichiers, demande=None, communes=None):
    with pytest.raises(DonneesInvalides) as erreur:
        read_couche(fichiers, demande or Demande(), communes)
    [probleme] = erreur.value.problemes
    return probleme.identifiant, probleme.message


def is_there(lue, tolerance=0.1):
    return all(
        shapely.equals_exact(
            shapely.normalize(lue.polygones.geometry.to_numpy()),
            ATTENDU.normalize().to_numpy(),
            tolerance,
        )
    )


@pytest.mark.parametrize("swap", [False, True])
# The squares are near 47° of latitude: within the zones of CC46 to CC48.
@pytest.mark.parametrize("epsg", [4326, 2154, 3857, 3946, 3947, 3948])
def test_a_missing_projection_is_guessed_and_told(epsg, swap):
    lue = read_couche(shapefile(move(CARRES, epsg, swap=swap)))
    assert (is_there(lue), lue.epsg, lue.crs_dit) == (True, epsg, "")
    assert says(lue) == {"projection_devinee"} | ({"axes_inverses"} if swap else set())


@settings(max_examples=40, deadline=None)
@given(
    lon=st.floats(-1.2, 6.8), lat=st.floats(43.8, 48.8), epsg=st.sampled_from(CANDIDATS), swap=st.booleans()
)  # fmt: skip
def test_a_guess_is_right_or_asked_for(lon, lat, epsg, swap):
    if epsg in CANDIDATS[3:] and abs(epsg - 3900 - lat) > 1.4:
        return
    forme = shapely.box(lon, lat, lon + 0.1, lat + 0.1)
    try:
        lue = read_couche([("c.geojson", write_geojson(move([forme], epsg, swap=swap)))])
    except DonneesInvalides as erreur:
        assert [p.identifiant for p in erreur.problemes] == ["projection_inconnue"]  # noqa: PT017 - or not
        assert epsg in {2154, 3857}
    else:
        if epsg not in {2154, 3857} or lue.epsg == epsg:
            assert lue.polygones.geometry[0].equals_exact(move([forme], 2154)[0], 0.1)


@pytest.mark.parametrize("epsg", [2154, 3857, 3947])
def test_a_geojson_in_metres_is_not_in_degrees(epsg):
    lue = read_couche([("c.geojson", write_geojson(move(CARRES, epsg)))])
    assert (is_there(lue), lue.epsg, says(lue)) == (True, epsg, {"projection_fausse"})


def test_a_projection_that_is_said_and_wrong_is_told():
    lue = read_couche(shapefile(CARRES, PRJ_ESRI))
    assert (is_there(lue), lue.epsg, lue.crs_dit) == (True, 4326, "Lambert 93, EPSG:2154")
    assert says(lue) == {"projection_fausse"}


@pytest.mark.parametrize("prj", [PRJ_ESRI[:40], b"\xff\xff", b'LOCAL_CS["Undefined"]'])
def test_a_projection_that_cannot_be_read_is_told_and_another_taken(prj):
    lue = read_couche(shapefile(move(CARRES, 2154), prj))
    assert (is_there(lue), lue.epsg, says(lue)) == (True, 2154, {"projection_fausse"})
    assert "illisible" in lue.remarques[0].message


@pytest.mark.parametrize("epsg", [4326, 2154, 3857, 3947])
def test_swapped_axes_are_put_in_order(epsg):
    octets = write_geojson(move(CARRES, epsg, swap=True), crs=REPERE.format(epsg))
    lue = read_couche([("c.geojson", octets)])
    assert (is_there(lue), lue.epsg, says(lue)) == (True, epsg, {"axes_inverses"})


def test_the_words_of_esri_are_lambert_93():
    lue = read_couche(shapefile(move(CARRES, 2154), PRJ_ESRI))
    assert (is_there(lue), lue.epsg, says(lue)) == (True, 2154, set())


@pytest.mark.parametrize("epsg", [27572, 32631, 3035, 4171, 3942])
def test_any_projection_that_is_said_is_followed(epsg):
    lue = read_couche(write_couche(make_couche(crs=epsg), "gpkg"))
    # NTF is brought to RGF93 by three parameters here: a few metres.
    assert is_there(lue, 5 if epsg == 27572 else 0.1)
    assert (lue.epsg, says(lue)) == (epsg, set())


def test_what_falls_in_france_twice_is_settled_by_the_communes_or_asked_for():
    octets = [("c.geojson", write_geojson(move(REIMS, 3857)))]
    identifiant, message = refuse(octets)
    assert (identifiant, "EPSG:2154" in message, "EPSG:3857" in message) == (
        "projection_inconnue",
        True,
        True,
    )
    communes = gpd.GeoDataFrame(geometry=[shapely.box(3.9, 49, 4.2, 49.4)], crs=4326).to_crs(2154)
    assert read_couche(octets, Demande(), communes).epsg == 3857
    # None of the two is there.
    ailleurs = gpd.GeoDataFrame(geometry=[CARRES[0]], crs=4326).to_crs(2154)
    assert refuse(octets, communes=ailleurs)[0] == "projection_inconnue"


def test_the_planner_has_the_last_word_on_the_projection():
    octets = [("c.geojson", write_geojson(move(REIMS, 3857)))]
    lue = read_couche(octets, Demande(epsg=3857))
    assert (lue.epsg, says(lue)) == (3857, set())
    assert lue.polygones.geometry[0].equals_exact(move(REIMS, 2154)[0], 0.1)
    assert says(
        read_couche(
            [("c.geojson", write_geojson(move(CARRES, 2154, swap=True)))], Demande(epsg=2154)
        )
    ) == {"axes_inverses"}
    assert refuse(octets, Demande(epsg=3950))[0] == "hors_de_france"
    for code in (99_999, -1, 5773, 4978):
        assert refuse(octets, Demande(epsg=code))[0] == "epsg_inconnu"


def test_what_is_not_in_metropolitan_france_is_left_aside_or_refused():
    reunion = shapely.box(55.4, -21, 55.5, -20.9)
    lue = read_couche([("c.geojson", write_geojson([*CARRES, reunion]))])
    assert (is_there(lue), says(lue)) == (True, {"hors_metropole"})
    assert refuse([("c.geojson", write_geojson([reunion]))])[0] == "hors_metropole"
    assert (
        refuse([("c.geojson", write_geojson([shapely.box(-0.2, 51.4, 0, 51.6)]))])[0]
        == "projection_inconnue"
    )


@pytest.mark.parametrize("epsg", [4326, 2154, 3857])
def test_a_shape_is_where_its_largest_part_is(epsg):
    france = shapely.MultiPolygon(
        [
            shapely.box(-52.5, 4, -52, 5),
            shapely.box(1, 45, 5, 48),
            shapely.box(55.4, -21, 55.5, -20.9),
        ]
    )
    octets = write_geojson(move([france], epsg), crs=REPERE.format(epsg))
    lue = read_couche([("c.geojson", octets)])
    assert (lue.epsg, says(lue)) == (epsg, set())
    assert len(lue.polygones.geometry[0].geoms) == 3


@pytest.mark.parametrize(
    "nom",
    ["unknown", "unnamed", "Unknown based on GRS 1980 ellipsoid", "User_Defined", "custom", ""],
)
def test_a_projection_without_a_name_is_said_in_french(nom):
    prj = CRS(
        "+proj=lcc +lat_1=44.5 +lat_2=49.5 +lat_0=46 +lon_0=4 +x_0=1 +y_0=2 +ellps=GRS80"
    ).to_wkt("WKT1_ESRI")
    prj = prj.replace(f'PROJCS["{CRS(prj).name}"', f'PROJCS["{nom}"', 1)
    lue = read_couche(shapefile(move(CARRES, CRS(prj).to_wkt()), prj.encode()))
    assert lue.crs_dit == "une projection sans nom"
    fausse = read_couche(shapefile(move(CARRES, 2154), prj.encode()))
    assert "la couche dit une projection sans nom, où" in fausse.remarques[0].message
