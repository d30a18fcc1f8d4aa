"""A hostile table: its texts are read as texts, and what leaves of its diagnosis runs nothing."""

import csv
import io

from geo.export import to_csv
from geo.importation.choix import Choix
from geo.importation.service import check, read_path
from tests.hostile import write_hostile_csv, write_hostile_xlsx


def test_a_hostile_workbook_is_read_as_the_same_table_in_csv(atlas, tmp_path):
    en_csv, en_classeur = (
        read_path(write(tmp_path / nom))
        for write, nom in ((write_hostile_csv, "t.csv"), (write_hostile_xlsx, "t.xlsx"))
    )
    assert en_classeur.feuilles[0].lignes == en_csv.feuilles[0].lignes
    anomalies = check([en_classeur], atlas, Choix()).anomalies
    assert len(anomalies)
    ecrit = to_csv(anomalies).decode("utf-8-sig")
    for rangee in csv.reader(io.StringIO(ecrit, newline=""), delimiter=";"):
        for cellule in rangee:
            assert not cellule.startswith(("=", "+", "-", "@", "\t", "\r"))
