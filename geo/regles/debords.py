"""CPTS that have communes in a department which their row does not name.

A CPTS is of the departments that its row names, as its source has it: so lists, ranks and the roll-out count it, so do those
who publish how many CPTS a department has. Its communes are counted where they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.perimetre import count_inhabitants
from geo.regles.recouvrements import active_adhesions

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd

    from geo.atlas import Atlas


def find_debords(atlas: Atlas, departements: Collection[str], *, indicatifs: bool) -> pd.DataFrame:
    """List the CPTS that have communes in some departments and name none of them.

    Parameters
    ----------
    atlas
        The atlas.
    departements
        Codes; none means the study area, of which every CPTS is.
    indicatifs
        Whether hypothetical memberships count.

    Returns
    -------
    DataFrame
        Indexed by ``cpts_id``: ``nom``, ``confiance``, and ``communes`` and ``population`` of what it has there.
    """
    adhesions = active_adhesions(atlas, indicatifs=indicatifs)
    adhesions = adhesions[~adhesions["cpts_id"].isin(atlas.cpts_dans(departements))]
    siennes = adhesions.join(
        atlas.communes[["code_departement", "population"]], on="code_commune"
    ).query("code_departement in @departements")
    habitants = siennes["part"] * siennes["population"]
    par_cpts = habitants.groupby(siennes["cpts_id"]).agg(["size", "sum"])
    return atlas.fiches.loc[par_cpts.index, ["nom", "confiance"]].assign(
        communes=par_cpts["size"], population=count_inhabitants(par_cpts["sum"])
    )
