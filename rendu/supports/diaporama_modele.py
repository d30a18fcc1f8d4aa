"""The empty presentation that slides are added to: 16:9, in French, one font, one layout."""

import re
from importlib.resources import files
from io import BytesIO
from zipfile import ZipFile

import pptx
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.presentation import Presentation
from pptx.util import Pt

from rendu.carte.palette import BLEU
from rendu.supports.diaporama_texte import POLICE

LARGEUR, HAUTEUR = 960.0, 540.0
RETRAIT = 20.0
# Of the library's own template.
_DISPOSITION = "Title and Content"
_BLEU_MODELE = "4F81BD"
_NOMS = {"Office Theme": "Atlas des CPTS", _DISPOSITION: "Titre et texte"}


def hex_code(couleur: str) -> str:
    """Write a colour as this format does.

    >>> hex_code(BLEU)
    '000091'
    """
    return couleur.removeprefix("#").upper()


BLEU_HEXA = hex_code(BLEU)


def make_presentation() -> Presentation:
    """Make a presentation without slides, whose only layout has a title and a text.

    The first level of the text is a plain paragraph, the second one has a bullet.
    """
    presentation = pptx.Presentation(_adapt_template())
    dispositions = presentation.slide_layouts
    for disposition in [d for d in dispositions if d.name != _NOMS[_DISPOSITION]]:
        dispositions.remove(disposition)
    echelle = LARGEUR / presentation.slide_width.pt
    presentation.slide_width = Pt(LARGEUR)
    for page in (presentation.slide_master, dispositions[0]):
        for forme in page.shapes:
            # A shape of the layout that says nothing of its place has that of the master.
            if forme.element.spPr.xfrm is not None:
                forme.left, forme.width = round(forme.left * echelle), round(forme.width * echelle)
    texte = next(p for p in dispositions[0].placeholders if p.placeholder_format.idx == 1)
    ((style,),) = [texte.element.xpath(".//a:lstStyle")]
    style.getparent().replace(style, parse_xml(_niveaux()))
    presentation.slide_master.element.cSld.spTree.insert_element_before(
        parse_xml(_bandeau()), "p:extLst"
    )
    return presentation


def _adapt_template() -> BytesIO:
    """Copy the library's template with our font, our blue and our language."""
    modele = files("pptx") / "templates" / "default.pptx"
    copie = BytesIO()
    with ZipFile(BytesIO(modele.read_bytes())) as lu, ZipFile(copie, "w") as ecrit:
        for nom in lu.namelist():
            octets = lu.read(nom)
            if nom.endswith(".xml"):
                texte = octets.decode().replace('lang="en-US"', 'lang="fr-FR"')
                texte = texte.replace(_BLEU_MODELE, BLEU_HEXA).replace(' type="screen4x3"', "")
                texte = re.sub(
                    r'<a:latin typeface="Calibri"', f'<a:latin typeface="{POLICE}"', texte
                )
                for anglais, francais in _NOMS.items():
                    texte = texte.replace(f'name="{anglais}"', f'name="{francais}"')
                octets = texte.encode()
            ecrit.writestr(nom, octets)
    copie.seek(0)
    return copie


def _niveaux() -> str:
    return (
        f"<a:lstStyle {nsdecls('a')}>"
        '<a:lvl1pPr marL="0" indent="0"><a:buNone/></a:lvl1pPr>'
        f'<a:lvl2pPr marL="{Pt(RETRAIT)}" indent="-{Pt(RETRAIT)}">'
        '<a:buFont typeface="Arial"/><a:buChar char="•"/></a:lvl2pPr></a:lstStyle>'
    )


def _bandeau() -> str:
    """Draw a band on top of every slide, which readers skip."""
    return (
        f"<p:sp {nsdecls('p', 'a')}>"
        '<p:nvSpPr><p:cNvPr id="99" name="Bandeau"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
        f'<p:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{Pt(LARGEUR)}" cy="{Pt(8)}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        '<a:solidFill><a:schemeClr val="accent1"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr></p:sp>'
    )
