"""What a file offers before anything of it is chosen."""

import pytest

from geo.erreurs import DonneesInvalides
from geo.officiels.apercu import glance, read_sheets
from geo.officiels.choix import Choix

MT = "codgeo;sans_medecin_traitant_declare;Assurés de 16 ans et plus\n70311;120;1500\n"


def test_a_known_file_is_recognised_and_offers_all_but_the_commune():
    apercu = glance("synthetique_2024.csv", MT.encode())
    (feuille,) = apercu.feuilles
    assert (feuille.nom, feuille.connue, apercu.annee) == ("", True, "2024")
    assert list(feuille.colonnes) == ["sans_medecin_traitant_declare", "Assurés de 16 ans et plus"]


def test_columns_of_one_title_are_told_apart_by_their_letter(csv):
    texte = "code_commune;valeur;valeur;\n70311;1;2;3\n70550;4;5;6\n"
    (feuille,) = glance("synthetique.csv", texte.encode()).feuilles
    assert feuille.colonnes["valeur"] == "valeur"
    assert feuille.colonnes["C"] == "valeur"
    for adresse, attendu in {"valeur": "1", "C": "2"}.items():
        (indicateur,) = csv(texte, Choix(colonne=adresse)).indicateurs
        assert indicateur.premieres[0] == ("70311", attendu)


def test_a_file_without_communes_is_refused():
    with pytest.raises(DonneesInvalides, match="aucune table de communes"):
        glance("synthetique.csv", b"nom;valeur\na;1\n")


def test_a_file_is_read_once_however_often_it_is_examined():
    avant = read_sheets.cache_info().misses
    octets = f"{MT}70550;70;700\n".encode()
    glance("une_fois.csv", octets)
    glance("une_fois.csv", octets)
    assert read_sheets.cache_info().misses == avant + 1
