"""Names of CPTS that may be one: proposed to the planner, never merged by themselves."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from geo.graphe import find_components
from geo.texte import ABREVIATIONS, ARTICLES, sort_key, split_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pandas as pd

    _Mots: TypeAlias = Mapping[str, frozenset[str]]

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
# Names compared with all sheets at once: what it takes is their product, one byte each.
_LOT = 10_000


@lru_cache(maxsize=NOMS_RETENUS)
def clean_name(nom: str) -> str:
    r"""Return a name on one line, with single spaces and nothing that does not show.

    >>> clean_name("CPTS  du\u00a0Gapençais\n")
    'CPTS du Gapençais'
    """
    texte = " ".join(nom.split())
    if texte.isprintable():
        return texte
    # What stood around a mark that does not show is now side by side.
    return " ".join("".join(filter(str.isprintable, texte)).split())


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
    places = {cle: place for place, cle in enumerate(cles)}
    par_chiffres: defaultdict[str, list[str]] = defaultdict(list)
    for cle in cles:
        if len(cle) >= _LONGUEUR_FAUTE:
            par_chiffres[_digits(cle)].append(cle)
    paires = [
        (places[un], places[autre])
        for siennes in par_chiffres.values()
        for un, autre in _link(siennes)
    ]
    uns, autres = zip(*paires, strict=True) if paires else ((), ())
    groupes: defaultdict[int, set[str]] = defaultdict(set)
    for cle, groupe in zip(cles, find_components(len(cles), uns, autres), strict=True):
        groupes[groupe].add(cle)
    return list(groupes.values())


def _link(textes: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Link the texts that one letter changed, added, left out or swapped with the next leads to one another.

    Enough links to tell who is connected, not every pair: the time grows as the letters do, not as the
    square of the texts. Two texts of one length that are the same without their letter of one place differ
    by that letter alone; of two lengths, the longer without a letter is the shorter.
    """
    par_longueur: defaultdict[int, set[str]] = defaultdict(set)
    par_lettres: defaultdict[str, set[str]] = defaultdict(set)
    for texte in textes:
        par_longueur[len(texte)].add(texte)
        par_lettres["".join(sorted(texte))].add(texte)
    for longueur, meme_longueur in par_longueur.items():
        plus_courts: set[str] = par_longueur.get(longueur - 1, set())
        for place in range(longueur):
            sans_lettre: dict[str, str] = {}
            for texte in meme_longueur:
                reste = texte[:place] + texte[place + 1 :]
                premier = sans_lettre.setdefault(reste, texte)
                if premier is not texte:
                    yield premier, texte
                if reste in plus_courts:
                    yield reste, texte
    for memes_lettres in par_lettres.values():
        if len(memes_lettres) > 1:
            yield from _swaps(memes_lettres)


def _swaps(textes: set[str]) -> Iterator[tuple[str, str]]:
    for texte in textes:
        for place in range(len(texte) - 1):
            permute = f"{texte[:place]}{texte[place + 1]}{texte[place]}{texte[place + 2 :]}"
            if permute in textes and permute != texte:
                yield permute, texte


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
    restants = {nom: frozenset(name_words(nom)) for nom in cherches.difference(connus.values())}
    libres = {i: frozenset(name_words(nom)) for i, nom in connus.items() if nom not in cherches}
    trouvees: dict[str, str] = {}
    for answers in (_same, _one_letter, _within):
        trouvees |= _alone(answers(restants, libres))
        restants = {nom: mots for nom, mots in restants.items() if nom not in trouvees}
        libres = {i: mots for i, mots in libres.items() if i not in trouvees.values()}
    return dict(sorted(trouvees.items()))


def _same(noms: _Mots, fiches: _Mots) -> Iterator[tuple[str, str]]:
    """Give each name with the sheets of the same words."""
    par_mots: defaultdict[frozenset[str], list[str]] = defaultdict(list)
    for cpts_id, mots in fiches.items():
        par_mots[mots].append(cpts_id)
    for nom, mots in noms.items():
        if mots:
            yield from ((nom, cpts_id) for cpts_id in par_mots.get(mots, ()))


def _one_letter(noms: _Mots, fiches: _Mots) -> Iterator[tuple[str, str]]:
    """Give each name with the sheets that are one letter apart, their words in order."""
    lus, connus = _long_texts(noms), _long_texts(fiches)
    for debut in range(0, len(lus), _LOT):
        lot = lus[debut : debut + _LOT]
        distances = process.cdist(
            [texte for _, texte in lot],
            [texte for _, texte in connus],
            scorer=OSA.distance,
            score_cutoff=1,
            dtype=np.uint8,
        )
        for rang, autre in np.argwhere(distances <= 1):
            (nom, texte), (cpts_id, connu) = lot[rang], connus[autre]
            if _digits(texte) == _digits(connu):
                yield nom, cpts_id


def _long_texts(choisis: _Mots) -> list[tuple[str, str]]:
    textes = ((cle, " ".join(sorted(mots))) for cle, mots in choisis.items())
    return [(cle, texte) for cle, texte in textes if len(texte) >= _LONGUEUR_FAUTE]


def _within(noms: _Mots, fiches: _Mots) -> set[tuple[str, str]]:
    """Give the names and sheets of which one has all the words of the other, and not of common ones alone."""
    dans_fiches = _contained(noms, fiches)
    dans_noms = ((nom, cpts_id) for cpts_id, nom in _contained(fiches, noms))
    return {*dans_fiches, *dans_noms}


def _contained(petits: _Mots, grands: _Mots) -> Iterator[tuple[str, str]]:
    """Find those that have all the words of others by the rarest of these."""
    par_mot: defaultdict[str, list[str]] = defaultdict(list)
    for cle, mots in grands.items():
        for mot in mots:
            par_mot[mot].append(cle)
    for petit, mots in petits.items():
        if not mots <= _MOTS_COMMUNS:
            rares = min((par_mot.get(mot, []) for mot in mots), key=len)
            yield from ((petit, grand) for grand in rares if mots <= grands[grand])


def _alone(paires: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the names and sheets that answer to each other alone."""
    par_nom: defaultdict[str, list[str]] = defaultdict(list)
    par_fiche: Counter[str] = Counter()
    for nom, cpts_id in paires:
        par_nom[nom].append(cpts_id)
        par_fiche[cpts_id] += 1
    return {nom: ids[0] for nom, ids in par_nom.items() if len(ids) == 1 and par_fiche[ids[0]] == 1}
