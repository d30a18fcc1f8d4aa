"""The search while one types: what a keystroke costs the server, and when its answers are seen."""

import time
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser

from bench.chrono import MS_PAR_S
from bench.navigateur import open_context, open_ecran
from bench.releve import Ligne, multiple_of
from bench.serveur import serve
from geo.atlas import Atlas
from geo.recherche.index import Index, build_index, search
from rendu.mots.recherche import label

TEXTES = ("saint-loup-sur-semouse", "hericourt", "70300", "ciel")
TOURS = 5


def measure_saisie(atlas: Atlas, region: Atlas) -> list[Ligne]:
    """Search each beginning of each text, nationally and regionally."""
    france, ailleurs = _time_saisie(build_index(atlas)), _time_saisie(build_index(region))
    figure = "search of a keystroke (`geo.recherche.index.search`)"
    return [
        multiple_of(
            f"{figure}, median of {len(france)}",
            median(france),
            median(ailleurs),
            "region",
            unite="ms",
        ),
        multiple_of(f"{figure}, slowest", max(france), max(ailleurs), "region", unite="ms"),
    ]


def measure_liste(navigateur: Browser, atlas: Atlas, dossier: Path) -> list[Ligne]:
    """Type each text in the search box, one key at a time, up to the list of its answers.

    A key that does not change the list is typed and not counted: nothing on screen tells its answer.
    """
    index = build_index(atlas)
    durees = []
    with serve("app.py", dossier) as serveur:
        for texte in TEXTES:
            with open_context(navigateur) as contexte:
                ecran = open_ecran(contexte, serveur.adresse)
                avant = ""
                for touche, debut in zip(texte, _beginnings(texte), strict=True):
                    attendue = " | ".join(label(resultat) for resultat in search(index, debut))
                    duree = ecran.type_in_search(touche, attendue)
                    if attendue != avant:
                        durees.append(duree)
                    avant = attendue
    figure = "from a keystroke to the list of its answers"
    return [
        Ligne(f"{figure}, median of {len(durees)}", f"{median(durees):,.0f} ms"),
        Ligne(f"{figure}, slowest", f"{max(durees):,.0f} ms"),
    ]


def _beginnings(texte: str) -> list[str]:
    return [texte[: longueur + 1] for longueur in range(len(texte))]


def _time_saisie(index: Index) -> list[float]:
    """Return the median time of each keystroke, in milliseconds."""
    durees = []
    for debut in (debut for texte in TEXTES for debut in _beginnings(texte)):
        siennes = []
        for _ in range(TOURS):
            depart = time.perf_counter()
            search(index, debut)
            siennes.append((time.perf_counter() - depart) * MS_PAR_S)
        durees.append(median(siennes))
    return durees
