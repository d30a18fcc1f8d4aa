"""The fonts of what leaves the application, measured: the same on every machine, none of them fetched.

Two families, both under the SIL Open Font License, come as packages with the other libraries: Source Sans 3
for the sheet, as on screen, and Arimo for maps. Arimo has the widths of Arial and of Liberation Sans: a map
that is opened where it is missing keeps its layout.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from PIL import ImageFont

FAMILLE_CARTE = "Arimo"
# For a reader that has not got Arimo: fonts of the same widths first.
FAMILLES_CARTE = f"{FAMILLE_CARTE}, Liberation Sans, Arial, Helvetica, sans-serif"

_PAQUETS = ("fontpkg_source_sans_3", "fontpkg_arimo")
_ROMAINS = ("SourceSans3[wght].ttf", "Arimo[wght].ttf")
_GRAISSES = {False: 400, True: 700}
# Measured large, then scaled: widths are proportional to the size.
_CORPS_MESURE = 200
# No font has a glyph for a noncharacter: what is drawn for it is what is drawn for want of a glyph.
_SANS_GLYPHE = "\uffff"
_REMPLACANT = "□"
# Categories of Unicode: controls, marks of format, halves of pairs, private, unassigned, ends of line and paragraph.
_INVISIBLES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Marks that no letter has taken in: fonts draw them with glyphs of no character, which an accessible PDF may not have.
_MARQUES = frozenset({"Mn", "Mc", "Me"})
_MOIS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_PONCTUATION = re.compile(r" (?=[»:;!?])|(?<=«) ")
_DATE = re.compile(rf"\b(?:\d+(?:er)? )?(?:{_MOIS}) \d{{4}}\b")


def font_folders() -> list[Path]:
    """Return the folders of the fonts, for typst."""
    return [Path(str(files(paquet))) / "files" for paquet in _PAQUETS]


def width(texte: str, corps: float, *, gras: bool = False) -> float:
    """Return the width of a text on a map, in the unit of its size.

    >>> width("Vesoul", 20) == 2 * width("Vesoul", 10)
    True
    >>> width("Vesoul", 10) < width("Vesoul", 10, gras=True)
    True
    """
    return _width(texte, gras=gras) * corps / _CORPS_MESURE


def wrap(texte: str, largeur: float, corps: float, *, gras: bool = False) -> list[str]:
    """Break a text into lines that fit; a word wider than a line is broken too.

    >>> wrap("CPTS de Luxeuil", 60, 10)
    ['CPTS de', 'Luxeuil']
    """
    lignes: list[str] = []
    for mot in _pieces(hold(texte), largeur, corps, gras=gras):
        if lignes and width(f"{lignes[-1]} {mot}", corps, gras=gras) <= largeur:
            lignes[-1] += f" {mot}"
        else:
            lignes.append(mot)
    return lignes


def displayable(texte: str) -> str:
    r"""Write a text on one line, with a visible mark in place of what the fonts cannot draw.

    Names come from files that are not ours: characters that are not seen (controls, marks of direction or of
    order, those of no meaning), of a script that neither font has, or piled upon a letter would make an invalid
    file, a text that reads otherwise than it is, or an empty box. What is left of a text is never nothing.

    >>> displayable("Pays  d'Héricourt"), displayable("Saint-\x00Loup"), displayable("\ufeff"), displayable(" ")
    ("Pays d'Héricourt", 'Saint-□Loup', '□', '□')
    >>> displayable("e\u0301"), displayable("e\u0302\u0304")
    ('é', 'ê□')
    """
    # Not `split()`: it would break French numbers, whose spaces do not break, and drop controls.
    texte = unicodedata.normalize("NFC", re.sub(r"[ \t\r\n]+", " ", texte))
    montre = "".join(c if _is_drawn(c) else _REMPLACANT for c in texte).strip(" ")
    return montre if montre.strip() or not texte else _REMPLACANT


def hold(texte: str) -> str:
    r"""Keep French punctuation with the word it goes with, and the parts of a date together.

    >>> hold("« Carte » : fin ;"), hold("au 6 mai 2022")
    ('«\xa0Carte\xa0»\xa0: fin\xa0;', 'au 6\xa0mai\xa02022')
    """
    tenu = _PONCTUATION.sub("\xa0", texte)
    return _DATE.sub(lambda date: date[0].replace(" ", "\xa0"), tenu)


def _pieces(texte: str, largeur: float, corps: float, *, gras: bool) -> Iterator[str]:
    # Only plain spaces break: « 43 000 » and « 10 % » hold together.
    for mot in filter(None, texte.split(" ")):
        reste = mot
        while width(reste, corps, gras=gras) > largeur and len(reste) > 1:
            n = next(
                n
                for n in range(len(reste) - 1, 0, -1)
                if n == 1 or width(reste[:n], corps, gras=gras) <= largeur
            )
            yield reste[:n]
            reste = reste[n:]
        yield reste


@lru_cache(maxsize=4)
def _font(rang: int, *, gras: bool = False) -> ImageFont.FreeTypeFont:
    police = ImageFont.truetype(
        font_folders()[rang] / _ROMAINS[rang], _CORPS_MESURE, layout_engine=ImageFont.Layout.BASIC
    )
    police.set_variation_by_axes([_GRAISSES[gras]])
    return police


@lru_cache(maxsize=20_000)
def _width(texte: str, *, gras: bool) -> float:
    return float(_font(1, gras=gras).getlength(texte))


@lru_cache(maxsize=4_000)
def _is_drawn(caractere: str) -> bool:
    if unicodedata.category(caractere) in _INVISIBLES | _MARQUES:
        return False
    return all(
        bytes(_font(rang).getmask(caractere)) != _missing(rang) for rang in range(len(_PAQUETS))
    )


@lru_cache(maxsize=2)
def _missing(rang: int) -> bytes:
    return bytes(_font(rang).getmask(_SANS_GLYPHE))
