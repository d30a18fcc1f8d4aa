"""The buttons of the maps and of the sheet: what each gives, and that the drawing needs no screen."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geo.evenement import make_evenement
from geo.fiche import make_fiche
from geo.regles.completude import declare
from geo.regles.couverture import measure_couverture
from rendu.carte.coloration import make_coloration
from rendu.carte.palette import COMMUNE_INDETERMINEE, ZONE_BLANCHE
from rendu.carte.signes import Coloration
from rendu.carte.vue import make_vue
from ui.commun import supports_telechargements as boutons
from ui.commun.adresse import Filtres

SIX_MAI = ("cpts-luxeuil", "cpts-bassin-vesulien")
RACINE = Path(__file__).resolve().parents[3]
DEBUTS = {"pdf": b"%PDF-", "svg": b"<svg ", "png": b"\x89PNG"}


@pytest.fixture
def rangees(monkeypatch):
    """Record the rows of buttons instead of drawing them."""
    recues = {}
    monkeypatch.setattr(
        boutons,
        "draw_boutons",
        lambda quoi, fichiers, _libelle: recues.update({quoi: list(fichiers)}),
    )
    return recues


def check(fichiers) -> None:
    for _, extension, mime, make in fichiers:
        assert extension in mime
        assert make().startswith(DEBUTS[extension])


def test_a_sheet_gives_its_pdf_and_its_map(atlas, rangees):
    boutons.draw_telechargements_fiche(atlas, make_fiche(atlas, "cpts-pays-hericourt"))
    assert list(rangees) == ["fiche CPTS du Pays d'Héricourt", "carte CPTS du Pays d'Héricourt"]
    assert [f[1] for fichiers in rangees.values() for f in fichiers] == ["pdf", "svg", "png"]
    for fichiers in rangees.values():
        check(fichiers)


def test_an_event_gives_its_map_with_every_cpts_by_name(atlas, rangees):
    boutons.draw_telechargements_evenement(atlas, SIX_MAI, "Luxeuil-bassin vésulien")
    ((quoi, fichiers),) = rangees.items()
    assert quoi == "carte de l'événement Luxeuil-bassin vésulien"
    check(fichiers)
    svg = fichiers[0][3]().decode().replace("\xa0", " ")
    evenement = make_evenement(atlas, SIX_MAI)
    for cpts_id in evenement.montrees:
        assert atlas.fiches.loc[cpts_id, "nom"] in svg
    assert f"CPTS de l'événement ({len(SIX_MAI)})" in svg
    autres = len(evenement.montrees) - len(SIX_MAI)
    assert f"autres CPTS en fonctionnement à cette date ({autres})" in svg


def test_a_project_is_not_counted_with_the_cpts_in_operation(atlas, rangees):
    boutons.draw_telechargements_evenement(atlas, ["cpts-creusot-montceau"], "projet")
    ((_, fichiers),) = rangees.items()
    svg = fichiers[0][3]().decode().replace("\xa0", " ")
    assert "CPTS en fonctionnement (" in svg
    assert "autres CPTS en fonctionnement" not in svg


def test_the_map_on_screen_is_the_one_given(atlas, rangees):
    filtres = Filtres(dep=("70",), ind="population", complet=("70",))
    vue = make_vue(atlas, filtres)
    couverture = measure_couverture(atlas, filtres.dep, filtres.couvert)
    coloration = make_coloration(atlas, vue, filtres.ind)
    boutons.draw_telechargements_carte(atlas, vue, filtres, couverture)
    ((quoi, fichiers),) = rangees.items()
    assert quoi == "essai carte Haute-Saône Population (2023)"
    check(fichiers)
    svg = fichiers[0][3]().decode()
    assert coloration.titre in svg.replace("\xa0", " ")
    # A trial must not pass for a finding.
    assert "Essai, autrement que dans les données" in svg
    assert "**" not in svg


def test_the_map_of_the_gaps_has_the_two_colours_of_its_zones(atlas, rangees):
    filtres = Filtres(dep=("70", "25"), complet=("70",))
    essai = declare(atlas, filtres.complet, ())
    vue = make_vue(essai, filtres)
    coloration = Coloration("Couverture", {}, (), ())
    teintes = pd.Series({"70310": ZONE_BLANCHE, "25056": COMMUNE_INDETERMINEE})
    svgs = []
    for siennes in (teintes, teintes.iloc[:0]):
        boutons.draw_telechargements_zones(
            essai, vue, filtres, coloration, formes={}, teintes=siennes
        )
        ((quoi, fichiers),) = rangees.items()
        assert quoi == "essai zones blanches Haute-Saône et Doubs"
        check(fichiers)
        svgs.append(fichiers[0][3]().decode().replace("\xa0", " "))
    for teinte in teintes:
        avec, sans = (svg.count(f'fill="{teinte}"') for svg in svgs)
        assert avec == sans + 1
    assert "Essai, autrement que dans les données" in svgs[0]


def test_the_map_at_a_date_says_the_date(atlas, rangees):
    filtres = Filtres(dep=("70",))
    vue = make_vue(atlas, filtres)
    coloration = Coloration("CPTS connues", {"cpts-luxeuil": 0}, ("#6a6ae0",), ())
    formes = {"cpts-luxeuil": "complet"}
    boutons.draw_telechargements_date(
        atlas, vue, filtres, coloration, formes=formes, date="2022-05-06"
    )
    ((quoi, fichiers),) = rangees.items()
    assert quoi == "carte Haute-Saône au 2022-05-06"
    check(fichiers)
    assert "Déploiement au 6 mai 2022" in fichiers[0][3]().decode().replace("\xa0", " ")


@pytest.mark.parametrize(
    ("page", "attendus"),
    [
        ("fiche", {"PDF", "SVG", "PNG"}),
        (None, {"SVG", "PNG"}),
        ("zones_blanches", {"SVG", "PNG"}),
        ("deploiement", {"SVG", "PNG"}),
    ],
)
def test_the_buttons_are_on_the_page(page, attendus):
    app = AppTest.from_file(str(RACINE / "app.py"), default_timeout=60)
    if page:
        app.switch_page(f"pages/{page}.py")
    app.run()
    assert not app.exception
    assert attendus <= {bouton.proto.label for bouton in app.get("download_button")}


def test_what_is_drawn_needs_no_screen():
    code = "import sys, rendu.supports.fiche_pdf, rendu.supports.cartes; sys.exit('streamlit' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=RACINE, check=False).returncode == 0
