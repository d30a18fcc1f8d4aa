"""The API under a steady rate of requests, against a static file of about the same size from the same server."""

import http.client
import threading
import time
from itertools import count
from statistics import quantiles
from urllib.parse import urlsplit

from bench.releve import Ligne, yes_or_no
from bench.serveur import APPLICATION, serve

PAR_SECONDE = 200
DUREE_S = 20
CONNEXIONS = 16
P95_MS = 20
TERRITOIRES = "/api/v1/collections/territoires/items"
# Of about the size of the region's territories.
STATIQUE = "/app/static/leaflet/leaflet.js"
# Both then weigh what they are.
TEL_QUEL = {"Accept-Encoding": "identity"}
COMPRESSE = {"Accept-Encoding": "gzip"}


def measure_api() -> list[Ligne]:
    """Ask a server for its territories, and for a static file, at one rate."""
    with serve(APPLICATION, CPTS_API_DEBIT=str(PAR_SECONDE * 2)) as serveur:
        fichier, octets = _press(serveur.adresse, STATIQUE, TEL_QUEL)
        lignes = [
            _tell("a static file", fichier, octets, None),
            _tell("its territories", *_press(serveur.adresse, TERRITOIRES, TEL_QUEL), fichier),
        ]
        compresses = _press(serveur.adresse, TERRITOIRES, COMPRESSE)
        lignes.append(_tell("its territories, with gzip", *compresses, fichier))
    return lignes


def _tell(quoi: str, temps: list[float], octets: int, reference: list[float] | None) -> Ligne:
    p50, p95 = _percentiles(temps)
    figure = f"{quoi} ({octets / 1000:,.0f} kB), {PAR_SECONDE} requests a second, median and p95 of {len(temps):,}"
    ici = f"{p50:.1f} and {p95:.1f} ms"
    if reference is None:
        return Ligne(figure, ici)
    du_fichier = _percentiles(reference)
    return Ligne(
        figure,
        ici,
        f"the static file: {du_fichier[0]:.1f} and {du_fichier[1]:.1f} ms",
        f"{p50 / du_fichier[0]:.2f}× and {p95 / du_fichier[1]:.2f}×",
        f"p95 ≤ {P95_MS} ms",
        yes_or_no(held=p95 <= P95_MS),
    )


def _percentiles(temps: list[float]) -> tuple[float, float]:
    vingtiles = quantiles(temps, n=20)
    return vingtiles[9], vingtiles[18]


def _press(adresse: str, chemin: str, entetes: dict[str, str]) -> tuple[list[float], int]:
    """Return how long each answer took, in ms, from when it was due; and what one weighs.

    Raises
    ------
    RuntimeError
        If one was not what was asked for.
    """
    temps: list[float] = []
    poids: set[int] = set()
    fautes: list[int] = []
    rangs = count()
    _ask(adresse, chemin, entetes)
    debut = time.perf_counter() + 0.5

    def travailler() -> None:
        connexion = _connect(adresse)
        while (rang := next(rangs)) < PAR_SECONDE * DUREE_S:
            du = debut + rang / PAR_SECONDE
            time.sleep(max(0.0, du - time.perf_counter()))
            connexion.request("GET", chemin, headers=entetes)
            reponse = connexion.getresponse()
            poids.add(len(reponse.read()))
            temps.append((time.perf_counter() - du) * 1000)
            if reponse.status != http.client.OK:
                fautes.append(reponse.status)
        connexion.close()

    fils = [threading.Thread(target=travailler) for _ in range(CONNEXIONS)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    if fautes:
        raise RuntimeError(f"{chemin} : {len(fautes)} réponses inattendues, dont {fautes[0]}.")
    return temps, max(poids)


def _connect(adresse: str) -> http.client.HTTPConnection:
    morceaux = urlsplit(adresse)
    return http.client.HTTPConnection(morceaux.hostname or "", morceaux.port, timeout=30)


def _ask(adresse: str, chemin: str, entetes: dict[str, str]) -> None:
    """Have the answer made and kept."""
    connexion = _connect(adresse)
    connexion.request("GET", chemin, headers=entetes)
    connexion.getresponse().read()
    connexion.close()
