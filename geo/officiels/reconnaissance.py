"""Find in a table what the catalogue knows of it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from geo.indicateurs.registre import MOYENNE, RAPPORT, SANTE
from geo.officiels.annees import expand_annee
from geo.officiels.catalogue import ENTIERES, MODALITES, POURCENTAGES, TVS
from geo.officiels.table import key_of
from geo.officiels.valeurs import read_valeurs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo.officiels.catalogue import FichierConnu, IndicateurConnu
    from geo.officiels.table import Table

_CENT = 100
# What follows the name of a producer that nothing but the columns tells.
_PRESUMEE = " (source présumée)"


def producer(source: str) -> str:
    """Return who published, from « producer, title ».

    >>> producer("DREES, Accessibilité aux médecins")
    'DREES'
    """
    return source.partition(", ")[0]


@dataclass(frozen=True)
class IndicateurLu:
    """An indicator, and the columns of a table that make it.

    Attributes
    ----------
    connu
        What it is: an entry of the catalogue, or what the options say.
    source
        Who published it, and under which licence.
    millesime
        As the titles tell it; empty where they do not.
    colonnes, denominateur, poids
        Ranks of the columns that are added.
    theme
        As in the registry.
    presumee
        Whether its source is only that of a known file with the same columns.
    """

    connu: IndicateurConnu
    source: str
    licence: str
    millesime: str
    colonnes: tuple[int, ...]
    denominateur: tuple[int, ...] = ()
    poids: tuple[int, ...] = ()
    theme: str = SANTE
    presumee: bool = False

    @property
    def source_dite(self) -> str:
        """Its source, said to be presumed where it is."""
        producteur = producer(self.source)
        marque = _PRESUMEE if self.presumee else ""
        return f"{producteur}{marque}{self.source.removeprefix(producteur)}"


def recognise(table: Table, catalogue: Sequence[FichierConnu]) -> list[IndicateurLu]:
    """Return the known indicators of a table, in the order of the catalogue; one each vintage."""
    trouves = [
        (connu.identifiant, lu)
        for connu in catalogue
        for indicateur in connu.indicateurs
        if connu.maille == table.maille
        or (table.maille == TVS and indicateur.cellules == MODALITES)
        for lu in _find(table, connu, indicateur)
    ]
    # A weight that names no profession weights nothing where two entries claim it.
    pretendants = Counter(
        lu.poids for lu in {(ident, lu.poids): lu for ident, lu in trouves}.values() if lu.poids
    )
    return [replace(lu, poids=()) if pretendants[lu.poids] > 1 else lu for _, lu in trouves]


def _find(table: Table, connu: FichierConnu, indicateur: IndicateurConnu) -> Iterator[IndicateurLu]:
    hautes = _match(table, indicateur.colonnes, indicateur)
    basses = _match(table, indicateur.denominateur) if indicateur.denominateur else {}
    for annee, colonnes in sorted(hautes.items()):
        denominateur = basses.get(annee) or basses.get("", ())
        if indicateur.denominateur and not denominateur:
            continue
        poids: tuple[int, ...] = ()
        if indicateur.agregation == MOYENNE:
            poids = _only(table, indicateur.poids)
            for motif in indicateur.poids_seul:
                poids = poids or _only(table, (motif,))
        base = indicateur.base.format(
            denominateur=" + ".join(table.name(rang) for rang in denominateur or poids)
        )
        yield IndicateurLu(
            replace(indicateur, base=base),
            f"{connu.producteur}, {connu.libelle}",
            connu.licence,
            annee,
            colonnes,
            denominateur if indicateur.agregation == RAPPORT else (),
            poids,
            connu.theme,
            presumee=True,
        )


def _match(
    table: Table, motifs: Sequence[str], indicateur: IndicateurConnu | None = None
) -> dict[str, tuple[int, ...]]:
    """Return the columns that fit every pattern, one each, by the year of their titles."""
    par_motif = [_candidates(table, motif, indicateur) for motif in motifs]
    communes = (
        set.intersection(*(set(candidats) for candidats in par_motif)) if par_motif else set()
    )
    return {annee: tuple(candidats[annee] for candidats in par_motif) for annee in communes}


def _candidates(table: Table, motif: str, indicateur: IndicateurConnu | None) -> dict[str, int]:
    """Return the column of each year that fits a pattern; two that do are no answer, but for a zoning."""
    trouves: defaultdict[str, list[int]] = defaultdict(list)
    for rang, titres in enumerate(zip(table.titres, table.unites, strict=True)):
        for titre in titres:
            trouve = re.fullmatch(motif, key_of(titre)) if titre else None
            if trouve and rang not in table.cles.values() and _fits(table, rang, indicateur):
                chiffres = trouve.groupdict().get("annee") or ""
                annee = expand_annee(chiffres)
                if annee or not chiffres:
                    trouves[annee].append(rang)
                break
    premiere = indicateur is not None and indicateur.cellules == MODALITES
    return {annee: rangs[0] for annee, rangs in trouves.items() if len(rangs) == 1 or premiere}


def _only(table: Table, motifs: Sequence[str]) -> tuple[int, ...]:
    """Return the column that fits a pattern where there is just one."""
    rangs = [
        rang
        for rang, titres in enumerate(zip(table.titres, table.unites, strict=True))
        if any(re.fullmatch(motif, key_of(titre)) for motif in motifs for titre in titres if titre)
    ]
    return (rangs[0],) if len(rangs) == 1 else ()


def _fits(table: Table, rang: int, indicateur: IndicateurConnu | None) -> bool:
    """Tell whether the cells of a column are what an indicator wants them to be."""
    if indicateur is None or not indicateur.cellules:
        return True
    cellules = set(table.column(rang))
    if indicateur.cellules == MODALITES:
        # One cell tells that a column of numbers is no zoning.
        return cellules != {""} and all(key_of(c) in ("", *indicateur.modalites) for c in cellules)
    nombres = read_valeurs(sorted(cellules), (1, 1)).nombres
    nombres = nombres[~np.isnan(nombres)]
    if not len(nombres):
        return False
    entiers = bool((nombres == np.floor(nombres)).all())
    if indicateur.cellules == ENTIERES:
        return entiers
    return indicateur.cellules == POURCENTAGES and not entiers and bool((nombres <= _CENT).all())
