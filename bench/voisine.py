"""What a session waits while another one imports a table as large as may be."""

import csv
import tempfile
from pathlib import Path
from statistics import quantiles

from playwright.sync_api import Browser

from bench.couleurs import ARRIVEE, DEPART, INDICATEURS
from bench.navigateur import Ecran, open_context, open_ecran
from bench.releve import Ligne, multiple_of
from bench.serveur import APPLICATION, serve
from geo.atlas import Atlas

MARQUE = 2
TOURS = 20
LIGNES = 184_000
COULEURS = [INDICATEURS[i].libelle_court for i in (ARRIVEE, DEPART)]


def measure_voisine(navigateur: Browser, atlas: Atlas) -> list[Ligne]:
    """Compare the slowest changes of colour while another session imports with those of a quiet server."""
    with (
        tempfile.TemporaryDirectory() as dossier,
        serve(APPLICATION) as serveur,
        open_context(navigateur) as ici,
        open_context(navigateur) as la_bas,
    ):
        table = write_large_table(atlas, Path(dossier) / "synthetique.csv")
        ecran = open_ecran(ici, f"{serveur.adresse}/?ind={DEPART}")
        attendues = [_learn(ecran, libelle) for libelle in COULEURS]
        calme = [_change(ecran, attendues, rang) for rang in range(TOURS)]
        import_ = la_bas.new_page()
        import_.goto(f"{serveur.adresse}/donnees")
        import_.get_by_role("tab", name="Importer").click()
        import_.locator("input[type=file]").set_input_files(str(table))
        fini = import_.get_by_role("heading", name="Diagnostic")
        pendant: list[float] = []
        while not fini.is_visible():
            pendant.append(_change(ecran, attendues, len(pendant)))
    return [
        multiple_of(
            f"change of colour while another session imports {LIGNES:,} rows, p95 of {len(pendant)}",
            _p95(pendant),
            _p95(calme),
            "quiet server",
            unite="ms",
            marque=MARQUE,
        )
    ]


def write_large_table(atlas: Atlas, table: Path) -> Path:
    """Write every commune of the study area again and again, with its EPCI for CPTS: made up."""
    communes = atlas.communes[atlas.communes["etude"] & atlas.communes["nom_epci"].notna()]
    rangees = list(zip(communes.index, communes["nom"], communes["nom_epci"], strict=True))
    with table.open("w", encoding="utf-8", newline="") as fichier:
        sortie = csv.writer(fichier, delimiter=";")
        sortie.writerow(["Code INSEE", "Commune", "CPTS"])
        for rang in range(LIGNES):
            code, nom, epci = rangees[rang % len(rangees)]
            sortie.writerow([code, nom, f"CPTS synthétique {epci}"])
    return table


def _learn(ecran: Ecran, libelle: str) -> str:
    avant = ecran.signature()
    ecran.take(libelle)
    ecran.wait_until_changed(avant)
    ecran.settle()
    return ecran.signature()


def _change(ecran: Ecran, attendues: list[str], rang: int) -> float:
    return ecran.choose(COULEURS[rang % 2], attendues[rang % 2]).duree_ms


def _p95(durees: list[float]) -> float:
    return quantiles(durees, n=20)[-1]
