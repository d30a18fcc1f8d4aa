"""The files of a scenario, read back: every membership, and outlines that add up."""

from io import BytesIO

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest

from geo.atelier.table import read_membership_table
from rendu.mots.annexe import PROJET
from rendu.supports.atelier_fichiers import (
    population_cells,
    scenario_csv,
    scenario_gpkg,
    scenario_xlsx,
)
from tests.annexe import LURE, LUXEUIL, compose_lure

COLONNES = [
    *("code_commune", "nom_commune", "code_departement", "siren_epci", "nom_epci", "population"),
    *("cpts_id", "cpts", "statut", "confiance", "part_pct"),
]


@pytest.fixture(scope="module")
def compositions(atlas):
    return compose_lure(atlas)[:2]


@pytest.mark.parametrize(
    ("ecrire", "nom"), [(scenario_csv, "scenario.csv"), (scenario_xlsx, "scenario.xlsx")]
)
def test_it_reads_back_as_it_was(atlas, compositions, ecrire, nom):
    apres = compositions[1]
    lue, _ = read_membership_table(nom, ecrire(atlas, apres), atlas)
    assert lue == apres


def test_the_columns_are_those_agreed(atlas, compositions):
    table = pd.read_csv(BytesIO(scenario_csv(atlas, compositions[1])), sep=";", dtype=str)
    assert list(table.columns) == [*COLONNES, *population_cells(atlas)]
    assert set(table["Date des chiffres"]) == {"2023"}
    lure = table[table["code_commune"] == LURE].iloc[0]
    assert (lure["nom_commune"], lure["cpts_id"], lure["cpts"]) == (
        "Lure",
        LUXEUIL,
        "CPTS de Luxeuil",
    )


def test_the_workbook_says_what_it_is_worth(atlas, compositions):
    octets = BytesIO(scenario_xlsx(atlas, compositions[1]))
    feuilles = pd.read_excel(octets, sheet_name=None, engine="openpyxl")
    assert list(feuilles) == ["Composition", "Projet", "Sources"]
    assert feuilles["Projet"].iloc[0, 0].startswith(PROJET)


def test_outlines_add_up(atlas, compositions, tmp_path):
    avant, apres = compositions
    chemin = tmp_path / "scenario.gpkg"
    chemin.write_bytes(scenario_gpkg(atlas, avant, apres))
    couche = gpd.read_file(chemin, layer="cpts_projet").set_index("cpts_id")
    assert {nom for nom, _ in pyogrio.list_layers(chemin)} == {"cpts_projet", "sources"}
    assert set(couche.index) == set(apres.cpts)
    assert set(couche["projet"]) == {PROJET}
    assert list(couche.index[couche["touchee"]]) == [LUXEUIL]
    siennes = [c for c, a in apres.adhesions.items() if LUXEUIL in dict(a)]
    communes = atlas.communes.loc[siennes]
    luxeuil = couche.loc[LUXEUIL]
    assert luxeuil["communes"] == len(siennes) == 117
    assert luxeuil["population"] == communes["population"].sum()
    assert luxeuil.geometry.area == pytest.approx(communes.geometry.area.sum())
    # A CPTS whose perimeter is not known is there, without an outline and without a count.
    sans = couche[couche.geometry.isna()]
    assert len(sans) > 0
    assert sans[["communes", "population"]].isna().all(axis=None)
    champs = pyogrio.read_info(chemin, layer="cpts_projet")
    types = dict(zip(champs["fields"], champs["dtypes"], strict=True))
    assert types["communes"] == types["population"] == "int64"
