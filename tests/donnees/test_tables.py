"""The tables of data/ against their schemas, and against one another."""

import shutil

import pandas as pd
import pytest
from frictionless import Package, Resource, Schema

TABLES = [
    "aci",
    "cog",
    "completude",
    "communes_absorbees",
    "cpts",
    "cpts_faits",
    "cpts_fiches",
    "departements",
    "jalons",
    "perimetres",
    "sources",
    "statistiques",
    "statistiques_bases",
    "statistiques_indicateurs",
    "statuts",
]


def test_every_table_has_a_schema(data):
    assert sorted(chemin.stem for chemin in data.glob("*.csv")) == sorted(TABLES)
    assert sorted(p.stem for p in (data / "schemas").glob("*.json")) == sorted(
        [*TABLES, "communes"]
    )


def test_tables_follow_their_schemas_and_refer_to_rows_that_exist(data):
    """Types, constraints, primary keys and foreign keys, as ``frictionless validate`` sees them."""
    paquet = Package(str(data / "datapackage.json"))
    assert sorted(paquet.resource_names) == sorted([*TABLES, "population_2017"])
    rapport = paquet.validate()
    assert rapport.valid, rapport.flatten(["name", "rowNumber", "fieldName", "message"])


@pytest.mark.parametrize(
    ("table", "faute", "erreur"),
    [
        ("cpts_fiches", (",lancee,", ",lance,"), "foreign-key"),
        ("perimetres", (",deduit,", ",devine,"), "constraint-error"),
        ("cpts_faits", (",43000,", ",beaucoup,"), "type-error"),
        ("departements", ("21,Côte-d'Or", "25,Côte-d'Or"), "primary-key"),
    ],
)
def test_a_fault_in_a_table_would_be_seen(data, tmp_path, table, faute, erreur):
    """Guards the test above: the schemas do carry types, constraints and keys."""
    copie = shutil.copytree(data, tmp_path / "data")
    chemin = copie / f"{table}.csv"
    juste, faux = faute
    texte = chemin.read_text(encoding="utf-8")
    assert juste in texte
    chemin.write_text(texte.replace(juste, faux, 1), encoding="utf-8")
    rapport = Package(str(copie / "datapackage.json")).validate()
    assert erreur in {type_ for (type_,) in rapport.flatten(["type"])}


@pytest.mark.parametrize("nom", [*TABLES, "communes"])
def test_every_field_is_described_with_a_valid_example(data, nom):
    schema = Schema.from_descriptor(str(data / "schemas" / f"{nom}.json"))
    for champ in schema.fields:
        assert champ.title, champ.name
        assert champ.description, champ.name
        _, notes = champ.read_cell(str(champ.example) if champ.type != "boolean" else "true")
        assert not notes, (champ.name, notes)


def test_properties_of_communes_follow_their_schema(data, communes, tmp_path):
    chemin = tmp_path / "communes.csv"
    proprietes = communes.drop(columns="geometry")
    proprietes["etude"] = proprietes["etude"].map({True: "true", False: "false"})
    proprietes.to_csv(chemin, index=False)
    schema = Schema.from_descriptor(str(data / "schemas" / "communes.json"))
    schema.foreign_keys = []  # checked in test_communes_belong_to_known_departements
    rapport = Resource(path="communes.csv", basepath=str(tmp_path), schema=schema).validate()
    assert rapport.valid, rapport.flatten(["rowNumber", "fieldName", "message"])


def test_communes_belong_to_known_departements(communes, read_table):
    assert set(communes["code_departement"]) <= set(read_table("departements")["code_departement"])


def test_there_are_101_departements_and_the_prefectures_of_the_region_are_drawn(
    communes, read_table
):
    departements = read_table("departements").set_index("code_departement")
    assert len(departements) == 101
    region = departements[departements["code_region"] == "27"]
    noms = communes.loc[region["code_commune_chef_lieu"], "nom"]
    assert dict(zip(region.index, noms, strict=True)) == {
        "21": "Dijon",
        "25": "Besançon",
        "39": "Lons-le-Saunier",
        "58": "Nevers",
        "70": "Vesoul",
        "71": "Mâcon",
        "89": "Auxerre",
        "90": "Belfort",
    }


def test_completude_has_one_row_per_departement_of_the_region(communes, read_table):
    etude = communes.loc[communes["etude"], "code_departement"].unique()
    assert sorted(read_table("completude")["code_departement"]) == sorted(etude)


def test_a_complete_departement_is_wholly_drawn(communes, read_table):
    completude = read_table("completude")
    complets = completude.loc[completude["complet"] == "oui", "code_departement"]
    attendues = communes.loc[communes["code_departement"].isin(complets), "code_commune"]
    assert len(attendues) > 0
    assert set(attendues) <= set(read_table("cpts")["code_commune"])


def test_landmarks_and_members_are_drawn_communes(communes, read_table):
    assert set(read_table("cpts_fiches")["code_commune_repere"]) <= set(communes.index)
    assert set(read_table("cpts")["code_commune"]) <= set(communes.index)


def test_cpts_are_the_perimetres_expanded(communes, read_table):
    """Row by row: an EPCI is its communes, a commune is itself, confidence is the unit's."""
    unites = read_table("perimetres")
    par_epci = unites.merge(communes, left_on="code_unite", right_on="siren_epci")
    par_commune = unites.merge(communes, left_on="code_unite", right_on="code_commune")
    attendu = pd.concat([par_epci, par_commune])[["cpts_id", "code_commune", "confiance"]]
    cpts = read_table("cpts")
    assert sorted(attendu.itertuples(index=False, name=None)) == sorted(
        cpts.itertuples(index=False, name=None)
    )
    assert list(cpts.index) == list(cpts.sort_values(["cpts_id", "code_commune"]).index)


def test_drawn_cpts_have_the_communes_and_population_their_perimetre_states(communes, read_table):
    cpts = read_table("cpts").set_index("code_commune").join(communes[["population"]])
    calcule = cpts.groupby("cpts_id")["population"].agg(["size", "sum"])
    unites = read_table("perimetres").astype({"communes_2026": int, "population_2023": int})
    annonce = unites.groupby("cpts_id")[["communes_2026", "population_2023"]].sum()
    assert len(annonce) == 16
    assert (calcule["size"] == annonce["communes_2026"]).all()
    assert (calcule["sum"] == annonce["population_2023"]).all()


def test_dates_of_a_cpts_agree_with_their_precision(read_table):
    fiches = read_table("cpts_fiches")
    bornes = {"jour": (True, True), "mois": (True, True), "avant": (False, True)}
    for fiche in fiches.itertuples():
        presentes = (bool(fiche.date_min), bool(fiche.date_max))
        assert presentes == bornes.get(fiche.date_precision, (False, False)), fiche.cpts_id
        assert fiche.date_min <= fiche.date_max
        assert (fiche.date_precision != "jour") or fiche.date_min == fiche.date_max


def test_parts_carry_their_base_and_stay_percentages(read_table):
    faits = read_table("cpts_faits")
    parts = faits["indicateur"].str.startswith("part_")
    assert (faits.loc[parts, "base"] != "").all()
    assert (faits.loc[~parts, "base"] == "").all()
    assert faits.loc[parts, "valeur"].astype(float).between(0, 100).all()


def test_absorbed_codes_lead_to_todays_communes(communes, read_table):
    absorbees = read_table("communes_absorbees").set_index("code_commune")
    successeurs = absorbees["code_commune_successeur"]
    assert successeurs["71131"] == "71566"
    assert absorbees.loc["71131", "nom"] == "Ciel"
    assert successeurs["70264"] == "70180"
    assert absorbees.loc["25297", "nom"] == "Le Gratteris"
    region = successeurs[successeurs.str[:2].isin(communes["code_departement"].unique())]
    assert set(region) <= set(communes.index)


def test_a_row_that_is_its_own_successor_gives_a_former_name(communes, read_table):
    absorbees = read_table("communes_absorbees").set_index("code_commune")
    anciens_noms = absorbees[absorbees.index == absorbees["code_commune_successeur"]]
    assert anciens_noms.loc["25390", "nom"] == "Montbenoît"
    dessines = anciens_noms.join(communes["nom"].rename("nom_actuel"), how="inner")
    assert len(dessines) > 0
    assert (dessines["nom"] != dessines["nom_actuel"]).all()


def test_no_other_absorbed_code_is_a_commune_of_today(communes, read_table):
    absorbees = read_table("communes_absorbees")
    disparus = absorbees["code_commune"] != absorbees["code_commune_successeur"]
    assert not set(absorbees.loc[disparus, "code_commune"]) & set(communes.index)


def test_every_commune_drawn_is_in_the_list_of_france_and_so_is_where_an_absorbed_code_leads(
    communes, read_table
):
    cog = read_table("cog").set_index("code_commune")["nom"]
    assert communes["nom"].to_dict() == cog[communes.index].to_dict()
    assert set(read_table("communes_absorbees")["code_commune_successeur"]) <= set(cog.index)
    assert set(read_table("departements")["code_commune_chef_lieu"]) <= set(cog.index)
    assert (cog["97801"], cog["98818"], cog["2A004"]) == ("Saint-Martin", "Nouméa", "Ajaccio")
