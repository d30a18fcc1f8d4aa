"""nginx with the shipped configuration before two servers that say what they received: who is asked, and what is kept."""

import http.client
import http.server
import json
import ssl
import threading
from collections import Counter

import pytest

from tests.nginx import Nginx, fetch
from tests.processus import free_port


class Serveur(http.server.ThreadingHTTPServer):
    """A server that answers what it received, and counts it."""

    daemon_threads = True

    def __init__(self, port=0):
        super().__init__(("127.0.0.1", port), Gerant)
        self.recues = Counter()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()


class Gerant(http.server.BaseHTTPRequestHandler):
    """What it answers."""

    # Each connection ends with its answer: none outlives its server.

    def do_GET(self):
        self.server.recues[self.path] += 1
        corps = json.dumps(
            {
                "port": self.server.server_port,
                "recus": {n.lower(): v for n, v in self.headers.items()},
            }
        ).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(corps)))
        if "publique" in self.path:
            self.send_header("X-Accel-Expires", "60")
        for rang in range(int(self.headers.get("X-Cookies", 0))):
            self.send_header("Set-Cookie", f"_streamlit_user_{rang}={'v' * 4000}")
        self.send_header("Cache-Control", "private, max-age=31536000, immutable")
        self.end_headers()
        self.wfile.write(corps)

    def do_POST(self):
        self.server.recues["POST"] += 1
        # As a process that dies while it writes.
        self.close_connection = True
        self.connection.close()

    def log_message(self, *_):
        pass


@pytest.fixture
def devant(tmp_path):
    """Start nginx before two such servers."""
    serveurs = [Serveur(), Serveur()]
    nginx = Nginx(tmp_path / "nginx", [s.server_port for s in serveurs])
    nginx.start()
    yield nginx, serveurs
    nginx.stop()
    for serveur in serveurs:
        serveur.close()


@pytest.fixture(scope="module")
def seul(tmp_path_factory):
    """Start nginx before no server at all."""
    nginx = Nginx(tmp_path_factory.mktemp("seul") / "nginx", [free_port()])
    nginx.start()
    yield nginx
    nginx.stop()


def connect(nginx):
    contexte = ssl.create_default_context()
    contexte.check_hostname, contexte.verify_mode = False, ssl.CERT_NONE
    return http.client.HTTPSConnection("localhost", nginx.https, context=contexte, timeout=60)


def raw(nginx, methode, chemin, **entetes):
    """Return the answer to a request, written as it is."""
    connexion = connect(nginx)
    try:
        connexion.putrequest(methode, chemin, skip_host="Host" in entetes)
        for nom, valeur in entetes.items():
            connexion.putheader(nom, valeur)
        connexion.endheaders()
        reponse = connexion.getresponse()
        recus = {nom.lower(): valeur for nom, valeur in reponse.headers.items()}
        return reponse.status, recus, reponse.read().decode()
    finally:
        connexion.close()


def ask(nginx, chemin, **entetes):
    statut, entetes, corps = fetch(f"{nginx.adresse}{chemin}", **entetes)
    return statut, entetes, json.loads(corps)


def announce(nginx, chemin, longueur):
    """Return the status of what is sent, from its length alone."""
    return raw(nginx, "POST", chemin, **{"Content-Length": str(longueur)})[0]


def test_a_page_goes_back_to_its_server_and_to_another_where_it_is_dead(devant):
    nginx, serveurs = devant
    premier, second = (serveur.server_port for serveur in serveurs)
    for nom, port in (("8501", premier), ("8502", second)) * 2:
        assert ask(nginx, "/fiche", Cookie=f"atlas_serveur={nom}")[2]["port"] == port
    # Whatever the cookie says, it is one of ours.
    assert ask(nginx, "/fiche", Cookie="atlas_serveur=evil.example")[0] == 200
    venus = {ask(nginx, "/fiche")[2]["port"] for _ in range(6)}
    assert venus == {premier, second}
    serveurs[0].close()
    for _ in range(3):
        assert ask(nginx, "/fiche", Cookie="atlas_serveur=8501")[2]["port"] == second
        assert ask(nginx, "/fiche")[2]["port"] == second
    serveurs[1].close()
    statut, entetes, corps = fetch(f"{nginx.adresse}/fiche")
    assert (statut, entetes["cache-control"]) == (502, "no-store")
    assert "ne répond pas" in corps.decode()
    # Nothing of whoever asked in what nginx wrote meanwhile.
    assert "127.0.0.1 -" not in nginx.log()
    assert "fiche" not in nginx.log()


def test_what_a_browser_pretends_of_itself_does_not_get_through(devant):
    nginx, _ = devant
    recus = ask(
        nginx,
        "/",
        **dict.fromkeys(("X_Forwarded_For", "X_Real_IP", "Forwarded"), "203.0.113.7"),
        X_Forwarded_Proto="http",
        X_Forwarded_Host="evil.example",
    )[2]["recus"]
    assert (recus["x-forwarded-for"], recus["x-forwarded-proto"]) == ("127.0.0.1", "https")
    assert recus["host"] == nginx.adresse.removeprefix("https://")
    assert not {"x-forwarded-host", "x-real-ip", "forwarded"} & set(recus)


def test_what_is_kept_is_what_the_application_lets_be_kept_and_for_nobody_in_particular(devant):
    nginx, serveurs = devant

    def come(chemin, **entetes):
        avant = sum((s.recues for s in serveurs), Counter())[chemin]
        rendus = ask(nginx, chemin, **entetes)[1]
        assert rendus["cache-control"].startswith("private")
        assert "x-accel-expires" not in rendus
        return sum((s.recues for s in serveurs), Counter())[chemin] - avant

    publique, privee = "/couches/publique.json", "/couches/privee.json"
    assert [come(publique) for _ in range(3)] == [1, 0, 0]
    assert come(publique, Cookie="atlas_serveur=8502; _streamlit_xsrf=x") == 0
    assert [come(privee) for _ in range(2)] == [1, 1]
    for entetes in (
        {"Authorization": "Bearer x"},
        {"Cookie": "_streamlit_user=x"},
        {"Sec_Fetch_Site": "cross-site"},
    ):
        assert [come(publique, **entetes) for _ in range(2)] == [1, 1], entetes
        autre = f"/couches/publique-{next(iter(entetes)).lower()}.json"
        assert [come(autre, **entetes), come(autre)] == [1, 1], entetes
    # Only where the application is asked for what may be everybody's.
    assert [come("/fiche?publique") for _ in range(2)] == [1, 1]


def test_what_is_written_is_never_sent_twice(devant):
    nginx, serveurs = devant
    statut = fetch(f"{nginx.adresse}/atelier-donnees/x", data=b"{}", Cookie="atlas_serveur=8501")[0]
    assert statut == 502
    assert [serveur.recues["POST"] for serveur in serveurs] == [1, 0]


def test_files_are_large_at_one_address_only(devant):
    nginx, _ = devant
    mib = 2**20
    assert announce(nginx, "/atelier-donnees/x", 4 * mib) == 413
    assert announce(nginx, "/_stcore/upload_file/s/f", 100 * mib) == 502
    assert announce(nginx, "/_stcore/upload_file/s/f", 102 * mib) == 413


def test_a_room_may_log_in_at_once_and_no_machine_tries_without_end(seul):
    # Nobody answers: those that are let through are told so.
    connexion = connect(seul)
    statuts = Counter()
    for _ in range(150):
        connexion.request("GET", "/auth/login")
        reponse = connexion.getresponse()
        reponse.read()
        statuts[reponse.status] += 1
    connexion.close()
    assert statuts[502] >= 61
    assert statuts[429] >= 5
    assert statuts.total() == 150


def test_http_leads_to_https(devant):
    nginx, _ = devant
    statut, entetes, _ = fetch(f"http://localhost:{nginx.http}/fiche?cpts=a")
    assert (statut, entetes["location"]) == (301, "https://localhost/fiche?cpts=a")


def test_an_account_of_many_claims_passes_and_no_answer_takes_a_server_away(devant):
    nginx, serveurs = devant
    # What a log-in with 6 kB of claims sets, then shows on each page, in one line.
    statut, entetes, _ = ask(nginx, "/oauth2callback", X_Cookies="7")
    assert statut == 200
    assert len(entetes["set-cookie"]) >= 4000
    cookie = "; ".join(f"_streamlit_user_{rang}={'v' * 4000}" for rang in range(7))
    assert ask(nginx, "/fiche", Cookie=cookie)[2]["recus"]["cookie"] == cookie
    # As long as nginx takes, kept by it or not.
    for chemin in ("/fiche", "/api/v1/cpts"):
        assert ask(nginx, f"{chemin}?publique={'a' * 32_000}")[0] == 200
    # Whatever is too long for it: one answer is lost, and nobody else's.
    for _ in range(8):
        assert fetch(f"{nginx.adresse}/fiche", X_Cookies="20")[0] == 502
    assert [ask(nginx, "/fiche")[0] for _ in range(4)] == [200] * 4
    assert all(serveur.recues["/fiche"] > 1 for serveur in serveurs)


def test_what_is_kept_is_of_the_port_that_was_asked(devant):
    nginx, _ = devant
    chemin = "/api/v1/cpts?publique"
    assert ask(nginx, chemin, Host="localhost:6666")[2]["recus"]["host"] == "localhost:6666"
    ici = nginx.adresse.removeprefix("https://")
    assert ask(nginx, chemin, X_Forwarded_Host="evil.example")[2]["recus"]["host"] == ici


@pytest.mark.parametrize(
    ("methode", "chemin", "entetes", "attendu"),
    [
        ("GET", "/%zz", {}, 400),
        ("TRACE", "/fiche", {}, 405),
        ("POST", "/atelier-donnees/x", {"Content-Length": str(4 * 2**20)}, 413),
        ("GET", "/fiche?" + "a" * 33_000, {}, 414),
        ("GET", "/fiche", {"Cookie": "a" * 33_000}, 431),
        ("GET", "/refus.html", {}, 404),
        ("GET", "/fiche", {}, 502),
    ],
)
def test_what_nginx_refuses_itself_is_said_in_french_with_the_headers(
    seul, methode, chemin, entetes, attendu
):
    statut, recus, corps = raw(seul, methode, chemin, **entetes)
    assert statut == attendu
    assert 'lang="fr"' in corps
    assert "nginx" not in corps
    assert {nom: recus[nom] for nom in ("server", "x-content-type-options", "cache-control")} == {
        "server": "nginx",
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
    }
    assert "default-src 'none'" in recus["content-security-policy"]
    assert recus["strict-transport-security"]


def test_to_other_names_nothing_is_answered_and_nothing_is_written(seul):
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        raw(seul, "GET", "/fiche", Host="evil.example")
    assert fetch(f"http://127.0.0.1:{seul.http}/fiche", Host="evil.example")[0] == 0
    for journal in seul.dossier.glob("*.log"):
        assert "evil" not in journal.read_text(encoding="utf-8")
