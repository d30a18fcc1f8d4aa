"""Which columns are the ratio of others: a rate, what is left of it, a change, the same count in thousands."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.cellules import add_valeurs
from geo.officiels.relations import ECART, LIGNES_MIN, MARGE_BITS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from geo.cellules import Booleens, Nombres, Valeurs

# More decimals are those of the machine.
_DECIMALES_MAX = 6
_EXACT = 1e-9
# So many rows tell nearly every ratio that is none; of these more may disagree than of all.
_ESSAIS = ((6, 0.4), (16, 0.4), (256, 0.2))
# They are of those where a rate has a few units at least.
_PRECIS = 5
# Among more columns, sums of two are tried with a withheld one only, and a denominator with its numerator.
_COLONNES_MAX = 16
_PAIRES_MAX = 400
# So many rows rank those that are left, and the first ones are judged on all rows.
_QUELQUES = 2_000
_FINALISTES = 10
# A known factor (1, %, ‰…) needs less proof than one that is drawn from the figures.
_MARGE_CONNU_BITS = 3.0
# A row tells something where the most that the factor may be is not over twice the least.
_INFORME = 2.0
# A figure that is nearly the same everywhere is no proof of a ratio that is so as well.
_CONSTANTE_MAX = 0.7
# A rate may be rounded, or cut.
_DEMI = 0.5


@dataclass(frozen=True)
class Rapport:
    """What a column is made of: ``facteur × numerateur / denominateur``, or ``facteur × (1 − that)`` if `reste`.

    Attributes
    ----------
    numerateur, denominateur
        Ranks of the columns that are added; no denominator is 1.
    facteur
        As the figures give it; negative for a change: ``100 × (after / before − 1)``.
    reste
        Whether it is what is left of the ratio.
    pas
        To how much the column is written.
    part
        Whether every figure is between nothing and the factor.
    """

    numerateur: tuple[int, ...]
    denominateur: tuple[int, ...]
    facteur: float
    reste: bool
    pas: float
    part: bool

    def bounds(self, colonnes: Mapping[int, Valeurs]) -> tuple[Nombres, Nombres]:
        """Return between what the column is, from what may be said of those that make it."""
        haut = add_valeurs([colonnes[rang] for rang in self.numerateur])
        minimum, maximum = haut.bas, haut.haut
        with np.errstate(invalid="ignore", divide="ignore"):
            if self.denominateur:
                bas = add_valeurs([colonnes[rang] for rang in self.denominateur])
                minimum, maximum = minimum / bas.haut, maximum / bas.bas
            a, b = (self.facteur * (1 - x if self.reste else x) for x in (minimum, maximum))
        minimum, maximum = np.minimum(a, b), np.maximum(a, b)
        return (np.maximum(minimum, 0.0) if self.part else minimum), maximum


def find_rapports(
    colonnes: Mapping[int, Valeurs], comptes: Collection[int], secretes: Collection[int]
) -> dict[int, list[Rapport]]:
    """Find which columns are the ratio of others, one of which is withheld.

    The factor is what the figures give. A numerator is a column or the sum of two; a denominator too, or the sum of some
    in a row, or none. Of a withheld column only copies are looked for, to a factor.

    Parameters
    ----------
    colonnes
        The columns of numbers, by rank, as the file gives them.
    comptes
        The ranks of what may make a ratio.
    secretes
        The ranks of those of which cells are withheld.
    """
    rangs = [rang for rang in comptes if (np.nan_to_num(colonnes[rang].haut) != 0).any()]
    nombres = np.array([colonnes[rang].nombres for rang in rangs])
    if not rangs:
        return {}
    essais = _Essais(rangs, nombres, set(secretes))
    trouves = {
        cible: essais.find(lues.nombres, cible, copie=cible in secretes)
        for cible, lues in colonnes.items()
    }
    return {cible: rapports for cible, rapports in trouves.items() if rapports}


class _Essais:
    """The ratios to try among some columns, one of which at least is withheld."""

    def __init__(self, rangs: Sequence[int], nombres: Any, secretes: set[int]) -> None:
        self.rangs, self.nombres = rangs, nombres
        places = range(len(rangs))
        seules = [(place,) for place in places]
        peu = len(rangs) <= _COLONNES_MAX
        paires = [
            paire
            for paire in combinations(places, 2)
            if peu or not secretes.isdisjoint(rangs[place] for place in paire)
        ][:_PAIRES_MAX]
        suites = [
            tuple(places[debut:fin])
            for debut in places
            for fin in range(debut + 3, len(rangs) + 1)
            if peu
        ]
        self.sommes: list[tuple[int, ...]] = [(), *seules, *paires, *suites]
        self.matrice = np.zeros((len(self.sommes), len(rangs)))
        for rang, somme in enumerate(self.sommes):
            self.matrice[rang, list(somme)] = 1
        secrete = self.matrice @ np.array([rang in secretes for rang in rangs], dtype="float64") > 0
        taille = self.tailles = self.matrice.sum(axis=1)
        haut, bas = np.meshgrid(np.arange(len(taille)), np.arange(len(taille)), indexing="ij")
        communes = self.matrice @ self.matrice.T
        # A sum of two over that of two others agrees by chance more than it is published.
        utile = (taille[haut] == 1) | ((taille[haut] == 2) & ((taille[bas] < 2) | (communes == 1)))  # noqa: PLR2004
        utile &= (taille[bas] <= 2) | (taille[haut] == 1)  # noqa: PLR2004
        utile &= peu | (taille[bas] < 2) | (communes > 0)  # noqa: PLR2004
        utile &= (haut != bas) & (secrete[haut] | secrete[bas])
        self.haut, self.bas = haut[utile], bas[utile]
        # The rows that know the most first.
        connues = (~np.isnan(nombres) & (nombres != 0)).sum(axis=0)
        self.ordre, self.connues = np.argsort(-connues, kind="stable"), connues

    def find(self, taux: Nombres, cible: int, *, copie: bool) -> list[Rapport]:
        """Return what a column is: what agrees on the most rows."""
        connus = taux[~np.isnan(taux)]
        if len(connus) < LIGNES_MIN or not connus.any():
            return []
        haut, bas = self.haut, self.bas
        garder = np.ones(len(haut), dtype="bool")
        if cible in self.rangs:
            sienne = self.matrice[:, self.rangs.index(cible)] > 0
            garder = ~(sienne[haut] | sienne[bas])
        if copie:
            garder &= (bas == 0) & (self.matrice.sum(axis=1)[haut] == 1)
        haut, bas = haut[garder], bas[garder]
        pas = _find_step(connus)
        dits = connus[connus != 0]
        dits = dits[:: max(1, len(dits) // _QUELQUES)]
        if _stab(dits - pas * _DEMI, dits + pas * _DEMI)[1] > _CONSTANTE_MAX * len(dits):
            return []
        tailles = self.tailles[haut] + self.tailles[bas]
        # What is simple is one of a few: it needs less proof.
        bits = [
            float(np.log2(max((tailles <= n).sum(), 1)))
            for n in range(int(tailles.max(initial=0)) + 1)
        ]
        formes = [
            (reste, h, b)
            for reste in ((False,) if copie else (False, True))
            for h, b in self._sift(taux, haut, bas, pas, reste=reste)
        ]
        # Some rows tell which ones to look at on all of them.
        utiles = self.ordre[(np.nan_to_num(taux) != 0)[self.ordre]]
        quelques = utiles[:: max(1, len(utiles) // _QUELQUES)]
        meilleures = self._rank(taux, formes, pas, bits, quelques)[:_FINALISTES]
        jugees = self._rank(taux, [forme for _, forme, _ in meilleures], pas, bits, utiles)
        return [
            Rapport(
                tuple(self.rangs[place] for place in self.sommes[h]),
                tuple(self.rangs[place] for place in self.sommes[b]),
                facteur,
                reste,
                pas,
                bool((connus >= 0).all() and (connus <= facteur).all()),
            )
            for cle, (reste, h, b), facteur in jugees
            if cle == jugees[0][0]
        ]

    def _rank(
        self,
        taux: Nombres,
        formes: Sequence[tuple[bool, int, int]],
        pas: float,
        bits: Sequence[float],
        lignes: Any,
    ) -> list[tuple[tuple[float, bool, int], tuple[bool, int, int], float]]:
        """Fit ratios on some rows: the simplest of those that agree the best first, each with its factor."""
        nombres, siens = self.nombres[:, lignes], taux[lignes]
        jugees = []
        for reste, h, b in formes:
            haut, bas = (_add(nombres, self.sommes[somme]) for somme in (h, b))
            taille = len(self.sommes[h]) + len(self.sommes[b])
            with np.errstate(invalid="ignore", divide="ignore"):
                juste = _fit(siens, haut / bas, pas, bits[taille], reste=reste)
            if juste:
                accord, facteur = juste
                jugees.append(((accord, _is_power(facteur), -taille), (reste, h, b), facteur))
        return sorted(jugees, reverse=True)

    def _sift(
        self, taux: Nombres, haut: Any, bas: Any, pas: float, *, reste: bool
    ) -> Iterator[tuple[int, int]]:
        """Keep the ratios that some rows do not tell to be none."""
        precis = np.abs(np.nan_to_num(taux)) >= _PRECIS * pas
        if precis.sum() < _ESSAIS[0][0]:
            precis = np.nan_to_num(taux) != 0
        combien, haut, bas = self._sift_on(taux, precis, haut, bas, pas, reste=reste)
        dites = combien >= LIGNES_MIN
        yield from zip(haut[dites].tolist(), bas[dites].tolist(), strict=True)
        haut, bas = haut[~dites], bas[~dites]
        # What they do not tell, those where the column that is the least known is may tell.
        connus = (~np.isnan(self.nombres) & (self.nombres != 0) & precis).sum(axis=1)
        parties = (self.matrice[haut] + self.matrice[bas]) > 0
        rares = np.where(parties, connus, np.inf).argmin(axis=1)
        for rare in np.unique(rares):
            lignes = precis & (np.nan_to_num(self.nombres[rare]) != 0)
            siens = rares == rare
            combien, h, b = self._sift_on(taux, lignes, haut[siens], bas[siens], pas, reste=reste)
            dites = combien >= LIGNES_MIN
            yield from zip(h[dites].tolist(), b[dites].tolist(), strict=True)

    def _sift_on(
        self, taux: Nombres, precis: Booleens, haut: Any, bas: Any, pas: float, *, reste: bool
    ) -> tuple[Any, Any, Any]:
        """Return the ratios that a few rows do not tell to be none, and before them how many of these tell of each."""
        utiles = self.ordre[precis[self.ordre]]
        combien = np.zeros(len(haut))
        if not len(utiles) or not len(haut):
            return combien, haut, bas
        completes = int((self.connues[utiles] == self.connues[utiles[0]]).sum())
        for essai, ecart in _ESSAIS:
            dernier = min(len(utiles), max(essai, completes)) - 1
            lignes = utiles[np.unique(np.linspace(0, dernier, essai).astype("intp"))]
            valeurs = self.nombres[:, lignes]
            essayees, places = np.unique([haut, bas], return_inverse=True)
            matrice = self.matrice[essayees]
            sommes = matrice @ np.nan_to_num(valeurs)
            sommes[matrice @ np.isnan(valeurs).astype("float64") > 0] = np.nan
            sommes[essayees == 0] = 1
            hauts, bases = sommes[places.reshape(2, -1)]
            with np.errstate(invalid="ignore", divide="ignore"):
                ratio = hauts / bases
                milieux = taux[lignes] / (1 - ratio if reste else ratio)
            # Rounded or cut.
            minimum, maximum = _factors(taux[lignes] - pas, taux[lignes] + pas, ratio, reste=reste)
            dits = np.isfinite(minimum)
            combien = dits.sum(axis=1)
            rangees = np.sort(np.where(dits, milieux, np.inf), axis=1)
            milieu = rangees[np.arange(len(rangees)), np.maximum(combien - 1, 0) // 2][:, None]
            justes = dits & (minimum <= milieu) & (milieu <= maximum)
            garder = (combien < LIGNES_MIN) | (justes.sum(axis=1) >= (1 - ecart) * combien)
            haut, bas, combien = haut[garder], bas[garder], combien[garder]
            if not len(haut):
                break
        return combien, haut, bas


def _add(nombres: Any, places: Sequence[int]) -> Nombres:
    """Add some columns up; none are 1."""
    somme: Nombres = nombres[list(places)].sum(axis=0) if places else np.ones(nombres.shape[1])
    return somme


def _find_step(connus: Nombres) -> float:
    """Return to how much nearly all figures are written.

    >>> _find_step(np.array([8.0, 1.5, 12.25])), _find_step(np.array([3.0, 8.0]))
    (0.01, 1.0)
    """
    for decimales in range(_DECIMALES_MAX + 1):
        if (np.abs(np.round(connus, decimales) - connus) <= _EXACT).mean() >= 1 - ECART:
            return float(10.0**-decimales)
    return _EXACT


def _factors(bas: Any, haut: Any, ratio: Any, *, reste: bool) -> tuple[Any, Any]:
    """Return between what the factor is on each row, from what a rate is between; infinite where it tells nothing."""
    y = 1 - ratio if reste else ratio
    with np.errstate(invalid="ignore", divide="ignore"):
        a, b = bas / y, haut / y
        minimum, maximum = np.minimum(a, b), np.maximum(a, b)
        dits = (
            (bas * haut > 0)
            & (np.maximum(a / b, b / a) <= _INFORME)
            & np.isfinite(minimum + maximum)
        )
    return np.where(dits, minimum, -np.inf), np.where(dits, maximum, np.inf)


def _fit(
    taux: Nombres, ratio: Nombres, pas: float, essais_bits: float, *, reste: bool
) -> tuple[float, float] | None:
    """Return on what share of the rows a column is a ratio, and its factor; ``None`` if it is not, or may be so by chance."""
    for arrondi in (np.full(len(taux), -_DEMI), np.where(taux < 0, -1.0, 0.0)):
        bas = taux + arrondi * pas - _EXACT
        juste = _fit_between(bas, bas + pas + 2 * _EXACT, ratio, essais_bits, reste=reste)
        if juste:
            return juste
    return None


def _fit_between(
    bas: Nombres, haut: Nombres, ratio: Nombres, essais_bits: float, *, reste: bool
) -> tuple[float, float] | None:
    minimum, maximum = _factors(bas, haut, ratio, reste=reste)
    dits = np.isfinite(minimum)
    minimum, maximum = minimum[dits], maximum[dits]
    if len(minimum) < LIGNES_MIN:
        return None
    facteur, bons = _stab(minimum, maximum)
    if bons < max(LIGNES_MIN, (1 - ECART) * len(minimum)):
        return None
    if _stab(bas[dits], haut[dits])[1] > _CONSTANTE_MAX * len(minimum):
        return None
    justes = (minimum <= facteur) & (facteur <= maximum)
    largeurs = (maximum - minimum)[justes] / max(abs(facteur), _EXACT)
    preuves = np.maximum(-np.log2(np.maximum(largeurs, _EXACT)), 0.0)
    connu = _is_power(facteur)
    preuve = preuves.sum() - (0.0 if connu else preuves.max())
    marge = essais_bits + (_MARGE_CONNU_BITS if connu else MARGE_BITS)
    return (bons / len(justes), facteur) if preuve >= marge else None


def _stab(minimum: Nombres, maximum: Nombres) -> tuple[float, int]:
    """Return the roundest of the numbers that lie in the most intervals, and in how many.

    >>> _stab(np.array([90.0, 99.0, 300.0]), np.array([101.0, 104.0, 400.0]))
    (100.0, 2)
    """
    bornes = np.concatenate([minimum, maximum])
    ordre = np.argsort(bornes, kind="stable")
    permis = np.cumsum(np.where(ordre < len(minimum), 1, -1))
    mieux = int(permis.argmax())
    return _round_within(bornes[ordre[mieux]], bornes[ordre[mieux + 1]]), int(permis[mieux])


def _is_power(facteur: float) -> bool:
    return facteur > 0 and bool(abs(np.log10(facteur) - round(np.log10(facteur))) < _EXACT)


def _round_within(bas: float, haut: float) -> float:
    """Return the roundest number between two.

    >>> _round_within(99.2, 100.4), _round_within(249.1, 251.0), _round_within(-101.0, -98.0)
    (100.0, 250.0, -100.0)
    """
    milieu = float((bas + haut) / 2)
    puissance = float(10.0 ** round(np.log10(max(abs(milieu), _EXACT))))
    ronds = (float(f"{milieu:.{chiffres}e}") for chiffres in range(9))
    for rond in (puissance, -puissance, *ronds):
        if bas <= rond <= haut:
            return rond
    return milieu
