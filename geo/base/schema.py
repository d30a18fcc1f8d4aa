"""The tables, for both engines; what is done to those of PostgreSQL is in :mod:`geo.base.migrations`."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

# Of the last migration: what a server expects of PostgreSQL.
REVISION = "r0001"
# Whoever listens there hears of each switch of the data.
CANAL = "atlas_bascule"

_IDENTIFIANT = 32
_EMPREINTE = 64
_MOMENT = 32


class Texte(sa.types.TypeDecorator[str]):
    """A text as both engines take it: what is no character, which PostgreSQL refuses, is shown as « � »."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:  # noqa: ARG002
        """Write null characters and lone surrogates as what they are: nothing that can be read."""
        if value is None or (value.isascii() and "\0" not in value):
            return value
        return value.replace("\0", "�").encode("utf-8", "replace").decode()


metadata = sa.MetaData()

scenarios = sa.Table(
    "scenarios",
    metadata,
    sa.Column("scenario_id", sa.String(_IDENTIFIANT), primary_key=True),
    sa.Column("nom", Texte, nullable=False),
    sa.Column("auteur", Texte, nullable=False),
    sa.Column("note", Texte, nullable=False),
    sa.Column("cree_le", sa.String(_MOMENT), nullable=False),
    # The number of the version of the data that it starts from; 0 is the base.
    sa.Column("version_depart", sa.Integer, nullable=False),
    sa.Column("depart", sa.LargeBinary, nullable=False),
    sa.Column("retire", sa.Boolean, nullable=False),
)

gestes = sa.Table(
    "gestes",
    metadata,
    sa.Column("scenario_id", sa.ForeignKey("scenarios.scenario_id"), primary_key=True),
    sa.Column("rang", sa.Integer, primary_key=True),
    # Given by whoever sends it: sent again after a cut, it is known.
    sa.Column("cle", sa.String(64), nullable=False),
    sa.Column("le", sa.String(_MOMENT), nullable=False),
    sa.Column("donnees", Texte, nullable=False),
    sa.UniqueConstraint("scenario_id", "cle"),
)

trace = sa.Table(
    "trace",
    metadata,
    sa.Column("rang", sa.Integer, primary_key=True),
    sa.Column("le", sa.String(_MOMENT), nullable=False),
    sa.Column("identifiant", Texte, nullable=False),
    sa.Column("auteur", Texte, nullable=False),
    sa.Column("action", Texte, nullable=False),
    sa.Column("objet", Texte, nullable=False),
    sa.Column("fichier", Texte, nullable=False),
    sa.Column("empreinte", Texte, nullable=False),
    sa.Column("detail", Texte, nullable=False),
)

jetons = sa.Table(
    "jetons",
    metadata,
    sa.Column("jeton_id", sa.String(_IDENTIFIANT), primary_key=True),
    # Of the secret, which is kept nowhere.
    sa.Column("empreinte", sa.String(_EMPREINTE), nullable=False, unique=True),
    sa.Column("identifiant", Texte, nullable=False),
    sa.Column("auteur", Texte, nullable=False),
    sa.Column("role", sa.Integer, nullable=False),
    sa.Column("libelle", Texte, nullable=False),
    sa.Column("cree_le", sa.String(_MOMENT), nullable=False),
    sa.Column("expire_le", sa.String(_MOMENT), nullable=False),
    sa.Column("dernier_usage_le", sa.String(_MOMENT)),
    sa.Column("retire_le", sa.String(_MOMENT)),
)

# With SQLite versions are folders: see geo/importation/depot.py.
TABLES_SQLITE = (scenarios, gestes, trace, jetons)

contenus = sa.Table(
    "contenus",
    metadata,
    # Once, whatever the number of versions that have it.
    sa.Column("empreinte", sa.String(_EMPREINTE), primary_key=True),
    sa.Column("octets", sa.LargeBinary, nullable=False),
)

versions = sa.Table(
    "versions",
    metadata,
    sa.Column("numero", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("date", sa.String(_MOMENT), nullable=False),
    sa.Column("auteur", Texte, nullable=False),
    sa.Column("identifiant", Texte, nullable=False),
    sa.Column("note", Texte, nullable=False),
    sa.Column("fichier", Texte, nullable=False),
    sa.Column("empreinte", Texte, nullable=False),
    sa.Column("cpts", sa.Integer, nullable=False),
    sa.Column("communes", sa.Integer, nullable=False),
    # Of the names and contents of its files: a copy of it is known by that.
    sa.Column("contenu", sa.String(_EMPREINTE), nullable=False),
)

version_fichiers = sa.Table(
    "version_fichiers",
    metadata,
    sa.Column("numero", sa.ForeignKey("versions.numero"), primary_key=True),
    sa.Column("chemin", Texte, primary_key=True),
    sa.Column("empreinte", sa.ForeignKey("contenus.empreinte"), nullable=False),
    # Given to every copy: an atlas is known by the times of change of its files.
    sa.Column("modifie_ns", sa.BigInteger, nullable=False),
)

# One row: which version is in use, and the last number given.
pointeur = sa.Table(
    "pointeur",
    metadata,
    sa.Column("seul", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("numero", sa.Integer, nullable=False),
    sa.Column("dernier", sa.Integer, nullable=False),
)

_JAMAIS = "SELECT RAISE(ABORT, 'La trace ne se modifie pas : elle ne fait que croître.')"

TRIGGERS_SQLITE = (
    f"CREATE TRIGGER IF NOT EXISTS trace_update BEFORE UPDATE ON trace BEGIN {_JAMAIS}; END",
    f"CREATE TRIGGER IF NOT EXISTS trace_delete BEFORE DELETE ON trace BEGIN {_JAMAIS}; END",
    # INSERT OR REPLACE deletes without a word.
    f"CREATE TRIGGER IF NOT EXISTS trace_replace BEFORE INSERT ON trace WHEN NEW.rang IN (SELECT rang FROM trace) BEGIN {_JAMAIS}; END",  # noqa: S608 - nothing of it comes from outside
)
