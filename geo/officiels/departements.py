"""Figures published by department, region and France in one table: taken as they are, never averaged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo.erreurs import DonneesInvalides, Probleme, Severite, enumerate_first
from geo.lecture.departements import load_departements
from geo.officiels.agregation import Chiffre
from geo.officiels.groupes import FRANCE
from geo.officiels.table import CODE_DEPARTEMENT, CODE_REGION, key_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.cellules import Valeurs
    from geo.officiels.table import Table

_LIBELLES = ("libelle_departement", "libelle_region")


def read_places(table: Table) -> tuple[str, ...]:
    """Return the territory of each row: ``departement:70``, ``region:27``, ``france``; empty if none.

    A row is of a department if it has the code of one, else of a region if it has the code of one,
    else of France if one of its labels says so.
    """
    regions = {dep.code_region for dep in load_departements().values()}
    return tuple(_place(table, ligne, regions) for ligne in table.lignes)


def _place(table: Table, ligne: Sequence[str], regions: set[str]) -> str:
    departement = ligne[table.cles[CODE_DEPARTEMENT]].upper().zfill(2)
    if departement in load_departements():
        return f"departement:{departement}"
    region = ligne[table.cles[CODE_REGION]].zfill(2) if CODE_REGION in table.cles else ""
    if region in regions:
        return f"region:{region}"
    libelles = {key_of(ligne[table.cles[nom]]) for nom in _LIBELLES if nom in table.cles}
    return FRANCE if any("france" in libelle.split() for libelle in libelles) else ""


def read_regions(places: Sequence[str]) -> list[str]:
    """Return the region of each place, itself where it is one; empty where there is none.

    >>> read_regions(["departement:70", "region:27", "france"])
    ['region:27', 'region:27', '']
    """
    connus = load_departements()
    regions = []
    for place in places:
        genre, _, code = place.partition(":")
        est_departement = genre == "departement"
        region = f"region:{connus[code].code_region}" if est_departement else place
        regions.append(region if region.startswith("region:") else "")
    return regions


def take_published(
    fichier: str, places: Sequence[str], rangs: Sequence[int], valeurs: Valeurs
) -> dict[str, Chiffre]:
    """Return the published figure of each territory.

    Parameters
    ----------
    fichier
        Name of the file, for the problems.
    places
        Of each row: see :func:`read_places`.
    rangs
        Place of each row in its sheet, for the problems.
    valeurs
        Of each row.

    Raises
    ------
    DonneesInvalides
        If a territory has two figures.
    """
    chiffres: dict[str, Chiffre] = {}
    doubles = []
    for place, rang, bas, haut, secret in zip(
        places, rangs, valeurs.bas, valeurs.haut, valeurs.secrets, strict=True
    ):
        if not place:
            continue
        if place in chiffres:
            doubles.append(f"{place} (ligne {rang})")
        inconnu = bool(np.isnan(bas))
        chiffres[place] = Chiffre(
            valeur=None if secret or inconnu else float(bas),
            bornes=(float(bas), float(haut)) if secret and np.isfinite(haut - bas) else None,
            intervalle=None,
            part_pct=None,
            communes=0,
            secretes=int(secret),
            manquantes=int(inconnu),
            indicatif=False,
        )
    if doubles:
        raise DonneesInvalides(
            [
                Probleme(
                    Severite.BLOQUANT,
                    fichier,
                    f"deux chiffres pour un même territoire : {enumerate_first(doubles)}.",
                    "Ne garder qu'une ligne par territoire et par année (colonne « annee »).",
                )
            ]
        )
    return chiffres
