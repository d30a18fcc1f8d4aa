"""The departments of the whole of France: an atlas keeps those that it has communes of."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

_DEPARTEMENTS = Path(__file__).resolve().parents[2] / "data" / "departements.csv"
_OUTRE_MER = "97"


class Departement(NamedTuple):
    """Name of a department, code and name of its region."""

    nom: str
    code_region: str
    nom_region: str


@lru_cache(maxsize=1)
def load_departements() -> dict[str, Departement]:
    """Return the departments of France, by code."""
    with _DEPARTEMENTS.open(encoding="utf-8", newline="") as fichier:
        return {
            ligne["code_departement"]: Departement(
                ligne["nom"], ligne["code_region"], ligne["nom_region"]
            )
            for ligne in csv.DictReader(fichier)
        }


@lru_cache(maxsize=1)
def metropolitan() -> frozenset[str]:
    """Return the codes of the departments without which there is no figure of France."""
    return frozenset(code for code in load_departements() if not code.startswith(_OUTRE_MER))


def departements_of(region: str) -> frozenset[str]:
    """Return the codes of the departments of a region."""
    return frozenset(code for code, dep in load_departements().items() if dep.code_region == region)
