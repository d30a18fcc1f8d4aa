"""The roll-out in Chromium, without any network: the date, the player, the map that stays."""

import re

from tests.navigateur.outils import Ecran

GRAPHIQUES = "[data-testid=stVegaLiteChart] svg"


def words(ecran: Ecran) -> str:
    return re.sub(r"\s", " ", ecran.page.locator("[data-testid=stMain]").inner_text())


def wait_date(ecran: Ecran, date: str) -> None:
    ecran.page.get_by_role("heading", name=date, exact=True).wait_for()
    ecran.settle()


def test_a_cold_link_opens_at_its_date(serveur, ouvrir):
    ecran = ouvrir().open(f"{serveur}/deploiement?date=2022-05-06")
    wait_date(ecran, "6 mai 2022")
    assert "Luxeuil et le bassin vésulien, 126 000 habitants annoncés" in words(ecran)
    formes = ecran.forms()
    assert set(formes["territoires"]) == {
        "cpts-21-52",
        "cpts-gips",
        "cpts-pays-d-or",
        "cpts-pays-horloger",
        "cpts-luxeuil",
        "cpts-bassin-vesulien",
    }
    assert set(formes["reperes"]) == {"cpts-centre-21", "cpts-haut-doubs-forestier"}
    couleurs = ecran.fills()
    assert couleurs["cpts-luxeuil"] == couleurs["cpts-bassin-vesulien"]
    assert couleurs["cpts-luxeuil"] != couleurs["cpts-pays-d-or"]
    assert ecran.ailleurs == []
    assert ecran.erreurs == []


def test_before_an_open_date_the_fill_is_hatched(serveur, ouvrir):
    ecran = ouvrir().open(f"{serveur}/deploiement?date=2020-10-02")
    wait_date(ecran, "2 octobre 2020")
    couleurs = ecran.fills()
    assert set(couleurs) == {"cpts-21-52", "cpts-pays-d-or"}
    assert all("hachures" in couleur for couleur in couleurs.values())


def test_the_slider_moves_the_map_and_the_address(serveur, ouvrir):
    ecran = ouvrir().open(f"{serveur}/deploiement?date=2022-05-06")
    wait_date(ecran, "6 mai 2022")
    ecran.mark_map()
    ecran.page.locator(GRAPHIQUES).nth(3).wait_for()
    ecran.page.locator(GRAPHIQUES).evaluate_all("tous => tous.forEach((g) => { g.marque = true; })")
    curseur = ecran.page.get_by_role("slider", name="Date")
    curseur.focus()
    ecran.page.keyboard.press("ArrowRight")
    ecran.wait_address(date="2022-05-10")
    wait_date(ecran, "10 mai 2022")
    assert "cpts-sud-cote-d-or" in ecran.forms()["reperes"]
    couleurs = ecran.fills()
    assert couleurs["cpts-luxeuil"] == couleurs["cpts-pays-d-or"]
    assert ecran.map_is_the_same()
    # The charts are moved too, not drawn anew.
    marques = ecran.page.locator(GRAPHIQUES).evaluate_all("tous => tous.map((g) => g.marque)")
    assert marques == [True] * 4


def test_play_runs_after_another_page_was_left(serveur, ouvrir):
    ecran = ouvrir().open(serveur)
    ecran.settle()
    ecran.page.get_by_role("link", name="Déploiement").click()
    ecran.page.get_by_role("button", name="Lecture").click()
    ecran.wait_address(date="2021-07-19")
    ecran.page.get_by_role("button", name="Pause").click()
    assert ecran.page.get_by_text("KeyError").count() == 0
    # What a page draws by itself is the same on the way back.
    ecran.page.get_by_role("link", name="Carte").click()
    ecran.wait_map()
    ecran.settle()
    ecran.choose_colour("Densité")
    ecran.wait_address(ind="densite")
    assert ecran.page.locator(".stException").count() == 0


def test_play_runs_to_the_end_on_the_same_map_and_starts_again(serveur, ouvrir):
    ecran = ouvrir().open(f"{serveur}/deploiement?date=2024-04-29")
    wait_date(ecran, "29 avril 2024")
    ecran.mark_map()
    ecran.page.get_by_role("button", name="Lecture").click()
    for date in ("2024-05-28", "2024-07-10", "2024-09-27"):
        ecran.wait_address(date=date)
    ecran.page.get_by_role("button", name="Lecture").wait_for()
    wait_date(ecran, "27 septembre 2024")
    assert ecran.map_is_the_same()
    ecran.page.get_by_role("button", name="Lecture").click()
    ecran.wait_address(date="2021-07-19")
    ecran.wait_address(date="2021-09-16")
    ecran.page.get_by_role("button", name="Pause").click()
    ecran.page.get_by_role("button", name="Lecture").wait_for()
    assert ecran.map_is_the_same()
    assert ecran.ailleurs == []
    assert ecran.erreurs == []


# The boxes of the years that are written, and that of the slider.
ANNEES = """() => {
    const boite = (e) => { const b = e.getBoundingClientRect(); return [b.left, b.right]; };
    return { ecrites: [...document.querySelectorAll(".annees > span")].filter((e) => e.offsetParent).map(boite),
        curseur: boite(document.querySelector(".st-key-curseur")) };
}"""


def test_the_years_under_the_slider_never_touch(serveur, ouvrir):
    ecran = ouvrir(390, 900).open(f"{serveur}/deploiement?date=2022-05-06")
    wait_date(ecran, "6 mai 2022")
    for largeur in (390, 700, 1440):
        ecran.page.set_viewport_size({"width": largeur, "height": 900})
        ecran.settle()
        mesures = ecran.page.evaluate(ANNEES)
        assert len(mesures["ecrites"]) >= 2, largeur
        gauche, droite = mesures["curseur"]
        bords = [gauche, *(bord for boite in mesures["ecrites"] for bord in boite), droite]
        assert bords == sorted(bords), largeur


def test_a_phone_never_scrolls_sideways(serveur, ouvrir):
    ecran = ouvrir(390, 844).open(f"{serveur}/deploiement?date=2022-05-06")
    wait_date(ecran, "6 mai 2022")
    for conteneur in ("document.documentElement", "document.querySelector('[data-testid=stMain]')"):
        assert ecran.page.evaluate(f"{conteneur}.scrollWidth") <= 390
