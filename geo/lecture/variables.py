"""What is counted in each commune: the columns that indicators are computed from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.cellules import Valeurs
from geo.erreurs import Probleme, Severite, enumerate_first
from geo.lecture.cpts import resolve_codes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd

DOSSIER = "variables"
# The columns of the communes themselves, and the commune as a unit.
POPULATION = "population"
SURFACE = "surface_km2"
COMMUNE = "commune"
# Beside a variable of which some cells are withheld: the least and the most that each may be.
BAS, HAUT = " (bas)", " (haut)"
# Beside the variables of the communes of a CPTS: the share of each that it covers.
PART = "(part)"


def list_variables(data_dir: Path) -> list[Path]:
    """List the files of variables of a folder of data, sorted; there may be none."""
    return sorted((data_dir / DOSSIER).glob("*.csv"))


def read_cells(variables: pd.DataFrame, nom: str) -> Valeurs:
    """Return the cells of a variable, withheld ones between their bounds.

    >>> table = pd.DataFrame({"lits": [4.0, None], "lits (bas)": [4.0, 1.0], "lits (haut)": [4.0, 10.0]})
    >>> cellules = read_cells(table, "lits")
    >>> cellules.bas.tolist(), cellules.haut.tolist(), cellules.secrets.tolist()
    ([4.0, 1.0], [4.0, 10.0], [False, True])
    """
    nombres = variables[nom].to_numpy("float64")
    if nom + BAS not in variables:
        return Valeurs(nombres, nombres, np.zeros(len(nombres), dtype="bool"))
    bas, haut = (variables[nom + bord].to_numpy("float64") for bord in (BAS, HAUT))
    return Valeurs(bas, haut, np.isnan(nombres) & ~np.isnan(bas))


def load_variables(
    chemins: list[Path], communes: gpd.GeoDataFrame, successeurs: Mapping[str, str]
) -> tuple[pd.DataFrame, list[Probleme]]:
    """Gather every variable of every commune.

    Parameters
    ----------
    chemins
        CSV files: ``code_commune``, then one column a variable, numbers with a point. A blank is not
        known, which is not 0.
    communes
        As :func:`geo.lecture.communes.load_communes` returns them.
    successeurs
        As :func:`geo.lecture.cpts.read_successeurs` returns them.

    Returns
    -------
    tuple
        One row a commune, in their order: ``population`` (inhabitants), ``surface_km2``, ``commune`` (1),
        and those of the files, missing where no file knows them; and what is wrong with the files.
        An absorbed commune counts for its successor.
    """
    variables = pd.DataFrame(
        {
            POPULATION: communes["population"].astype("float64"),
            SURFACE: communes["surface_km2"],
            COMMUNE: 1.0,
        }
    )
    problemes = []
    for chemin in chemins:
        lues, siens = _read(chemin, set(variables.columns))
        problemes += siens
        if lues is None:
            continue
        codes, siens = resolve_codes(lues["code_commune"], communes, successeurs, chemin.name)
        problemes += siens
        # A sum of which one part is not known is not known.
        par_commune = lues.drop(columns="code_commune").groupby(codes.to_numpy())
        sommes = par_commune.sum().where(par_commune.count().eq(par_commune.size(), axis=0))
        variables = variables.join(sommes)
    return variables, problemes


def _read(chemin: Path, prises: set[str]) -> tuple[pd.DataFrame | None, list[Probleme]]:
    def problem(message: str, remede: str) -> Probleme:
        return Probleme(Severite.BLOQUANT, f"{DOSSIER}/{chemin.name}", message, remede)

    try:
        lues = pd.read_csv(chemin, dtype=str, encoding="utf-8")
    except (UnicodeDecodeError, ValueError) as erreur:
        return None, [problem(f"Fichier illisible : {erreur}.", "Écrire un CSV en UTF-8.")]
    if "code_commune" not in lues or len(lues.columns) == 1:
        remede = "Écrire une colonne code_commune, puis une colonne par variable."
        return None, [problem("Colonne code_commune ou variable absente.", remede)]
    problemes = []
    doubles = lues.loc[lues["code_commune"].duplicated(), "code_commune"].dropna().unique()
    if len(doubles) or lues["code_commune"].isna().any():
        quoi = f" : {enumerate_first(doubles)}" if len(doubles) else ""
        problemes.append(
            problem(
                f"Codes de commune répétés ou vides{quoi}.", "Ne garder qu'une ligne par commune."
            )
        )
    nombres = {}
    for nom in lues.columns.drop("code_commune"):
        if nom in prises:
            problemes.append(problem(f"La variable {nom} existe déjà.", "La renommer."))
        nombres[nom] = pd.to_numeric(lues[nom], errors="coerce")
        fausses = lues.loc[nombres[nom].isna() & lues[nom].notna(), nom]
        if len(fausses):
            problemes.append(
                problem(
                    f"{nom} : des valeurs ne sont pas des nombres : {enumerate_first(fausses)}.",
                    "Écrire un nombre sans espace ni unité, avec un point ; laisser vide ce qui n'est pas publié.",
                )
            )
    if problemes:
        return None, problemes
    return lues[["code_commune"]].assign(**nombres), []
