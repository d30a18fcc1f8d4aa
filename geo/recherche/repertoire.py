"""The communes of an atlas by code, name and postcode, of today and of yesterday."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from geo.erreurs import enumerate_first
from geo.indicateurs.territoire import follow_absorbed
from geo.lecture.communes import departement_of
from geo.lecture.ecritures import key_words, read_name
from geo.recherche.index import build_index, search
from geo.texte import sort_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.atlas import Atlas
    from geo.recherche.index import Index

# Two writings of one name, typing errors included; out of 100.
_PROCHE = 85
_PROPOSEES_MAX = 3
# A wrong column has thousands of names that are no commune: nobody reads what each could be.
_CHERCHEES_MAX = 200
_REPONSES_MAX = 200
# Shorter beginnings of names are those of too many.
_DEBUT_MIN = 4


class Repertoire:
    """What tells a commune of an atlas from another.

    Parameters
    ----------
    atlas
        The atlas.

    Attributes
    ----------
    noms, populations, departements
        Of the communes of today, by code.
    charges
        Departments of which the atlas has communes.
    successeurs
        Commune of today by absorbed code.
    """

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas
        communes = atlas.communes
        self.noms: dict[str, str] = dict(zip(communes.index, communes["nom"], strict=True))
        self.populations: dict[str, int] = dict(
            zip(communes.index, communes["population"], strict=True)
        )
        self.departements: dict[str, str] = dict(
            zip(communes.index, communes["code_departement"], strict=True)
        )
        self.charges = frozenset(self.departements.values())
        self.successeurs = follow_absorbed(atlas, atlas.absorbees["code_commune"])
        self._proposees: dict[tuple[str, str | None], list[str]] = {}

    @cached_property
    def anciens_noms(self) -> dict[str, str]:
        """Names of absorbed communes by their old code, and of what only changed its name."""
        nommees = self._atlas.absorbees.dropna(subset="nom")
        return dict(zip(nommees["code_commune"], nommees["nom"], strict=True))

    @cached_property
    def postaux(self) -> dict[str, tuple[str, ...]]:
        """Communes by postcode."""
        codes: defaultdict[str, list[str]] = defaultdict(list)
        for code, postaux in self._atlas.communes["codes_postaux"].items():
            for postal in postaux:
                codes[postal].append(str(code))
        return {postal: tuple(siens) for postal, siens in codes.items()}

    @cached_property
    def _anciens_mots(self) -> dict[str, set[tuple[str, ...]]]:
        """Former names of what each commune of today is made of."""
        mots: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
        for code, nom in self.anciens_noms.items():
            mots[self.successeurs.get(code, code)].add(key_words(nom))
        return dict(mots)

    @cached_property
    def _codes_par_nom(self) -> dict[tuple[str, ...], list[str]]:
        """Codes of today and of yesterday by the words of the name, today's first."""
        codes: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
        for code, nom in self.noms.items():
            codes[key_words(nom)].append(code)
        for code, nom in self.anciens_noms.items():
            if code in self.noms or code in self.successeurs:
                codes[key_words(nom)].append(code)
        return dict(codes)

    @cached_property
    def _index(self) -> Index:
        return build_index(self._atlas)

    def name_of(self, code: str) -> str:
        """Return the name of a commune of today or of yesterday."""
        return self.noms.get(code) or self.anciens_noms.get(code, "commune absorbée")

    def list_candidates(self, codes: Iterable[str]) -> str:
        """Write communes with their codes, each once, for somebody to choose."""
        return enumerate_first(
            f"{code} {self.name_of(code)} ({departement_of(code)})" for code in dict.fromkeys(codes)
        )

    def bears(self, code: str, nom: str) -> bool:
        """Tell whether a commune bears a name, or holds one that bore it."""
        actuel = self.successeurs.get(code, code)
        propre = self.noms[actuel]
        if nom == propre:
            return True
        siens = {key_words(propre), *self._anciens_mots.get(actuel, ())}
        return key_words(nom) in siens or key_words(read_name(nom).nom) in siens

    def is_near(self, code: str, nom: str) -> bool:
        """Tell whether a name is that of a commune but for some typing errors."""
        mots = " ".join(key_words(read_name(nom).nom))
        return fuzz.ratio(mots, " ".join(key_words(self.noms[code]))) >= _PROCHE

    def named(self, nom: str, departement: str | None = None) -> list[str]:
        """Return the codes that bear a name, to the letter or, failing that, without its articles.

        Parameters
        ----------
        nom
            As it was written.
        departement
            Where to look; everywhere if it is not given, or not loaded.
        """
        codes: list[str] = []
        for texte in dict.fromkeys((nom, read_name(nom).nom)):
            codes = [
                code
                for code in self._codes_par_nom.get(key_words(texte), ())
                if departement not in self.charges or departement_of(code) == departement
            ]
            if codes:
                exact = sort_key(texte)
                return [c for c in codes if sort_key(self.name_of(c)) == exact] or codes
        return codes

    def served(self, postal: str, nom: str) -> list[str]:
        """Return the communes of a postcode that bear a name."""
        return [code for code in self.postaux.get(postal, ()) if self.bears(code, nom)]

    def propose(self, nom: str, departement: str | None) -> list[str]:
        """Return the communes that the search finds for a name that none bears.

        Parameters
        ----------
        nom
            As it was written.
        departement
            Where to look first; communes that bear the very name elsewhere come after.
        """
        cle = (nom, departement)
        if cle not in self._proposees:
            if len(self._proposees) >= _CHERCHEES_MAX:
                return []
            self._proposees[cle] = self._search(read_name(nom).nom, departement)
        return self._proposees[cle]

    def _search(self, nom: str, departement: str | None) -> list[str]:
        mots = nom.split()
        trouves: dict[str, None] = {}
        while mots and len("".join(mots)) >= _DEBUT_MIN and not trouves:
            trouves = {
                resultat.code_commune: None
                for resultat in search(self._index, " ".join(mots), _REPONSES_MAX)
                if resultat.code_commune is not None
                and departement in (None, departement_of(resultat.code_commune))
            }
            mots = mots[:-1]
        ailleurs = dict.fromkeys(self.successeurs.get(c, c) for c in self.named(nom))
        return [*trouves, *(code for code in ailleurs if code not in trouves)][:_PROPOSEES_MAX]
