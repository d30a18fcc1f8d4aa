"""What the filters leave in sight: the chosen departments, the CPTS and how each is drawn."""

from dataclasses import dataclass

import pandas as pd

from geo.atlas import Atlas
from geo.texte import sort_key
from ui.adresse import Filtres

ABANDONNE = "abandonne"


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


def study_departements(atlas: Atlas) -> tuple[str, ...]:
    """List the departments of the study area."""
    etude = atlas.communes.loc[atlas.communes["etude"], "code_departement"]
    return tuple(sorted(etude.unique()))


def make_vue(atlas: Atlas, filtres: Filtres) -> Vue:
    """Apply the filters.

    An abandoned project is shown only when its stage is asked for: it counts nowhere.
    """
    departements = filtres.dep or study_departements(atlas)
    fiches = atlas.fiches.loc[atlas.cpts_dans(departements)]
    fiches = fiches.sort_values("nom", key=lambda noms: noms.map(sort_key))
    if filtres.statut:
        fiches = fiches[fiches["statut"].isin(filtres.statut)]
    else:
        fiches = fiches[fiches["statut"] != ABANDONNE]
    formes = {
        str(cpts_id): _forme(atlas, str(cpts_id), indicatifs=filtres.indicatifs)
        for cpts_id in fiches.index
    }
    return Vue(departements, fiches, formes)


def _forme(atlas: Atlas, cpts_id: str, *, indicatifs: bool) -> str:
    if not atlas.fiches.loc[cpts_id, "dessinee"]:
        return "repere"
    if indicatifs or atlas.fiches.loc[cpts_id, "confiance"] != "hypothese":
        return "complet"
    return "etabli" if atlas.territoires.loc[cpts_id, "population_etablie"] else "repere"
