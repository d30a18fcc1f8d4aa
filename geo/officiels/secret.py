"""What must not be said: small counts, and what would give a withheld one away.

A file gives a withheld count away where another of its columns is made of it: a total of which the other parts are
known, a rate whose denominator is. Every column is looked at, whatever the planner imports of the file: one column
today and another tomorrow must not say together what neither says alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain, combinations
from typing import TYPE_CHECKING

import numpy as np

from geo.cellules import Valeurs, add_valeurs
from geo.indicateurs.unites import POUR_CENT, read_unite
from geo.officiels.valeurs import read_valeurs
from geo.texte import split_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from geo.cellules import Booleens, Nombres
    from geo.officiels.table import Table

_TAUX = frozenset({"taux", "part", "pct", "pourcentage", "proportion", "indice", "apl"})
# A rate and a count are rounded: what one gives of the other is known to half a unit.
_ARRONDI_EFFECTIF, _ARRONDI_TAUX = 0.5, 0.5
# By what a ratio may be multiplied.
_FACTEURS = (1.0, POUR_CENT, 1e3, 1e4, 1e5)
# Fewer rows may agree by chance.
_LIGNES_MIN = 3
# So many rows tell nearly every total that is none.
_ESSAI = 64
# A column of more words than that counts nothing.
_MOTS_MAX = 50


def withhold_small(valeurs: Valeurs, bornes: tuple[float, float]) -> Valeurs:
    """Withhold the counts that lie within bounds, both included.

    >>> lues = withhold_small(read_valeurs(["0", "4", "12"], (1, 10)), (1, 10))
    >>> lues.secrets.tolist(), lues.bas.tolist(), lues.haut.tolist()
    ([False, True, False], [0.0, 1.0, 12.0], [0.0, 10.0, 12.0])
    """
    bas, haut = bornes
    petits = ~valeurs.secrets & (valeurs.bas >= bas) & (valeurs.bas <= haut)
    return Valeurs(
        np.where(petits, bas, valeurs.bas),
        np.where(petits, haut, valeurs.haut),
        valeurs.secrets | petits,
        valeurs.illisibles,
    )


@dataclass(frozen=True, eq=False)
class Secrets:
    """The columns of a table that withhold counts.

    Attributes
    ----------
    comptes
        What may be said of each, by its rank: see :func:`find_secrets`.
    autres
        The other columns of numbers, as the file gives them.
    """

    comptes: dict[int, Valeurs] = field(default_factory=dict)
    autres: dict[int, Valeurs] = field(default_factory=dict)

    def withhold_rates(self, valeurs: Valeurs, rang: int) -> Valeurs:
        """Withhold the rates that would give away a count.

        A rate gives one away where the file has its numerator and its denominator beside it: on every row where
        all three are known the rate is their ratio, or what is left of it, and on others one is withheld.

        Parameters
        ----------
        valeurs, rang
            The rates, and the rank of their column.
        """
        taux = valeurs.nombres
        for numerateur, denominateur in self._ratios(rang):
            ratio = _find_ratio(taux, numerateur.nombres, denominateur.nombres)
            trahis = (numerateur.secrets | denominateur.secrets) & ~np.isnan(taux)
            trahis &= ~valeurs.secrets
            if ratio is None or not trahis.any():
                continue
            facteur, reste = ratio
            with np.errstate(invalid="ignore", divide="ignore"):
                bas = numerateur.bas / denominateur.haut * facteur
                haut = numerateur.haut / denominateur.bas * facteur
                if reste:
                    bas, haut = np.maximum(facteur - haut, 0.0), facteur - bas
                # Not what it was taken for: the bounds would lie. A rounded one is, or it would be told from the others.
                arrondi = _ARRONDI_TAUX * facteur / POUR_CENT
                dedans = (bas - arrondi <= taux) & (taux <= haut + arrondi)
                hors = ~dedans | ~np.isfinite(haut)
            valeurs = Valeurs(
                np.where(trahis, np.where(hors, 0.0, bas), valeurs.bas),
                np.where(trahis, np.where(hors, facteur, haut), valeurs.haut),
                valeurs.secrets | trahis,
                valeurs.illisibles,
            )
        return valeurs

    def _ratios(self, rang: int) -> Iterator[tuple[Valeurs, Valeurs]]:
        """List what rates may be the ratios of: a withheld count, over another column or over the sum of both."""
        tous = self.autres | self.comptes
        for haut, numerateur in self.comptes.items():
            bas = [lues for autre, lues in tous.items() if autre not in (haut, rang)]
            for lues in (*bas, *(add_valeurs([numerateur, autre]) for autre in bas)):
                yield numerateur, lues


def find_secrets(
    table: Table,
    bornes: tuple[float, float],
    tus: Collection[int],
    taux: Collection[int] = (),
) -> Secrets:
    """Withhold the counts of a table that are small, and those that would give one away.

    A column is concerned if it marks withheld cells itself, if it is among `tus`, or if it is part or total of one
    that is. Its small counts are withheld; a total is where one of its parts is, between the sums of their bounds; of
    one that is divided in two ways, everything above the threshold is.

    Parameters
    ----------
    table
        The table.
    bornes
        Between what a withheld count is.
    tus
        The ranks of the columns that count people one by one.
    taux
        Those of columns that count nothing.
    """
    colonnes = {
        rang: cellules
        for rang in range(len(table.titres))
        if rang not in table.cles.values()
        and (_holds_numbers(cellules := table.column(rang)) or rang in tus)
    }
    # Most files withhold nothing: their columns need not be read.
    if not tus and not any(map(_holds_secrets, colonnes.values())):
        return Secrets()
    lues = {rang: read_valeurs(cellules, bornes) for rang, cellules in colonnes.items()}
    lues = {rang: valeurs for rang, valeurs in lues.items() if not valeurs.illisibles}
    comptes = {
        r
        for r, v in lues.items()
        if r in tus or (r not in taux and _are_whole(v.nombres) and not _is_rate(table, r))
    }
    concernees = {r for r in comptes if r in tus or lues[r].secrets.any()}
    if not concernees:
        return Secrets()
    totaux = list(_find_totals({r: lues[r].nombres for r in sorted(comptes)}))
    while (
        nouvelles := {
            rang
            for total, parties in totaux
            if not concernees.isdisjoint((total, *parties))
            for rang in (total, *parties)
        }
        - concernees
    ):
        concernees |= nouvelles
    tues = {rang: withhold_small(lues[rang], bornes) for rang in sorted(concernees)}
    # A total may be part of another one.
    avant = -1
    while (nombre := sum(int(valeurs.secrets.sum()) for valeurs in tues.values())) > avant:
        avant = nombre
        for total, parties in totaux:
            if total in tues:
                somme = add_valeurs([tues[rang] for rang in parties])
                tues[total] = _bound(tues[total], somme.bas, somme.haut, somme.secrets)
        for total, feuilles in _find_crossed(totaux):
            if total in tues:
                trahis = tues[total].secrets
                for rang in (total, *feuilles):
                    tues[rang] = _open(tues[rang], trahis, bornes[1])
    return Secrets(tues, {r: v for r, v in lues.items() if r not in tues})


def find_mixed_totals(
    valeurs: Valeurs, departements: Sequence[str], suspectes: Booleens
) -> Booleens:
    """Tell which rows may be the total of their department: they are worth all of its communes at least.

    Parameters
    ----------
    valeurs
        The counts.
    departements
        Of each row.
    suspectes
        Which rows are of no commune that is known.
    """
    codes, rangs = np.unique(np.asarray(departements, dtype="str"), return_inverse=True)
    communes = np.nan_to_num(valeurs.bas) * ~suspectes
    autres = np.bincount(rangs, weights=communes, minlength=len(codes))[rangs]
    totaux: Booleens = suspectes & (autres > 0) & (valeurs.haut >= autres)
    return totaux


def withhold_totals(places: Sequence[str], regions: Sequence[str], valeurs: Valeurs) -> Valeurs:
    """Withhold the counts of the region and of France where that of a department or a region is withheld.

    Parameters
    ----------
    places
        Of each row: ``departement:70``, ``region:27``, ``france``.
    regions
        The region of each row, as ``region:27``; empty for France.
    valeurs
        Their counts.
    """
    touchees = {region for region, secret in zip(regions, valeurs.secrets, strict=True) if secret}
    trahis = np.array(
        [place in touchees or (place == "france" and bool(touchees)) for place in places],
        dtype="bool",
    )
    infini = np.full(len(places), np.inf)
    return _bound(valeurs, -infini, infini, trahis)


def _holds_numbers(cellules: Sequence[str]) -> bool:
    uniques = set(cellules)
    return len(mots := _words(uniques)) <= _MOTS_MAX and len(mots) < len(uniques)


def _holds_secrets(cellules: Sequence[str]) -> bool:
    return bool(read_valeurs(sorted(_words(cellules)), (0, 1)).secrets.any())


def _words(cellules: Iterable[str]) -> set[str]:
    return {texte for texte in cellules if not texte[:1].isdigit()}


def _find_crossed(
    totaux: Sequence[tuple[int, tuple[int, ...]]],
) -> Iterator[tuple[int, frozenset[int]]]:
    """Find the totals that are divided in two ways, by sex and by age, with all that divides them.

    Of such a total the parts of one way give that of the other, and their bounds tighten one another: nothing that
    is above the threshold can be said of them.
    """
    par_total: dict[int, list[tuple[int, ...]]] = {}
    for total, parties in totaux:
        par_total.setdefault(total, []).append(parties)

    def leaves(rang: int, vus: frozenset[int]) -> frozenset[int]:
        if rang in vus or rang not in par_total:
            return frozenset((rang,))
        return frozenset(chain.from_iterable(leaves(r, vus | {rang}) for r in par_total[rang][0]))

    for total, facons in par_total.items():
        dites = {
            frozenset(chain.from_iterable(leaves(r, frozenset((total,))) for r in parties))
            for parties in facons
        }
        if len(dites) > 1:
            yield total, frozenset(chain(*facons, *dites)) - {total}


def _open(valeurs: Valeurs, trahis: Booleens, seuil: float) -> Valeurs:
    """Withhold what is above the threshold, and say nothing of it."""
    ouverts = trahis & (valeurs.haut > seuil)
    return Valeurs(
        np.where(ouverts, 0.0, valeurs.bas),
        np.where(ouverts, np.inf, valeurs.haut),
        valeurs.secrets | ouverts,
        valeurs.illisibles,
    )


def _bound(valeurs: Valeurs, bas: Nombres, haut: Nombres, trahis: Booleens) -> Valeurs:
    """Withhold more cells, each between bounds of its own."""
    nouvelles = trahis & ~valeurs.secrets & ~valeurs.manquants
    return Valeurs(
        np.where(nouvelles, bas, valeurs.bas),
        np.where(nouvelles, haut, valeurs.haut),
        valeurs.secrets | nouvelles,
        valeurs.illisibles,
    )


def _find_totals(nombres: dict[int, Nombres]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Find the columns that are, row by row, the sum of others: of two, or of some in a row; a copy, of the first one."""
    rangs = [rang for rang, valeurs in nombres.items() if np.nan_to_num(valeurs).any()]
    for total in rangs:
        autres = [rang for rang in rangs if rang != total]
        suites = (
            tuple(autres[debut:fin])
            for debut in range(len(autres))
            for fin in range(debut + 1, len(autres) + 1)
        )
        for parties in dict.fromkeys(chain(suites, combinations(autres, 2))):
            copie = len(parties) == 1 and parties[0] > total
            if not copie and _is_total(nombres[total], [nombres[rang] for rang in parties]):
                yield total, parties


def _is_total(total: Nombres, parties: Sequence[Nombres]) -> bool:
    for lignes in (slice(_ESSAI), slice(None)):
        somme = np.sum([partie[lignes] for partie in parties], axis=0)
        connus = ~np.isnan(somme + total[lignes])
        if (somme[connus] != total[lignes][connus]).any():
            return False
    return int((total[connus] > 0).sum()) >= _LIGNES_MIN


def _is_rate(table: Table, rang: int) -> bool:
    """Tell whether a title or a unit says that a column counts nothing."""
    en_pct = read_unite(table.unites[rang]).en_pct
    return en_pct or not _TAUX.isdisjoint(split_words(table.titres[rang]))


def _are_whole(nombres: Nombres) -> bool:
    connus = nombres[~np.isnan(nombres)]
    return bool((connus == np.floor(connus)).all())


def _find_ratio(
    taux: Nombres, numerateur: Nombres, denominateur: Nombres
) -> tuple[float, bool] | None:
    """Return by what the ratio of two columns is multiplied to be the rates, and whether they are what is left of it.

    That is to the rounding; ``None`` if it is not so on every row where all three are known.
    """
    connus = ~(np.isnan(taux) | np.isnan(numerateur) | np.isnan(denominateur))
    if connus.sum() < _LIGNES_MIN:
        return None
    taux, numerateur, denominateur = taux[connus], numerateur[connus], denominateur[connus]
    permis = _ARRONDI_EFFECTIF + denominateur * _ARRONDI_TAUX / POUR_CENT
    ecarts = {}
    for facteur in _FACTEURS:
        for reste in (False, True):
            attendus = (facteur - taux if reste else taux) / facteur * denominateur
            ecart = np.abs(attendus - numerateur)
            if (ecart <= permis).all():
                ecarts[facteur, reste] = float(ecart.sum())
    return min(ecarts, key=ecarts.__getitem__) if ecarts else None
