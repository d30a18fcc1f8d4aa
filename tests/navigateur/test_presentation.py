"""The event of 6 May 2022, played in Chromium: in the page and from a file, with no network."""

import io
import re
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Frame, Locator, Page

from geo.chargement import load
from rendu.supports.diapositives import make_diapositives
from tests.navigateur.outils import RACINE, Ecran, same_picture, serve

SIX_MAI = ("cpts-luxeuil", "cpts-bassin-vesulien")
ADRESSE = "https://atlas.example.fr"
LECTEUR = ".st-key-lecteur iframe"
SALLE, PROJECTEUR, TELEPHONE = (1920, 1080), (1024, 768), (390, 844)
# What a clicker or a keyboard sends to go on.
AVANCER = ("ArrowRight", "PageDown", "Space", "ArrowDown")

# Sizes and contrasts of what is written, and what goes beyond its box or the window.
MESURES = """() => {
    const visible = (e) => e.offsetParent !== null && e.textContent.trim() !== "";
    const rgb = (texte) => texte.match(/[\\d.]+/g).map(Number);
    const lumiere = (texte) => {
        const [r, v, b] = rgb(texte).slice(0, 3).map((c) => c / 255)
            .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * v + 0.0722 * b;
    };
    const fond = (e) => {
        for (let p = e; p; p = p.parentElement) {
            const couleur = getComputedStyle(p).backgroundColor;
            if ((rgb(couleur)[3] ?? 1) > 0.85) return couleur;
        }
        return "rgb(255, 255, 255)";
    };
    const contraste = (e) => {
        const [a, b] = [lumiere(getComputedStyle(e).color), lumiere(fond(e))].sort((x, y) => y - x);
        return (a + 0.05) / (b + 0.05);
    };
    const ecrits = [...document.querySelectorAll(
        "#avertissement, #bloquee, #titre, #indicatif, #chiffre span, #phrase, #lignes li, #legende li, #graphique span, "
        + "#graphique figcaption, #codes figcaption, #source, #date, #position, .leaflet-control-attribution"
    )].filter(visible);
    const police = (choix) => ecrits.filter((e) => e.matches(choix)).map((e) => parseFloat(getComputedStyle(e).fontSize));
    const cadres = ["texte", "corps", "scene", "graphique", "codes", "bloquee", "lecteur"].map((id) => document.getElementById(id));
    const dehors = ecrits.filter((e) => {
        const b = e.getBoundingClientRect();
        return b.left < -1 || b.top < -1 || b.right > innerWidth + 1 || b.bottom > innerHeight + 1;
    });
    const coupes = cadres.filter((e) => e.offsetParent !== null
        && (e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1));
    const [texte, pied] = ["corps", "source"].map((id) => document.getElementById(id).getBoundingClientRect());
    return {
        chiffres: police(".nombre"),
        phrases: police("#phrase, #lignes li"),
        polices: police("*"),
        contraste: Math.min(...ecrits.map(contraste)),
        coupes: [...dehors, ...coupes].map((e) => (e.id || e.className) + " : " + e.textContent.slice(0, 40)),
        melange: texte.bottom > pied.top + 1,
        largeurTexte: document.getElementById("texte").getBoundingClientRect().width / innerWidth,
    };
}"""


@pytest.fixture(scope="module")
def serveur_public():
    with serve(CPTS_URL_PUBLIQUE=ADRESSE) as adresse:
        yield adresse


@pytest.fixture(scope="module")
def diapositives():
    return make_diapositives(load(RACINE / "data"), SIX_MAI)


@pytest.fixture(scope="module")
def kit(serveur_public, chromium, tmp_path_factory) -> Path:
    """Download the kit as a user does."""
    page = chromium.new_page()
    page.goto(f"{serveur_public}/presentation?cpts={','.join(SIX_MAI)}")
    bouton = page.get_by_role("button", name="Kit hors ligne")
    bouton.wait_for(timeout=60_000)
    with page.expect_download() as attendu:
        bouton.click()
    nom = attendu.value.suggested_filename
    assert nom.startswith("atlas-cpts_kit-luxeuil-le-bassin-vesulien_")
    chemin = tmp_path_factory.mktemp("cle-usb") / nom
    attendu.value.save_as(chemin)
    page.close()
    return chemin


def open_player(ecran: Ecran, serveur: str, **parametres: str) -> Frame:
    """Open the event in the page, and return the frame of its player."""
    suite = "".join(f"&{nom}={valeur}" for nom, valeur in parametres.items())
    ecran.page.goto(f"{serveur}/presentation?cpts={','.join(SIX_MAI)}{suite}")
    cadre = ecran.page.locator(LECTEUR).element_handle().content_frame()
    cadre.locator("#lecteur[data-rang]").wait_for()
    return cadre


def wait_slide(cadre: Frame | Page, rang: int) -> None:
    cadre.locator(f"#lecteur[data-rang='{rang}']").wait_for()


def wait_until(cadre: Frame | Page, condition: str) -> None:
    """Wait for a condition, asked from outside: the policy of the player forbids evaluation inside."""
    for _ in range(100):
        if cadre.evaluate(condition):
            return
        cadre.wait_for_timeout(50)
    pytest.fail(f"never true: {condition}")


def plain(texte: str) -> str:
    return " ".join(texte.replace("\u202f", " ").replace("\xa0", " ").split())


def written(cadre: Frame | Page, choix: str) -> str:
    """Read what is visible of an element, and nothing where it is hidden."""
    noeud = cadre.locator(choix)
    return plain(noeud.inner_text()) if noeud.is_visible() else ""


def check_slide(cadre: Frame | Page, diapositive, rang: int, total: int) -> None:
    """Compare a slide with what it must say."""
    wait_slide(cadre, rang)
    assert written(cadre, "#titre") == plain(diapositive.titre)
    assert written(cadre, "#chiffre") == plain(diapositive.chiffre)
    assert written(cadre, "#phrase") == plain(diapositive.phrase)
    assert cadre.locator("#lignes li").count() == len(diapositive.lignes)
    assert ("indicatif" in written(cadre, "#indicatif")) == diapositive.indicatif
    assert cadre.locator("#carte").is_visible() == bool(diapositive.carte)
    assert written(cadre, "#position") == f"{rang} / {total}"
    assert plain(diapositive.parlee) in plain(cadre.locator("#annonce").text_content())


def play(page: Page, cadre: Frame | Page, diapositives, taille) -> None:
    """Play the event to its end with the keyboard, and measure every slide."""
    total = len(diapositives)
    for rang, diapositive in enumerate(diapositives, start=1):
        check_slide(cadre, diapositive, rang, total)
        mesures = cadre.evaluate(MESURES)
        assert mesures["coupes"] == [], (rang, mesures["coupes"])
        assert not mesures["melange"], rang
        assert mesures["contraste"] >= 7, (rang, mesures["contraste"])
        assert min(mesures["polices"]) >= 11
        if taille == SALLE:
            assert min(mesures["chiffres"], default=120) >= 120, rang
            assert min(mesures["phrases"]) >= 40, (rang, mesures["phrases"])
        page.keyboard.press(AVANCER[rang % len(AVANCER)])
    check_slide(cadre, diapositives[-1], total, total)


def overlap(un: Locator, autre: Locator) -> bool:
    a, b = un.bounding_box(), autre.bounding_box()
    return (
        a["x"] < b["x"] + b["width"]
        and b["x"] < a["x"] + a["width"]
        and a["y"] < b["y"] + b["height"]
        and b["y"] < a["y"] + a["height"]
    )


# From a key, the same slides are read at every size.
@pytest.mark.parametrize("taille", [SALLE, TELEPHONE])
def test_the_event_in_the_page(serveur_public, ouvrir, diapositives, taille):
    ecran = ouvrir(*taille)
    cadre = open_player(ecran, serveur_public)
    boite = ecran.page.locator(LECTEUR).bounding_box()
    assert (boite["x"], boite["y"], boite["width"], boite["height"]) == (0, 0, *taille)
    assert not ecran.page.locator(".st-key-entete").is_visible()
    play(ecran.page, cadre, diapositives, taille)
    assert not overlap(ecran.page.locator(".st-key-retour"), cadre.locator("#titre"))
    ecran.wait_address(n=str(len(diapositives)), cpts=",".join(SIX_MAI))
    assert ecran.ailleurs == []
    assert ecran.erreurs == []


def test_the_launches_are_on_the_first_screen_and_one_click_plays_one(serveur_public, ouvrir):
    ecran = ouvrir()
    ecran.page.goto(f"{serveur_public}/presentation")
    liens = ecran.page.locator(".st-key-lancements a")
    liens.last.wait_for()
    ecran.settle()
    boite = liens.last.bounding_box()
    assert boite["y"] + boite["height"] <= 900
    ecran.page.get_by_label("CPTS de l'événement").wait_for()
    ecran.page.get_by_role("link", name="6 mai 2022").click()
    ecran.page.locator(LECTEUR).wait_for()
    ecran.wait_address(cpts=",".join(SIX_MAI))


def test_a_launch_that_is_tapped_far_down_shows_its_slide(serveur_public, ouvrir):
    ecran = ouvrir(*TELEPHONE)
    ecran.page.goto(f"{serveur_public}/presentation")
    lien = ecran.page.locator(".st-key-lancements a").last
    lien.wait_for()
    # What is still to be written above it would push it away.
    ecran.settle()
    lien.scroll_into_view_if_needed()
    defile = "() => document.querySelector('[data-testid=stMain]').scrollTop"
    ecran.page.wait_for_function(f"({defile})() > {TELEPHONE[1] / 2}")
    lien.click()
    wait_slide(ecran.page.locator(LECTEUR).element_handle().content_frame(), 1)
    ecran.settle()
    assert ecran.page.evaluate(defile) == 0


def test_the_way_out_is_read_on_a_slide_in_the_dark_theme(serveur_public, ouvrir):
    ecran = ouvrir()
    ecran.page.emulate_media(color_scheme="dark")
    ecran.page.goto(f"{serveur_public}/presentation?cpts={SIX_MAI[0]}")
    retour = ecran.page.get_by_role("link", name="Retour à l'atlas")
    retour.wait_for()
    ecran.settle()
    assert retour.locator("p").evaluate("(p) => getComputedStyle(p).color") == "rgb(0, 0, 145)"
    fond = ecran.page.locator(".st-key-retour").evaluate(
        "(r) => getComputedStyle(r).backgroundColor"
    )
    assert fond == "rgb(255, 255, 255)"


def test_what_the_page_has_to_say_leaves_the_window_to_the_player(serveur_public, ouvrir):
    ecran = ouvrir(*SALLE)
    ecran.page.goto(f"{serveur_public}/presentation?cpts=cpts-luxeuil,cpts-absente")
    ecran.page.locator(LECTEUR).wait_for()
    ecran.settle()
    boite = ecran.page.locator(LECTEUR).bounding_box()
    assert (boite["y"], boite["height"]) == (0, SALLE[1])
    titre = ecran.page.get_by_role("heading", name="Préparer la présentation")
    assert titre.bounding_box()["y"] >= SALLE[1]
    assert ecran.page.get_by_text("cpts-absente").is_visible()
    ecran.page.get_by_role("link", name="Préparer, télécharger").click()
    ecran.page.wait_for_function(
        "(y) => document.querySelector('#preparer').getBoundingClientRect().top < y", arg=SALLE[1]
    )
    ecran.wait_address(cpts="cpts-luxeuil")


@pytest.mark.parametrize("taille", [SALLE, PROJECTEUR, TELEPHONE])
def test_the_event_from_a_usb_key(kit, chromium, diapositives, taille):
    assert kit.stat().st_size <= 3_000_000
    contexte = chromium.new_context(
        viewport=dict(zip(("width", "height"), taille, strict=True)), offline=True
    )
    ecran = Ecran(contexte.new_page())
    demandes: list[str] = []
    ecran.page.on("request", lambda demande: demandes.append(demande.url))
    ecran.page.goto(kit.as_uri())
    play(ecran.page, ecran.page, diapositives, taille)
    assert ecran.page.url.endswith(f"#n={len(diapositives)}")
    assert [d for d in demandes if not d.startswith(("file:", "data:"))] == []
    assert ecran.erreurs == []
    contexte.close()


def test_the_keys_of_a_keyboard_and_of_a_clicker(kit, ouvrir, diapositives):
    page = ouvrir(*SALLE).page
    page.goto(kit.as_uri() + "#n=3")
    for touche, rang in (
        ("PageDown", 4),
        ("PageUp", 3),
        ("ArrowRight", 4),
        ("ArrowLeft", 3),
        ("ArrowDown", 4),
        ("ArrowUp", 3),
        ("Space", 4),
        ("Shift+Space", 3),
        ("Enter", 4),
        ("Backspace", 3),
        ("End", len(diapositives)),
        ("PageDown", len(diapositives)),
        ("Home", 1),
        ("PageUp", 1),
        ("Control+End", 1),
    ):
        page.keyboard.press(touche)
        wait_slide(page, rang)


def test_the_screen_goes_black_and_comes_back(kit, ouvrir):
    page = ouvrir(*SALLE).page
    page.goto(kit.as_uri() + "#n=3")
    wait_slide(page, 3)
    orateur = open_presenter(page, lambda: page.keyboard.press("p"))
    for fenetre, noircir, rallumer, rang in (
        (page, "b", "b", 3),
        (page, ".", ".", 3),
        (page, "b", "Escape", 3),
        (page, ".", "Enter", 4),
        (orateur, "b", ".", 4),
        (orateur, ".", "Backspace", 3),
    ):
        fenetre.bring_to_front()
        fenetre.keyboard.press(noircir)
        image = np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("L"))
        assert image.max() == 0
        assert "noir" in written(orateur, ".eteint")
        fenetre.bring_to_front()
        fenetre.keyboard.press(rallumer)
        wait_slide(page, rang)
        assert not page.locator("#noir").is_visible()
        assert not orateur.locator(".eteint").is_visible()


def test_the_black_screen_hides_the_way_out_too(serveur_public, ouvrir):
    ecran = ouvrir(*PROJECTEUR)
    open_player(ecran, serveur_public)
    ecran.page.keyboard.press("b")
    ecran.page.get_by_role("link", name="Retour à l'atlas").wait_for(state="hidden")
    # The scroll bar of the page is not of the player.
    image = np.asarray(Image.open(io.BytesIO(ecran.page.screenshot())).convert("L"))
    assert image.max() < 40
    ecran.page.keyboard.press(".")
    assert ecran.page.get_by_role("link", name="Retour à l'atlas").is_visible()


def test_the_event_goes_on_when_the_server_stops(ouvrir):
    with ExitStack() as pile:
        serveur = pile.enter_context(serve())
        ecran, autre = ouvrir(*SALLE), ouvrir()
        cadre = open_player(ecran, serveur)
        ecran.settle()
        autre.page.goto(f"{serveur}/mentions")
        autre.page.get_by_role("heading", name="Accessibilité et mentions").wait_for()
        pile.close()
        # Where nothing is projected, it is said, in French.
        autre.page.get_by_role("dialog").get_by_text("L'atlas ne répond plus").wait_for()
        assert "treamlit" not in autre.page.get_by_role("dialog").inner_text()
        ecran.page.bring_to_front()
        for secondes, touche, rang in ((0, "PageDown", 2), (8, "Enter", 3), (4, "Backspace", 2)):
            ecran.page.wait_for_timeout(1000 * secondes)
            assert ecran.page.get_by_role("dialog").count() == 0
            ecran.page.keyboard.press(touche)
            wait_slide(cadre, rang)
        assert ecran.erreurs == []


def test_the_page_gives_the_player_the_keys_that_reach_it(serveur_public, ouvrir):
    """A dialog that closes gives the keys back to the page."""
    ecran = ouvrir(*SALLE)
    cadre = open_player(ecran, serveur_public)
    ecran.settle()
    for touche, rang in (("PageDown", 2), ("Enter", 3), ("Backspace", 2)):
        ecran.page.evaluate("() => document.activeElement.blur()")
        ecran.page.keyboard.press(touche)
        wait_slide(cadre, rang)


def test_a_figure_of_a_slide_says_where_it_comes_from(kit, ouvrir, diapositives):
    page = ouvrir(*SALLE).page
    rang = next(r for r, d in enumerate(diapositives, start=1) if d.genre == "population")
    page.goto(f"{kit.as_uri()}#n={rang}")
    wait_slide(page, rang)
    reponse = page.locator("#origines")
    assert not reponse.is_visible()
    page.get_by_role("button", name="D'où vient ce chiffre").click()
    reponse.get_by_text("somme de « population » des communes").wait_for()
    boite, pied = reponse.bounding_box(), page.locator("footer").bounding_box()
    assert boite["y"] >= 0
    assert boite["y"] + boite["height"] <= pied["y"] + 1
    page.keyboard.press("Escape")
    assert not reponse.is_visible()
    page.keyboard.press("d")
    assert reponse.is_visible()
    # The next slide has its own, or none.
    sans = next(r for r, d in enumerate(diapositives, start=1) if not d.origines)
    page.goto(f"{kit.as_uri()}#n={sans}")
    wait_slide(page, sans)
    assert not reponse.is_visible()
    assert not page.get_by_role("button", name="D'où vient ce chiffre").is_visible()


def test_buttons_by_keyboard_and_a_click_that_gives_the_keys_back(kit, ouvrir):
    page = ouvrir(*SALLE).page
    page.goto(kit.as_uri())
    wait_slide(page, 1)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "suivante"
    page.keyboard.press("Space")
    wait_slide(page, 2)
    page.get_by_role("button", name="Précédente").click()
    wait_slide(page, 1)
    page.keyboard.press("Space")
    wait_slide(page, 2)


def open_presenter(page: Page, ouvrir_par) -> Page:
    """Open the presenter's window from the window of the player, and wait until it is filled."""
    with page.context.expect_page() as attendue:
        ouvrir_par()
    attendue.value.locator("main .parole").wait_for()
    return attendue.value


def check_presenter(orateur: Page, diapositives, rang: int) -> None:
    """Compare the presenter's window with what it must say beside a slide."""
    orateur.get_by_text(f"{rang} / {len(diapositives)}", exact=True).wait_for()
    diapositive = diapositives[rang - 1]
    assert written(orateur, "h1") == plain(diapositive.titre)
    assert written(orateur, ".parole") == plain(diapositive.parlee)
    if rang == len(diapositives):
        assert written(orateur, ".apercu") == "C'est la dernière diapositive."
    else:
        suivante = diapositives[rang]
        assert written(orateur, "h3") == plain(suivante.titre)
        assert written(orateur, ".apercu .chiffre") == plain(suivante.chiffre)
        assert written(orateur, ".apercu .phrase") == plain(suivante.phrase)
        assert orateur.locator(".apercu li").count() == len(suivante.lignes)


def test_the_presenter_has_a_window_of_their_own_from_the_page(
    serveur_public, ouvrir, diapositives
):
    ecran = ouvrir()
    cadre = open_player(ecran, serveur_public, n="3")
    wait_slide(cadre, 3)
    orateur = open_presenter(ecran.page, lambda: ecran.page.keyboard.press("p"))
    refus: list[str] = []
    orateur.on("console", lambda dit: refus.append(dit.text))
    check_presenter(orateur, diapositives, 3)
    # What is to be said is for the presenter alone.
    assert plain(diapositives[2].parlee) not in plain(cadre.locator("#lecteur").inner_text())
    orateur.keyboard.press("ArrowRight")
    wait_slide(cadre, 4)
    check_presenter(orateur, diapositives, 4)
    ecran.wait_address(n="4")
    ecran.page.bring_to_front()
    cadre.locator("#lecteur").press("PageDown")
    check_presenter(orateur, diapositives, 5)
    orateur.get_by_role("button", name="Précédente").click()
    wait_slide(cadre, 4)
    orateur.keyboard.press("End")
    check_presenter(orateur, diapositives, len(diapositives))
    assert orateur.get_by_role("button", name="Suivante").is_disabled()
    # Closed, it leaves the player as it is; asked for again, it comes back.
    orateur.close()
    cadre.locator("#lecteur").press("Home")
    wait_slide(cadre, 1)
    autre = open_presenter(
        ecran.page, cadre.get_by_role("button", name="Fenêtre de l'orateur").click
    )
    check_presenter(autre, diapositives, 1)
    # It goes with the player, for it would tell nothing true any more.
    with autre.expect_event("close"):
        ecran.page.get_by_role("link", name="Retour à l'atlas").click()
    assert refus == []
    assert ecran.erreurs == []


def test_the_presenter_has_a_window_of_their_own_from_a_file(kit, ouvrir, diapositives):
    ecran = ouvrir(*PROJECTEUR)
    ecran.page.goto(kit.as_uri())
    wait_slide(ecran.page, 1)
    orateur = open_presenter(ecran.page, lambda: ecran.page.keyboard.press("p"))
    check_presenter(orateur, diapositives, 1)
    orateur.keyboard.press("Space")
    wait_slide(ecran.page, 2)
    check_presenter(orateur, diapositives, 2)
    fenetres = len(ecran.page.context.pages)
    # The second asking brings the same window forward; one that was loaded again, and is empty, makes way for another.
    ecran.page.keyboard.press("p")
    assert len(ecran.page.context.pages) == fenetres
    orateur.reload()
    orateur = open_presenter(ecran.page, lambda: ecran.page.keyboard.press("p"))
    check_presenter(orateur, diapositives, 2)
    assert len(ecran.page.context.pages) == fenetres
    heure, duree = written(orateur, ".heure"), written(orateur, ".duree")
    assert re.fullmatch(r"\d{1,2} h \d{2}", heure)
    assert re.fullmatch(r"\d{1,2}:\d{2}", duree)
    orateur.wait_for_function(
        "(avant) => document.querySelector('.duree').textContent !== avant", arg=duree
    )
    for taille in (TELEPHONE, PROJECTEUR):
        orateur.set_viewport_size(dict(zip(("width", "height"), taille, strict=True)))
        for touche in ("Home", *("ArrowDown",) * (len(diapositives) - 1)):
            orateur.keyboard.press(touche)
            assert orateur.evaluate("document.documentElement.scrollWidth") <= taille[0]
    orateur.close()
    assert ecran.erreurs == []


def test_a_window_that_the_browser_refuses_is_told_in_a_sentence(kit, ouvrir):
    page = ouvrir(*SALLE).page
    page.add_init_script("window.open = () => null;")
    page.goto(kit.as_uri() + "#n=4")
    wait_slide(page, 4)
    page.keyboard.press("p")
    assert "autorisez" in written(page, "#bloquee")
    mesures = page.evaluate(MESURES)
    assert mesures["coupes"] == []
    page.keyboard.press("PageDown")
    wait_slide(page, 5)
    assert not page.locator("#bloquee").is_visible()


def test_full_screen_from_the_page(serveur_public, ouvrir):
    ecran = ouvrir(*PROJECTEUR)
    cadre = open_player(ecran, serveur_public)
    ecran.page.keyboard.press("f")
    wait_until(cadre, "document.fullscreenElement !== null")
    ecran.page.keyboard.press("f")
    wait_until(cadre, "document.fullscreenElement === null")


def test_a_finger_turns_the_slides(kit, chromium):
    contexte = chromium.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = contexte.new_page()
    page.goto(kit.as_uri())
    wait_slide(page, 1)
    souris = contexte.new_cdp_session(page)

    def glisser(debut: tuple[int, int], fin: tuple[int, int]) -> None:
        for genre, points in (("touchStart", [debut]), ("touchMove", [fin]), ("touchEnd", [])):
            souris.send(
                "Input.dispatchTouchEvent",
                {"type": genre, "touchPoints": [{"x": x, "y": y} for x, y in points]},
            )

    glisser((330, 600), (60, 610))
    wait_slide(page, 2)
    glisser((60, 600), (330, 610))
    wait_slide(page, 1)
    # Up and down is no turn.
    glisser((200, 700), (210, 300))
    wait_slide(page, 1)
    contexte.close()


# Go on, and list when each movement of the new slide ends, before a single picture is drawn.
FINS_DES_MOUVEMENTS = """() => {
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "PageDown", bubbles: true }));
    return document.getAnimations().map((a) => a.effect.getComputedTiming().endTime);
}"""


def test_the_territory_is_drawn_in_within_a_second(kit, ouvrir):
    page = ouvrir(*SALLE).page
    page.goto(kit.as_uri())
    wait_slide(page, 1)
    fins = page.evaluate(FINS_DES_MOUVEMENTS)
    wait_slide(page, 2)
    assert len(fins) > 90  # the communes of Luxeuil appear one after another
    assert max(fins) <= 1_000
    wait_until(page, "document.getAnimations().length === 0")
    # The map that is already there stays: only the words come.
    assert len(page.evaluate(FINS_DES_MOUVEMENTS)) < 10


def test_nothing_moves_for_who_asks_for_rest(kit, chromium):
    contexte = chromium.new_context(reduced_motion="reduce")
    page = contexte.new_page()
    page.goto(kit.as_uri())
    wait_slide(page, 1)
    assert page.evaluate(FINS_DES_MOUVEMENTS) == []
    wait_slide(page, 2)
    contexte.close()


def test_a_rerun_leaves_the_player_where_it_is(serveur_public, ouvrir):
    ecran = ouvrir()
    cadre = open_player(ecran, serveur_public, n="3")
    wait_slide(cadre, 3)
    ecran.page.keyboard.press("PageDown")
    wait_slide(cadre, 4)
    cadre.evaluate("() => { window.marque = 'le même'; }")
    ecran.page.get_by_role("button", name="Remove CPTS du bassin vésulien").click()
    ecran.page.get_by_role("link", name="Lancer la présentation").wait_for()
    ecran.settle()
    assert cadre.evaluate("() => window.marque") == "le même"
    wait_slide(cadre, 4)
    ecran.wait_address(n="4", cpts=",".join(SIX_MAI))
    ecran.page.get_by_role("link", name="Lancer la présentation").click()
    ecran.wait_address(n=None, cpts="cpts-luxeuil")


def test_out_of_the_player_and_back(serveur_public, ouvrir):
    ecran = ouvrir()
    cadre = open_player(ecran, serveur_public, n="5", dep="70")
    wait_slide(cadre, 5)
    ecran.page.get_by_role("link", name="Retour à l'atlas").click()
    ecran.wait_map()
    ecran.wait_address(n=None, dep="70", cpts=",".join(SIX_MAI))
    assert ecran.page.locator(".st-key-entete").is_visible()
    ecran.settle()
    ecran.page.go_back()
    ecran.page.locator(LECTEUR).wait_for()
    ecran.wait_address(n="5", dep="70")


def test_the_codes_lead_to_the_sheets(kit, ouvrir, diapositives):
    page = ouvrir(*SALLE).page
    page.goto(f"{kit.as_uri()}#n={len(diapositives)}")
    page.locator("#codes img").last.wait_for()
    lus = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.screenshot())))
    assert {lu.text for lu in lus} == {f"{ADRESSE}/fiche?cpts={i}" for i in SIX_MAI}
    liens = page.locator("#codes a").evaluate_all("(a) => a.map((lien) => lien.href)")
    assert set(liens) == {lu.text for lu in lus}


def test_without_a_public_address_there_is_no_code(serveur, ouvrir, diapositives):
    cadre = open_player(ouvrir(*SALLE), serveur, n=str(len(diapositives)))
    wait_slide(cadre, len(diapositives))
    assert cadre.locator("#codes img").count() == 0


@pytest.mark.parametrize(
    ("taille", "rang", "nom"),
    [
        (SALLE, 1, "presentation-region-1920x1080.png"),
        (SALLE, 4, "presentation-luxeuil-1920x1080.png"),
        (TELEPHONE, 4, "presentation-luxeuil-390x844.png"),
    ],
)
def test_the_slides_look_as_they_did(kit, ouvrir, taille, rang, nom):
    page = ouvrir(*taille).page
    page.goto(f"{kit.as_uri()}#n={rang}")
    wait_slide(page, rang)
    wait_until(page, "document.getAnimations().length === 0")
    assert same_picture(page, nom)
