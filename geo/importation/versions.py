"""Versions of the data: written aside whole, then put in use by one atomic step.

A version is a folder that never changes once it has its number. What is in use is told by one small
file, ``actuelle.json``, which is only ever replaced whole: whoever reads it, at any moment and after
any crash, finds either the version before or the version after.

    var/data-1f0c9a2b/
        actuelle.json            {"numero": 2, "dernier": 3}
        verrou
        versions/1/ 2/ 3/        the tables, the communes, version.json
        preparation-2-x7d1…/     being written, from version 2
"""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import re
import shutil
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from filelock import FileLock, Timeout

from geo.chargement import MARQUEUR_SYNTHETIQUE
from geo.erreurs import DonneesInvalides, Probleme, Severite
from geo.importation.environnement import VERSIONS, base_dir, depot_dir, var_dir

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# What an atlas is read from; the documentation of a folder stays where it is.
FICHIERS_DE_DONNEES = (
    "*.csv",
    "communes.geojson",
    "communes.parquet",
    "variables/*.csv",
    "indicateurs/*.toml",
    "officiels/*.csv",
    "officiels/*.toml",
    MARQUEUR_SYNTHETIQUE,
)

POINTEUR = "actuelle.json"
DESCRIPTION = "version.json"
_VERSIONS = "versions"
_VERROU = "verrou"
_PREPARATION = re.compile(r"preparation-(?P<depuis>[0-9]+)-.+")
# A switch takes well under a second: after this, another one is stuck or waits for its disk.
ATTENTE_S = 10
# A summary left on the screen for longer is taken as abandoned, even by a server that still runs.
DELAI_PREPARATION_S = 24 * 3600

# What this process prepares. The lock of each falls with the process, so others can tell what was
# left by a dead one.
_en_cours: dict[Path, FileLock] = {}


class ImportRefuse(Exception):
    """What was asked of the versions cannot be done, and nothing has changed: why, in French."""


@dataclass(frozen=True, slots=True)
class Meta:
    """What is remembered of an import.

    Attributes
    ----------
    auteur, note
        Free texts; may be empty.
    fichier
        Name of the table imported.
    cpts, communes
        Drawn CPTS, and communes in one of them at least.
    """

    auteur: str
    note: str
    fichier: str
    cpts: int
    communes: int


@dataclass(frozen=True, slots=True)
class Version:
    """An import that was kept; ``date`` is a local time with its offset, ``actuelle`` if in use."""

    numero: int
    date: dt.datetime
    auteur: str
    note: str
    fichier: str
    cpts: int
    communes: int
    actuelle: bool


@dataclass(frozen=True, slots=True)
class _Pointeur:
    numero: int = 0
    dernier: int = 0


class Depot:
    """The versions of one folder of data.

    Parameters
    ----------
    var
        Folder of what is made at run time.
    base
        Folder of data that imports start from; it is never written to.
    """

    def __init__(self, var: Path, base: Path) -> None:
        self.base = base.resolve()
        self.dossier = depot_dir(var, self.base)

    def actuel(self) -> Path:
        """Return the folder in use: that of the current version, else the base.

        Raises
        ------
        DonneesInvalides
            If what says which version is in use was damaged by hand; :meth:`restore` mends it.
        """
        return self._folder(self._current())

    def versions(self) -> list[Version]:
        """Return the versions that are kept, the latest first; the base is not among them.

        One that a crash stopped just before its switch is kept too: it is whole, and was checked.
        Where its description is lost, what is left of it is told, and it can be returned to.
        """
        try:
            courant = self._current()
        except DonneesInvalides:
            courant = 0
        trouvees = (_read_version(self._folder(n), n == courant) for n in self._numbers())
        return sorted(trouvees, key=lambda v: v.numero, reverse=True)

    def en_usage(self) -> Version | None:
        """Return the version in use; ``None`` for the base."""
        return next((version for version in self.versions() if version.actuelle), None)

    def prepare(self, tables: Mapping[str, bytes], depuis: Path | None = None) -> Path:
        """Write a whole folder of data aside; nothing in use changes.

        Parameters
        ----------
        tables
            Name of file to content: these replace the files of the same name.
        depuis
            What :meth:`actuel` was when the atlas behind `tables` was read; it gives every other
            file. By default, what it is now.

        Returns
        -------
        Path
            The folder, to check, then to :meth:`publish` or to :meth:`discard`. It is kept for a
            day at most, and no longer than this process.

        Raises
        ------
        ImportRefuse
            If it could not be written (full disk).
        """
        source = depuis or self.actuel()
        with _told("La préparation n'a pas pu être écrite"):
            dossier = self._new_folder(f"preparation-{self._number(source)}-")
            try:
                fill_folder(dossier, source, tables)
            except BaseException:
                self.discard(dossier)
                raise
        return dossier

    def discard(self, prepared: Path) -> None:
        """Remove a folder that was prepared and will not be published."""
        shutil.rmtree(prepared, ignore_errors=True)
        _forget(prepared)

    def publish(self, prepared: Path, meta: Meta) -> Version:
        """Give its number to a folder that was prepared, and put it in use.

        Parameters
        ----------
        prepared
            As returned by :meth:`prepare`, on the same versions.
        meta
            What is remembered of it.

        Raises
        ------
        ImportRefuse
            If another import or return came in between, if the disk is full, or if the folder was
            prepared too long ago. What was in use still is.
        """
        nom = _PREPARATION.fullmatch(prepared.name)
        if nom is None or prepared.parent != self.dossier:
            raise ValueError(prepared)
        with self._lock(), _told("La nouvelle version n'a pas pu être écrite"):
            if not prepared.is_dir():
                raise ImportRefuse(
                    "La préparation de cet import a été effacée : elle date de plus d'un jour. "
                    "Recommencer l'import."
                )
            if int(nom["depuis"]) != self._current():
                raise ImportRefuse(
                    "Les données en usage ont changé entre-temps, par un autre import ou un retour à une "
                    "autre version. Recommencer l'import."
                )
            numero = self._next_number()
            version = Version(
                numero=numero, date=dt.datetime.now().astimezone(), actuelle=True, **asdict(meta)
            )
            _write(prepared / DESCRIPTION, _describe(version))
            _sync_folder(prepared)
            dossier = self._folder(numero)
            dossier.parent.mkdir(exist_ok=True)
            prepared.rename(dossier)
            try:
                _sync_folder(dossier.parent)
                self._point(_Pointeur(numero, numero))
            except OSError:
                # It can be published again, once there is room.
                dossier.rename(prepared)
                raise
        _forget(prepared)
        return version

    def restore(self, numero: int) -> None:
        """Put an earlier version in use again, or the base (``0``), in one atomic step.

        Raises
        ------
        ImportRefuse
            If there is no such version, or if it could not be written down.
        """
        with self._lock(), _told("Le retour à cette version n'a pas pu être écrit"):
            connues = sorted(version.numero for version in self.versions())
            if numero not in (0, *connues):
                liste = ", ".join(map(str, connues)) or "aucune"
                raise ImportRefuse(
                    f"La version {numero} n'existe pas. Versions gardées : {liste} ; "
                    "0 désigne les données d'origine."
                )
            self._point(_Pointeur(numero, self._next_number() - 1))

    def clean(self) -> None:
        """Remove what imports that died, or were abandoned for a day, have left behind."""
        if not self.dossier.is_dir():
            return
        with self._lock(), _told("Les restes d'un import n'ont pas pu être effacés"):
            (self.dossier / f"{POINTEUR}.tmp").unlink(missing_ok=True)
            for dossier in self.dossier.glob("preparation-*/"):
                if _is_abandoned(dossier):
                    self.discard(dossier)
            # A lock without its folder: the process died between the two, or has published.
            for verrou in self.dossier.glob("preparation-*.verrou"):
                if not verrou.with_suffix("").exists():
                    verrou.unlink(missing_ok=True)

    def _new_folder(self, prefixe: str) -> Path:
        """Make a folder that :meth:`clean` leaves alone as long as this process lives."""
        with self._lock():
            dossier = Path(tempfile.mkdtemp(prefix=prefixe, dir=self.dossier))
            # mkdtemp closes its folder to others; a version is as open as what stands beside it.
            dossier.chmod(self.dossier.stat().st_mode & 0o777)
            _en_cours[dossier] = _preparation_lock(dossier)
            _en_cours[dossier].acquire(blocking=False)
        return dossier

    def _folder(self, numero: int) -> Path:
        return self.dossier / _VERSIONS / str(numero) if numero else self.base

    def _number(self, dossier: Path) -> int:
        return 0 if dossier == self.base else int(dossier.name)

    def _numbers(self) -> list[int]:
        dossiers = (self.dossier / _VERSIONS).glob("[0-9]*/")
        return [int(dossier.name) for dossier in dossiers if dossier.name.isdecimal()]

    def _next_number(self) -> int:
        """Return a number that no version ever had, not even one that was removed by hand."""
        try:
            dernier = self._pointeur().dernier
        except DonneesInvalides:
            dernier = 0
        return max([dernier, *self._numbers()]) + 1

    def _current(self) -> int:
        numero = self._pointeur().numero
        if not self._folder(numero).is_dir():
            raise _damaged(f"le dossier de la version {numero}, en service, manque.")
        return numero

    def _pointeur(self) -> _Pointeur:
        try:
            lu = json.loads((self.dossier / POINTEUR).read_text(encoding="utf-8"))
            return _Pointeur(int(lu["numero"]), int(lu["dernier"]))
        except (FileNotFoundError, NotADirectoryError):
            return _Pointeur()
        except (OSError, ValueError, KeyError, TypeError) as erreur:
            raise _damaged("ce fichier, qui dit la version en service, est illisible.") from erreur

    def _point(self, pointeur: _Pointeur) -> None:
        """Say which version is in use: the one step that everything else prepares."""
        provisoire = self.dossier / f"{POINTEUR}.tmp"
        _write(provisoire, json.dumps(asdict(pointeur)).encode())
        os.replace(provisoire, self.dossier / POINTEUR)  # noqa: PTH105 - the name says it is atomic
        # The switch is done: that its trace may be lost in a power cut is no reason to deny it.
        with suppress(OSError):
            _sync_folder(self.dossier)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Keep other imports out, of this process or another; a dead one holds nothing."""
        with _told("Le verrou des imports n'a pas pu être posé"):
            self.dossier.mkdir(parents=True, exist_ok=True)
            verrou = FileLock(self.dossier / _VERROU, timeout=ATTENTE_S)
            try:
                verrou.acquire()
            except Timeout as erreur:
                raise ImportRefuse(
                    "Un autre import est en cours sur ces données. Attendre qu'il soit fini, puis "
                    "recommencer."
                ) from erreur
        try:
            yield
        finally:
            verrou.release()


def open_depot() -> Depot:
    """Return the versions of the data that the environment names."""
    return Depot(var_dir(), base_dir())


def count_members(dossier: Path) -> tuple[int, int]:
    """Count the drawn CPTS of a folder of data, and the communes in one of them at least.

    Raises
    ------
    OSError, ValueError
        If its ``cpts.csv`` cannot be read.
    """
    adhesions = pd.read_csv(dossier / "cpts.csv", dtype="str", usecols=["cpts_id", "code_commune"])
    return adhesions["cpts_id"].nunique(), adhesions["code_commune"].nunique()


def fill_folder(dossier: Path, source: Path, tables: Mapping[str, bytes]) -> None:
    """Write tables in an empty folder, with the other data files of a source, down to the disk.

    Parameters
    ----------
    dossier
        The folder to fill; it exists.
    source
        Folder of data; its documentation is left out.
    tables
        Name of file to content: these replace the files of the same name.
    """
    for motif in FICHIERS_DE_DONNEES:
        for chemin in sorted(source.glob(motif)):
            place = chemin.relative_to(source)
            if place.as_posix() not in tables:
                (dossier / place).parent.mkdir(exist_ok=True)
                shutil.copyfile(chemin, dossier / place)
                _sync_file(dossier / place)
    for nom, contenu in tables.items():
        (dossier / nom).parent.mkdir(exist_ok=True)
        _write(dossier / nom, contenu)
    _sync_folder(dossier)


def write_out(prepared: Path, dossier: Path) -> None:
    """Copy a folder that was prepared to a place of its own, in one step, and put nothing in use.

    Parameters
    ----------
    prepared
        As returned by :meth:`Depot.prepare`.
    dossier
        Where to; absent or empty.

    Raises
    ------
    ImportRefuse
        If it could not be written; nothing is left of it.
    """
    with _told("Le dossier n'a pas pu être écrit"):
        dossier.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{dossier.name}-", dir=dossier.parent) as a_cote:
            complet = Path(a_cote) / "complet"
            complet.mkdir()
            fill_folder(complet, prepared, {})
            # Windows renames over no folder, not even an empty one.
            if dossier.exists():
                dossier.rmdir()
            complet.rename(dossier)


def _preparation_lock(dossier: Path) -> FileLock:
    # Held by the process, not by the thread that happened to serve the session.
    return FileLock(f"{dossier}.verrou", thread_local=False)


def _forget(prepared: Path) -> None:
    if verrou := _en_cours.pop(prepared, None):
        verrou.release()
    # Windows removes no file that is open elsewhere: the next cleaning will.
    with suppress(OSError):
        Path(f"{prepared}.verrou").unlink()


def _is_abandoned(dossier: Path) -> bool:
    if time.time() - dossier.stat().st_mtime > DELAI_PREPARATION_S:
        return True
    if dossier in _en_cours:
        return False
    try:
        with _preparation_lock(dossier).acquire(blocking=False):
            return True
    except Timeout:
        return False


def _read_version(dossier: Path, actuelle: bool) -> Version:
    try:
        lu = json.loads((dossier / DESCRIPTION).read_text(encoding="utf-8"))
        return Version(
            numero=int(dossier.name),
            date=dt.datetime.fromisoformat(lu["date"]),
            auteur=str(lu["auteur"]),
            note=str(lu["note"]),
            fichier=str(lu["fichier"]),
            cpts=int(lu["cpts"]),
            communes=int(lu["communes"]),
            actuelle=actuelle,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return _undescribed(dossier, actuelle)


def _undescribed(dossier: Path, actuelle: bool) -> Version:
    """Describe a version by its folder alone."""
    cpts = communes = 0
    with suppress(OSError, ValueError):
        cpts, communes = count_members(dossier)
    return Version(
        numero=int(dossier.name),
        date=dt.datetime.fromtimestamp(dossier.stat().st_mtime).astimezone(),
        auteur="",
        note=f"description perdue : {DESCRIPTION} manque ou est illisible ; date du dossier",
        fichier="fichier inconnu",
        cpts=cpts,
        communes=communes,
        actuelle=actuelle,
    )


def _describe(version: Version) -> bytes:
    # Neither its number, which is the folder's name, nor whether it is in use.
    faits = {k: v for k, v in asdict(version).items() if k not in ("numero", "actuelle")}
    texte = json.dumps(faits | {"date": version.date.isoformat()}, ensure_ascii=False, indent=1)
    # A name of file may hold what is no text (a lone surrogate): it is shown, not refused.
    return texte.encode("utf-8", "replace")


def _write(chemin: Path, contenu: bytes) -> None:
    with chemin.open("wb") as fichier:
        fichier.write(contenu)
        fichier.flush()
        os.fsync(fichier.fileno())


def _sync_file(chemin: Path) -> None:
    with chemin.open("r+b") as fichier:
        os.fsync(fichier.fileno())


def _sync_folder(dossier: Path) -> None:
    if os.name == "nt":  # Windows opens no folder, and writes names at once
        return
    descripteur = os.open(dossier, os.O_RDONLY)
    try:
        os.fsync(descripteur)
    finally:
        os.close(descripteur)


@contextmanager
def _told(quoi: str) -> Iterator[None]:
    """Turn what the disk refuses into a sentence."""
    try:
        yield
    except OSError as erreur:
        if erreur.errno in (errno.ENOSPC, errno.EDQUOT):
            cause, remede = "le disque est plein", "Libérer de la place"
        elif isinstance(erreur, (NotADirectoryError, FileExistsError)):
            demande = Path(erreur.filename)
            fichier = next((p for p in (demande, *demande.parents) if p.is_file()), demande)
            cause = f"« {fichier} » est un fichier, non un dossier"
            remede = (
                f"Ôter ce fichier, ou nommer un autre dossier ({VERSIONS} est celui des imports)"
            )
        else:
            ou = f"« {erreur.filename} » : " if erreur.filename else ""
            cause = f"{ou}{erreur.strerror or type(erreur).__name__}"
            remede = "Vérifier les droits d'accès"
        raise ImportRefuse(
            f"{quoi} ({cause}). Les données en service n'ont pas changé. {remede}, puis recommencer."
        ) from erreur


def _damaged(message: str) -> DonneesInvalides:
    remede = "Choisir la version à mettre en service : « python -m geo restore N »."
    return DonneesInvalides([Probleme(Severite.BLOQUANT, POINTEUR, message, remede)])
