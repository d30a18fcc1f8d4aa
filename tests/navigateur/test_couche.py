"""A layer of polygons in Chromium: a shapefile drawn a little beside, its threshold, a commune decided, its import, the return."""

from pathlib import Path
from zipfile import ZipFile

import geopandas as gpd
import pandas as pd
import shapely
from shapely.affinity import translate

from geo.formes.territoires import dissolve
from tests.navigateur.outils import RACINE, serve
from tests.navigateur.test_importation import drop, words

ONGLET = "Importer une couche"
DECALAGE_M, FINESSE_M, RECOUVREMENT_M = 80 / 2**0.5, 150, 4000


def write_layer(dossier: Path) -> Path:
    """Write the EPCI of the region as a shapefile in Lambert 93, shifted and simplified, one that overlaps and one that crosses itself."""
    communes = gpd.read_file(RACINE / "data" / "communes.geojson").to_crs(2154)
    communes = communes[communes["etude"]].set_index("code_commune")
    epci = dissolve(communes, communes["siren_epci"])
    noms = communes.drop_duplicates("siren_epci").set_index("siren_epci")["nom_epci"]
    formes = [
        translate(forme, DECALAGE_M, DECALAGE_M)
        for forme in shapely.simplify(epci.to_numpy(), FINESSE_M)
    ]
    rangs = {noms[siren]: rang for rang, siren in enumerate(epci.index)}
    large, croisee = rangs["CC du Pays de Luxeuil"], rangs["CC du Pays d'Héricourt"]
    formes[large] = formes[large].buffer(RECOUVREMENT_M)
    points = list(formes[croisee].exterior.coords)
    points[2], points[6] = points[6], points[2]
    formes[croisee] = shapely.Polygon(points)
    assert not formes[croisee].is_valid
    couche = gpd.GeoDataFrame(
        {
            "NOM_CPTS": "CPTS " + noms[epci.index].to_numpy(),
            "STATUT": "ACI signé",
            "MAIL": "a@exemple.fr",
        },
        geometry=formes,
        crs=2154,
    )
    couche.to_file(dossier / "epci_synthetique.shp")
    archive = dossier / "epci_synthetique.zip"
    with ZipFile(archive, "w") as zip_:
        for partie in dossier.glob("epci_synthetique.*"):
            if partie != archive:
                zip_.write(partie, partie.name)
    return archive


def test_a_shapefile_is_given_decided_put_in_use_and_undone(ouvrir, tmp_path):
    couche = write_layer(tmp_path)
    var = tmp_path / "var"
    with serve(CPTS_VAR_DIR=str(var)) as adresse:
        ecran = ouvrir(1440, 1400)
        page = ecran.page
        page.goto(f"{adresse}/donnees")
        drop(ecran, couche, ONGLET)
        page.get_by_role("heading", name="5. Voir ce que cela changerait").wait_for()
        ecran.settle()
        lu = words(ecran)
        assert "116 formes, 116 CPTS, projection EPSG:2154 (dite par le fichier)" in lu
        assert "réparée" in lu
        assert "exemple.fr" not in lu
        # With the keyboard: the threshold, then what becomes of a commune.
        page.get_by_role("slider").focus()
        for _ in range(4):
            page.keyboard.press("ArrowRight")
        page.get_by_text("À 70 %").wait_for()
        ecran.settle()
        page.get_by_role("combobox", name="Aller à une commune").fill("Essert (90039)")
        page.keyboard.press("Enter")
        page.get_by_text("Essert (90039) · ").wait_for()
        ecran.settle()
        ecran.choose("Décision pour Essert", "partagée selon les parts")
        page.get_by_text("1 décidée à la main").wait_for()
        ecran.settle()
        page.get_by_text("Couche et communes : ce qui diffère").click()
        page.get_by_text("Voir la carte des différences").click()
        ecran.wait_map()
        page.get_by_role("button", name="Voir ce que cela changerait").click()
        page.get_by_role("button", name="Mettre en usage").click()
        page.get_by_text("Version 1 en usage", exact=True).wait_for()
        [version] = var.glob("**/versions/1")
        adhesions = pd.read_csv(version / "cpts.csv", dtype="str")
        siennes = adhesions[adhesions["code_commune"] == "90039"]
        assert siennes["part_pct"].astype(float).sum() == 100
        zones = ouvrir().open(f"{adresse}/zones_blanches?dep=90")
        assert "100 % des habitants couverts" in words(zones)
        fiche = ouvrir().open(f"{adresse}/?commune=90039")
        assert "prise en partie" in words(fiche)
        page.get_by_role("tab", name="Versions").click()
        page.get_by_role("button", name="Revenir à cette version").click()
        page.get_by_text("Données d'origine en usage.").wait_for()
        assert ecran.ailleurs == []
        assert ecran.erreurs == []
