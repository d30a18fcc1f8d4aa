"""What is opened: every page, for three CPTS, two departments and four dates, and the files that leave it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from playwright.sync_api import BrowserContext, sync_playwright

from tests.audit.ecran import PageLue
from tests.audit.enonce import Contexte, Releve
from tests.audit.fichiers import NON_LUS, read_file
from tests.navigateur.conftest import OPTIONS
from tests.navigateur.outils import serve

# One whose perimeter is indicative, one deduced, one documented.
CPTS = ("cpts-luxeuil", "cpts-pays-hericourt", "cpts-gips")
DEPARTEMENTS = ("70", "25")
DATES = ("2021-07-19", "2022-05-06", "2023-03-30", "2024-09-27")
EVENEMENT = "cpts-luxeuil,cpts-bassin-vesulien"


@dataclass(frozen=True, slots=True)
class Visite:
    """A page to open, what its address says, and whether its files are taken and its popovers opened."""

    adresse: str
    contexte: Contexte
    fichiers: bool = False
    bulles: bool = False


def visits() -> Iterator[Visite]:
    """List what is opened."""
    for dep, indicatifs in product(("", *DEPARTEMENTS), (True, False)):
        filtres = "&".join(
            filter(None, [dep and f"dep={dep}", "" if indicatifs else "indicatifs=0"])
        )
        for page in ("", "zones_blanches"):
            lieu = Contexte(page or "carte", dep=dep, indicatifs=indicatifs)
            yield Visite(
                f"{page}?{filtres}",
                lieu,
                fichiers=dep == "70" or (not page and not dep and indicatifs),
                bulles=dep == "70" and indicatifs,
            )
    for zone, indicatifs in product(("70310",), (True, False)):
        suite = "" if indicatifs else "&indicatifs=0"
        yield Visite(
            f"zones_blanches?dep=70&zone={zone}{suite}",
            Contexte("zones_blanches, une zone", dep="70", indicatifs=indicatifs),
        )
    for ind in ("population", "smt", "statut"):
        yield Visite(f"?ind={ind}", Contexte(f"carte par {ind}"))
    for cpts in CPTS:
        yield Visite(f"?cpts={cpts}", Contexte("carte, panneau", cpts=cpts))
        yield Visite(f"fiche?cpts={cpts}", Contexte("fiche", cpts=cpts), fichiers=True, bulles=True)
        yield Visite(
            f"presentation?cpts={cpts}",
            Contexte("presentation", cpts=cpts),
            fichiers=cpts == CPTS[0],
        )
    for page in ("fiche", ""):
        yield Visite(
            f"{page}?cpts={CPTS[0]}&indicatifs=0",
            Contexte(page or "carte, panneau", cpts=CPTS[0], indicatifs=False),
        )
    yield Visite(f"presentation?cpts={EVENEMENT}", Contexte("presentation", cpts=EVENEMENT))
    choix = [
        ",".join(f"cpts:{i}" for i in CPTS) + ",dep:70",
        "dep:70,dep:25,region:27",
    ]
    for t, indicatifs in product(choix, (True, False)):
        suite = "" if indicatifs else "&indicatifs=0"
        yield Visite(
            f"comparer?t={t}{suite}",
            Contexte("comparer", indicatifs=indicatifs),
            fichiers=indicatifs,
        )
    for date in DATES:
        yield Visite(
            f"deploiement?date={date}",
            Contexte("deploiement", date=date),
            fichiers=date == DATES[-1],
            bulles=date == DATES[1],
        )
    for dep, indicatifs in product(DEPARTEMENTS, (True, False)):
        suite = "" if indicatifs else "&indicatifs=0"
        yield Visite(
            f"deploiement?date={DATES[2]}&dep={dep}{suite}",
            Contexte("deploiement", dep=dep, date=DATES[2], indicatifs=indicatifs),
        )
    yield Visite("donnees", Contexte("donnees"), fichiers=True)


def read_all() -> Releve:
    """Open and read everything, on a server of its own."""
    releve = Releve()
    chromium = (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    )
    with (
        tempfile.TemporaryDirectory() as var,
        serve(CPTS_VAR_DIR=var) as adresse,
        sync_playwright() as playwright,
    ):
        navigateur = playwright.chromium.launch(executable_path=chromium, args=list(OPTIONS))
        fenetres = navigateur.new_context(locale="fr-FR", accept_downloads=True)
        for visite in visits():
            _visit(fenetres, adresse, visite, releve)
        navigateur.close()
    return releve


def _visit(fenetres: BrowserContext, adresse: str, visite: Visite, releve: Releve) -> None:
    page = PageLue(fenetres, f"{adresse}/{visite.adresse}", visite.contexte)
    if visite.bulles:
        page.open_popovers()
    releve.enonces += page.read()
    if visite.fichiers:
        for nom, chemin in page.download(sauf=NON_LUS):
            releve.enonces += read_file(nom, chemin, visite.contexte)
            releve.fichiers.append(nom)
    releve.pages.append(visite.adresse)
    page.close()
