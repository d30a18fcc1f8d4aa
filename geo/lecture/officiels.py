"""The official indicators that were imported: one file each, cells in three states."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.erreurs import Probleme, Severite, enumerate_first
from geo.lecture.communes import departement_of
from geo.lecture.variables import BAS, HAUT

if TYPE_CHECKING:
    from pathlib import Path

    from geo.cellules import Valeurs

DOSSIER = "officiels"
CLE = "territoire"
# What a row outside of the loaded communes is of.
DEPARTEMENT = "code_departement"
# Beside a variable outside of the loaded communes: whether its file has a row there, known or not.
LIGNE = " (ligne)"
# Between the least and the most of a withheld cell; a side without a bound is empty.
ENTRE = ".."


def list_officiels(data_dir: Path) -> list[Path]:
    """List the tables of official indicators of a folder of data, sorted; there may be none."""
    return sorted((data_dir / DOSSIER).glob("*.csv"))


def load_officiels(
    chemins: list[Path], communes: pd.Index
) -> tuple[pd.DataFrame, pd.DataFrame, list[Probleme]]:
    """Read what official files say of each commune, and of what is no commune of the atlas.

    Parameters
    ----------
    chemins
        CSV files: ``territoire`` (the code of a commune, or ``departement:70``, ``region:27``,
        ``france``), then one column a variable: a number with a point, nothing where it is not
        known, ``1..10`` where it is withheld and between 1 and 10.
    communes
        The codes of the communes that exist.

    Returns
    -------
    tuple
        The variables of the communes, in their order, with bounds beside those that have withheld
        cells (see :func:`geo.lecture.variables.read_cells`); the same of every other row, by its
        key, with ``code_departement`` and, by variable, whether its file has that row; and what is wrong
        with the files.
    """
    tables, problemes = [], []
    for chemin in chemins:
        lue, siens = _read(chemin)
        problemes += siens
        if lue is not None:
            tables.append(lue)
    toutes = pd.concat(tables, axis=1) if tables else pd.DataFrame(index=pd.Index([], dtype="str"))
    ailleurs = toutes[~toutes.index.isin(communes.to_list())]
    departements = [
        "" if ":" in cle or cle == "france" else departement_of(cle) for cle in ailleurs.index
    ]
    lignes = {
        nom + LIGNE: ailleurs.index.isin(table.index) for table in tables for nom in table.columns
    }
    return (
        toutes.reindex(communes),
        ailleurs.assign(**{DEPARTEMENT: departements}).assign(**lignes),
        problemes,
    )


def write_cells(valeurs: Valeurs) -> list[str]:
    """Write cells as :func:`load_officiels` reads them.

    >>> from geo.cellules import Valeurs
    >>> bas, haut = np.array([3.5, 1, -np.inf, np.nan]), np.array([3.5, 10, np.inf, np.nan])
    >>> write_cells(Valeurs(bas, haut, np.array([False, True, True, False])))
    ['3.5', '1..10', '..', '']
    """
    cellules = ["" if np.isnan(n) else _number(n) for n in valeurs.nombres.tolist()]
    for rang in valeurs.secrets.nonzero()[0]:
        bornes = (float(valeurs.bas[rang]), float(valeurs.haut[rang]))
        cellules[rang] = ENTRE.join(_number(b) if np.isfinite(b) else "" for b in bornes)
    return cellules


def _number(valeur: float) -> str:
    return f"{valeur:.12g}"


def _read(chemin: Path) -> tuple[pd.DataFrame | None, list[Probleme]]:
    def problem(message: str, remede: str) -> Probleme:
        return Probleme(Severite.BLOQUANT, f"{DOSSIER}/{chemin.name}", message, remede)

    try:
        lue = pd.read_csv(chemin, dtype=str, keep_default_na=False, encoding="utf-8")
    except (UnicodeDecodeError, ValueError) as erreur:
        return None, [
            problem(f"Fichier illisible : {erreur}.", "Importer de nouveau cet indicateur.")
        ]
    if CLE not in lue or lue[CLE].duplicated().any():
        return None, [
            problem(
                f"Colonne {CLE} absente, ou un territoire répété.",
                "Importer de nouveau cet indicateur.",
            )
        ]
    lue = lue.set_index(CLE)
    colonnes: dict[str, pd.Series] = {}
    problemes = []
    for nom in lue.columns:
        cellules = lue[nom]
        secrets = cellules.str.contains(ENTRE, regex=False)
        nombres = pd.to_numeric(cellules.mask(secrets, ""), errors="coerce")
        fausses = cellules[nombres.isna() & (cellules != "") & ~secrets]
        if len(fausses):
            problemes.append(
                problem(
                    f"{nom} : des valeurs ne sont pas des nombres : {enumerate_first(fausses)}.",
                    "Importer de nouveau cet indicateur.",
                )
            )
        colonnes[nom] = nombres
        if secrets.any():
            bornes = cellules[secrets].str.split(ENTRE, n=1, expand=True, regex=False)
            for rang, (bord, infini) in enumerate(((BAS, -np.inf), (HAUT, np.inf))):
                siennes = pd.to_numeric(bornes[rang], errors="coerce").fillna(infini)
                colonnes[nom + bord] = nombres.mask(secrets, siennes.reindex(nombres.index))
    return (None, problemes) if problemes else (pd.DataFrame(colonnes), [])
