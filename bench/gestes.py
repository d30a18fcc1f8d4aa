"""From a gesture to what it shows: opening the page, a click on a territory, a department, a colour."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Locator, Page

from bench.couleurs import FACONS, VIDE
from bench.navigateur import Ecran, open_context, open_ecran
from bench.officiels import import_synthetique, write_synthetique
from bench.releve import Ligne, multiple_of, yes_or_no
from bench.serveur import APPLICATION, DONNEES, serve
from geo.chargement import load

TOURS = 12
# Of two choices that cost the same, p95 is the machine's unless there are more of them.
TOURS_OFFICIEL = 24
# Milliseconds at p95; of a page, so many times an empty one.
MARQUE_PANNEAU, MARQUE_FILTRE, MARQUE_COULEUR = 250, 300, 50
MARQUE_PAGE = 1.2
# An official indicator, of the density: the same, but for a fifth of noise.
MARQUE_OFFICIEL = 1.2
FAMILLES = ("densite", "population")
OFFICIEL = ("densite", "apl_medecins_2023")
# What shows the colours of each level (see `SONDE`).
SONDES = {"cpts": "couleurs", "communes": "communes"}

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


def measure_choix_officiel(navigateur: Browser, dossier: Path = DONNEES) -> list[Ligne]:
    """Measure the choice of an imported indicator beside that of the density, in turn, by CPTS and by communes."""
    atlas = load(dossier)
    with ExitStack() as pile:
        var = Path(pile.enter_context(TemporaryDirectory()))
        import_synthetique(write_synthetique(atlas), atlas, dossier, var)
        adresse = pile.enter_context(serve(APPLICATION, dossier, var)).adresse
        return [_compare_choices(navigateur, adresse, niveau) for niveau in SONDES]


def _compare_choices(navigateur: Browser, adresse: str, niveau: str) -> Ligne:
    with open_context(navigateur) as contexte:
        ecran = open_ecran(contexte, f"{adresse}/?niveau={niveau}")
        durees = _repeat(_change_colours(ecran, OFFICIEL, SONDES[niveau]), 2 * TOURS_OFFICIEL)
    # The first one, that of the density, is not counted.
    officiel, densite = durees[::2], durees[1::2]
    (ici, ici_p95), (autre, autre_p95) = _median_and_p95(officiel), _median_and_p95(densite)
    return Ligne(
        f"choice of an official indicator to painted, by {niveau}, median and p95 of {len(officiel)}",
        f"{ici:,.0f} and {ici_p95:,.0f} ms",
        f"density: {autre:,.0f} and {autre_p95:,.0f} ms",
        f"{ici / autre:.2f}× and {ici_p95 / autre_p95:.2f}×",
        f"median ≤ {MARQUE_OFFICIEL}×",
        yes_or_no(held=ici <= MARQUE_OFFICIEL * autre),
    )


def _line(figure: str, durees: list[float], marque: int) -> Ligne:
    milieu, p95 = _median_and_p95(durees)
    return Ligne(
        f"{figure}, median and p95 of {len(durees)}",
        f"{milieu:,.0f} and {p95:,.0f} ms",
        marque=f"≤ {marque} ms",
        tenue=yes_or_no(held=p95 <= marque),
    )


def _median_and_p95(durees: list[float]) -> tuple[float, float]:
    return median(durees), quantiles(durees, n=20)[-1]


def _repeat(geste: Callable[[int], float], tours: int = TOURS) -> list[float]:
    """Make a gesture again and again; the first one is not counted."""
    return [geste(rang) for rang in range(tours + 1)][1:]


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


def _change_colours(
    ecran: Ecran, familles: tuple[str, str] = FAMILLES, sonde: str = "couleurs"
) -> Callable[[int], float]:
    liste = ecran.list_of_map()
    attendues = {}
    for ind in familles:
        liste.select_option(ind)
        ecran.settle()
        attendues[ind] = liste.evaluate("(_, sonde) => bancEssai[sonde](frameElement)", sonde)
    if len(set(attendues.values())) < len(familles):
        message = f"{' and '.join(familles)} are painted alike: nothing would tell them apart"
        raise RuntimeError(message)

    def change(rang: int) -> float:
        ind = familles[rang % 2]
        liste.evaluate(
            "(_, [attendue, sonde]) => bancEssai.armerCarte(attendue, sonde)",
            [attendues[ind], sonde],
        )
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
