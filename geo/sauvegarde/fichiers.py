"""Backup and restoration of a folder of versions and its file of SQLite: another folder takes its place in one step."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from geo.base.actions import RESTAURATION
from geo.base.connexion import Base
from geo.base.schema import gestes, jetons, scenarios, trace
from geo.base.sqlite import MoteurSqlite
from geo.base.trace import note_acte
from geo.importation.depot import (
    DESCRIPTION,
    POINTEUR,
    Pointeur,
    describe_version,
    sync_folder,
    told,
    write_file,
)
from geo.importation.depot_partage import list_fichiers
from geo.sauvegarde.etat import Etat, VersionGardee, is_place
from geo.sauvegarde.rangees import add_rows, find_missing, read_rows, read_trace, remove_scenarios
from geo.sauvegarde.stockage import Photo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy.engine import Connection

    from geo.importation.depot import Depot, Version
    from geo.importation.depot_partage import Fichier
    from geo.sauvegarde.rangees import Rangees
    from geo.sauvegarde.stockage import Origine

# From linux/fs.h and fcntl.h.
_RENAME_EXCHANGE = 2
_AT_FDCWD = -100


class StockageFichiers:
    """The folder of versions of some data, with the file of SQLite beside them.

    Parameters
    ----------
    depot
        The versions.
    base
        What the file of SQLite keeps.
    """

    def __init__(self, depot: Depot, base: Base) -> None:
        self._depot, self._base = depot, base

    @contextmanager
    def photograph(self) -> Iterator[Photo]:
        """Give all of it at one moment; see :class:`geo.sauvegarde.stockage.Stockage`."""
        # A switch is written to the trace in the same step: neither is read without the other.
        with self._depot.lock(), self._base.read() as connexion:
            finish = self._begin(connexion)
        # Versions never change: nobody has to wait while they are read.
        yield finish()

    def room(self) -> int | None:
        """Return what is left of the disk."""
        dossier = self._depot.dossier
        return shutil.disk_usage(next(p for p in (dossier, *dossier.parents) if p.exists())).free

    def replace(
        self,
        etat: Etat,
        contenus: Iterable[tuple[str, bytes]],
        origine: Origine,
        before: Callable[[Photo], None],
    ) -> None:
        """Put something else in place of all of it; see :class:`geo.sauvegarde.stockage.Stockage`."""
        dossier = self._depot.dossier
        prefixe = f".{dossier.name}-"
        with (
            self._depot.lock(),
            self._base.write() as connexion,
            told("La restauration n'a pas pu être faite"),
            tempfile.TemporaryDirectory(
                prefix=prefixe, dir=dossier.parent, ignore_cleanup_errors=True
            ) as a_cote,
        ):
            # What a restoration that was killed has left.
            for reste in dossier.parent.glob(f"{prefixe}*"):
                if reste != Path(a_cote):
                    shutil.rmtree(reste, ignore_errors=True)
            before(self._begin(connexion)())
            nouveau = Path(a_cote, dossier.name)
            nouveau.mkdir()
            nouveau.chmod(dossier.stat().st_mode & 0o777)
            self._write_versions(nouveau, etat, contenus)
            _write_base(nouveau, etat, connexion, origine)
            sync_folder(nouveau)
            exchange(nouveau, dossier)
            sync_folder(dossier.parent)
            # Whoever waited to write to what is gone finds nothing to write to, and is told.
            remove_scenarios(connexion)

    def _begin(self, connexion: Connection) -> Callable[[], Photo]:
        """Read what changes; what is returned reads what does not."""
        rangees, pointeur = read_rows(connexion), self._depot.read_pointeur()
        versions = sorted(self._depot.versions(), key=lambda version: version.numero)
        return lambda: self._finish(pointeur, versions, rangees)

    def _finish(self, pointeur: Pointeur, versions: list[Version], rangees: Rangees) -> Photo:
        gardees, chemins = [], {}
        for version in versions:
            dossier = self._depot.folder(version.numero)
            # A name that no archive may hold is none of ours.
            fichiers = tuple(f for f in list_fichiers(dossier) if is_place(f.chemin))
            chemins.update({f.empreinte: dossier / f.chemin for f in fichiers})
            gardees.append(VersionGardee(replace(version, actuelle=False), fichiers))
        return Photo(
            Etat(pointeur.numero, pointeur.dernier, tuple(gardees), *rangees),
            {sha: chemin.stat().st_size for sha, chemin in chemins.items()},
            lambda sha: chemins[sha].read_bytes(),
        )

    def _write_versions(
        self, nouveau: Path, etat: Etat, contenus: Iterable[tuple[str, bytes]]
    ) -> None:
        places: dict[str, list[tuple[Path, Fichier]]] = {}
        for gardee in etat.versions:
            place = self._depot.folder(gardee.numero).relative_to(self._depot.dossier)
            dossier = nouveau / place
            dossier.mkdir(parents=True)
            write_file(dossier / DESCRIPTION, describe_version(gardee.version))
            for fichier in gardee.fichiers:
                places.setdefault(fichier.empreinte, []).append((dossier, fichier))
        for sha, octets in contenus:
            for dossier, fichier in places.get(sha, ()):
                chemin = dossier / fichier.chemin
                chemin.parent.mkdir(exist_ok=True)
                write_file(chemin, octets)
                os.utime(chemin, ns=(fichier.modifie_ns, fichier.modifie_ns))
        write_file(
            nouveau / POINTEUR, json.dumps(asdict(Pointeur(etat.en_usage, etat.dernier))).encode()
        )


def _write_base(nouveau: Path, etat: Etat, ancienne: Connection, origine: Origine) -> None:
    base = Base(MoteurSqlite(nouveau))
    try:
        with base.write() as connexion:
            add_rows(connexion, scenarios, etat.scenarios)
            add_rows(connexion, gestes, etat.gestes)
            add_rows(connexion, jetons, [*ancienne.execute(sa.select(jetons)).mappings()])
            connue = read_trace(ancienne)
            add_rows(connexion, trace, [*connue, *find_missing(etat.trace, connue)])
            note_acte(connexion, identifiant="", action=RESTAURATION, **asdict(origine))
    finally:
        # The last to close it leaves one file.
        base.close()


def exchange(un: Path, autre: Path) -> None:
    """Give each of two folders the name of the other, in one step.

    Raises
    ------
    OSError
        If the system or the disk cannot.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    chemins = os.fsencode(un), os.fsencode(autre)
    if libc.renameat2(_AT_FDCWD, chemins[0], _AT_FDCWD, chemins[1], _RENAME_EXCHANGE):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(autre))
