"""Read the rows of a table, whatever its shape, as memberships: a commune and a CPTS each."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from geo.importation.contenus import (
    CODE_DEDANS,
    begins_as_cpts,
    holds_code,
    is_doubt,
    is_mark,
    says_cpts,
    says_part,
)
from geo.importation.correspondance import (
    BLOCS,
    COLONNES,
    CROISE,
    FEUILLE,
    LISTES,
    PLUSIEURS,
    TOURNE,
)
from geo.importation.titres import title_key
from geo.texte import sort_key, split_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from geo.importation.correspondance import Correspondance
    from geo.importation.feuille import Feuille

# What a cross table says of a commune without a mark.
AUCUNE = "(aucune marque)"
# What a row that is no commune is.
TITRES_REPETES, TOTAL, NOTE = "titres répétés", "total", "note"
_TOTAL = re.compile(r"(sous total|total|totaux|ensemble)\b")
_NOTE = re.compile(
    r"(sources?|notes?|nb|n b|remarques?|attention|lecture|champ|legende|extraction|mise a jour|maj|"
    r"document|fichier|edite|date)\b"
)
# A name may hold « et »: it separates after a code, and before the last word.
_SEPARATEURS = re.compile(r"[,;\n|/•]+|(?<=[0-9)])\s+et\s+|\s+et\s+(?=\S+$)")
_ET = re.compile(r"\s+et\s+")
# What stands for the cell above.
_IDEM = re.compile(r"(idem|id|ditto)\.?|-?//-?|\"|''|″|〃", re.IGNORECASE)
_DEPARTEMENT = re.compile(r"[0-9]{2}|2[AB]|97[0-9]")
# « 12 communes » beside the name of a block.
_EFFECTIF = re.compile(r"\s*[(:–-]?\s*[0-9]+\s+communes?\s*\)?\s*$", re.IGNORECASE)


class Rangee(NamedTuple):
    """A membership as the table says it: the row it stands on, and the text of each role."""

    ligne: int
    textes: Mapping[str, str]


@dataclass(frozen=True)
class Rangees:
    """What the rows of a sheet say.

    Attributes
    ----------
    lues
        The memberships.
    ecartees
        The rows that are none, by what they are.
    repetees
        The rows that have the CPTS of the row above, in so many words.
    douteuses
        The cells of a cross table that say neither yes nor no: row, from 1, and column, from 0.
    """

    lues: list[Rangee]
    ecartees: dict[str, list[int]]
    repetees: list[int]
    douteuses: list[tuple[int, int]]


def split_list(texte: str) -> list[str]:
    r"""Return the communes that one cell lists.

    >>> split_list("58001, 58002"), split_list("Achun ; Alluy et Amazy"), split_list("Achun\nAlluy")
    (['58001', '58002'], ['Achun', 'Alluy', 'Amazy'], ['Achun', 'Alluy'])
    >>> split_list("58002 - Alligny-Cosne et Alluy (58004)")
    ['58002 - Alligny-Cosne', 'Alluy (58004)']
    >>> split_list("Vy-lès-Lure"), split_list("58,001")
    (['Vy-lès-Lure'], ['58,001'])
    """
    coupees = (
        morceau
        for partie in _SEPARATEURS.split(texte)
        for morceau in (_ET.split(partie) if len(CODE_DEDANS.findall(partie)) > 1 else [partie])
    )
    parties = [p for p in (partie.strip(" .-\t") for partie in coupees) if p]
    # A number that a comma cuts is one number, and no town has so short a name beside another.
    if len(parties) > 1 and all(p.isdigit() and len(p) < len("1004") for p in parties):
        return [texte]
    return parties or [texte]


def list_sections(feuille: Feuille, correspondance: Correspondance) -> dict[int, str]:
    """Return the rows that name the CPTS of those below them, with its name.

    Such a row has one cell alone, which is no code: above the header, only one that begins as the
    name of a CPTS does; below it, also another, where every block has its own.
    """
    debut, fin = correspondance.plage or (0, feuille.largeur)
    rang_titres = correspondance.ligne_titres
    titres = _titles(feuille, correspondance)
    seules: dict[int, str] = {}
    suivies: set[int] = set()
    derniere = 0
    for rang, cellules in enumerate(feuille.lignes, start=1):
        pleines = [texte for texte in cellules[debut:fin] if texte]
        if len(pleines) == 1 and not holds_code(pleines[0]) and not _is_aside(pleines[0]):
            seules[rang] = pleines[0]
            derniere = rang
        elif pleines and derniere and not _repeat(cellules[debut:fin], titres):
            suivies.add(derniere)
    nommees = {rang: nom for rang, nom in seules.items() if begins_as_cpts(nom)}
    if nommees.keys() & suivies:
        return {rang: _EFFECTIF.sub("", nom) for rang, nom in nommees.items() if rang in suivies}
    dessous = {rang: nom for rang, nom in seules.items() if rang > rang_titres}
    premiere = next(
        (
            rang
            for rang, cellules in enumerate(feuille.lignes[rang_titres:], start=rang_titres + 1)
            if any(cellules[debut:fin])
        ),
        0,
    )
    entiers = len(dessous) > 1 and set(dessous) <= suivies and min(dessous) == premiere
    return {rang: _EFFECTIF.sub("", nom) for rang, nom in dessous.items()} if entiers else {}


def read_rangees(feuille: Feuille, correspondance: Correspondance) -> Rangees:
    """Read every row under the header.

    Parameters
    ----------
    feuille
        The sheet.
    correspondance
        Where its roles are, and its shape.
    """
    titres = _titles(feuille, correspondance)
    debut, fin = correspondance.plage or (0, feuille.largeur)
    rang_titres = correspondance.ligne_titres
    sections = list_sections(feuille, correspondance) if correspondance.forme == BLOCS else {}
    nom = feuille.nom if correspondance.forme == FEUILLE else ""
    lues: list[Rangee] = []
    ecartees: defaultdict[str, list[int]] = defaultdict(list)
    repetees: list[int] = []
    douteuses: list[tuple[int, int]] = []
    au_dessus = ""
    for rang, cellules in enumerate(feuille.lignes, start=1):
        siennes = cellules[debut:fin]
        if rang in sections:
            nom = sections[rang]
        elif rang <= rang_titres or not any(siennes):
            continue
        elif _repeat(siennes, titres):
            ecartees[TITRES_REPETES].append(rang)
        elif quoi := _aside(cellules, siennes, correspondance):
            ecartees[quoi].append(rang)
        else:
            textes = {
                role: feuille.cell(rang, colonne) if role == "cpts" else cellules[colonne]
                for role, colonne in correspondance.colonnes.items()
            }
            if nom:
                textes["cpts"] = nom
            elif au_dessus and _IDEM.fullmatch(textes.get("cpts", "")):
                textes["cpts"] = au_dessus
                repetees.append(rang)
            au_dessus = textes.get("cpts", "")
            partie = textes.pop("partie", "")
            if says_part(partie) or sort_key(partie) == "non":
                textes["commune"] = _in_part(textes, partie)
            lues += [
                Rangee(rang, textes | autres)
                for autres in _memberships(feuille, rang, correspondance, textes)
            ]
            if correspondance.forme == CROISE:
                douteuses += [(rang, c) for c in correspondance.cpts if is_doubt(cellules[c])]
    return Rangees(lues, dict(ecartees), repetees, douteuses)


def _in_part(textes: Mapping[str, str], partie: str) -> str:
    return f"{textes.get('commune', '')} ({partie})"


def _memberships(
    feuille: Feuille, rang: int, correspondance: Correspondance, textes: Mapping[str, str]
) -> Iterator[dict[str, str]]:
    """Say what each membership of a row has of its own."""
    cellules = feuille.lignes[rang - 1]
    if correspondance.forme == CROISE:
        titres = feuille.lignes[correspondance.ligne_titres - 1]
        dites = [(titres[c], cellules[c]) for c in correspondance.cpts]
        yield from ({"cpts": titre} for titre, cellule in dites if is_mark(cellule))
        yield from (
            {"cpts": titre, "commune": _in_part(textes, cellule)}
            for titre, cellule in dites
            if says_part(cellule)
        )
        if not any(is_mark(cellule) or says_part(cellule) for _, cellule in dites):
            yield {"cpts": AUCUNE}
    elif correspondance.forme == TOURNE:
        titres = feuille.lignes[correspondance.ligne_titres - 1]
        marquees = [titres[c] for c in correspondance.communes if is_mark(cellules[c])]
        yield from (_commune_texts(titre, est_code=True) for titre in marquees)
    elif correspondance.forme == COLONNES:
        titres = feuille.lignes[correspondance.ligne_titres - 1]
        for colonne in filter(cellules.__getitem__, correspondance.cpts):
            nom, commune = _EFFECTIF.sub("", titres[colonne]), cellules[colonne]
            yield {"cpts": nom, **_commune_texts(commune, est_code=holds_code(commune))}
    elif correspondance.forme == PLUSIEURS:
        remplies = [feuille.cell(rang, c) for c in correspondance.cpts if cellules[c]]
        yield from ({"cpts": nom} for nom in remplies or [""])
    elif correspondance.forme == LISTES:
        yield from _list_communes(feuille, rang, correspondance)
    else:
        yield {}


def _list_communes(
    feuille: Feuille, rang: int, correspondance: Correspondance
) -> Iterator[dict[str, str]]:
    roles = [role for role in ("code_commune", "commune") if role in correspondance.colonnes]
    listes = {role: split_list(feuille.cell(rang, correspondance.colonnes[role])) for role in roles}
    codes, noms = listes.get("code_commune", []), listes.get("commune", [])
    if not codes:
        yield from (_commune_texts(nom, est_code=holds_code(nom)) for nom in noms)
    elif len(noms) == len(codes):
        for code, nom in zip(codes, noms, strict=True):
            yield {"code_commune": code, "commune": nom}
    else:
        yield from (_commune_texts(code, est_code=any(map(str.isdigit, code))) for code in codes)


def _commune_texts(texte: str, *, est_code: bool) -> dict[str, str]:
    code, nom = (texte, "") if est_code else ("", texte)
    return {"code_commune": code, "commune": nom}


def _aside(cellules: Sequence[str], siennes: Sequence[str], correspondance: Correspondance) -> str:
    """Say what a row is that tells of no commune; empty where it may tell of one."""
    if correspondance.forme == COLONNES:
        return ""
    roles = {
        role: cellules[colonne]
        for role, colonne in correspondance.colonnes.items()
        if role in ("code_commune", "commune", "cpts", "epci")
    }
    places = [roles[role] for role in ("code_commune", "commune", "epci") if roles.get(role)]
    premiere = next(texte for texte in siennes if texte)
    mots = " ".join(split_words(places[0] if places else roles.get("cpts") or premiere))
    if _TOTAL.match(mots):
        return TOTAL
    pleines = sum(map(bool, siennes))
    if pleines == 1 and not holds_code(premiere):
        ailleurs = premiere not in (roles.get("commune"), roles.get("epci"))
        if _NOTE.match(" ".join(split_words(premiere))) or premiere.startswith(("*", "(")):
            return NOTE
        if ailleurs and not (roles.get("cpts") and says_cpts(premiere)):
            return NOTE
    return ""


def _is_aside(texte: str) -> bool:
    mots = " ".join(split_words(texte))
    return bool(_TOTAL.match(mots) or _NOTE.match(mots))


def _titles(feuille: Feuille, correspondance: Correspondance) -> tuple[str, ...]:
    """Return the titles as they are compared; empty without any."""
    rang = correspondance.ligne_titres
    if not rang:
        return ()
    debut, fin = correspondance.plage or (0, feuille.largeur)
    return tuple(title_key(texte) for texte in feuille.lignes[rang - 1][debut:fin])


def _repeat(cellules: Sequence[str], titres: Sequence[str]) -> bool:
    """Tell whether a row repeats the titles, looking no further than the first cell that does not."""
    return bool(titres) and all(
        title_key(cellule) == titre for cellule, titre in zip(cellules, titres, strict=True)
    )


def join_code(departement: str, numero: str) -> str:
    """Return the code of a commune that a table cuts in two; the number alone where the department is not one.

    >>> join_code("58", "1"), join_code("2A", "004"), join_code("971", "05"), join_code("Nièvre", "1")
    ('58001', '2A004', '97105', '1')
    """
    propre = departement.strip().upper()
    if not numero or not _DEPARTEMENT.fullmatch(propre):
        return numero
    longueur = len("58001") - len(propre)
    return propre + numero.lstrip("0").zfill(longueur)
