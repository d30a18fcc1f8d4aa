"""Whole requests to the API, behind the door: what is kept, who is let in, how often."""

import gzip
import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from streamlit import config

from geo.base.connexion import open_base
from geo.base.jetons import create_jeton, list_jetons, revoke_jeton
from rendu.api import reponses
from tests.asgi import run_app
from ui.api.service import make_routes
from ui.serveur.comptes import Comptes, Role
from ui.serveur.depots import Depots
from ui.serveur.entetes import Entetes
from ui.serveur.garde import Garde
from ui.serveur.reglages import Reglages

ENTETES = Entetes("<script>page</script>", "leaflet")
CPTS = "/api/v1/cpts"
AILLEURS = {
    "Origin": "https://carte.exemple.fr",
    "Sec-Fetch-Site": "cross-site",
    "Sec-Fetch-Mode": "cors",
}


class Serveur:
    """The API and its door, without a network."""

    def __init__(self, **reglages):
        self.reglages = replace(Reglages.read("localhost"), **({"debit": 1000.0} | reglages))
        base = config.get_option("server.baseUrlPath")
        routes = make_routes(self.reglages)
        self.api = routes[0].endpoint
        self.app = Garde(
            Starlette(routes=routes),
            reglages=self.reglages,
            entetes=ENTETES,
            depots=Depots(lambda *_: True, dict),
            base=base,
        )

    def ask(self, adresse=CPTS, methode="GET", client="192.0.2.1", schema="http", **entetes):
        """Return the status, the headers and the body."""
        morceaux = urlsplit(adresse)
        scope = {
            "type": "http",
            "path": morceaux.path,
            "query_string": morceaux.query.encode("latin-1"),
            "method": methode,
            "scheme": schema,
            "client": (client, 5000),
            "headers": [
                (nom.lower().replace("_", "-").encode(), texte.encode("latin-1"))
                for nom, texte in {"Host": "localhost:8501", **entetes}.items()
            ],
        }
        envoyes = []

        async def receive():
            pytest.fail("the body was read")

        async def send(message):
            envoyes.append(message)

        run_app(self.app, scope, receive, send)
        corps = b"".join(message.get("body", b"") for message in envoyes)
        return envoyes[0]["status"], Headers(raw=envoyes[0]["headers"]), corps


@pytest.fixture(scope="module")
def serveur():
    return Serveur()


@pytest.fixture
def publique(monkeypatch):
    monkeypatch.setenv("CPTS_URL_PUBLIQUE", "https://atlas.exemple.fr")


@pytest.mark.usefixtures("publique")
def test_an_answer_is_compressed_kept_and_not_sent_twice(serveur, monkeypatch):
    statut, entetes, corps = serveur.ask(Accept_Encoding="gzip, br")
    assert (statut, entetes["content-encoding"]) == (200, "gzip")
    assert entetes["cache-control"] == "public, max-age=60"
    assert entetes["vary"] == "Accept, Accept-Encoding"
    assert entetes["content-type"] == "application/json"
    monkeypatch.setattr(reponses, "answer", lambda *_: pytest.fail("made again"))
    _, nus, nu = serveur.ask()
    assert "content-encoding" not in nus
    assert gzip.decompress(corps) == nu
    # Strong, so another for other bytes.
    assert nus["etag"] != entetes["etag"]
    assert not entetes["etag"].startswith("W/")
    for sienne in (nus["etag"], entetes["etag"], f'"autre", W/{nus["etag"]}', "*"):
        rendu, siens, vide = serveur.ask(If_None_Match=sienne)
        assert (rendu, siens["etag"], vide) == (304, nus["etag"], b"")
    assert serveur.ask(If_None_Match='"autre"')[0] == 200


@pytest.mark.usefixtures("publique")
def test_what_comes_to_the_same_is_kept_once(monkeypatch):
    serveur = Serveur()
    demande = f"{CPTS}?dep=70&limit=2&f=json"
    _, _, premiere = serveur.ask(demande)
    monkeypatch.setattr(reponses, "answer", lambda *_: pytest.fail("made again"))
    for adresse, accept in (
        (f"{CPTS}/?limit=2&f=json&dep=70", "text/csv"),
        (f"{CPTS}?limit=2&dep=70", "application/json;a=" + "x" * 50_000),
        (f"{CPTS}?limit=2&dep=70", "application/json, text/csv;q=0.2, " + "a/b, " * 9999),
    ):
        assert serveur.ask(adresse, Accept=accept)[2] == premiere
    assert len(serveur.api._gardees._par_cle) == 1


def test_an_address_that_the_client_gave_is_for_that_client_alone(serveur):
    """A cache that all share would hand the links to another port to everyone."""
    vues = [serveur.ask(f"{CPTS}?limit=1", Host=f"localhost:{port}") for port in (6666, 8501)]
    for port, (_, entetes, corps) in zip((6666, 8501), vues, strict=True):
        assert entetes["cache-control"] == "private, no-cache"
        assert "Host" in entetes["vary"].split(", ")
        liens = [lien["href"] for lien in json.loads(corps)["links"]]
        assert all(lien.startswith(f"http://localhost:{port}/") for lien in liens)


@pytest.mark.usefixtures("publique")
def test_links_follow_the_public_address_whatever_the_host(serveur):
    _, entetes, corps = serveur.ask(f"{CPTS}?limit=1", Host="localhost:6666")
    assert entetes["cache-control"] == "public, max-age=60"
    assert "6666" not in corps.decode()


def test_methods_that_write_are_refused_and_the_others_told(serveur):
    assert serveur.ask(methode="HEAD")[0] == 200
    statut, entetes, _ = serveur.ask(methode="OPTIONS")
    assert (statut, entetes["allow"]) == (204, "GET, HEAD, OPTIONS")
    for methode in ("POST", "PUT", "DELETE", "PATCH"):
        statut, entetes, corps = serveur.ask(methode=methode)
        assert (statut, entetes["allow"]) == (405, "GET, HEAD, OPTIONS")
        assert json.loads(corps)["status"] == 405
    for adresse in ("/api", "/api/", "/api/v2", "/api/v1/rien"):
        statut, entetes, corps = serveur.ask(adresse)
        assert (statut, entetes["content-type"]) == (404, "application/problem+json")
        assert entetes["cache-control"] == "no-store"
        assert "/api/v1" in json.loads(corps)["detail"]
    assert serveur.ask(f"{CPTS}?{'limit=1&' * 60}")[0] == 400
    assert serveur.ask(f"{CPTS}?dep=%ff%00%ED%A0%80&limit")[0] == 400


def test_other_data_have_other_answers(copie, tmp_path, monkeypatch):
    monkeypatch.setenv("CPTS_DATA_DIR", str(copie))
    monkeypatch.setenv("CPTS_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setattr("ui.api.service._FRAICHEUR_S", 0)
    serveur = Serveur()
    avant = serveur.ask()
    fiches = copie / "cpts_fiches.csv"
    fiches.write_text(
        fiches.read_text(encoding="utf-8").replace("CPTS de Luxeuil", "CPTS d'ailleurs"), "utf-8"
    )
    apres = serveur.ask(If_None_Match=avant[1]["etag"])
    assert apres[0] == 200
    assert "CPTS d'ailleurs" in apres[2].decode()
    fiches.write_text("rien", "utf-8")
    statut, _, corps = serveur.ask()
    assert statut == 503
    assert "« Données »" in json.loads(corps)["detail"]


def test_whoever_asks_too_often_waits_and_nobody_else():
    serveur = Serveur(debit=2.0)
    assert [serveur.ask(methode="OPTIONS")[0] for _ in range(6)] == [204] * 6
    statut, entetes, corps = serveur.ask()
    assert (statut, entetes["retry-after"]) == (429, "1")
    assert "2 par seconde" in json.loads(corps)["detail"]
    assert serveur.ask(client="192.0.2.2", methode="OPTIONS")[0] == 204


def test_no_other_site_reads_unless_it_is_named():
    ferme = Serveur()
    statut, entetes, _ = ferme.ask(**AILLEURS)
    assert statut == 403
    assert not [nom for nom in entetes if nom.startswith("access-control-")]
    ouvert = Serveur(origines=frozenset({"https://carte.exemple.fr"}))
    statut, entetes, _ = ouvert.ask(**AILLEURS)
    assert (statut, entetes["access-control-allow-origin"]) == (200, "https://carte.exemple.fr")
    # One line: some caches read the last one alone.
    (varie,) = entetes.getlist("vary")
    assert {"Accept", "Accept-Encoding", "Origin"} <= set(varie.split(", "))
    statut, entetes, _ = ouvert.ask(
        methode="OPTIONS", Access_Control_Request_Method="GET", **AILLEURS
    )
    assert statut == 204
    assert entetes["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert "Authorization" in entetes["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in entetes
    for autre in ("https://carte.exemple.fr.evil.example", "http://carte.exemple.fr", "null"):
        statut, entetes, corps = ouvert.ask(**AILLEURS | {"Origin": autre})
        assert (statut, entetes["content-type"]) == (403, "application/problem+json")
        assert json.loads(corps)["status"] == 403
    # Neither a picture nor a script of it, nor another address than the API's, nor a gesture.
    assert ouvert.ask(**{k: v for k, v in AILLEURS.items() if k != "Origin"})[0] == 403
    assert ouvert.ask("/couches/x", **AILLEURS)[0] == 403
    assert ouvert.ask(methode="POST", **AILLEURS)[0] == 403
    tous = Serveur(origines=frozenset({"*"}))
    statut, entetes, _ = tous.ask(**AILLEURS | {"Origin": "https://ailleurs.example"})
    assert (statut, entetes["access-control-allow-origin"]) == (200, "*")
    assert "access-control-allow-credentials" not in entetes


@pytest.fixture
def comptes(tmp_path, monkeypatch):
    monkeypatch.setenv("CPTS_VAR_DIR", str(tmp_path / "var"))
    yield Comptes(
        auth={"cookie_secret": "x" * 40},
        adresse_retour="https://localhost/oauth2callback",
        lecture_publique=False,
        duree=timedelta(hours=1),
        revendication="roles",
        roles={},
        defaut=Role.LECTEUR,
    )
    open_base().close()


def make_token(**autres):
    anne = {"identifiant": "anne", "auteur": "Anne Roux", "role": Role.LECTEUR, "libelle": "QGIS"}
    return create_jeton(open_base(), **anne, **autres)


def test_a_token_opens_what_is_private_and_a_wrong_one_nothing(comptes):
    prive, public = (
        Serveur(comptes=comptes),
        Serveur(comptes=replace(comptes, lecture_publique=True)),
    )
    bon, perime = make_token(), make_token(jours=-1)
    statut, entetes, corps = prive.ask(Authorization=f"Bearer {bon}")
    assert statut == 200
    assert entetes["cache-control"] == "private, no-cache"
    assert "Authorization" in entetes["vary"]
    assert "CPTS de Luxeuil" in corps.decode()
    for faux in (perime, f"{bon}x", "", "atlas_"):
        for serveur in (prive, public):
            statut, entetes, corps = serveur.ask(Authorization=f"Bearer {faux}")
            assert (statut, json.loads(corps)["status"]) == (401, 401)
            assert entetes["www-authenticate"].startswith("Bearer")
    assert public.ask(Authorization=f"Basic {bon}")[0] == 401
    statut, entetes, corps = prive.ask()
    assert (statut, entetes["content-type"]) == (401, "application/problem+json")
    assert (json.loads(corps)["status"], entetes["www-authenticate"]) == (401, "Bearer")
    assert prive.ask(methode="OPTIONS")[0] == 204
    assert public.ask()[0] == 200
    (jeton,) = list_jetons(open_base(), "anne")
    revoke_jeton(open_base(), "anne", jeton.jeton_id)
    assert prive.ask(Authorization=f"Bearer {bon}")[0] == 401


def test_another_site_that_is_named_gives_a_token_where_reading_is_private(comptes):
    prive = Serveur(comptes=comptes, origines=frozenset({"https://carte.exemple.fr"}))
    statut, entetes, corps = prive.ask(
        methode="OPTIONS",
        Access_Control_Request_Method="GET",
        Access_Control_Request_Headers="authorization",
        **AILLEURS,
    )
    assert (statut, corps) == (204, b"")
    assert entetes["access-control-allow-origin"] == "https://carte.exemple.fr"
    assert "Authorization" in entetes["access-control-allow-headers"]
    statut, entetes, _ = prive.ask(Authorization=f"Bearer {make_token()}", **AILLEURS)
    assert (statut, entetes["access-control-allow-origin"]) == (200, "https://carte.exemple.fr")
    # It is told why it may not read, too.
    statut, entetes, _ = prive.ask(**AILLEURS)
    assert (statut, entetes["access-control-allow-origin"]) == (401, "https://carte.exemple.fr")


def test_a_server_without_accounts_has_no_token(serveur):
    assert serveur.ask(Authorization="Bearer atlas_x")[0] == 401


@pytest.mark.parametrize(
    ("schema", "publique", "attendue"),
    [
        ("http", "", "http://localhost:8501/sous/atlas/api/v1"),
        ("https", "", "https://localhost:8501/sous/atlas/api/v1"),
        ("http", "https://atlas.exemple.fr/x/", "https://atlas.exemple.fr/x/api/v1"),
    ],
)
def test_links_are_those_that_lead_here_from_outside(monkeypatch, schema, publique, attendue):
    monkeypatch.setenv("CPTS_URL_PUBLIQUE", publique)
    avant = config.get_option("server.baseUrlPath")
    config.set_option("server.baseUrlPath", "sous/atlas")
    try:
        serveur = Serveur()
        _, _, corps = serveur.ask("/sous/atlas/api/v1", schema=schema)
    finally:
        config.set_option("server.baseUrlPath", avant)
    liens = json.loads(corps)["links"]
    assert {lien["href"].partition("/api/v1")[0] + "/api/v1" for lien in liens} == {attendue}
    autre = serveur.ask("/sous/atlas/api/v1", schema=schema, Host="evil.example")
    assert (autre[0], autre[1]["content-type"]) == (400, "application/problem+json")
