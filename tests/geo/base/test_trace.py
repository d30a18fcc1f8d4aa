"""The trace grows, and nothing else is done to it, by whatever way."""

import pytest
import sqlalchemy as sa

from geo.base.actions import IMPORT, RETOUR
from geo.base.connexion import file_base
from geo.base.schema import trace
from geo.base.sqlite import FICHIER
from geo.base.trace import count_actes, note_acte, read_actes


def note(base, action=IMPORT, **dit):
    with base.write() as connexion:
        note_acte(
            connexion,
            **{"identifiant": "cd", "auteur": "Camille", "objet": "version 1"} | dit,
            action=action,
        )


def test_what_was_done_is_read_latest_first(base):
    assert (read_actes(base), count_actes(base)) == ([], 0)
    note(base, fichier="table.csv", empreinte="a" * 64, detail="de mai")
    note(base, RETOUR, objet="version 0")
    retour, importe = read_actes(base)
    assert (retour.action, retour.objet, retour.fichier) == (RETOUR, "version 0", "")
    assert (importe.identifiant, importe.auteur, importe.action) == ("cd", "Camille", IMPORT)
    assert (importe.fichier, importe.empreinte, importe.detail) == ("table.csv", "a" * 64, "de mai")
    assert importe.le <= retour.le
    assert importe.le.utcoffset() is not None
    assert read_actes(base, action=IMPORT) == [importe]
    assert read_actes(base, maximum=1, depuis=1) == [importe]
    assert count_actes(base) == 2


def test_what_no_base_takes_as_text_is_shown(base):
    note(base, fichier="table\0\udcff.csv")
    assert [acte.fichier for acte in read_actes(base)] == ["table�?.csv"]


@pytest.mark.parametrize(
    "ordre",
    [
        sa.update(trace).values(auteur="Personne"),
        sa.delete(trace),
        sa.text("TRUNCATE trace"),
        sa.text(
            "INSERT OR REPLACE INTO trace SELECT rang, le, '', '', '', '', '', '', '' FROM trace"
        ),
    ],
    ids=["update", "delete", "truncate", "replace"],
)
def test_nothing_changes_it(base, ordre):
    note(base)
    avant = read_actes(base)
    with pytest.raises(sa.exc.DBAPIError), base.moteur.open().begin() as connexion:
        connexion.execute(ordre)
    assert read_actes(base) == avant


def test_a_file_of_before_gains_the_trace_and_keeps_its_scenarios(tmp_path):
    ancien = sa.create_engine(f"sqlite:///{tmp_path / FICHIER}")
    with ancien.begin() as connexion:
        connexion.exec_driver_sql(
            "CREATE TABLE scenarios (scenario_id VARCHAR(32) NOT NULL, nom TEXT NOT NULL, auteur TEXT NOT NULL, "
            "note TEXT NOT NULL, cree_le VARCHAR(32) NOT NULL, version_depart INTEGER NOT NULL, depart BLOB NOT NULL, "
            "retire BOOLEAN NOT NULL, PRIMARY KEY (scenario_id))"
        )
        connexion.exec_driver_sql("INSERT INTO scenarios VALUES ('a','b','','','',0,x'00',0)")
    ancien.dispose()
    base = file_base(tmp_path)
    note(base)
    assert count_actes(base) == 1
    with base.read() as connexion:
        assert connexion.exec_driver_sql("SELECT nom FROM scenarios").scalar_one() == "b"
    with pytest.raises(sa.exc.DBAPIError), base.moteur.open().begin() as connexion:
        connexion.execute(sa.delete(trace))
    base.close()
