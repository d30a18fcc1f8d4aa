"""Brings the tables of PostgreSQL to what this version of the application expects, with Alembic."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from geo.base.erreurs import BaseNonPreparee
from geo.base.postgres import read_revision

if TYPE_CHECKING:
    from geo.base.connexion import Base

_MIGRATIONS = Path(__file__).with_name("migrations")
# Any number, the same for all: one migrates, the others wait for it and find the work done.
_VERROU = 7_218_431


def list_migrations() -> ScriptDirectory:
    """Return the migrations, for Alembic."""
    return ScriptDirectory(str(_MIGRATIONS), version_locations=[str(_MIGRATIONS)])


def prepare_base(base: Base) -> tuple[str, str]:
    """Bring the tables up to date; nothing where they are. All of it, or nothing.

    Returns
    -------
    tuple[str, str]
        The revision before, empty where there was none, and the one after.

    Raises
    ------
    BaseIndisponible
        If it cannot be written to.
    BaseNonPreparee
        If its tables are of a later version of the application.
    """
    scripts = list_migrations()
    with base.write(long=True, tables=False) as connexion:
        connexion.execute(sa.text("SET LOCAL lock_timeout = 0"))
        connexion.execute(sa.select(sa.func.pg_advisory_xact_lock(_VERROU)))
        avant = read_revision(connexion)
        if avant and avant not in {script.revision for script in scripts.walk_revisions()}:
            raise BaseNonPreparee(plus_recente=True)
        with EnvironmentContext(
            Config(),
            scripts,
            fn=lambda revisions, _: scripts._upgrade_revs("head", revisions),  # noqa: SLF001 - as Alembic’s own command does
        ) as contexte:
            contexte.configure(connection=connexion)
            contexte.run_migrations()
        return avant, read_revision(connexion)
