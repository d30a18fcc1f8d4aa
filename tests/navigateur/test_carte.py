"""What a planner does on the map, in Chromium, without any network."""

import csv
import re
import shutil

import pytest
from playwright.sync_api import expect

from tests.navigateur.outils import CARTE, RACINE, Ecran, same_picture, serve


def drawn_cpts() -> set[str]:
    with (RACINE / "data" / "perimetres.csv").open(encoding="utf-8") as fichier:
        return {ligne["cpts_id"] for ligne in csv.DictReader(fichier)}


def living_cpts() -> set[str]:
    with (RACINE / "data" / "cpts_fiches.csv").open(encoding="utf-8") as fichier:
        return {f["cpts_id"] for f in csv.DictReader(fichier) if f["statut"] != "abandonne"}


@pytest.fixture(scope="module")
def region(serveur, ouvrir_longtemps):
    """Open the map once for the three tests below, which go on from one another."""
    return ouvrir_longtemps().open(serveur)


def test_regional_map_shows_territories_and_markers(region):
    ecran = region
    formes = ecran.forms()
    assert sorted(formes["territoires"]) == sorted(drawn_cpts())
    assert len(formes["territoires"]) == 16
    assert set(formes["reperes"]) == living_cpts() - drawn_cpts()
    assert ecran.page.evaluate("document.documentElement.lang") == "fr"
    assert ecran.erreurs == []


def test_panning_and_zooming_say_nothing_to_the_server(region):
    ecran = region
    ecran.settle()
    envois = ecran.envois
    boite = ecran.page.locator(CARTE).bounding_box()
    x, y = boite["x"] + boite["width"] / 2, boite["y"] + boite["height"] / 2
    ecran.page.mouse.move(x, y)
    ecran.page.mouse.down()
    ecran.page.mouse.move(x + 150, y + 60, steps=8)
    ecran.page.mouse.up()
    ecran.page.mouse.wheel(0, -300)
    ecran.page.wait_for_timeout(1500)
    assert ecran.envois == envois


def test_colour_changes_without_rebuilding_or_moving(region):
    ecran = region
    ecran.mark_map()
    boite = ecran.page.locator(CARTE).bounding_box()
    x, y = boite["x"] + boite["width"] / 2, boite["y"] + boite["height"] / 2
    ecran.page.mouse.move(x, y)
    ecran.page.mouse.down()
    ecran.page.mouse.move(x + 80, y + 30, steps=5)
    ecran.page.mouse.up()
    ecran.page.wait_for_timeout(600)
    vue, avant = ecran.view(), ecran.fills()
    ecran.choose_colour("Densité")
    ecran.wait_address(ind="densite")
    ecran.settle()
    apres = ecran.fills()
    assert apres.keys() == avant.keys()
    assert apres != avant
    assert ecran.view() == vue
    assert ecran.map_is_the_same()
    assert ecran.ailleurs == []


def test_a_colour_is_painted_without_the_server(serveur, ouvrir):
    ecran = ouvrir().open(f"{serveur}/?dep=70")
    ecran.settle()
    avant = ecran.fills()
    carte = ecran.page.frame_locator(CARTE)
    ecran.page.context.set_offline(True)
    try:
        ecran.choose_colour("Densité")
        assert ecran.fills() != avant
        expect(carte.locator(".legende summary")).to_have_text(
            "Densité de population calculée (2023)"
        )
    finally:
        ecran.page.context.set_offline(False)


def test_pointing_at_a_line_of_the_legend_dims_the_others(serveur, ouvrir):
    ecran = ouvrir().open(f"{serveur}/?ind=densite")
    ecran.settle()
    carte = ecran.page.frame_locator(CARTE)
    lignes = carte.locator(".legende li")
    lignes.first.hover()
    compte = int(lignes.first.inner_text().rsplit("(", 1)[1].rstrip(")"))
    effaces = carte.locator(".leaflet-territoires-pane path[role=button].estompe")
    expect(effaces).to_have_count(len(drawn_cpts()) - compte)
    carte.locator(".legende summary").hover()
    expect(effaces).to_have_count(0)


def test_the_keyboard_finds_the_controls_then_the_shapes_and_stays_on_the_one_it_chose(
    serveur, ouvrir
):
    ecran = ouvrir().open(f"{serveur}/?dep=70")
    ecran.settle()
    liste = ecran.page.frame_locator(CARTE).get_by_label("Colorer par")
    liste.focus()
    historique = ecran.page.evaluate("history.length")
    for _ in range(3):
        ecran.page.keyboard.press("ArrowDown")
    choisie = liste.input_value()
    ecran.wait_address(ind=choisie)
    # The colours that the arrows went through are no steps of « Précédent ».
    assert ecran.page.evaluate("history.length") == historique + 1
    ou = "() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"
    atteints = []
    while not atteints or not atteints[-1].startswith("CPTS d"):
        ecran.page.keyboard.press("Tab")
        atteints.append(ecran.cadre.evaluate(ou))
        assert len(atteints) < 10, atteints
    assert "Passer la carte" in atteints
    ecran.page.keyboard.press("Enter")
    ecran.page.get_by_role("heading", name=atteints[-1]).wait_for()
    ecran.settle()
    assert ecran.cadre.evaluate(ou) == atteints[-1]


@pytest.mark.parametrize("pause_ms", [0, 200])
def test_what_is_chosen_while_the_page_works_is_not_lost(serveur, ouvrir, pause_ms):
    ecran = ouvrir().open(serveur)
    ecran.settle()
    ecran.click_cpts("cpts-gips")
    ecran.page.wait_for_timeout(pause_ms)
    ecran.choose_colour("Densité")
    ecran.wait_address(cpts="cpts-gips", ind="densite")
    ecran.page.get_by_role("heading", name="CPTS GIPS").wait_for()
    ecran.settle()
    ecran.choose_colour("Écart")
    ecran.wait_address(cpts="cpts-gips", ind="ecart")
    ecran.settle()
    ecran.page.go_back()
    ecran.page.wait_for_timeout(pause_ms)
    ecran.choose_colour("Étape")
    ecran.wait_address(ind="statut")
    ecran.settle()
    legende = ecran.page.frame_locator(CARTE).locator(".legende summary")
    expect(legende).to_contain_text("Étape")


def test_a_cpts_that_the_filters_hide_is_not_framed(serveur, ouvrir):
    ecran = ouvrir().open(f"{serveur}/?dep=58")
    ecran.settle()
    nievre = ecran.view()
    ecran.page.goto(f"{serveur}/?dep=58&cpts=cpts-luxeuil")
    ecran.wait_map()
    ecran.settle()
    assert ecran.view() == pytest.approx(nievre, abs=0.01)


def test_two_dashed_outlines_never_make_a_solid_line(serveur, ouvrir):
    ecran = ouvrir().open(f"{serveur}/?dep=70&cpts=cpts-luxeuil")
    ecran.settle()
    traits = ecran.cadre.evaluate(
        """() => [...document.querySelectorAll(".leaflet-territoires-pane path")]
            .filter((t) => t.getAttribute("stroke") !== "none")
            .map((t) => t.getAttribute("stroke-dasharray") ? "tirets" : t.getAttribute("aria-label"))"""
    )
    # The white edge of one is painted over the dashes of the one before.
    for nom in ("CPTS de Luxeuil", "CPTS du bassin vésulien"):
        assert traits[traits.index(nom) + 1] == "tirets"
    # Nothing of the departments is painted over them.
    plans = ecran.cadre.evaluate(
        "() => ['limites', 'territoires'].map((nom) => Number(window.map.getPane(nom).style.zIndex))"
    )
    assert plans == sorted(plans)


def test_the_map_is_not_left_for_the_void(serveur, ouvrir):
    ecran = ouvrir().open(serveur)
    ecran.settle()
    boite = ecran.page.locator(CARTE).bounding_box()
    ecran.page.mouse.move(boite["x"] + 300, boite["y"] + 300)
    zoom = ecran.view()[2]
    for _ in range(12):
        ecran.page.mouse.wheel(0, 400)
        ecran.page.wait_for_timeout(120)
    ecran.page.wait_for_timeout(500)
    assert zoom - 1.25 <= ecran.view()[2] < zoom
    # On a smaller window, the region is still seen whole.
    ecran.page.frame_locator(CARTE).get_by_role(
        "button", name="Revenir à la vue d'ensemble"
    ).click()
    ecran.page.set_viewport_size({"width": 390, "height": 844})
    ecran.page.wait_for_timeout(1000)
    assert ecran.view()[2] < zoom - 1


def test_one_finger_scrolls_the_page_and_the_search_takes_only_what_it_touched(serveur, chromium):
    contexte = chromium.new_context(
        locale="fr-FR", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    try:
        ecran = Ecran(contexte.new_page()).open(serveur)
        ecran.settle()
        avant = ecran.view()
        doigt = contexte.new_cdp_session(ecran.page)
        for y in range(650, 440, -20):
            geste = "touchMove" if y < 650 else "touchStart"
            points = [{"x": 195, "y": y}]
            doigt.send("Input.dispatchTouchEvent", {"type": geste, "touchPoints": points})
            ecran.page.wait_for_timeout(20)
        doigt.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        ecran.page.wait_for_timeout(300)
        assert ecran.view() == avant
        assert ecran.page.locator(".stMain").evaluate("page => page.scrollTop") > 100
        ecran.page.locator(".stMain").evaluate("page => page.scrollTo(0, 0)")
        recherche = ecran.page.frame_locator("iframe[title*=searchbox]")
        options = recherche.get_by_role("option")
        recherche.locator("input").first.tap()
        ecran.page.keyboard.type("jussey", delay=40)
        options.first.tap()
        ecran.wait_address(commune="70292")
        # The panel is under the map: what the answer says is beside the box.
        ecran.page.locator(".st-key-reponse_etroite").get_by_text("Jussey est dans").wait_for()
        ecran.settle()
        boite = ecran.page.locator("iframe[title*=searchbox]").bounding_box()
        ecran.page.touchscreen.tap(boite["x"] + 80, boite["y"] + 20)
        options.first.wait_for()
        ecran.page.keyboard.type("luxeuil", delay=40)
        options.filter(has_text="CPTS de Luxeuil").first.tap()
        ecran.wait_address(commune=None, cpts="cpts-luxeuil")
    finally:
        contexte.close()


def test_the_keyboard_passes_over_the_map(serveur, ouvrir):
    ecran = ouvrir().open(f"{serveur}/?dep=70")
    ecran.settle()
    lien = ecran.page.frame_locator(CARTE).get_by_role("link", name="Passer la carte")
    lien.focus()
    ecran.page.keyboard.press("Enter")
    assert ecran.page.evaluate("document.activeElement.closest('.st-key-carte_principale')") is None
    assert ecran.page.evaluate("document.activeElement !== document.body")


def test_filter_then_click_keeps_the_map_and_fills_the_panel(serveur, ouvrir):
    ecran = ouvrir().open(serveur)
    ecran.mark_map()
    ecran.choose("Départements", "70 Haute-Saône")
    ecran.page.keyboard.press("Escape")
    ecran.wait_address(dep="70")
    ecran.page.get_by_role("heading", name="(CPTS) : Haute-Saône").wait_for()
    ecran.settle()
    assert set(ecran.forms()["territoires"]) == {
        "cpts-luxeuil",
        "cpts-bassin-vesulien",
        "cpts-pays-hericourt",
    }
    vue = ecran.view()
    ecran.click_cpts("cpts-luxeuil")
    ecran.page.get_by_role("heading", name="CPTS de Luxeuil").wait_for()
    ecran.wait_address(dep="70", cpts="cpts-luxeuil")
    ecran.page.get_by_role("link", name="Ouvrir la fiche").wait_for()
    panneau = ecran.page.locator("[data-testid=stMain]").inner_text()
    for attendu in (
        "43 000 habitants",
        "env. 42 500",
        "près de 10 % de la population",
        "6 mai 2022",
    ):
        assert attendu in re.sub(r"\s", " ", panneau)
    assert "ARS Bourgogne-Franche-Comté" in panneau
    assert ecran.view()[-1] > vue[-1]
    assert ecran.map_is_the_same()
    ecran.settle()
    assert same_picture(ecran.page, "luxeuil-1440x900.png")


def test_a_count_is_a_circle_and_a_click_on_it_chooses_its_territory(serveur, ouvrir):
    ecran = ouvrir().open(f"{serveur}/?dep=70&ind=population")
    ecran.settle()
    cercles = ecran.page.frame_locator(CARTE).locator(".leaflet-cercles-pane path")
    assert cercles.count() == len(ecran.forms()["territoires"]) == 3
    assert len(set(ecran.fills().values())) == 1
    # The largest is drawn first; at Vesoul, of 76 000 inhabitants.
    cercles.first.click()
    ecran.wait_address(cpts="cpts-bassin-vesulien")
    ecran.choose_colour("Densité")
    expect(cercles).to_have_count(0)
    ecran.wait_address(ind="densite")


def test_a_clicked_marker_opens_its_panel(serveur, ouvrir):
    ecran = ouvrir().open(f"{serveur}/?dep=39&statut=inconnu")
    ecran.settle()
    ecran.page.frame_locator(CARTE).locator(
        ".leaflet-reperes-pane path[stroke-width='1.4']"
    ).first.click()
    ecran.wait_address(cpts="cpts-grand-lons")
    ecran.page.get_by_text("aucun connu").wait_for()


def test_cold_link_click_page_back_edit_keeps_the_filters_and_asks_no_other_host(ouvrir):
    with serve() as adresse:
        ecran = ouvrir().open(f"{adresse}/?dep=70,25&couvert=projets&indicatifs=1&ind=population")
        ecran.click_cpts("cpts-luxeuil")
        ecran.wait_address(dep="70,25", couvert="projets", cpts="cpts-luxeuil")
        ecran.page.get_by_role("link", name="Données").click()
        ecran.page.get_by_role("heading", name="Données : sources, qualité, import").wait_for()
        ecran.wait_address(dep="70,25", couvert="projets", ind="population", cpts="cpts-luxeuil")
        ecran.page.go_back()
        ecran.wait_map()
        ecran.wait_address(dep="70,25", couvert="projets", ind="population", cpts="cpts-luxeuil")
        ecran.page.get_by_role("heading", name="CPTS de Luxeuil").wait_for()
        ecran.choose_colour("Densité")
        ecran.wait_address(dep="70,25", couvert="projets", ind="densite", cpts="cpts-luxeuil")
        ecran.page.get_by_role("heading", name="CPTS de Luxeuil").wait_for()
        assert ecran.ailleurs == []


def test_back_undoes_a_click_and_the_click_is_not_replayed(serveur, ouvrir):
    ecran = ouvrir().open(f"{serveur}/?dep=70")
    ecran.click_cpts("cpts-luxeuil")
    ecran.wait_address(cpts="cpts-luxeuil")
    ecran.page.go_back()
    ecran.wait_address(dep="70", cpts=None)
    ecran.page.get_by_role("heading", name="CPTS de Luxeuil").wait_for(state="detached")
    ecran.choose_colour("Densité")
    ecran.wait_address(dep="70", ind="densite", cpts=None)
    ecran.click_cpts("cpts-luxeuil")
    ecran.wait_address(dep="70", ind="densite", cpts="cpts-luxeuil")


def test_a_cpts_is_chosen_with_the_keyboard_alone(serveur, ouvrir):
    ecran = ouvrir().open(serveur)
    ecran.page.get_by_label("CPTS", exact=True).focus()
    ecran.page.keyboard.type("horloger")
    ecran.page.keyboard.press("Enter")
    ecran.wait_address(cpts="cpts-pays-horloger")
    ecran.page.get_by_role("heading", name="CPTS du Pays Horloger").wait_for()


def test_a_territory_is_chosen_on_the_map_with_the_keyboard(serveur, ouvrir):
    ecran = ouvrir().open(f"{serveur}/?dep=70")
    ecran.settle()
    trace = ecran.page.frame_locator(CARTE).get_by_role("button", name="CPTS de Luxeuil").first
    trace.focus()
    ecran.page.keyboard.press("Enter")
    ecran.wait_address(dep="70", cpts="cpts-luxeuil")
    ecran.page.get_by_role("heading", name="CPTS de Luxeuil").wait_for()


def test_hover_gives_the_value_with_its_qualifier_and_base(serveur, ouvrir):
    ecran = ouvrir().open(f"{serveur}/?ind=smt-population&dep=70")
    ecran.settle()
    bulle = ecran.hover(lambda: ecran.point_of("cpts-luxeuil"))
    texte = re.sub(r"\s", " ", bulle.inner_text())
    assert "CPTS de Luxeuil" in texte
    assert "près de 10 % de la population sans médecin traitant" in texte
    assert "périmètre indicatif" in texte


def test_base_map_fails_gracefully(serveur, ouvrir):
    ecran = ouvrir().open(f"{serveur}/?fond=1")
    ecran.page.frame_locator(CARTE).get_by_text("Fond de plan IGN injoignable").wait_for()
    assert all("data.geopf.fr" in adresse for adresse in ecran.ailleurs)
    assert len(ecran.forms()["territoires"]) == 16


def test_phone_shows_everything_without_scrolling_sideways(serveur, ouvrir):
    ecran = ouvrir(390, 844).open(f"{serveur}/?cpts=cpts-luxeuil")
    ecran.settle()
    assert ecran.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert ecran.page.locator(CARTE).bounding_box()["width"] <= 390
    assert same_picture(ecran.page, "accueil-390x844.png")
    ecran.page.locator(CARTE).scroll_into_view_if_needed()
    assert same_picture(ecran.page, "carte-390x844.png")


def test_bad_data_is_explained_and_the_application_goes_on_once_mended(copie, ouvrir):
    sain = (copie / "cpts.csv").read_text(encoding="utf-8")
    lignes = sain.splitlines()
    nom_cpts, _, confiance = lignes[1].split(",")
    (copie / "cpts.csv").write_text(
        "\n".join([*lignes, f"{nom_cpts},99999,{confiance}", f"{nom_cpts},1001,{confiance}"]),
        encoding="utf-8",
    )
    (copie / "jalons.csv").unlink()
    with serve(CPTS_DATA_DIR=str(copie)) as adresse:
        ecran = ouvrir()
        ecran.page.goto(adresse)
        ecran.page.get_by_role("heading", name="Les données ne peuvent pas être lues").wait_for()
        for attendu in ("jalons.csv", "1001", "→"):
            ecran.page.locator("[data-testid=stMain]").get_by_text(attendu).first.wait_for()
        shutil.copy(RACINE / "data" / "jalons.csv", copie / "jalons.csv")
        (copie / "cpts.csv").write_text(sain, encoding="utf-8")
        ecran.wait_map()
        assert len(ecran.forms()["territoires"]) == 16


@pytest.mark.parametrize("taille", [(1440, 900), (390, 844)])
def test_names_on_the_map_never_collide(serveur, ouvrir, taille):
    ecran = ouvrir(*taille).open(f"{serveur}/?ind=smt-population")
    ecran.settle()
    boites = ecran.cadre.evaluate(
        """() => [...document.querySelectorAll(".nom")].map((nom) => {
            const b = nom.getBoundingClientRect();
            return [nom.textContent, b.left, b.top, b.right, b.bottom];
        })"""
    )
    assert {"Besançon", "Dijon"} <= {texte for texte, *_ in boites}
    for rang, (un, gauche, haut, droite, bas) in enumerate(boites):
        for deux, g, h, d, b in boites[rang + 1 :]:
            separes = droite <= g or d <= gauche or bas <= h or b <= haut
            assert separes, f"{un} et {deux}"


def test_a_colour_chosen_since_the_links_were_drawn_goes_along_with_them(serveur, ouvrir):
    ecran = ouvrir().open(f"{serveur}/?dep=70")
    ecran.choose_colour("Densité")
    ecran.wait_address(dep="70", ind="densite")
    ecran.page.get_by_role("link", name="Données").click()
    ecran.page.get_by_role("heading", name="Données : sources, qualité, import").wait_for()
    ecran.wait_address(dep="70", ind="densite")
    ecran.page.get_by_role("link", name="Carte").click()
    ecran.wait_map()
    ecran.wait_address(dep="70", ind="densite")
    ecran.page.frame_locator(CARTE).get_by_text("Densité de population calculée (2023)").wait_for()


def test_the_map_follows_the_theme_and_prints_on_white(serveur, ouvrir):
    ecran = ouvrir().open(f"{serveur}/?ind=densite")
    ecran.settle()
    page, papier = (
        ecran.page,
        "() => getComputedStyle(document.querySelector('.leaflet-container')).backgroundColor",
    )
    clair = (ecran.fills(), ecran.cadre.evaluate(papier))
    try:
        page.emulate_media(color_scheme="dark")
        ecran.cadre.wait_for_function("() => document.documentElement.dataset.theme === 'sombre'")
        sombre = (ecran.fills(), ecran.cadre.evaluate(papier))
        assert all(un != autre for un, autre in zip(clair, sombre, strict=True))
        page.emulate_media(color_scheme="dark", media="print")
        ecran.cadre.wait_for_function("() => document.documentElement.dataset.theme === 'clair'")
        assert (ecran.fills(), ecran.cadre.evaluate(papier)) == clair
    finally:
        page.emulate_media(color_scheme="light", media="screen")


def test_the_search_brings_the_map_to_a_commune_and_a_click_leads_to_its_zone(serveur, ouvrir):
    ecran = ouvrir().open(f"{serveur}/")
    ecran.settle()
    page = ecran.page
    loin = ecran.cadre.evaluate("map_div.getZoom()")
    recherche = page.frame_locator("iframe[title*=searchbox]")
    recherche.locator("input").fill("Gray")
    recherche.locator("[role=option]").first.click()
    ecran.wait_address(commune="70279")
    ecran.cadre.wait_for_function("(loin) => map_div.getZoom() > loin + 1", arg=loin)
    assert ecran.cadre.evaluate("map_div.getBounds().contains([47.445, 5.59])")
    # Outlined; and a neighbour that is clicked takes its place, under the same view.
    expect(page.frame_locator(CARTE).locator(".leaflet-commune-pane path")).to_have_count(1)
    page.mouse.move(1, 1)
    boite = page.locator(CARTE).bounding_box()
    vue = ecran.cadre.evaluate("map_div.getBounds().toBBoxString()")
    page.mouse.click(boite["x"] + boite["width"] * 0.5, boite["y"] + boite["height"] * 0.25)
    page.wait_for_function("() => !/commune=70279/.test(location.search)")
    ecran.settle()
    assert "commune=" in page.url
    assert ecran.cadre.evaluate("map_div.getBounds().toBBoxString()") == vue
    page.get_by_role("link", name="Sa zone").click()
    ecran.wait_address(dep="70")
    assert "zone=" in page.url


def test_a_click_on_a_territory_shows_it_whole_and_home_gives_the_region_back(serveur, ouvrir):
    ecran = ouvrir().open(f"{serveur}/")
    ecran.settle()
    loin = ecran.cadre.evaluate("map_div.getZoom()")
    trace = ecran.page.frame_locator(CARTE).locator('path[aria-label="CPTS de Luxeuil"]').first
    trace.focus()
    trace.press("Enter")
    ecran.wait_address(cpts="cpts-luxeuil")
    ecran.cadre.wait_for_function("(loin) => map_div.getZoom() > loin + 1", arg=loin)
    ecran.page.frame_locator(CARTE).get_by_role(
        "button", name="Revenir à la vue d'ensemble"
    ).click()
    ecran.cadre.wait_for_function("(loin) => map_div.getZoom() === loin", arg=loin)


def test_a_rate_is_seen_by_commune_and_by_department(serveur, ouvrir):
    ecran = ouvrir().open(f"{serveur}/?ind=densite")
    ecran.settle()
    carte = ecran.page.frame_locator(CARTE)
    niveau, titre = carte.get_by_label("Niveau"), carte.locator(".legende summary")
    niveau.select_option("communes")
    expect(titre).to_have_text("Densité de population calculée (2023), par commune")
    ecran.wait_address(ind="densite", niveau="communes")
    assert not ecran.fills()
    niveau.select_option("epci")
    expect(titre).to_have_text("Densité de population calculée (2023), par intercommunalité")
    niveau.select_option("departements")
    expect(titre).to_have_text("Densité de population calculée (2023), par département")
    expect(carte.locator(".legende .repli")).to_be_hidden()
    # A count has no such level: the CPTS are painted again, and the choice waits for the next rate.
    ecran.choose_colour("Population")
    expect(niveau).to_be_disabled()
    expect(titre).to_contain_text("Population calculée")
    expect(carte.locator(".legende .repli")).to_contain_text("la carte montre le niveau « CPTS »")
    ecran.choose_colour("Densité")
    expect(titre).to_have_text("Densité de population calculée (2023), par département")
    ecran.settle()
    with ecran.page.expect_download() as telechargement:
        ecran.page.get_by_role("button", name="SVG").first.click()
    svg = telechargement.value.path().read_text(encoding="utf-8")
    assert "par département" in svg


def test_a_screen_enlarged_twice_keeps_its_map_and_its_figures_in_sight(serveur, ouvrir):
    # 1440 × 900 at 200 %.
    ecran = ouvrir(720, 450).open(f"{serveur}/?dep=70")
    ecran.settle()
    carte = ecran.page.frame_locator(CARTE)
    assert carte.locator(".legende").evaluate("(legende) => !legende.open")
    assert carte.locator(".pupitre").bounding_box()["height"] < 50
    chiffres = ecran.page.locator(".st-key-chiffres")
    assert chiffres.evaluate("(e) => e.scrollWidth <= e.clientWidth")


def test_controls_stand_on_one_line_at_every_width(serveur, ouvrir):
    ecran = ouvrir(1024, 768).open(f"{serveur}/?dep=70")
    pupitre = ecran.page.frame_locator(CARTE).locator(".pupitre")
    for largeur in (1024, 901, 720, 390):
        ecran.page.set_viewport_size({"width": largeur, "height": 768})
        ecran.page.wait_for_timeout(300)
        assert pupitre.bounding_box()["height"] < 50, largeur
        assert pupitre.evaluate("(e) => e.scrollWidth <= e.clientWidth"), largeur


def test_a_folded_legend_is_unfolded_on_paper(serveur, ouvrir):
    ecran = ouvrir(390, 844).open(f"{serveur}/?dep=70&ind=densite")
    legende = ecran.page.frame_locator(CARTE).locator(".legende")
    ouverte = "(legende) => legende.open"
    assert not legende.evaluate(ouverte)
    ecran.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert legende.evaluate(ouverte)
    ecran.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert not legende.evaluate(ouverte)


def test_the_way_back_lifts_the_filters_and_keeps_the_cpts(serveur, ouvrir):
    ecran = ouvrir().open(f"{serveur}/?dep=21&cpts=cpts-luxeuil")
    ecran.page.get_by_role("link", name="Montrer tous les départements").click()
    ecran.wait_address(dep=None, cpts="cpts-luxeuil")
    ecran.page.get_by_text("n'est pas de celles que les filtres montrent").wait_for(state="hidden")
    # The frame draws what it is told after the page has changed.
    for _ in range(100):
        if len(ecran.forms()["territoires"]) > 3:
            break
        ecran.page.wait_for_timeout(100)
    assert len(ecran.forms()["territoires"]) == 16
