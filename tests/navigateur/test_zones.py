"""The gaps in Chromium, without any network: rank, zoom, absorb, declare, and the link that says it all."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rendu.carte.palette import BLEUS, COMMUNE_INDETERMINEE, ZONE_BLANCHE
from tests.navigateur.outils import CARTE, Ecran, same_picture, serve

ESSAI = "/zones_blanches?dep=70&complet=70"


@pytest.fixture(scope="module")
def serveur_essai(haute_saone: Path) -> Iterator[str]:
    """Serve data of which Haute-Saône may be declared complete."""
    with serve(CPTS_DATA_DIR=str(haute_saone)) as adresse:
        yield adresse


def words(ecran: Ecran) -> str:
    return re.sub(r"\s", " ", ecran.page.locator("[data-testid=stMain]").inner_text())


def zones(ecran: Ecran) -> dict[str, str]:
    """Return the colour of each zone on the map."""
    return ecran.cadre.evaluate(
        """() => {
            const couleurs = {};
            window.map.eachLayer((l) => {
                if (l.feature && l.options.pane === "zones") couleurs[l.feature.id] = l.options.fillColor;
            });
            return couleurs;
        }"""
    )


def point_in_zone(ecran: Ecran, zone: str) -> tuple[float, float]:
    """Return a point of the screen inside a zone: one where the browser itself finds its outline."""
    ecran.page.locator(CARTE).scroll_into_view_if_needed()
    x, y = ecran.cadre.evaluate(
        """(zone) => {
            let trace;
            window.map.eachLayer((l) => {
                if (l.feature && l.options.pane === "zones" && l.feature.id === zone) trace = l.getElement();
            });
            const boite = trace.getBoundingClientRect();
            for (let i = 1; i < 40; i += 1) for (let j = 1; j < 40; j += 1) {
                const [x, y] = [boite.x + boite.width * i / 40, boite.y + boite.height * j / 40];
                if (document.elementFromPoint(x, y) === trace) return [x, y];
            }
        }""",
        zone,
    )
    boite = ecran.page.locator(CARTE).bounding_box()
    return boite["x"] + x, boite["y"] + y


def click_row(ecran: Ecran, rang: int) -> None:
    """Tick a row of the first list; the table is a canvas, its rows are 35 pixels high."""
    ecran.page.locator("[data-testid=stDataFrame]").first.click(
        position={"x": 16, "y": 35 * (rang + 1) + 17}
    )


def test_a_link_shows_the_gaps_of_a_trial_and_a_row_zooms_to_one(serveur_essai, ouvrir):
    ecran = ouvrir().open(f"{serveur_essai}{ESSAI}")
    ecran.settle()
    assert set(zones(ecran)) == {"70279", "70310", "70400"}
    assert set(zones(ecran).values()) == {ZONE_BLANCHE}
    ecran.mark_map()
    large = ecran.view()[2]
    click_row(ecran, 1)
    ecran.wait_address(zone="70310", complet="70", dep="70")
    ecran.page.get_by_role("heading", name="Zone blanche · Lure").wait_for()
    ecran.settle()
    assert ecran.view()[2] > large
    assert ecran.map_is_the_same()
    texte = words(ecran)
    assert "Qui pourrait l'absorber" in texte
    assert "58 communes, 39 043 habitants (2023)" in texte
    assert ecran.ailleurs == []
    assert ecran.erreurs == []
    assert same_picture(ecran.page, "zones-lure-1440x900.png")


def test_a_click_on_the_map_chooses_a_zone_and_another_choice_follows(serveur_essai, ouvrir):
    ecran = ouvrir().open(f"{serveur_essai}{ESSAI}")
    ecran.settle()
    ecran.page.mouse.click(*point_in_zone(ecran, "70279"))
    ecran.wait_address(zone="70279")
    ecran.page.get_by_role("heading", name="Zone blanche · Gray").wait_for()
    ecran.settle()
    ecran.page.get_by_label("Zone choisie").click()
    ecran.page.get_by_role("option", name="aucune").click()
    ecran.wait_address(zone=None)


def test_two_kinds_of_zones_never_share_a_sign(serveur_essai, ouvrir):
    ecran = ouvrir().open(f"{serveur_essai}/zones_blanches?complet=70")
    ecran.settle()
    couleurs = zones(ecran)
    assert {couleurs[zone] for zone in ("70279", "70310")} == {ZONE_BLANCHE}
    assert couleurs["21231"] == COMMUNE_INDETERMINEE
    assert same_picture(ecran.page, "zones-1440x900.png")


def test_the_rate_that_ranks_fills_the_zones_and_a_zone_blanche_keeps_its_outline(
    serveur_essai, ouvrir
):
    ecran = ouvrir().open(f"{serveur_essai}{ESSAI}&tri=densite")
    ecran.settle()
    assert set(zones(ecran)) == {"70279", "70310", "70400"}
    assert set(zones(ecran).values()) <= {*BLEUS}
    contours = ecran.cadre.evaluate(
        """() => {
            const contours = new Set();
            window.map.eachLayer((l) => {
                if (l.feature && l.options.pane === "zones") contours.add(l.options.color);
            });
            return [...contours];
        }"""
    )
    assert contours == [ZONE_BLANCHE]
    assert ecran.cadre.locator("#croisees-zones").count() == 1


def test_a_trial_follows_to_the_map_and_back(serveur_essai, ouvrir):
    ecran = ouvrir().open(f"{serveur_essai}{ESSAI}")
    ecran.page.get_by_role("link", name="Carte", exact=True).click()
    ecran.page.get_by_role("heading", name="(CPTS) : Haute-Saône").wait_for()
    ecran.wait_address(dep="70", complet="70")
    ecran.wait_map()
    ecran.settle()
    ecran.page.frame_locator(CARTE).get_by_text("commune en zone blanche (207)").wait_for()
    ecran.page.go_back()
    ecran.page.get_by_role("heading", name="Zones blanches : Haute-Saône").wait_for()
    ecran.wait_address(dep="70", complet="70")


def test_hidden_perimeters_change_no_zone_and_keep_the_map(serveur_essai, ouvrir):
    ecran = ouvrir().open(f"{serveur_essai}{ESSAI}")
    ecran.settle()
    ecran.mark_map()
    avant = zones(ecran)
    ecran.page.get_by_text("Périmètres indicatifs", exact=True).click()
    ecran.wait_address(indicatifs="0")
    ecran.settle()
    ecran.wait_map()
    # What is in a hidden perimeter is in no zone, and is counted apart.
    assert zones(ecran) == avant
    legende = ecran.page.frame_locator(CARTE)
    legende.get_by_text("commune dans un périmètre indicatif masqué").wait_for()
    assert ecran.map_is_the_same()


def test_who_could_absorb_a_zone_is_read_whole(serveur_essai, ouvrir):
    ecran = ouvrir(1440, 900).open(f"{serveur_essai}{ESSAI}&zone=70310")
    liste = ecran.page.locator(".liste")
    for largeur in (1440, 1024, 390):
        ecran.page.set_viewport_size({"width": largeur, "height": 900})
        ecran.settle()
        coupees = liste.locator("th, td").evaluate_all(
            """(cases) => cases.filter((c) => c.scrollWidth > c.clientWidth
                || c.getBoundingClientRect().right > c.closest(".liste").getBoundingClientRect().right + 1)
                .map((c) => c.innerText)"""
        )
        assert coupees == [], largeur
        tetes = liste.get_by_role("columnheader").all_inner_texts()
        assert [tete.split()[0] for tete in tetes] == ["CPTS", "Habitants", "Taille", "Frontière"]


def test_gaps_on_a_phone(serveur_essai, ouvrir):
    ecran = ouvrir(390, 844).open(f"{serveur_essai}{ESSAI}&zone=70310")
    ecran.settle()
    assert ecran.page.evaluate("document.documentElement.scrollWidth") <= 390
