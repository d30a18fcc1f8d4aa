"""Begin: scenarios, versions, trace, tokens."""

import sqlalchemy as sa
from alembic import op

revision = "r0001"
down_revision = None

_TRACE = "La trace ne se modifie pas : elle ne fait que croître."


def upgrade() -> None:
    """Make the tables, the triggers of the trace and the row that says which version is in use."""
    op.create_table(
        "scenarios",
        sa.Column("scenario_id", sa.String(32), primary_key=True),
        sa.Column("nom", sa.Text, nullable=False),
        sa.Column("auteur", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("cree_le", sa.String(32), nullable=False),
        sa.Column("version_depart", sa.Integer, nullable=False),
        sa.Column("depart", sa.LargeBinary, nullable=False),
        sa.Column("retire", sa.Boolean, nullable=False),
    )
    op.create_table(
        "gestes",
        sa.Column(
            "scenario_id", sa.String(32), sa.ForeignKey("scenarios.scenario_id"), primary_key=True
        ),
        sa.Column("rang", sa.Integer, primary_key=True),
        sa.Column("cle", sa.String(64), nullable=False),
        sa.Column("le", sa.String(32), nullable=False),
        sa.Column("donnees", sa.Text, nullable=False),
        sa.UniqueConstraint("scenario_id", "cle"),
    )
    op.create_table(
        "trace",
        sa.Column("rang", sa.Integer, primary_key=True),
        sa.Column("le", sa.String(32), nullable=False),
        *(
            sa.Column(nom, sa.Text, nullable=False)
            for nom in (
                "identifiant",
                "auteur",
                "action",
                "objet",
                "fichier",
                "empreinte",
                "detail",
            )
        ),
    )
    op.execute(
        "CREATE FUNCTION trace_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_TRACE}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER trace_change BEFORE UPDATE OR DELETE ON trace "
        "FOR EACH ROW EXECUTE FUNCTION trace_refuse()"
    )
    op.execute(
        "CREATE TRIGGER trace_truncate BEFORE TRUNCATE ON trace "
        "FOR EACH STATEMENT EXECUTE FUNCTION trace_refuse()"
    )
    op.create_table(
        "jetons",
        sa.Column("jeton_id", sa.String(32), primary_key=True),
        sa.Column("empreinte", sa.String(64), nullable=False, unique=True),
        sa.Column("identifiant", sa.Text, nullable=False),
        sa.Column("auteur", sa.Text, nullable=False),
        sa.Column("role", sa.Integer, nullable=False),
        sa.Column("libelle", sa.Text, nullable=False),
        sa.Column("cree_le", sa.String(32), nullable=False),
        sa.Column("expire_le", sa.String(32), nullable=False),
        sa.Column("dernier_usage_le", sa.String(32)),
        sa.Column("retire_le", sa.String(32)),
    )
    op.create_table(
        "contenus",
        sa.Column("empreinte", sa.String(64), primary_key=True),
        sa.Column("octets", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "versions",
        sa.Column("numero", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("date", sa.String(32), nullable=False),
        sa.Column("auteur", sa.Text, nullable=False),
        sa.Column("identifiant", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("fichier", sa.Text, nullable=False),
        sa.Column("empreinte", sa.Text, nullable=False),
        sa.Column("cpts", sa.Integer, nullable=False),
        sa.Column("communes", sa.Integer, nullable=False),
        sa.Column("contenu", sa.String(64), nullable=False),
    )
    op.create_table(
        "version_fichiers",
        sa.Column("numero", sa.Integer, sa.ForeignKey("versions.numero"), primary_key=True),
        sa.Column("chemin", sa.Text, primary_key=True),
        sa.Column("empreinte", sa.String(64), sa.ForeignKey("contenus.empreinte"), nullable=False),
        sa.Column("modifie_ns", sa.BigInteger, nullable=False),
    )
    pointeur = op.create_table(
        "pointeur",
        sa.Column("seul", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("numero", sa.Integer, nullable=False),
        sa.Column("dernier", sa.Integer, nullable=False),
    )
    op.bulk_insert(pointeur, [{"seul": 1, "numero": 0, "dernier": 0}])
