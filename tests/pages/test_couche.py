"""The import of a layer on the page of the data, without a browser: read, given, decided, put in use, recalled."""

import io

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from streamlit.testing.v1 import AppTest

from geo.chargement import load
from geo.importation.versions import open_depot
from tests.geo.dessin import KM, X0, Y0, A, C, D
from tests.pages.test_donnees import dessin, make_table, put_in_use, texts, widget  # noqa: F401
from tests.pages.test_donnees import open_donnees as open_page

pytestmark = pytest.mark.usefixtures("versions_a_part", "dessin")

COUCHE = 1


def make_layer(**formes: tuple[float, float, float, float]) -> bytes:
    """Write rectangles, in sides of commune of the drawing, as GeoJSON in degrees."""
    rectangles = [
        shapely.box(X0 + x0 * KM, Y0 + y0 * KM, X0 + x1 * KM, Y0 + y1 * KM)
        for x0, y0, x1, y1 in formes.values()
    ]
    noms = [f"CPTS {nom.capitalize()}" for nom in formes]
    couche = gpd.GeoDataFrame(
        {"nom_cpts": noms, "statut": "ACI signé", "courriel": "a@exemple.fr"},
        geometry=rectangles,
        crs=2154,
    )
    octets = io.BytesIO()
    couche.to_crs(4326).to_file(octets, driver="GeoJSON")
    return octets.getvalue()


# Nord has a, b and a third of d; Sud has c and the rest of d.
DEUX = {"nord": (0, 0, 1, 2), "sud": (1, 0, 2, 1)}
PARTAGE = DEUX | {"ouest": (1, 1, 1.4, 2), "est": (1.4, 1, 2, 2)}


def open_couche(contenu: bytes, nom: str = "couche_synthetique.geojson") -> AppTest:
    app = open_page()
    app.file_uploader[COUCHE].set_value([(nom, contenu, "application/json")])
    app.run()
    assert not app.exception
    return app


def test_a_layer_is_read_given_and_its_contacts_left():
    app = open_couche(make_layer(**DEUX))
    texte = texts(app)
    assert "2 formes, 2 CPTS, projection EPSG:4326" in texte
    assert "2 CPTS, 3 communes" in texte
    assert "« courriel »" in texte
    assert "exemple.fr" not in texte


def test_a_commune_between_two_is_split_then_decided_then_put_in_use_and_recalled():
    app = open_couche(make_layer(**PARTAGE))
    assert "1 commune à regarder" in texts(app)
    widget(app.selectbox, f"Décision pour Commune {D}").set_value("partagee").run()
    assert "dont 1 partagée" in texts(app)
    put_in_use(app)
    dossier = open_depot().actuel()
    table = pd.read_csv(dossier / "cpts.csv", dtype="str")
    parts = table[table["code_commune"] == D].set_index("cpts_id")["part_pct"].astype(float)
    assert parts.to_dict() == pytest.approx({"cpts-ouest": 40.0, "cpts-est": 60.0}, abs=0.02)
    atlas = load(dossier)
    populations = atlas.territoires["population"]
    assert populations["cpts-ouest"] == 320
    # Of the layer, and what the atlas knew of it in a department that the layer does not touch.
    assert populations["cpts-est"] == 480 + 50
    suite = open_couche(make_layer(**PARTAGE))
    assert "1 décision de la version en usage reprise" in texts(suite)
    assert "1 décidée à la main" in texts(suite)


def test_the_threshold_says_what_it_changes_and_the_town_hall_may_decide():
    app = open_couche(make_layer(nord=(0, 0, 1.45, 1), sud=(1.45, 0, 2, 1)))
    assert "trop peu" not in texts(app)
    widget(app.slider, "Une commune appartient").set_value(60).run()
    assert "À 60 %, 1 commune change par rapport à 50 %" in texts(app)
    assert "dont 1 partagée" in texts(app)
    widget(app.radio, "Compter la part").set_value("mairie").run()
    assert "2 CPTS, 2 communes**." in texts(app)


def test_what_is_dropped_in_the_place_of_the_other_is_sent_there():
    table = make_table((A, "CPTS A"), (C, "CPTS A"))
    assert "se dépose dans l'onglet « Importer »" in texts(open_couche(table, "a.csv"))
    app = open_page(("couche.geojson", make_layer(**DEUX)))
    assert "onglet « Importer une couche »" in texts(app)


def test_a_layer_of_elsewhere_is_refused():
    app = open_couche(make_layer(loin=(40, 40, 41, 41)))
    assert "aucun polygone ne touche une commune connue" in texts(app)
