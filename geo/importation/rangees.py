"""Read the rows of a table, whatever its shape, as memberships: a commune and a CPTS each."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from geo.importation.contenus import (
    AUCUNE,
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
from geo.importation.lignes import names_none
from geo.importation.titres import is_postal, title_key
from geo.texte import sort_key, split_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from geo.importation.correspondance import Correspondance
    from geo.importation.feuille import Feuille

# What a row that is no commune is.
TITRES_REPETES, TOTAL, NOTE = "titres répétés", "total", "note"
_TOTAL = re.compile(r"(sous total|total|totaux|nombre de|nb de)\b|ensemble$")
_NOTE = re.compile(
    r"\s*((sources?|notes?|n\.?b\.?|remarques?|attention|lecture|champ|l[ée]gende)\s*:|"
    r"(extraction|mise [àa] jour|maj|document|fichier|[ée]dit[ée]e?|dat[ée]e?|donn[ée]es)\b)",
    re.IGNORECASE,
)
# A name may hold « et »: it separates after a code, and before the last word.
_SEPARATEURS = re.compile(r"[,;\n|/•]+|(?<=[0-9)])\s+et\s+|\s+et\s+(?=\S+$)")
_ET = re.compile(r"\s+et\s+")
# What stands for the cell above.
_IDEM = re.compile(r"(idem|id|ditto)\.?|-?//-?|\"|''|″|〃|↑", re.IGNORECASE)
_DEPARTEMENT = re.compile(r"[0-9]{2}|2[AB]|97[0-9]")
# Of a postcode alone, where each other row names its town: it is no code of a commune.
_SANS_VILLE = "sans ville"
# What a column of parts says of a commune that is whole.
_ENTIERE = frozenset(
    ["oui", "o", "vrai", "true", "1", "x", "entiere", "entier", "entierement", "totale", "totalite", "complete", "100 %",
     "100", "100%", "toute", "tout"]
)  # fmt: skip
_NIE = frozenset(["non", "n", "faux", "false", "0", "-", "entiere", "entier", "aucune"])
# « 12 communes » beside the name of a block.
_EFFECTIF = re.compile(r"\s*[(:–-]\s*[0-9]+\s+communes?\s*\)?\s*$", re.IGNORECASE)


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
    blocs_douteux
        The rows that stand as the name of a block among those of CPTS, and may be something else.
    inegales
        The rows that list more names than codes, or fewer.
    """

    lues: list[Rangee]
    ecartees: dict[str, list[int]]
    repetees: list[int]
    douteuses: list[tuple[int, int]]
    blocs_douteux: list[int]
    inegales: list[int]


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
    nommees = {rang for rang, nom in seules.items() if begins_as_cpts(nom)} & suivies
    if nommees:
        # Another that stands as they do ends the block above it, whatever it is.
        places = {_column(feuille.lignes[rang - 1]) for rang in nommees}
        autres = {
            rang
            for rang in suivies
            if rang > min(nommees) and _column(feuille.lignes[rang - 1]) in places
        }
        return {rang: _EFFECTIF.sub("", seules[rang]) for rang in sorted(nommees | autres)}
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


def _column(cellules: Sequence[str]) -> int:
    return next(colonne for colonne, texte in enumerate(cellules) if texte)


def read_rangees(feuille: Feuille, correspondance: Correspondance) -> Rangees:
    """Read every row under the header.

    Parameters
    ----------
    feuille
        The sheet.
    correspondance
        Where its roles are, and its shape.
    """
    lecteur = _Lecteur(feuille, correspondance)
    for rang, cellules in enumerate(feuille.lignes, start=1):
        lecteur.read_row(rang, cellules)
    lues = lecteur.rangees
    return replace(lues, ecartees=dict(lues.ecartees))


class _Lecteur:
    """Reads the rows of a sheet one after the other: some say what those below them are."""

    def __init__(self, feuille: Feuille, correspondance: Correspondance) -> None:
        self._feuille, self._correspondance = feuille, correspondance
        self._titres = _titles(feuille, correspondance)
        self._plage = correspondance.plage or (0, feuille.largeur)
        par_blocs = correspondance.forme == BLOCS
        self._sections = list_sections(feuille, correspondance) if par_blocs else {}
        self._nom = feuille.nom if correspondance.forme == FEUILLE else ""
        self._au_dessus = ""
        self._partie = correspondance.colonnes.get("partie")
        self._titre_partie = self._title("partie")
        self._postaux = "commune" in correspondance.colonnes and is_postal(
            self._title("code_commune")
        )
        self.rangees = Rangees([], defaultdict(list), [], [], self._doubt_blocks(), [])

    def _title(self, role: str) -> str:
        """Return the title of the column of a role; empty without it."""
        colonne, rang = self._correspondance.colonnes.get(role), self._correspondance.ligne_titres
        return self._feuille.lignes[rang - 1][colonne] if rang and colonne is not None else ""

    def _doubt_blocks(self) -> list[int]:
        """Return the blocks that may be none; nothing where no block has the word, so that all are named as one names them."""
        disent = [rang for rang, nom in self._sections.items() if begins_as_cpts(nom)]
        autres = self._sections.keys() - disent if disent else set()
        return sorted(rang for rang in autres if not names_none(self._sections[rang]))

    def read_row(self, rang: int, cellules: Sequence[str]) -> None:
        """Read a row, from 1; those above it are read."""
        siennes = cellules[slice(*self._plage)]
        if rang in self._sections:
            self._nom = self._sections[rang]
        elif rang <= self._correspondance.ligne_titres or not any(siennes):
            return
        elif self._correspondance.forme == FEUILLE and _leaves_cpts(siennes):
            self._nom = AUCUNE
        elif _repeat(siennes, self._titres):
            self.rangees.ecartees[TITRES_REPETES].append(rang)
        elif quoi := _aside(cellules, siennes, self._correspondance):
            self.rangees.ecartees[quoi].append(rang)
        else:
            self._read_memberships(rang, cellules)

    def _read_memberships(self, rang: int, cellules: Sequence[str]) -> None:
        lue, forme = self._correspondance, self._correspondance.forme
        textes = self._read_texts(rang, cellules)
        self.rangees.lues.extend(
            Rangee(rang, textes | autres)
            for autres in _memberships(self._feuille, rang, lue, textes)
        )
        croisees = lue.communes or (lue.cpts if forme == CROISE else ())
        self.rangees.douteuses.extend((rang, c) for c in croisees if is_doubt(cellules[c]))
        if forme == LISTES and _are_unequal(self._feuille, rang, lue):
            self.rangees.inegales.append(rang)

    def _read_texts(self, rang: int, cellules: Sequence[str]) -> dict[str, str]:
        """Return the text of each role, as every membership of the row has it."""
        textes = {
            role: self._feuille.cell(rang, colonne) if role == "cpts" else cellules[colonne]
            for role, colonne in self._correspondance.colonnes.items()
            if role != "partie"
        }
        if self._nom:
            textes["cpts"] = self._nom
        elif self._au_dessus and _IDEM.fullmatch(textes.get("cpts", "")):
            textes["cpts"] = self._au_dessus
            self.rangees.repetees.append(rang)
        self._au_dessus = textes.get("cpts", "")
        if self._postaux and not textes.get("commune"):
            textes["commune"] = _SANS_VILLE
        if self._partie is not None and _is_part(self._titre_partie, cellules[self._partie]):
            textes["commune"] = _in_part(textes, cellules[self._partie])
        return textes


def _leaves_cpts(cellules: Sequence[str]) -> bool:
    """Tell whether a row says by itself that the communes below it are in no CPTS."""
    pleines = [texte for texte in cellules if texte]
    return len(pleines) == 1 and not holds_code(pleines[0]) and names_none(pleines[0])


def _is_part(titre: str, partie: str) -> bool:
    """Tell whether a column of parts says that the commune is not whole.

    >>> _is_part("Commune entière ?", "Non"), _is_part("Quartier", "Planoise"), _is_part("Entière", "oui")
    (True, True, False)
    >>> _is_part("Partielle", "non"), _is_part("Partielle", "X"), _is_part("Partielle", "")
    (False, True, False)
    """
    dite = sort_key(partie)
    if title_key(titre).startswith("partiel"):
        return bool(dite) and dite not in _NIE
    return bool(dite) and dite not in _ENTIERE


def _are_unequal(feuille: Feuille, rang: int, correspondance: Correspondance) -> bool:
    roles = [role for role in ("code_commune", "commune") if role in correspondance.colonnes]
    textes = [feuille.cell(rang, correspondance.colonnes[role]) for role in roles]
    return len({len(split_list(texte)) for texte in textes if texte}) > 1


def _in_part(textes: Mapping[str, str], partie: str) -> str:
    return f"{textes.get('commune', '')} ({partie})"


def _memberships(
    feuille: Feuille, rang: int, correspondance: Correspondance, textes: Mapping[str, str]
) -> Iterator[dict[str, str]]:
    """Say what each membership of a row has of its own."""
    cellules = feuille.lignes[rang - 1]
    if correspondance.forme == CROISE:
        titres = feuille.lignes[correspondance.ligne_titres - 1]
        dites = [(_EFFECTIF.sub("", titres[c]), cellules[c]) for c in correspondance.cpts]
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
        for colonne in correspondance.communes:
            dite = cellules[colonne]
            if is_mark(dite) or says_part(dite):
                sienne = _commune_texts(titres[colonne], est_code=True)
                yield sienne | {"commune": _in_part(sienne, dite)} if says_part(dite) else sienne
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
        if _NOTE.match(premiere) or premiere.startswith(("*", "(")):
            return NOTE
        if ailleurs and not (roles.get("cpts") and says_cpts(premiere)):
            return NOTE
    return ""


def _is_aside(texte: str) -> bool:
    mots = " ".join(split_words(texte))
    return bool(_TOTAL.match(mots) or _NOTE.match(texte))


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
