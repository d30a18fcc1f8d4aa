"""The French of a difference between two compositions."""

import pandas as pd
import pytest

from geo.atelier.deroule import Deroule
from geo.atelier.ecart import compare
from geo.atelier.gestes import ATTRIBUER, CREER, FUSIONNER, RENOMMER, SUPPRIMER, Geste
from geo.export import to_csv
from rendu.mots.atelier_ecart import (
    qualify_counts,
    summarize,
    tabulate_communes,
    tabulate_cpts,
    tell_unknown,
    write_counts,
)
from tests.geo.atelier.tirage import DEPART, DEUX, SEPT, SOL, TROIS, UN, A, B, C, D

LIBELLES = {"aci_signe": "ACI signé", "lancee": "lancée"}


def make(*gestes):
    return compare(SOL, DEPART, Deroule(DEPART, gestes).etat.composition())


@pytest.mark.parametrize(
    ("gestes", "phrase"),
    [
        ([], "Aucune commune ne change de CPTS, et aucune CPTS ne change."),
        (
            [Geste(ATTRIBUER, vers={A: (SEPT,)})],
            "1 commune change de CPTS, ou y entre ou en sort (1\u202f000 habitants) : 1 CPTS modifiée.",
        ),
        (
            [Geste(ATTRIBUER, vers={C: (UN, TROIS)})],
            (
                "2 communes changent de CPTS, ou y entrent ou en sortent (500 habitants) : 3 CPTS modifiées ; "
                "0 commune dans plusieurs CPTS, au lieu de 1 commune."
            ),
        ),
        (
            [
                Geste(FUSIONNER, cpts=(C,), cible=B),
                Geste(SUPPRIMER, cpts=(D,)),
                Geste(CREER, cible="cpts-neuve", nom="CPTS E"),
            ],
            (
                "1 commune change de CPTS, ou y entre ou en sort (25 habitants) : 1 CPTS créée, 2 CPTS supprimées et "
                "1 CPTS modifiée."
            ),
        ),
        (
            [Geste(RENOMMER, cpts=(A,), nom="Autre")],
            "Aucune commune ne change de CPTS : 1 CPTS modifiée.",
        ),
    ],
)
def test_a_sentence_sums_the_difference_up(gestes, phrase):
    assert summarize(make(*gestes)) == phrase


def test_the_communes_are_a_table(atlas):
    ecart = make(Geste(ATTRIBUER, vers={C: (TROIS,), A: (SEPT,)}))
    table = tabulate_communes(ecart, atlas.millesimes)
    annee = f"Population {atlas.millesimes.population}"
    assert table.to_dict("records") == [
        {
            "Code": TROIS,
            "Commune": f"Commune {TROIS}",
            "Département": "70",
            annee: 400,
            "CPTS avant": "CPTS A ; CPTS B",
            "CPTS après": "CPTS C",
        },
        {
            "Code": SEPT,
            "Commune": f"Commune {SEPT}",
            "Département": "70",
            annee: 1_000,
            "CPTS avant": "aucun périmètre connu",
            "CPTS après": "CPTS A",
        },
    ]
    assert f"CPTS avant;CPTS après\r\n{TROIS};".encode() in to_csv(table)


def test_the_cpts_are_a_table():
    ecart = make(
        Geste(RENOMMER, cpts=(A,), nom="Autre", statut="lancee"),
        Geste(ATTRIBUER, vers={"cpts-c": (UN,)}),
        Geste(SUPPRIMER, cpts=(D,)),
    )
    table = tabulate_cpts(ecart, LIBELLES, ("dans « un »", "dans « deux »"))
    assert dict(zip(table["CPTS"], table["Ce qui change"], strict=True)) == {
        "Autre": "renommée, auparavant « CPTS A » ; étape : de « ACI signé » à « lancée » ; "
        "périmètre modifié",
        "CPTS C": "périmètre modifié",
        "CPTS D": "supprimée",
    }
    assert table.loc[1].to_list()[2:] == [1, 2, 25, 125, 100, 0]
    assert list(table.columns)[2:4] == ["Communes dans « un »", "Communes dans « deux »"]


def test_what_is_counted_over_an_unknown_perimeter_is_missing():
    ecart = make(Geste(ATTRIBUER, vers={D: (SEPT,)}), Geste(CREER, cible="cpts-neuve", nom="E"))
    donnee, creee = tabulate_cpts(ecart, LIBELLES).astype(object).to_dict("records")
    assert donnee["Ce qui change"] == "périmètre donné, auparavant inconnu"
    assert (donnee["Communes après"], donnee["Habitants après"]) == (1, 1_000)
    inconnus = {titre for titre, valeur in donnee.items() if pd.isna(valeur)}
    assert inconnus == {
        "Communes avant", "Habitants avant", "Habitants gagnés", "Habitants perdus",
    }  # fmt: skip
    assert creee["Communes avant"] == 0


def test_what_rests_on_an_indicative_perimeter_is_about_and_exact_in_a_file_that_says_so():
    ecart = make(Geste(ATTRIBUER, vers={C: (DEUX,)}))
    ecrits = write_counts(ecart)
    assert list(ecrits) == list(tabulate_cpts(ecart, LIBELLES).columns[2:6])
    assert ecrits == {
        "Communes avant": ["env.\xa03", "1"],
        "Communes après": ["2", "2"],
        "Habitants avant": ["env.\xa0700", "25"],
        "Habitants après": ["500", "225"],
    }
    assert qualify_counts(ecart) == {
        "Qualificatif avant": ["environ", ""],
        "Qualificatif après": ["", ""],
    }
    inconnu = make(Geste(ATTRIBUER, vers={D: (SEPT,)}))
    assert write_counts(inconnu)["Habitants avant"] == [""]


def test_an_empty_difference_makes_empty_tables(atlas):
    assert tabulate_communes(make(), atlas.millesimes).empty
    assert tabulate_cpts(make(), LIBELLES).empty


def test_communes_that_are_no_longer_there_are_named():
    autre = type(DEPART)(DEPART.cpts, DEPART.adhesions | {"70999": ((A, "documente"),)})
    assert tell_unknown(compare(SOL, autre, DEPART)) == (
        "1 commune n'est plus dans les données en service, et n'est pas comptée : 70999."
    )
    assert tell_unknown(make()) == ""
