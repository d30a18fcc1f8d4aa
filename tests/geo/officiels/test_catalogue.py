"""The catalogue that is shipped is sound, a faulty one is refused in words, a new file is one entry."""

import pytest

from geo.erreurs import DonneesInvalides
from geo.officiels.catalogue import load_catalogue

ENTREE = """
[[fichier]]
identifiant = "synthetique-pharmacies"
libelle = "Pharmacies (synthétique)"
producteur = "Personne"

[[fichier.indicateurs]]
nom = "pharmacies"
libelle = "Pharmacies"
unite = "pharmacies"
nature = "stock"
agregation = "somme"
colonnes = ["pharmacies en (?P<annee>\\\\d{4})"]
"""


@pytest.fixture
def catalogue(tmp_path):
    def load(texte):
        (tmp_path / "catalogue.toml").write_text(texte, encoding="utf-8")
        return load_catalogue(tmp_path / "catalogue.toml")

    return load


def test_the_shipped_catalogue_names_each_indicator_once():
    noms = [indicateur.nom for connu in load_catalogue() for indicateur in connu.indicateurs]
    assert len(noms) == len(set(noms))
    assert all(connu.producteur and connu.libelle for connu in load_catalogue())


def test_a_new_known_file_is_one_entry_and_no_code(catalogue, csv):
    examen = csv(
        "Code INSEE;Commune;Pharmacies en 2024\n70311;Luxeuil-les-Bains;3\n70550;Vesoul;5\n",
        catalogue=catalogue(ENTREE),
    )
    (indicateur,) = examen.indicateurs
    assert (indicateur.nom, indicateur.millesime) == ("pharmacies_2024", "2024")
    assert indicateur.chiffres["departement:70"].valeur == 8
    assert examen.reconnu == ("Personne (source présumée), Pharmacies (synthétique)",)


@pytest.mark.parametrize(
    ("avant", "apres", "dit"),
    [
        ('nature = "stock"', 'nature = "taux"', "nature = « taux » pour une agrégation « somme »"),
        ('nature = "stock"', 'nature = "poids"', "nature = « poids »"),
        ('unite = "pharmacies"', "", "unite manque"),
        ('unite = "pharmacies"', 'unites = "x"', "unites n'est pas une clé connue"),
        ("\\\\d{4}", "(", "n'est pas un motif"),
        ('agregation = "somme"', 'agregation = "rapport"', "denominateur manque"),
        ('producteur = "Personne"', 'producteur = "Personne"\nmaille = "iris"', "maille inconnue"),
        ('unite = "pharmacies"', 'unite = "x"\nsens = "mieux"', "sens = « mieux » inconnu"),
        (
            'unite = "pharmacies"',
            'unite = "x"\nseuil_alerte = "2,5"',
            "seuil_alerte n'est pas un nombre",
        ),
        ("[[fichier]]", "[[fichier", "ne se lit pas"),
    ],
)
def test_a_faulty_entry_is_refused_with_its_key(catalogue, avant, apres, dit):
    with pytest.raises(DonneesInvalides) as refus:
        catalogue(ENTREE.replace(avant, apres))
    assert dit in str(refus.value)
