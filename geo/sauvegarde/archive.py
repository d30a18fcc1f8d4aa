"""The file of a backup: a compressed tar whose first member says what all the others are.

    manifeste.json               schema, date, and name, size and SHA-256 of every other member
    versions.json                the versions, the place and the content of each of their files, the one in use
    scenarios.jsonl  gestes.jsonl  trace.jsonl
    contenus/<sha256>            each content once, however many versions have it

Whoever gives an archive to restore may have made it to do harm: nothing of it is believed before all of it was read,
no name of it becomes a path, and no more of it is read than it says that it holds.
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import io
import json
import os
import re
import tarfile
import tempfile
import zlib
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

from geo.erreurs import DonneesInvalides, Probleme, Severite, enumerate_first

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping

SCHEMA = 1
MANIFESTE = "manifeste.json"
VERSIONS, SCENARIOS, GESTES, TRACE = (
    "versions.json",
    "scenarios.jsonl",
    "gestes.jsonl",
    "trace.jsonl",
)
TABLES = (VERSIONS, SCENARIOS, GESTES, TRACE)
_CONTENU = re.compile(r"contenus/(?P<sha256>[0-9a-f]{64})")
_SHA256 = re.compile(r"[0-9a-f]{64}")

# How a file begins that is being written.
PROVISOIRE = ".sauvegarde-"
# Members are held in memory one at a time; all of France's outlines are a tenth of this.
OCTETS_MEMBRE_MAX = 1 << 30
OCTETS_MANIFESTE_MAX = 64 << 20
# What tar adds to each member: its header, extended headers of a long name, and padding.
_OCTETS_ENTETES = 8 << 10
# Fast, and text still shrinks to a fifth.
_COMPRESSION = 6
_OCTETS_LUS = 1 << 20

_REMEDE = "Prendre une autre sauvegarde : rien n'a été restauré de celle-ci."


@dataclass(frozen=True, slots=True)
class Membre:
    """What the manifest says of a member."""

    nom: str
    taille: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifeste:
    """The first member: of which schema the archive is, when it was made, and what it holds."""

    schema: int
    faite_le: dt.datetime
    membres: tuple[Membre, ...]

    @property
    def octets(self) -> int:
        """How much the members are together."""
        return sum(membre.taille for membre in self.membres)


class _TropLong(Exception):
    """The archive goes on beyond what it says that it holds."""


# What reading it may meet.
_ILLISIBLE = (EOFError, OSError, tarfile.TarError, zlib.error, _TropLong)


def write_archive(
    chemin: Path,
    tables: Mapping[str, bytes],
    contenus: Mapping[str, int],
    read: Callable[[str], bytes],
) -> Manifeste:
    """Write an archive beside its place, then give it its name in one step; nobody else may read it.

    Parameters
    ----------
    chemin
        What it is called; a file of that name is replaced.
    tables
        Each of :data:`TABLES` to its bytes.
    contenus
        SHA-256 of each content, to its size.
    read
        Gives a content by its SHA-256.

    Raises
    ------
    OSError
        If it cannot be written; nothing is left of it.
    """
    membres = [Membre(nom, len(tables[nom]), _hash(tables[nom])) for nom in TABLES]
    membres += [Membre(f"contenus/{sha}", taille, sha) for sha, taille in sorted(contenus.items())]
    manifeste = Manifeste(SCHEMA, dt.datetime.now(dt.UTC).replace(microsecond=0), tuple(membres))
    # Made for its owner alone, from its first byte.
    descripteur, provisoire = tempfile.mkstemp(prefix=PROVISOIRE, dir=chemin.parent)
    try:
        with os.fdopen(descripteur, "wb") as fichier:
            with (
                gzip.GzipFile("", "wb", _COMPRESSION, fichier, mtime=0) as compresse,
                tarfile.open(fileobj=compresse, mode="w|", format=tarfile.USTAR_FORMAT) as tar,
            ):
                _add(tar, MANIFESTE, _write_manifeste(manifeste))
                for membre in membres:
                    octets = tables[membre.nom] if membre.nom in tables else read(membre.sha256)
                    _add(tar, membre.nom, octets)
            fichier.flush()
            os.fsync(fichier.fileno())
        Path(provisoire).replace(chemin)
    except BaseException:
        Path(provisoire).unlink(missing_ok=True)
        raise
    return manifeste


class Archive:
    """An archive to be restored, of which one handle is read twice: checked whole, then taken.

    Parameters
    ----------
    fichier
        Open for reading in binary, at its beginning.
    nom
        What it is called in what is said of it.
    """

    def __init__(self, fichier: IO[bytes], nom: str) -> None:
        self._fichier, self._nom = fichier, nom
        self.manifeste, self._tables = self._check()

    @property
    def tables(self) -> Mapping[str, bytes]:
        """Each of :data:`TABLES` to its bytes, as the manifest announces them."""
        return self._tables

    @property
    def contenus(self) -> set[str]:
        """SHA-256 of every content."""
        return {m.sha256 for m in self.manifeste.membres if m.nom not in TABLES}

    def contents(self) -> Iterator[tuple[str, bytes]]:
        """Yield the contents one after the other, each with its SHA-256, which is verified again.

        Raises
        ------
        DonneesInvalides
            If the file is no longer what was checked.
        """
        attendus = {m.nom: m for m in self.manifeste.membres if m.nom not in TABLES}
        try:
            for info, read in self._members(_bound(self.manifeste)):
                if membre := attendus.pop(info.name, None):
                    octets = read(membre.taille)
                    if _hash(octets) != membre.sha256:
                        raise EOFError
                    yield membre.sha256, octets
            if attendus:
                raise EOFError
        except _ILLISIBLE as erreur:
            _raise_disk(erreur)
            raise self._refuse(["L'archive a changé pendant la restauration."]) from erreur

    def sha256(self) -> str:
        """Return the fingerprint of the archive itself."""
        self._fichier.seek(0)
        return hashlib.file_digest(self._fichier, "sha256").hexdigest()  # type: ignore[arg-type]

    def _check(self) -> tuple[Manifeste, dict[str, bytes]]:
        """Read the whole archive once, keep its tables, and list all that is wrong with it."""
        manifeste = self._first()
        attendus = {membre.nom: membre for membre in manifeste.membres}
        tables: dict[str, bytes] = {}
        vus: set[str] = set()
        fautes: list[str] = []
        try:
            for info, read in self._members(_bound(manifeste)):
                if info.name == MANIFESTE and not vus:
                    faute = ""
                elif info.name in vus:
                    faute = "est deux fois dans l'archive"
                else:
                    faute, octets = _examine(info, attendus.get(info.name), read)
                    if info.name in TABLES:
                        tables[info.name] = octets
                if faute:
                    fautes.append(f"« {info.name} » {faute}.")
                vus.add(info.name)
        except _TropLong:
            fautes.append("Elle contient plus que ce que son manifeste annonce.")
        except _ILLISIBLE as erreur:
            _raise_disk(erreur)
            fautes.append("Elle est tronquée ou endommagée.")
        if manquants := [nom for nom in attendus if nom not in vus]:
            fautes.append(f"Il y manque {enumerate_first(manquants)}.")
        if fautes:
            raise self._refuse(fautes)
        return manifeste, tables

    def _first(self) -> Manifeste:
        membres = self._members(OCTETS_MANIFESTE_MAX + 2 * _OCTETS_ENTETES)
        try:
            with closing(membres):
                info, read = next(membres)
                octets = read(OCTETS_MANIFESTE_MAX) if info.name == MANIFESTE else b""
        except (StopIteration, *_ILLISIBLE) as erreur:
            _raise_disk(erreur)
            raise self._refuse(
                ["Ce n'est pas une sauvegarde de l'atlas, ou son début est endommagé."]
            ) from erreur
        if info.name != MANIFESTE:
            raise self._refuse(["Ce n'est pas une sauvegarde de l'atlas (pas de manifeste)."])
        return self._read_manifeste(octets)

    def _read_manifeste(self, octets: bytes) -> Manifeste:
        try:
            lu = json.loads(octets)
            schema = int(lu["schema"])
        except (ValueError, KeyError, TypeError, RecursionError) as erreur:
            raise self._refuse(["Son manifeste est illisible."]) from erreur
        if schema > SCHEMA:
            raise self._refuse(
                [
                    f"Elle vient d'une version plus récente de l'application (schéma {schema}, ici {SCHEMA})."
                ],
                "Mettre l'application à jour, puis recommencer.",
            )
        try:
            manifeste = Manifeste(
                schema,
                dt.datetime.fromisoformat(lu["faite_le"]),
                tuple(
                    Membre(str(m["nom"]), int(m["taille"]), str(m["sha256"])) for m in lu["membres"]
                ),
            )
        except (ValueError, KeyError, TypeError) as erreur:
            raise self._refuse(["Son manifeste est illisible."]) from erreur
        if fautes := _find_faults(manifeste):
            raise self._refuse(fautes)
        return manifeste

    def _members(self, maximum: int) -> Generator[tuple[tarfile.TarInfo, Callable[[int], bytes]]]:
        """Yield what tar finds, each with what reads it, down to the last byte of the file."""
        self._fichier.seek(0)
        with gzip.GzipFile(fileobj=self._fichier) as clair:
            borne = _Borne(clair, maximum)
            with tarfile.open(fileobj=borne, mode="r|") as tar:
                for info in tar:
                    yield info, partial(_read_member, tar, info)
            # The checksum of all that was compressed comes last: what is cut off there is told too.
            while borne.read(_OCTETS_LUS):
                pass

    def _refuse(self, fautes: list[str], remede: str = _REMEDE) -> DonneesInvalides:
        return DonneesInvalides(
            Probleme(Severite.BLOQUANT, self._nom, faute, remede) for faute in fautes
        )


class _Borne(io.RawIOBase):
    """What tar reads, up to so many bytes: a small file may unfold into a disk full of zeros."""

    def __init__(self, source: gzip.GzipFile, maximum: int) -> None:
        self._source, self._reste = source, maximum

    def read(self, taille: int = -1) -> bytes:
        octets = self._source.read(min(taille, self._reste + 1) if taille >= 0 else self._reste + 1)
        self._reste -= len(octets)
        if self._reste < 0:
            raise _TropLong
        return octets


def _raise_disk(erreur: Exception) -> None:
    """Let go on what the system refuses: nothing is wrong with the archive."""
    if isinstance(erreur, OSError) and erreur.errno is not None:
        raise erreur


def _find_faults(manifeste: Manifeste) -> list[str]:
    noms = [membre.nom for membre in manifeste.membres]
    fautes = [
        f"Son manifeste annonce « {membre.nom} », qui n'est pas d'une sauvegarde."
        for membre in manifeste.membres
        if not _is_well_named(membre)
    ]
    fautes += [
        f"« {membre.nom} » y est annoncé de {membre.taille} octets ; un membre en a {OCTETS_MEMBRE_MAX} au plus."
        for membre in manifeste.membres
        if not 0 <= membre.taille <= OCTETS_MEMBRE_MAX
    ]
    fautes += [f"Son manifeste n'annonce pas « {nom} »." for nom in TABLES if nom not in noms]
    if len(set(noms)) != len(noms):
        fautes.append("Son manifeste annonce deux fois le même membre.")
    return fautes


def _is_well_named(membre: Membre) -> bool:
    if membre.nom in TABLES:
        return bool(_SHA256.fullmatch(membre.sha256))
    contenu = _CONTENU.fullmatch(membre.nom)
    return contenu is not None and contenu["sha256"] == membre.sha256


def _bound(manifeste: Manifeste) -> int:
    """Say how long the whole may be, unfolded: what is announced, and what tar adds."""
    membres = len(manifeste.membres) + 2
    return manifeste.octets + OCTETS_MANIFESTE_MAX + membres * _OCTETS_ENTETES


def _examine(
    info: tarfile.TarInfo, membre: Membre | None, read: Callable[[int], bytes]
) -> tuple[str, bytes]:
    """Say what is wrong with a member, if anything, and give its bytes."""
    if membre is None:
        return "n'est pas annoncé par son manifeste", b""
    if not info.isreg() or info.issparse():
        return "n'est pas un fichier ordinaire", b""
    if info.size != membre.taille:
        return f"fait {info.size} octets ; le manifeste en annonce {membre.taille}", b""
    octets = read(membre.taille)
    faute = "" if _hash(octets) == membre.sha256 else "est endommagé (empreinte SHA-256)"
    return faute, octets


def _read_member(tar: tarfile.TarFile, info: tarfile.TarInfo, maximum: int) -> bytes:
    fichier = tar.extractfile(info)
    if fichier is None or info.size > maximum:
        raise _TropLong
    octets = fichier.read()
    if len(octets) != info.size:
        raise EOFError
    return octets


def _write_manifeste(manifeste: Manifeste) -> bytes:
    dit = asdict(manifeste) | {"faite_le": manifeste.faite_le.isoformat()}
    return json.dumps(dit, ensure_ascii=False, indent=1).encode()


def _add(tar: tarfile.TarFile, nom: str, octets: bytes) -> None:
    info = tarfile.TarInfo(nom)
    info.size, info.mode = len(octets), 0o600
    tar.addfile(info, io.BytesIO(octets))


def _hash(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()
