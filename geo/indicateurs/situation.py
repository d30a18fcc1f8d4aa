"""Where the figure of a territory stands: beside those of its departments, its regions and France."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.indicateurs.agregation import Termes, add_up, aggregate
from geo.indicateurs.mesures import evaluate_each, values_by_cpts, withheld_by_cpts
from geo.indicateurs.registre import ADDITIVES, PAR_COMMUNE, SOMME, TAUX, sort_by_file
from geo.indicateurs.territoire import (
    CPTS,
    DEPARTEMENT,
    FRANCE,
    REGION,
    TerritoiresConnus,
    make_france,
    parse_territoire,
)
from geo.lecture.variables import read_cells
from geo.perimetre import CONFIANCES, ENTIERE
from geo.regles.couverture import DEFINITIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeAlias

    from geo.atlas import Atlas
    from geo.indicateurs.mesures import Mesure
    from geo.indicateurs.registre import Indicateur
    from geo.indicateurs.territoire import Territoire

    Evaluation: TypeAlias = Callable[[Territoire], list[Mesure]]

# What is compared here does not depend on it.
_DEFINITION = next(iter(DEFINITIONS))


@dataclass(frozen=True, eq=False)
class Ensemble:
    """A larger territory, and how its figure differs.

    Attributes
    ----------
    territoire, mesure
        The territory, and its figure.
    differente
        As :func:`are_different` says of it and the territory that is placed.
    """

    territoire: Territoire
    mesure: Mesure
    differente: bool | None


@dataclass(frozen=True, eq=False)
class Situation:
    """One indicator of a territory, so one base, one vintage and one definition, beside the same of larger ones.

    Attributes
    ----------
    indicateur, mesure
        The indicator, and the figure of the territory.
    ensembles
        Its departments, the most populous part first, its regions, then France; none of a count, which only grows
        with the territory, nor what the territory is itself.
    """

    indicateur: Indicateur
    mesure: Mesure
    ensembles: tuple[Ensemble, ...] = ()


@dataclass(frozen=True, eq=False)
class Distribution:
    """The known values of the CPTS and of the communes of one of them.

    Attributes
    ----------
    cpts
        By ``cpts_id``; those of which a cell is withheld or nothing is known are absent.
    communes
        The least and the most of the known communes of the one; ``None`` where none is known.
    secretes
        How many CPTS are withheld.
    confiances
        Of the perimeters of the CPTS, by ``cpts_id``.
    """

    cpts: pd.Series[float]
    communes: tuple[float, float] | None
    secretes: int
    confiances: Mapping[str, str | None]

    def confiance_at(self, valeur: float) -> str | None:
        """Return the best confidence behind a value, of the CPTS that have it; none of a commune."""
        siennes = self.cpts.index[self.cpts == valeur].map(self.confiances.get).dropna()
        return max(siennes, key=CONFIANCES.index, default=None)


def situate(
    atlas: Atlas,
    indicateurs: Sequence[Indicateur],
    territoire: Territoire,
    *,
    indicatifs: bool = True,
    evaluate_larger: Evaluation | None = None,
) -> tuple[Situation, ...]:
    """Set the figures of a territory beside those of what it is part of.

    Parameters
    ----------
    atlas
        The atlas.
    indicateurs
        Official or additive ones.
    territoire
        Any. France is known for official indicators alone, and no region beyond the study area.
    indicatifs
        Whether hypothetical memberships count.
    evaluate_larger
        Gives the figures of a department, a region or France, which are the same for all that they contain: for
        whoever keeps them. By default they are evaluated.
    """

    def evaluate(lieu: Territoire) -> list[Mesure]:
        return evaluate_figures(atlas, indicateurs, lieu, indicatifs=indicatifs)

    plus_grands = [*_larger(atlas, territoire, indicatifs=indicatifs), make_france(atlas)]
    siennes = evaluate(territoire)
    autres = [(evaluate_larger or evaluate)(lieu) for lieu in plus_grands]
    return tuple(
        Situation(
            indicateur,
            siennes[rang],
            tuple(
                Ensemble(lieu, mesures[rang], are_different(siennes[rang], mesures[rang]))
                for lieu, mesures in zip(plus_grands, autres, strict=True)
                if indicateur.officiel or lieu.genre != FRANCE
            )
            if indicateur.nature == TAUX
            else (),
        )
        for rang, indicateur in enumerate(indicateurs)
    )


def evaluate_figures(
    atlas: Atlas, indicateurs: Sequence[Indicateur], territoire: Territoire, *, indicatifs: bool
) -> list[Mesure]:
    """Return the figure of a territory for each of some official or additive indicators."""
    return [
        mesures[0]
        for mesures in evaluate_each(
            atlas, indicateurs, territoire, _DEFINITION, indicatifs=indicatifs
        )
    ]


def are_different(mesure: Mesure, autre: Mesure) -> bool | None:
    """Tell whether two figures of one indicator differ by more than chance or than what is withheld leaves open.

    They do where their 95 % Wilson intervals (:mod:`geo.indicateurs.intervalle`) do not meet; that of a withheld
    share holds the interval of everything that it may be. That is stricter than a test of their difference at 5 %:
    figures that do differ may not be called so, hardly ever the reverse. Two things it does not do: a department or
    a region contains the part that it is compared with, which draws the two together; and nothing corrects for
    several comparisons.

    Returns
    -------
    bool or None
        ``None`` where one has no interval: a mean such as an APL stands beside the other, and nothing is said of
        chance; nor is it of two bases.

    Examples
    --------
    >>> from geo.indicateurs.mesures import Mesure
    >>> basse = Mesure("part", "cpts:a", 8.0, intervalle=(7.0, 9.1))
    >>> haute = Mesure("part", "dep:70", 10.0, intervalle=(9.6, 10.4))
    >>> secrete = Mesure("part", "cpts:b", raison="retenue", bornes=(8.9, 9.0), intervalle=(8.0, 9.9))
    >>> are_different(basse, haute), are_different(secrete, haute)
    (True, False)
    >>> are_different(basse, Mesure("part", "reg:27", 9.0)) is None
    True
    """
    etendue, sienne = mesure.intervalle, autre.intervalle
    memes = (mesure.indicateur, mesure.base) == (autre.indicateur, autre.base)
    if etendue is None or sienne is None or not memes:
        return None
    return etendue[1] < sienne[0] or sienne[1] < etendue[0]


def distribute(atlas: Atlas, indicateur: Indicateur, cpts_id: str) -> Distribution:
    """Gather the values that the figure of a CPTS lies among; of an additive indicator."""
    communes = commune_values(atlas, indicateur, atlas.perimetre(cpts_id).codes_communes)
    connues = communes["valeur"].dropna()
    cpts = values_by_cpts(atlas, indicateur)["valeur"]
    return Distribution(
        cpts,
        (float(connues.min()), float(connues.max())) if len(connues) else None,
        len(withheld_by_cpts(atlas, indicateur)),
        {str(i): atlas.perimetre(str(i)).confiance for i in cpts.index},
    )


def commune_values(
    atlas: Atlas, indicateur: Indicateur, codes: tuple[str, ...] | list[str]
) -> pd.DataFrame:
    """Return the value of each of some communes.

    Parameters
    ----------
    atlas
        The atlas.
    indicateur
        Additive, or given by commune.
    codes
        Of communes, each once.

    Returns
    -------
    DataFrame
        Indexed by code: ``valeur``, missing where it is withheld or not known, and ``secrete``.

    Raises
    ------
    ValueError
        If communes do not have the indicator.
    """
    if indicateur.methode not in (*ADDITIVES, PAR_COMMUNE):
        raise ValueError(f"{indicateur.identifiant} is not known by commune")
    lignes = atlas.variables.loc[list(codes)]
    rangs = np.arange(len(lignes), dtype=np.intp)
    if indicateur.methode == PAR_COMMUNE:
        cellules = read_cells(lignes, indicateur.calcul["variable"])
        agregat = add_up(Termes(SOMME, cellules), rangs, len(lignes))
    else:
        agregat = aggregate(indicateur, lignes, rangs, len(lignes))
    return pd.DataFrame(
        {"valeur": agregat.valeurs, "secrete": agregat.secretes > 0}, index=lignes.index
    )


def _larger(atlas: Atlas, territoire: Territoire, *, indicatifs: bool) -> list[Territoire]:
    """List the departments of a territory, the most populous part first, and their regions that are known."""
    if territoire.genre == REGION:
        return []
    communes = atlas.communes.loc[list(territoire.communes(indicatifs=indicatifs))]
    parts = [territoire.parts.get(code, ENTIERE) for code in communes.index]
    habitants = (communes["population"] * parts).groupby(communes["code_departement"]).sum()
    siens = habitants.sort_values(ascending=False, kind="stable").index
    adresses = [] if territoire.genre == DEPARTEMENT else [f"{DEPARTEMENT}:{c}" for c in siens]
    regions = atlas.departements.loc[siens, "code_region"].drop_duplicates()
    adresses += [f"{REGION}:{code}" for code in regions]
    connus = TerritoiresConnus(atlas)
    return [parse_territoire(atlas, adresse) for adresse in adresses if adresse in connus]


def list_situated(atlas: Atlas) -> list[Indicateur]:
    """List the official indicators that add up, each by its latest year, file by file."""
    return sort_by_file(i for i in atlas.registre.derniers() if i.methode in ADDITIVES)


def situate_latest(
    atlas: Atlas, territoire: Territoire, *, indicatifs: bool = True
) -> tuple[Situation, ...]:
    """Place a territory for each of :func:`list_situated`."""
    indicateurs = list_situated(atlas)
    return situate(atlas, indicateurs, territoire, indicatifs=indicatifs) if indicateurs else ()


def situate_cpts(atlas: Atlas, cpts_id: str, *, indicatifs: bool = True) -> tuple[Situation, ...]:
    """Place a CPTS: see :func:`situate_latest`."""
    return situate_latest(
        atlas, parse_territoire(atlas, f"{CPTS}:{cpts_id}"), indicatifs=indicatifs
    )
