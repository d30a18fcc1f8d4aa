"""What a workbook hides or strikes out: its reader tells neither, and both may change what a table says.

Parsed only after :mod:`geo.importation.mesure` has been through the same parts: no document type, no entity, and every
place within the limits.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree.ElementTree import iterparse

from geo.importation.apparence import Apparence
from geo.importation.mesure import CONTENU_ODS, REFERENCE, column_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from xml.etree.ElementTree import Element

_FAUX = frozenset({"0", "false", "none"})
# A sheet ends with thousands of hidden rows or columns that nobody fills: what is beyond its cells is not told.
_REPETITIONS_MAX = 1_000


def read_apparences(parties: Mapping[str, bytes]) -> dict[int, Apparence]:
    """Return what the sheets of a workbook hide and strike out.

    Parameters
    ----------
    parties
        The parts of an archive that was measured.

    Returns
    -------
    dict
        By place of the sheet in the workbook, from 0; those that hide nothing are left out.
    """
    lues = _read_ods(parties[CONTENU_ODS]) if CONTENU_ODS in parties else _read_xlsx(parties)
    return {place: apparence for place, apparence in lues if apparence}


def _walk(xml: bytes) -> Iterator[tuple[str, Element]]:
    """Give the beginning and the end of each element."""
    # Measured before: no document type, so no entity.
    yield from iterparse(BytesIO(xml), events=("start", "end"))  # noqa: S314


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _attribute(element: Element, nom: str) -> str:
    """Return an attribute by its local name; empty without."""
    return next((v for cle, v in element.attrib.items() if cle.rpartition("}")[2] == nom), "")


def _read_xlsx(parties: Mapping[str, bytes]) -> Iterator[tuple[int, Apparence]]:
    noms = {nom.casefold(): xml for nom, xml in parties.items()}
    styles = _struck_styles(noms.get("xl/styles.xml", b""))
    partages = _shared_texts(noms.get("xl/sharedstrings.xml", b""))
    for place, nom in enumerate(_sheet_parts(noms)):
        xml = noms.get(nom, b"")
        if styles or partages or b"hidden=" in xml or b"<strike" in xml:
            yield place, _read_sheet(xml, styles, partages)


def _sheet_parts(noms: Mapping[str, bytes]) -> list[str]:
    cibles = {
        _attribute(element, "Id"): _attribute(element, "Target").lstrip("/")
        for moment, element in _walk(noms.get("xl/_rels/workbook.xml.rels", b"<r/>"))
        if moment == "end" and _name(element) == "Relationship"
    }
    ids = [
        _attribute(element, "id")
        for moment, element in _walk(noms["xl/workbook.xml"])
        if moment == "end" and _name(element) == "sheet"
    ]
    chemins = [cibles.get(identifiant, "").casefold() for identifiant in ids]
    return [chemin if chemin.startswith("xl/") else f"xl/{chemin}" for chemin in chemins]


def _is_struck(element: Element) -> bool:
    """Tell whether the font of an element, or of its first child, strikes out."""
    barres = [e for e in element.iter() if _name(e) == "strike"]
    return any((_attribute(e, "val") or "1") not in _FAUX for e in barres)


def _struck_styles(xml: bytes) -> frozenset[str]:
    """Return the numbers of the formats of cells whose font strikes out."""
    if b"<strike" not in xml:
        return frozenset()
    polices: list[bool] = []
    formats: list[str] = []
    parents: list[str] = []
    for moment, element in _walk(xml):
        nom = _name(element)
        if moment == "start":
            parents.append(nom)
            continue
        parents.pop()
        if nom == "font" and parents[-1:] == ["fonts"]:
            polices.append(_is_struck(element))
        elif nom == "xf" and parents[-1:] == ["cellXfs"]:
            formats.append(_attribute(element, "fontId") or "0")
    barrees = {str(rang) for rang, barree in enumerate(polices) if barree}
    return frozenset(str(rang) for rang, police in enumerate(formats) if police in barrees)


def _pieces(element: Element) -> list[tuple[str, bool]]:
    """Return the pieces of a text, each struck out or not."""
    morceaux = [
        ("".join(t.text or "" for t in piece.iter() if _name(t) == "t"), _is_struck(piece))
        for piece in element
        if _name(piece) == "r"
    ]
    return morceaux or [("".join(t.text or "" for t in element.iter() if _name(t) == "t"), False)]


def _shared_texts(xml: bytes) -> dict[str, list[tuple[str, bool]]]:
    """Return the shared texts that are struck out, in part or whole, by their number."""
    if b"<strike" not in xml:
        return {}
    barres: dict[str, list[tuple[str, bool]]] = {}
    rang = 0
    for moment, element in _walk(xml):
        if moment == "end" and _name(element) == "si":
            morceaux = _pieces(element)
            if any(barre for _, barre in morceaux):
                barres[str(rang)] = morceaux
            rang += 1
            element.clear()
    return barres


def _read_sheet(
    xml: bytes, styles: frozenset[str], partages: Mapping[str, list[tuple[str, bool]]]
) -> Apparence:
    apparence = Apparence()
    ligne = 0
    for moment, element in _walk(xml):
        nom = _name(element)
        if moment == "start" and nom == "row":
            ligne = int(_attribute(element, "r") or ligne + 1)
            if (_attribute(element, "hidden") or "0") not in _FAUX:
                apparence.lignes.add(ligne)
        elif moment == "end" and nom == "col":
            if (_attribute(element, "hidden") or "0") not in _FAUX:
                debut, fin = int(_attribute(element, "min")), int(_attribute(element, "max"))
                apparence.colonnes |= set(range(debut - 1, min(fin, debut + _REPETITIONS_MAX)))
        elif moment == "end" and nom == "c":
            reference = REFERENCE.fullmatch(_attribute(element, "r").upper())
            valeur = next((e.text or "" for e in element if _name(e) == "v"), "")
            texte = next((e for e in element if _name(e) == "is"), None)
            if reference and (valeur or texte is not None):
                morceaux = _pieces(texte) if texte is not None else partages.get(valeur, [])
                barree = _attribute(element, "s") in styles
                apparence.add(
                    (int(reference[2]), column_number(reference[1]) - 1), morceaux, barree=barree
                )
            element.clear()
        elif moment == "end" and nom == "row":
            element.clear()
    return apparence


def _read_ods(xml: bytes) -> Iterator[tuple[int, Apparence]]:
    if b"visibility" not in xml and b"line-through" not in xml:
        return
    barres = _struck_ods(xml)
    place, ligne, colonne = -1, 0, 0
    apparence = Apparence()
    for moment, element in _walk(xml):
        nom = _name(element)
        if moment == "start" and nom == "table":
            place, ligne, colonne, apparence = place + 1, 0, 0, Apparence()
        elif moment == "end" and nom == "table":
            yield place, apparence
            element.clear()
        elif moment == "start" and nom == "table-column":
            fois = _times(element, "number-columns-repeated")
            if _attribute(element, "visibility") in ("collapse", "filter"):
                apparence.colonnes |= set(range(colonne, colonne + min(fois, _REPETITIONS_MAX)))
            colonne += fois
        elif moment == "end" and nom == "table-row":
            fois = _times(element, "number-rows-repeated")
            if _attribute(element, "visibility") in ("collapse", "filter"):
                apparence.lignes |= set(range(ligne + 1, ligne + 1 + min(fois, _REPETITIONS_MAX)))
            _read_ods_row(element, ligne + 1, barres, apparence)
            ligne += fois
            element.clear()


def _struck_ods(xml: bytes) -> frozenset[str]:
    """Return the names of the styles that strike out."""
    if b"line-through" not in xml:
        return frozenset()
    return frozenset(
        _attribute(style, "name")
        for moment, style in _walk(xml)
        if moment == "end" and _name(style) == "style"
        for element in style.iter()
        for genre in ("text-line-through-style", "text-line-through-type")
        if _attribute(element, genre) not in ("", *_FAUX)
    )


def _read_ods_row(
    rangee: Element, ligne: int, barres: frozenset[str], apparence: Apparence
) -> None:
    colonne = 0
    for cellule in rangee if barres else ():
        morceaux: list[tuple[str, bool]] = []
        for element in cellule.iter():
            barre = _attribute(element, "style-name") in barres and element is not cellule
            if _name(element) in ("p", "span"):
                morceaux.append((element.text or "", barre))
            if element is not cellule:
                morceaux.append((element.tail or "", False))
        if any(texte.strip() for texte, _ in morceaux):
            barree = _attribute(cellule, "style-name") in barres
            apparence.add((ligne, colonne), morceaux, barree=barree)
        colonne += _times(cellule, "number-columns-repeated")


def _times(element: Element, nom: str) -> int:
    return int(_attribute(element, nom) or "1")
