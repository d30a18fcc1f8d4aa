"""The atlas of the drawing: every figure is known beforehand."""

import dataclasses

import geopandas as gpd
import pytest
from geopandas.testing import assert_geodataframe_equal

from geo.chargement import fingerprint, load
from geo.erreurs import Severite
from geo.regles.couverture import find_etats, measure_couverture
from tests.geo.dessin import TABLES, A, B, C, D, E, draw_communes, write_communes


def test_communes_are_indexed_by_their_code_in_lambert_93(atlas_dessine):
    communes = atlas_dessine.communes
    assert communes.crs == "EPSG:2154"
    assert list(communes.index) == sorted([A, B, C, D, E])
    assert communes["surface_km2"].to_list() == pytest.approx([1] * 5, rel=1e-6)
    assert communes.loc[A, "codes_postaux"] == ("21000", "21100")
    assert communes["etude"].sum() == 4


def test_fiches_have_lists_labels_and_the_weakest_confidence(atlas_dessine):
    fiches = atlas_dessine.fiches
    assert list(fiches.index) == ["cpts-ouest", "cpts-est", "cpts-loin"]
    assert fiches.loc["cpts-est", "departements"] == ("70", "52")
    assert fiches.loc["cpts-ouest", "priorites"] == ("soins", "prévention")
    assert fiches.loc["cpts-est", "priorites"] == ()
    assert fiches.loc["cpts-ouest", "statut_libelle"] == "ACI signé"
    assert fiches["dessinee"].to_list() == [True, True, False]
    assert fiches["confiance"].to_list()[:2] == ["hypothese", "deduit"]
    assert fiches["confiance"].isna().to_list() == [False, False, True]
    assert fiches.loc["cpts-loin", "repere_lon"] == atlas_dessine.communes.loc[B, "mairie_lon"]


def test_territories_add_up_their_communes(atlas_dessine):
    territoires = atlas_dessine.territoires
    assert territoires["communes"].to_dict() == {"cpts-est": 2, "cpts-ouest": 2}
    assert territoires["population"].to_dict() == {"cpts-est": 450, "cpts-ouest": 300}
    assert territoires["population_etablie"].to_dict() == {"cpts-est": 450, "cpts-ouest": 100}
    assert territoires["surface_etablie_km2"].to_dict() == pytest.approx(
        {"cpts-est": 2, "cpts-ouest": 1},
        rel=1e-6,
    )
    assert territoires["densite"].to_dict() == pytest.approx(
        {"cpts-est": 225, "cpts-ouest": 150},
        rel=1e-6,
    )
    assert territoires.geometry.area.to_list() == pytest.approx([2e6, 2e6], rel=1e-6)


def test_the_detached_square_is_named(atlas_dessine):
    parties = atlas_dessine.parties
    assert parties["cpts_id"].to_list() == ["cpts-est", "cpts-est"]
    assert parties["codes_communes"].to_list() == [(C,), (E,)]
    assert parties["partie"].to_list() == [1, 2]
    messages = [p.message for p in atlas_dessine.problemes if p.severite is Severite.A_VERIFIER]
    assert any(E in message and "détachée" in message for message in messages)


def test_neighbours_share_one_side_of_a_square(atlas_dessine):
    voisins = atlas_dessine.voisins.set_index(["cpts_id", "cpts_id_voisin"])["frontiere_km"]
    assert voisins.to_dict() == pytest.approx(
        {("cpts-est", "cpts-ouest"): 1, ("cpts-ouest", "cpts-est"): 1},
        rel=1e-6,
    )


def test_blanks_stay_missing(atlas_dessine):
    faits = atlas_dessine.faits
    assert faits["numerateur"].isna().to_list() == [True, False, True]
    assert faits["base"].isna().to_list() == [True, False, True]
    assert atlas_dessine.jalons["date"].isna().to_list() == [False, True, False]


def test_only_departments_with_a_commune_are_there(atlas_dessine):
    assert list(atlas_dessine.departements.index) == ["21", "52", "70"]


def test_faits_de_keeps_one_cpts(atlas_dessine):
    assert set(atlas_dessine.faits_de("cpts-ouest")["cpts_id"]) == {"cpts-ouest"}
    assert len(atlas_dessine.faits_de("cpts-ouest")) == 2
    assert atlas_dessine.faits_de("cpts-est").empty


def test_part_interieure_is_a_share_of_the_whole_cpts(atlas_dessine):
    assert atlas_dessine.part_interieure("cpts-est", ["70"]) == pytest.approx(400 / 450)
    assert atlas_dessine.part_interieure("cpts-est", ["52"]) == pytest.approx(50 / 450)
    assert atlas_dessine.part_interieure("cpts-est", []) == pytest.approx(400 / 450)
    assert atlas_dessine.part_interieure("cpts-loin", ["21"]) is None


def test_cpts_dans_looks_at_every_department_of_a_cpts(atlas_dessine):
    assert list(atlas_dessine.cpts_dans(["52"])) == ["cpts-est"]
    assert list(atlas_dessine.cpts_dans(["21"])) == ["cpts-ouest", "cpts-loin"]
    assert len(atlas_dessine.cpts_dans([])) == 3


def test_atlas_cannot_be_assigned_to(atlas_dessine):
    with pytest.raises(dataclasses.FrozenInstanceError):
        atlas_dessine.faits = None


def test_problems_are_sorted_and_none_blocks(atlas_dessine):
    rangs = [list(Severite).index(probleme.severite) for probleme in atlas_dessine.problemes]
    assert rangs == sorted(rangs)
    assert Severite.BLOQUANT not in {probleme.severite for probleme in atlas_dessine.problemes}


def test_geoparquet_is_read_where_there_is_no_geojson(dossier, atlas_dessine):
    chemin = dossier / "communes.geojson"
    gpd.read_file(chemin).to_parquet(dossier / "communes.parquet")
    chemin.unlink()
    assert_geodataframe_equal(load(dossier).communes, atlas_dessine.communes)


def test_fingerprint_follows_contents_and_bears_absence(dossier, tmp_path):
    avant = fingerprint(dossier)
    assert fingerprint(dossier) == avant
    (dossier / "cpts.csv").write_text(TABLES["cpts"] + "\n", encoding="utf-8")
    apres = fingerprint(dossier)
    assert apres != avant
    (dossier / "cpts.csv").unlink()
    assert fingerprint(dossier) not in {avant, apres}
    assert fingerprint(tmp_path / "absent")


def test_hostile_labels_pass_unchanged(dossier, damage):
    hostile = "<img src=x onerror=alert(1)>`${alert(1)}`\\ =1+1 & « é »"
    damage("cpts_fiches", "CPTS Ouest", hostile)
    objets = draw_communes()
    objets[0]["properties"]["nom"] = hostile
    write_communes(dossier, objets)
    lu = load(dossier)
    assert lu.fiches.loc["cpts-ouest", "nom"] == hostile
    assert lu.communes.loc[A, "nom"] == hostile


@pytest.mark.parametrize("nom", ["cpts", "cpts_faits", "perimetres", "jalons", "completude"])
def test_a_table_without_a_row_is_an_atlas_that_knows_less(dossier, nom):
    (dossier / f"{nom}.csv").write_text(TABLES[nom].splitlines()[0] + "\n", encoding="utf-8")
    lu = load(dossier)
    mesure = measure_couverture(lu, [], "lettres")
    assert mesure.total.population == 1500
    assert len(lu.territoires) == (0 if nom == "cpts" else 2)
    assert find_etats(lu, "lettres", indicatifs=True).notna().all()


def test_figures_far_apart_are_told_in_french(dossier, damage):
    damage("cpts_faits", "population_annoncee,290,environ", "population_annoncee,1200,egal")
    messages = [probleme.message for probleme in load(dossier).problemes]
    assert "CPTS Ouest : 300 habitants dessinés, 1\u202f200 publiés (écart de −75 %)." in messages


def test_nothing_is_said_of_the_distance_to_an_approximate_figure(dossier, damage):
    damage("cpts_faits", "population_annoncee,290,environ", "population_annoncee,100,plus_de")
    assert not any("écart de" in probleme.message for probleme in load(dossier).problemes)


def test_a_commune_in_two_cpts_is_named(dossier, damage):
    damage("cpts", f"cpts-est,{C},deduit", f"cpts-est,{C},deduit\ncpts-est,{A},deduit")
    lu = load(dossier)
    assert lu.territoires["population"].to_dict() == {"cpts-est": 550, "cpts-ouest": 300}
    assert any(f"{A} Commune {A} (cpts-est, cpts-ouest)" in p.message for p in lu.problemes)
    assert any("ne cite pas : 21" in p.message for p in lu.problemes)


def test_a_source_that_only_a_declaration_or_the_map_cites_is_missed(atlas_dessine):
    manquent = [p.message for p in atlas_dessine.problemes if p.fichier == "sources.csv"]
    assert any(
        m.startswith("la source « cog-2026 » manque, que cite : Population") for m in manquent
    )
    assert any("« contours » manque, que cite : contours des communes" in m for m in manquent)


def test_a_complete_department_with_an_undrawn_cpts_is_questioned(dossier, damage):
    damage("cpts_fiches", "CPTS Loin,21", "CPTS Loin,70")
    messages = [probleme.message for probleme in load(dossier).problemes]
    assert any("70 est déclaré complet" in message for message in messages)


def test_nothing_is_said_of_figures_that_agree(atlas_dessine):
    assert not any("publiés (écart" in probleme.message for probleme in atlas_dessine.problemes)
