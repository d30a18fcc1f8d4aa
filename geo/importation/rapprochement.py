"""Names of CPTS that may be one: proposed to the planner, never merged by themselves."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from geo.texte import sort_key, split_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import pandas as pd

_ARTICLES = frozenset({"l", "le", "la", "les", "d", "de", "du", "des"})
_EN_TOUTES_LETTRES = (
    "communaute professionnelle territoriale de sante",
    "communautes professionnelles territoriales de sante",
)
_NATURE = "cpts"
_ABREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
# Words that many CPTS share: they bring no two of them together.
_MOTS_COMMUNS = frozenset(
    [
        "nord",
        "sud",
        "est",
        "ouest",
        "centre",
        "haut",
        "haute",
        "hauts",
        "bas",
        "basse",
        "grand",
        "grande",
        "pays",
        "val",
        "vallee",
        "bassin",
        "territoire",
        "sante",
        "metropole",
        "agglomeration",
        "et",
        "sur",
        "saint",
        "sainte",
    ]
)


# A table repeats the name of a CPTS on the line of each of its communes.
NOMS_RETENUS = 8192


@lru_cache(maxsize=NOMS_RETENUS)
def clean_name(nom: str) -> str:
    r"""Return a name on one line, with single spaces and nothing that does not show.

    >>> clean_name("CPTS  du\u00a0Gapençais\n")
    'CPTS du Gapençais'
    """
    return "".join(c for c in " ".join(nom.split()) if c.isprintable())


def name_words(nom: str) -> tuple[str, ...]:
    """Return the words that tell a CPTS from another, without case, accents, articles or dashes.

    >>> name_words("CPTS du Gapençais"), name_words("GAPENCAIS - CPTS"), name_words("La CPTS")
    (('gapencais',), ('gapencais',), ())
    """
    texte = " ".join(split_words(nom))
    for nature in _EN_TOUTES_LETTRES:
        texte = texte.replace(nature, _NATURE)
    return tuple(
        _ABREVIATIONS.get(mot, mot)
        for mot in texte.split()
        if mot not in _ARTICLES and mot != _NATURE
    )


def group_names(noms: Iterable[str]) -> list[tuple[str, ...]]:
    """Group the names that differ only by article, case, accents, dashes or the word CPTS.

    Parameters
    ----------
    noms
        Names as written in the table, in any order, repeated or not.

    Returns
    -------
    list
        Groups of at least two names, sorted. A name that says nothing (« CPTS ») is in none.
    """
    groupes: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for nom in set(noms):
        if mots := name_words(nom):
            groupes[mots].add(nom)
    return sorted(
        tuple(sorted(siens, key=lambda nom: (sort_key(nom), nom)))
        for siens in groupes.values()
        if len(siens) > 1
    )


def match_fiches(noms: Iterable[str], fiches: pd.DataFrame) -> dict[str, str]:
    """Propose for each name the sheet of the same CPTS under another name.

    Parameters
    ----------
    noms
        Names of the table.
    fiches
        As in :attr:`geo.atlas.Atlas.fiches`: ``nom``, indexed by ``cpts_id``.

    Returns
    -------
    dict
        ``cpts_id`` by name, only where one name and one sheet answer to each other and to nothing
        else: same words, or failing that all the words of one within the other. A name that is a
        sheet's own, letter for letter but for blanks, is not there: there is nothing to propose.
    """
    cherches = set(noms)
    connus = {str(cpts_id): clean_name(nom) for cpts_id, nom in fiches["nom"].items()}
    restants = {nom: name_words(nom) for nom in cherches.difference(connus.values())}
    libres = {cpts_id: name_words(nom) for cpts_id, nom in connus.items() if nom not in cherches}
    memes = _pair(restants, libres, _same)
    restants = {nom: mots for nom, mots in restants.items() if nom not in memes}
    libres = {i: mots for i, mots in libres.items() if i not in memes.values()}
    return dict(sorted((memes | _pair(restants, libres, _within)).items()))


def _same(uns: tuple[str, ...], autres: tuple[str, ...]) -> bool:
    return bool(uns) and uns == autres


def _within(uns: tuple[str, ...], autres: tuple[str, ...]) -> bool:
    communs = set(uns) & set(autres)
    return communs in (set(uns), set(autres)) and not communs <= _MOTS_COMMUNS


def _pair(
    noms: Mapping[str, tuple[str, ...]],
    fiches: Mapping[str, tuple[str, ...]],
    answers: Callable[[tuple[str, ...], tuple[str, ...]], bool],
) -> dict[str, str]:
    """Return the names and sheets that answer to each other alone."""
    par_nom: defaultdict[str, list[str]] = defaultdict(list)
    par_fiche: defaultdict[str, list[str]] = defaultdict(list)
    for nom, siens in noms.items():
        for cpts_id, autres in fiches.items():
            if answers(siens, autres):
                par_nom[nom].append(cpts_id)
                par_fiche[cpts_id].append(nom)
    return {
        nom: ids[0] for nom, ids in par_nom.items() if len(ids) == 1 and len(par_fiche[ids[0]]) == 1
    }
