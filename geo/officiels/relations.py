"""Which columns of a table are made of which: sums, running totals.

A relation is found in the figures, whatever the titles say. It may miss on some rows, of a late update or of an added
noise: what nearly holds gives a cell away as well.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from geo.cellules import Booleens, Nombres, Valeurs

# Of the rows where both are known and one is not nil, those that may disagree.
ECART = 0.1
# Fewer rows may agree by chance.
LIGNES_MIN = 3
# What may agree by chance must be told from it as one in a hundred is, among all that is tried.
MARGE_BITS = 7.0
# Rows that tell nearly every total that is none: a few, then more.
_ESSAIS = (8, 64)
# Of these rows more may disagree than of all.
_ECART_ESSAI = 3 / 8
_QUELQUES = 2_000
_PARTIES_MAX = 4
# More sums would take long.
_SOMMES_MAX = 20_000
# Of more columns, the sums that are equal without being a column are not looked for.
_COLONNES_CROISEES_MAX = 16


class Total(NamedTuple):
    """A column and those that it is the sum of."""

    total: int
    parties: tuple[int, ...]


def find_totals(colonnes: Mapping[int, Valeurs]) -> list[Total]:
    """Find the columns that are, row by row, the sum of others: of some in a row, or of up to four anywhere.

    Fewer than four are looked for among many columns. Of two columns that are the same the last one is the total. A
    sum that nearly holds is left out where one that adds a column to it holds better.

    Parameters
    ----------
    colonnes
        Counts by rank, as the file gives them.
    """
    rangs = [rang for rang, lues in colonnes.items() if (np.nan_to_num(lues.haut) != 0).any()]
    if len(rangs) < 2:  # noqa: PLR2004
        return []
    sommes = _list_sums(len(rangs) - 1)
    nombres = np.array([colonnes[rang].nombres for rang in rangs])
    rangees = _rank_rows(nombres)
    secrets = np.array([colonnes[rang].secrets for rang in rangs])
    trouves = []
    for place, total in enumerate(rangs):
        autres = [p for p in range(len(rangs)) if p != place]
        accords: dict[tuple[int, ...], float] = {}
        for somme in _sift(nombres[place], nombres, autres, sommes, rangees):
            parties = [autres[p] for p in np.flatnonzero(somme)]
            if len(parties) > 1 or parties[0] < place:
                accord = _agree(
                    nombres[place], nombres[parties], secrets[parties], np.log2(len(sommes))
                )
                if accord:
                    accords[tuple(rangs[p] for p in parties)] = accord
        trouves += [
            Total(total, parties)
            for parties, accord in accords.items()
            if not any(set(parties) < set(p) and a > accord for p, a in accords.items())
        ]
    return trouves


def find_equal_sums(
    colonnes: Mapping[int, Valeurs], totaux: Sequence[Total]
) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Find two columns whose sum is that of others, though no column gives it: by sex and by age, without the total.

    Parameters
    ----------
    colonnes
        Counts by rank, as the file gives them.
    totaux
        The totals that are known; what follows from them is left out.
    """
    # A total stands for its parts.
    tout = {t.total for t in totaux}
    rangs = [
        rang
        for rang, lues in colonnes.items()
        if rang not in tout and (np.nan_to_num(lues.haut) != 0).any()
    ]
    if not 4 <= len(rangs) <= _COLONNES_CROISEES_MAX:  # noqa: PLR2004
        return []
    sommes = _list_sums(len(rangs) - 2)
    sommes = sommes[sommes.sum(axis=1) > 1]
    nombres = np.array([colonnes[rang].nombres for rang in rangs])
    rangees = _rank_rows(nombres)
    # Pairs are many, and some rows tell most of them.
    quelques = nombres[
        :, rangees[0][np.linspace(0, nombres.shape[1] - 1, _QUELQUES).astype("intp")]
    ]
    rangees_quelques = _rank_rows(quelques)
    secrets = np.array([colonnes[rang].secrets for rang in rangs])
    trouvees = []
    for gauche in combinations(range(len(rangs)), 2):
        autres = [p for p in range(len(rangs)) if p not in gauche]
        possibles = _sift(
            quelques[list(gauche)].sum(axis=0), quelques, autres, sommes, rangees_quelques
        )
        if not len(possibles):
            continue
        somme = nombres[list(gauche)].sum(axis=0)
        for retenue in _sift(somme, nombres, autres, possibles, rangees):
            droite = [autres[p] for p in np.flatnonzero(retenue)]
            deja = len(droite) == len(gauche) and tuple(droite) < gauche
            if (
                not deja
                and _agree(somme, nombres[droite], secrets[droite], np.log2(len(sommes)))
                and _count_each(nombres, gauche, droite)
            ):
                trouvees.append((tuple(rangs[p] for p in gauche), tuple(rangs[p] for p in droite)))
    return trouvees


def find_running(colonnes: Mapping[int, Valeurs]) -> Iterator[tuple[int, int, int]]:
    """Find the columns that add another one up, row after row: which, of which, and 1 downwards or -1 upwards.

    Parameters
    ----------
    colonnes
        Counts by rank, as the file gives them.
    """
    for cumul, lues in colonnes.items():
        for sens in (1, -1):
            pas = np.diff(lues.nombres[::sens])
            if (pas < 0).sum() > ECART * len(pas):
                continue
            for source, siennes in colonnes.items():
                if source != cumul and _same(pas, siennes.nombres[::sens][1:]):
                    yield cumul, source, sens


def _same(a: Nombres, b: Nombres) -> bool:
    connus = ~np.isnan(a + b) & ((a != 0) | (b != 0))
    bons = (a == b) & connus
    return bool(
        bons.sum() >= max(LIGNES_MIN, (1 - ECART) * connus.sum())
        and np.log2(1 + np.abs(a[bons])).sum() >= MARGE_BITS
    )


@lru_cache(maxsize=8)
def _list_sums(colonnes: int) -> Any:
    """List the sums to try among some columns, a row each: 1 where a column is part of it."""
    taille, nombre = 0, 0
    while taille < min(_PARTIES_MAX, colonnes):
        nombre += comb(colonnes, taille + 1)
        if nombre > _SOMMES_MAX and taille >= 2:  # noqa: PLR2004
            break
        taille += 1
    choix = [c for k in range(1, taille + 1) for c in combinations(range(colonnes), k)]
    choix += [
        tuple(range(debut, fin))
        for debut in range(colonnes)
        for fin in range(debut + taille + 1, colonnes + 1)
    ]
    sommes = np.zeros((len(choix), colonnes))
    for rang, parties in enumerate(choix):
        sommes[rang, list(parties)] = 1
    sommes.flags.writeable = False
    return sommes


def _rank_rows(nombres: Any) -> tuple[Any, Any]:
    """Return the rows, those that know the most columns first, and how many each knows."""
    connues = (~np.isnan(nombres)).sum(axis=0)
    return np.argsort(-connues, kind="stable"), connues


def _sift(
    total: Nombres, nombres: Any, places: Sequence[int], sommes: Any, rangees: tuple[Any, Any]
) -> Any:
    """Keep the sums of some columns that some rows do not tell to be no total: those where the most is known."""
    vues, _, restantes = _sift_on(total, nombres, places, sommes, rangees)
    muettes = restantes[vues < LIGNES_MIN]
    retenues = [restantes[vues >= LIGNES_MIN]]
    if len(muettes):
        # What they do not tell, those where the column that is the least known is may tell.
        connus = (~np.isnan(nombres[list(places)]) & (np.nan_to_num(total) != 0)).sum(axis=1)
        rares = np.where(muettes > 0, connus, np.inf).argmin(axis=1)
        for rare in np.unique(rares):
            siens = np.where(np.isnan(nombres[places[rare]]), np.nan, total)
            _, justes, restantes = _sift_on(siens, nombres, places, muettes[rares == rare], rangees)
            retenues.append(restantes[justes > 0])
    return np.concatenate(retenues)


def _sift_on(
    total: Nombres, nombres: Any, places: Sequence[int], sommes: Any, rangees: tuple[Any, Any]
) -> tuple[Any, Any, Any]:
    """Return the sums that a few rows do not tell to be no total, and before them how many know each, and agree."""
    ordre, connues = rangees
    utiles = ordre[(np.nan_to_num(total) != 0)[ordre]]
    if not len(utiles) or not len(sommes):
        return np.zeros(0), np.zeros(0), sommes[:0]
    completes = int((connues[utiles] == connues[utiles[0]]).sum())
    vues = justes = np.zeros(len(sommes))
    for essai in _ESSAIS:
        # Far from one another: what is wrong is often so on rows in a row.
        dernier = min(len(utiles), max(essai, completes)) - 1
        lignes = utiles[np.unique(np.linspace(0, dernier, essai).astype("intp"))]
        dites = nombres[np.ix_(places, lignes)]
        valeurs, inconnues = np.nan_to_num(dites), np.isnan(dites)
        connus = sommes @ inconnues.astype("float64") == 0
        vues = connus.sum(axis=1)
        justes = (connus & (sommes @ valeurs == total[lignes])).sum(axis=1)
        garder = (vues < LIGNES_MIN) | (justes >= (1 - _ECART_ESSAI) * vues)
        sommes, vues, justes = sommes[garder], vues[garder], justes[garder]
    return vues, justes, sommes


def _agree(dits: Nombres, nombres: Any, secrets: Any, essais_bits: float) -> float:
    """Return on what share of the rows a column is the sum of others; 0 where it is not, or may be so by chance."""
    somme = nombres.sum(axis=0)
    connus = ~np.isnan(somme + dits) & ((dits != 0) | (nombres != 0).any(axis=0))
    justes: Booleens = connus & (somme == dits)
    lignes, bons = int(connus.sum()), int(justes.sum())
    if bons < max(LIGNES_MIN, (1 - ECART) * lignes):
        return 0.0
    if bons < lignes or len(nombres) > 2:  # noqa: PLR2004
        preuve = float(np.log2(1 + np.abs(dits[justes])).sum())
        if preuve < MARGE_BITS + essais_bits:
            return 0.0
    for rang, partie in enumerate(nombres):
        siennes = connus & (partie != 0)
        if siennes.any():
            utile = (justes & siennes).sum() >= (1 - ECART) * siennes.sum()
        else:
            # It is nil or withheld: it makes what is missing of the total where it is withheld.
            reste = dits - np.delete(nombres, rang, axis=0).sum(axis=0)
            reste = reste[secrets[rang] & ~np.isnan(reste)]
            utile = len(reste) > 0 and (reste > 0).sum() >= (1 - ECART) * len(reste)
        if not utile:
            return 0.0
    return bons / lignes


def _count_each(nombres: Any, gauche: Sequence[int], droite: Sequence[int]) -> bool:
    """Tell whether two sums are equal where each column of the first one is not nil."""
    ecarts = nombres[list(gauche)].sum(axis=0) - nombres[list(droite)].sum(axis=0)
    for place in gauche:
        siens = ecarts[(nombres[place] != 0) & ~np.isnan(ecarts)]
        if not len(siens) or (siens == 0).mean() < 1 - ECART:
            return False
    return True
