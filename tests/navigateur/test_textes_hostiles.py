"""Texts of files that are code for something: shown as text on every page, on the map and in the player."""

from functools import partial

import pytest

from geo.atelier.composition import take_composition
from geo.atelier.gestes import ATTRIBUER, JUSTIFIER, Geste
from geo.atelier.journal import Journal
from geo.base.connexion import file_base
from geo.chargement import load
from geo.importation.versions import Depot
from tests.hostile import HOTE, MELANGE, PAYLOADS, write_hostile_csv, write_hostile_data
from tests.navigateur.outils import CARTE, Ecran, serve
from tests.navigateur.test_pages import AVEC_CARTE
from ui.serveur.pages import PAGES

VISITEES = {
    "app.py": "?dep=70&cpts=cpts-luxeuil",
    "pages/fiche.py": "fiche?cpts=cpts-luxeuil",
    "pages/zones_blanches.py": "zones_blanches?dep=70&complet=70&zone=70310",
    "pages/comparer.py": "comparer?t=cpts:cpts-luxeuil,cpts:cpts-pays-hericourt,dep:70,dep:25",
    "pages/deploiement.py": "deploiement?date=2022-05-06&dep=70",
    "pages/presentation.py": "presentation?cpts=cpts-luxeuil,cpts-bassin-vesulien",
    "pages/atelier.py": "atelier?dep=70&scenario=",
    "pages/donnees.py": "donnees",
    "pages/compte.py": "compte",
    "pages/mentions.py": "mentions",
}
# What is written last.
FINS = {
    "pages/mentions.py": "Données et licences",
    "pages/atelier.py": "Emporter",
    "pages/compte.py": "Ce serveur n'a pas de comptes",
}
SANS_MELANGE = ("pages/donnees.py", "pages/compte.py", "pages/mentions.py")

# What only a text taken for code makes; the pages themselves have arrows and badges of ours, and no word « skull ».
FAITS_D_UN_TEXTE = """(hote) => {
    const adresses = ["src", "href", "action", "data", "formaction", "xlink:href"];
    const piege = ({ name, value }) => name.startsWith("on")
        || (adresses.includes(name) && (value === "x" || value.includes(hote) || /^(javascript|mailto|data:text)/i.test(value)));
    const faits = [...document.querySelectorAll("*")].filter((e) => [...e.attributes].some(piege));
    const marques = ".katex, [data-testid=stMain] :is(del, blockquote, s), .stMarkdownColoredText, details[ontoggle]";
    faits.push(...document.querySelectorAll(marques));
    faits.push(...[...document.querySelectorAll("code")].filter((e) => /alert|^code$/.test(e.textContent)));
    faits.push(...[...document.querySelectorAll("[data-testid=stIconMaterial]")].filter((e) => e.textContent === "skull"));
    const signes = document.body.innerText.match(/💀|👍|a → b|b ← c|c – d|d ≥ e|d ≤ e/gu) ?? [];
    return [...faits.map((e) => e.outerHTML.slice(0, 200)), ...signes];
}"""


@pytest.fixture(scope="module")
def dossier(tmp_path_factory):
    dossier = tmp_path_factory.mktemp("hostile")
    write_hostile_data(dossier / "data")
    return dossier


@pytest.fixture(scope="module")
def scenario_hostile(dossier):
    """Begin a scenario of hostile CPTS, under a hostile name, with a gesture that names one."""
    atlas = load(dossier / "data")
    journal = Journal(file_base(Depot(dossier / "var", dossier / "data").dossier))
    depart = take_composition(atlas)
    scenario_id = journal.create(depart, nom=MELANGE, auteur=MELANGE, note="", version_depart=0)
    motif = Geste(JUSTIFIER, cpts=("cpts-luxeuil",), motif=MELANGE)
    donne = Geste(ATTRIBUER, vers={"cpts-luxeuil": ("70310",)})
    journal.append(scenario_id, 0, [("1", donne), ("2", motif)])
    return scenario_id


@pytest.fixture(scope="module")
def serveur_hostile(dossier):
    donnees = dossier / "data"
    with serve(CPTS_DATA_DIR=str(donnees), CPTS_VAR_DIR=str(dossier / "var")) as adresse:
        yield adresse


def check_nothing_ran(ecran: Ecran) -> None:
    for cadre in ecran.page.frames:
        assert cadre.evaluate(FAITS_D_UN_TEXTE, HOTE) == []
    assert (ecran.alertes, ecran.ailleurs, ecran.erreurs, ecran.interdits) == ([], [], [], [])


def words(ecran: Ecran) -> str:
    """Return what is written, without the joiners that keep texts from being transformed."""
    return " ".join(ecran.page.locator("body").inner_text().replace("\u2060", "").split())


def test_every_page_is_tried():
    assert set(VISITEES) == {page.chemin for page in PAGES}


@pytest.mark.parametrize("chemin", VISITEES)
def test_texts_stay_texts(serveur_hostile, scenario_hostile, ouvrir, chemin):
    ecran = ouvrir()
    suite = scenario_hostile if chemin == "pages/atelier.py" else ""
    ecran.page.goto(f"{serveur_hostile}/{VISITEES[chemin]}{suite}")
    ecran.page.get_by_text(FINS.get(chemin, "Sources")).last.wait_for(state="attached")
    if chemin in AVEC_CARTE:
        ecran.wait_map()
    ecran.settle()
    ecrits = words(ecran)
    assert "\\[" not in ecrits
    if chemin not in SANS_MELANGE:
        assert MELANGE in ecrits
    if chemin == "app.py":
        ecran.page.get_by_role("button", name="Ce que comptent ces chiffres").click()
        ecran.page.get_by_text("périmètres établis seulement").first.wait_for()
        ecran.page.keyboard.press("Escape")
        bulle = ecran.hover(partial(ecran.point_of, "cpts-luxeuil"))
        bulle.get_by_text(MELANGE).first.wait_for()
        noms = ecran.page.frame_locator(CARTE).locator(".nom").all_inner_texts()
        assert any(nom in PAYLOADS for nom in noms)
    if chemin == "pages/atelier.py":
        panneau = ecran.page.frame_locator(CARTE).locator(".atelier")
        panneau.locator(".carte-cpts").first.wait_for()
        assert any(nom in panneau.locator(".carte-cpts h3").first.inner_text() for nom in PAYLOADS)
    if chemin == "pages/fiche.py":
        ecran.page.get_by_role("link", name="Suivante").hover()
        ecran.page.locator("[data-testid=stTooltipContent]").first.wait_for()
    check_nothing_ran(ecran)


def test_a_hostile_table_is_read_up_to_the_summary_of_its_change(serveur_hostile, ouvrir, tmp_path):
    ecran = ouvrir(1440, 1400)
    ecran.page.goto(f"{serveur_hostile}/donnees")
    ecran.page.get_by_role("tab", name="Importer", exact=True).click()
    table = write_hostile_csv(tmp_path / "[clic](x) $x$ www.piege.test :skull:.csv")
    depot = ecran.page.get_by_role("tabpanel", name="Importer", exact=True)
    depot.locator("input[type=file]").set_input_files(str(table))
    ecran.page.get_by_role("heading", name="3. Régler").wait_for()
    ecran.settle()
    check_nothing_ran(ecran)
    ecran.page.get_by_role("button", name="Voir ce que cela changerait").click()
    ecran.page.get_by_role("heading", name="5. Mettre en usage").wait_for()
    ecran.wait_map()
    ecran.settle()
    check_nothing_ran(ecran)


def test_the_kit_opened_from_a_file(serveur_hostile, ouvrir, chromium, tmp_path):
    ecran = ouvrir()
    ecran.page.goto(f"{serveur_hostile}/{VISITEES['pages/presentation.py']}")
    bouton = ecran.page.get_by_role("button", name="Kit hors ligne")
    bouton.wait_for()
    with ecran.page.expect_download() as attendu:
        bouton.click()
    attendu.value.save_as(tmp_path / "kit.html")
    hors_ligne = chromium.new_context(offline=True)
    kit = Ecran(hors_ligne.new_page())
    demandes: list[str] = []
    kit.page.on("request", lambda demande: demandes.append(demande.url))
    kit.page.goto((tmp_path / "kit.html").as_uri())
    kit.page.locator("#lecteur[data-rang='1']").wait_for()
    kit.page.keyboard.press("n")
    total = int(kit.page.locator("#position").inner_text().split("/")[1])
    lus = []
    for rang in range(1, total + 1):
        kit.page.locator(f"#lecteur[data-rang='{rang}']").wait_for()
        lus.append(words(kit))
        check_nothing_ran(kit)
        kit.page.keyboard.press("PageDown")
    assert any(MELANGE in texte for texte in lus)
    assert [d for d in demandes if not d.startswith(("file:", "data:"))] == []
    hors_ligne.close()
