"""The server as it runs, its network watched: behind a proxy, under a base path, so read-only.

Whatever it tries to reach is written down by a hook that Python itself calls, in the served process.
"""

import http.client
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from ui.serveur.entetes import COMMUNS

RACINE = Path(__file__).resolve().parents[3]
BASE = "/atlas"
FLUX = f"{BASE}/_stcore/stream"
# What stands in sitecustomize.py is run before anything else.
GUET = """
import os, sys

def noter(evenement, arguments):
    if evenement in ("socket.getaddrinfo", "socket.gethostbyname"):
        vise = str(arguments[0])
    elif evenement in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        vise = str(arguments[1][0] if isinstance(arguments[1], tuple) else arguments[1])
    else:
        return
    if vise not in ("localhost", "127.0.0.1", "::1", "None"):
        with open(os.environ["GUET"], "a") as journal:
            print(evenement, vise, file=journal)

sys.addaudithook(noter)
"""


FOREIGN = (
    *("null", "http://evil.example", "https://evil.example", "HTTP://EVIL.EXAMPLE", "file://"),
    *("http://evil.example:8501", "http://203.0.113.7", "http://[2001:db8::7]:8501", "http://0"),
    *("http://localhost.evil.example", "http://user@localhost", "//localhost", "http://", "é", ""),
    *(
        "chrome-extension://abcdef",
        "http://atlas.example.fr",
        "http://atlas.example.fr.",
        "x" * 2000,
    ),
)
HOSTS = ("evil.example", "localhost.evil.example", "203.0.113.7", "[2001:db8::7]", "0.0.0.0", "@")  # noqa: S104
CLOSED = (
    *("/_stcore/metrics", "/_stcore/script-health-check", "/_stcore/agent/openapi.json"),
    *("/_stcore/agent/mcp", "/_stcore/agent/interact", "/auth/login", "/oauth2callback"),
    *("/app/static/absent.js", "/media/absent", "/component/absent/"),
    *("/_stcore/bidi-components/absent/x.js", "/fiche/_stcore/health"),
    *("/metriques", "/sante/absent", "/pret/", "/api", "/api/v2/cpts", "/atelier-donnees/a/b/c"),
    *("/couches/absent/x.json", "/couches"),
)
PATHS = (
    *("/", "/fiche", "/donnees", "/_stcore/health", "/_stcore/host-config"),
    *("/app/static/carte.css", "/app/static/leaflet/leaflet.js", "/favicon.png"),
    *CLOSED,
)


class Servi:
    """The running server: its process, its port, and what it tried to reach."""

    def __init__(self, processus: subprocess.Popen, port: int, journal: Path) -> None:
        self.processus = processus
        self.port = port
        self.journal = journal

    def ask(self, methode: str, chemin: str, **entetes: str) -> http.client.HTTPResponse:
        connexion = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connexion.request(methode, chemin, headers=entetes)
        reponse = connexion.getresponse()
        reponse.read()
        connexion.close()
        return reponse

    def shake_hands(self, *entetes: str, chemin: str = FLUX) -> int:
        """Ask for a websocket with exactly these headers, and return the status."""
        lignes = [
            f"GET {chemin} HTTP/1.1",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            *entetes,
        ]
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as prise:
            prise.sendall("".join(f"{ligne}\r\n" for ligne in [*lignes, ""]).encode("latin-1"))
            return int(prise.recv(64).split()[1])

    def reached(self) -> str:
        return self.journal.read_text() if self.journal.exists() else ""


@pytest.fixture(scope="module")
def servi(tmp_path_factory):
    dossier = tmp_path_factory.mktemp("servi")
    (dossier / "sitecustomize.py").write_text(GUET)
    with socket.create_server(("localhost", 0)) as prise:
        port = prise.getsockname()[1]
    processus = subprocess.Popen(
        [sys.executable, "-m", "ui.demarrage", f"--port={port}", f"--chemin={BASE}"],
        cwd=RACINE,
        env=os.environ
        | {
            "PYTHONPATH": str(dossier),
            "GUET": str(dossier / "journal"),
            "CPTS_VAR_DIR": str(dossier / "var"),
            "CPTS_HOTES": "atlas.example.fr",
            "CPTS_MANDATAIRES": "127.0.0.1",
        },
        stdout=subprocess.DEVNULL,
    )
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://localhost:{port}{BASE}/_stcore/health", timeout=5)
            break
        except OSError:
            time.sleep(0.1)
    yield Servi(processus, port, dossier / "journal")
    processus.terminate()
    processus.wait(timeout=60)


def test_the_watch_sees_what_is_asked_of_others(servi, tmp_path):
    """Or the tests below would prove nothing."""
    env = os.environ | {"PYTHONPATH": str(servi.journal.parent), "GUET": str(tmp_path / "journal")}
    appel = "import socket; socket.socket(type=socket.SOCK_DGRAM).connect(('203.0.113.7', 9))"
    subprocess.run([sys.executable, "-c", appel], env=env, check=False, stderr=subprocess.DEVNULL)
    assert "203.0.113.7" in (tmp_path / "journal").read_text()


def test_no_handshake_calls_a_third_party(servi):
    ici = f"localhost:{servi.port}"
    refusees = [
        *([f"Host: {ici}", f"Origin: {origine}"] for origine in FOREIGN),
        *([f"Host: {ici}", f"Origin: http://{ici}", f"Origin: {o}"] for o in FOREIGN),
        [f"Host: {ici}"],
        *([f"Host: {hote}", f"Origin: http://{hote}"] for hote in HOSTS),
        ["Origin: http://evil.example"],
    ]
    for entetes in refusees:
        assert servi.shake_hands(*entetes) in (400, 403), entetes
    for entetes in (
        [f"Host: {ici}", f"Origin: http://{ici}"],
        [f"Host: {ici.upper()}", f"Origin: HTTP://{ici}"],
        [f"Host: [::1]:{servi.port}", f"Origin: http://[::1]:{servi.port}"],
        ["Host: atlas.example.fr", "Origin: https://atlas.example.fr"],
        [f"Host: {ici}", "Origin: https://atlas.example.fr"],
    ):
        assert servi.shake_hands(*entetes) == 101, entetes
    assert servi.reached() == ""


def test_a_page_opens_with_the_cookies_of_an_account_of_many_claims(servi):
    ici = f"localhost:{servi.port}"
    entetes = [f"Host: {ici}", f"Origin: http://{ici}"]
    assert servi.shake_hands(*entetes, f"Cookie: {'v' * 30_000}") == 101


def test_an_address_that_is_too_long_is_refused_in_a_few_words(servi):
    for chemin in ("/Fiche", "/fiche", "/sante/", "/api/v1/cpts", "/metriques"):
        reponse = servi.ask("GET", f"{BASE}{chemin}?dep={'a' * 30_000}", Host="localhost")
        assert reponse.status == 414
        assert sum(len(nom) + len(valeur) for nom, valeur in reponse.getheaders()) < 4096
    # Within what is taken, no header grows with it.
    for chemin in ("/Fiche", "/sante/", "/auth/login", "/"):
        reponse = servi.ask("GET", f"{BASE}{chemin}?dep={'a' * 7000}", Host="localhost")
        assert sum(len(nom) + len(valeur) for nom, valeur in reponse.getheaders()) < 4096, chemin


def test_no_request_does_either(servi):
    for chemin in PATHS:
        for methode in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"):
            for origine in ("http://evil.example", "null"):
                servi.ask(methode, BASE + chemin, Origin=origine, Host="localhost")
    assert servi.reached() == ""


def test_every_answer_is_dressed_and_says_nothing_of_the_server(servi):
    for chemin in PATHS:
        reponse = servi.ask("GET", BASE + chemin)
        recus = {nom.lower(): valeur for nom, valeur in reponse.getheaders()}
        assert {nom.lower(): valeur for nom, valeur in COMMUNS.items()}.items() <= recus.items()
        assert "content-security-policy" in recus
        assert [nom for nom in recus if nom.startswith("access-control-") or nom == "server"] == []
        assert "strict-transport-security" not in recus
        assert (reponse.status == 404) == (chemin in CLOSED), (chemin, reponse.status)


def test_a_browser_is_told_to_come_back_in_https_once_it_came_so(servi):
    reponse = servi.ask("GET", f"{BASE}/", **{"X-Forwarded-Proto": "https"})
    assert reponse.getheader("Strict-Transport-Security")
    ici = f"localhost:{servi.port}"
    derriere = [f"Host: {ici}", "X-Forwarded-Proto: https"]
    assert servi.shake_hands(*derriere, f"Origin: http://{ici}") == 403
    assert servi.shake_hands(*derriere, f"Origin: https://{ici}") == 101


def test_a_read_only_server_refuses_a_file_before_its_first_byte(servi):
    with socket.create_connection(("127.0.0.1", servi.port), timeout=30) as prise:
        prise.sendall(
            f"PUT {BASE}/_stcore/upload_file/s/f HTTP/1.1\r\nHost: localhost\r\n"
            f"Content-Length: {20 * 2**20}\r\nContent-Type: multipart/form-data\r\n\r\n".encode()
        )
        assert b" 403 " in prise.recv(64)


def test_the_outlines_answer_the_pages_of_the_server_and_may_be_kept(servi):
    for _ in range(300):
        fichiers = list(servi.journal.parent.glob("var/*/couches/*/territoires-*.json"))
        if fichiers:
            break
        time.sleep(0.1)
    chemin = f"{BASE}/couches/{fichiers[0].name}"
    reponse = servi.ask(
        "GET", chemin, **{"Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"}
    )
    assert (reponse.status, reponse.getheader("Content-Encoding")) == (200, "gzip")
    assert reponse.getheader("Cache-Control") == "private, max-age=31536000, immutable"
    assert reponse.getheader("Cross-Origin-Resource-Policy") == "same-origin"
    assert reponse.getheader("Access-Control-Allow-Origin") is None
    for site in ("cross-site", "same-site"):
        assert servi.ask("GET", chemin, **{"Sec-Fetch-Site": site}).status == 403
    assert servi.ask("GET", f"{BASE}/couches/{'x' * 40}").status == 404
    assert servi.ask("GET", f"{BASE}/app/static/couches/{fichiers[0].name}").status == 404


def test_it_stops_when_it_is_told_to(servi):
    """Kept last: a session that is open does not hold it back."""
    assert servi.processus.poll() is None
    servi.processus.terminate()
    servi.processus.wait(timeout=30)
