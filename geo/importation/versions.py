"""The versions of the data that the environment names, wherever they are kept."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from geo.importation.depot import (
    ORIGINE,
    Depot,
    ImportRefuse,
    Meta,
    Version,
    count_members,
    name_version,
    write_out,
)
from geo.importation.environnement import base_dir, base_url, var_dir

if TYPE_CHECKING:
    from pathlib import Path

    from geo.importation.depot_partage import DepotPartage

__all__ = [
    "ORIGINE",
    "Depot",
    "ImportRefuse",
    "Meta",
    "Version",
    "count_members",
    "is_late",
    "name_version",
    "open_depot",
    "write_out",
]


_verrou = Lock()
_partages: dict[tuple[str, Path, Path], DepotPartage] = {}


def open_depot() -> Depot:
    """Return the versions of the data that the environment names.

    Raises
    ------
    BaseIndisponible
        If ``CPTS_BASE_URL`` is no address of a PostgreSQL.
    """
    return _open_shared() if base_url() else Depot(var_dir(), base_dir())


def watch_versions() -> None:
    """Hear of the switches of other servers from now on; nothing where data are kept in files, which are looked at."""
    if base_url():
        _open_shared().watch()


def is_late() -> bool:
    """Tell whether a version before the one in use is shown, which could not be brought to this machine."""
    return bool(base_url()) and _open_shared().en_retard


def _open_shared() -> DepotPartage:
    from geo.base.connexion import open_base  # noqa: PLC0415 - only where they are used
    from geo.importation.depot_partage import DepotPartage  # noqa: PLC0415

    cle = (base_url(), var_dir(), base_dir())
    with _verrou:
        if cle not in _partages:
            _partages[cle] = DepotPartage(var_dir(), base_dir(), open_base())
        return _partages[cle]
