"""The planner's own table in Chromium, without any network: drop it, read the change, switch, see, go back."""

import csv
import json
import re
from pathlib import Path

from tests.navigateur.outils import RACINE, Ecran, serve


def write_table(chemin: Path) -> Path:
    """Write a table of the whole region made from EPCI: titles above, columns in disorder, Windows-1252."""
    communes = json.loads((RACINE / "data" / "communes.geojson").read_text(encoding="utf-8"))
    with chemin.open("w", encoding="cp1252", newline="") as fichier:
        table = csv.writer(fichier, delimiter=";")
        table.writerow(["Une CPTS par intercommunalité (table d'essai synthétique)"])
        table.writerow([])
        table.writerow(["Dép.", "Nom de la commune", "Territoire", "Numéro"])
        for commune in communes["features"]:
            c = commune["properties"]
            if c["etude"] and c["nom_epci"]:
                table.writerow(
                    [
                        c["code_departement"],
                        c["nom"],
                        f"CPTS {c['nom_epci']}",
                        c["code_commune"].lstrip("0"),
                    ]
                )
    return chemin


def words(ecran: Ecran) -> str:
    return re.sub(r"\s", " ", ecran.page.locator("[data-testid=stMain]").inner_text())


def drop(ecran: Ecran, table: Path, onglet: str = "Importer") -> None:
    ecran.page.get_by_role("tab", name=onglet, exact=True).click()
    depot = ecran.page.get_by_role("tabpanel", name=onglet, exact=True)
    depot.locator("input[type=file]").set_input_files(str(table))


def test_drop_read_switch_see_and_go_back(ouvrir, tmp_path):
    table = write_table(tmp_path / "cpts-synthetique.csv")
    with serve(CPTS_VAR_DIR=str(tmp_path / "var")) as adresse:
        temoin = ouvrir().open(f"{adresse}/?dep=70")
        ecran = ouvrir(1440, 1400)
        ecran.page.goto(f"{adresse}/donnees")
        drop(ecran, table)
        # The column of the CPTS has a title that nothing tells: it is chosen by hand.
        ecran.page.get_by_text("Colonnes reconnues").wait_for()
        ecran.settle()
        ecran.choose("Nom de la CPTS", "C : Territoire")
        ecran.page.get_by_role("heading", name="3. Régler ce qui est signalé").wait_for()
        entiers = ecran.page.get_by_role("combobox", name="Départements que cette table")
        # A list that opens while the page still scrolls closes at once.
        entiers.scroll_into_view_if_needed()
        ecran.page.wait_for_timeout(600)
        entiers.click()
        ecran.page.get_by_role("option", name="70 Haute-Saône").click()
        ecran.page.keyboard.press("Escape")
        ecran.settle()
        ecran.page.get_by_role("button", name="Voir ce que cela changerait").click()
        ecran.page.get_by_role("heading", name="5. Mettre en usage").wait_for()
        ecran.wait_map()
        assert "116 CPTS dessinées gagnées" in words(ecran)
        # The known CPTS of the department are not in the table, under any name: that is a doubt.
        assert "Haute-Saône ne peut pas être tenu pour complet : CPTS de Luxeuil" in words(ecran)
        ecran.page.get_by_role("button", name="Mettre en usage").click()
        ecran.page.get_by_text("Version 1 en usage", exact=True).wait_for()
        # A session that was open sees it at its next action.
        temoin.page.get_by_text("Périmètres indicatifs", exact=True).click()
        temoin.page.get_by_text("CPTS CC du Pays de Luxeuil").first.wait_for(state="attached")
        zones = ouvrir().open(f"{adresse}/zones_blanches?dep=70")
        # Two had no perimeter, Luxeuil has none left; the two others keep what they have in other departments.
        zones.page.get_by_role("button", name="Ce qui n'est pas connu").click()
        zones.page.get_by_text(
            "ou dont l'étape n'est pas publiée sont sans périmètre connu"
        ).wait_for()
        fiche = ouvrir().open(f"{adresse}/fiche?cpts=cpts-luxeuil")
        assert "Aucun périmètre n'est connu" in words(fiche)
        ecran.page.get_by_role("tab", name="Versions").click()
        ecran.page.get_by_role("button", name="Revenir à cette version").click()
        ecran.page.get_by_text("Données d'origine en usage.").wait_for()
        retour = ouvrir().open(f"{adresse}/?dep=70")
        assert len(retour.forms()["territoires"]) == 3
        assert ecran.ailleurs == []
        assert ecran.erreurs == []


def test_a_file_that_is_no_table_gets_a_sentence(serveur, ouvrir, tmp_path):
    faux = tmp_path / "table.csv"
    faux.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    ecran = ouvrir()
    ecran.page.goto(f"{serveur}/donnees")
    drop(ecran, faux)
    ecran.page.get_by_text("Ce fichier ne peut pas être employé").wait_for()
    assert "→" in words(ecran)
    assert "Traceback" not in ecran.page.content()


def test_a_read_only_server_imports_nothing_even_when_its_first_page_is_this_one(ouvrir, tmp_path):
    with serve(CPTS_VAR_DIR=str(tmp_path / "var"), CPTS_LECTURE_SEULE="1") as adresse:
        ecran = ouvrir()
        ecran.page.goto(f"{adresse}/donnees?dep=70")
        ecran.page.get_by_role("heading", name="Données : sources, qualité, import").wait_for()
        for onglet in ("Importer", "Importer des indicateurs"):
            ecran.page.get_by_role("tab", name=onglet, exact=True).click()
            panneau = ecran.page.get_by_role("tabpanel", name=onglet, exact=True)
            panneau.get_by_text("Ce serveur est en lecture seule").wait_for()
        assert ecran.page.locator("input[type=file]").count() == 0
        ecran.page.get_by_role("link", name="Carte").click()
        ecran.wait_map()
        ecran.wait_address(dep="70")


def write_medecin_traitant(chemin: Path) -> Path:
    """Write a synthetic file of a department, as health insurance lays it out: counts under eleven are withheld."""
    communes = json.loads((RACINE / "data" / "communes.geojson").read_text(encoding="utf-8"))
    with chemin.open("w", encoding="utf-8", newline="") as fichier:
        table = csv.writer(fichier, delimiter=";")
        table.writerow(["codgeo", "sans_medecin_traitant_declare", "Assurés de 16 ans et plus"])
        for commune in communes["features"]:
            c = commune["properties"]
            if c["code_departement"] == "70":
                assures = round(c["population"] * 0.8)
                sans = round(assures * 0.1)
                table.writerow([c["code_commune"], sans if sans > 10 else "NS", assures])
    return chemin


def test_indicators_are_dropped_read_confirmed_and_put_in_use(ouvrir, tmp_path):
    table = write_medecin_traitant(tmp_path / "medecin-traitant-synthetique-2024.csv")
    onglet = "Importer des indicateurs"
    with serve(CPTS_VAR_DIR=str(tmp_path / "var")) as adresse:
        ecran = ouvrir(1440, 1400)
        ecran.page.goto(f"{adresse}/donnees")
        drop(ecran, table, onglet)
        panneau = ecran.page.get_by_role("tabpanel", name=onglet, exact=True)
        panneau.get_by_role("heading", name="3. Lire ce qui est signalé").wait_for()
        assert "Source : Assurance Maladie" in words(ecran)
        panneau.get_by_text("L'année est bien 2024").click()
        panneau.get_by_role("button", name="Voir ce que cela donne").click()
        panneau.get_by_role("heading", name="5. Mettre en usage").wait_for()
        assert "Part sans médecin traitant déclaré (2024), en %" in words(ecran)
        panneau.get_by_role("button", name="Mettre en usage").click()
        panneau.get_by_text("Version 1 en usage", exact=True).wait_for()
        assert panneau.locator("[data-testid=stFileUploaderFile]").count() == 0
        panneau.get_by_role("link", name="Voir la carte").click()
        ecran.wait_map()
        ecran.wait_address(ind="sans_medecin_traitant_2024")
        assert ecran.ailleurs == []
        assert ecran.erreurs == []
