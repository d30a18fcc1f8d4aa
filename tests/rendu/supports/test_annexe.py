"""The annex of a scenario, as a Word document, on paper and as a map, read back by readers that did not write it."""

import re
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import docx
import pypdfium2
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm
from PIL import Image
from pypdf import PdfReader

from geo.atelier.annexe import make_annexe
from geo.atelier.composition import take_composition
from geo.atelier.deroule import Deroule
from geo.atelier.etat import Composition, Cpts
from geo.atelier.gestes import FUSIONNER, RENOMMER, Geste
from geo.atelier.sol import lay_sol
from geo.perimetre import HYPOTHESE
from rendu.carte.palette import CHOISIE, TEINTES, TIRETS, TRANSPARENT
from rendu.dessin.polices import displayable
from rendu.mots.annexe import PROJET, write_annexe
from rendu.mots.francais import nombre
from rendu.supports.annexe_carte import draw_carte_annexe, make_carte_annexe, picture_carte_annexe
from rendu.supports.annexe_docx import write_docx
from rendu.supports.annexe_pdf import write_pdf
from tests.annexe import (
    EN_VIGUEUR,
    LURE,
    LUXEUIL,
    MOTIF,
    SCENARIO,
    annex_lure,
    compose_lure,
    free_around_lure,
)
from tests.hostile import PAYLOADS

VESUL = "cpts-bassin-vesulien"


@pytest.fixture(scope="module")
def lure(atlas):
    return annex_lure(atlas)


@pytest.fixture(scope="module")
def carte(atlas, lure):
    return make_carte_annexe(atlas, lure)


@pytest.fixture(scope="module")
def word(lure, carte):
    return write_docx(lure, picture_carte_annexe(carte))


@pytest.fixture(scope="module")
def papier(lure, carte):
    return write_pdf(lure, draw_carte_annexe(carte))


def annexe_of(atlas, *gestes):
    avant = take_composition(atlas)
    apres = Deroule(avant, gestes).etat.composition()
    return make_annexe(
        atlas, SCENARIO, avant, apres, {}, sol=lay_sol(atlas), version_en_vigueur=EN_VIGUEUR
    )


def squeeze(texte):
    return "".join(texte.replace("\u200b", "").split())


def read_pdf(octets):
    with pypdfium2.PdfDocument(octets) as document:
        return [squeeze(page.get_textpage().get_text_range()) for page in document]


def read_docx(octets):
    document = docx.Document(BytesIO(octets))
    return squeeze("".join(document.element.body.itertext()))


def said(annexe):
    """List what must be read in either document."""
    ecrite = write_annexe(annexe)
    for cpts in ecrite.cpts:
        yield from (cpts.nom, *cpts.remarques, *cpts.changements, *cpts.motif)
        for tableau in (cpts.totaux, *cpts.communes):
            yield tableau.titre
            for ligne in (*tableau.lignes, tableau.total):
                yield from ligne
    yield from (ecrite.titre, ecrite.scenario, ecrite.projet, *ecrite.entete, *ecrite.note)
    yield from ecrite.sources


def test_both_documents_say_all_of_it(lure, word, papier):
    lus = read_docx(word), "".join(read_pdf(papier))
    attendus = [squeeze(texte) for texte in said(lure)]
    assert len(attendus) > 100
    for attendu in attendus:
        assert attendu in lus[0], attendu
        assert attendu in lus[1], attendu


def test_what_is_said_of_lure(atlas, lure):
    (cpts,) = write_annexe(lure).cpts
    habitants = nombre(atlas.communes.loc[LURE, "population"])
    (recoit,) = cpts.changements
    assert recoit.startswith(
        "Reçoit 23 communes, 19\u202f090 habitants, qui étaient dans le périmètre connu d'aucune"
    )
    assert "Lure (70310)" in recoit
    assert cpts.motif == tuple(MOTIF.split("\n"))
    assert ("70310", "Lure", "reçue", habitants) in cpts.communes[0].lignes
    assert cpts.totaux.lignes[3][1:] == (
        "T2 ; environ 37\u202f500 habitants sous la borne de 80\u202f000",
        "T2 ; environ 18\u202f400 habitants sous la borne de 80\u202f000",
    )
    assert cpts.totaux.lignes[4][1:] == ("287\u202f000\xa0€", "287\u202f000\xa0€")
    assert (
        "Département : Haute-Saône (environ 117 communes, environ 61\u202f600 habitants)."
        in cpts.remarques
    )
    assert cpts.totaux.lignes[1][1:] == ("environ 94", "environ 117")
    assert any("à vérifier dans l'avenant en vigueur" in remarque for remarque in cpts.remarques)
    assert any("94 communes" in r and "hypothèse" in r for r in cpts.remarques)


def test_the_whole_is_about_where_a_perimeter_of_it_is_indicative(lure):
    bilan = write_annexe(lure).bilan
    recues = ("23", "19\u202f090")
    assert bilan.lignes[1:] == (("Entrent", *recues), ("Sortent", "0", "0"))
    en_vigueur, projet = bilan.lignes[0][1:], bilan.total[1:]
    assert en_vigueur == ("environ 94", "environ 42\u202f500")
    assert projet == ("environ 117", "environ 61\u202f600")


def test_a_merger_across_departments_is_told(atlas):
    annexe = annexe_of(
        atlas, Geste(FUSIONNER, cpts=("cpts-territoire-belfort",), cible="cpts-pays-hericourt")
    )
    reste, supprimee = write_annexe(annexe).cpts
    assert any(remarque.startswith("À cheval sur ") for remarque in reste.remarques)
    assert "CPTS supprimée par le projet." in supprimee.changements
    assert any(f"dans « {reste.nom} »" in texte for texte in supprimee.changements)
    assert supprimee.totaux.lignes[1][2] == "–"


def test_overlaps_parts_and_lost_communes_are_told(atlas):
    avant, apres, _ = compose_lure(atlas)
    cpts = {**apres.cpts, "cpts-neuve": Cpts("CPTS Neuve", "emergence")}
    # Lure and Dijon, far from each other; a commune that is no more.
    adhesions = {
        **apres.adhesions,
        LURE: (*apres.adhesions[LURE], ("cpts-neuve", HYPOTHESE)),
        "21231": (("cpts-neuve", HYPOTHESE),),
        "70999": (("cpts-neuve", HYPOTHESE),),
    }
    ecrite = write_annexe(
        make_annexe(
            atlas,
            SCENARIO,
            avant,
            Composition(cpts, adhesions),
            {},
            sol=lay_sol(atlas),
            version_en_vigueur=EN_VIGUEUR,
        )
    )
    neuve = next(c for c in ecrite.cpts if c.nom == "CPTS Neuve")
    texte = " ".join(neuve.remarques)
    assert "N'est pas d'un seul tenant : 1 partie détachée. Lure (70310)" in texte
    assert "aussi dans « CPTS de Luxeuil »" in texte
    assert "CPTS créée par le projet." in neuve.changements
    assert neuve.motif == ("Aucune justification n'est écrite.",)
    assert ecrite.absentes.lignes == (("70999", "nom inconnu", "inconnue", "CPTS Neuve"),)


def test_the_word_document_is_french_a4_with_headings_and_repeated_headers(word, lure):
    document = docx.Document(BytesIO(word))
    (langue,) = document.styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr/w:lang")
    assert langue.get(qn("w:val")) == document.core_properties.language == "fr-FR"
    section = document.sections[0]
    tailles = section.page_width, section.page_height
    assert [round(taille / Mm(1)) for taille in tailles] == [210, 297]
    niveaux = [
        int(p.style.name.removeprefix("Heading "))
        for p in document.paragraphs
        if p.style.name.startswith("Heading ")
    ]
    assert niveaux[0] == 1
    assert all(apres <= avant + 1 for avant, apres in pairwise(niveaux))
    for table in document.tables:
        entete, *autres = (ligne._tr.xpath("w:trPr/w:tblHeader") for ligne in table.rows)
        assert entete
        assert not any(autres)
    assert PROJET in document.paragraphs[0].text
    pied = section.footer.paragraphs[0]
    assert pied.text.startswith(PROJET)
    assert "PAGE" in pied._p.xpath("string(.)")
    (image,) = document.inline_shapes
    assert image._inline.docPr.get("descr") == write_annexe(lure).carte
    signataires = [ligne.cells[0].text for ligne in document.tables[-1].rows]
    assert signataires == [
        "Pour",
        "CPTS de Luxeuil",
        "Agence régionale de santé",
        "Caisse primaire d'assurance maladie",
    ]


def test_the_paper_says_project_on_each_page_and_is_tagged(papier, lure, carte):
    pages = read_pdf(papier)
    assert len(pages) > 1
    assert all(squeeze(PROJET) in page for page in pages)
    racine = PdfReader(BytesIO(papier)).trailer["/Root"]
    assert racine["/MarkInfo"]["/Marked"]
    assert racine["/Lang"] == "fr-FR"
    assert write_pdf(lure, draw_carte_annexe(carte)) == papier


def test_the_map_shows_before_and_after(carte):
    avant = [aire for aire in carte.aires if aire.remplissage == TRANSPARENT]
    apres = [aire for aire in carte.aires if aire.remplissage == CHOISIE]
    assert [aire.indicatif for aire in (*avant, *apres)] == [True, False]
    assert apres[0].contour.area > avant[0].contour.area * 1.1
    assert carte.avertissement.startswith(PROJET)
    textes = [texte for _, texte in carte.legende]
    assert "CPTS de Luxeuil : environ 117 communes, environ 61\u202f600 habitants" in textes
    assert "CPTS du bassin vésulien" in {nom.texte for nom in carte.noms}
    assert len(carte.departements) == 1
    svg = draw_carte_annexe(carte)
    assert "HAUTE-SAÔNE" in svg
    assert "CPTS de Luxeuil" in svg


def test_a_new_name_alone_has_no_dashes_and_a_cpts_without_commune_no_map(atlas):
    renommee = annexe_of(atlas, Geste(RENOMMER, cpts=(LUXEUIL,), nom="CPTS des Vosges saônoises"))
    carte = make_carte_annexe(atlas, renommee)
    assert TIRETS not in {signe for signe, _ in carte.legende}
    sans = annexe_of(atlas, Geste(RENOMMER, cpts=("cpts-pays-luron",), nom="CPTS de Lure"))
    assert make_carte_annexe(atlas, sans) is None
    assert squeeze("« CPTS de Lure »") in read_docx(write_docx(sans, None))
    assert squeeze("« CPTS de Lure »") in "".join(read_pdf(write_pdf(sans, None)))


def test_two_cpts_have_two_colours(atlas):
    libre = Geste("attribuer", vers={VESUL: ("70001",)})
    carte = make_carte_annexe(atlas, annexe_of(atlas, libre))
    assert [a.remplissage for a in carte.aires if a.remplissage in TEINTES] == list(TEINTES[:2])


def test_an_unknown_perimeter_is_no_zero(atlas):
    libre = free_around_lure(atlas)
    seule = Geste("attribuer", vers={"cpts-pays-luron": (LURE,), "cpts-chalonnais": ("71076",)})
    ecrite = write_annexe(annexe_of(atlas, seule))
    for cpts in ecrite.cpts:
        assert [ligne[1] for ligne in cpts.totaux.lignes[1:]] == [
            "périmètre inconnu",
            "inconnue",
            "inconnue",
            "inconnu",
        ]
        assert cpts.totaux.lignes[1][2] == "1"
    assert [ligne[1:] for ligne in ecrite.bilan.lignes] == [("inconnu", "inconnu")] * 3
    assert ecrite.bilan.total[1] == "2"
    assert "périmètre en vigueur inconnu : « " in ecrite.bilan.titre
    avec = Geste("attribuer", vers={"cpts-pays-luron": (LURE,), LUXEUIL: (libre[0],)})
    bilan = write_annexe(annexe_of(atlas, avec)).bilan
    assert "inconnu" not in {cellule for ligne in bilan.lignes for cellule in ligne}
    assert bilan.titre.endswith(f" : « {atlas.fiches.loc['cpts-pays-luron', 'nom']} »")


def test_a_perimeter_that_stays_unknown_is_said(atlas):
    renommee = Geste(RENOMMER, cpts=("cpts-pays-luron",), nom="CPTS de Lure")
    ecrite = write_annexe(annexe_of(atlas, renommee))
    (cpts,) = ecrite.cpts
    assert cpts.totaux.lignes[1][1:] == ("périmètre inconnu", "périmètre inconnu")
    assert "Périmètre inconnu." in cpts.remarques
    assert ecrite.bilan.total[1:] == ("inconnu", "inconnu")


def test_an_emptied_perimeter_is_none_and_has_no_size(atlas):
    siennes = atlas.perimetre(LUXEUIL).codes_communes
    (cpts,) = write_annexe(annexe_of(atlas, Geste("attribuer", codes=siennes))).cpts
    assert [ligne[2] for ligne in cpts.totaux.lignes[1:]] == ["0", "0", "–", "–"]
    assert "Aucune commune." in cpts.remarques


def test_an_empty_scenario_is_still_a_document(atlas):
    vide = annexe_of(atlas)
    assert make_carte_annexe(atlas, vide) is None
    assert "Annexeterritoriale" in read_docx(write_docx(vide, None))
    assert "Annexeterritoriale" in "".join(read_pdf(write_pdf(vide, None)))


def test_hostile_texts_are_texts(lure):
    hostiles = list(PAYLOADS)
    (cpts,) = lure.cpts
    groupes = [
        replace(
            groupe,
            nom=hostiles[rang],
            communes=tuple(
                replace(c, nom=hostiles[n % len(hostiles)]) for n, c in enumerate(groupe.communes)
            ),
        )
        for rang, groupe in enumerate(cpts.epci)
    ]
    tout = "\n".join(hostiles)
    annexe = replace(
        lure,
        scenario=hostiles[0],
        auteur=hostiles[1],
        note=tout,
        cpts=(replace(cpts, nom=hostiles[2], motif=tout, epci=tuple(groupes)),),
    )
    mot = write_docx(annexe, None)
    lu, papier = read_docx(mot), "".join(read_pdf(write_pdf(annexe, None)))
    for texte in hostiles[:3]:
        assert squeeze(displayable(texte)) in lu
        assert squeeze(displayable(texte)) in papier
    with ZipFile(BytesIO(mot)) as archive:
        for nom in archive.namelist():
            if nom.endswith((".xml", ".rels")):
                xml = archive.read(nom).decode("utf-8")
                balises = {e.tag.rpartition("}")[2] for e in ET.fromstring(xml).iter()}  # noqa: S314 - our own file
                assert not balises & {"hyperlink", "altChunk", "object"}, nom
                assert not re.search(r'TargetMode="External"', xml), nom


def test_the_picture_is_one(carte):
    with Image.open(BytesIO(picture_carte_annexe(carte))) as image:
        assert image.width > 1500
