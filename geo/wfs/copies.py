"""The copies kept of layers: after a restart, or without a network, the last one is still there.

A copy is two files: the layer under a name of its own content, and what is said of it, which names the layer and is
only ever replaced whole. Whoever reads, at any moment and after any crash, finds the copy before or the one after.

    var/wfs/
        1f0c9a2b77d0e1c4.json                        what is said of it
        1f0c9a2b77d0e1c4-9b1d…e2.geojson             the layer
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from geo.base.temps import now, read_time
from geo.importation.environnement import var_dir
from geo.wfs.limites import COPIES_MAX

if TYPE_CHECKING:
    import datetime as dt

    from geo.wfs.couche import CoucheRecue

# So many characters of a fingerprint tell one layer from any other.
_CLE = 16
_VERROU = "verrou"


@dataclass(frozen=True, slots=True)
class Copie:
    """A layer that was kept.

    Attributes
    ----------
    adresse, couche
        Where it comes from.
    date
        When it was whole, a local time with its offset.
    objets
        Number of its features.
    octets
        Its size.
    sha256
        Fingerprint of its bytes.
    total_dit
        Whether the service said that there are as many features: see :class:`geo.wfs.couche.CoucheRecue`.
    """

    adresse: str
    couche: str
    date: dt.datetime
    objets: int
    octets: int
    sha256: str
    total_dit: bool

    @property
    def fichier(self) -> str:
        """A name of file for it."""
        propre = "".join(c if c.isascii() and c.isalnum() else "_" for c in self.couche)
        return f"{propre}.geojson"

    @property
    def chemin(self) -> Path:
        """Where its bytes are."""
        return _folder() / f"{_key(self.adresse, self.couche)}-{self.sha256}.geojson"


def keep_copie(adresse: str, couche: str, recue: CoucheRecue) -> Copie:
    """Keep a layer in place of the last copy of it; the oldest of other layers goes when there are too many.

    Parameters
    ----------
    adresse
        Of the service, as :class:`geo.wfs.adresses.Adresse` writes it.
    couche
        Name of the layer.
    recue
        The layer.

    Raises
    ------
    OSError
        If it could not be written; the last copy is still there.
    """
    copie = Copie(
        adresse,
        couche,
        now().replace(microsecond=0),
        recue.objets,
        len(recue.contenu),
        hashlib.sha256(recue.contenu).hexdigest(),
        recue.total_dit,
    )
    _folder().mkdir(parents=True, exist_ok=True)
    dite = asdict(copie) | {"date": copie.date.isoformat()}
    with FileLock(_folder() / _VERROU):
        _write(copie.chemin, recue.contenu)
        _write(_description(copie), json.dumps(dite, ensure_ascii=False).encode())
        _clean()
    return copie


def last_copie(adresse: str, couche: str) -> Copie | None:
    """Return the copy of a layer; nothing where there is none."""
    return _read(_folder() / f"{_key(adresse, couche)}.json")


def list_copies() -> list[Copie]:
    """Return the copies, the latest first."""
    lues = (_read(chemin) for chemin in _folder().glob("*.json"))
    return sorted((c for c in lues if c is not None), key=lambda c: c.date, reverse=True)


def read_copie(copie: Copie) -> bytes | None:
    """Return the bytes of a copy; nothing where they are gone, or are not those that were kept."""
    try:
        contenu = copie.chemin.read_bytes()
    except OSError:
        return None
    return contenu if hashlib.sha256(contenu).hexdigest() == copie.sha256 else None


def _folder() -> Path:
    return var_dir() / "wfs"


def _key(adresse: str, couche: str) -> str:
    return hashlib.sha256(f"{adresse}\n{couche}".encode()).hexdigest()[:_CLE]


def _description(copie: Copie) -> Path:
    return _folder() / f"{_key(copie.adresse, copie.couche)}.json"


def _read(chemin: Path) -> Copie | None:
    try:
        lu = json.loads(chemin.read_text(encoding="utf-8"))
        copie = Copie(
            str(lu["adresse"]),
            str(lu["couche"]),
            read_time(lu["date"]),
            int(lu["objets"]),
            int(lu["octets"]),
            str(lu["sha256"]),
            bool(lu["total_dit"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    # Moved by hand, or its layer is gone.
    return copie if _description(copie) == chemin and copie.chemin.is_file() else None


def _write(chemin: Path, contenu: bytes) -> None:
    """Write a file down to the disk, under its name only once it is whole."""
    descripteur, nom = tempfile.mkstemp(dir=chemin.parent)
    try:
        with os.fdopen(descripteur, "wb") as fichier:
            fichier.write(contenu)
            fichier.flush()
            os.fsync(fichier.fileno())
        Path(nom).replace(chemin)
    except BaseException:
        with suppress(OSError):
            Path(nom).unlink(missing_ok=True)
        raise


def _clean() -> None:
    """Remove the oldest copies, and what no description names; the lock is held."""
    gardees = list_copies()[:COPIES_MAX]
    siens = {chemin for copie in gardees for chemin in (_description(copie), copie.chemin)}
    for chemin in {*_folder().iterdir()} - siens - {_folder() / _VERROU}:
        with suppress(OSError):
            chemin.unlink(missing_ok=True)
