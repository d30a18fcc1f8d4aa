"""Prepare what the browser needs, then serve the application: ``python -m ui.demarrage``.

Leaflet is not in the repository. It is fetched once from the package registry that pip uses, checked
against its hash and kept in ``static/leaflet/``, so that the map works without any network afterwards.
"""

import ctypes
import hashlib
import logging
import os
import socket
import subprocess
import sys
import tempfile
import threading
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from geo.importation.environnement import DONNEES, VERSIONS, base_dir, base_url, var_dir
from geo.systeme import tell_cause
from ui.serveur.adresse_publique import ADRESSE_PUBLIQUE, public_address
from ui.serveur.comptes import COMPTES, RETOUR
from ui.serveur.journaux import JOURNAL, take_streamlit, write_json
from ui.serveur.reglages import Reglages, ReglagesInvalides, public_notice

if TYPE_CHECKING:
    from ui.serveur.comptes import Comptes

RACINE = Path(__file__).resolve().parent.parent
LEAFLET_DIR = RACINE / "static" / "leaflet"

# The official 1.9.4 build, byte for byte, as a package of static files that pip alone can fetch.
PAQUET = "django-js-lib-leaflet==1.9.4.1"
DOSSIER_DU_PAQUET = "js_lib_leaflet/static/js_lib_leaflet"
EMPREINTES = {
    "leaflet.js": "db49d009c841f5ca34a888c96511ae936fd9f5533e90d8b2c4d57596f4e5641a",
    "leaflet.css": "a7837102824184820dfa198d1ebcd109ff6d0ff9a2672a074b9a1b4d147d04c6",
}


# From glibc's malloc.h.
M_ARENA_MAX = -8

ADRESSE_LOCALE = "localhost"
# A browser that is gone is found out after this time.
_PING_S = 30
# A proxy keeps a connection for less (60 s), so that it is never this server that closes one just as it is used again:
# the proxy would take the server for dead, and lead a page to one that does not hold its session.
_INACTIVE_S = 75
# As nginx takes: a line of what asks for a websocket.
_LIGNE_MAX = 32_768
# What a stop leaves to the sessions that are open.
_ARRET_S = 5
_PORT_MAX = 65_535


class LeafletIntrouvable(Exception):
    """Leaflet could not be fetched, or is not the file that was expected."""


def check_leaflet(contenus: dict[str, bytes]) -> None:
    """Compare files with the hashes of the official Leaflet 1.9.4 build.

    Parameters
    ----------
    contenus
        File name to content.

    Raises
    ------
    LeafletIntrouvable
        When a file is missing or differs.
    """
    faux = [
        nom
        for nom, empreinte in EMPREINTES.items()
        if hashlib.sha256(contenus.get(nom, b"")).hexdigest() != empreinte
    ]
    if faux:
        raise LeafletIntrouvable(
            f"Leaflet 1.9.4 : {' et '.join(faux)} n'a pas l'empreinte attendue ; rien n'a été installé. "
            "Vérifiez d'où pip télécharge ses paquets, puis relancez."
        )


def leaflet_is_installed() -> bool:
    """Tell whether the files in place are the expected ones."""
    try:
        check_leaflet({nom: (LEAFLET_DIR / nom).read_bytes() for nom in EMPREINTES})
    except (OSError, LeafletIntrouvable):
        return False
    return True


def fetch_leaflet() -> None:
    """Download Leaflet with pip, check it and put it in place.

    Raises
    ------
    LeafletIntrouvable
        When the download fails or a hash differs; nothing is written then.
    """
    with tempfile.TemporaryDirectory() as dossier:
        commande = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        resultat = subprocess.run(
            [*commande, "--disable-pip-version-check", "--dest", dossier, PAQUET],
            check=False,
            capture_output=True,
            text=True,
        )
        if resultat.returncode != 0:
            raise LeafletIntrouvable(
                "Leaflet 1.9.4 n'a pas pu être téléchargé. Une connexion est nécessaire la première "
                f"fois seulement ; vérifiez-la, puis relancez.\n{resultat.stderr.strip()}"
            )
        with zipfile.ZipFile(next(Path(dossier).glob("*.whl"))) as archive:
            contenus = {nom: archive.read(f"{DOSSIER_DU_PAQUET}/{nom}") for nom in EMPREINTES}
    check_leaflet(contenus)
    LEAFLET_DIR.mkdir(parents=True, exist_ok=True)
    for nom, contenu in contenus.items():
        (LEAFLET_DIR / nom).write_bytes(contenu)


def serve(port: int, reglages: Reglages, chemin: str) -> None:
    """Serve the application from this process, and get ready for the first visitor meanwhile."""
    os.chdir(RACINE)
    spare_memory()
    # Read as the library is loaded. The cookies of an account are one line, longer than it takes by default.
    os.environ.setdefault("WEBSOCKETS_MAX_LINE_LENGTH", str(_LIGNE_MAX))
    prise = listen(reglages.adresse, port)
    threading.Thread(target=get_ready, name="preparation", daemon=True).start()
    import uvicorn  # noqa: PLC0415 - the preparation has begun
    from streamlit.web import bootstrap  # noqa: PLC0415

    if reglages.journaux_json:
        take_streamlit()

    bootstrap.load_config_options(
        {
            "server_port": prise.getsockname()[1],
            "server_address": reglages.adresse,
            "server_allowedHosts": sorted(reglages.hotes),
            # What is not given is left to the configuration of Streamlit.
            "server_baseUrlPath": chemin or None,
            # Signs what a log-in leaves with the browser: the same for all the servers of an atlas.
            "server_cookieSecret": reglages.comptes.auth["cookie_secret"]
            if reglages.comptes
            else None,
        }
    )
    from streamlit import config  # noqa: PLC0415

    if reglages.comptes:
        check_retour(reglages.comptes)
    from ui.api.service import make_routes as make_api  # noqa: PLC0415
    from ui.atelier.service import make_routes  # noqa: PLC0415
    from ui.commun.atlas import get_couches  # noqa: PLC0415
    from ui.serveur.application import make_application  # noqa: PLC0415
    from ui.serveur.arret import Serveur  # noqa: PLC0415
    from ui.serveur.vidange import Vidange  # noqa: PLC0415

    vidange = Vidange()
    vidange.listen(lambda dit: tell(dit, reglages))
    Serveur(
        uvicorn.Config(
            make_application(
                reglages, [*make_routes(), *make_api(reglages)], read=get_couches, vidange=vidange
            ),
            # Already said where everything else is.
            log_config=None if reglages.journaux_json else uvicorn.config.LOGGING_CONFIG,
            log_level="warning",
            access_log=False,
            use_colors=False,
            # Its name and version are nobody's business.
            server_header=False,
            proxy_headers=bool(reglages.mandataires),
            forwarded_allow_ips=list(reglages.mandataires),
            timeout_keep_alive=_INACTIVE_S,
            ws="websockets-sansio",
            ws_max_size=config.get_option("server.maxWidgetStateSize") * 1_000_000,
            ws_per_message_deflate=config.get_option("server.enableWebsocketCompression"),
            ws_ping_interval=_PING_S,
            ws_ping_timeout=_PING_S,
            ssl_certfile=config.get_option("server.sslCertFile"),
            ssl_keyfile=config.get_option("server.sslKeyFile"),
            timeout_graceful_shutdown=_ARRET_S,
        ),
        lambda dit: tell(dit, reglages),
    ).run(sockets=[prise])


def check_retour(comptes: "Comptes") -> None:
    """Refuse a way back from the provider that is not below the path that the application is served under.

    Raises
    ------
    ReglagesInvalides
        If it leads elsewhere.
    """
    from ui.serveur.couches import served_path  # noqa: PLC0415 - loads Streamlit

    attendu = served_path(RETOUR)
    if urlsplit(comptes.adresse_retour).path != attendu:
        raise ReglagesInvalides(
            f"{COMPTES} : [auth] redirect_uri doit finir par {attendu}, car l'atlas est servi sous ce chemin (--chemin). "
            "Corrigez l'un ou l'autre, et l'adresse déclarée chez le fournisseur."
        )


def tell(phrase: str, reglages: Reglages, niveau: int = logging.INFO) -> None:
    """Say something to whoever started the server, as it says the rest."""
    if reglages.journaux_json:
        JOURNAL.log(niveau, phrase)
    else:
        print(phrase, flush=True)


def check_public() -> None:
    """Refuse a public address that is none: links would be made of what each visitor asks for.

    Raises
    ------
    ReglagesInvalides
        With what to write.
    """
    adresse = os.environ.get(ADRESSE_PUBLIQUE, "").strip()
    if adresse and public_address() is None:
        raise ReglagesInvalides(
            f"{ADRESSE_PUBLIQUE} : « {adresse} » n'est pas l'adresse d'un site. Écrivez celle où l'on atteint l'atlas, avec "
            "https:// : https://atlas.exemple.fr."
        )


def check_dossiers(reglages: Reglages) -> None:
    """Try to write where versions are kept, before anything is loaded; tell where there are no data.

    A page says what is wrong with the data, and starts again once they are mended: that stops nothing.

    Raises
    ------
    ReglagesInvalides
        If nothing can be written there.
    """
    try:
        var_dir().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=var_dir()):
            pass
    except OSError as erreur:
        raise ReglagesInvalides(
            f"Rien ne peut être écrit dans {var_dir()} ({tell_cause(erreur)}), où sont gardés les versions des données et les "
            f"contours de la carte. Donnez à {VERSIONS} un dossier où ce compte peut écrire."
        ) from erreur
    if not base_dir().is_dir():
        tell(
            f"Il n'y a pas de dossier de données {base_dir()} : corrigez {DONNEES}. En attendant, les pages le disent.",
            reglages,
            logging.WARNING,
        )


def check_base(reglages: Reglages) -> None:
    """Hear of the switches of other servers, if there are any; refuse a base that this application cannot use.

    One that does not answer stops nothing: what was in use last is shown meanwhile.

    Raises
    ------
    ReglagesInvalides
        If its address is none, or if its tables are those of another version of the application.
    """
    if not base_url():
        return
    from geo.base.connexion import BaseIndisponible, open_base  # noqa: PLC0415 - only where there is one
    from geo.base.erreurs import BaseNonPreparee  # noqa: PLC0415
    from geo.base.postgres import check_revision  # noqa: PLC0415
    from geo.importation.versions import watch_versions  # noqa: PLC0415

    try:
        base = open_base()
        try:
            with base.read() as connexion:
                check_revision(connexion)
        except BaseNonPreparee:
            raise
        except BaseIndisponible as erreur:
            tell(
                f"{erreur.administrateur} En attendant, les pages montrent les dernières données reçues.",
                reglages,
                logging.WARNING,
            )
    except BaseIndisponible as erreur:
        raise ReglagesInvalides(erreur.administrateur) from erreur
    watch_versions()


def listen(adresse: str, port: int) -> socket.socket:
    """Listen before anything is loaded, so that an address that is taken is told at once.

    Raises
    ------
    ReglagesInvalides
        If the address is taken, or is not of this machine, or if there is no such port.
    """
    if not 0 <= port <= _PORT_MAX:
        raise ReglagesInvalides(
            f"Le port {port} n'existe pas : un port va de 1 à {_PORT_MAX} (make run PORT=8501)."
        )
    famille = socket.AF_INET6 if ":" in adresse else socket.AF_INET
    try:
        prise = socket.create_server(
            (adresse, port), family=famille, backlog=2048, dualstack_ipv6=adresse == "::"
        )
        # asyncio does so of the sockets that it opens itself: else the end of an answer waits for the client, 40 ms.
        prise.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError as erreur:
        raise ReglagesInvalides(
            f"Le serveur ne peut pas écouter sur {adresse}, port {port} ({tell_cause(erreur)}). Un autre y écoute peut-être : "
            "donnez un autre port (make run PORT=9000), ou une adresse de cette machine."
        ) from erreur
    return prise


def get_ready() -> None:
    """Load the libraries and the data of the home page before its first visitor asks for them.

    What declares a component of Streamlit (the map, the search box) is left to the page: outside of one, Streamlit
    does not register it.
    """
    import folium.plugins  # noqa: F401, PLC0415

    from ui.commun.atlas import prepare  # noqa: PLC0415

    prepare()
    give_back_memory()


def spare_memory() -> None:
    """Have all threads, and Arrow, share two heaps: by default each has its own, and what one frees serves no other."""
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)


def give_back_memory() -> None:
    """Give back to the system what reading the data has freed."""
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def start_serveur(
    port: Annotated[int, typer.Option(help="Port du serveur.")] = 8501,
    adresse: Annotated[
        str,
        typer.Option(
            help="Adresse d'écoute : localhost pour cette machine seule, 0.0.0.0 pour le réseau."
        ),
    ] = ADRESSE_LOCALE,
    chemin: Annotated[
        str, typer.Option(help="Chemin sous lequel l'application est servie, par exemple /atlas.")
    ] = "",
    preparer: Annotated[
        bool, typer.Option("--preparer", help="Installer Leaflet sans servir l'application.")
    ] = False,
) -> None:
    """Installe Leaflet s'il manque, puis sert l'application."""
    if not leaflet_is_installed():
        print("Téléchargement de Leaflet 1.9.4 (une seule fois)…")
        try:
            fetch_leaflet()
        except LeafletIntrouvable as erreur:
            print(erreur, file=sys.stderr)
            raise typer.Exit(1) from erreur
    if preparer:
        return
    sous = f"/{chemin.strip('/')}".removesuffix("/")
    try:
        reglages = Reglages.read(adresse)
        if reglages.journaux_json:
            write_json(reglages.serveur)
        check_public()
        check_dossiers(reglages)
        check_base(reglages)
        ici = f"http://localhost:{port}{sous} (Ctrl+C pour arrêter)"
        tell(f"Atlas des CPTS : {f'serveur {nom}' if (nom := reglages.serveur) else ici}", reglages)
        if avis := public_notice(reglages):
            tell(avis, reglages)
        serve(port, reglages, chemin)
    except ReglagesInvalides as erreur:
        print(erreur, file=sys.stderr)
        raise typer.Exit(1) from erreur


if __name__ == "__main__":
    typer.run(start_serveur)
