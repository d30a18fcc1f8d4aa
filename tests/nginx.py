"""Debian's nginx with the configuration that is shipped, and a region behind it: several servers of the application."""

import os
import re
import signal
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from tests.processus import free_port

RACINE = Path(__file__).resolve().parents[1]
LIVREE = RACINE / "deploiement" / "nginx"
PROGRAMME = Path("/usr/sbin/nginx")
PORTS_LIVRES = (8501, 8502, 8503, 8504)
NOM_LIVRE = "atlas.exemple.fr"
# Several start at once, on a machine that may have other work.
ATTENTE_S = 240


def make_certificate(dossier: Path) -> tuple[Path, Path]:
    """Make a certificate for localhost that nobody vouches for."""
    certificat, cle = dossier / "certificat.pem", dossier / "cle.pem"
    subprocess.run(
        [
            *(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
            ),
            *("-keyout", cle, "-out", certificat, "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
        ],
        check=True,
        capture_output=True,
    )
    return certificat, cle


def sed_of_a_base_path() -> str:
    """Return the expression that the configuration itself gives for a base path."""
    texte = (LIVREE / "atlas-cpts.conf").read_text(encoding="utf-8")
    return re.search(r"sed -i -E '(.*)' /etc/nginx", texte)[1]


class Nginx:
    """nginx in a folder of its own, with the shipped configuration: only ports, names and paths are others.

    Parameters
    ----------
    dossier
        Absent or empty.
    ports
        Those of the servers behind it, which take the places of the first of the shipped ones.
    chemin
        The base path, ``/atlas`` or nothing.
    """

    def __init__(self, dossier: Path, ports: Sequence[int], chemin: str = "") -> None:
        assert PROGRAMME.exists(), "nginx is not installed: make tests/.services"
        self.dossier = dossier
        self.ports = tuple(ports)
        self.http, self.https = free_port(), free_port()
        self.adresse = f"https://localhost:{self.https}{chemin}"
        self.nouveaux = dossier / "atlas-cpts" / "nouveaux.conf"
        dossier.mkdir(parents=True, exist_ok=True)
        make_certificate(dossier)
        for nom in ("cache", "temp"):
            (dossier / nom).mkdir()
        for source in (trouve for trouve in LIVREE.rglob("*") if trouve.is_file()):
            cible = dossier / source.relative_to(LIVREE)
            cible.parent.mkdir(exist_ok=True)
            cible.write_text(self._adapt(source.read_text(encoding="utf-8")), encoding="utf-8")
        if chemin:
            assert chemin == "/atlas"
            subprocess.run(
                ["/bin/sed", "-i", "-E", sed_of_a_base_path(), dossier / "atlas-cpts.conf"],
                check=True,
            )
        (dossier / "nginx.conf").write_text(self._main(), encoding="utf-8")
        self.processus: subprocess.Popen | None = None

    def _adapt(self, texte: str) -> str:
        for place, port in zip(PORTS_LIVRES, self.ports, strict=False):
            texte = texte.replace(f"127.0.0.1:{place}", f"127.0.0.1:{port}")
        # The others of the shipped ones are not started.
        for place in PORTS_LIVRES[len(self.ports) :]:
            texte = re.sub(rf"^ *server 127\.0\.0\.1:{place}.*\n", "", texte, flags=re.MULTILINE)
            texte = re.sub(rf"^    {place} atlas_{place};\n", "", texte, flags=re.MULTILINE)
            texte = re.sub(rf"^upstream atlas_{place} {{[^}}]*}}\n", "", texte, flags=re.MULTILINE)
        remplacements = {
            NOM_LIVRE: "localhost",
            "/etc/nginx/atlas-cpts": str(self.dossier / "atlas-cpts"),
            "/etc/atlas-cpts/tls": str(self.dossier),
            "/var/lib/nginx/atlas-cpts": str(self.dossier / "cache"),
            "/var/log/nginx/": f"{self.dossier}/",
            "/var/www/html": str(self.dossier),
        }
        for livre, ici in remplacements.items():
            texte = texte.replace(livre, ici)
        for livre, ici in ((80, self.http), (443, self.https)):
            texte = re.sub(rf"listen {livre}(?=[ ;])", f"listen 127.0.0.1:{ici}", texte)
        return re.sub(r"^ *listen \[::\].*\n", "", texte, flags=re.MULTILINE)

    def _main(self) -> str:
        temporaires = "\n".join(
            f"{genre}_temp_path {self.dossier}/temp/{genre};"
            for genre in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        # Its workers read the folders of the tests, which are the account's alone.
        compte = "user root;" if os.getuid() == 0 else ""
        return (
            f"{compte}\nworker_processes 1;\ndaemon off;\npid {self.dossier}/nginx.pid;\n"
            f"error_log {self.dossier}/erreurs.log;\nevents {{ worker_connections 4096; }}\n"
            f"http {{\ninclude /etc/nginx/mime.types;\ndefault_type application/octet-stream;\naccess_log off;\n"
            f"{temporaires}\ninclude {self.dossier}/atlas-cpts.conf;\n}}\n"
        )

    def check(self) -> str:
        """Have nginx read its configuration; return what it says."""
        return self._run("-t").stderr

    def _run(self, *options: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [PROGRAMME, "-p", self.dossier, "-c", self.dossier / "nginx.conf", *options],
            check=False,
            capture_output=True,
            text=True,
        )

    def start(self) -> None:
        self.processus = subprocess.Popen(
            [PROGRAMME, "-p", self.dossier, "-c", self.dossier / "nginx.conf"],
            stderr=subprocess.DEVNULL,
        )
        fin = time.monotonic() + ATTENTE_S
        while not (self.dossier / "nginx.pid").exists():
            assert self.processus.poll() is None, self.check()
            assert time.monotonic() < fin
            time.sleep(0.02)

    def reload(self) -> None:
        assert "syntax is ok" in self.check(), self.check()
        self.processus.send_signal(signal.SIGHUP)

    def stop(self) -> None:
        if self.processus is not None:
            self.processus.terminate()
            self.processus.wait(timeout=30)

    def log(self) -> str:
        return (self.dossier / "atlas-cpts.log").read_text(encoding="utf-8")


class Application:
    """A server of the application, named as nginx knows it."""

    def __init__(self, nom: str, port: int, journal: Path, environnement: dict[str, str]) -> None:
        self.nom, self.port, self.journal = nom, port, journal
        self._environnement = environnement | {"CPTS_SERVEUR": nom}
        self.chemin = self._environnement.pop("CHEMIN", "")
        self.processus: subprocess.Popen | None = None

    @property
    def adresse(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.chemin}"

    def start(self) -> None:
        with self.journal.open("ab") as sortie:
            self.processus = subprocess.Popen(
                [
                    *(sys.executable, "-m", "ui.demarrage", f"--port={self.port}"),
                    *("--adresse=127.0.0.1", f"--chemin={self.chemin}"),
                ],
                cwd=RACINE,
                env=os.environ | self._environnement,
                stdout=sortie,
                stderr=subprocess.STDOUT,
            )

    def wait_ready(self) -> None:
        fin = time.monotonic() + ATTENTE_S
        while fetch(f"{self.adresse}/pret")[0] != 200:
            assert self.processus.poll() is None, self.said()
            assert time.monotonic() < fin, self.said()
            time.sleep(0.1)

    def signal(self, lequel: signal.Signals) -> None:
        self.processus.send_signal(lequel)

    def kill(self) -> None:
        """End it as a machine that is cut off."""
        self.processus.kill()
        self.processus.wait(timeout=30)

    def stop(self) -> None:
        if self.processus is not None and self.processus.poll() is None:
            self.processus.terminate()
            self.processus.wait(timeout=60)

    def restart(self) -> None:
        self.stop()
        self.start()

    def said(self) -> str:
        return self.journal.read_text(encoding="utf-8", errors="replace")


class Region:
    """nginx before several servers of the application.

    Parameters
    ----------
    dossier
        Absent or empty; versions, logs and nginx are there.
    combien
        How many servers.
    base
        The address of their database (``CPTS_BASE_URL``); without one, they share a folder.
    comptes
        A file of accounts (``CPTS_COMPTES``).
    chemin
        The base path, ``/atlas`` or nothing.
    environnement
        Other variables, for every server.
    """

    def __init__(
        self,
        dossier: Path,
        *,
        combien: int = 2,
        base: str = "",
        comptes: Path | None = None,
        chemin: str = "",
        environnement: dict[str, str] | None = None,
    ) -> None:
        dossier.mkdir(parents=True, exist_ok=True)
        self.dossier = dossier
        ports = [free_port() for _ in range(combien)]
        reglages = {"CPTS_HOTES": "localhost", "CPTS_MANDATAIRES": "127.0.0.1", "CHEMIN": chemin}
        if base:
            reglages["CPTS_BASE_URL"] = base
        if comptes:
            reglages["CPTS_COMPTES"] = str(comptes)
        self.serveurs: dict[str, Application] = {}
        for livre, port in zip(PORTS_LIVRES, ports, strict=False):
            # With a database, each is as on a machine of its own.
            var = dossier / (f"var-{livre}" if base else "var")
            siens = {"CPTS_VAR_DIR": str(var)} | reglages | (environnement or {})
            self.serveurs[str(livre)] = Application(
                str(livre), port, dossier / f"serveur-{livre}.log", siens
            )
        self.nginx = Nginx(dossier / "nginx", ports, chemin)
        self.adresse = self.nginx.adresse

    def start(self) -> None:
        """Start everything, and wait until every server is ready."""
        try:
            self.nginx.start()
            for serveur in self.serveurs.values():
                serveur.start()
            for serveur in self.serveurs.values():
                serveur.wait_ready()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        self.nginx.stop()
        for serveur in self.serveurs.values():
            serveur.stop()

    def fetch(self, chemin: str, **entetes: str) -> tuple[int, dict[str, str], bytes]:
        """Ask nginx; see :func:`fetch`."""
        return fetch(f"{self.adresse}{chemin}", **entetes)


class _Suivre(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow nothing."""


def fetch(
    adresse: str, *, data: bytes | None = None, **entetes: str
) -> tuple[int, dict[str, str], bytes]:
    """Return the status, headers and body of an answer; 0 where nothing answers."""
    contexte = ssl.create_default_context()
    contexte.check_hostname, contexte.verify_mode = False, ssl.CERT_NONE
    ouvrir = urllib.request.build_opener(urllib.request.HTTPSHandler(context=contexte), _Suivre())
    demande = urllib.request.Request(
        adresse, data, headers={nom.replace("_", "-"): valeur for nom, valeur in entetes.items()}
    )
    try:
        with ouvrir.open(demande, timeout=60) as reponse:
            return reponse.status, _headers(reponse), reponse.read()
    except urllib.error.HTTPError as erreur:
        with erreur:
            return erreur.code, _headers(erreur), erreur.read()
    except OSError:
        return 0, {}, b""


def _headers(reponse) -> dict[str, str]:
    return {nom.lower(): valeur for nom, valeur in reponse.headers.items()}
