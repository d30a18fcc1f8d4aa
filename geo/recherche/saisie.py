"""Read a list of communes as people paste it: codes, names, or both."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geo.erreurs import Probleme, Severite, count, enumerate_first
from geo.indicateurs.territoire import MAX_COMMUNES
from geo.lecture.cog import find_commune
from geo.lecture.ecritures import key_words, read_code, read_name, split_code
from geo.recherche.repertoire import Repertoire
from geo.texte import sort_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.atlas import Atlas

_SEPARATEURS = re.compile(r"[,;\t\r\n]+")
# A commune code, which a pasted list may give in lower case (2a004).
_CODE = re.compile(r"\d[\dAB]\d{3}", re.IGNORECASE)
# Numbers whose comma separates nothing: 58,001 and 5,8001E+04.
_NOMBRE = re.compile(r"(?<![\w,.])(\d{1,2}),(\d{3}(?:\d*E\+?\d+)?)(?![\w,])", re.IGNORECASE)
_LONGUEUR = 5
_PROPOSES_MAX = 5
_FICHIER = "liste de communes"


@dataclass(frozen=True, slots=True)
class Saisie:
    """What was understood of a pasted list, and everything that was not.

    Attributes
    ----------
    codes
        What was given as codes, then the communes that names stand for, each once. An absorbed code
        stays as it was given: who makes a territory of it follows it, and says so.
    problemes
        Empty when all of it was understood.
    """

    codes: tuple[str, ...]
    problemes: tuple[Probleme, ...]


@dataclass(slots=True)
class _Lue:
    """The pieces of a list: codes alone, names alone (by key), codes with the name beside."""

    codes: dict[str, None] = field(default_factory=dict)
    noms: dict[str, str] = field(default_factory=dict)
    paires: dict[tuple[str, str], None] = field(default_factory=dict)


def read_communes(atlas: Atlas, texte: str) -> Saisie:
    """Read a list of communes.

    Parameters
    ----------
    atlas
        The atlas.
    texte
        Codes or whole names, separated by commas, semicolons, tabs or ends of line; codes also by
        spaces. Case, accents, hyphens and articles of a name do not matter; an old name is followed
        to the commune of today. A name that several communes bear is settled by the code of one of
        them elsewhere in the list. Codes are written as :func:`geo.lecture.ecritures.read_code`
        reads them. Between a postcode and the name beside it, the name decides.

    Returns
    -------
    Saisie
        The codes, and one problem with its remedy for each kind of fault: nothing understood, unknown
        codes, codes that may all be postcodes, unknown names, each name that several communes bear or
        that contradicts its code, too many communes.
    """
    connus = Repertoire(atlas)
    lue = _split(texte, connus)
    problemes: list[Probleme] = []
    if lue.codes and not lue.noms and not lue.paires and lue.codes.keys() <= connus.postaux.keys():
        insee = [code for code in lue.codes if code in connus.noms]
        if insee:
            return Saisie((), (_ask_codes(atlas, list(lue.codes), connus),))
    codes = dict(lue.codes)
    for code, nom in lue.paires:
        retenu, probleme = _read_pair(atlas, code, nom, connus)
        codes |= dict.fromkeys(retenu)
        problemes += probleme
    actuels = {code: connus.successeurs.get(code, code) for code in codes}
    inconnus = [code for code, actuel in actuels.items() if actuel not in connus.noms]
    retenus = {code: actuels[code] for code in codes if code not in inconnus}
    problemes = _unknown_codes(atlas, inconnus) + problemes
    porteurs = {nom: _bearers(nom, connus) for nom in lue.noms.values()}
    introuvables = [nom for nom in porteurs if not porteurs[nom]]
    if introuvables:
        problemes.append(_unknown_names(atlas, introuvables, connus))
    for nom, candidats in porteurs.items():
        if len(candidats) > 1 and not set(retenus.values()) & set(candidats):
            problemes.append(_homonyms(atlas, nom, candidats))
    seuls = [candidats[0] for candidats in porteurs.values() if len(candidats) == 1]
    retenus |= {code: code for code in seuls if code not in retenus.values()}
    if len(retenus) > MAX_COMMUNES:
        problemes.append(
            _problem(
                f"{count(len(retenus), 'commune')} : une liste en compte au plus {MAX_COMMUNES}.",
                "Choisir plutôt des intercommunalités ou des départements.",
            )
        )
    if not retenus and not problemes:
        problemes.append(
            _problem(
                "La liste ne contient ni code ni nom de commune.",
                "Coller des codes INSEE (70311) ou des noms de communes, séparés par des virgules.",
            )
        )
    return Saisie(tuple(retenus), tuple(problemes))


def _split(texte: str, connus: Repertoire) -> _Lue:
    """Separate codes from names, each once."""
    lue = _Lue()
    for ligne in _NOMBRE.sub(r"\1.\2", texte).splitlines():
        morceaux = [m.strip() for m in _SEPARATEURS.split(ligne) if m.strip()]
        for morceau in [" ".join(morceaux)] if _is_one_pair(ligne, morceaux, connus) else morceaux:
            _sort_piece(morceau, lue, connus)
    return lue


def _is_one_pair(ligne: str, morceaux: list[str], connus: Repertoire) -> bool:
    """Tell whether the pieces of a line are the code and the name of one commune."""
    codes = [code for m in morceaux if (code := read_code(m))]
    noms = [m for m in morceaux if not split_code(m)[0]]
    if len(morceaux) != len(codes) + len(noms) or (len(codes), len(noms)) != (1, 1):
        return False
    code, nom = codes[0], noms[0]
    if "\t" in ligne:
        return True
    return (code in connus.noms and connus.bears(code, nom)) or bool(connus.served(code, nom))


def _sort_piece(morceau: str, lue: _Lue, connus: Repertoire) -> None:
    """Put a piece with the codes, the names or the pairs: what stands beside several codes is a name."""
    code, nom = split_code(morceau)
    if code and len(code) < _LONGUEUR:
        code = f"0{code}"
        if code not in connus.noms and find_commune(code) is None:
            code, nom = "", morceau
    if code and nom:
        lue.paires[code, nom] = None
        return
    mots = [] if code else morceau.split()
    lue.codes |= dict.fromkeys([code] if code else [m.upper() for m in mots if _CODE.fullmatch(m)])
    nom = " ".join(mot for mot in mots if not _CODE.fullmatch(mot))
    if nom:
        lue.noms.setdefault(sort_key(nom), nom)


def _read_pair(
    atlas: Atlas, code: str, nom: str, connus: Repertoire
) -> tuple[list[str], list[Probleme]]:
    """Return what to keep of a code and the name beside it, and what to tell of them."""
    actuel = connus.successeurs.get(code, code)
    connu = actuel in connus.noms
    if not connu and code not in connus.postaux:
        return [code], []
    if connu and (connus.bears(actuel, nom) or connus.is_near(actuel, nom)):
        return [code], []
    servies = connus.served(code, nom)
    if len(servies) == 1:
        return servies, []
    quoi = f"{code} est {connus.noms[actuel]}" if connu else f"{code} est un code postal"
    candidats = servies or _bearers(nom, connus) or connus.propose(nom, None)
    suite = f" : {_candidates(atlas, candidats)}" if candidats else ""
    return [], [_problem(f"{quoi}, et la liste dit « {nom} ».", f"Donner le code INSEE{suite}.")]


def _bearers(nom: str, connus: Repertoire) -> list[str]:
    """Return the communes of today that bear a name; failing that, that bore it."""
    lu = read_name(nom)
    codes = connus.named(nom, lu.departement or None)
    mots = (key_words(nom), key_words(lu.nom))
    actuels = [
        code for code in codes if code in connus.noms and key_words(connus.noms[code]) in mots
    ]
    return actuels or sorted({connus.successeurs.get(code, code) for code in codes})


def _ask_codes(atlas: Atlas, codes: list[str], connus: Repertoire) -> Probleme:
    desservies = dict.fromkeys(commune for code in codes for commune in connus.postaux[code])
    return _problem(
        f"Tous ces codes sont aussi des codes postaux : {enumerate_first(codes)}.",
        "Écrire le nom de la commune à côté du code, ou donner les codes INSEE des communes voulues : "
        f"{_candidates(atlas, [*(c for c in codes if c in connus.noms), *desservies])}.",
    )


def _unknown_names(atlas: Atlas, noms: list[str], connus: Repertoire) -> Probleme:
    proposes = dict.fromkeys(
        code for nom in noms[:_PROPOSES_MAX] for code in connus.propose(nom, None)
    )
    suite = f" ; peut-être {_candidates(atlas, proposes)}" if proposes else ""
    return _problem(
        f"{count(len(noms), 'nom')} de commune introuvable"
        f"{'s' if len(noms) > 1 else ''} : {enumerate_first(f'« {nom} »' for nom in noms)}.",
        f"Écrire le nom en entier, ou donner le code INSEE{suite}.",
    )


def _unknown_codes(atlas: Atlas, inconnus: list[str]) -> list[Probleme]:
    """Tell postcodes, which name no single commune, and what is not loaded from codes that never were."""
    desservies = atlas.communes["codes_postaux"].explode()
    problemes = []
    jamais, ailleurs = [], []
    for code in inconnus:
        communes = desservies.index[desservies == code]
        if communes.empty:
            commune = find_commune(code)
            if commune is None:
                jamais.append(code)
            else:
                ailleurs.append(f"{commune.code} {commune.nom}")
            continue
        problemes.append(
            _problem(
                f"{code} est un code postal, pas un code INSEE.",
                f"Donner le code INSEE : {_candidates(atlas, communes)}.",
            )
        )
    if ailleurs:
        problemes.append(
            _problem(
                f"{count(len(ailleurs), 'commune')} hors des données chargées : "
                f"{enumerate_first(ailleurs)}.",
                "Les ôter de la liste : rien n'en est connu ici.",
            )
        )
    if jamais:
        problemes.append(
            _problem(
                f"{count(len(jamais), 'code')} de commune inconnu"
                f"{'s' if len(jamais) > 1 else ''} : {enumerate_first(jamais)}.",
                "Corriger le code : aucune commune ne le porte ni ne l'a porté.",
            )
        )
    return problemes


def _homonyms(atlas: Atlas, nom: str, candidats: list[str]) -> Probleme:
    return _problem(
        f"Plusieurs communes s'appellent « {nom} ».",
        f"Donner le code INSEE : {_candidates(atlas, candidats)}.",
    )


def _candidates(atlas: Atlas, codes: Iterable[str]) -> str:
    communes = atlas.communes.loc[list(codes)]
    departements = communes["code_departement"].map(atlas.departements["nom"])
    return enumerate_first(
        f"{code} {nom} ({departement})"
        for code, nom, departement in zip(
            communes.index, communes["nom"], departements, strict=True
        )
    )


def _problem(message: str, remede: str) -> Probleme:
    return Probleme(Severite.BLOQUANT, _FICHIER, message, remede)
