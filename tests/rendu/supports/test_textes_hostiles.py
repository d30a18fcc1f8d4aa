"""What leaves the application, made of data whose every text is code for something: no link, no script, no formula."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from geo.affichage import simplify_communes
from geo.chargement import load
from geo.evenement import make_evenement
from geo.export import to_csv, to_xlsx
from geo.fiche import make_fiche
from rendu.dessin.page import draw_carte_svg
from rendu.supports.carte_evenement import make_carte_evenement
from rendu.supports.cartes import make_carte_cpts
from rendu.supports.diaporama import make_event_pptx
from rendu.supports.diapositives import make_diapositives
from rendu.supports.fiche_pdf import make_fiche_pdf
from rendu.supports.lecteur import make_lecteur
from rendu.supports.lecteur_cartes import make_cartes
from tests.hostile import HOTE, PAYLOADS, write_hostile_data
from tests.rendu.supports.test_lecteur import Lecture

JOUR = dt.date(2026, 11, 28)
EVENEMENT = ("cpts-luxeuil", "cpts-bassin-vesulien")
# What a PDF does by itself or when it is clicked, and what it carries along; « /A » is left out, which in a tag means
# its attributes: an action has one only in an annotation, and there is none.
ACTIFS_PDF = {"/AA", "/OpenAction", "/JS", "/JavaScript", "/EmbeddedFiles", "/Launch", "/URI"}
LIEN = re.compile(
    r"hyperlink|TargetMode=\"External\"|oleObject|vbaProject|externalLink", re.IGNORECASE
)


@pytest.fixture(scope="module")
def dossier(tmp_path_factory):
    return write_hostile_data(tmp_path_factory.mktemp("hostile") / "data")


@pytest.fixture(scope="module")
def hostile(dossier):
    return load(dossier)


def test_every_payload_is_in_the_data(dossier):
    textes = set()
    for chemin in dossier.glob("*.csv"):
        table = pd.read_csv(chemin, dtype=str, keep_default_na=False)
        textes |= set(table.to_numpy().ravel())
    assert len(PAYLOADS) >= 40
    assert set(PAYLOADS) <= textes


def keys(objet, vus: set[int]) -> Iterator[str]:
    """Walk all that a PDF holds."""
    if isinstance(objet, IndirectObject):
        if objet.idnum in vus:
            return
        vus.add(objet.idnum)
        objet = objet.get_object()
    if isinstance(objet, DictionaryObject):
        for cle in objet:
            yield cle
            yield from keys(objet.raw_get(cle), vus)
    elif isinstance(objet, ArrayObject):
        for membre in list.__iter__(objet):
            yield from keys(membre, vus)


# With a perimeter, indicative or not, and without one.
@pytest.mark.parametrize("cpts_id", [*EVENEMENT, "cpts-grand-lons"])
def test_a_sheet_on_paper_does_nothing(hostile, cpts_id):
    lecteur = PdfReader(io.BytesIO(make_fiche_pdf(hostile, cpts_id, JOUR)))
    trouvees = set(keys(lecteur.trailer, set()))
    assert "/Contents" in trouvees
    assert not trouvees & ACTIFS_PDF
    assert not any("/Annots" in page for page in lecteur.pages)


def parts(octets: bytes) -> Iterator[tuple[str, str]]:
    """Read the XML of a document of Office, and of the workbooks inside it."""
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        for nom in archive.namelist():
            if nom.endswith(".xlsx"):
                yield from parts(archive.read(nom))
            elif nom.endswith((".xml", ".rels")):
                yield nom, archive.read(nom).decode("utf-8")


def check_office(octets: bytes) -> None:
    for nom, xml in parts(octets):
        balises = {element.tag.rpartition("}")[2] for element in ET.fromstring(xml).iter()}  # noqa: S314 - our own file
        assert not balises & {"hlinkClick", "hlinkHover", "hlinkMouseOver", "hyperlink"}, nom
        if nom.endswith(".rels"):
            assert not LIEN.search(xml), nom
        if "worksheets/" in nom:
            assert "f" not in balises, nom


def test_the_slides_lead_nowhere(hostile):
    check_office(make_event_pptx(hostile, EVENEMENT, JOUR))


def test_tables_have_no_formula_and_no_link(hostile):
    tables = {
        "cpts": hostile.fiches,
        "départements": hostile.departements,
        "=1+1": hostile.perimetres,
        "jalons": hostile.jalons,
    }
    check_office(to_xlsx(tables, hostile.sources))
    for table in (*tables.values(), hostile.sources):
        lu = pd.read_csv(io.BytesIO(to_csv(table)), sep=";", dtype=str, keep_default_na=False)
        textes = [t for t in lu.to_numpy().ravel() if re.match(r"\s*[=+@-]", t)]
        assert [t for t in textes if not re.fullmatch(r"-?\d+([.,]\d+)?", t)] == []


@pytest.mark.parametrize("cpts_id", EVENEMENT)
def test_a_map_is_only_drawn(hostile, cpts_id):
    check_svg(draw_carte_svg(make_carte_cpts(hostile, make_fiche(hostile, cpts_id), JOUR)))


def test_the_map_of_an_event_is_only_drawn(hostile):
    evenement = make_evenement(hostile, EVENEMENT)
    check_svg(draw_carte_svg(make_carte_evenement(hostile, evenement, JOUR)))


def check_svg(svg: str) -> None:
    for element in ET.fromstring(svg).iter():  # noqa: S314 - our own file
        balise = element.tag.rpartition("}")[2]
        assert balise not in {"script", "foreignObject", "a", "image", "style", "iframe", "animate"}
        for complet, valeur in element.attrib.items():
            nom = complet.rpartition("}")[2]
            assert not nom.startswith("on")
            assert nom != "href" or valeur.startswith("#")
            assert HOTE not in valeur


def test_the_player_has_the_elements_it_has_without_them(atlas, hostile):
    contours = simplify_communes(atlas.communes)
    propre, piege = (Lecture(play(donnees, contours)) for donnees in (atlas, hostile))
    assert [nom for nom, _ in piege.balises] == [nom for nom, _ in propre.balises]
    assert [set(siens) for _, siens in piege.balises] == [set(siens) for _, siens in propre.balises]
    assert len(piege.scripts) == len(propre.scripts)
    assert HOTE in piege.scripts[0]


def play(donnees, contours) -> str:
    return make_lecteur(
        str(donnees.fiches.loc["cpts-luxeuil", "nom"]),
        make_diapositives(donnees, EVENEMENT),
        make_cartes(donnees, contours, make_evenement(donnees, EVENEMENT)),
        leaflet_js="",
        leaflet_css="",
        date="6 mai 2022",
        fiches=[
            (str(donnees.fiches.loc[i, "nom"]), f"https://atlas.example.fr/fiche?cpts={i}")
            for i in EVENEMENT
        ],
        synthetique=False,
    )
