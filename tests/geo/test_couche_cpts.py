"""The layer of the drawn CPTS: every one once, exact, and read back by our own reading of titles, stages and dates."""

import io
import json
import zipfile
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.chargement import load
from geo.couche_cpts import COMMUNES_CSV, FORMATS, NOM_COUCHE, list_champs, make_couche
from geo.export_couches import LISEZ_MOI
from geo.importation.etapes import read_date, read_statut
from geo.importation.titres import is_personal, read_titles
from geo.libelles import PAR_PART
from tests.geo.dessin import A, B, C, E
from tests.geo.partage import CPTS, write_partage


@pytest.fixture(scope="module")
def ecrits(atlas):
    return {extension: write(atlas) for extension, write in FORMATS.items()}


@pytest.fixture(params=FORMATS)
def lue(request, ecrits, tmp_path):
    """Read the layer back, in each format, in metres."""
    chemin = tmp_path / f"couche.{request.param}"
    chemin.write_bytes(ecrits[request.param])
    couche = NOM_COUCHE if request.param == "gpkg" else None
    return gpd.read_file(chemin, layer=couche).to_crs("EPSG:2154")


def test_every_drawn_cpts_is_there_once_with_the_area_of_its_communes(atlas, lue):
    roles = {role: lue.columns[rang] for role, rang in read_titles(lue.columns).items()}
    assert sorted(lue[roles["cpts"]]) == sorted(atlas.fiches.loc[atlas.fiches["dessinee"], "nom"])
    communes_km2 = atlas.adhesions["code_commune"].map(atlas.communes.area).sum() / 1e6
    assert lue.area.sum() / 1e6 == pytest.approx(communes_km2, rel=1e-5)


def test_our_own_reading_finds_names_stages_dates_and_departments(atlas, lue):
    roles = {role: lue.columns[rang] for role, rang in read_titles(lue.columns).items()}
    assert roles.keys() >= {"cpts", "statut", "date", "departement"}
    assert not any(is_personal(titre) for titre in lue.columns)
    fiches = atlas.fiches.reset_index().set_index("nom").loc[lue[roles["cpts"]]]
    assert [read_statut(texte) for texte in lue[roles["statut"]]] == list(fiches["statut"])
    attendues = [
        {"jour": fin, "mois": str(fin)[:7]}.get(precision)
        for fin, precision in zip(fiches["date_max"], fiches["date_precision"], strict=True)
    ]
    textes = [None if pd.isna(texte) else str(texte)[:10] for texte in lue[roles["date"]]]
    assert textes == attendues
    assert [texte and read_date(texte).texte for texte in textes] == attendues
    assert list(lue[roles["departement"]]) == [", ".join(d) for d in fiches["departements"]]


def test_the_stage_in_words_reads_back_too(atlas):
    assert [read_statut(libelle) for libelle in atlas.statuts["libelle"]] == list(
        atlas.statuts.index
    )


@pytest.mark.parametrize("extension", ["gpkg", "zip"])
def test_outlines_in_metres_are_those_of_the_atlas(atlas, ecrits, extension, tmp_path):
    chemin = tmp_path / f"couche.{extension}"
    chemin.write_bytes(ecrits[extension])
    lue = gpd.read_file(chemin, layer=NOM_COUCHE if extension == "gpkg" else None)
    assert lue.crs.to_epsg() == 2154
    attendus = atlas.territoires.geometry.loc[lue.iloc[:, 0]].to_numpy()
    assert shapely.equals_exact(
        *(
            shapely.normalize([shapely.MultiPolygon(list(shapely.get_parts(f))) for f in formes])
            for formes in (lue.geometry, attendus)
        )
    ).all()


def test_outlines_in_degrees_are_within_twenty_centimetres(atlas, ecrits):
    lue = gpd.read_file(io.BytesIO(ecrits["geojson"])).set_index("cpts_id").to_crs("EPSG:2154")
    ecarts_m = lue.geometry.hausdorff_distance(atlas.territoires.geometry.loc[lue.index])
    assert ecarts_m.max() < 0.2


def test_its_columns_are_those_described_with_short_names_of_their_own(atlas):
    champs = list_champs(atlas)
    assert [*(champ.nom for champ in champs), "geometry"] == list(make_couche(atlas).columns)
    courts = [champ.court for champ in champs if champ.court]
    assert all(len(court) <= 10 for court in courts)
    assert len(set(courts)) == len(courts) == len(champs) - 2


def test_its_figures_can_be_read_off_the_drawing(atlas_dessine):
    couche = make_couche(atlas_dessine).set_index("cpts_id")
    ouest, est = couche.loc["cpts-ouest"], couche.loc["cpts-est"]
    assert list(couche.index) == ["cpts-est", "cpts-ouest"]
    assert (ouest["nom_cpts"], ouest["statut"], ouest["statut_libelle"]) == (
        "CPTS Ouest",
        "aci_signe",
        "ACI signé",
    )
    assert (ouest["nb_communes"], ouest["population"], ouest["surface_km2"]) == (2, 300, 2)
    assert (ouest["confiance"], ouest["confiance_libelle"], ouest["indicatif"]) == (
        "hypothese",
        "indicatif",
        "oui",
    )
    assert (est["confiance"], est["indicatif"]) == ("deduit", "non")
    assert ouest["date_etape"] == "2022-05-06"
    # « Before » a day is no day.
    assert pd.isna(est["date_etape"])
    assert est["date_max"] == pd.Timestamp("2021-09-16")
    assert ouest["codes_insee"] == ("21001", "21002")
    assert ouest["sources"] == "Communiqué"


def test_the_archive_says_what_is_to_be_known_and_has_every_commune(atlas, ecrits):
    with zipfile.ZipFile(io.BytesIO(ecrits["zip"])) as archive:
        notice = archive.read(LISEZ_MOI).decode("utf-8-sig")
        communes = pd.read_csv(io.BytesIO(archive.read(COMMUNES_CSV)), sep=";", dtype=str)
    annees = atlas.millesimes
    for dit in (
        f"populations de référence {annees.population}",
        f"code officiel géographique {annees.communes}",
        "Un périmètre indicatif est une reconstitution",
        "aci_signe : ACI signé",
        "NOM_CPTS : nom de la CPTS",
        "« Deux premières communautés professionnelles territoriales de santé en Haute-Saône »",
        "Lambert 93",
    ):
        assert dit in notice
    assert "SYNTHÉTIQUES" not in notice
    paires = ["cpts_id", "code_commune"]
    assert communes[paires].to_numpy().tolist() == atlas.adhesions[paires].to_numpy().tolist()


def test_what_is_made_up_or_overlaps_is_said(atlas_dessine):
    adhesions = atlas_dessine.adhesions
    double = adhesions.iloc[:1].assign(cpts_id="cpts-ouest")
    essai = replace(
        atlas_dessine, synthetique=True, adhesions=pd.concat([adhesions, double], ignore_index=True)
    )
    with zipfile.ZipFile(io.BytesIO(FORMATS["zip"](essai))) as archive:
        notice = archive.read(LISEZ_MOI).decode("utf-8-sig")
    assert "SYNTHÉTIQUES" in notice
    assert "1 commune de plusieurs CPTS" in notice


def plain(texte):
    """Write a text with plain spaces, as any editor shows it."""
    return " ".join(texte.split())


def read_archive(octets):
    """Return the notice, and the communes with each cell as it is written."""
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        notice = archive.read(LISEZ_MOI).decode("utf-8-sig")
        communes = archive.read(COMMUNES_CSV)
    return notice, pd.read_csv(io.BytesIO(communes), sep=";", dtype=str, keep_default_na=False)


def test_the_shares_of_a_split_commune_are_written_and_add_up_to_the_figures(atlas_partage):
    notice, communes = read_archive(FORMATS["zip"](atlas_partage))
    assert communes.set_index(["cpts_id", "code_commune"])[
        ["population", "part_pct", "habitants_comptes"]
    ].to_dict("split") == {
        "index": [("cpts-est", E), ("cpts-est", C), ("cpts-ouest", A), ("cpts-ouest", B), ("cpts-ouest", C)],
        "columns": ["population", "part_pct", "habitants_comptes"],
        "data": [["50", "", "50"], ["400", "75", "300"], ["100", "", "100"], ["200", "", "200"], ["400", "25", "100"]],
    }  # fmt: skip
    couche = make_couche(atlas_partage).set_index("cpts_id")
    sommes = communes["habitants_comptes"].astype(int).groupby(communes["cpts_id"]).sum()
    assert couche["population"].to_dict() == sommes.to_dict()
    assert couche["nb_communes"].to_dict() == {"cpts-est": 2, "cpts-ouest": 3}
    assert couche["nb_partagees"].to_dict() == {"cpts-est": 1, "cpts-ouest": 1}
    assert couche["parts_pct"].to_dict() == {"cpts-est": (f"{C}=75",), "cpts-ouest": (f"{C}=25",)}
    # The outline has the whole commune, the figures its share.
    assert (couche["surface_km2"] < couche.area / 1e6 - 0.1).all()
    for dit in (
        PAR_PART,
        "1 commune partagée, entière dans le contour de chacune de ses CPTS",
        "plus grande que surface_km2",
        "part_pct",
    ):
        assert plain(dit) in plain(notice)


@pytest.mark.parametrize("extension", ["geojson", "gpkg"])
def test_every_format_says_the_shares(atlas_partage, tmp_path, extension):
    chemin = tmp_path / f"c.{extension}"
    chemin.write_bytes(FORMATS[extension](atlas_partage))
    lue = gpd.read_file(chemin, layer=NOM_COUCHE if extension == "gpkg" else None)
    assert lue.set_index("cpts_id")["parts_pct"].to_dict() == {
        "cpts-est": f"{C}=75",
        "cpts-ouest": f"{C}=25",
    }
    if extension == "gpkg":
        notice = " ".join(gpd.read_file(chemin, layer="lisez_moi")["Texte"])
    else:
        notice = json.loads(chemin.read_bytes())["description"]
    assert PAR_PART in notice


def test_a_share_that_no_other_cpts_completes_is_said(tmp_path):
    cpts = CPTS.replace(f"cpts-est,{C},deduit,75\n", "")
    notice, communes = read_archive(FORMATS["zip"](load(write_partage(tmp_path, cpts))))
    assert plain(PAR_PART) in plain(notice)
    assert list(communes["part_pct"]) == ["", "", "", "25"]
    assert "se recouvrent" not in notice


def test_without_a_split_commune_nothing_is_said_of_one(atlas_dessine):
    notice, communes = read_archive(FORMATS["zip"](atlas_dessine))
    assert PAR_PART not in notice
    assert not communes["part_pct"].any()
    assert list(communes["habitants_comptes"]) == list(communes["population"])


def test_equal_data_make_equal_files(atlas, ecrits):
    # A GeoPackage bears the time when it was written.
    for extension in ("geojson", "zip"):
        assert FORMATS[extension](atlas) == ecrits[extension]
