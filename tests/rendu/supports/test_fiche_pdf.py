"""The sheet on paper, read back by two readers that did not write it."""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from io import BytesIO

import numpy as np
import pandas as pd
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import ContentStream, DictionaryObject

from geo.fiche import make_fiche
from rendu.carte.palette import CHOISIE, VOISINE
from rendu.dessin.polices import displayable
from rendu.mots.etapes import stage_parts
from rendu.mots.faits import part_texts
from rendu.mots.fiche import gap_rows
from rendu.mots.francais import capitale
from rendu.supports.fiche_pdf import make_fiche_pdf, sheet_data

JOUR = dt.date(2026, 11, 22)
# Crossing two departments, the longest name, nothing known, no perimeter but figures, several confidences.
CHOISIES = (
    *(
        "cpts-luxeuil",
        "cpts-pays-hericourt",
        "cpts-territoire-belfort",
        "cpts-nevers-sud-nivernais",
    ),
    *("cpts-chalonnais", "cpts-21-52"),
)
A4_PT = (595, 842)
MARGE_PT = 40


@pytest.fixture(scope="module")
def pdf(atlas):
    return lru_cache(lambda cpts_id: make_fiche_pdf(atlas, cpts_id, JOUR))


def squeeze(texte: str) -> str:
    """Leave out blanks: where a line breaks is not what is said."""
    return "".join(texte.replace("\u200b", "").split())


def read(octets: bytes) -> str:
    document = pypdfium2.PdfDocument(octets)
    return squeeze("".join(page.get_textpage().get_text_range() for page in document))


@pytest.mark.parametrize("cpts_id", CHOISIES)
def test_the_sheet_says_what_the_page_says(atlas, pdf, cpts_id):
    fiche = make_fiche(atlas, cpts_id)
    ligne = atlas.fiches.loc[cpts_id]
    lu = read(pdf(cpts_id))
    attendus = [
        fiche.nom,
        *map(capitale, stage_parts(ligne)[:1]),
        *stage_parts(ligne)[1:],
        *(texte for rangee in gap_rows(atlas.registre, fiche) for texte in rangee.values()),
        *part_texts(atlas.registre, atlas.faits_de(cpts_id)),
        *ligne["priorites"],
        *ligne["partenaires"],
        *(f"{c.code_commune}{c.nom}" for c in fiche.communes.itertuples()),
        *fiche.communes["nom_epci"].dropna().unique(),
        "22 novembre 2026",
    ]
    for attendu in attendus:
        assert squeeze(attendu) in lu, attendu


@pytest.mark.parametrize("cpts_id", CHOISIES)
def test_it_is_tagged_french_and_declares_its_standard(atlas, pdf, cpts_id):
    lecteur = PdfReader(BytesIO(pdf(cpts_id)))
    racine = lecteur.trailer["/Root"]
    assert racine["/MarkInfo"]["/Marked"]
    assert str(racine["/Lang"]).startswith("fr")
    assert lecteur.metadata.title == f"{atlas.fiches.loc[cpts_id, 'nom']} : fiche"
    assert b"pdfuaid:part" in racine["/Metadata"].get_data()
    elements = list(structure(racine["/StructTreeRoot"]))
    genres = [str(element.get("/S")) for element in elements]
    assert genres.count("/H1") == 1
    assert "/Table" in genres
    assert "/TH" in genres
    figures = [str(element["/Alt"]) for element in elements if element.get("/S") == "/Figure"]
    assert len(figures) == 1
    assert figures[0].startswith("Carte : ")


@pytest.mark.parametrize("cpts_id", CHOISIES)
def test_no_glyph_is_missing_and_nothing_is_clipped(pdf, cpts_id):
    octets = pdf(cpts_id)
    lecteur = PdfReader(BytesIO(octets))
    glyphes = [g for page in lecteur.pages for g in shown_glyphs(page["/Contents"], lecteur)]
    assert len(glyphes) > 300
    # Glyph 0 of a font is the empty box drawn for want of another.
    assert 0 not in glyphes
    for page in pypdfium2.PdfDocument(octets):
        assert page.get_size() == pytest.approx(A4_PT, abs=1)
        for gauche, bas, droite, haut in glyph_boxes(page):
            assert MARGE_PT <= gauche <= droite <= A4_PT[0] - MARGE_PT
            assert MARGE_PT - 15 <= bas <= haut <= A4_PT[1] - MARGE_PT


def test_the_first_page_holds_the_figures_the_map_and_the_project(pdf):
    for cpts_id in CHOISIES:
        lecteur = pypdfium2.PdfDocument(pdf(cpts_id))
        premiere = squeeze(lecteur[0].get_textpage().get_text_range())
        for titre in (
            "Annoncé",
            "Sans médecin traitant",
            "Sources :",
            "Priorités",
            "Périmètre",
            "Partenaires",
        ):
            assert squeeze(titre) in premiere, (cpts_id, titre)


def test_the_map_is_drawn_in_its_colours(pdf):
    parts = {}
    for cpts_id in ("cpts-luxeuil", "cpts-nevers-sud-nivernais"):
        pixels = pypdfium2.PdfDocument(pdf(cpts_id))[0].render(scale=1.5).to_numpy()[..., ::-1]
        parts[cpts_id] = [
            (np.abs(pixels.astype(int) - [int(c[i : i + 2], 16) for i in (1, 3, 5)]) < 4)
            .all(axis=2)
            .mean()
            for c in (CHOISIE, VOISINE)
        ]
    assert parts["cpts-luxeuil"][0] > 0.02
    assert parts["cpts-luxeuil"][1] > 0.02
    # Nothing is known of it: nothing is drawn in its colour.
    assert parts["cpts-nevers-sud-nivernais"][0] == 0


def test_the_same_day_makes_the_same_file(atlas, pdf):
    assert make_fiche_pdf(atlas, "cpts-nevers-sud-nivernais", JOUR) == pdf(
        "cpts-nevers-sud-nivernais"
    )


def test_how_each_commune_is_known_is_said_where_it_differs(atlas):
    melange = sheet_data(atlas, make_fiche(atlas, "cpts-21-52"), JOUR)
    assert {rangee[-1] for rangee in melange["communes"]} == {"documenté", "indicatif"}
    assert "n'est pas officielle" in melange["annexe_note"]
    etabli = sheet_data(atlas, make_fiche(atlas, "cpts-pays-hericourt"), JOUR)
    assert len(etabli["communes"][0]) == 4
    assert "officielle" not in etabli["annexe_note"]


def test_what_is_not_published_reads_so(atlas):
    donnees = sheet_data(atlas, make_fiche(atlas, "cpts-nevers-sud-nivernais"), JOUR)
    assert [c["annonce"] for c in donnees["chiffres"]] == ["non publié", "non publié"]
    assert [c["calcule"] for c in donnees["chiffres"]] == ["non calculable", "non calculable"]
    assert donnees["parts"] == donnees["tailles"] == donnees["communes"] == []
    assert not {"nan", "None", "null"} & set(json.dumps(donnees, ensure_ascii=False).split('"'))


def test_made_up_data_say_so(atlas):
    lu = read(make_fiche_pdf(replace(atlas, synthetique=True), "cpts-nevers-sud-nivernais", JOUR))
    assert "SYNTHÉTIQUES" in lu


def with_names(atlas, nom: str):
    """Give a CPTS without perimeter, and all that is said of it, a name of one's choice."""
    fiches = atlas.fiches.copy()
    cpts_id = "cpts-nevers-sud-nivernais"
    for colonne in ("nom", "note", "statut_mot_source", "statut_libelle"):
        fiches[colonne] = fiches[colonne].astype(object)
        fiches.loc[cpts_id, colonne] = nom
    for colonne in ("priorites", "partenaires"):
        fiches[colonne] = pd.Series(
            {i: (nom,) if i == cpts_id else v for i, v in fiches[colonne].items()}, dtype=object
        )
    return replace(
        atlas,
        fiches=fiches,
        departements=atlas.departements.assign(nom=nom),
        sources=atlas.sources.assign(titre=nom, producteur=nom),
    ), cpts_id


@settings(max_examples=8)
@given(nom=st.text(min_size=1, max_size=40))
def test_any_name_gives_a_sheet(atlas, nom):
    hostile, cpts_id = with_names(atlas, nom)
    assert squeeze(displayable(nom)) in read(make_fiche_pdf(hostile, cpts_id, JOUR))


@settings(max_examples=12)
@given(
    nom=st.text(
        st.sampled_from("#*_`$<>@~=+-/\\[](){}\"'&;:. abcé"), min_size=1, max_size=50
    ).filter(lambda t: t.strip() and "--" not in t)
)
def test_hostile_names_stay_text(atlas, nom):
    hostile, cpts_id = with_names(atlas, nom)
    lu = read(make_fiche_pdf(hostile, cpts_id, JOUR))
    assert lu.count(squeeze(nom)) >= 4, nom


@pytest.mark.parametrize(
    "nom",
    [
        '#read("/etc/passwd")',
        "*gras* _italique_ `code` $x^2$ <etiquette> @renvoi",
        "= Titre\n\n- liste",
        "日本 😀 \u202e\x00\x1b caché",
        "\ufeff",
        "\ufeffHaute-\xadSaône\u2060\u200b\ufffe\ue000\U000e0001",
        "\u2028 \u3000 \u3164 \u034f \ufe0f",
        "e\u0301 e\u0301\u0302 e\u0303\u0304 e\u0305",
        "   ",
        "Très" * 60,
        "Communauté professionnelle territoriale de santé " * 6,
    ],
)
def test_no_name_breaks_the_sheet_or_leaves_it(atlas, nom):
    hostile, cpts_id = with_names(atlas, nom)
    octets = make_fiche_pdf(hostile, cpts_id, JOUR)
    assert squeeze(displayable(nom)) in read(octets)
    for page in pypdfium2.PdfDocument(octets):
        for gauche, _, droite, _ in glyph_boxes(page):
            assert MARGE_PT <= gauche <= droite <= A4_PT[0] - MARGE_PT


def structure(element: DictionaryObject) -> Iterator[DictionaryObject]:
    """Walk the tags of a document."""
    yield element
    enfants = element.get("/K", [])
    for enfant in enfants if isinstance(enfants, list) else [enfants]:
        objet = enfant.get_object()
        if isinstance(objet, DictionaryObject):
            yield from structure(objet)


def shown_glyphs(contenu, lecteur: PdfReader) -> Iterator[int]:
    """List the glyphs that a page shows; typst numbers them on two bytes."""
    for operandes, operateur in ContentStream(contenu, lecteur).operations:
        if operateur not in (b"Tj", b"TJ"):
            continue
        morceaux = operandes[0] if operateur == b"TJ" else operandes
        for morceau in morceaux:
            octets = getattr(morceau, "original_bytes", b"")
            yield from (int.from_bytes(octets[i : i + 2]) for i in range(0, len(octets), 2))


def glyph_boxes(page) -> Iterator[tuple[float, float, float, float]]:
    """List the boxes of what is seen of each character, but for blanks."""
    texte = page.get_textpage()
    for rang in range(texte.count_chars()):
        boite = texte.get_charbox(rang)
        if boite[2] > boite[0]:
            yield boite


def test_without_the_whole_population_a_part_may_be_published(pdf):
    # Those over 17 are, in the words of the source.
    texte = read(pdf("cpts-pays-luron"))
    assert squeeze("36 000 habitants de plus de 17 ans") in texte
    assert squeeze("inconnue, faute de population totale publiée") in texte
