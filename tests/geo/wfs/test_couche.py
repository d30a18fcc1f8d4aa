"""A layer is read whole, or refused in a sentence."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.couches.lecture import read_couche
from geo.erreurs import DonneesInvalides
from geo.wfs import couche
from geo.wfs.connexion import Reponse
from geo.wfs.couche import fetch_couche, list_couches
from geo.wfs.reponse import ServiceRefuse, read_document, read_page
from geo.wfs.xml import Illisible, read_xml
from tests.serveur_wfs import CRS, NOM, TITRE, make_objets


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch):
    monkeypatch.setattr(couche, "PAGE", 3)


def refusal(adresse, horloge, nom=NOM):
    with pytest.raises(DonneesInvalides) as refus:
        fetch_couche(adresse, nom, horloge=horloge)
    (probleme,) = refus.value.problemes
    return probleme


def test_the_layers_and_their_french_titles(servir, horloge):
    wfs = servir()
    assert list_couches(wfs.adresse, horloge=horloge) == ((NOM, TITRE), ("GCS:ARS", ""))
    assert wfs.demandes[0]["request"] == "GetCapabilities"


def test_pages_make_one_layer_with_its_system_and_its_progress(servir, horloge):
    wfs, etapes = servir(), []
    recue = fetch_couche(wfs.adresse, NOM, etapes.append, horloge=horloge)
    lue = json.loads(recue.contenu)
    assert (lue["features"], lue["crs"], lue["name"]) == (wfs.objets, CRS, NOM)
    assert (recue.objets, recue.total_dit) == (7, True)
    assert etapes[1:] == ["3 objets sur 7", "6 objets sur 7", "7 objets sur 7"]
    assert [d.get("startIndex") for d in wfs.features()] == [None, "3", "6"]


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 12), st.integers(1, 5))
def test_whatever_the_pages_the_layer_is_the_same(servir, nombre, page_max):
    wfs = servir(objets=make_objets(nombre), page_max=page_max)
    assert json.loads(fetch_couche(wfs.adresse, NOM).contenu)["features"] == wfs.objets


def test_coordinates_and_texts_come_as_they_were(servir, horloge):
    (objet,) = make_objets(1)
    objet["geometry"]["coordinates"][0][0] = [841_234.123456789, 6_789_012.1, 1e-7]
    objet["properties"] = {"nom": "L'Haÿ 𝒳 \u2028 \x00", "n": 12345678901234567890, "v": None}
    wfs = servir(objets=[objet], crs=None)
    assert json.loads(fetch_couche(wfs.adresse, NOM, horloge=horloge).contenu) == {
        "type": "FeatureCollection",
        "name": NOM,
        "features": [objet],
    }


def test_a_service_that_does_not_say_how_many_is_read_to_an_empty_page(servir, horloge):
    wfs, etapes = servir(defauts={None: "sans_total"}), []
    recue = fetch_couche(wfs.adresse, NOM, etapes.append, horloge=horloge)
    assert (recue.objets, recue.total_dit) == (7, False)
    assert [d.get("startIndex") for d in wfs.features()] == [None, "3", "6", "7"]
    assert etapes[1] == "3 objets"


def test_an_empty_page_after_a_full_one_proves_nothing_without_a_total(servir, horloge):
    recue = fetch_couche(servir(defauts={None: "total_plafonne"}).adresse, NOM, horloge=horloge)
    assert (recue.objets, recue.total_dit) == (3, False)


@pytest.mark.parametrize(
    ("nombre", "rangs"), [(2, [None]), (3, [None, "3"]), (6, [None, "3", "6"])]
)
def test_after_a_full_page_one_more_is_asked_for(servir, horloge, nombre, rangs):
    wfs = servir(objets=make_objets(nombre))
    assert fetch_couche(wfs.adresse, NOM, horloge=horloge).objets == nombre
    assert [d.get("startIndex") for d in wfs.features()] == rangs


def test_a_total_that_is_what_a_page_has_is_not_believed(servir, horloge):
    wfs = servir(defauts={None: "total_rendu"})
    probleme = refusal(wfs.adresse, horloge)
    assert (probleme.identifiant, len(wfs.features())) == ("wfs_incomplet", 2)
    assert "6 objets reçus sur 3" in probleme.message


@pytest.mark.parametrize("defaut", ["total_en_texte", "deux_totaux"])
def test_a_total_is_read_however_it_is_written_and_of_two_the_greater(servir, horloge, defaut):
    wfs = servir(defauts={None: defaut})
    assert fetch_couche(wfs.adresse, NOM, horloge=horloge).objets == 7
    assert len(wfs.features()) == 3


@pytest.mark.parametrize("nom", ["numberMatched", "totalFeatures", "numberReturned"])
@pytest.mark.parametrize(
    "faux",
    ["-1", "true", "1.5", '"-1"', '"beaucoup"', '""', "[1]", "{}", f'"{"9" * 5000}"', "1e400"],
)
def test_a_number_of_features_that_is_none_is_refused(nom, faux):
    contenu = f'{{"type":"FeatureCollection","features":[],"{nom}":{faux}}}'.encode()
    with pytest.raises(DonneesInvalides, match="n'est pas un nombre d'objets"):
        read_page(Reponse(200, "", "", contenu), "WFS")


@pytest.mark.parametrize("inconnu", ["null", '"unknown"', '"Unknown"'])
def test_a_number_of_features_may_be_unknown(inconnu):
    contenu = f'{{"type":"FeatureCollection","features":[],"numberMatched":{inconnu}}}'.encode()
    assert read_page(Reponse(200, "", "", contenu), "WFS").total is None


@pytest.mark.parametrize(
    ("contenu", "nom"),
    [
        ('{"type":"FeatureCollection","numberMatched":99,"features":[],"numberMatched":1}', "numberMatched"),
        ('{"type":"FeatureCollection","features":[%s],"features":[]}', "features"),
        ('{"type":"FeatureCollection","crs":null,"crs":{"type":"name"},"features":[]}', "crs"),
        ('{"type":"FeatureCollection","features":[{"id":1,"id":2,%s]}', "id"),
        ('{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":{"n":1,"n":2}}]}', "n"),
    ],
    ids=["total", "objets", "crs", "identifiant", "attribut"],
)  # fmt: skip
def test_what_is_said_twice_is_refused(contenu, nom):
    objet = '"type":"Feature","geometry":null,"properties":{}}'
    contenu = contenu.replace("[%s]", f"[{{{objet}]").replace("%s", objet)
    with pytest.raises(DonneesInvalides) as refus:
        read_page(Reponse(200, "", "", contenu.encode()), "WFS")
    assert f"deux fois « {nom} »" in refus.value.problemes[0].message


@pytest.mark.parametrize(
    ("defaut", "demandes"),
    [
        # The second page is the first again; then all at once.
        ("sans_page", 3),
        ("meme_page", 3),
        ("meme_page_sans_id", 3),
        ("sans_cle", 3),
    ],
)
def test_a_service_without_usable_pages_gives_the_layer_at_once(servir, horloge, defaut, demandes):
    wfs = servir(defauts={None: defaut})
    assert fetch_couche(wfs.adresse, NOM, horloge=horloge).objets == 7
    assert len(wfs.features()) == demandes
    assert not {"count", "startIndex"} & set(wfs.features()[-1])


def test_a_layer_without_a_key_that_holds_in_a_page_asks_for_no_rank(servir, horloge):
    wfs = servir(objets=make_objets(2), defauts={None: "sans_cle"})
    assert fetch_couche(wfs.adresse, NOM, horloge=horloge).objets == 2
    assert len(wfs.features()) == 1


def test_equal_features_of_the_layer_itself_are_kept(servir, horloge):
    objets = make_objets(4)
    objets[3] = objets[0] | {"id": "AMBU_CPTS.3"}
    wfs = servir(objets=objets)
    assert fetch_couche(wfs.adresse, NOM, horloge=horloge).objets == 4


@pytest.mark.parametrize(
    ("defauts", "dite"),
    [
        ({1: "autre_total"}, "a changé pendant la lecture (7 objets, puis 8)"),
        ({1: "autre_crs"}, "système de coordonnées"),
        ({1: "vide_au_milieu"}, "3 objets reçus sur 7"),
        ({None: "autre_total"}, "7 objets reçus sur 8"),
        ({0: "compte_faux"}, "annonce 100 objets"),
        ({1: "sans_total", 0: "sans_total", 2: "meme_page", None: "sans_total"}, "a changé"),
    ],
)
def test_half_a_layer_is_refused(servir, horloge, defauts, dite):
    wfs = servir(defauts=defauts)
    probleme = refusal(wfs.adresse, horloge)
    assert dite in probleme.message.replace("\u202f", " ")
    assert probleme.identifiant == "wfs_incomplet"


def test_at_once_the_number_must_be_known_and_each_feature_come_once(servir, horloge):
    wfs = servir(defauts={1: "exception", None: "sans_total"})
    assert "ne dit pas combien" in refusal(wfs.adresse, horloge).message
    wfs = servir(objets=[*make_objets(4), *make_objets(4)])
    assert "même identifiant" in refusal(wfs.adresse, horloge).message


@pytest.mark.parametrize(
    ("defaut", "dite"),
    [
        ("html", "une page web (« Connexion à Santégraphie »)"),
        ("exception", "« Feature type inconnu »"),
        ("exception_200", "« Feature type inconnu »"),
        ("gml", "GML"),
        ("autre_json", "pas une couche"),
        ("pas_json", "GeoJSON lisible"),
        ("infini", "GeoJSON lisible"),
        ("profond", "GeoJSON lisible"),
        ("interdit", "mot de passe"),
        ("absent", "rien à cette adresse"),
        ("immense", "plus d'objets que la limite"),
        ("autre_codage", "codage"),
        ("entites", "autre chose que du XML"),
    ],
)
@pytest.mark.parametrize("rang", [0, 1])
def test_what_came_instead_is_said(servir, horloge, defaut, dite, rang):
    # A refusal of a page may be of pages alone: it is told once the whole is refused too.
    autres = {2: defaut} if defaut.startswith("exception") else {}
    wfs = servir(defauts={rang: defaut, **autres})
    assert dite in refusal(wfs.adresse, horloge).message


def test_an_empty_layer_and_one_that_is_not_there(servir, horloge):
    wfs = servir(objets=[])
    assert "vide" in refusal(wfs.adresse, horloge).message
    assert "Could not find GCS:AUTRE" in refusal(wfs.adresse, horloge, "GCS:AUTRE").message


@pytest.mark.parametrize("nom", ["", "a,b", "(a)(b)", "a b", "a&count=1", "a\n", "a" * 201])
def test_a_name_of_several_layers_is_none(servir, horloge, nom):
    wfs = servir()
    assert refusal(wfs.adresse, horloge, nom).identifiant == "wfs_adresse"
    assert wfs.demandes == []


@pytest.mark.parametrize(
    ("defaut", "dite"), [("html", "page web"), ("exception", "inconnu"), ("bien", "")]
)
def test_the_list_says_what_came_instead(servir, horloge, defaut, dite):
    wfs = servir(defauts={-1: defaut})
    if dite:
        with pytest.raises(DonneesInvalides, match=dite):
            list_couches(wfs.adresse, horloge=horloge)
    else:
        assert len(list_couches(wfs.adresse, horloge=horloge)) == 2


def test_no_entity_is_ever_declared():
    bombe = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    for contenu in (bombe, b'<!DOCTYPE x SYSTEM "http://exemple.invalid/x.dtd"><x/>', b"<x>" * 100):
        with pytest.raises(Illisible):
            read_xml(contenu)


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_answer_is_a_traceback(contenu):
    for statut in (200, 400, 503):
        reponse = Reponse(statut, "text/html", "", contenu)
        for lire in (read_page, read_document):
            with pytest.raises((DonneesInvalides, ServiceRefuse)):
                raise_empty(lire(reponse, "WFS"))


def raise_empty(lue):
    """Few bytes may be a document, of no layer."""
    assert not getattr(lue, "couches", None)
    raise ServiceRefuse


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=5), lambda e: st.lists(e, max_size=3) | st.dictionaries(st.sampled_from(["type", "features", "geometry", "properties", "id", "crs", "numberMatched"]), e | st.sampled_from(["Feature", "FeatureCollection"]), max_size=7), max_leaves=20))  # fmt: skip
def test_no_json_is_a_traceback(valeur):
    reponse = Reponse(200, "application/json", "", json.dumps(valeur).encode())
    try:
        page = read_page(reponse, "WFS")
    except DonneesInvalides:
        return
    assert json.loads(b"[" + b",".join(objet.octets for objet in page.objets) + b"]") is not None


def test_what_is_fetched_is_read_as_a_layer_in_its_own_system(servir, horloge):
    objets = make_objets(7)
    for rang, objet in enumerate(objets):
        x, y = 930_000 + 1_000 * rang, 6_740_000
        objet["geometry"]["coordinates"] = [
            [[x, y], [x + 900, y], [x + 900, y + 900], [x, y + 900], [x, y]]
        ]
    recue = fetch_couche(servir(objets=objets).adresse, NOM, horloge=horloge)
    lue = read_couche([("GCS_AMBU_CPTS.geojson", recue.contenu)])
    assert (lue.epsg, len(lue.polygones)) == (2154, 7)
    assert lue.polygones.geometry.area.tolist() == pytest.approx([810_000.0] * 7)
    assert list(lue.polygones["cpts"]) == [f"CPTS n° {rang}" for rang in range(7)]
