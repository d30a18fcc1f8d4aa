"""What was decided of the communes that a layer splits, kept with the version: ``decoupage.csv``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from geo.couches.attribution import HABITANTS, Regle, attribute, give
from geo.importation.tables import append_rows, read_table, write_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from geo.couches.attribution import Attribution, Cas

NOM = "decoupage"
FICHIER = f"{NOM}.csv"
# What was decided of a commune holds for the next layer as long as no share has moved by more.
_ECART_PCT = 2.0
_MAIN, _SEUIL = "main", "seuil"
_COLONNES = [
    "code_commune", "cpts", "cpts_id", "part_pct", "retenue_pct", "par", "decision", "compter", "seuil_pct", "source_id",
]  # fmt: skip


def write_decoupage(
    attribution: Attribution,
    regle: Regle,
    cpts_ids: Mapping[str, str],
    source_id: str,
    *,
    gardees: pd.DataFrame,
) -> bytes:
    """Write the communes that were to be looked at, with what became of them.

    Parameters
    ----------
    attribution, regle
        As put in use.
    cpts_ids
        ``cpts_id`` by name of the layer; a name that made no CPTS is not there.
    source_id
        Of the layer, in ``sources.csv``.
    gardees
        Rows to keep: see :func:`read_elsewhere`.

    Returns
    -------
    bytes
        One row a pair: ``code_commune``, ``cpts`` (name of the layer), ``cpts_id``, ``part_pct`` (share measured),
        ``retenue_pct`` (share taken; 0 for none), ``par`` (``main`` or ``seuil``), ``decision``, ``compter``,
        ``seuil_pct``, ``source_id``.
    """
    lignes = []
    for cas in attribution.cas:
        prises = dict(give(cas))
        lignes += [
            {
                "code_commune": cas.code_commune,
                "cpts": nom,
                "cpts_id": cpts_ids.get(nom, ""),
                "part_pct": f"{pct:.2f}",
                "retenue_pct": f"{100 * prises.get(nom, 0.0):.2f}",
                "par": _MAIN if cas.decidee else _SEUIL,
                "decision": cas.retenue,
                "compter": regle.compter,
                "seuil_pct": f"{regle.seuil_pct:g}",
                "source_id": source_id,
            }
            for nom, pct in cas.parts_pct
        ]
    return write_table(append_rows(gardees, lignes))


def read_elsewhere(dossier: Path, parts: pd.DataFrame) -> pd.DataFrame:
    """Return what the data in use keep of communes that a layer does not touch.

    Parameters
    ----------
    dossier
        Folder of the data in use.
    parts
        Of the layer: see :func:`geo.couches.parts.measure_parts`.
    """
    if not (dossier / FICHIER).exists():
        return pd.DataFrame(columns=_COLONNES, dtype="str")
    table = read_table(dossier, NOM)
    return table[~table["code_commune"].isin(parts["code_commune"])]


def recall_decisions(
    dossier: Path, parts: pd.DataFrame, compter: str = HABITANTS
) -> dict[str, str]:
    """Return what was decided by hand in the data in use, of communes that the layer splits as before.

    Parameters
    ----------
    dossier
        Folder of the data in use.
    parts
        Of the layer at hand: see :func:`geo.couches.parts.measure_parts`.
    compter
        By what a share is told: see :attr:`geo.couches.attribution.Regle.compter`.

    Returns
    -------
    dict
        Decisions by ``code_commune``: see :attr:`geo.couches.attribution.Regle.decisions`.
    """
    if not (dossier / FICHIER).exists():
        return {}
    table = read_table(dossier, NOM)
    faites = table[table["par"] == _MAIN]
    avant = {
        str(code): dict(zip(siennes["cpts"], siennes["part_pct"].astype("float64"), strict=True))
        for code, siennes in faites.groupby("code_commune")
    }
    decisions = faites.drop_duplicates("code_commune").set_index("code_commune")["decision"]
    # One that a polygon holds whole is a case for having been decided.
    regle = Regle(compter=compter, decisions=dict.fromkeys(avant, ""))
    attribution = attribute(parts[parts["code_commune"].isin(list(avant))], regle)
    return {
        cas.code_commune: str(decisions[cas.code_commune])
        for cas in attribution.cas
        if _is_alike(cas, avant[cas.code_commune])
    }


def _is_alike(cas: Cas, avant: Mapping[str, float]) -> bool:
    parts = dict(cas.parts_pct)
    return parts.keys() == avant.keys() and all(
        abs(pct - avant[nom]) <= _ECART_PCT for nom, pct in parts.items()
    )
