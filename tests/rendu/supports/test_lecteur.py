"""The player: one text, safe whatever the names hold, whose maps and figures are those of the atlas."""

import base64
import dataclasses
import datetime as dt
import hashlib
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.affichage import simplify_communes
from geo.chargement import load
from geo.evenement import make_evenement
from geo.fiche import make_fiche
from rendu.carte.palette import LEGENDE_INDICATIF
from rendu.dessin.page import draw_carte_svg
from rendu.mots.francais import SYNTHETIQUE
from rendu.supports.cartes import make_carte_cpts
from rendu.supports.codes_qr import clean_address, make_qr_svg, sheet_address
from rendu.supports.diaporama import make_event_pptx
from rendu.supports.diapositives import make_diapositives
from rendu.supports.fiche_pdf import make_fiche_pdf
from rendu.supports.lecteur import make_lecteur, to_script_json
from rendu.supports.lecteur_cartes import make_cartes
from tests.conftest import DATA
from tests.geo.dessin import write_dossier

LEAFLET = Path(__file__).resolve().parents[3] / "static" / "leaflet"
SIX_MAI = ("cpts-luxeuil", "cpts-bassin-vesulien")
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\u2028`${1}` & « é »"
ANGLAIS_OU_VIDE = re.compile(r"\b(nan|None|null|undefined|N/A)\b")
MO = 1_000_000


class Lecture(HTMLParser):
    """Read the elements of a page, with the text of its scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.balises: list[tuple[str, dict[str, str | None]]] = []
        self.textes: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, balise, attributs):
        self.balises.append((balise, dict(attributs)))

    def handle_data(self, texte):
        self.textes.append((self.balises[-1][0] if self.balises else "", texte))

    @property
    def scripts(self) -> list[str]:
        return [texte for balise, texte in self.textes if balise == "script" and texte.strip()]


@pytest.fixture(scope="module")
def ailleurs(tmp_path_factory):
    """Read the shipped data with one undrawn CPTS in a department of which they hold no commune."""
    dossier = shutil.copytree(DATA, tmp_path_factory.mktemp("ailleurs") / "data")
    lignes = pd.read_csv(dossier / "cpts_fiches.csv", dtype=str, keep_default_na=False)
    lignes.loc[lignes["cpts_id"] == "cpts-chalonnais", "departements"] = "75"
    lignes.to_csv(dossier / "cpts_fiches.csv", index=False)
    return load(dossier)


@pytest.fixture(scope="module")
def contours(atlas):
    return simplify_communes(atlas.communes)


@pytest.fixture(scope="module")
def jouer(atlas, contours):
    """Write the player of some CPTS of the shipped data."""

    def make(*cpts_ids, titre="Événement", fiches=(), synthetique=False):
        return make_lecteur(
            titre,
            make_diapositives(atlas, cpts_ids),
            make_cartes(atlas, contours, make_evenement(atlas, cpts_ids)),
            leaflet_js=(LEAFLET / "leaflet.js").read_text(encoding="utf-8"),
            leaflet_css=(LEAFLET / "leaflet.css").read_text(encoding="utf-8"),
            date="6 mai 2022",
            fiches=fiches,
            synthetique=synthetique,
        )

    return make


@pytest.fixture(scope="module")
def six_mai(jouer):
    return jouer(*SIX_MAI)


def data_of(page: str) -> dict:
    return json.loads(Lecture(page).scripts[0])


def test_two_cpts_weigh_three_megabytes_at_most(six_mai):
    assert len(six_mai.encode()) <= 3 * MO


def test_the_page_asks_for_nothing(six_mai):
    lecture = Lecture(six_mai)
    adresses = [a for _, attributs in lecture.balises for a in ("src", "href") if a in attributs]
    assert adresses == []
    assert "link" not in {balise for balise, _ in lecture.balises}
    regle = next(
        attributs["content"]
        for balise, attributs in lecture.balises
        if attributs.get("http-equiv") == "Content-Security-Policy"
    )
    assert regle.startswith("default-src 'none';")
    assert "unsafe" not in regle
    assert not re.search(r"https?:|\*", regle)


def test_the_policy_allows_the_scripts_and_the_style_of_the_page_as_they_are(six_mai):
    lecture = Lecture(six_mai)
    style = next(texte for balise, texte in lecture.textes if balise == "style")
    for texte in (*lecture.scripts[1:], style):
        empreinte = base64.b64encode(hashlib.sha256(texte.encode()).digest()).decode()
        assert f"'sha256-{empreinte}'" in six_mai
    assert "\r" not in six_mai


def test_the_slides_of_the_page_are_those_of_the_event(atlas, six_mai):
    attendues = [dataclasses.asdict(d) for d in make_diapositives(atlas, SIX_MAI)]
    assert data_of(six_mai)["diapositives"] == json.loads(json.dumps(attendues))


def test_the_same_event_makes_the_same_page(jouer, six_mai):
    assert jouer(*SIX_MAI) == six_mai


@given(st.text())
def test_data_stay_data_inside_a_script(texte):
    ecrit = to_script_json({"nom": texte + HOSTILE})
    assert not set(ecrit) & set("<>&\u2028\u2029")
    assert json.loads(ecrit) == {"nom": texte + HOSTILE}


def test_hostile_names_stay_text(atlas, contours):
    hostiles = dataclasses.replace(
        atlas,
        fiches=atlas.fiches.assign(nom=HOSTILE),
        communes=atlas.communes.assign(nom=HOSTILE),
        departements=atlas.departements.assign(nom=HOSTILE, nom_region=HOSTILE),
        sources=atlas.sources.assign(titre=HOSTILE, producteur=HOSTILE),
    )
    page = make_lecteur(
        HOSTILE,
        make_diapositives(hostiles, SIX_MAI),
        make_cartes(hostiles, contours, make_evenement(hostiles, SIX_MAI)),
        leaflet_js="",
        leaflet_css="",
        date=HOSTILE,
        fiches=[(HOSTILE, "https://atlas.example.fr/fiche?cpts=a")],
        synthetique=False,
    )
    lecture = Lecture(page)
    assert [balise for balise, _ in lecture.balises].count("script") == 3
    assert "img" not in {balise for balise, _ in lecture.balises}
    assert data_of(page)["codes"][0]["nom"] == HOSTILE


def test_what_is_to_be_said_has_no_place_on_the_projected_screen(six_mai):
    """It is for the presenter's window, which a button of the page opens, and for who listens to the page."""
    boutons = {
        attributs["id"]: attributs.get("aria-label", attributs["title"])
        for balise, attributs in Lecture(six_mai).balises
        if balise == "button"
    }
    assert boutons["bouton-orateur"] == "Fenêtre de l'orateur"
    identifiants = {attributs.get("id") for _, attributs in Lecture(six_mai).balises}
    assert not {"notes", "parole"} & identifiants
    assert "annonce" in identifiants


def test_made_up_data_are_told_on_every_slide(jouer, six_mai):
    assert SYNTHETIQUE in jouer(*SIX_MAI, synthetique=True)
    assert SYNTHETIQUE not in six_mai


def test_every_cpts_has_a_player_in_french(atlas, contours):
    for cpts_id in atlas.fiches.index:
        evenement = make_evenement(atlas, [cpts_id])
        cartes = make_cartes(atlas, contours, evenement)
        ecrit = to_script_json(
            [cartes["region"]["legende"], cartes["territoires"][cpts_id]["noms"]]
        )
        assert not ANGLAIS_OU_VIDE.search(ecrit)
        mots = [ligne["texte"] for ligne in cartes["territoires"][cpts_id]["legende"]]
        indicatif = atlas.fiches.loc[cpts_id, "confiance"] == "hypothese"
        assert (LEGENDE_INDICATIF in mots) == indicatif
        assert cartes["territoires"][cpts_id]["indicatif"] == indicatif


def test_the_map_of_a_cpts_shows_its_communes_and_no_other(atlas, six_mai):
    cartes = data_of(six_mai)["cartes"]
    dessinees = {objet["id"] for objet in cartes["communes"]["features"]}
    for cpts_id in SIX_MAI:
        siennes = set(atlas.adhesions.loc[atlas.adhesions["cpts_id"] == cpts_id, "code_commune"])
        carte = cartes["territoires"][cpts_id]
        assert set(carte["communes"]) == siennes
        assert siennes <= dessinees
        assert not siennes & set(carte["voisines"])


def test_the_region_shows_what_was_there_at_the_date(atlas, six_mai):
    region = data_of(six_mai)["cartes"]["region"]
    montrees = set(make_evenement(atlas, SIX_MAI).montrees)
    choisies = {t["id"] for t in region["territoires"]["features"] if t["properties"]["choisie"]}
    assert choisies == set(SIX_MAI)
    assert len(region["territoires"]["features"]) + len(region["reperes"]) == len(montrees)
    plus_tard = {"cpts-pays-hericourt", "cpts-portes-haut-doubs", "cpts-chalonnais"}
    assert not plus_tard & {t["id"] for t in region["territoires"]["features"]}


def test_a_cpts_without_perimeter_has_a_mark_and_no_outline(atlas, contours):
    cartes = make_cartes(atlas, contours, make_evenement(atlas, ["cpts-grand-lons"]))
    carte = cartes["territoires"]["cpts-grand-lons"]
    assert carte["contour"] is None
    assert carte["communes"] == []
    assert len(carte["reperes"]) == 1
    assert [ligne["genre"] for ligne in carte["legende"]] == ["point"]


def test_a_drawn_folder_has_its_player(tmp_path):
    """The smallest atlas there is: four squares and two CPTS."""
    from geo.chargement import load  # noqa: PLC0415 - beside its only use

    dessine = load(write_dossier(tmp_path / "data"))
    ids = tuple(dessine.fiches.index)
    cartes = make_cartes(dessine, simplify_communes(dessine.communes), make_evenement(dessine, ids))
    assert json.loads(to_script_json(cartes)).keys() == cartes.keys()
    assert set(cartes["territoires"]) == set(ids)


def test_codes_are_there_only_with_a_public_address(jouer, six_mai):
    assert data_of(six_mai)["codes"] == []
    adresse = sheet_address("https://atlas.example.fr", "cpts-luxeuil")
    (code,) = data_of(jouer(*SIX_MAI, fiches=[("CPTS de Luxeuil", adresse)]))["codes"]
    assert code["adresse"] == adresse
    assert base64.b64decode(code["image"].partition(",")[2]).decode() == make_qr_svg(adresse)


@given(st.one_of(st.text(), st.from_regex(r"(https?|ftp|javascript|data)://?\S{0,30}")))
def test_a_public_address_is_a_web_address_or_nothing(texte):
    adresse = clean_address(texte)
    if adresse is not None:
        assert re.match(r"https?://[^/]", adresse, re.IGNORECASE)
        assert not re.search(r"\s", adresse)
        assert adresse == clean_address(adresse)


@pytest.mark.parametrize(
    "texte",
    [
        "",
        "atlas.example.fr",
        "javascript:alert(1)",
        "ftp://a.fr",
        "https://",
        "https://a.fr/?x=1",
        "https://a b.fr",
        "http://[x",
    ],
)
def test_what_is_no_public_address(texte):
    assert clean_address(texte) is None


def test_a_cpts_without_any_commune_in_the_data_is_still_shown(ailleurs):
    cpts_id, jour = "cpts-chalonnais", dt.date(2026, 11, 22)
    evenement = make_evenement(ailleurs, [cpts_id])
    cartes = make_cartes(ailleurs, simplify_communes(ailleurs.communes), evenement)
    lon, lat = ailleurs.fiches.loc[cpts_id, ["repere_lon", "repere_lat"]]
    for carte in (cartes["region"], cartes["territoires"][cpts_id]):
        (sud, ouest), (nord, est) = carte["bornes"]
        assert sud < lat < nord
        assert ouest < lon < est
    assert "NaN" not in to_script_json(cartes)
    carte = make_carte_cpts(ailleurs, make_fiche(ailleurs, cpts_id), jour)
    assert 'r="5.5"' in draw_carte_svg(carte)
    assert make_fiche_pdf(ailleurs, cpts_id, jour).startswith(b"%PDF")
    assert make_event_pptx(ailleurs, [cpts_id], jour)


def test_neighbours_are_every_cpts_drawn_as_on_the_sheet(atlas, contours):
    cartes = make_cartes(atlas, contours, make_evenement(atlas, SIX_MAI))
    # Launched in 2024, after the event: a commune of it is no « other commune ».
    hericourt = set(
        atlas.adhesions.loc[atlas.adhesions["cpts_id"] == "cpts-pays-hericourt", "code_commune"]
    )
    for territoire in cartes["territoires"].values():
        assert hericourt & set(territoire["voisines"])
