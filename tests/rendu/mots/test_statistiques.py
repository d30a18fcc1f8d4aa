"""Published statistics in words: nothing of what makes a figure is left out."""

import csv
from pathlib import Path

import pytest

from geo.indicateurs.territoire import parse_territoire
from geo.regles.statistiques import list_contexte
from rendu.mots.faits import source_plain
from rendu.mots.statistiques import context_texts, statistic_text

DATA = Path(__file__).resolve().parents[3] / "data"


@pytest.fixture(scope="module")
def nievre(atlas):
    contexte = list_contexte(atlas, [parse_territoire(atlas, "dep:58")])
    textes = context_texts(atlas, contexte, str, source_plain)
    return {zone: [ligne.replace("\xa0", " ").replace("\u202f", " ") for ligne in lignes]
            for zone, lignes in textes.items()}  # fmt: skip


def test_every_figure_of_the_file_is_written_with_its_base_and_its_date(atlas):
    with (DATA / "statistiques.csv").open(encoding="utf-8", newline="") as fichier:
        lignes = list(csv.DictReader(fichier))
    assert len(lignes) == len(atlas.statistiques) == 41
    for lue, (_, statistique) in zip(lignes, atlas.statistiques.iterrows(), strict=True):
        texte = statistic_text(statistique, str).replace("\u202f", "").replace("−", "-")
        assert f"{float(lue['valeur']):.12g}".replace(".", ",") in texte
        assert statistique["libelle_base"].replace("\u202f", "").lower() in texte.lower()
        assert texte.endswith(lue["date"][:4] or "date non publiée")


def test_a_zone_shows_its_figures_with_their_source_then_its_region_and_france(nievre):
    assert list(nievre) == ["Nièvre", "Bourgogne-Franche-Comté", "France"]
    assert nievre["Nièvre"][0] == (
        "Sans médecin traitant : 20 % (toute la population), octobre 2024. « Nièvre : face aux déserts médicaux, des "
        "communes interdisent de tomber malade », Vibration, octobre 2024."
    )
    assert any("−23 % (médecins généralistes), 2021" in ligne for ligne in nievre["Nièvre"])
    assert any("moins de 472 000 (" in ligne for ligne in nievre["France"])


def test_figures_that_contradict_one_another_are_both_there_and_said_to(nievre):
    assert any("plus de 15 000" in ligne for ligne in nievre["Nièvre"])
    assert not any("Ne s'accordent pas" in ligne for ligne in nievre["Nièvre"])
    assert nievre["France"][-1].startswith("Ne s'accordent pas : ")
    assert nievre["France"][-1].endswith("soit 272,8 contre 441 pour 100 000 habitants (calculé).")


def test_an_epci_is_named(atlas):
    contexte = list_contexte(atlas, [parse_territoire(atlas, "cpts:cpts-grand-auxerrois-armance")])
    textes = context_texts(atlas, contexte, str, source_plain)
    assert next(iter(textes)) == "CA de l'Auxerrois"
    assert textes["CA de l'Auxerrois"][0].startswith("Médecins généralistes : 54, 4 octobre 2023.")
