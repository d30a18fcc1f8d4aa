"""Counts of communes and files say which communes a CPTS takes in part (synthetic)."""

import pytest

from geo.atelier.etabli import Etabli, open_chantier
from geo.atelier.journal import Journal
from geo.base.connexion import file_base
from geo.chargement import load
from geo.indicateurs.ecarts import compare
from geo.indicateurs.territoire import parse_territoire
from geo.perimetre import HYPOTHESE
from rendu.mots.atelier import describe_cpts
from rendu.mots.comparaison import comparison_groups
from rendu.mots.partage import PRISES_EN_PARTIE
from tests.geo.dessin import C
from tests.geo.partage import CPTS, write_partage
from ui.commun.tableau import make_tableau
from ui.comparer.tableau import make_export

OUEST, EST, LOIN = "cpts-ouest", "cpts-est", "cpts-loin"
PART = f"{C} 25\xa0%"


@pytest.fixture(scope="module")
def atlas_partage(tmp_path_factory):
    """Load the drawn folder with a split commune; nothing of it is a hypothesis."""
    dossier = tmp_path_factory.mktemp("partage") / "data"
    return load(write_partage(dossier, CPTS.replace(HYPOTHESE, "documente")))


@pytest.fixture(scope="module")
def comparaison(atlas_partage):
    territoires = [parse_territoire(atlas_partage, lieu) for lieu in (f"cpts:{OUEST}", "dep:70")]
    return compare(atlas_partage, territoires, "dep:70", "fonctionnement", indicatifs=True)


def test_a_count_of_communes_says_how_many_are_in_part(atlas_partage, comparaison):
    (cases,) = [
        [case[0].texte for case in ligne.cases]
        for groupe in comparison_groups(atlas_partage, comparaison)
        for ligne in groupe.lignes
        if ligne.libelle == "Communes (2026)"
    ]
    assert cases[0] == "3, dont 1 en partie"
    assert "partie" not in cases[1]


def test_the_files_name_them_and_call_an_estimate_about(atlas_partage, comparaison):
    table = make_export(atlas_partage, comparaison).set_index(["Indicateur", "Genre"])
    assert set(table[PRISES_EN_PARTIE]) == {PART, ""}
    qualificatifs = table["Qualificatif"].xs("CPTS", level="Genre")
    assert qualificatifs["Population (2023)"] == qualificatifs["Surface (km²)"] == "environ"
    assert qualificatifs["Communes (2026)"] == ""
    tableau = make_tableau(atlas_partage, (OUEST, EST), fichier=True)
    assert tableau[PRISES_EN_PARTIE].to_list() == [PART, f"{C} 75\xa0%"]
    assert PRISES_EN_PARTIE not in make_tableau(atlas_partage, (OUEST,))
    assert PRISES_EN_PARTIE not in make_tableau(atlas_partage, (LOIN,), fichier=True)


def test_the_workshop_says_it_too(atlas_partage, tmp_path):
    journal = Journal(file_base(tmp_path))
    chantier = open_chantier(atlas_partage)
    scenario = journal.create(chantier.avant, nom="Essai", auteur="", note="", version_depart=0)
    etabli = Etabli(chantier, journal, scenario)
    assert "3 communes, dont 1 en partie" in describe_cpts(etabli, OUEST)["lignes"][0]
    assert describe_cpts(etabli, LOIN)["lignes"] == ["périmètre inconnu"]
