"""Versions of the data: written aside whole, then put in use by one atomic step.

A version is a folder that never changes once it has its number. What is in use is told by one small
file, ``actuelle.json``, which is only ever replaced whole: whoever reads it, at any moment and after
any crash, finds either the version before or the version after.

    var/data-1f0c9a2b/
        actuelle.json            {"numero": 2, "dernier": 3, "acte": who put it in use}
        verrou
        versions/1/ 2/ 3/        the tables, the communes, version.json
        atelier.sqlite           who put which version in use, among others
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
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from filelock import FileLock, Timeout

from geo.base.actions import IMPORT, RETOUR
from geo.base.erreurs import BaseIndisponible, IssueInconnue
from geo.base.temps import PARIS, now, read_time, write_time
from geo.chargement import MARQUEUR_SYNTHETIQUE
from geo.erreurs import DonneesInvalides, Probleme, Severite
from geo.importation.environnement import VERSIONS, command_name, depot_dir
from geo.systeme import tell_cause

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

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

# How the base of the data is named among their versions.
ORIGINE = "données d'origine"
POINTEUR = "actuelle.json"
DESCRIPTION = "version.json"
_VERSIONS = "versions"
_VERROU = "verrou"
_ACTE = ("le", "identifiant", "auteur", "action", "objet")
_ACTE_PEUT = ("fichier", "empreinte", "detail")
_PREPARATION = re.compile(r"preparation-(?P<depuis>[0-9]+)-.+")
# A switch takes well under a second: after this, another one is stuck or waits for its disk.
ATTENTE_S = 10
# A summary left on the screen for longer is taken as abandoned, even by a server that still runs.
DELAI_PREPARATION_S = 24 * 3600

# What this process prepares. The lock of each falls with the process, so others can tell what was
# left by a dead one.
_en_cours: dict[Path, FileLock] = {}


class ImportRefuse(Exception):
    """What was asked of the versions cannot be done, and nothing has changed unless it says so: why, in French."""


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
    empreinte
        Of the table: see :func:`geo.importation.tables.join_empreintes`. Empty where there was none.
    identifiant
        Of the account that asked; empty where nobody logs in.
    action
        What it is for the trace: see :mod:`geo.base.trace`.
    """

    auteur: str
    note: str
    fichier: str
    cpts: int
    communes: int
    empreinte: str = ""
    identifiant: str = ""
    action: str = IMPORT

    def as_version(self, numero: int) -> Version:
        """Return the version that it makes, in use from now on."""
        faits = asdict(self)
        del faits["action"]
        return Version(numero=numero, date=now(), actuelle=True, **faits)


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
    empreinte: str = ""
    identifiant: str = ""

    @classmethod
    def read(cls, faits: Mapping[str, Any], *, actuelle: bool) -> Version:
        """Read what :meth:`describe` says, or a row of the table of versions.

        Raises
        ------
        KeyError, TypeError, ValueError
            If it is none.
        """
        connus = {c.name: faits[c.name] for c in fields(cls) if c.name != "actuelle"}
        return cls(**(connus | {"date": read_time(faits["date"]), "actuelle": actuelle}))

    def describe(self) -> dict[str, Any]:
        """Say what is remembered of it, as plain values: not whether it is in use, which is told of all of them."""
        faits = asdict(self) | {"date": write_time(self.date)}
        del faits["actuelle"]
        return faits


@dataclass(frozen=True, slots=True)
class Pointeur:
    """Which version is in use (0 is the base), and the last number given."""

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
        return self.folder(self._current())

    def versions(self) -> list[Version]:
        """Return the versions that are kept, the latest first; the base is not among them.

        One that a crash stopped just before its switch is kept too: it is whole, and was checked.
        Where its description is lost, what is left of it is told, and it can be returned to.
        """
        try:
            courant = self._current()
        except DonneesInvalides:
            courant = 0
        trouvees = (_read_version(self.folder(n), n == courant) for n in self._numbers())
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
        with told("La préparation n'a pas pu être écrite"):
            dossier = self._new_folder(f"preparation-{self.number(source)}-")
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
        with self.lock(), told("La nouvelle version n'a pas pu être écrite"):
            if self._started_from(prepared) != self._current():
                raise ImportRefuse(
                    "Les données en usage ont changé entre-temps, par un autre import ou un retour à une "
                    "autre version. Recommencer l'import."
                )
            numero = self._next_number()
            version = meta.as_version(numero)
            write_file(prepared / DESCRIPTION, describe_version(version))
            sync_folder(prepared)
            dossier = self.folder(numero)
            dossier.parent.mkdir(exist_ok=True)
            prepared.rename(dossier)
            try:
                sync_folder(dossier.parent)
                self._switch(Pointeur(numero, numero), tell_import(version, meta))
            except (OSError, ImportRefuse):
                # It can be published again, once there is room.
                dossier.rename(prepared)
                raise
        _forget(prepared)
        return version

    def restore(self, numero: int, *, auteur: str = "", identifiant: str = "") -> None:
        """Put an earlier version in use again, or the base (``0``), in one atomic step.

        Parameters
        ----------
        numero
            Of the version.
        auteur, identifiant
            Who asks, for the trace.

        Raises
        ------
        ImportRefuse
            If there is no such version, or if it could not be written down.
        """
        with self.lock(), told("Le retour à cette version n'a pas pu être écrit"):
            self._check_known(numero, self.versions())
            self._switch(
                Pointeur(numero, self._next_number() - 1),
                tell_return(numero, auteur, identifiant),
            )

    def number(self, dossier: Path) -> int:
        """Return the number of the version that a folder in use is of; 0 is the base."""
        return 0 if dossier == self.base else int(dossier.name)

    def _started_from(self, prepared: Path) -> int:
        """Return the number of the version that a folder was prepared from, if it is still there."""
        nom = _PREPARATION.fullmatch(prepared.name)
        if nom is None or prepared.parent != self.dossier:
            raise ValueError(prepared)
        if not prepared.is_dir():
            raise ImportRefuse(
                "La préparation de cet import a été effacée : elle date de plus d'un jour. "
                "Recommencer l'import."
            )
        return int(nom["depuis"])

    def _check_known(self, numero: int, gardees: Iterable[Version]) -> None:
        connues = sorted(version.numero for version in gardees)
        if numero not in (0, *connues):
            liste = ", ".join(map(str, connues)) or "aucune"
            raise ImportRefuse(
                f"La version {numero} n'existe pas. Versions gardées : {liste} ; "
                "0 désigne les données d'origine."
            )

    def clean(self) -> None:
        """Remove what imports that died, or were abandoned for a day, have left behind."""
        if not self.dossier.is_dir():
            return
        with self.lock(), told("Les restes d'un import n'ont pas pu être effacés"):
            self.mend_trace()
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
        with self.lock():
            dossier = Path(tempfile.mkdtemp(prefix=prefixe, dir=self.dossier))
            # mkdtemp closes its folder to others; a version is as open as what stands beside it.
            dossier.chmod(self.dossier.stat().st_mode & 0o777)
            _en_cours[dossier] = _preparation_lock(dossier)
            _en_cours[dossier].acquire(blocking=False)
        return dossier

    def folder(self, numero: int) -> Path:
        """Return the folder of a version; 0 is the base."""
        return self.dossier / _VERSIONS / str(numero) if numero else self.base

    def _numbers(self) -> list[int]:
        dossiers = (self.dossier / _VERSIONS).glob("[0-9]*/")
        return [int(dossier.name) for dossier in dossiers if dossier.name.isdecimal()]

    def _next_number(self) -> int:
        """Return a number that no version ever had, not even one that was removed by hand."""
        try:
            dernier = self.read_pointeur().dernier
        except DonneesInvalides:
            dernier = 0
        return max([dernier, *self._numbers()]) + 1

    def _current(self) -> int:
        numero = self.read_pointeur().numero
        if not self.folder(numero).is_dir():
            raise _damaged(f"le dossier de la version {numero}, en service, manque.")
        return numero

    def read_pointeur(self) -> Pointeur:
        """Return which version is in use.

        Raises
        ------
        DonneesInvalides
            If what says it was damaged by hand.
        """
        try:
            lu = json.loads((self.dossier / POINTEUR).read_text(encoding="utf-8"))
            return Pointeur(int(lu["numero"]), int(lu["dernier"]))
        except (FileNotFoundError, NotADirectoryError):
            return Pointeur()
        except (OSError, ValueError, KeyError, TypeError) as erreur:
            raise _damaged("ce fichier, qui dit la version en service, est illisible.") from erreur

    def _switch(self, pointeur: Pointeur, dit: Mapping[str, str]) -> None:
        """Say which version is in use, and write in the trace who asked for it: both, or neither.

        The pointer says it too: killed between the two, what the trace lacks is written by :meth:`mend_trace`.
        """
        from geo.base.connexion import file_base  # noqa: PLC0415 - a reader needs no database
        from geo.base.temps import write_now  # noqa: PLC0415
        from geo.base.trace import note_acte  # noqa: PLC0415

        self.mend_trace()
        chemin = self.dossier / POINTEUR
        avant = chemin.read_bytes() if chemin.exists() else None
        acte = {**dit, "le": write_now()}
        base = file_base(self.dossier)
        try:
            with base.write() as connexion:
                note_acte(connexion, **acte)
                # Any text may be in it, a lone surrogate too: JSON escapes it.
                self._replace(json.dumps(asdict(pointeur) | {"acte": acte}).encode())
        except BaseIndisponible as erreur:
            if avant is None:
                chemin.unlink(missing_ok=True)
            else:
                self._replace(avant)
            raise refuse_untraced(erreur) from erreur
        finally:
            base.close()

    def mend_trace(self) -> None:
        """Write in the trace the last switch, where the process that made it was killed just before it could."""
        if self._read_acte() is None:
            return
        from geo.base.connexion import file_base  # noqa: PLC0415 - a reader needs no database
        from geo.base.trace import has_acte, note_acte  # noqa: PLC0415

        base = file_base(self.dossier)
        # What cannot be written now will be at the next one.
        with suppress(BaseIndisponible), base.write() as connexion:
            # Whoever was switching has finished, or has put it back as it was.
            acte = self._read_acte()
            if acte and not has_acte(
                connexion, le=acte["le"], action=acte["action"], objet=acte["objet"]
            ):
                note_acte(connexion, **acte)
        base.close()

    def _read_acte(self) -> dict[str, str] | None:
        """Return what the pointer says of its own switch; nothing where it does not, or was written by hand."""
        try:
            acte = json.loads((self.dossier / POINTEUR).read_text(encoding="utf-8"))["acte"]
            return {nom: str(acte[nom]) for nom in _ACTE} | {
                nom: str(acte.get(nom, "")) for nom in _ACTE_PEUT
            }
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def _replace(self, contenu: bytes) -> None:
        """Replace the pointer: the one step that everything else prepares."""
        provisoire = self.dossier / f"{POINTEUR}.tmp"
        write_file(provisoire, contenu)
        os.replace(provisoire, self.dossier / POINTEUR)  # noqa: PTH105 - the name says it is atomic
        # The switch is done: that it may be lost in a power cut is no reason to deny it.
        with suppress(OSError):
            sync_folder(self.dossier)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other imports out, of this process or another; a dead one holds nothing."""
        with told("Le verrou des imports n'a pas pu être posé"):
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


def tell_import(version: Version, meta: Meta) -> dict[str, str]:
    """Say an import as the trace has it."""
    return {
        "identifiant": meta.identifiant,
        "auteur": meta.auteur,
        "action": meta.action,
        "objet": name_version(version.numero),
        "fichier": meta.fichier,
        "empreinte": meta.empreinte,
        "detail": meta.note,
    }


def tell_return(numero: int, auteur: str, identifiant: str) -> dict[str, str]:
    """Say a return to a version as the trace has it."""
    return {
        "identifiant": identifiant,
        "auteur": auteur,
        "action": RETOUR,
        "objet": name_version(numero),
    }


def name_version(numero: int) -> str:
    """Name a version by its number; 0 is the base.

    >>> name_version(3), name_version(0)
    ('version 3', "données d'origine")
    """
    return f"version {numero}" if numero else ORIGINE


def refuse_untraced(erreur: BaseIndisponible) -> ImportRefuse:
    """Refuse a switch that could not be written down, or of which nothing says whether it was."""
    if isinstance(erreur, IssueInconnue):
        return ImportRefuse(str(erreur))
    return ImportRefuse(f"{erreur} Les données en service n'ont pas changé.")


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
        write_file(dossier / nom, contenu)
    sync_folder(dossier)


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
    with told("Le dossier n'a pas pu être écrit"):
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
        compte = str(lu.get("identifiant", ""))
        return Version(
            numero=int(dossier.name),
            date=read_time(lu["date"]),
            auteur=str(lu["auteur"]),
            note=str(lu["note"]),
            fichier=str(lu["fichier"]),
            cpts=int(lu["cpts"]),
            communes=int(lu["communes"]),
            actuelle=actuelle,
            empreinte=str(lu.get("empreinte", "")),
            identifiant=compte,
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
        date=dt.datetime.fromtimestamp(dossier.stat().st_mtime, PARIS),
        auteur="",
        note=f"description perdue : {DESCRIPTION} manque ou est illisible ; date du dossier",
        fichier="fichier inconnu",
        cpts=cpts,
        communes=communes,
        actuelle=actuelle,
    )


def describe_version(version: Version) -> bytes:
    """Write what :data:`DESCRIPTION` says of a version."""
    faits = version.describe()
    # It is the folder's name.
    del faits["numero"]
    texte = json.dumps(faits, ensure_ascii=False, indent=1)
    # A name of file may hold what is no text (a lone surrogate): it is shown, not refused.
    return texte.encode("utf-8", "replace")


def write_file(chemin: Path, contenu: bytes) -> None:
    """Write a file down to the disk."""
    with chemin.open("wb") as fichier:
        fichier.write(contenu)
        fichier.flush()
        os.fsync(fichier.fileno())


def _sync_file(chemin: Path) -> None:
    with chemin.open("r+b") as fichier:
        os.fsync(fichier.fileno())


def sync_folder(dossier: Path) -> None:
    """Have the names of a folder reach the disk."""
    if os.name == "nt":  # Windows opens no folder, and writes names at once
        return
    descripteur = os.open(dossier, os.O_RDONLY)
    try:
        os.fsync(descripteur)
    finally:
        os.close(descripteur)


@contextmanager
def told(quoi: str) -> Iterator[None]:
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
            cause = f"{ou}{tell_cause(erreur)}"
            remede = "Vérifier les droits d'accès"
        raise ImportRefuse(
            f"{quoi} ({cause}). Les données en service n'ont pas changé. {remede}, puis recommencer."
        ) from erreur


def _damaged(message: str) -> DonneesInvalides:
    remede = f"Choisir la version à mettre en service : « {command_name()} restore N »."
    return DonneesInvalides([Probleme(Severite.BLOQUANT, POINTEUR, message, remede)])
