"""The tables an import writes: they load, respect their schemas, and say what the table says."""

import datetime as dt
import shutil
from pathlib import Path

import pandas as pd
import pytest
from frictionless import Resource, Schema
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from geo.chargement import load
from geo.importation.changement import compare
from geo.importation.diagnostic import Choix, diagnose
from geo.importation.dossier import make_tables
from geo.importation.tables import SourceImport
from geo.lecture.schemas import SCHEMAS_DIR
from geo.lecture.tables import read_table
from geo.regles.comptes import QUOI, name_count
from geo.regles.couverture import COUVERTE, measure_couverture
from tests.conftest import DATA
from tests.geo.dessin import D, write_dossier
from tests.geo.partage import write_partage
from tests.importation.dessin_communes import NOMS, make_table, row, write_folder

SOURCE = SourceImport(
    "Table ARS 2026.xlsx", "Bureau « offre »", "lue\nen commission", dt.date(2026, 3, 2)
)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return write_folder(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def atlas_base(base):
    return load(base)


def import_table(base: Path, atlas, table, choix, dossier: Path):
    """Write the folder that an import makes."""
    diagnostic = diagnose(table, atlas, choix, SOURCE.nom_fichier)
    tables = make_tables(atlas, base, diagnostic, choix, SOURCE)
    shutil.copytree(base, dossier, dirs_exist_ok=True)
    for nom, octets in tables.items():
        (dossier / nom).write_bytes(octets)
    return tables


@pytest.fixture
def put_in(base, atlas_base, tmp_path):
    """Import rows into the drawn folder and load the result."""

    def _put_in(*lignes, **choix):
        import_table(base, atlas_base, make_table(*lignes), Choix(**choix), tmp_path / "neuf")
        return load(tmp_path / "neuf")

    return _put_in


def epci_table(atlas) -> pd.DataFrame:
    """Make of the region a table where each EPCI is a CPTS."""
    communes = atlas.communes[atlas.communes["etude"]]
    return make_table(
        *(
            row(code, f"CPTS {epci}", commune=nom, departement=dep, statut="ACI signé")
            for code, nom, dep, epci in zip(
                communes.index,
                communes["nom"],
                communes["code_departement"],
                communes["nom_epci"],
                strict=True,
            )
        )
    )


@pytest.fixture(scope="module")
def region(atlas, tmp_path_factory):
    """Import a table of the whole region over the shipped data."""
    dossier = tmp_path_factory.mktemp("region") / "neuf"
    table = epci_table(atlas)
    choix = Choix(complets=frozenset(atlas.completude["code_departement"]))
    tables = import_table(DATA, atlas, table, choix, dossier)
    return table, tables, load(dossier), dossier


def test_the_region_by_epci_has_the_figures_of_plain_pandas(atlas, region):
    table, _, neuf, _ = region
    communes = atlas.communes
    attendues = table.assign(population=table["code_commune"].map(communes["population"]))
    # The name of one EPCI has a double space, which an import takes out.
    attendues["cpts"] = attendues["cpts"].str.replace("  ", " ")
    attendues = attendues.groupby("cpts")["population"].agg(["size", "sum"])
    lues = neuf.territoires.join(neuf.fiches["nom"]).set_index("nom")
    # The table says nothing of Haute-Marne: that part of CPTS 21-52 stays.
    gardee = atlas.adhesions[
        atlas.adhesions["code_commune"].map(communes["code_departement"]).eq("52")
    ]
    assert set(gardee["cpts_id"]) == {"cpts-21-52"}
    assert lues.loc["CPTS 21-52", "communes"] == len(gardee)
    lues = lues.drop("CPTS 21-52")
    assert lues["communes"].to_dict() == attendues["size"].to_dict()
    assert lues["population"].to_dict() == attendues["sum"].to_dict()
    importees = neuf.adhesions[neuf.adhesions["cpts_id"] != "cpts-21-52"]
    assert set(importees["confiance"]) == {"documente"}
    bilan = measure_couverture(neuf, (), "fonctionnement")
    assert (
        bilan.couverts(indicatifs=False).population
        == communes.loc[communes["etude"], "population"].sum()
    )
    assert bilan.part_pct(indicatifs=False) == 100


def test_the_region_keeps_every_sheet_and_names_the_source(atlas, region):
    _, _, neuf, _ = region
    assert set(atlas.fiches.index) < set(neuf.fiches.index)
    faits = ["dessinee", "confiance", "note"]
    luxeuil, avant = neuf.fiches.loc["cpts-luxeuil"], atlas.fiches.loc["cpts-luxeuil"]
    assert luxeuil.drop(faits).equals(avant.drop(faits))
    assert luxeuil["note"].startswith(f"{avant['note']} ; périmètre ôté par l'import du 02/03/2026")
    neuves = neuf.fiches.drop(atlas.fiches.index)
    [source_id] = set(neuves["source_id"])
    assert neuf.sources.loc[source_id, "producteur"] == SOURCE.auteur
    assert neuf.sources.loc[source_id, "titre"].endswith("lue en commission")
    assert neuf.declares == frozenset(atlas.completude["code_departement"])


def test_every_table_respects_its_schema(region):
    _, tables, _, dossier = region
    assert set(tables) == {
        "cpts.csv", "perimetres.csv", "cpts_fiches.csv", "completude.csv", "sources.csv",
    }  # fmt: skip
    for fichier in tables:
        nom = fichier.removesuffix(".csv")
        assert read_table(dossier, nom)[1] == []
        schema = Schema.from_descriptor(str(SCHEMAS_DIR / f"{nom}.json"))
        schema.foreign_keys = []
        ressource = Resource(path=fichier, basepath=str(dossier), schema=schema)
        assert ressource.validate().valid, fichier


def test_the_new_perimeters_are_the_memberships(region):
    _, _, _, dossier = region
    cpts, perimetres = (
        pd.read_csv(dossier / f"{nom}.csv", dtype="str") for nom in ("cpts", "perimetres")
    )
    assert perimetres["source_ids"].str.startswith("import-").all()
    unites = perimetres[["cpts_id", "code_unite"]].to_numpy().tolist()
    assert sorted(unites) == sorted(cpts[["cpts_id", "code_commune"]].to_numpy().tolist())


def test_importing_the_shipped_memberships_changes_nothing_but_confidence(atlas, tmp_path):
    noms = atlas.adhesions["cpts_id"].map(atlas.fiches["nom"])
    table = make_table(
        *(row(code, nom) for code, nom in zip(atlas.adhesions["code_commune"], noms, strict=True))
    )
    import_table(DATA, atlas, table, Choix(), tmp_path / "neuf")
    neuf = load(tmp_path / "neuf")
    pd.testing.assert_frame_equal(
        neuf.adhesions[["cpts_id", "code_commune"]], atlas.adhesions[["cpts_id", "code_commune"]]
    )
    colonnes = [nom for nom in atlas.fiches if nom != "confiance"]
    pd.testing.assert_frame_equal(neuf.fiches[colonnes], atlas.fiches[colonnes])
    pd.testing.assert_frame_equal(neuf.completude, atlas.completude)
    bilan = compare(atlas, neuf, "fonctionnement")
    assert bilan.communes.empty
    comptes = [name_count(quoi, COUVERTE, indicatifs=True) for quoi in QUOI]
    for nom in (*comptes, "n_cpts", "complete"):
        assert bilan.couverture[f"{nom}_avant"].equals(bilan.couverture[f"{nom}_apres"])


def test_a_share_given_with_the_table_goes_to_the_folder(base, atlas_base, tmp_path):
    lignes = [row("70001", "CPTS Nord"), row("70001", "CPTS Sud"), row("70002", "CPTS Sud")]
    table = make_table(*lignes).assign(part=[1 / 3, 2 / 3, float("nan")])
    diagnostic = diagnose(table, atlas_base, Choix(), SOURCE.nom_fichier)
    assert diagnostic.adhesions["part"].to_list() == [0.3333, 0.6667, 1.0]
    assert diagnostic.cpts["population"].to_list() == [200, 400 + 700]
    import_table(base, atlas_base, table, Choix(), tmp_path / "neuf")
    neuf = load(tmp_path / "neuf")
    siennes = neuf.adhesions[neuf.adhesions["cpts_id"].isin(["cpts-nord", "cpts-sud"])]
    assert siennes["part"].to_list() == [0.3333, 0.6667, 1.0]
    assert set(siennes["confiance"]) == {"documente"}
    perimetres = pd.read_csv(tmp_path / "neuf" / "perimetres.csv", dtype="str")
    dites = perimetres.set_index(["cpts_id", "code_unite"])["justification"]
    assert dites["cpts-nord", "70001"].endswith("la nomme, pour 33,33\xa0% de ses habitants")
    assert dites["cpts-sud", "70002"].endswith("la nomme")


def test_an_import_that_does_not_speak_of_a_split_commune_keeps_its_share(tmp_path):
    base = write_partage(tmp_path / "base")
    atlas = load(base)
    import_table(base, atlas, make_table(row(D, "CPTS Neuve")), Choix(), tmp_path / "neuf")
    apres = load(tmp_path / "neuf").adhesions
    assert_frame_equal(
        apres[apres["cpts_id"] != "cpts-neuve"].reset_index(drop=True), atlas.adhesions
    )


def test_an_import_replaces_only_the_cpts_it_names(put_in, atlas_base):
    # The base is older than the column of the sources of a perimeter.
    neuf = put_in(row("70001", "CPTS Neuve"), row("2A004", "CPTS Neuve"))
    sources = neuf.perimetres.set_index("cpts_id")["source_ids"]
    assert (sources["cpts-neuve"] == neuf.fiches.loc["cpts-neuve", "source_id"]).all()
    adhesions = neuf.adhesions.groupby("cpts_id")["code_commune"].agg(list).to_dict()
    assert adhesions == {"cpts-luxeuil": ["70003"], "cpts-neuve": ["2A004", "70001"]}
    assert neuf.adhesions.set_index("cpts_id").loc["cpts-luxeuil", "confiance"] == "hypothese"
    # Department 70 has changed and nobody said that it is complete.
    assert "70" in atlas_base.declares
    assert "70" not in neuf.declares


def test_a_new_sheet_is_made_of_its_communes_and_of_what_the_table_says(put_in):
    neuf = put_in(
        row("70001", statut="Projet validé", date="septembre 2022"), row("2A004"), row("70002")
    )
    fiche = neuf.fiches.loc["cpts-neuve"]
    assert fiche["nom"] == "CPTS Neuve"
    assert fiche["departements"] == ("70", "2A")
    assert fiche["code_commune_repere"] == "70002"
    assert (fiche["statut"], fiche["statut_mot_source"]) == ("projet_valide", "Projet validé")
    dates = ("date_min", "date_max", "date_precision")
    assert [fiche[nom] for nom in dates] == ["2022-09-01", "2022-09-30", "mois"]
    assert neuf.sources.loc[fiche["source_id"], "date"] == "2026-03-02"


def test_a_new_sheet_without_a_stage_says_so(put_in):
    fiche = put_in(row("2A004")).fiches.loc["cpts-neuve"]
    assert (fiche["statut"], fiche["date_precision"]) == ("inconnu", "inconnue")


def test_a_known_sheet_keeps_its_facts_and_follows_a_new_stage(put_in, atlas_base):
    avant = atlas_base.fiches
    neuf = put_in(
        row("70001", "CPTS de Luxeuil", statut="ACI", date="01/01/2026"),
        row("21001", "CPTS vésulien", statut="ACI", date="14/09/2025"),
        fiches={"CPTS vésulien": "cpts-bassin-vesulien"},
    )
    assert set(neuf.fiches.index) == set(avant.index)
    meme = [nom for nom in avant if nom != "confiance"]
    # Its landmark is no longer in its perimeter: the greatest commune of it takes the place.
    assert neuf.fiches.loc["cpts-luxeuil", "code_commune_repere"] == "70001"
    meme = [nom for nom in meme if not nom.startswith(("repere", "code_commune_repere"))]
    assert neuf.fiches.loc["cpts-luxeuil", meme].equals(avant.loc["cpts-luxeuil", meme])
    assert neuf.faits.equals(atlas_base.faits)
    vesoul = neuf.fiches.loc["cpts-bassin-vesulien"]
    assert vesoul["nom"] == "CPTS du bassin vésulien"
    assert (vesoul["statut"], vesoul["date_min"]) == ("aci_signe", "2025-09-14")
    assert vesoul["departements"] == ("70", "21")
    assert vesoul["source_id"].startswith("import-2026-03-02")
    assert "Communiqué" in vesoul["note"]


def test_complete_departments_lose_the_perimeters_that_the_table_forgets(put_in):
    neuf = put_in(row("70001"), row("2A004", "Aucune"), complets=frozenset({"70", "2A"}))
    assert set(neuf.adhesions["cpts_id"]) == {"cpts-neuve"}
    assert "cpts-luxeuil" in neuf.fiches.index
    assert "cpts-luxeuil" not in set(neuf.perimetres["cpts_id"])
    assert {"70", "2A"} <= neuf.declares
    notes = neuf.completude.set_index("code_departement")["note"]
    assert SOURCE.auteur in notes["70"]


def test_a_second_import_of_the_same_file_has_its_own_source(base, atlas_base, tmp_path):
    table = make_table(row("2A004"))
    une, deux = tmp_path / "1", tmp_path / "2"
    import_table(base, atlas_base, table, Choix(), une)
    import_table(une, load(une), table, Choix(), deux)
    sources = load(deux).sources.index
    assert sum(source.startswith("import-2026-03-02") for source in sources) == 2
    assert set(load(deux).fiches.index) == set(load(une).fiches.index)


def test_a_folder_without_the_unknown_stage_gets_it(tmp_path):
    dessin = write_dossier(tmp_path / "dessin")
    tables = import_table(dessin, load(dessin), make_table(row(D)), Choix(), tmp_path / "neuf")
    assert "statuts.csv" in tables
    assert load(tmp_path / "neuf").fiches.loc["cpts-neuve", "statut"] == "inconnu"


def test_a_blocking_problem_writes_nothing(base, atlas_base, tmp_path):
    with pytest.raises(ValueError, match="blocking"):
        import_table(base, atlas_base, make_table(row("70999")), Choix(), tmp_path / "neuf")
    assert not (tmp_path / "neuf").exists()


@settings(max_examples=8)
@given(
    paires=st.lists(
        st.tuples(
            st.sampled_from(list(NOMS)),
            st.sampled_from(["CPTS A", "CPTS B", "CPTS de Luxeuil", 'Œuvre, « sud »\t"x"']),
        ),
        min_size=1,
        max_size=12,
    ),
    complets=st.frozensets(st.sampled_from(["70", "21"])),
)
def test_any_table_loads_and_holds_its_memberships(
    base, atlas_base, tmp_path_factory, paires, complets
):
    dossier = tmp_path_factory.mktemp("essai") / "neuf"
    table = make_table(*(row(*paire) for paire in paires))
    parles = {code[:2] for code, _ in paires}
    import_table(base, atlas_base, table, Choix(complets=complets & parles), dossier)
    neuf = load(dossier)
    noms = neuf.adhesions["cpts_id"].map(neuf.fiches["nom"])
    paires_lues = set(zip(neuf.adhesions["code_commune"], noms, strict=True))
    attendues = {(code, " ".join(nom.split())) for code, nom in paires}
    nommees = {nom for _, nom in attendues}
    if "70" not in parles:
        # The table says nothing of that department: what was there stays.
        attendues |= {("70003", "CPTS de Luxeuil")}
    assert {paire for paire in paires_lues if paire[1] in nommees} == {
        paire for paire in attendues if paire[1] in nommees
    }
    assert neuf.declares >= complets & parles


def test_a_table_of_one_department_takes_nothing_from_a_cpts_in_another(put_in):
    neuf = put_in(row("2A004", "CPTS de Luxeuil"))
    siennes = neuf.adhesions[neuf.adhesions["cpts_id"] == "cpts-luxeuil"]
    assert dict(zip(siennes["code_commune"], siennes["confiance"], strict=True)) == {
        "2A004": "documente",
        "70003": "hypothese",
    }
    assert "70" in neuf.declares
    unites = neuf.perimetres.set_index("code_unite")["justification"]
    assert "ne dit rien de son département" in unites["70003"]


def test_the_stage_and_date_that_a_table_replaces_stay_in_the_note(put_in):
    fiche = put_in(row("70003", "CPTS de Luxeuil", statut="lancée")).fiches.loc["cpts-luxeuil"]
    assert fiche["statut"] == "lancee"
    assert "auparavant : ACI signé, 2022-05-06" in fiche["note"]


def test_a_city_by_some_arrondissements_is_a_hypothesis(put_in):
    neuf = put_in(row("75113"))
    assert neuf.adhesions.set_index("code_commune").loc["75056", "confiance"] == "hypothese"


def test_a_sheet_taken_out_goes_with_its_perimeter_and_its_facts(put_in, atlas_base):
    neuf = put_in(
        row("70002", "CPTS du bassin vésulien"),
        complets=frozenset({"70"}),
        retirees=frozenset({"cpts-luxeuil"}),
    )
    assert set(neuf.fiches.index) == set(atlas_base.fiches.index) - {"cpts-luxeuil"}
    assert "cpts-luxeuil" not in set(neuf.adhesions["cpts_id"])
    assert "cpts-luxeuil" in set(atlas_base.faits["cpts_id"])
    assert "cpts-luxeuil" not in set(neuf.faits["cpts_id"])
    # Nothing known of the department is without a perimeter any more: it can have gaps.
    assert bool(
        measure_couverture(neuf, (), "fonctionnement").par_departement.loc["70", "complete"]
    )
    assert compare(atlas_base, neuf, "fonctionnement").fiches_retirees == ("cpts-luxeuil",)
