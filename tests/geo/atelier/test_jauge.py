"""The size classes and what the accord pays for each, as the shipped table and a planner's say it."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.atelier.jauge import gauge
from geo.chargement import load
from geo.erreurs import DonneesInvalides
from geo.indicateurs.calcul import BORNES_TAILLE, CLASSES_TAILLE, classe_taille


def table(*lignes):
    return pd.DataFrame(lignes, columns=["taille", "montant_max_eur", "date"])


@pytest.mark.parametrize(
    ("population", "attendu"),
    [
        (0, ("T1", 40_000, 40_000, 220_000)),
        (39_999, ("T1", 40_000, 1, 220_000)),
        (40_000, ("T1 ou T2", 80_000, 40_000, None)),
        (40_001, ("T2", 80_000, 39_999, 287_000)),
        (100_000, ("T3", 175_000, 75_000, 370_000)),
        (175_000, ("T3 ou T4", None, None, None)),
        (300_000, ("T4", None, None, 450_000)),
    ],
)
def test_the_shipped_table(atlas, population, attendu):
    jauge = gauge(population, atlas.aci)
    assert (
        jauge.taille,
        jauge.borne_suivante,
        jauge.reste,
        jauge.montant_max_eur,
    ) == attendu


@given(st.integers(0, 1_000_000))
def test_what_is_left_leads_to_the_next_bound_and_no_further(population):
    jauge = gauge(population, table())
    assert jauge.montant_max_eur is None
    if jauge.borne_suivante is None:
        assert population >= BORNES_TAILLE[-1]
        return
    assert jauge.reste > 0
    assert population + jauge.reste == jauge.borne_suivante
    assert classe_taille(jauge.borne_suivante + 1) != jauge.taille
    assert not [b for b in BORNES_TAILLE if population < b < jauge.borne_suivante]


def test_the_latest_date_counts_whatever_the_order():
    aci = table(("T2", 3, "2024-03"), ("T2", 2, "2022-01-01"), ("T2", 1, "2019"))
    assert gauge(50_000, aci).montant_max_eur == 3


def test_a_planner_edits_the_file(copie):
    chemin = copie / "aci.csv"
    chemin.write_text(
        chemin.read_text(encoding="utf-8").replace("287000,2019", "300000,2019"), encoding="utf-8"
    )
    assert gauge(50_000, load(copie).aci).montant_max_eur == 300_000


def test_a_folder_without_it_has_no_amounts(copie):
    (copie / "aci.csv").unlink()
    assert gauge(50_000, load(copie).aci).montant_max_eur is None


def test_a_wrong_file_is_told(copie):
    chemin = copie / "aci.csv"
    texte = chemin.read_text(encoding="utf-8")
    chemin.write_text(
        texte.replace("T4,450000", "T5,450 000").replace(
            "2019,aci-cpts-2019", "2019,accord-perdu", 1
        ),
        encoding="utf-8",
    )
    with pytest.raises(DonneesInvalides) as erreur:
        load(copie)
    dits = [p.message for p in erreur.value.problemes if p.fichier == "aci.csv"]
    assert any("« taille »" in dit and "T5" in dit for dit in dits)
    assert any("« montant_max_eur »" in dit for dit in dits)


def test_it_names_every_class(atlas):
    assert sorted(atlas.aci["taille"]) == sorted(CLASSES_TAILLE)
    assert atlas.aci["note"].notna().all()
