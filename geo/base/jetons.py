"""Tokens by which a program shows an account: their secret is said once, and kept nowhere."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from geo.base.actions import JETON_CREE, JETON_RETIRE
from geo.base.erreurs import BaseIndisponible
from geo.base.schema import jetons
from geo.base.temps import read_time, write_now, write_time
from geo.base.trace import note_acte

if TYPE_CHECKING:
    from geo.base.connexion import Base

# What a secret begins with, so that it is known for what it is where it should not be.
PREFIXE = "atlas_"
DUREE_JOURS = 365
_OCTETS_SECRET = 32
_OCTETS_IDENTIFIANT = 8
# Its last use is known to the hour: a program that asks all day does not write at each question.
_USAGE_S = 3600


@dataclass(frozen=True, slots=True)
class Jeton:
    """What is remembered of a token; times are local, with their offset.

    Attributes
    ----------
    jeton_id
        Names it without its secret.
    identifiant, auteur, role
        Of the account that made it, then.
    libelle
        What its owner calls it.
    cree_le, expire_le, dernier_usage_le
        The last is ``None`` where it never served.
    """

    jeton_id: str
    identifiant: str
    auteur: str
    role: int
    libelle: str
    cree_le: dt.datetime
    expire_le: dt.datetime
    dernier_usage_le: dt.datetime | None


def create_jeton(
    base: Base,
    *,
    identifiant: str,
    auteur: str,
    role: int,
    libelle: str,
    jours: int = DUREE_JOURS,
) -> str:
    """Make a token and return its secret, which nothing will say again.

    Parameters
    ----------
    base
        Where it is kept.
    identifiant, auteur, role, libelle
        See :class:`Jeton`.
    jours
        How long it lasts.

    Raises
    ------
    BaseIndisponible
        If it could not be written.
    """
    secret = PREFIXE + secrets.token_urlsafe(_OCTETS_SECRET)
    jeton_id = secrets.token_hex(_OCTETS_IDENTIFIANT)
    with base.write() as connexion:
        connexion.execute(
            sa.insert(jetons).values(
                jeton_id=jeton_id,
                empreinte=_digest(secret),
                identifiant=identifiant,
                auteur=auteur,
                role=int(role),
                libelle=libelle,
                cree_le=write_now(),
                expire_le=write_time(dt.datetime.now(dt.UTC) + dt.timedelta(days=jours)),
            )
        )
        note_acte(
            connexion,
            identifiant=identifiant,
            auteur=auteur,
            action=JETON_CREE,
            objet=f"jeton {jeton_id}",
            detail=libelle,
        )
    return secret


def find_jeton(base: Base, secret: str) -> Jeton | None:
    """Return the token of a secret, and remember that it served; ``None`` where it is none, or no longer.

    Raises
    ------
    BaseIndisponible
        If it cannot be read.
    """
    if not secret.startswith(PREFIXE) or not base.exists():
        return None
    with base.read() as connexion:
        ligne = connexion.execute(_valid().where(jetons.c.empreinte == _digest(secret))).first()
    if ligne is None:
        return None
    trouve = _jeton(ligne)
    maintenant = dt.datetime.now(dt.UTC)
    if (
        trouve.dernier_usage_le is None
        or (maintenant - trouve.dernier_usage_le).total_seconds() > _USAGE_S
    ):
        # What is asked is answered, even where nothing can be written.
        with suppress(BaseIndisponible), base.write() as connexion:
            connexion.execute(
                sa.update(jetons)
                .where(jetons.c.jeton_id == trouve.jeton_id)
                .values(dernier_usage_le=write_time(maintenant))
            )
    return trouve


def list_jetons(base: Base, identifiant: str) -> list[Jeton]:
    """Return the tokens of an account that still open something, the latest first.

    Raises
    ------
    BaseIndisponible
        If they cannot be read.
    """
    if not base.exists():
        return []
    siens = _valid().where(jetons.c.identifiant == identifiant).order_by(jetons.c.cree_le.desc())
    with base.read() as connexion:
        return [_jeton(ligne) for ligne in connexion.execute(siens)]


def revoke_jeton(base: Base, identifiant: str, jeton_id: str) -> None:
    """Take a token of an account back; nothing where it has none of that name.

    Raises
    ------
    BaseIndisponible
        If it could not be written.
    """
    with base.write() as connexion:
        retire = connexion.execute(
            sa.update(jetons)
            .where(
                jetons.c.jeton_id == jeton_id,
                jetons.c.identifiant == identifiant,
                jetons.c.retire_le.is_(None),
            )
            .values(retire_le=write_now())
            .returning(jetons.c.auteur, jetons.c.libelle)
        ).first()
        if retire is not None:
            note_acte(
                connexion,
                identifiant=identifiant,
                auteur=retire.auteur,
                action=JETON_RETIRE,
                objet=f"jeton {jeton_id}",
                detail=retire.libelle,
            )


def _valid() -> sa.Select[Any]:
    # Written in one offset, texts are in the order of time.
    return sa.select(jetons).where(jetons.c.retire_le.is_(None), jetons.c.expire_le > write_now())


def _jeton(ligne: Any) -> Jeton:
    usage = ligne.dernier_usage_le
    return Jeton(
        ligne.jeton_id,
        ligne.identifiant,
        ligne.auteur,
        ligne.role,
        ligne.libelle,
        read_time(ligne.cree_le),
        read_time(ligne.expire_le),
        read_time(usage) if usage else None,
    )


def _digest(secret: str) -> str:
    # Random and long: a slow hash would add nothing.
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
