"""What is computed on an indicative perimeter is « environ », wherever it is said."""

import pytest

from geo.chargement import load
from geo.indicateurs.ecarts import compare
from geo.indicateurs.territoire import parse_territoire
from rendu.carte.coloration import make_coloration
from rendu.carte.vue import make_vue
from rendu.mots.comparaison import comparison_groups
from rendu.mots.panneau import figure_lines
from rendu.mots.profil import profile_lines
from tests.officiels import import_files, make_mt
from ui.commun.adresse import Filtres
from ui.comparer.tableau import make_export

LUXEUIL, HERICOURT = "cpts-luxeuil", "cpts-pays-hericourt"
# A share of official files, means, an evolution, a part of the perimeter.
PARTS = ("APL aux médecins", "Évolution de la population", "Part de la commune", "Densité")


@pytest.fixture(scope="module")
def secrets(tmp_path_factory, atlas):
    return load(
        import_files(tmp_path_factory.mktemp("var"), {"mt_synthetique_2024.csv": make_mt(atlas)})
    )


def compared(atlas, *, indicatifs=True):
    territoires = [parse_territoire(atlas, f"cpts:{i}") for i in (LUXEUIL, HERICOURT)]
    return compare(atlas, territoires, f"cpts:{HERICOURT}", "fonctionnement", indicatifs=indicatifs)


def first_words(atlas, debut, *, indicatifs=True):
    groupes = comparison_groups(atlas, compared(atlas, indicatifs=indicatifs))
    ligne = next(li for groupe in groupes for li in groupe.lignes if li.libelle.startswith(debut))
    return [case[0].texte for case in ligne.cases]


@pytest.mark.parametrize("debut", PARTS)
def test_every_computed_share_of_an_indicative_perimeter_is_about(sous_seuil, debut):
    indicatif, deduit = first_words(sous_seuil, debut)
    assert indicatif.startswith("env.\xa0")
    assert not deduit.startswith("env.")


def test_bounds_are_about_too(secrets):
    (deduit, indicatif) = (
        next(li for li in profile_lines(secrets, i) if li.nom.startswith("Personnes sans"))
        for i in (HERICOURT, LUXEUIL)
    )
    assert indicatif.valeur.startswith("env.\xa0entre ")
    assert indicatif.phrase.startswith("Environ entre ")
    assert not deduit.valeur.startswith("env.")
    panneau = next(ligne for ligne in figure_lines(secrets, LUXEUIL) if "Personnes sans" in ligne)
    assert "env\\.\xa0entre " in panneau
    vue = make_vue(secrets, Filtres())
    compte = next(i for i in secrets.registre.officiels() if i.libelle.startswith("Personnes sans"))
    textes = make_coloration(secrets, vue, compte.adresse).textes
    assert textes[LUXEUIL].startswith("secret statistique : env.\xa0entre ")
    case = next(
        li.cases[0][0].texte
        for groupe in comparison_groups(secrets, compared(secrets))
        for li in groupe.lignes
        if li.libelle.startswith("Personnes sans")
    )
    assert case.startswith("env.\xa0entre ")


def test_the_file_has_the_decimals_of_the_screen(sous_seuil):
    table = make_export(sous_seuil, compared(sous_seuil))
    apl = table[table["Indicateur"].str.startswith(("APL", "Part sans médecin traitant déclaré"))]
    nombres = apl.select_dtypes("number").melt()["value"].dropna()
    assert len(nombres)
    assert (nombres == nombres.round(1)).all()


def test_the_covered_share_keeps_its_own_words(sous_seuil):
    assert not any("env." in texte for texte in first_words(sous_seuil, "Habitants couverts"))


def test_the_file_says_what_the_screen_says(sous_seuil):
    table = make_export(sous_seuil, compared(sous_seuil))
    siennes = table[table["Code"] == LUXEUIL].set_index("Indicateur")
    for debut in PARTS:
        ligne = siennes[siennes.index.str.startswith(debut)].iloc[0]
        assert ligne["Qualificatif"] == "environ"
        assert ligne["En toutes lettres"].startswith("environ ")


def test_the_panel_and_the_tooltip_say_it_too(sous_seuil):
    lignes = "\n".join(figure_lines(sous_seuil, LUXEUIL))
    assert "Densité : env" in lignes
    assert "env" not in "\n".join(figure_lines(sous_seuil, HERICOURT))
    vue = make_vue(sous_seuil, Filtres())
    textes = make_coloration(sous_seuil, vue, "densite").textes
    assert textes[LUXEUIL].startswith("env.\xa0")
    assert not textes[HERICOURT].startswith("env.")
