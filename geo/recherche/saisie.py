"""Read a list of communes as people paste it: codes, names, or both."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.erreurs import Probleme, Severite, count, enumerate_first
from geo.indicateurs.territoire import MAX_COMMUNES, follow_absorbed
from geo.texte import sort_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from geo.atlas import Atlas

_SEPARATEURS = re.compile(r"[,;\t\r\n]+")
# A commune code, which a pasted list may give in lower case (2a004).
_CODE = re.compile(r"\d[\dAB]\d{3}", re.IGNORECASE)
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


def read_communes(atlas: Atlas, texte: str) -> Saisie:
    """Read a list of communes.

    Parameters
    ----------
    atlas
        The atlas.
    texte
        Codes or whole names, separated by commas, semicolons, tabs or ends of line; codes also by
        spaces. Case, accents and hyphens of a name do not matter; an old name is followed to the
        commune of today. A name that several communes bear is settled by the code of one of them
        elsewhere in the list.

    Returns
    -------
    Saisie
        The codes, and one problem with its remedy for each kind of fault: nothing understood, unknown
        codes, unknown names, each name that several communes bear, too many communes.
    """
    codes, noms = _split(texte)
    absorbees = follow_absorbed(atlas, codes)
    actuels = {code: absorbees.get(code, code) for code in codes}
    inconnus = [code for code, actuel in actuels.items() if actuel not in atlas.communes.index]
    retenus = {code: actuels[code] for code in codes if code not in inconnus}
    problemes = _unknown_codes(atlas, inconnus)
    porteurs = _bearers(atlas, noms)
    introuvables = [nom for nom in noms if not porteurs[nom]]
    if introuvables:
        problemes.append(
            _problem(
                f"{count(len(introuvables), 'nom')} de commune introuvable"
                f"{'s' if len(introuvables) > 1 else ''} : "
                f"{enumerate_first(f'« {nom} »' for nom in introuvables)}.",
                "Écrire le nom en entier, ou donner le code INSEE.",
            )
        )
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


def _split(texte: str) -> tuple[list[str], list[str]]:
    """Separate codes from names, each once: what stands beside codes in a piece is a name."""
    codes: dict[str, None] = {}
    noms: dict[str, str] = {}
    for morceau in _SEPARATEURS.split(texte):
        mots = morceau.split()
        codes |= dict.fromkeys(mot.upper() for mot in mots if _CODE.fullmatch(mot))
        nom = " ".join(mot for mot in mots if not _CODE.fullmatch(mot))
        if nom:
            noms.setdefault(sort_key(nom), nom)
    return list(codes), list(noms.values())


def _bearers(atlas: Atlas, noms: Iterable[str]) -> Mapping[str, list[str]]:
    """Return for each name the communes of today that bear it; failing that, that bore it."""
    cles = {sort_key(nom): nom for nom in noms}
    if not cles:
        return {}
    porteurs: dict[str, list[str]] = {nom: [] for nom in cles.values()}
    for code, nom in atlas.communes["nom"].items():
        if (cle := sort_key(nom)) in cles:
            porteurs[cles[cle]].append(str(code))
    anciens: dict[str, list[str]] = {}
    nommees = atlas.absorbees.dropna(subset="nom")
    for code, ancien in zip(nommees["code_commune"], nommees["nom"], strict=True):
        nom = cles.get(sort_key(ancien))
        if nom is not None and not porteurs[nom]:
            anciens.setdefault(nom, []).append(code)
    for nom, codes in anciens.items():
        suivis = follow_absorbed(atlas, codes)
        actuels = {suivis.get(code, code) for code in codes}
        porteurs[nom] = sorted(actuels & set(atlas.communes.index))
    return porteurs


def _unknown_codes(atlas: Atlas, inconnus: list[str]) -> list[Probleme]:
    """Tell postcodes, which name no single commune, from codes that never were."""
    desservies = atlas.communes["codes_postaux"].explode()
    problemes = []
    jamais = []
    for code in inconnus:
        communes = desservies.index[desservies == code]
        if communes.empty:
            jamais.append(code)
            continue
        problemes.append(
            _problem(
                f"{code} est un code postal, pas un code INSEE.",
                f"Donner le code INSEE : {_candidates(atlas, communes)}.",
            )
        )
    if jamais:
        problemes.append(
            _problem(
                f"{count(len(jamais), 'code')} de commune inconnu"
                f"{'s' if len(jamais) > 1 else ''} : {enumerate_first(jamais)}.",
                "Corriger le code : les données chargées n'ont pas de commune qui le porte ou l'ait "
                "porté.",
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
