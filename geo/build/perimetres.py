"""Expand the perimeters (EPCI and communes) into a list of communes."""

from __future__ import annotations

import pandas as pd

from geo.build.erreurs import ConstructionImpossible
from geo.build.paquets import MILLESIME_COMMUNES, MILLESIME_POPULATION

# The columns of ``perimetres.csv`` that count the communes and the inhabitants of a unit.
COMMUNES = f"communes_{MILLESIME_COMMUNES}"
POPULATION = f"population_{MILLESIME_POPULATION}"


def expand_perimetres(perimetres: pd.DataFrame, communes: pd.DataFrame) -> pd.DataFrame:
    """Return the communes of each CPTS, after checking every count the perimeters announce.

    Parameters
    ----------
    perimetres
        Rows of ``perimetres.csv``; codes as text, :data:`COMMUNES` and :data:`POPULATION` as
        integers.
    communes
        Today's communes: ``code_commune``, ``siren_epci``, ``population``.

    Returns
    -------
    pandas.DataFrame
        ``cpts_id``, ``code_commune``, ``confiance``; sorted by the first two, which are a key.

    Raises
    ------
    ConstructionImpossible
        Listing every unit that is unknown or whose communes or population differ from what
        the row says, and every commune that a CPTS would receive twice.
    """
    problemes: list[str] = []
    parties: list[pd.DataFrame] = []
    for unite in perimetres.to_dict("records"):
        colonne = "siren_epci" if unite["type_unite"] == "epci" else "code_commune"
        membres = communes[communes[colonne] == unite["code_unite"]]
        trouve = (len(membres), int(membres["population"].sum()))
        attendu = (unite[COMMUNES], unite[POPULATION])
        if trouve != attendu:
            problemes.append(
                f"{unite['cpts_id']}, {unite['nom_unite']} ({unite['code_unite']}) : "
                f"{attendu[0]} communes et {attendu[1]} habitants dans perimetres.csv, "
                f"{trouve[0]} et {trouve[1]} dans le référentiel"
            )
        parties.append(
            pd.DataFrame(
                {
                    "cpts_id": unite["cpts_id"],
                    "code_commune": membres["code_commune"],
                    "confiance": unite["confiance"],
                }
            )
        )
    cpts = pd.concat(parties).sort_values(["cpts_id", "code_commune"], ignore_index=True)
    doubles = cpts[cpts.duplicated(["cpts_id", "code_commune"])]
    problemes += [
        f"{double['cpts_id']} : la commune {double['code_commune']} figure dans deux unités"
        for double in doubles.to_dict("records")
    ]
    if problemes:
        raise ConstructionImpossible(
            "perimetres.csv ne s'accorde pas avec le référentiel :\n- " + "\n- ".join(problemes)
        )
    return cpts
