"""Who did what, and when: rows that are added, and that nothing changes or takes off (see the triggers of the schema)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from geo.base.schema import trace
from geo.base.temps import read_time, write_now

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.engine import Connection

    from geo.base.connexion import Base


@dataclass(frozen=True, slots=True)
class Acte:
    """One row of the trace.

    Attributes
    ----------
    le
        When, a local time with its offset.
    identifiant, auteur
        The account, and the name that goes with it; empty where nobody said.
    action
        One of those of :mod:`geo.base.actions`.
    objet
        What it was done to: « version 3 ».
    fichier, empreinte
        The file it came from and the SHA-256 of its content; empty where there is none.
    detail
        What else is worth knowing.
    """

    le: dt.datetime
    identifiant: str
    auteur: str
    action: str
    objet: str
    fichier: str
    empreinte: str
    detail: str


def note_acte(
    connexion: Connection,
    *,
    identifiant: str,
    auteur: str,
    action: str,
    objet: str,
    fichier: str = "",
    empreinte: str = "",
    detail: str = "",
    le: str = "",
) -> None:
    """Add a row, in the transaction of what it tells: both are written, or neither; see :class:`Acte`.

    Parameters
    ----------
    le
        When, as :mod:`geo.base.temps` writes it; now by default.
    """
    connexion.execute(
        sa.insert(trace).values(
            le=le or write_now(),
            identifiant=identifiant,
            auteur=auteur,
            action=action,
            objet=objet,
            fichier=fichier,
            empreinte=empreinte,
            detail=detail,
        )
    )


def has_acte(connexion: Connection, *, le: str, action: str, objet: str) -> bool:
    """Tell whether a row is there already."""
    demande = sa.select(trace.c.rang).where(
        trace.c.le == le, trace.c.action == action, trace.c.objet == objet
    )
    return connexion.execute(demande).first() is not None


def read_actes(
    base: Base, *, action: str = "", maximum: int | None = None, depuis: int = 0
) -> list[Acte]:
    """Return rows of the trace, the latest first.

    Parameters
    ----------
    base
        Where it is kept.
    action
        Of this kind alone; of all by default.
    maximum, depuis
        So many rows at most, after having left out so many.

    Raises
    ------
    BaseIndisponible
        If it cannot be read.
    """
    if not base.exists():
        return []
    colonnes = (trace.c[nom] for nom in Acte.__dataclass_fields__)
    demande = sa.select(*colonnes).order_by(trace.c.rang.desc()).limit(maximum).offset(depuis)
    if action:
        demande = demande.where(trace.c.action == action)
    with base.read() as connexion:
        lignes = connexion.execute(demande).all()
    return [Acte(read_time(le), *reste) for le, *reste in lignes]


def count_actes(base: Base) -> int:
    """Count the rows of the trace.

    Raises
    ------
    BaseIndisponible
        If it cannot be read.
    """
    if not base.exists():
        return 0
    with base.read() as connexion:
        return int(connexion.execute(sa.select(sa.func.count()).select_from(trace)).scalar_one())
