"""The slides as PPTX, read back as XML, and drawn by LibreOffice where it is there."""

import datetime as dt
import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from itertools import combinations
from xml.etree import ElementTree as ET

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from PIL import Image as PIL_Image

from geo.evenement import make_evenement
from rendu.carte.palette import CHOISIE
from rendu.dessin.page import names_drawn
from rendu.dessin.polices import displayable, wrap
from rendu.mots.francais import SYNTHETIQUE
from rendu.supports.diaporama import make_event_pptx, make_pptx
from rendu.supports.diaporama_cartes import Image, make_carte_region
from rendu.supports.diaporama_texte import text_height
from rendu.supports.diapositives import make_diapositives
from rendu.supports.modele import Diapositive, Graphique

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
JOUR = dt.date(2026, 11, 22)
SIX_MAI = ("cpts-luxeuil", "cpts-bassin-vesulien")
LONG = "cpts-territoire-belfort"
EMU_PAR_PT = 12_700
EMU_PAR_POUCE = 914_400
PAGE = (12_192_000, 6_858_000)
CHIFFRE_MIN, PHRASE_MIN, LIGNE_MIN, PIED_MIN = 60, 20, 14, 8
RETRAIT_PT = 20


def squeeze(texte: str) -> str:
    """Leave out blanks: where a line breaks, and which space holds a colon, is not what is said."""
    return "".join(displayable(texte).split())


class Lecture:
    """The parts of a PPTX file."""

    def __init__(self, octets: bytes) -> None:
        self.archive = zipfile.ZipFile(io.BytesIO(octets))
        noms = [n for n in self.archive.namelist() if re.fullmatch(r"ppt/slides/slide\d+\.xml", n)]
        self.pages = [self.read(f"ppt/slides/slide{rang}.xml") for rang in range(1, len(noms) + 1)]

    def read(self, nom: str) -> ET.Element:
        return ET.fromstring(self.archive.read(nom))  # noqa: S314 - written by the test

    def linked(self, rang: int, genre: str) -> list[str]:
        """Return the parts of some kind that a slide refers to."""
        liens = self.read(f"ppt/slides/_rels/slide{rang}.xml.rels")
        return [f"ppt/{x.get('Target')[3:]}" for x in liens if x.get("Type").endswith(f"/{genre}")]

    def notes(self, rang: int) -> str:
        (nom,) = self.linked(rang, "notesSlide")
        return text(self.read(nom))


def text(element: ET.Element) -> str:
    return "".join(t.text or "" for t in element.iter(f"{A}t"))


def shapes(page: ET.Element) -> dict[str, ET.Element]:
    """Return the shapes of a slide by name: each name is there once."""
    formes = list(page.find(f"{P}cSld/{P}spTree"))[2:]
    noms = [next(forme.iter(f"{P}cNvPr")).get("name") for forme in formes]
    assert len(set(noms)) == len(noms)
    return dict(zip(noms, formes, strict=True))


def box(forme: ET.Element) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom in EMU."""
    coin, taille = next(forme.iter(f"{A}off")), next(forme.iter(f"{A}ext"))
    gauche, haut = int(coin.get("x")), int(coin.get("y"))
    return gauche, haut, gauche + int(taille.get("cx")), haut + int(taille.get("cy"))


def paragraphs(forme: ET.Element) -> list[tuple[str, float, bool, bool]]:
    """Return the text, size, boldness and bullet of each paragraph."""
    lus = []
    for paragraphe in forme.iter(f"{A}p"):
        style = next(paragraphe.iter(f"{A}rPr"))
        corps = int(style.get("sz")) / 100
        puce = paragraphe.find(f"{A}pPr").get("lvl") == "1"
        lus.append((text(paragraphe), corps, style.get("b") == "1", puce))
    return lus


@pytest.fixture(scope="module")
def evenement(atlas):
    return make_diapositives(atlas, SIX_MAI), make_event_pptx(atlas, SIX_MAI, JOUR)


@pytest.fixture(scope="module")
def lecture(evenement):
    return Lecture(evenement[1])


def test_the_legend_numbers_what_the_map_does(atlas):
    # Three small neighbours, and three more: one number finds no place.
    ids = ["cpts-belfort", "cpts-territoire-belfort", "cpts-pays-hericourt"]
    ids = [i for i in atlas.fiches.index if i in ids] + ["cpts-luxeuil", "cpts-bassin-vesulien"]
    for cpts_ids in (ids, list(atlas.fiches.index[:6])):
        carte = make_carte_region(atlas, make_evenement(atlas, cpts_ids), JOUR)
        poses = names_drawn(carte, (360.0, 760 / 3), legende_dessous=True)
        textes = [texte for _, texte in carte.legende]
        for rang, cpts_id in enumerate(cpts_ids, start=1):
            nom = atlas.fiches.loc[cpts_id, "nom"]
            assert (f"{rang} : {nom}" if str(rang) in poses else nom) in textes


@pytest.fixture(scope="module")
def point():
    """Make the smallest picture, in place of a map that takes time to draw."""
    fichier = io.BytesIO()
    PIL_Image.new("RGB", (1, 1)).save(fichier, "PNG")
    return Image(fichier.getvalue(), "Carte")


def write(diapositives, point=None, **suite) -> Lecture:
    images = {rang: point for rang, d in enumerate(diapositives) if d.carte}
    suite = {"titre": "Essai", "date": "6 mai 2022", "jour": JOUR} | suite
    return Lecture(make_pptx(diapositives, images, **suite))


def test_each_slide_says_what_it_has_to_say(evenement, lecture):
    diapositives, _ = evenement
    assert len(lecture.pages) == len(diapositives)
    for rang, (d, page) in enumerate(zip(diapositives, lecture.pages, strict=True), start=1):
        formes = shapes(page)
        assert formes["Titre"].find(f".//{P}ph").get("type") == "title"
        assert text(formes["Titre"]) == d.titre
        assert squeeze(text(formes["Texte"])) == squeeze("".join((d.chiffre, d.phrase, *d.lignes)))
        origines = "".join(f"D'où vient ce chiffre ? {o.texte}" for o in d.origines)
        dite = squeeze(d.parlee + origines)
        assert squeeze(lecture.notes(rang)) in (dite, f"{dite}{rang}")
        assert ("Sources" in formes) == bool(d.sources)
        for source in d.sources:
            assert squeeze(source) in squeeze(text(formes["Sources"]))
        assert squeeze(text(formes["Date et numéro"])) == squeeze(f"6 mai 2022 · {rang}")
        assert ("Marque" in formes) == d.indicatif
        assert ("Carte" in formes) == bool(d.carte)
        assert ("Graphique" in formes) == ("Tableau" in formes) == bool(d.graphique)


def test_everything_is_in_french(lecture):
    for nom in lecture.archive.namelist():
        if nom.startswith("ppt/") and nom.endswith(".xml") and "notesMaster" not in nom:
            assert b'lang="en' not in lecture.archive.read(nom), nom
    for page in lecture.pages:
        assert {style.get("lang") for style in page.iter(f"{A}rPr")} == {"fr-FR"}
    proprietes = text_of_properties(lecture)
    assert "CPTS de Luxeuil et CPTS du bassin vésulien" in proprietes
    assert "fr-FR" in proprietes
    assert "2026-11-22" in proprietes


def text_of_properties(lecture: Lecture) -> str:
    return " ".join(e.text or "" for e in lecture.read("docProps/core.xml").iter())


def test_maps_are_pictures_of_300_dots_an_inch_with_their_description(atlas, evenement, lecture):
    diapositives, _ = evenement
    vues = set()
    for rang, d in enumerate(diapositives, start=1):
        if not d.carte:
            continue
        (nom,) = lecture.linked(rang, "image")
        vues.add(nom)
        carte = shapes(lecture.pages[rang - 1])["Carte"]
        gauche, haut, droite, bas = box(carte)
        largeur_px, hauteur_px = PIL_Image.open(io.BytesIO(lecture.archive.read(nom))).size
        assert largeur_px == pytest.approx((droite - gauche) / EMU_PAR_POUCE * 300, abs=2)
        assert hauteur_px == pytest.approx((bas - haut) / EMU_PAR_POUCE * 300, abs=2)
        description = next(carte.iter(f"{P}cNvPr")).get("descr")
        attendus = SIX_MAI if d.cpts_id is None else [d.cpts_id]
        for cpts_id in attendus:
            assert atlas.fiches.loc[cpts_id, "nom"] in description
    # The region and each CPTS: a map that comes back is in the file once.
    assert len(vues) == 3


def test_charts_and_tables_are_native_and_hold_the_published_numbers(evenement, lecture):
    diapositives, _ = evenement
    (rang,) = [rang for rang, d in enumerate(diapositives, start=1) if d.graphique]
    graphique = diapositives[rang - 1].graphique
    (nom,) = lecture.linked(rang, "chart")
    trace = lecture.read(nom)
    noms = [v.text for v in trace.find(f".//{C}cat").iter(f"{C}v")]
    valeurs = [float(v.text) for v in trace.find(f".//{C}val").iter(f"{C}v")]
    assert tuple(zip(noms, valeurs, strict=True)) == graphique.series
    assert trace.find(f".//{C}min").get("val") in ("0", "0.0")
    (classeur,) = [n for n in lecture.archive.namelist() if n.endswith(".xlsx")]
    feuille = load_workbook(io.BytesIO(lecture.archive.read(classeur))).active
    assert tuple((a, float(b)) for a, b in list(feuille.values)[1:]) == graphique.series
    tableau = shapes(lecture.pages[rang - 1])["Tableau"]
    rangees = [[text(c) for c in rangee.iter(f"{A}tc")] for rangee in tableau.iter(f"{A}tr")]
    assert list(map(squeeze, rangees[0])) == [squeeze(graphique.titre), graphique.unite]
    assert [(a, float(b)) for a, b in rangees[1:]] == list(graphique.series)


def check_layout(page: ET.Element) -> None:
    """Every shape within the slide, none over another, and every text within its shape."""
    formes = shapes(page)
    boites = {nom: box(forme) for nom, forme in formes.items()}
    for gauche, haut, droite, bas in boites.values():
        assert 0 <= gauche < droite <= PAGE[0]
        assert 0 <= haut < bas <= PAGE[1]
    for (nom, a), (autre, b) in combinations(boites.items(), 2):
        separees = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert separees, (nom, autre)
    for nom in {"Titre", "Texte", "Marque", "Sources", "Avertissement"} & set(formes):
        gauche, haut, droite, bas = (v / EMU_PAR_PT for v in boites[nom])
        hauteur = sum(
            text_height(texte, droite - gauche - RETRAIT_PT * puce, corps, gras=gras)
            for texte, corps, gras, puce in paragraphs(formes[nom])
        )
        avant = sum(int(x.get("val")) / 100 for x in formes[nom].iter(f"{A}spcPts"))
        assert hauteur + avant <= bas - haut + 0.5, nom


def test_no_text_of_any_cpts_is_clipped_or_too_small_for_a_hall(atlas, point):
    for cpts_id in atlas.fiches.index:
        diapositives = make_diapositives(atlas, [cpts_id])
        lecture = write(diapositives, point)
        for d, page in zip(diapositives, lecture.pages, strict=True):
            check_layout(page)
            formes = shapes(page)
            tailles = [corps for _, corps, _, _ in paragraphs(formes["Texte"])]
            minimums = [
                *([CHIFFRE_MIN] if d.chiffre else []),
                PHRASE_MIN,
                *(LIGNE_MIN for _ in d.lignes),
            ]
            for taille, minimum in zip(tailles, minimums, strict=True):
                assert taille >= minimum, (d.titre, d.genre, tailles)
            if "Sources" in formes:
                assert paragraphs(formes["Sources"])[0][1] >= PIED_MIN


def test_a_number_stays_with_its_unit(point):
    modele = Diapositive(
        "region",
        None,
        "Région",
        "au moins 19 CPTS",
        "…",
        (),
        "…",
        (),
        indicatif=False,
        carte="region",
    )
    ((chiffre, corps, _, _), _) = paragraphs(shapes(write([modele], point).pages[0])["Texte"])
    lignes = wrap(chiffre, 334, corps, gras=True)
    assert [displayable(ligne).replace("\xa0", " ") for ligne in lignes] == ["au moins", "19 CPTS"]


def test_a_wide_figure_does_not_make_its_sentence_small(point):
    modele = Diapositive(
        *("medecin_traitant", "a", "CPTS", "plus de 8 %", "n'ont pas de médecin traitant", ()),
        *("…", ()),
        indicatif=False,
        carte="territoire",
    )
    (chiffre, phrase) = paragraphs(shapes(write([modele], point).pages[0])["Texte"])
    assert len(wrap(chiffre[0], 334, chiffre[1], gras=True)) == 1
    assert phrase[1] > PHRASE_MIN


HOSTILES = st.text(min_size=1, max_size=80) | st.sampled_from(
    [
        "<a:t>&amp;",
        "=HYPERLINK(1)",
        "\x00\x1f",
        "_x0041_",
        "x" * 400,
        "]]>",
        "\ud800",
        "\u200b",
        "\ufffe",
        "@a\nb",
    ]
)


@settings(max_examples=25)
@given(nom=HOSTILES, ligne=HOSTILES)
def test_any_text_stays_text(nom, ligne):
    graphique = Graphique(nom, ligne, ((nom, 3.0), (ligne, 1.0)))
    diapositive = Diapositive(
        "region_du_jour",
        None,
        nom,
        "",
        ligne,
        (ligne, nom),
        nom,
        (nom, ligne),
        indicatif=False,
        carte=None,
        graphique=graphique,
    )
    lecture = write([diapositive], titre=nom)
    formes = shapes(lecture.pages[0])
    assert squeeze(text(formes["Titre"])) == squeeze(nom)
    assert squeeze(text(formes["Texte"])) == squeeze(f"{ligne}{ligne}{nom}")
    (classeur,) = [n for n in lecture.archive.namelist() if n.endswith(".xlsx")]
    feuille = load_workbook(io.BytesIO(lecture.archive.read(classeur))).active
    assert all(cellule.data_type != "f" for rangee in feuille.rows for cellule in rangee)


def test_made_up_data_say_so_on_every_slide(evenement):
    for page in write(
        [replace(d, carte=None) for d in evenement[0]], avertissement=SYNTHETIQUE
    ).pages:
        assert squeeze(text(shapes(page)["Avertissement"])) == squeeze(SYNTHETIQUE)
        check_layout(page)


def test_the_region_shows_what_the_slide_counts(atlas):
    evenement = make_evenement(atlas, SIX_MAI)
    carte = make_carte_region(atlas, evenement, JOUR)
    assert len(carte.aires) + len(carte.marques) == len(evenement.montrees)
    choisies = [aire for aire in carte.aires if aire.remplissage == CHOISIE]
    assert len(choisies) == len(SIX_MAI)
    for rang, cpts_id in enumerate(SIX_MAI, start=1):
        nom = atlas.fiches.loc[cpts_id, "nom"]
        assert (CHOISIE, f"{rang} : {nom}") in carte.legende
        (numero,) = [n for n in carte.noms if n.texte == str(rang)]
        contour = atlas.territoires.geometry[cpts_id]
        # Outlines are simplified.
        assert numero.lieu.symmetric_difference(contour).area < 0.02 * contour.area
    assert carte.blanches is None
    autres = len(evenement.montrees) - len(SIX_MAI)
    assert any(f"({autres})" in texte for _, texte in carte.legende)


def test_a_cpts_that_does_not_exist_is_refused(atlas):
    with pytest.raises(KeyError):
        make_event_pptx(atlas, ["cpts-inconnue"], JOUR)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not there")
def test_libreoffice_draws_every_text_within_its_slide(atlas, evenement, tmp_path):
    diapositives = [*evenement[0], *make_diapositives(atlas, [LONG])]
    fichier = tmp_path / "essai.pptx"
    sans_cartes = [replace(d, carte=None) for d in diapositives]
    fichier.write_bytes(make_pptx(sans_cartes, {}, titre="Essai", date="6 mai 2022", jour=JOUR))
    subprocess.run(
        [
            shutil.which("soffice"),
            f"-env:UserInstallation=file://{tmp_path}/profil",
            *("--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(fichier)),
        ],
        check=True,
        capture_output=True,
    )
    pages = list(pypdfium2.PdfDocument(tmp_path / "essai.pdf"))
    assert len(pages) == len(diapositives)
    for d, page in zip(diapositives, pages, strict=True):
        textes = page.get_textpage()
        lu = squeeze(textes.get_text_range().replace("\ufffe", "-"))
        for attendu in (d.titre, d.chiffre, d.phrase, *d.lignes, *d.sources):
            assert squeeze(attendu) in lu.replace("•", "")
        largeur, hauteur = page.get_size()
        for rang in range(textes.count_rects()):
            gauche, bas, droite, haut = textes.get_rect(rang)
            assert 0 <= gauche <= droite <= largeur
            assert 0 <= bas <= haut <= hauteur
