"""The code and the name of a commune as spreadsheets leave them and people write them."""

from __future__ import annotations

import re
from typing import NamedTuple

from geo.lecture.departements import load_departements
from geo.texte import ABREVIATIONS, ARTICLES, sort_key, split_words

_CODE = re.compile(r"(?:[0-9]{2}|2[AB])[0-9]{3}")
_SANS_ZERO = re.compile(r"[1-9][0-9]{3}")
# 58,001 or 58.001: a code that was taken for a number of thousands.
_MILLIERS = re.compile(r"([0-9]{1,2})[.,]([0-9]{3})")
_DECIMALES = re.compile(r"([0-9]{4,5})[.,]0+")
_ZEROS_DE_TROP = re.compile(r"0+((?:[0-9]{2}|2[AB])[0-9]{3})")
# 5,8001E+04: one digit, then as many decimals as the power of ten, or what is left was rounded.
_PUISSANCE = re.compile(r"([1-9])[.,]([0-9]{3,})E\+?0?([34])")
_ORNEMENTS = "=\"'’`´"
_DANS_UN_TEXTE = re.compile(
    r"(?<![0-9A-Z.,])((?:[0-9]{2}|2[AB])[0-9]{3})(?![0-9A-Z]|[.,][0-9])", re.IGNORECASE
)
_BORDS = " \t\r\n-–—:;,._|/\u00a0\u202f"
_PARENTHESE = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_CODE_DEPARTEMENT = re.compile(r"2[AB]|97[1-8]|98[4-9]|[0-9]{2}", re.IGNORECASE)
_LIAISONS = (
    (re.compile(r"(?<![^\W_])s\s*/\s*s(?![^\W_])", re.IGNORECASE), " sous "),
    (re.compile(r"(?<![^\W_])s\s*/", re.IGNORECASE), " sur "),
    (re.compile(r"(?<=[^\W\d_])\s*/\s*(?=[^\W\d_])"), " sur "),
    (re.compile(r"&"), " et "),
)
_CEDEX = re.compile(r"\bcedex\b.*$", re.IGNORECASE)
# Said after a name, and nothing of a part of the commune.
_SANS_PART = re.compile(
    r"(commune|ville|chef lieu|siege|bourg|ex|anciennement|anciens?|dont|entiere?|toute?|totalite|fusion|nouvelle)\b"
)
_PARTIE = re.compile(
    r"[\s,;:–-]+((?:pour|en)\s+partie|partiellement|partielle?|quartiers?\b.*|secteurs?\b.*)$",
    re.IGNORECASE,
)


class NomLu(NamedTuple):
    """A name of commune, and what was written with it.

    Attributes
    ----------
    nom
        What is left once all else is taken off.
    departement
        Code of the department that stands in brackets, empty where there is none.
    partie
        The part of the commune that is named, empty where the whole is.
    """

    nom: str
    departement: str
    partie: str


def read_code(texte: str) -> str | None:
    """Return the code of commune that a text is, of five characters, or four where its zero is lost.

    Parameters
    ----------
    texte
        A cell, or a word of a list.

    Returns
    -------
    str or None
        ``None`` where it has no reading, or more than one.

    Examples
    --------
    >>> [read_code(t) for t in ('="58001"', "58 001", "58,001", "5,8001E+04", "58001.0", "058001")]
    ['58001', '58001', '58001', '58001', '58001', '58001']
    >>> read_code("2a004"), read_code("1004"), read_code("5,8E+04"), read_code("058 1")
    ('2A004', '1004', None, None)
    """
    code = "".join(texte.split()).strip(_ORNEMENTS).upper()
    if puissance := _PUISSANCE.fullmatch(code):
        premier, decimales, dix = puissance[1], puissance[2], int(puissance[3])
        code = premier + decimales[:dix] if not decimales[dix:].strip("0") else code
        code = code if len(decimales) >= dix else texte
    elif milliers := _MILLIERS.fullmatch(code):
        code = milliers[1] + milliers[2]
    elif decimales_nulles := _DECIMALES.fullmatch(code):
        code = decimales_nulles[1]
    elif zeros := _ZEROS_DE_TROP.fullmatch(code):
        code = zeros[1]
    return code if _CODE.fullmatch(code) or _SANS_ZERO.fullmatch(code) else None


def split_code(texte: str) -> tuple[str, str]:
    """Part a text that holds one code of commune into the code and what stands beside it.

    Returns
    -------
    tuple
        The code as :func:`read_code` gives it, empty where there is none or more than one; and the
        rest of the text.

    Examples
    --------
    >>> split_code("58001 - Achun"), split_code("Achun (58001)"), split_code("58001 Achun (58)")
    (('58001', 'Achun'), ('58001', 'Achun'), ('58001', 'Achun (58)'))
    >>> split_code("Achun"), split_code("58001 58002"), split_code("58,001")
    (('', 'Achun'), ('', '58001 58002'), ('58001', ''))
    """
    seul = read_code(texte)
    if seul is not None:
        return seul, ""
    trouves = list(_DANS_UN_TEXTE.finditer(texte))
    if len(trouves) != 1:
        return "", texte
    [trouve] = trouves
    reste = f"{texte[: trouve.start()]} {texte[trouve.end() :]}"
    reste = re.sub(r"[(\[]\s*[)\]]|[=\"]", " ", reste).strip(_BORDS)
    return trouve[1].upper(), reste


def read_name(texte: str) -> NomLu:
    """Take off a name of commune what is no part of it.

    Examples
    --------
    >>> read_name("Besançon (quartier Planoise)")
    NomLu(nom='Besançon', departement='', partie='quartier Planoise')
    >>> read_name("Achun (58)").departement, read_name("Gray (Haute-Saône)").departement
    ('58', '70')
    >>> [read_name(t).nom for t in ("DIJON CEDEX 9", "Isle-sur-le-Doubs (L')", "Dampierre s/ Salon")]
    ['DIJON', "L' Isle-sur-le-Doubs", 'Dampierre sur Salon']
    """
    departement, partie, articles = "", "", ""
    nom = _CEDEX.sub("", texte)
    for dedans in _PARENTHESE.findall(nom):
        mots = split_words(dedans)
        code = _departement_named(dedans)
        if code:
            departement = code
        elif mots and all(mot in ARTICLES for mot in mots):
            articles = f"{dedans.strip()} "
        elif mots and not dedans.strip().isdecimal() and not _SANS_PART.match(" ".join(mots)):
            partie = dedans.strip()
    nom = _PARENTHESE.sub(" ", nom)
    if dite := _PARTIE.search(nom):
        nom, partie = nom[: dite.start()], dite[1]
    for motif, mot in _LIAISONS:
        nom = motif.sub(mot, nom)
    nom = " ".join((articles + nom).replace("*", " ").split()).strip(_BORDS)
    return NomLu(nom, departement, partie)


def key_words(nom: str) -> tuple[str, ...]:
    """Return the words that tell a name of commune from another: neither articles nor abbreviations.

    >>> key_words("St-Loup-sur-Semouse"), key_words("La Côte"), key_words("Les")
    (('saint', 'loup', 'sur', 'semouse'), ('cote',), ('les',))
    """
    mots = split_words(nom)
    return tuple(ABREVIATIONS.get(mot, mot) for mot in mots if mot not in ARTICLES) or tuple(mots)


def is_same_name(nom: str, autre: str) -> bool:
    """Tell whether two writings are of one name of commune.

    >>> is_same_name("L'Isle-sur-le-Doubs", "ISLE SUR LE DOUBS (L')"), is_same_name("Gray", "Grey")
    (True, False)
    """
    return key_words(read_name(nom).nom) == key_words(read_name(autre).nom)


def _departement_named(texte: str) -> str:
    propre = texte.strip()
    if _CODE_DEPARTEMENT.fullmatch(propre):
        return propre.upper()
    cle = sort_key(propre)
    return next((c for c, dep in load_departements().items() if sort_key(dep.nom) == cle), "")
