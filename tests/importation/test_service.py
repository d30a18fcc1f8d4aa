"""From the bytes of a table to a version in use, on the drawn folder of ``tests/geo/dessin.py``."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal

from geo.chargement import load
from geo.erreurs import DonneesInvalides
from geo.importation import service
from geo.importation.choix import Choix
from geo.importation.colonnes import guess
from geo.importation.feuille import Feuille
from geo.importation.service import (
    FICHIERS_MAX,
    Fichier,
    check,
    check_limits,
    load_beside,
    prepare,
    publish,
    read_file,
    read_path,
)
from geo.importation.tables import SourceImport
from geo.importation.versions import Depot, ImportRefuse
from tests.conftest import DATA
from tests.geo.dessin import A, B, C, D, E, write_dossier

SOURCE = SourceImport("table.csv", "Camille", "table de mai", dt.date(2026, 5, 6))
TITRES = "Code INSEE;Commune;CPTS\n"
# d, which was in no CPTS, joins c; b leaves CPTS Ouest.
TABLE = f"{TITRES}{A};;CPTS Ouest\n{C};;CPTS Est\n{D};;CPTS Est\n"


@pytest.fixture
def depot(tmp_path):
    return Depot(tmp_path / "var", write_dossier(tmp_path / "data"))


def check_texts(depot, *textes, **choix):
    fichiers = [read_file(f"{rang}.csv", texte.encode()) for rang, texte in enumerate(textes, 1)]
    return check(fichiers, load(depot.actuel()), Choix(**choix))


def prepare_text(depot, texte, etapes=None, **choix):
    return prepare(
        depot,
        check_texts(depot, texte, **choix),
        SOURCE,
        depuis=depot.actuel(),
        definition="fonctionnement",
        step=(etapes if etapes is not None else []).append,
    )


def memberships(atlas):
    return set(zip(atlas.adhesions["cpts_id"], atlas.adhesions["code_commune"], strict=True))


def test_a_table_becomes_the_version_in_use(depot):
    etapes = []
    pret = prepare_text(depot, TABLE, etapes)
    # Nothing in use has changed yet, and what would change is known.
    assert depot.actuel() == depot.base
    assert dict(
        zip(
            pret.changement.communes["code_commune"], pret.changement.communes["genre"], strict=True
        )
    ) == {
        B: "sortie",
        D: "entree",
    }
    assert pret.changement.population_concernee == 200 + 800
    assert len(etapes) == 2
    version = publish(depot, pret)
    assert (version.auteur, version.note, version.fichier) == (
        "Camille",
        "table de mai",
        "table.csv",
    )
    assert (version.cpts, version.communes) == (2, 4)
    assert memberships(load(depot.actuel())) == {
        ("cpts-ouest", A),
        ("cpts-est", C),
        ("cpts-est", D),
        # The table says nothing of the department of e.
        ("cpts-est", E),
    }
    depot.restore(0)
    assert memberships(load(depot.actuel())) == memberships(load(depot.base))


def test_what_blocks_is_never_prepared(depot):
    with pytest.raises(ValueError, match="blocking"):
        prepare_text(depot, f"{TITRES}99999;;CPTS Ouest\n")
    assert not depot.dossier.exists()


def test_an_import_that_makes_bad_data_leaves_nothing_behind(depot, monkeypatch):
    """A bug of ours must not put in use what the application would refuse at its next start."""
    mauvaises = {"cpts.csv": b"cpts_id,code_commune,confiance\ncpts-ouest,99999,documente\n"}
    monkeypatch.setattr("geo.importation.service.make_tables", lambda *_: mauvaises)
    with pytest.raises(DonneesInvalides, match="99999"):
        prepare_text(depot, TABLE)
    assert not list(depot.dossier.glob("preparation-*"))
    assert depot.actuel() == depot.base


def test_of_two_sessions_the_second_is_told_to_begin_again(depot):
    premier, second = prepare_text(depot, TABLE), prepare_text(depot, f"{TITRES}{B};;CPTS Est\n")
    publish(depot, premier)
    with pytest.raises(ImportRefuse, match="Recommencer l'import"):
        publish(depot, second)


def test_a_table_checked_on_other_data_is_not_written(depot):
    """Another import came between the check and its writing: the memberships it saw are gone."""
    ancienne = check_texts(depot, TABLE)
    publish(depot, prepare_text(depot, f"{TITRES}{B};;CPTS Est\n"))
    en_usage = depot.actuel()
    with pytest.raises(ImportRefuse, match=r"ont changé entre-temps.*Relancer la vérification"):
        prepare(
            depot,
            ancienne,
            SOURCE,
            depuis=en_usage,
            definition="fonctionnement",
            step=lambda _: None,
        )
    assert depot.actuel() == en_usage
    assert not list(depot.dossier.glob("preparation-*/"))


def test_files_beyond_a_limit_are_refused_together(depot, monkeypatch):
    with pytest.raises(DonneesInvalides, match="limite de fichiers"):
        check_texts(depot, *[TABLE] * (FICHIERS_MAX + 1))
    check_limits(FICHIERS_MAX)
    monkeypatch.setitem(service.LIMITES_ENSEMBLE, "lignes, tous fichiers réunis", 7)
    check_texts(depot, TABLE)
    with pytest.raises(DonneesInvalides, match=r"limite de lignes, tous fichiers réunis \(7\)"):
        check_texts(depot, TABLE, TABLE)


def make_sheets(*textes):
    """Make a workbook of sheets, each with the same titles, the second one under a title line."""
    feuilles = tuple(
        Feuille(f"Dép. {rang}", tuple(tuple(ligne.split(";")) for ligne in texte.split()))
        for rang, texte in enumerate(textes, 1)
    )
    lues = [replace(guess((f,)), feuille=rang) for rang, f in enumerate(feuilles)]
    return Fichier("t.xlsx", feuilles, lues[0], tuple(lues[1:]))


def test_several_sheets_are_one_table_and_each_problem_is_placed_in_its_own(depot):
    classeur = make_sheets(f"Code;CPTS\n{A};Ouest", f"Titre;\nCode;CPTS\n99999;Est\n{C};Est")
    verification = check([classeur], load(depot.actuel()), Choix())
    assert set(verification.diagnostic.adhesions["code_commune"]) == {A, C}
    inconnue = verification.anomalies.set_index("valeur").loc["99999"]
    assert (inconnue["fichier"], inconnue["ligne"]) == ("t.xlsx, feuille « Dép. 2 »", 3)
    assert verification.nom == "t.xlsx"


def test_a_column_named_by_hand_is_corrected_in_every_sheet(depot):
    classeur = make_sheets(f"Code;Bassin;CPTS\n{A};Nord;Ouest", f"Code;Bassin;CPTS\n{C};Sud;Est")
    lue = check([classeur.with_columns({"cpts": "Bassin"})], load(depot.actuel()), Choix())
    assert set(lue.diagnostic.cpts.index) == {"Nord", "Sud"}


def test_several_files_are_one_table(depot):
    """A CPTS whose communes are in two files keeps them all."""
    ouest, est = f"{TITRES}{A};;CPTS Ouest\n", f"{TITRES}{B};;CPTS Ouest\n{C};;CPTS Est\n"
    adhesions = check_texts(depot, ouest, est).diagnostic.adhesions
    assert set(zip(adhesions["nom_cpts"], adhesions["code_commune"], strict=True)) == {
        ("CPTS Ouest", A),
        ("CPTS Ouest", B),
        ("CPTS Est", C),
    }


def test_each_problem_is_placed_in_its_own_file(depot):
    premier = f"Table de mai\n\n{TITRES}{A};;CPTS Ouest\n"
    second = f"{TITRES}{C};;CPTS Est\n99999;;CPTS Est\n{A};;CPTS Ouest\n"
    verification = check_texts(depot, premier, second)
    inconnue = verification.anomalies.set_index("valeur").loc["99999"]
    assert (inconnue["fichier"], inconnue["ligne"]) == ("2.csv", 3)
    repetee = verification.anomalies[
        verification.anomalies["message"].str.contains("comptée une fois")
    ]
    assert repetee[["fichier", "ligne"]].to_numpy().tolist() == [["2.csv", 4]]
    assert "(1.csv, ligne 4)" in repetee["message"].item()


def test_one_file_keeps_its_rows_and_its_messages(depot):
    verification = check_texts(depot, f"{TITRES}99999;;CPTS Est\n")
    assert verification.anomalies["fichier"].unique().tolist() == ["1.csv"]
    assert (
        verification.anomalies["ligne"].tolist()
        == verification.diagnostic.anomalies["ligne"].tolist()
    )


def test_every_file_that_is_no_membership_table_is_named(depot):
    with pytest.raises(DonneesInvalides) as refus:
        check_texts(depot, TABLE, "a;b\n1;2\n", "c;d\n3;4\n")
    assert {probleme.fichier for probleme in refus.value.problemes} == {"2.csv", "3.csv"}


def test_a_file_that_cannot_be_opened_is_said(tmp_path):
    (tmp_path / "boucle.csv").symlink_to(tmp_path / "boucle.csv")
    for chemin in (
        tmp_path,
        tmp_path / "absent.csv",
        tmp_path / "boucle.csv",
        tmp_path / "a\0b.csv",
    ):
        with pytest.raises(DonneesInvalides, match=r"n'existe pas|ne peut pas être ouvert"):
            read_path(chemin)


def test_a_huge_file_is_refused_before_it_is_read_whole(tmp_path):
    with (tmp_path / "enorme.csv").open("wb") as fichier:
        fichier.truncate(2**40)
    with pytest.raises(DonneesInvalides, match="taille admise"):
        read_path(tmp_path / "enorme.csv")


def test_names_are_not_repeated_from_one_file_to_the_next(depot):
    nord, sud = f"{TITRES}{A};;CPTS Ouest\n{B};;\n", f"{TITRES}{C};;\n{D};;CPTS Est\n"
    lue = check_texts(depot, nord, sud, repeter_cpts=True).diagnostic
    assert lue.adhesions[["nom_cpts", "code_commune"]].to_numpy().tolist() == [
        ["CPTS Est", D],
        ["CPTS Ouest", A],
        ["CPTS Ouest", B],
    ]


def test_communes_that_have_not_changed_are_not_read_again_and_nothing_else_differs(
    atlas, tmp_path
):
    depot = Depot(tmp_path, DATA)
    dossier = depot.prepare({}, DATA)
    apres, _ = load_beside(dossier, DATA, atlas, "fonctionnement")
    assert apres.communes is atlas.communes
    assert apres.frontieres is atlas.frontieres
    seul = load(dossier)
    assert apres.problemes == seul.problemes
    pd.testing.assert_frame_equal(apres.frontieres, seul.frontieres)
    assert_geodataframe_equal(apres.territoires, seul.territoires)
    communes = dossier / "communes.geojson"
    communes.write_bytes(communes.read_bytes() + b"\n")
    autre, _ = load_beside(dossier, DATA, atlas, "fonctionnement")
    assert autre.communes is not atlas.communes
