"""The profile of a CPTS in Chromium: strips that can be seen and heard, light, dark and on a phone."""

import pytest

from geo.chargement import load
from tests.navigateur.axe import findings, unknown
from tests.navigateur.outils import RACINE, same_picture, serve
from tests.officiels import import_files, make_apl, make_mt


@pytest.fixture(scope="module")
def serveur_officiel(tmp_path_factory):
    atlas = load(RACINE / "data")
    textes = {
        "apl_synthetique_2024.csv": make_apl(atlas),
        "mt_synthetique_2024.csv": make_mt(atlas),
    }
    var = tmp_path_factory.mktemp("var")
    with serve(CPTS_DATA_DIR=str(import_files(var, textes)), CPTS_VAR_DIR=str(var)) as adresse:
        yield adresse


def test_the_profile_reads_in_ten_seconds(serveur_officiel, ouvrir):
    ecran = ouvrir().open(f"{serveur_officiel}/fiche?cpts=cpts-bassin-vesulien")
    ecran.page.locator(".profil").wait_for()
    ecran.settle()
    bandes = ecran.page.get_by_role("img", name="16 CPTS")
    assert bandes.count() == 1
    cadre, point = (bande.bounding_box() for bande in (bandes.first, bandes.first.locator(".ici")))
    assert cadre["x"] <= point["x"] <= cadre["x"] + cadre["width"]
    assert point["width"] > 8
    clair = bandes.first.locator(".ici").evaluate("e => getComputedStyle(e).backgroundColor")
    assert clair == "rgb(0, 0, 145)"
    assert unknown(list(findings([ecran.page.main_frame]))) == []
    assert same_picture(ecran.page, "profil-vesoul-1440x900.png")


def test_the_profile_fits_a_phone_and_the_dark(serveur_officiel, ouvrir):
    telephone = ouvrir(390, 844)
    telephone.page.emulate_media(color_scheme="dark")
    telephone.open(f"{serveur_officiel}/fiche?cpts=cpts-luxeuil")
    telephone.page.locator(".profil").wait_for()
    telephone.settle()
    assert telephone.page.evaluate("document.documentElement.scrollWidth") <= 390
    point = telephone.page.locator(".ici").first
    assert point.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(169, 169, 245)"
