"""From the choice of a colour to the new colours: the application against the usual ways."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser

from bench.navigateur import Choix, open_context, open_ecran
from bench.releve import Ligne, compare_with, multiple_of, yes_or_no
from bench.serveur import DONNEES, serve
from geo.indicateurs.declarations import LIVRES, load_registre

MARQUE_TEMPS = 8
MARQUE_OCTETS = 50
MARQUE_FRANCE = 2
TOURS = 5
OCTETS_PAR_KO = 1e3
# Every page opens on the first and is asked for the second.
DEPART, ARRIVEE = "population", "densite"
INDICATEURS, _ = load_registre(LIVRES, ("population", "surface_km2"))


@dataclass(frozen=True, slots=True)
class Facon:
    """A page to compare: its script and data, and what shows the choice where there is no map."""

    script: str
    temoin: str | None = None
    dossier: Path = DONNEES


ICI = "ici"
REGION = "region"
USUELLE = "usual way"
EN_CACHE = "usual way, data cached and simplified"
COMPLETE = "usual way, communes drawn too"
VIDE = "empty page"
FACONS = {
    ICI: Facon("app.py"),
    USUELLE: Facon("bench/apps/usuelle.py"),
    EN_CACHE: Facon("bench/apps/usuelle_en_cache.py"),
    COMPLETE: Facon("bench/apps/usuelle_complete.py"),
    VIDE: Facon("bench/apps/vide.py", temoin="[data-testid=stCaptionContainer]"),
}


def measure_couleurs(navigateur: Browser) -> list[Ligne]:
    """Compare the application with the usual ways and with an empty page."""
    return _lines(_choose_in_turn(navigateur, FACONS))


def measure_couleurs_france(navigateur: Browser, dossier: Path) -> list[Ligne]:
    """Compare the home page on the national data with the same on the shipped ones."""
    facons = {ICI: Facon("app.py", dossier=dossier), REGION: Facon("app.py")}
    choix = _choose_in_turn(navigateur, facons)
    durees, octets = _medians(choix)
    return [
        multiple_of(
            "from the choice of a colour to the new colours",
            durees[ICI],
            durees[REGION],
            REGION,
            unite="ms",
            marque=MARQUE_FRANCE,
        ),
        multiple_of(
            "websocket traffic of that choice", octets[ICI], octets[REGION], REGION, unite="KB"
        ),
    ]


def _choose_in_turn(navigateur: Browser, facons: Mapping[str, Facon]) -> dict[str, list[Choix]]:
    """Choose a colour in each page, in turn, each time in a session that has not seen it yet."""
    with ExitStack() as pile:
        adresses = {
            nom: f"{pile.enter_context(serve(facon.script, facon.dossier)).adresse}/?ind={DEPART}"
            for nom, facon in facons.items()
        }
        attendues = {nom: _learn(navigateur, facon, adresses[nom]) for nom, facon in facons.items()}
        choix: dict[str, list[Choix]] = {nom: [] for nom in facons}
        for _ in range(TOURS):
            for nom, facon in facons.items():
                choix[nom].append(_choose(navigateur, facon, adresses[nom], attendues[nom]))
    return choix


def _learn(navigateur: Browser, facon: Facon, adresse: str) -> str:
    """Return the colours that the choice ends with."""
    with open_context(navigateur) as contexte:
        ecran = open_ecran(contexte, adresse, facon.temoin)
        avant = ecran.signature()
        ecran.take(INDICATEURS[ARRIVEE].libelle_court)
        ecran.wait_until_changed(avant)
        ecran.settle()
        return ecran.signature()


def _choose(navigateur: Browser, facon: Facon, adresse: str, attendue: str) -> Choix:
    with open_context(navigateur) as contexte:
        ecran = open_ecran(contexte, adresse, facon.temoin)
        return ecran.choose(INDICATEURS[ARRIVEE].libelle_court, attendue)


def _medians(choix: Mapping[str, list[Choix]]) -> tuple[dict[str, float], dict[str, float]]:
    """Return the milliseconds and the KB of each page."""
    durees = {nom: median(c.duree_ms for c in siens) for nom, siens in choix.items()}
    octets = {nom: median(c.octets for c in siens) / OCTETS_PAR_KO for nom, siens in choix.items()}
    return durees, octets


def _lines(choix: Mapping[str, list[Choix]]) -> list[Ligne]:
    durees, octets = _medians(choix)
    gardees = {nom: sum(c.carte_gardee for c in siens) for nom, siens in choix.items()}
    autres = [nom for nom in FACONS if nom != ICI]
    return [
        *(
            compare_with(
                "from the choice of a colour to the new colours",
                durees[ICI],
                durees[nom],
                nom,
                unite="ms",
                marque=MARQUE_TEMPS if nom in (USUELLE, COMPLETE) else None,
            )
            for nom in autres
        ),
        *(
            compare_with(
                "websocket traffic of that choice",
                octets[ICI],
                octets[nom],
                nom,
                unite="KB",
                marque=MARQUE_OCTETS if nom in (USUELLE, COMPLETE) else None,
            )
            for nom in autres
        ),
        Ligne(
            "choices that kept the map's frame",
            f"{gardees[ICI]} of {TOURS}",
            f"{USUELLE}: {gardees[USUELLE]} of {TOURS}",
            marque="all",
            tenue=yes_or_no(held=gardees[ICI] == TOURS),
        ),
    ]
