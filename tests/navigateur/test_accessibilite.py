"""The player under axe-core, and the keyboard alone; ``test_pages.py`` has axe-core on every page."""

from tests.navigateur.axe import findings, unknown


def test_no_serious_finding_in_the_player(serveur, ouvrir):
    ecran = ouvrir(1920, 1080)
    ecran.page.goto(f"{serveur}/presentation?cpts=cpts-luxeuil,cpts-bassin-vesulien")
    lecteur = ecran.page.frame_locator(".st-key-lecteur iframe")
    lecteur.locator("#lecteur[data-rang]").wait_for()
    cadre = ecran.page.locator(".st-key-lecteur iframe").element_handle().content_frame()
    # A slide with a map, with a list, with the sources, with a chart: from the end, which is nearer.
    for rang, touche, fois in (
        (1, "Home", 1),
        (5, "ArrowRight", 4),
        (15, "End", 1),
        (12, "ArrowLeft", 3),
    ):
        for _ in range(fois):
            lecteur.locator("#lecteur").press(touche)
        lecteur.locator(f"#lecteur[data-rang='{rang}']").wait_for()
        ecran.page.wait_for_timeout(1200)
        # What is around the player is a page of `test_pages`.
        assert unknown(list(findings([cadre]))) == []


def test_the_keyboard_alone_goes_through_a_page_and_its_map(serveur, ouvrir):
    ecran = ouvrir()
    ecran.page.goto(f"{serveur}/fiche?cpts=cpts-luxeuil")
    ecran.wait_map()
    ecran.settle()
    atteints = []
    for _ in range(90):
        ecran.page.keyboard.press("Tab")
        atteints.append(
            ecran.page.evaluate(
                "() => { const e = document.activeElement;"
                " return [e.getAttribute('aria-label'), e.innerText, e.title].join(' ').trim(); }"
            )
        )
    textes = "\n".join(atteints)
    for attendu in ("Zones blanches", "PDF", "SVG", "PNG", "Suivante"):
        assert attendu in textes
    # The frame of the map takes the keys, one stop a territory, and gives them back.
    entree = next(rang for rang, texte in enumerate(atteints) if "folium" in texte)
    assert any("folium" not in texte for texte in atteints[entree:])
