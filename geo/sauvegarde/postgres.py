"""Backup and restoration of a PostgreSQL: one snapshot, and one transaction."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

import sqlalchemy as sa

from geo.base.actions import RESTAURATION
from geo.base.schema import (
    contenus,
    gestes,
    pointeur,
    scenarios,
    trace,
    version_fichiers,
    versions,
)
from geo.base.trace import note_acte
from geo.importation.depot import Version
from geo.importation.depot_partage import Fichier, add_version, digest_fichiers, point
from geo.sauvegarde.etat import Etat, VersionGardee
from geo.sauvegarde.rangees import add_rows, find_missing, read_rows, read_trace, remove_scenarios
from geo.sauvegarde.stockage import Photo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy.engine import Connection

    from geo.base.connexion import Base
    from geo.sauvegarde.stockage import Origine

_VERSIONS = (version_fichiers, versions, contenus)
# As long as a publication may last, and more.
_ATTENTE_S = 60.0
_ENCORE_S = 0.05
_TENUE = "55P03"
_REMPLACEES = (pointeur, *_VERSIONS, scenarios, gestes)


class StockagePostgres:
    """The database that several servers share.

    Parameters
    ----------
    base
        Opened on it.
    """

    def __init__(self, base: Base) -> None:
        self._base = base

    @contextmanager
    def photograph(self) -> Iterator[Photo]:
        """Give all of it at one moment; see :class:`geo.sauvegarde.stockage.Stockage`."""
        with self._base.read(long=True, tables=False) as connexion:
            # Before any question, that of whose tables they are too.
            connexion.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            self._base.moteur.check_tables(connexion)
            yield _photo(connexion)

    def room(self) -> int | None:
        """Return ``None``: its disk is another machine's."""
        return None

    def replace(
        self,
        etat: Etat,
        contenus_lus: Iterable[tuple[str, bytes]],
        origine: Origine,
        before: Callable[[Photo], None],
    ) -> None:
        """Put something else in place of all of it; see :class:`geo.sauvegarde.stockage.Stockage`."""
        with self._base.write(long=True) as connexion:
            _hold(connexion)
            before(_photo(connexion))
            remove_scenarios(connexion)
            for table in _VERSIONS:
                connexion.execute(sa.delete(table))
            for sha, octets in contenus_lus:
                connexion.execute(sa.insert(contenus).values(empreinte=sha, octets=octets))
            for gardee in etat.versions:
                contenu = digest_fichiers(gardee.fichiers)
                add_version(connexion, gardee.version, contenu, gardee.fichiers)
            add_rows(connexion, scenarios, etat.scenarios)
            add_rows(connexion, gestes, etat.gestes)
            add_rows(connexion, trace, [*find_missing(etat.trace, read_trace(connexion))])
            note_acte(connexion, identifiant="", action=RESTAURATION, **asdict(origine))
            point(connexion, etat.en_usage, etat.dernier)


def _hold(connexion: Connection) -> None:
    """Have the tables to itself: whoever writes waits, then finds that what it wrote to is no longer there; readers go on.

    None is held while another is waited for: those who write take them each in an order of its own.
    """
    noms = ", ".join(table.name for table in _REMPLACEES)
    fin = time.monotonic() + _ATTENTE_S
    while True:
        try:
            with connexion.begin_nested():
                connexion.exec_driver_sql(f"LOCK TABLE {noms} IN EXCLUSIVE MODE NOWAIT")
        except sa.exc.OperationalError as erreur:
            if getattr(erreur.orig, "sqlstate", "") != _TENUE or time.monotonic() > fin:
                raise
        else:
            return
        time.sleep(_ENCORE_S)


def _photo(connexion: Connection) -> Photo:
    actuelle = connexion.execute(sa.select(pointeur)).mappings().one()
    fichiers: dict[int, list[Fichier]] = {}
    for ligne in connexion.execute(sa.select(version_fichiers)).mappings():
        fichier = Fichier(*(ligne[nom] for nom in Fichier._fields))
        fichiers.setdefault(ligne["numero"], []).append(fichier)
    lignes = connexion.execute(sa.select(versions).order_by(versions.c.numero)).mappings()
    gardees = tuple(
        VersionGardee(
            Version.read(dict(ligne), actuelle=False),
            tuple(sorted(fichiers.get(ligne["numero"], ()))),
        )
        for ligne in lignes
    )
    tailles = sa.select(contenus.c.empreinte, sa.func.octet_length(contenus.c.octets))
    return Photo(
        Etat(actuelle["numero"], actuelle["dernier"], gardees, *read_rows(connexion)),
        {ligne[0]: ligne[1] for ligne in connexion.execute(tailles)},
        lambda sha: _read_contenu(connexion, sha),
    )


def _read_contenu(connexion: Connection, sha: str) -> bytes:
    demande = sa.select(contenus.c.octets).where(contenus.c.empreinte == sha)
    return bytes(connexion.execute(demande).scalar_one())
