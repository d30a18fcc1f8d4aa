"""Names of CPTS that may be one: proposed to the planner, never merged by themselves."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from geo.graphe import find_components
from geo.texte import ABREVIATIONS, ARTICLES, sort_key, split_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import pandas as pd

# A shorter name one letter apart is more often another one than a typing error.
_LONGUEUR_FAUTE = 6
_EN_TOUTES_LETTRES = (
    "communaute professionnelle territoriale de sante",
    "communautes professionnelles territoriales de sante",
)
_NATURE = "cpts"
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
        ABREVIATIONS.get(mot, mot)
        for mot in texte.split()
        if mot not in ARTICLES and mot != _NATURE
    )


def group_names(noms: Iterable[str]) -> list[tuple[str, ...]]:
    """Group the names that differ only by article, case, accents, dashes, the word CPTS or one letter.

    Parameters
    ----------
    noms
        Names as written in the table, in any order, repeated or not.

    Returns
    -------
    list
        Groups of at least two names, sorted. A name that says nothing (« CPTS ») is in none.
    """
    groupes: defaultdict[str, set[str]] = defaultdict(set)
    for nom in set(noms):
        if mots := name_words(nom):
            groupes[" ".join(mots)].add(nom)
    return sorted(
        tuple(
            sorted(
                {nom for cle in siennes for nom in groupes[cle]},
                key=lambda nom: (sort_key(nom), nom),
            )
        )
        for siennes in _one_letter_apart(sorted(groupes))
        if len(siennes) > 1 or len(groupes[next(iter(siennes))]) > 1
    )


def _one_letter_apart(cles: list[str]) -> list[set[str]]:
    """Gather the keys that a typing error leads from one to the other; most are alone.

    Short ones and those with other digits are apart: « CPTS 1 » is not « CPTS 2 ».
    """
    longues = [place for place, cle in enumerate(cles) if len(cle) >= _LONGUEUR_FAUTE]
    textes = [cles[place] for place in longues]
    distances = process.cdist(textes, textes, scorer=OSA.distance, score_cutoff=1, dtype=np.uint8)
    paires = [
        (longues[un], longues[autre])
        for un, autre in np.argwhere(np.triu(distances <= 1, k=1))
        if _digits(textes[un]) == _digits(textes[autre])
    ]
    uns, autres = zip(*paires, strict=True) if paires else ((), ())
    groupes: defaultdict[int, set[str]] = defaultdict(set)
    for cle, groupe in zip(cles, find_components(len(cles), uns, autres), strict=True):
        groupes[groupe].add(cle)
    return list(groupes.values())


def _digits(texte: str) -> str:
    return "".join(filter(str.isdigit, texte))


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
        else: same words, failing that one letter apart, failing that all the words of one within the
        other. A name that is a
        sheet's own, letter for letter but for blanks, is not there: there is nothing to propose.
    """
    cherches = set(noms)
    connus = {str(cpts_id): clean_name(nom) for cpts_id, nom in fiches["nom"].items()}
    inconnus = cherches.difference(connus.values())
    restants = {nom: frozenset(name_words(nom)) for nom in inconnus}
    libres = {i: frozenset(name_words(nom)) for i, nom in connus.items() if nom not in cherches}
    trouvees: dict[str, str] = {}
    for answers in (_same, _one_letter, _within):
        trouvees |= _pair(restants, libres, answers)
        restants = {nom: mots for nom, mots in restants.items() if nom not in trouvees}
        libres = {i: mots for i, mots in libres.items() if i not in trouvees.values()}
    return dict(sorted(trouvees.items()))


def _same(uns: frozenset[str], autres: frozenset[str]) -> bool:
    return bool(uns) and uns == autres


def _within(uns: frozenset[str], autres: frozenset[str]) -> bool:
    communs = uns & autres
    return communs in (uns, autres) and not communs <= _MOTS_COMMUNS


def _one_letter(uns: frozenset[str], autres: frozenset[str]) -> bool:
    un, autre = " ".join(sorted(uns)), " ".join(sorted(autres))
    longs = min(len(un), len(autre)) >= _LONGUEUR_FAUTE
    return longs and _digits(un) == _digits(autre) and OSA.distance(un, autre, score_cutoff=1) <= 1


def _pair(
    noms: Mapping[str, frozenset[str]],
    fiches: Mapping[str, frozenset[str]],
    answers: Callable[[frozenset[str], frozenset[str]], bool],
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
