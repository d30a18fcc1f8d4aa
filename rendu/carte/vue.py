"""What the filters leave in sight: the chosen departments, the CPTS and how each is drawn."""

from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from geo.atlas import Atlas
from geo.lecture.cpts import STATUT_ABANDONNE
from geo.perimetre import are_indicatives
from geo.regles.completude import study_departements
from geo.texte import sort_key


class Choix(Protocol):
    """What a view asks of the filters: chosen regions, departments and stages, and indicative perimeters."""

    @property
    def reg(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def dep(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def statut(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def indicatifs(self) -> bool: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Vue:
    """The CPTS in sight, by name, and their form on the map.

    Attributes
    ----------
    departements
        The chosen departments, or all of the study area.
    fiches
        One row a CPTS in sight, as in the atlas.
    formes
        CPTS to ``complet``, ``etabli`` or ``repere``.
    """

    departements: tuple[str, ...]
    fiches: pd.DataFrame
    formes: dict[str, str]


def chosen_departements(atlas: Atlas, filtres: Choix) -> tuple[str, ...]:
    """List the chosen departments, or those of the chosen regions; none means the study area."""
    if filtres.dep or not filtres.reg:
        return filtres.dep
    regions = atlas.departements["code_region"]
    return tuple(code for code in study_departements(atlas) if regions[code] in filtres.reg)


def make_vue(atlas: Atlas, filtres: Choix) -> Vue:
    """Apply the filters.

    An abandoned project is shown only when its stage is asked for: it counts nowhere.
    """
    departements = chosen_departements(atlas, filtres) or study_departements(atlas)
    fiches = atlas.fiches.loc[atlas.cpts_dans(departements)]
    fiches = fiches.sort_values("nom", key=lambda noms: noms.map(sort_key))
    if filtres.statut:
        fiches = fiches[fiches["statut"].isin(filtres.statut)]
    else:
        fiches = fiches[fiches["statut"] != STATUT_ABANDONNE]
    return Vue(departements, fiches, _formes(atlas, fiches, indicatifs=filtres.indicatifs))


def _formes(atlas: Atlas, fiches: pd.DataFrame, *, indicatifs: bool) -> dict[str, str]:
    """Tell how each CPTS is drawn: whole, its established part, or a marker."""
    etablie = atlas.territoires["population_etablie"].reindex(fiches.index).fillna(0) > 0
    formes = pd.Series("complet", index=fiches.index)
    if not indicatifs:
        hypotheses = are_indicatives(fiches["confiance"])
        formes[hypotheses] = "repere"
        formes[hypotheses & etablie] = "etabli"
    formes[~fiches["dessinee"]] = "repere"
    return {str(cpts_id): forme for cpts_id, forme in formes.items()}
