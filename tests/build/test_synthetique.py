"""The synthetic membership: the same at every build, labelled, and held to the schemas."""

import re
from datetime import date

import pandas as pd
import pytest

from geo.build.__main__ import DATA
from geo.build.ecriture import csv_bytes
from geo.build.synthetique import DERNIER_JOUR, PREFIXE, PREMIER_JOUR, SOURCE, make_tables
from geo.chargement import MARQUEUR_SYNTHETIQUE, fingerprint, load
from geo.regles.completude import departements_complets


@pytest.fixture(scope="module")
def communes(atlas) -> pd.DataFrame:
    """Return the shipped communes as the build has them: codes in a column, EPCI missing outside any."""
    return pd.DataFrame(atlas.communes.drop(columns="geometry")).reset_index()


@pytest.fixture(scope="module")
def tables(communes):
    return make_tables(communes)


@pytest.fixture
def dossier(copie, tables):
    """Lay the synthetic tables over a copy of the shipped folder, the communes being those shipped."""
    for nom, table in tables.items():
        (copie / f"{nom}.csv").write_bytes(csv_bytes(table))
    # Its source is of the shipped data: the national folder brings both.
    (copie / "aci.csv").unlink()
    (copie / MARQUEUR_SYNTHETIQUE).write_text("essai", encoding="utf-8")
    return copie


def test_the_tables_make_an_atlas_that_says_it_is_synthetic(dossier, tables):
    atlas = load(dossier)
    assert atlas.synthetique
    assert not load(DATA).synthetique
    assert len(atlas.fiches) == len(tables["cpts_fiches"])
    assert atlas.jalons.empty


def test_the_mark_is_part_of_the_fingerprint(dossier):
    avant = fingerprint(dossier)
    (dossier / MARQUEUR_SYNTHETIQUE).unlink()
    assert fingerprint(dossier) != avant
    assert not load(dossier).synthetique


def test_every_name_and_every_source_is_labelled(tables):
    fiches = tables["cpts_fiches"]
    assert fiches["nom"].str.startswith(PREFIXE).all()
    assert fiches["note"].str.contains("synthétique").all()
    assert "synthétiques" in SOURCE["titre"]
    assert "synthétiques" in SOURCE["producteur"]
    for nom in ("cpts_fiches", "cpts_faits"):
        assert set(tables[nom]["source_id"]) == {SOURCE["source_id"]}


def test_order_of_the_communes_changes_nothing(communes, tables):
    melangees = make_tables(communes.sample(frac=1, random_state=1))
    for nom, table in tables.items():
        assert csv_bytes(melangees[nom]) == csv_bytes(table), nom


def test_about_a_fifth_of_the_epci_is_left_uncovered(communes, tables):
    epci = set(communes["siren_epci"])
    dessines = set(
        tables["perimetres"].loc[tables["perimetres"]["type_unite"] == "epci", "code_unite"]
    )
    assert dessines < epci
    assert 0.1 < 1 - len(dessines) / len(epci) < 0.3


def test_stages_dates_and_confidence_are_mixed(tables):
    fiches = tables["cpts_fiches"]
    assert fiches["statut"].nunique() >= 5
    assert set(fiches["date_precision"]) == {"jour", "mois", "avant", "inconnue"}
    jours = pd.to_datetime(fiches["date_max"].where(fiches["date_max"] != "").dropna())
    assert jours.min().date() >= PREMIER_JOUR
    assert jours.max().date() <= date(DERNIER_JOUR.year, DERNIER_JOUR.month, 30)
    assert jours.dt.year.nunique() >= 6
    assert set(tables["perimetres"]["confiance"]) == {"documente", "deduit", "hypothese"}


def test_shares_have_several_bases_and_some_facts_are_blank(tables):
    faits, fiches = tables["cpts_faits"], tables["cpts_fiches"]
    parts = faits[faits["indicateur"] == "part_sans_medecin_traitant"]
    assert parts["base"].nunique() >= 3
    assert parts["valeur"].astype(float).between(4, 16).all()
    annonces = faits[faits["indicateur"] == "population_annoncee"]
    assert 0 < len(annonces) < len(fiches)


def test_some_cpts_have_no_perimeter_and_no_complete_department_names_one(dossier):
    atlas = load(dossier)
    muettes = atlas.fiches[~atlas.fiches["dessinee"]]
    assert 0 < len(muettes) < len(atlas.fiches) / 5
    declares = set(atlas.completude.loc[atlas.completude["complet"] == "oui", "code_departement"])
    assert declares == departements_complets(atlas)


def test_homonyms_are_told_apart_and_a_commune_outside_any_epci_stays_out():
    """Two EPCI of one name, and a commune outside any EPCI, which no CPTS takes."""
    communes = pd.DataFrame(
        {
            "code_commune": ["01001", "02001", "29083"],
            "nom": ["A", "B", "Île"],
            "code_departement": ["01", "02", "29"],
            # The draws of these two leave both covered.
            "siren_epci": ["200000172", "200000438", None],
            "nom_epci": ["CC du Val", "CC du Val", None],
            "population": [10, 20, 30],
        }
    )
    tables = make_tables(communes)
    noms = tables["cpts_fiches"]["nom"]
    assert sorted(noms) == [
        f"{PREFIXE}CC du Val (200000172)",
        f"{PREFIXE}CC du Val (200000438)",
    ]
    assert sorted(tables["cpts"]["code_commune"]) == ["01001", "02001"]
    assert all(re.fullmatch(r"cpts-[0-9]{9}", i) for i in tables["cpts"]["cpts_id"])
