"""A stroke written to PostgreSQL against SQLite, and how soon another server hears of a switch.

By itself, on a base of its own, prepared and empty: ``CPTS_BASE_URL=postgresql://… python -m bench.base``.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import psutil

from bench.chrono import MS_PAR_S
from bench.releve import Ligne, describe_machine, to_markdown
from bench.serveur import DONNEES
from geo.atelier.etat import Composition
from geo.atelier.gestes import ATTRIBUER, Geste
from geo.atelier.journal import Journal
from geo.base.connexion import Base, file_base, open_base
from geo.importation.depot_partage import DepotPartage
from geo.importation.environnement import BASE_URL, base_url
from geo.importation.versions import Meta

TRAITS, BASCULES = 200, 20
_META = Meta(auteur="Banc", note="", fichier="banc.csv", cpts=0, communes=0)
_GESTE = Geste(ATTRIBUER, vers={"cpts-banc": ("70001",)}, outil="pinceau")
# Another server: it goes back and forth, and says when each switch was done.
_AUTRE = """
import sys, time
from pathlib import Path
from geo.base.connexion import open_base
from geo.importation.depot_partage import DepotPartage
depot = DepotPartage(Path(sys.argv[1]), Path(sys.argv[2]), open_base())
for ligne in sys.stdin:
    depot.restore(int(ligne))
    print(time.time(), flush=True)
"""


def measure_base(dossier: Path) -> list[Ligne]:
    """Measure strokes on both engines in turn, then switches made by another process."""
    with TemporaryDirectory() as var:
        fichier, base = file_base(Path(var)), open_base()
        temps = _measure_traits({"sqlite": fichier, "postgres": base})
        fichier.close()
        delais = _measure_bascules(Path(var), dossier, base)
        base.close()
    (milieu, p95), (milieu_sqlite, p95_sqlite) = map(_sum_up, (temps["postgres"], temps["sqlite"]))
    entendu, entendu_p95 = _sum_up(delais)
    return [
        Ligne(
            f"stroke written to PostgreSQL, median and p95 of {TRAITS}",
            f"{milieu:.1f} and {p95:.1f} ms",
            f"SQLite: {milieu_sqlite:.1f} and {p95_sqlite:.1f} ms",
            f"{milieu / milieu_sqlite:.2f}× and {p95 / p95_sqlite:.2f}×",
        ),
        Ligne(
            f"switch by another process to the data shown here, median and p95 of {BASCULES}",
            f"{entendu:.0f} and {entendu_p95:.0f} ms",
            marque="≤ 1,000 ms",
        ),
    ]


def _measure_traits(bases: dict[str, Base]) -> dict[str, list[float]]:
    journaux = {nom: Journal(base) for nom, base in bases.items()}
    scenarios = {
        nom: journal.create(Composition({}, {}), nom="Banc", auteur="", note="", version_depart=0)
        for nom, journal in journaux.items()
    }
    temps: dict[str, list[float]] = {nom: [] for nom in bases}
    for rang in range(TRAITS):
        for nom, journal in journaux.items():
            debut = time.perf_counter()
            journal.append(scenarios[nom], rang, [(str(rang), _GESTE)])
            temps[nom].append((time.perf_counter() - debut) * MS_PAR_S)
    return temps


def _measure_bascules(var: Path, dossier: Path, base: Base) -> list[float]:
    depot = DepotPartage(var / "ici", dossier, base)
    version = depot.publish(depot.prepare({}), _META)
    veille = depot.watch()
    commande = [sys.executable, "-c", _AUTRE, str(var / "ailleurs"), str(dossier)]
    delais = []
    with subprocess.Popen(
        commande, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as autre:
        assert autre.stdin is not None  # noqa: S101
        assert autre.stdout is not None  # noqa: S101
        for rang in range(BASCULES):
            vers = 0 if rang % 2 == 0 else version.numero
            autre.stdin.write(f"{vers}\n")
            autre.stdin.flush()
            while depot.number(depot.actuel()) != vers:
                time.sleep(0.0005)
            vu = time.time()
            delais.append(max(0.0, vu - float(autre.stdout.readline())) * MS_PAR_S)
        autre.stdin.close()
    veille.stop()
    return delais


def _sum_up(temps: list[float]) -> tuple[float, float]:
    return median(temps), quantiles(temps, n=20)[-1]


if __name__ == "__main__":
    if not base_url():
        sys.exit(f"{BASE_URL} doit nommer une base PostgreSQL préparée et vide.")
    charge = os.getloadavg()[0]
    print(to_markdown(measure_base(DONNEES)))
    print(f"\n{describe_machine('not used', charge, psutil.getloadavg()[0])}")
