"""From the choice of a colour to the new colours: the application against the usual ways."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

from playwright.sync_api import Browser

from bench.navigateur import Choix, open_context, open_ecran
from bench.releve import Ligne, compare_with, yes_or_no
from bench.serveur import serve
from ui.indicateurs import INDICATEURS_FIXES

MARQUE_TEMPS = 8
MARQUE_OCTETS = 50
TOURS = 5
OCTETS_PAR_KO = 1e3
# Every page opens on the first and is asked for the second.
DEPART, ARRIVEE = "population", "densite"


@dataclass(frozen=True, slots=True)
class Facon:
    """A page to compare: its script, and the text that shows the choice where there is no map."""

    script: str
    temoin: str | None = None


ICI = "ici"
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
    """Choose a colour in each page, in turn, each time in a session that has not seen it yet."""
    with ExitStack() as pile:
        adresses = {
            nom: f"{pile.enter_context(serve(facon.script)).adresse}/?ind={DEPART}"
            for nom, facon in FACONS.items()
        }
        attendues = {nom: _learn(navigateur, nom, adresse) for nom, adresse in adresses.items()}
        choix: dict[str, list[Choix]] = {nom: [] for nom in FACONS}
        for _ in range(TOURS):
            for nom, adresse in adresses.items():
                choix[nom].append(_choose(navigateur, nom, adresse, attendues[nom]))
    return _lines(choix)


def _learn(navigateur: Browser, nom: str, adresse: str) -> str:
    """Return the colours that the choice ends with."""
    with open_context(navigateur) as contexte:
        ecran = open_ecran(contexte, adresse, FACONS[nom].temoin)
        avant = ecran.signature()
        ecran.open_list(INDICATEURS_FIXES[ARRIVEE]).click()
        ecran.wait_until_changed(avant)
        ecran.settle()
        return ecran.signature()


def _choose(navigateur: Browser, nom: str, adresse: str, attendue: str) -> Choix:
    with open_context(navigateur) as contexte:
        ecran = open_ecran(contexte, adresse, FACONS[nom].temoin)
        return ecran.choose(INDICATEURS_FIXES[ARRIVEE], attendue)


def _lines(choix: Mapping[str, list[Choix]]) -> list[Ligne]:
    durees = {nom: median(c.duree_ms for c in siens) for nom, siens in choix.items()}
    octets = {nom: median(c.octets for c in siens) / OCTETS_PAR_KO for nom, siens in choix.items()}
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
