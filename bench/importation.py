"""Import of a national table, from the file to the version in use, against ``pandas.read_csv`` alone."""

import multiprocessing as mp
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import NamedTuple

import pandas as pd
import psutil

from bench.chrono import MS_PAR_S
from bench.releve import Ligne, multiple_of
from geo.atlas import Atlas
from geo.chargement import load
from geo.importation.diagnostic import Choix
from geo.importation.service import check, prepare, publish, read_path
from geo.importation.tables import SourceImport
from geo.importation.versions import Depot

TOURS = 3
# How often memory is looked at, from another process: it costs the one that works nothing.
PAS_S = 0.005
MB = 1e6
# One membership in ten is left out, so that there is a change to compare and to publish.
UNE_SUR = 10


class Cout(NamedTuple):
    """What one way costs: the whole, its first part, and the memory it took on top."""

    duree_ms: float
    lecture_ms: float
    memoire_mb: float


def measure_import(atlas: Atlas, dossier: Path) -> list[Ligne]:
    """Import a table made from the memberships of a national folder, in processes of its own."""
    with tempfile.TemporaryDirectory() as temporaire:
        table = Path(temporaire) / "table.csv"
        lignes = write_table(atlas, table)
        couts: dict[Callable[..., None], list[Cout]] = {_import: [], _read_alone: []}
        for _ in range(TOURS):
            for facon, siens in couts.items():
                siens.append(run_apart(facon, dossier, table))
    ici, seul = (
        [median(valeurs) for valeurs in zip(*siens, strict=True)] for siens in couts.values()
    )
    nom = "`pandas.read_csv` of the file"
    return [
        multiple_of(
            f"import of {lignes:,} rows, to the version in use", ici[0], seul[0], nom, unite="ms"
        ),
        multiple_of("of which: read, columns guessed, checked", ici[1], seul[0], nom, unite="ms"),
        multiple_of(
            "memory of that import, beyond the data in use",
            ici[2],
            max(seul[2], 1),
            nom,
            unite="MB",
        ),
    ]


def write_table(atlas: Atlas, table: Path) -> int:
    """Write the memberships as a planner holds them; return the number of rows."""
    adhesions = atlas.adhesions.drop(index=atlas.adhesions.index[::UNE_SUR])
    communes = atlas.communes.loc[adhesions["code_commune"]]
    fiches = atlas.fiches.loc[adhesions["cpts_id"]]
    planificateur = pd.DataFrame(
        {
            "Département": communes["code_departement"].to_numpy(),
            "Code INSEE": adhesions["code_commune"].to_numpy(),
            "Commune": communes["nom"].to_numpy(),
            "CPTS": fiches["nom"].to_numpy(),
            "Étape": atlas.statuts.loc[fiches["statut"], "libelle"].to_numpy(),
        }
    )
    planificateur.to_csv(table, sep=";", index=False, encoding="utf-8-sig")
    return len(planificateur)


def run_apart(facon: Callable[..., None], dossier: Path, table: Path) -> Cout:
    """Run one way in a new process, and watch its memory from here while it works.

    Parameters
    ----------
    facon
        Is given a connection, `dossier` and `table`: sends a word when ready, waits for one, then sends its times.
    dossier, table
        Folder of data, and the file that is read.
    """
    contexte = mp.get_context("spawn")
    ici, la_bas = contexte.Pipe()
    processus = contexte.Process(target=facon, args=(la_bas, dossier, table))
    processus.start()
    la_bas.close()
    ici.recv()  # ready: what it needs is imported and loaded
    suivi = psutil.Process(processus.pid)
    repos = sommet = suivi.memory_info().rss
    ici.send(None)
    while not ici.poll(PAS_S):
        sommet = max(sommet, suivi.memory_info().rss)
    duree_ms, lecture_ms = ici.recv()
    processus.join()
    if processus.exitcode:
        raise RuntimeError("Un processus de la mesure a échoué.")
    return Cout(duree_ms, lecture_ms, (sommet - repos) / MB)


def _read_alone(parent: Connection, _: Path, table: Path) -> None:
    parent.send(None)
    parent.recv()
    debut = time.perf_counter()
    pd.read_csv(table, sep=";", dtype=str)
    duree_ms = (time.perf_counter() - debut) * MS_PAR_S
    parent.send((duree_ms, duree_ms))


def _import(parent: Connection, dossier: Path, table: Path) -> None:
    with tempfile.TemporaryDirectory() as var:
        depot = Depot(Path(var), dossier)
        atlas = load(depot.actuel())
        # The planner takes the known sheets that are proposed for names that are nearly theirs.
        proposees = check([read_path(table)], atlas, Choix()).diagnostic.fiches_proposees
        choix = Choix(fiches=proposees)
        parent.send(None)
        parent.recv()
        debut = time.perf_counter()
        verification = check([read_path(table)], atlas, choix)
        lecture_ms = (time.perf_counter() - debut) * MS_PAR_S
        pret = prepare(
            depot,
            verification,
            SourceImport(table.name, "", "", pd.Timestamp.now().date()),
            depuis=depot.actuel(),
            definition="fonctionnement",
            step=lambda _: None,
        )
        publish(depot, pret)
        duree_ms = (time.perf_counter() - debut) * MS_PAR_S
        parent.send((duree_ms, lecture_ms))
        _check_result(depot, table)


def _check_result(depot: Depot, table: Path) -> None:
    """Refuse the times of an import that did not put the table in use, row for row."""
    atlas = load(depot.actuel())
    en_service = atlas.adhesions.join(atlas.fiches["nom"], on="cpts_id")[["code_commune", "nom"]]
    lue = pd.read_csv(table, sep=";", dtype=str)[["Code INSEE", "CPTS"]]
    attendues = set(lue.itertuples(index=False, name=None))
    obtenues = set(
        en_service[en_service["nom"].isin(lue["CPTS"])].itertuples(index=False, name=None)
    )
    if attendues != obtenues:
        raise RuntimeError("L'import n'a pas mis en service la table mesurée.")
