"""A row of a table and what it names on the map show each other, without the server."""

import pytest

LIGNE_PX = 35
# How thick the outline of a shape is, by the name that a screen reader says.
TRAIT = """(nom) => Math.max(...[...document.querySelectorAll("path")]
    .filter((trace) => trace.getAttribute("aria-label") === nom)
    .map((trace) => Number(trace.getAttribute("stroke-width"))))"""


@pytest.mark.parametrize(
    ("adresse", "forme", "ligne"),
    [
        ("/?dep=70", "CPTS de Luxeuil", "CPTS de Luxeuil"),
        ("/zones_blanches?dep=70", "Sans périmètre connu qui compte · Lure", "Lure"),
    ],
)
def test_a_row_and_its_shape_show_each_other(serveur, ouvrir, adresse, forme, ligne):
    ecran = ouvrir(1440, 1400).open(f"{serveur}{adresse}")
    ecran.settle()
    page = ecran.page
    # The rows that a screen reader is told are written a little after the drawing.
    rangee = page.locator(".stDataFrame:visible canvas [role=row]", has_text=ligne).first
    rangee.wait_for(state="attached")
    tableau = rangee.locator("xpath=ancestor::*[@data-testid='stDataFrame']")
    tableau.scroll_into_view_if_needed()
    boite = tableau.locator("canvas").first.bounding_box()
    rang = int(rangee.get_attribute("aria-rowindex")) - 1
    envois = ecran.envois
    avant = ecran.cadre.evaluate(TRAIT, forme)
    page.mouse.move(boite["x"] + 90, boite["y"] + LIGNE_PX * (rang + 0.5))
    ecran.cadre.wait_for_function(f"([nom, avant]) => ({TRAIT})(nom) > avant", arg=[forme, avant])
    page.mouse.move(2, 2)
    ecran.cadre.wait_for_function(f"([nom, avant]) => ({TRAIT})(nom) === avant", arg=[forme, avant])
    trace = page.frame_locator("iframe[title*=folium]").locator(f'path[aria-label="{forme}"]').first
    trace.dispatch_event("mouseover")
    marque = page.locator("#survol")
    marque.wait_for()
    y = marque.bounding_box()["y"] - tableau.locator("canvas").first.bounding_box()["y"]
    assert y == pytest.approx(LIGNE_PX * rang, abs=1)
    trace.dispatch_event("mouseout")
    marque.wait_for(state="hidden")
    assert ecran.envois == envois
