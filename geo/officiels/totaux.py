"""Rows of a code that no commune has, worth the communes of a department, an EPCI, a region or France: counted twice."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.lecture.departements import load_departements

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo.atlas import Atlas
    from geo.cellules import Booleens, Nombres, Valeurs
    from geo.officiels.rattachement import Rattachement

# No commune is numbered so: what a department that the data have not may write its total under.
_NUMERO_DE_TOTAL = re.compile(r"(?:97\d(?:00|99)|(?!97).{2}(?:000|99\d))")
# Fewer parts, or a smaller sum of one column alone, may agree by chance.
_PARTIES_MIN = 3
_SOMME_SURE = 100
# A part that has decimals is rounded.
_ARRONDI = 0.05


@dataclass(frozen=True, eq=False)
class _Groupe:
    """The rows of a territory, and whether a small sum may be that of another one by chance."""

    membres: Booleens
    choisi: bool


def find_suspects(codes: Sequence[str], rattachement: Rattachement, atlas: Atlas) -> Booleens:
    """Tell which rows are of a code that no commune has, as far as the loaded COG can tell.

    Parameters
    ----------
    codes
        Of each row of `rattachement`.
    rattachement
        Where it is.
    atlas
        The communes.
    """
    charges = set(atlas.departements.index)
    suspectes: Booleens = (rattachement.communes < 0) & np.array(
        [
            departement in charges or bool(_NUMERO_DE_TOTAL.fullmatch(code))
            for code, departement in zip(codes, rattachement.departements, strict=True)
        ],
        dtype="bool",
    )
    return suspectes


def find_totals(
    comptes: Sequence[Valeurs], suspectes: Booleens, rattachement: Rattachement, atlas: Atlas
) -> Booleens:
    """Tell which rows are worth all the communes of a territory that they are in, in every column that counts.

    A withheld cell may be all that it may be, and one that is not known anything.

    Parameters
    ----------
    comptes
        The columns that count something, aligned on the rows of `rattachement`.
    suspectes
        As returned by :func:`find_suspects`.
    rattachement
        Where each row is.
    atlas
        The EPCI of each commune.
    """
    totaux = np.zeros(len(suspectes), dtype="bool")
    if not comptes or not suspectes.any():
        return totaux
    connus = load_departements()
    departements = np.asarray(rattachement.departements, dtype="str")
    regions = np.array([connus[d].code_region if d in connus else "" for d in departements])
    sirens = atlas.communes["siren_epci"].fillna("").to_numpy("str")
    epci = np.where(rattachement.communes >= 0, sirens[rattachement.communes], "")

    def list_groups(rang: int, parties: Booleens) -> Iterator[_Groupe]:
        sien = departements == departements[rang]
        yield _Groupe(parties & sien, choisi=False)
        yield _Groupe(parties & (regions == regions[rang]), choisi=False)
        yield _Groupe(parties, choisi=False)
        for siren in sorted(set(epci[parties & sien]) - {""}):
            yield _Groupe(parties & (epci == siren), choisi=True)

    # A department may have the totals of its EPCI too, and communes that the COG has not.
    for _ in range(2):
        for rang in np.flatnonzero(suspectes & ~totaux).tolist():
            autres = ~totaux.copy()
            autres[rang] = False
            groupes = [*list_groups(rang, ~suspectes), *list_groups(rang, autres)]
            totaux[rang] = any(_is_total(comptes, rang, groupe) for groupe in groupes)
    return totaux


def _is_total(comptes: Sequence[Valeurs], rang: int, groupe: _Groupe) -> bool:
    if groupe.membres.sum() < _PARTIES_MIN:
        return False
    sommes: list[float] = []
    for valeurs in comptes:
        if np.isnan(valeurs.bas[rang]):
            continue
        bas, haut = _bounds(valeurs, groupe.membres)
        dedans = bas <= valeurs.haut[rang] and valeurs.bas[rang] <= haut
        if not dedans or (groupe.choisi and np.isinf(haut)):
            return False
        sommes.append(float(valeurs.haut[rang]))
    positives = [somme for somme in sommes if somme > 0]
    assez = len(positives) > 1 or any(somme >= _SOMME_SURE for somme in positives)
    return bool(positives) and (assez or not groupe.choisi)


def _bounds(valeurs: Valeurs, membres: Booleens) -> tuple[float, float]:
    bas: Nombres = valeurs.bas[membres]
    haut: Nombres = valeurs.haut[membres]
    connus = bas[~np.isnan(bas)]
    ecart = 0.0 if (connus == np.floor(connus)).all() else _ARRONDI * len(bas)
    plus = np.inf if np.isnan(haut).any() else float(haut.sum())
    return float(connus.sum()) - ecart, plus + ecart
