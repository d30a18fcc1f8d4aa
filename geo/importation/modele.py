"""A table to fill in: the communes of the study area, and the CPTS that each is in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from geo.atlas import Atlas


def make_modele(atlas: Atlas) -> pd.DataFrame:
    """Write the memberships in use as a table that the import reads without any correction.

    Returns
    -------
    DataFrame
        ``code_commune``, ``commune``, ``departement`` (code), ``cpts`` (name; empty where the commune
        is in none): one row for each commune of the study area and each of its CPTS, by code.
    """
    communes = atlas.communes.loc[atlas.communes["etude"], ["nom", "code_departement"]]
    adhesions = atlas.adhesions.join(atlas.fiches["nom"].rename("cpts"), on="cpts_id")
    noms = adhesions.set_index("code_commune")[["cpts"]]
    table = pd.DataFrame(communes).join(noms).reset_index(names="code_commune")
    table = table.rename(columns={"nom": "commune", "code_departement": "departement"})
    return table.fillna({"cpts": ""}).sort_values(["code_commune", "cpts"], ignore_index=True)
