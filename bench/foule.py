"""A launch: so many people open the link within ten seconds, then each changes the colour.

They speak Streamlit's own protocol, as in :mod:`bench.debit`: what their browsers fetch and paint is not counted.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from ssl import SSLContext
from statistics import quantiles

from bench.debit import CHOIX, Client, enter
from bench.releve import Ligne, multiple_of, yes_or_no
from bench.serveur import APPLICATION, Serveur, serve

FOULES = (50, 100, 200)
ARRIVEE_S = 10
VIDE = "empty page"
# Seconds: openings by the number of people, and a change among two hundred sessions.
MARQUES = {50: 3.0, 200: 10.0}
MARQUE_CHANGEMENT = 1.0
# The processor time of an opening, against that of an empty page with the same imports.
MARQUE_PROCESSEUR = 3
SEULS = 20


@dataclass(frozen=True, slots=True)
class Foule:
    """What a crowd waited, in seconds each: to see the page, then to see its change of colour."""

    ouvertures: list[float]
    changements: list[float]


def measure_foule() -> Iterator[list[Ligne]]:
    """Open the home page one by one beside an empty page, then in crowds."""
    yield [_processor()]
    for n in FOULES:
        with serve(APPLICATION) as serveur:
            foule = gather(serveur.adresse, n)
        yield [
            _line(
                f"opening of the home page, {n} people in {ARRIVEE_S} s",
                foule.ouvertures,
                MARQUES.get(n),
            ),
            _line(
                f"then a change of colour, {n} sessions",
                foule.changements,
                MARQUE_CHANGEMENT if n == FOULES[-1] else None,
            ),
        ]


def _line(figure: str, durees: Sequence[float], marque: float | None) -> Ligne:
    p95 = quantiles(durees, n=20)[-1]
    return Ligne(
        f"{figure}, p95",
        f"{p95:.1f} s",
        marque="" if marque is None else f"≤ {marque:g} s",
        tenue="" if marque is None else yes_or_no(held=p95 <= marque),
    )


def _processor() -> Ligne:
    """Compare the processor time of the openings of a server at rest, one after the other."""
    temps = {}
    for nom, script in ((APPLICATION, APPLICATION), (VIDE, "bench/apps/vide.py")):
        with serve(script) as serveur, ExitStack() as pile:
            enter(serveur.adresse, pile).run()
            debut = _spent(serveur)
            for _ in range(SEULS):
                enter(serveur.adresse, pile).run()
            temps[nom] = (_spent(serveur) - debut) / SEULS * 1000
    return multiple_of(
        "processor time of an opening",
        temps[APPLICATION],
        temps[VIDE],
        VIDE,
        unite="ms",
        marque=MARQUE_PROCESSEUR,
    )


def _spent(serveur: Serveur) -> float:
    temps = serveur.processus.cpu_times()
    return float(temps.user + temps.system)


def gather(adresse: str, n: int, tls: SSLContext | None = None) -> Foule:
    """Have so many people come within :data:`ARRIVEE_S`, then change the colour, each in turn.

    Parameters
    ----------
    adresse
        Of a server that has just been started.
    n
        How many people.
    tls
        How its certificate is judged, in https.
    """
    with ExitStack() as pile, ThreadPoolExecutor(n) as fils:
        # The first visitor of a server just started is another figure.
        enter(adresse, pile, tls).run()
        depart = time.monotonic()

        def arrive(rang: int) -> tuple[Client, float]:
            moment = depart + ARRIVEE_S * rang / n
            time.sleep(max(0.0, moment - time.monotonic()))
            client = enter(adresse, pile, tls)
            client.run()
            return client, time.monotonic() - moment

        arrives = list(fils.map(arrive, range(n)))
        debut = time.monotonic()
        return Foule(
            [duree for _, duree in arrives],
            list(fils.map(_change_after(debut, n), enumerate(client for client, _ in arrives))),
        )


def _change_after(debut: float, n: int) -> Callable[[tuple[int, Client]], float]:
    def change(arrive: tuple[int, Client]) -> float:
        rang, client = arrive
        moment = debut + ARRIVEE_S * rang / n
        time.sleep(max(0.0, moment - time.monotonic()))
        client.choose(CHOIX[0])
        return time.monotonic() - moment

    return change
