"""What is answered: formats, pages, what a GIS is told, and what is refused."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import validate

from rendu.api.adresses import CHEMIN
from rendu.api.parametres import PARAMETRES
from rendu.api.ressources import COLLECTIONS, RESSOURCES
from tests.rendu.api.demandes import RACINE, ask, read, read_csv

EXEMPLES = {
    "cpts": "cpts-luxeuil",
    "territoires": "cpts-luxeuil",
    "communes": "70311",
    "zones": "71076",
    "indicateurs": "densite",
    "versions": "0",
    "sources": "cog-2026",
}
ATLAS = []


@pytest.fixture(scope="module", autouse=True)
def _shared(atlas):
    """Lend the atlas to the property below, which takes no fixture."""
    ATLAS[:] = [atlas]


@pytest.fixture(scope="module")
def document(atlas):
    return read(atlas, "openapi.json")


def list_addresses():
    """List an address of each route, and the parameters that it cannot do without."""
    yield from ((chemin, {}) for chemin in ("", "conformance", "collections"))
    for nom in COLLECTIONS:
        yield from ((f"collections/{nom}", {}), (f"collections/{nom}/items", {"limit": 3}))
        yield f"collections/{nom}/items/{EXEMPLES[nom]}", {}
    for nom, ressource in RESSOURCES.items():
        if nom == "mesures":
            yield nom, {"territoire": "cpts:cpts-luxeuil,dep:70"}
            continue
        yield nom, {"limit": 3}
        if ressource.cle and nom != "versions":
            yield f"{nom}/{EXEMPLES[nom]}", {}
    yield "indicateurs/part_sans_medecin_traitant/valeurs", {"limit": 3}


def test_the_document_is_openapi(document):
    validate(document)
    assert document["servers"] == [{"url": f"{RACINE}{CHEMIN}"}]


def find_operation(document, chemin):
    for modele, operations in document["paths"].items():
        if re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(modele)), f"/{chemin}"):
            return operations["get"]
    return pytest.fail(chemin)


def test_each_answer_is_as_the_document_says(officiels):
    document = read(officiels, "openapi.json")
    for chemin, parametres in list_addresses():
        operation = find_operation(document, chemin)
        contenus = operation["responses"]["200"]["content"]
        formats = next(p for p in operation["parameters"] if p.get("name") == "f")["schema"]["enum"]
        for forme in formats:
            reponse = ask(officiels, chemin, f=forme, **parametres)
            media = reponse.media.partition(";")[0]
            assert reponse.statut == 200
            assert media in contenus
            if media.endswith("json"):
                schema = {**contenus[media]["schema"], "components": document["components"]}
                OAS30Validator(schema).validate(json.loads(reponse.corps))


def test_every_problem_is_said_with_its_remedy(atlas, document):
    reponse = ask(atlas, "cpts", dep="99", bbox="3,2,1", limit="0", inconnu="<b>", offset="-1")
    assert (reponse.statut, reponse.media) == (400, "application/problem+json")
    probleme = json.loads(reponse.corps)
    schema = {**document["components"]["schemas"]["Probleme"], "components": {}}
    Draft4Validator(schema).validate(probleme)
    assert [p["parametre"] for p in probleme["problemes"]] == [
        *("bbox", "dep", "inconnu", "limit", "offset"),
    ]
    assert all(p["message"] and p["remede"] for p in probleme["problemes"])
    for chemin, parametres in (
        ("mesures", {}),
        ("mesures", {"territoire": "cpts:cpts-luxeuil,dep:99"}),
        ("couverture", {"dep": "52"}),
        ("indicateurs/densite/valeurs", {"niveau": "canton"}),
        ("indicateurs/population_annoncee/valeurs", {"niveau": "epci"}),
        ("collections/territoires/items", {"datetime": "hier"}),
        ("collections/territoires/items", {"datetime": "2023-01-01/2022-01-01"}),
        *(
            ("zones", {"bbox": bbox})
            for bbox in (
                *("5,46,7", "1_0,46,12,48", "\uff15,46,7,48", " 5,46,7,48", "5,46,7,1e999"),
                *("5,46,nan,7,48,nan", "5,46,0,7,48,inf", "5,46,,7", "5,48,7,46", "5,46,181,48"),
            )
        ),
        ("zones", {"limit": "1_0"}),
        ("zones", {"offset": "\uff11"}),
        ("conformance", {"limit": "1"}),
        ("cpts", {"f": "xml"}),
        ("cpts", {"f": "html"}),
    ):
        assert ask(atlas, chemin, **parametres).statut == 400, (chemin, parametres)
    assert ask(atlas, "cpts", "image/png").statut == 406
    for chemin in (
        "rien",
        "cpts/rien",
        "collections/rien",
        "collections/zones/items/rien",
        "cpts/a/b",
    ):
        assert ask(atlas, chemin).statut == 404


@pytest.mark.parametrize(
    "texte",
    [
        *("2022-W18-5", "20220506", "2022-126", "2022-05-06T12:00", "2022-05-06T12:00:00"),
        *("2022-05-06 12:00:00Z", "2022-05-06T24:00:00Z", "2022-05-06T12:00:00+0200", "2022-02-30"),
        *(
            "2022-05-06T12:00:00 02:00",
            "2022-05-06T12:00:00+02:60",
            "\uff12022-05-06",
            "..",
            "../..",
            "",
        ),
        *("2022-05-06/2022-05-07/2022-05-08", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z"),
    ],
)
def test_a_time_that_rfc_3339_does_not_have_is_refused(atlas, texte):
    with pytest.raises(ValueError, match="RFC 3339"):
        PARAMETRES["datetime"].lire(texte, atlas)


@pytest.mark.parametrize(
    ("texte", "debut", "fin"),
    [
        ("2022-05-06", "2022-05-06", "2022-05-06"),
        # The day that it is then in France.
        ("2022-05-06T23:30:00-05:00", "2022-05-07", "2022-05-07"),
        ("2022-05-06t22:30:00.123456789z", "2022-05-07", "2022-05-07"),
        ("2022-05-06T00:30:00+02:00", "2022-05-06", "2022-05-06"),
        ("2016-12-31T23:59:60Z", "2017-01-01", "2017-01-01"),
        ("2021-01-01/2022-12-31T12:00:00Z", "2021-01-01", "2022-12-31"),
        ("../2022-12-31", None, "2022-12-31"),
        ("2021-01-01/", "2021-01-01", None),
    ],
)
def test_a_time_is_the_day_that_it_is_in_france(atlas, texte, debut, fin):
    lu = PARAMETRES["datetime"].lire(texte, atlas)
    assert [jour and jour.isoformat() for jour in lu] == [debut, fin]


@pytest.mark.parametrize(
    "accept",
    [
        *("application/vnd.oai.openapi+json;version=3.0", "application/vnd.oai.openapi+json"),
        *(
            "application/json",
            "text/json;q=0.1",
            "application/*",
            "*/*",
            "image/png, */*;q=0.1",
            "",
        ),
    ],
)
def test_whoever_takes_json_is_given_the_document(atlas, accept):
    reponse = ask(atlas, "openapi.json", accept)
    assert (reponse.statut, reponse.media) == (200, "application/vnd.oai.openapi+json;version=3.0")


def test_json_is_given_to_who_takes_another_kind_of_it(atlas):
    for chemin, accept, media in (
        ("collections", "application/geo+json", "application/json"),
        ("collections/zones/items", "application/json", "application/geo+json"),
        ("zones", "application/geo+json", "application/geo+json"),
        ("zones", "application/ld+json, text/csv;q=0.1", "text/csv; charset=utf-8; header=present"),
    ):
        assert ask(atlas, chemin, accept).media == media


noms = st.sampled_from([*PARAMETRES, "f", "é", "", "<script>"])
textes = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["70", "0", "1", "5,46,7,48", "..", "2022/", "cpts:cpts-luxeuil", "csv", "1e999", "nan"]
    ),
    st.lists(st.floats(), min_size=4, max_size=6).map(lambda f: ",".join(map(str, f))),
    st.integers().map(str),
)


@given(
    st.sampled_from(
        [
            *("", "cpts", "communes/70311", "couverture", "zones", "mesures", "versions", "<b>"),
            *("indicateurs/densite/valeurs", "collections/communes/items"),
        ]
    ),
    st.dictionaries(noms, textes, max_size=3),
    st.text(max_size=20),
)
def test_no_request_is_a_breakdown(chemin, parametres, accept):
    parametres.setdefault("limit", "2")
    assert ask(ATLAS[0], chemin, accept, **parametres).statut in (200, 400, 404, 406)


def test_pages_follow_one_another_and_lose_nothing(atlas):
    vus, adresse = [], f"{RACINE}{CHEMIN}/collections/territoires/items?limit=7&dep=21,70,25"
    while adresse:
        morceaux = urlsplit(adresse)
        assert adresse.startswith(f"{RACINE}{CHEMIN}/")
        chemin = morceaux.path.removeprefix(urlsplit(RACINE).path + CHEMIN + "/")
        page = read(atlas, chemin, **dict(parse_qsl(morceaux.query)))
        assert page["numberReturned"] == len(page["features"]) <= 7
        vus += [objet["id"] for objet in page["features"]]
        liens = {lien["rel"]: lien["href"] for lien in page["links"]}
        assert {"self", "alternate", "collection"} <= set(liens)
        adresse = liens.get("next")
    assert len(vus) == len(set(vus)) == page["numberMatched"]
    for rang in (1000, 9999999999, "9" * 1000):
        assert read(atlas, "cpts", offset=rang)["elements"] == []
    # More than the most is the most, and no mistake.
    for nombre in (999999999, 99999999999, "9" * 1000):
        assert read(atlas, "communes", limit=nombre)["nombre"] == len(atlas.communes)


def test_outlines_are_rfc_7946(atlas):
    for nom in COLLECTIONS:
        couche = read(atlas, f"collections/{nom}/items", limit=5000)
        for objet in couche["features"]:
            forme = shapely.geometry.shape(objet["geometry"])
            assert forme.is_valid
            assert all(partie.exterior.is_ccw for partie in forme.geoms)
            assert not any(trou.is_ccw for partie in forme.geoms for trou in partie.interiors)
        points = re.findall(
            r"-?\d+\.(\d+)", json.dumps([o["geometry"] for o in couche["features"]])
        )
        assert max(map(len, points)) <= 7
        ouest, sud, est, nord = couche["bbox"]
        assert -180 < ouest < est < 180
        assert -90 < sud < nord < 90


def test_a_rectangle_keeps_what_it_touches(atlas):
    vus = read(atlas, "collections/communes/items", bbox="6.36,47.80,6.40,47.83", limit=500)
    assert "70311" in {objet["id"] for objet in vus["features"]}
    assert vus["numberMatched"] < 30
    rectangle = shapely.box(6.36, 47.80, 6.40, 47.83)
    assert all(
        shapely.geometry.shape(objet["geometry"]).intersects(rectangle) for objet in vus["features"]
    )
    # Around the earth the other way: everywhere but there.
    autour = read(atlas, "collections/communes/items", bbox="6.40,-90,6.36,90", limit=1)
    assert len(atlas.communes) - 300 < autour["numberMatched"] < len(atlas.communes)


def test_a_time_keeps_the_stages_of_then_and_those_without_a_date(atlas):
    def dates(**parametres):
        objets = read(atlas, "collections/territoires/items", **parametres)["features"]
        return {o["id"]: (o["properties"]["date_min"], o["properties"]["date_max"]) for o in objets}

    tous, de_2022 = dates(), dates(datetime="2022-01-01/2022-12-31")
    assert "cpts-luxeuil" in de_2022
    attendus = {
        i
        for i, (debut, fin) in tous.items()
        if (fin is None or fin >= "2022-01-01") and (debut is None or debut <= "2022-12-31")
    }
    assert set(de_2022) == attendus < set(tous)
    assert dates(datetime="../2022-12-31").keys() >= attendus
    assert dates(datetime="2022-05-06T12:00:00Z").keys() <= attendus
    # Communes and zones have no date: none is left out.
    assert read(atlas, "collections/zones/items", datetime="1900-01-01")["numberMatched"] == 5


def test_what_is_published_of_a_version_is_not_who_made_it(copie, tmp_path, monkeypatch, atlas):
    from geo.importation.versions import Meta, open_depot  # noqa: PLC0415

    monkeypatch.setenv("CPTS_DATA_DIR", str(copie))
    monkeypatch.setenv("CPTS_VAR_DIR", str(tmp_path / "var"))
    depot = open_depot()
    depot.publish(depot.prepare({}), Meta("Anne Roux", "une note", "table.csv", 16, 1300, "ab12"))
    (anonyme,) = read(atlas, "versions")["elements"]
    assert (anonyme["numero"], anonyme["actuelle"], anonyme["cpts"]) == (1, True, 16)
    assert (
        anonyme["auteur"] is anonyme["note"] is anonyme["fichier"] is anonyme["empreinte"] is None
    )
    assert anonyme["date"]
    (vue,) = json.loads(ask(atlas, "versions", compte=True).corps)["elements"]
    assert (vue["auteur"], vue["note"], vue["fichier"]) == ("Anne Roux", "une note", "table.csv")
    assert vue["empreinte"] == "ab12"


def test_names_of_files_stay_inert(atlas):
    nom = '=HYPERLINK("http://evil.example";"<script>alert(1)</script>")'
    hostile = replace(atlas, fiches=atlas.fiches.assign(nom=nom))
    for ligne in read_csv(ask(hostile, "cpts", f="csv")):
        assert ligne["nom_cpts"] == f"'{nom}"
        assert ligne["sources"].startswith("«")
    for ligne in read_csv(ask(hostile, "mesures", territoire="cpts:cpts-luxeuil", f="csv")):
        assert ligne["nom"] == f"'{nom}"
    assert read(hostile, "cpts")["elements"][0]["nom_cpts"] == nom
    for page in (ask(atlas, "", "text/html"), ask(atlas, "doc")):
        assert page.media.startswith("text/html")
        lus = Balises()
        lus.feed(page.corps.decode())
        assert "script" not in lus.noms
        assert "lang" in lus.attributs
        assert all(adresse.startswith(f"{RACINE}/") for adresse in lus.liens)


class Balises(HTMLParser):
    """The tags of a page, and where its links lead."""

    def __init__(self):
        super().__init__()
        self.noms, self.attributs, self.liens = set(), set(), []

    def handle_starttag(self, tag, attrs):
        self.noms.add(tag)
        self.attributs |= {nom for nom, _ in attrs}
        self.liens += [valeur for nom, valeur in attrs if nom in ("href", "src")]


def test_csv_opens_in_french_excel_with_its_sources(atlas):
    reponse = ask(atlas, "indicateurs/densite/valeurs", f="csv", limit=2)
    assert reponse.corps.startswith(b"\xef\xbb\xbf")
    assert reponse.media == "text/csv; charset=utf-8; header=present"
    for ligne in read_csv(reponse):
        assert "INSEE" in ligne["sources"]
        assert ligne["date"] == "2023"


def test_made_up_data_say_so_everywhere(atlas):
    factice = replace(atlas, synthetique=True)
    for chemin in ("cpts", "couverture", "collections/zones/items", "communes/70311"):
        assert "SYNTHÉTIQUES" in read(factice, chemin)["avis"][0]


def test_conformance_is_what_is_kept_to(atlas):
    classes = read(atlas, "conformance")["conformsTo"]
    assert [c.rsplit("/", 1)[1] for c in classes] == ["core", "geojson", "oas30"]
    rels = {lien["rel"] for lien in read(atlas, "")["links"]}
    assert {"self", "service-desc", "service-doc", "conformance", "data"} <= rels
    for lien in read(atlas, "")["links"]:
        chemin = lien["href"].removeprefix(f"{RACINE}{CHEMIN}").lstrip("/").partition("?")[0]
        assert ask(atlas, chemin, lien["type"]).statut == 200, lien
    for couche in read(atlas, "collections")["collections"]:
        assert couche["extent"]["spatial"]["bbox"]
        assert "items" in {lien["rel"] for lien in couche["links"]}


@pytest.mark.parametrize("nom", RESSOURCES)
def test_every_row_with_sources_names_who_produces_it(atlas, nom):
    voulu = {"territoire": "dep:70"} if nom == "mesures" else {}
    for ligne in read(atlas, nom, limit=5, **voulu)["elements"]:
        assert bool(ligne.get("sources")) <= bool(ligne.get("producteur"))


def test_the_producers_of_a_row_are_those_of_its_sources(atlas):
    (commune,) = read(atlas, "communes", limit=1)["elements"]
    assert commune["producteur"] == "INSEE, DGCL, La Poste, IGN"
