"""From a gesture to what it shows: opening the page, a click on a territory, a department, a colour."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Browser, Locator, Page

from bench.couleurs import FACONS, VIDE
from bench.navigateur import Ecran, open_context, open_ecran
from bench.releve import Ligne, multiple_of, yes_or_no
from bench.serveur import APPLICATION, DONNEES, serve

TOURS = 12
# Milliseconds at p95; of a page, so many times an empty one.
MARQUE_PANNEAU, MARQUE_FILTRE, MARQUE_COULEUR = 250, 300, 50
MARQUE_PAGE = 1.2
FAMILLES = ("densite", "population")

# The clock stops at the frame that follows the first one to hold what is expected.
_ATTENDRE = """(pret) => new Promise((finir) => {
  const debut = performance.now();
  const regarder = () => requestAnimationFrame(pret() ? () => finir(performance.now() - debut) : regarder);
  regarder();
})"""
_CADRE = 'document.querySelector("iframe[title*=folium]").contentDocument'
# Shapes that are painted and can be chosen.
_TRACES = f"[...{_CADRE}.querySelectorAll(\"path[tabindex='0']\")]"
_CHOISIR = f"""(nom) => {{
  const trace = {_TRACES}.find((t) => t.getAttribute("aria-label") === nom);
  const duree = ({_ATTENDRE})(() => document.querySelector(".st-key-panneau h3")?.textContent === nom);
  trace.dispatchEvent(new KeyboardEvent("keydown", {{ key: "Enter", bubbles: true }}));
  return duree;
}}"""
_ARMER_FILTRE = f"""(combien) => document.addEventListener("click", () => {{
  window.dureeFiltre = ({_ATTENDRE})(() => {_TRACES}.length === combien);
}}, {{ capture: true, once: true }})"""
_PEINT = {
    APPLICATION: f"() => {{ try {{ return {_TRACES}.length > 0; }} catch {{ return false; }} }}",
    VIDE: f'() => Boolean(document.querySelector("{FACONS[VIDE].temoin}"))',
}


def measure_gestes(navigateur: Browser, dossier: Path = DONNEES) -> list[Ligne]:
    """Measure the gestures of the home page on a folder of data, and the opening beside an empty page."""
    with ExitStack() as pile:
        adresses = {
            APPLICATION: pile.enter_context(serve(APPLICATION, dossier)).adresse,
            VIDE: pile.enter_context(serve(FACONS[VIDE].script, dossier)).adresse,
        }
        pages = {nom: _open_pages(navigateur, adresses[nom], _PEINT[nom]) for nom in adresses}
        ecran = open_ecran(pile.enter_context(open_context(navigateur)), adresses[APPLICATION])
        couleurs = _repeat(_change_colours(ecran))
        panneau = _repeat(_choose_in_turn(ecran))
        filtre = _repeat(_filter_in_turn(ecran))
    return [
        multiple_of(
            "page to polygons, next visitor",
            median(pages[APPLICATION]),
            median(pages[VIDE]),
            VIDE,
            unite="ms",
            marque=MARQUE_PAGE,
        ),
        _line("choice of a colour to painted", couleurs, MARQUE_COULEUR),
        _line("click on a territory to its panel", panneau, MARQUE_PANNEAU),
        _line("choice of a department to the painted map", filtre, MARQUE_FILTRE),
    ]


def _line(figure: str, durees: list[float], marque: int) -> Ligne:
    p95 = quantiles(durees, n=20)[-1]
    return Ligne(
        f"{figure}, median and p95 of {len(durees)}",
        f"{median(durees):,.0f} and {p95:,.0f} ms",
        marque=f"≤ {marque} ms",
        tenue=yes_or_no(held=p95 <= marque),
    )


def _repeat(geste: Callable[[int], float]) -> list[float]:
    """Make a gesture again and again; the first one is not counted."""
    return [geste(rang) for rang in range(TOURS + 1)][1:]


def _open_pages(navigateur: Browser, adresse: str, peint: str) -> list[float]:
    """Open a page in a browser that knows its files, in milliseconds from the request to the first shape."""
    with open_context(navigateur) as contexte:

        def open_one(_: int) -> float:
            page = contexte.new_page()
            page.goto(adresse, wait_until="commit")
            page.evaluate(f"({_ATTENDRE})({peint})")
            duree = float(page.evaluate("performance.now()"))
            page.close()
            return duree

        return _repeat(open_one)


def _change_colours(ecran: Ecran) -> Callable[[int], float]:
    liste = ecran.list_of_map()
    attendues = {}
    for ind in FAMILLES:
        liste.select_option(ind)
        ecran.settle()
        attendues[ind] = ecran.signature()

    def change(rang: int) -> float:
        ind = FAMILLES[rang % 2]
        liste.evaluate("(_, attendue) => bancEssai.armerCarte(attendue)", attendues[ind])
        liste.select_option(ind)
        duree = float(liste.evaluate("() => bancEssai.duree"))
        ecran.settle()
        return duree

    return change


def _choose_in_turn(ecran: Ecran) -> Callable[[int], float]:
    noms = ecran.page.evaluate(f'{_TRACES}.map((t) => t.getAttribute("aria-label"))')

    def choose(rang: int) -> float:
        duree = float(ecran.page.evaluate(_CHOISIR, noms[rang % len(noms)]))
        ecran.settle()
        return duree

    return choose


def _filter_in_turn(ecran: Ecran) -> Callable[[int], float]:
    page = ecran.page
    page.goto(page.url.split("?")[0])
    ecran.settle()
    options = _unfold(page).all_inner_texts()[:2]
    comptes = []
    for option in options:
        _pick(page, option)
        ecran.settle()
        comptes.append(_count(page))
        page.keyboard.press("Backspace")
        ecran.settle()

    def choose(rang: int) -> float:
        _unfold(page)
        page.evaluate(_ARMER_FILTRE, comptes[rang % 2])
        _pick(page, options[rang % 2])
        duree = float(page.evaluate("window.dureeFiltre"))
        ecran.settle()
        page.keyboard.press("Backspace")
        ecran.settle()
        return duree

    return choose


def _count(page: Page) -> int:
    return int(page.evaluate(f"{_TRACES}.length"))


def _unfold(page: Page) -> Locator:
    options = page.get_by_role("option")
    if not options.count():
        page.get_by_role("combobox", name="Départements").click()
        options.first.wait_for()
    return options


def _pick(page: Page, option: str) -> None:
    page.get_by_role("option", name=option, exact=True).click()
