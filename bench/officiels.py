"""An official file of the whole of France: beyond its reading, and its indicators at every level."""

import datetime as dt
import io
import tempfile
import time
from pathlib import Path

import numpy as np
import xlsxwriter
from python_calamine import CalamineWorkbook

from bench.chrono import MS_PAR_S, time_in_turn
from bench.releve import Ligne, yes_or_no
from bench.serveur import DONNEES
from geo.atlas import Atlas
from geo.cellules import Valeurs
from geo.importation.lecture import read_feuilles
from geo.importation.tables import SourceImport
from geo.importation.versions import Depot
from geo.indicateurs.agregation import Termes
from geo.indicateurs.registre import MOYENNE
from geo.lecture.departements import load_departements
from geo.officiels.agregation import aggregate
from geo.officiels.examen import examine
from geo.officiels.service import prepare, publish

# As many communes as France has; the codes outside of the atlas are made up.
COMMUNES = 34_997
ENTETE = (
    "Code commune INSEE",
    "APL aux médecins généralistes",
    "APL aux médecins généralistes de 65 ans ou moins",
    "Population standardisée 2021 pour la médecine générale",
)
MARQUE_FICHIER_MS, MARQUE_AGREGATS_MS = 3_000, 100
TOURS = 3


def write_synthetique(atlas: Atlas) -> bytes:
    """Write a synthetic workbook of the DREES: every commune of the atlas, made-up ones elsewhere."""
    hasard = np.random.default_rng(0)
    siens = [str(code) for code in atlas.communes.index]
    charges = set(atlas.communes["code_departement"])
    autres = [code for code in load_departements() if code not in charges]
    reste = COMMUNES - len(siens)
    codes = siens + [
        f"{autres[rang % len(autres)]}{rang // len(autres) + 1:0{5 - len(autres[rang % len(autres)])}}"
        for rang in range(max(reste, 0))
    ]
    flux = io.BytesIO()
    with xlsxwriter.Workbook(flux) as classeur:
        feuille = classeur.add_worksheet("APL 2023")
        feuille.write_row(0, 0, ENTETE)
        for rang, code in enumerate(codes, start=1):
            nombres = (*hasard.uniform(0, 8, 2).round(3), hasard.integers(20, 9_000))
            feuille.write_row(rang, 0, (code, *map(float, nombres)))
    return flux.getvalue()


def import_synthetique(contenu: bytes, atlas: Atlas, dossier: Path, var: Path) -> None:
    """Take the workbook to a version of a folder of data, kept in `var`."""
    depot = Depot(var, dossier)
    source = SourceImport("synthetique.xlsx", "", "", dt.date(2026, 1, 1))
    examen = examine("synthetique.xlsx", contenu, atlas)
    publish(depot, prepare(depot, [examen], source, depuis=dossier, atlas=atlas))


def _import(contenu: bytes, atlas: Atlas) -> None:
    """Take the workbook to a version that is not kept."""
    with tempfile.TemporaryDirectory() as var:
        import_synthetique(contenu, atlas, DONNEES, Path(var))


def measure_officiels(atlas: Atlas) -> list[Ligne]:
    """Examine a synthetic national workbook, then aggregate one of its indicators again."""
    contenu = write_synthetique(atlas)
    durees = time_in_turn(
        {
            "calamine": lambda: (
                CalamineWorkbook.from_filelike(io.BytesIO(contenu))
                .get_sheet_by_index(0)
                .to_python()
            ),
            "lecture": lambda: read_feuilles("synthetique.xlsx", contenu),
            "examen": lambda: examine("synthetique.xlsx", contenu, atlas),
            "version": lambda: _import(contenu, atlas),
        },
        TOURS,
    )
    agregats = [
        indicateur.agregats
        for indicateur in examine("synthetique.xlsx", contenu, atlas).indicateurs
        if indicateur.agregats
    ]
    nombres = np.random.default_rng(1).uniform(1, 9, len(agregats[0].groupes.communes_lignes))
    sues = Valeurs(nombres, nombres, np.zeros(len(nombres), dtype="bool"))
    debut = time.perf_counter()
    for siens in agregats:
        aggregate(Termes(MOYENNE, sues, sues), siens.groupes)
    niveaux = (time.perf_counter() - debut) * MS_PAR_S
    au_dela = durees["version"] - durees["calamine"]
    return [
        Ligne(
            "official workbook of France, from the file to a version, beyond calamine",
            f"{au_dela:,.0f} ms",
            f"calamine {durees['calamine']:,.0f} ms; checks of the workbook "
            f"{durees['lecture'] - durees['calamine']:,.0f} ms; understanding it "
            f"{durees['examen'] - durees['lecture']:,.0f} ms; writing and reading back "
            f"{durees['version'] - durees['examen']:,.0f} ms",
            marque=f"≤ {MARQUE_FICHIER_MS:,} ms",
            tenue=yes_or_no(held=au_dela <= MARQUE_FICHIER_MS),
        ),
        Ligne(
            f"the {len(agregats)} indicators of the workbook at every level of France",
            f"{niveaux:,.1f} ms",
            marque=f"≤ {MARQUE_AGREGATS_MS} ms",
            tenue=yes_or_no(held=niveaux <= MARQUE_AGREGATS_MS),
        ),
    ]
