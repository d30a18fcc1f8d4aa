"""What must not be said: small counts, and what would give a withheld one away.

A file gives a withheld count away where another of its columns is made of it: a total of which the other parts are
known, a rate whose denominator is. Every column is looked at, whatever the planner imports of the file: one column
today and another tomorrow must not say together what neither says alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from geo.cellules import Valeurs, add_valeurs
from geo.indicateurs.unites import read_unite
from geo.officiels.rapports import find_rapports
from geo.officiels.relations import ECART, find_equal_sums, find_running, find_totals
from geo.officiels.valeurs import read_valeurs
from geo.texte import split_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from geo.cellules import Booleens, Nombres
    from geo.officiels.rapports import Rapport
    from geo.officiels.relations import Total
    from geo.officiels.table import Table

_TAUX = frozenset({"taux", "part", "pct", "pourcentage", "proportion", "indice", "apl"})
# A column of more words than that counts nothing.
_MOTS_MAX = 50
_SIGNE_NOMBRE = re.compile(r"[+\-−]?[.,]?\d")


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
    rapports
        What columns are the ratio of.
    dementis
        By rank, how many cells the file withholds that its other columns tell to be out of the bounds.
    """

    comptes: Mapping[int, Valeurs] = field(default_factory=dict)
    autres: Mapping[int, Valeurs] = field(default_factory=dict)
    rapports: Mapping[int, Sequence[Rapport]] = field(default_factory=dict)
    dementis: Mapping[int, int] = field(default_factory=dict)

    def withhold_rates(self, valeurs: Valeurs, rang: int) -> Valeurs:
        """Withhold the rates that would give away a count, or any other column that is made of one.

        A rate gives one away where the file has its numerator and its denominator beside it: where all three are
        known the rate is their ratio, or what is left of it, and on others one is withheld.

        Parameters
        ----------
        valeurs, rang
            The rates, and the rank of their column.
        """
        tous = {**self.autres, **self.comptes}
        for rapport in self.rapports.get(rang, ()):
            valeurs = _withhold_rapport(valeurs, rapport, tous)
        return valeurs


@dataclass(frozen=True)
class _Relations:
    """How the columns of a table are made of one another."""

    totaux: list[Total]
    egales: list[tuple[tuple[int, ...], tuple[int, ...]]]
    cumuls: list[tuple[int, int, int]]

    @classmethod
    def find(cls, colonnes: Mapping[int, Valeurs]) -> _Relations:
        totaux = find_totals(colonnes)
        return cls(totaux, find_equal_sums(colonnes, totaux), list(find_running(colonnes)))

    def spread(self, rangs: Collection[int]) -> set[int]:
        """Return columns with all that is made of them, or that they are made of."""
        groupes = [
            *(frozenset((total, *parties)) for total, parties in self.totaux),
            *(frozenset((*gauche, *droite)) for gauche, droite in self.egales),
            *(frozenset((cumul, source)) for cumul, source, _ in self.cumuls),
        ]
        atteintes = set(rangs)
        while (
            nouvelles := {
                r for groupe in groupes if not atteintes.isdisjoint(groupe) for r in groupe
            }
            - atteintes
        ):
            atteintes |= nouvelles
        return atteintes

    def bind(self, rapports: Mapping[int, Sequence[Rapport]]) -> dict[int, list[Rapport]]:
        """Leave out the ratios between a total and one of its parts: the total says more of them."""
        lies = {frozenset((total, partie)) for total, parties in self.totaux for partie in parties}
        return {
            rang: [
                r for r in siens if r.denominateur or frozenset((rang, *r.numerateur)) not in lies
            ]
            for rang, siens in rapports.items()
        }


def find_secrets(
    table: Table,
    bornes: tuple[float, float],
    tus: Collection[int],
    taux: Collection[int] = (),
) -> Secrets:
    """Withhold the counts of a table that are small, and those that would give one away.

    A column is concerned if it marks withheld cells itself, if it is among `tus`, or if it is part or total of one
    that is. Its small counts are withheld; a total is where one of its parts is, between the sums of their bounds; of
    one that is divided in two ways, everything above the threshold is. A cell that the file withholds, and that its
    other columns tell to be out of the bounds, has none.

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
    colonnes = _columns_of_numbers(table, tus)
    # Most files withhold nothing: their columns need not be read.
    if not tus and not any(map(holds_secrets, colonnes.values())):
        return Secrets()
    lues = {rang: read_valeurs(cellules, bornes) for rang, cellules in colonnes.items()}
    lues = {
        rang: valeurs
        for rang, valeurs in lues.items()
        if len(valeurs.illisibles) <= ECART * len(valeurs.bas)
    }
    comptes = {
        r: v
        for r, v in lues.items()
        if r in tus or (r not in taux and _are_whole(v.nombres) and not _is_rate(table, r))
    }
    concernees = {r for r, v in comptes.items() if r in tus or v.secrets.any()}
    if not concernees:
        return Secrets()
    relations = _Relations.find(comptes)
    mesurables = [r for r in lues if r in comptes or (r not in taux and not _is_rate(table, r))]
    avant: set[int] = set()
    rapports: dict[int, list[Rapport]] = {}
    while concernees != avant:
        avant = concernees = relations.spread(concernees)
        rapports = relations.bind(find_rapports(lues, mesurables, concernees))
        copies = {
            rang for rang, siens in rapports.items() if any(not r.denominateur for r in siens)
        }
        concernees = concernees | (copies & comptes.keys())
    dementis = _find_denied(lues, relations, rapports)
    tues = {rang: withhold_small(lues[rang], bornes) for rang in sorted(concernees)}
    tues |= {r: _open(tues[r], cellules) for r, cellules in dementis.items() if r in tues}
    _withhold_parts(tues, relations.totaux)
    autres = {rang: valeurs for rang, valeurs in lues.items() if rang not in tues}
    # A total may be part of another one.
    for _ in range(len(tues) + 1):
        avant_tues = dict(tues)
        _withhold_made(tues, lues, relations, rapports, bornes[1])
        if all(_equal(tues[rang], avant_tues[rang]) for rang in tues):
            break
    return Secrets(
        tues, autres, rapports, {rang: int(cellules.sum()) for rang, cellules in dementis.items()}
    )


def holds_secrets(cellules: Iterable[str]) -> bool:
    """Tell whether a column marks withheld cells."""
    return bool(read_valeurs(sorted(_words(cellules)), (0, 1)).secrets.any())


def marks_secrets(table: Table) -> bool:
    """Tell whether a column of numbers marks withheld cells."""
    return any(map(holds_secrets, _columns_of_numbers(table).values()))


def _columns_of_numbers(table: Table, aussi: Collection[int] = ()) -> dict[int, list[str]]:
    return {
        rang: cellules
        for rang in range(len(table.titres))
        if rang not in table.cles.values()
        and (_holds_numbers(cellules := table.column(rang)) or rang in aussi)
    }


def _holds_numbers(cellules: Sequence[str]) -> bool:
    uniques = set(cellules)
    return len(mots := _words(uniques)) <= _MOTS_MAX and len(mots) < len(uniques)


def _words(cellules: Iterable[str]) -> set[str]:
    return {t for t in set(cellules) if not (t[:1].isdigit() or _SIGNE_NOMBRE.match(t))}


def _find_denied(
    lues: Mapping[int, Valeurs], relations: _Relations, rapports: Mapping[int, Sequence[Rapport]]
) -> dict[int, Booleens]:
    """Find the cells that the file withholds, and that its other columns tell to be out of their bounds.

    What one relation denies and another one bears out, alone withheld there, is not denied: one of both is by chance.
    """
    dementis: dict[int, Booleens] = {}
    confirmes: dict[int, Booleens] = {}
    for rangs, bas, haut in _list_gaps(lues, relations, rapports):
        combien = np.sum([lues[rang].secrets for rang in rangs], axis=0)
        faux, justes = (bas > 0) | (haut < 0), (bas <= 0) & (haut >= 0) & (combien == 1)
        for rang in rangs:
            secrets = lues[rang].secrets
            dementis[rang] = dementis.get(rang, np.False_) | (faux & secrets)
            confirmes[rang] = confirmes.get(rang, np.False_) | (justes & secrets)
    niees = {rang: cellules & ~confirmes[rang] for rang, cellules in dementis.items()}
    return {rang: cellules for rang, cellules in niees.items() if cellules.any()}


def _list_gaps(
    lues: Mapping[int, Valeurs], relations: _Relations, rapports: Mapping[int, Sequence[Rapport]]
) -> Iterator[tuple[tuple[int, ...], Nombres, Nombres]]:
    """List the columns of each relation, and between what it is from holding; nil is within where it may hold."""
    egalites = [*(((total,), parties) for total, parties in relations.totaux), *relations.egales]
    for gauche, droite in egalites:
        a, b = (add_valeurs([lues[rang] for rang in rangs]) for rangs in (gauche, droite))
        yield (*gauche, *droite), a.bas - b.haut, a.haut - b.bas
    for cible, siens in rapports.items():
        dite = lues[cible].nombres
        for rapport in siens:
            bas, haut = rapport.bounds(lues)
            # What a withheld rate is, the threshold of counts does not say.
            rangs = (*rapport.numerateur, *rapport.denominateur)
            yield rangs, dite - rapport.pas - haut, dite + rapport.pas - bas
    for cumul, source, sens in relations.cumuls:
        pas = np.diff(lues[cumul].nombres[::sens], prepend=0.0)[::sens]
        yield (source,), pas - lues[source].haut, pas - lues[source].bas


def _withhold_parts(tues: dict[int, Valeurs], totaux: Sequence[Total]) -> None:
    """Withhold a part of a withheld total of which every part is known: a negative one, or else the greatest."""
    for total, parties in totaux:
        if total not in tues:
            continue
        entier, siennes = tues[total], [tues[rang] for rang in parties]
        lignes = entier.secrets & ~np.logical_or.reduce([s.secrets | s.manquants for s in siennes])
        if not lignes.any():
            continue
        poids = np.array([np.where(s.bas < 0, np.inf, s.bas) for s in siennes])
        choisies = poids.argmax(axis=0)
        for place, rang in enumerate(parties):
            cellules = lignes & (choisies == place)
            autres = np.sum([s.bas for s in siennes if s is not siennes[place]], axis=0)
            tues[rang] = replace(
                tues[rang],
                bas=np.where(cellules, entier.bas - autres, tues[rang].bas),
                haut=np.where(cellules, entier.haut - autres, tues[rang].haut),
                secrets=tues[rang].secrets | cellules,
            )


def _withhold_made(
    tues: dict[int, Valeurs],
    lues: Mapping[int, Valeurs],
    relations: _Relations,
    rapports: Mapping[int, Sequence[Rapport]],
    seuil: float,
) -> None:
    """Withhold once what is made of what is withheld."""
    for total, parties in relations.totaux:
        if total in tues:
            somme = add_valeurs([tues[rang] for rang in parties])
            tues[total] = _bound(tues[total], lues[total], somme)
    for cumul, source, sens in relations.cumuls:
        if cumul in tues:
            tues[cumul] = _bound(tues[cumul], lues[cumul], _add_rows(tues[source], sens))
    for rang, siens in rapports.items():
        for rapport in siens if rang in tues else ():
            bas, haut = rapport.bounds({**lues, **tues})
            secrets = np.logical_or.reduce(
                [tues[r].secrets for r in (*rapport.numerateur, *rapport.denominateur) if r in tues]
            )
            tues[rang] = _bound(tues[rang], lues[rang], Valeurs(bas, haut, secrets), rapport.pas)
    for gauche, droite in chain(_find_crossed(relations.totaux), relations.egales):
        if not tues.keys() >= {*gauche, *droite}:
            continue
        trahis = (
            np.logical_or.reduce([tues[rang].secrets for rang in (*gauche, *droite)])
            if len(gauche) > 1
            else tues[gauche[0]].secrets
        )
        for rang in (*gauche, *droite):
            tues[rang] = _open(tues[rang], trahis & (tues[rang].haut > seuil))


def _add_rows(valeurs: Valeurs, sens: int) -> Valeurs:
    """Add a column up row after row: nothing is said after a cell that is not known."""
    bas, haut = (np.cumsum(v[::sens])[::sens] for v in (valeurs.bas, valeurs.haut))
    secrets = np.logical_or.accumulate((valeurs.secrets | valeurs.manquants)[::sens])[::sens]
    inconnus = np.isnan(bas)
    return Valeurs(np.where(inconnus, 0.0, bas), np.where(inconnus, np.inf, haut), secrets)


def _find_crossed(
    totaux: Sequence[Total],
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
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
            yield (total,), tuple(frozenset(chain(*facons, *dites)) - {total})


def _open(valeurs: Valeurs, cellules: Booleens) -> Valeurs:
    """Withhold cells, and say nothing of them."""
    return Valeurs(
        np.where(cellules, np.minimum(valeurs.bas, 0.0), valeurs.bas),
        np.where(cellules, np.inf, valeurs.haut),
        valeurs.secrets | cellules,
        valeurs.illisibles,
    )


def _bound(valeurs: Valeurs, lues: Valeurs, faites: Valeurs, arrondi: float = 0.0) -> Valeurs:
    """Withhold cells that are made of withheld ones, between their bounds.

    A cell that is not what it seems to be made of has no bounds: they would lie. One that is withheld already is so
    between both bounds.

    Parameters
    ----------
    valeurs, lues
        What may be said of the column, and what the file says.
    faites
        Between what it is.
    arrondi
        To what it is so.
    """
    dites = ~lues.secrets & ~lues.manquants & faites.secrets
    hors = dites & ((lues.bas < faites.bas - arrondi) | (lues.bas > faites.haut + arrondi))
    dedans = dites & ~hors & ~faites.manquants
    deja = valeurs.secrets
    bas = np.where(deja, np.minimum(valeurs.bas, faites.bas), faites.bas)
    haut = np.where(deja, np.maximum(valeurs.haut, faites.haut), faites.haut)
    bornees = replace(
        valeurs,
        bas=np.where(dedans, bas, valeurs.bas),
        haut=np.where(dedans, haut, valeurs.haut),
        secrets=deja | dedans,
    )
    return _open(bornees, hors)


def _withhold_rapport(
    valeurs: Valeurs, rapport: Rapport, colonnes: Mapping[int, Valeurs]
) -> Valeurs:
    """Withhold the rates that a withheld count makes, between the bounds of what makes them."""
    secrets = np.logical_or.reduce(
        [colonnes[rang].secrets for rang in (*rapport.numerateur, *rapport.denominateur)]
    )
    taux = valeurs.bas
    trahis = secrets & ~valeurs.secrets & ~valeurs.manquants
    bas, haut = rapport.bounds(colonnes)
    # Not what it was taken for: the bounds would lie. A rounded one is, or it would be told from the others.
    dedans = (bas - rapport.pas <= taux) & (taux <= haut + rapport.pas) & np.isfinite(haut)
    vide = (0.0, rapport.facteur) if rapport.part else (-np.inf, np.inf)
    return replace(
        valeurs,
        bas=np.where(trahis, np.where(dedans, bas, vide[0]), valeurs.bas),
        haut=np.where(trahis, np.where(dedans, haut, vide[1]), valeurs.haut),
        secrets=valeurs.secrets | trahis,
    )


def _equal(a: Valeurs, b: Valeurs) -> bool:
    return np.array_equal(a.bas, b.bas, equal_nan=True) and np.array_equal(
        a.haut, b.haut, equal_nan=True
    )


def _is_rate(table: Table, rang: int) -> bool:
    """Tell whether a title or a unit says that a column counts nothing."""
    en_pct = read_unite(table.unites[rang]).en_pct
    return en_pct or not _TAUX.isdisjoint(split_words(table.titres[rang]))


def _are_whole(nombres: Nombres) -> bool:
    connus = nombres[~np.isnan(nombres)]
    return bool((connus == np.floor(connus)).all())
