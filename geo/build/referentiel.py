"""Read the code officiel géographique: communes, departments, and communes that were absorbed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo.build.paquets import open_member

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

ZONES_DEPARTEMENTS = ("metro", "drom")  # the others are collectivities, not departments
TYPES_ABSORBEES = ("commune-deleguee", "commune-associee")

Enregistrement = dict[str, Any]


@dataclass(frozen=True)
class Decoupage:
    """The JSON tables of ``@etalab/decoupage-administratif``, as published."""

    communes: list[Enregistrement]
    epci: list[Enregistrement]
    departements: list[Enregistrement]
    regions: list[Enregistrement]


def read_decoupage(archive: Path) -> Decoupage:
    """Read the tables out of the npm archive.

    Parameters
    ----------
    archive
        The ``.tgz`` of ``@etalab/decoupage-administratif``.
    """

    def table(nom: str) -> list[Enregistrement]:
        with open_member(archive, f"package/data/{nom}.json") as flux:
            lignes: list[Enregistrement] = json.load(flux)
            return lignes

    return Decoupage(table("communes"), table("epci"), table("departements"), table("regions"))


def list_departements(decoupage: Decoupage) -> pd.DataFrame:
    """Return the 101 departments of France, sorted by code.

    Returns
    -------
    pandas.DataFrame
        ``code_departement``, ``nom``, ``code_region``, ``nom_region``,
        ``code_commune_chef_lieu``.
    """
    noms_regions = {region["code"]: region["nom"] for region in decoupage.regions}
    lignes = [
        {
            "code_departement": departement["code"],
            "nom": departement["nom"],
            "code_region": departement["region"],
            "nom_region": noms_regions[departement["region"]],
            "code_commune_chef_lieu": departement["chefLieu"],
        }
        for departement in decoupage.departements
        if departement["zone"] in ZONES_DEPARTEMENTS
    ]
    return pd.DataFrame(lignes).sort_values("code_departement", ignore_index=True)


def list_communes(decoupage: Decoupage, departements: Collection[str]) -> pd.DataFrame:
    """Return today's communes of some departments, sorted by code.

    Arrondissements municipaux are left out: Paris, Lyon and Marseille count once.

    Parameters
    ----------
    decoupage
        The published tables.
    departements
        Codes of the departments to keep.

    Returns
    -------
    pandas.DataFrame
        ``code_commune``, ``nom`` (with its article), ``code_departement``, ``siren_epci`` and
        ``nom_epci`` (empty outside any EPCI), ``population`` (INSEE reference population),
        ``codes_postaux`` (a bar between them).
    """
    epci_de = {
        membre["code"]: (epci["code"], epci["nom"])
        for epci in decoupage.epci
        for membre in epci["membres"]
    }
    lignes = [
        {
            "code_commune": commune["code"],
            "nom": commune["nom"],
            "code_departement": commune["departement"],
            "siren_epci": epci_de.get(commune["code"], ("", ""))[0],
            "nom_epci": epci_de.get(commune["code"], ("", ""))[1],
            "population": commune["population"],
            "codes_postaux": "|".join(commune["codesPostaux"]),
        }
        for commune in decoupage.communes
        if commune["type"] == "commune-actuelle" and commune["departement"] in departements
    ]
    return pd.DataFrame(lignes).sort_values("code_commune", ignore_index=True)


def list_cog(communes: Iterable[Enregistrement]) -> pd.DataFrame:
    """Return every commune of France by code and name, overseas collectivities included.

    Parameters
    ----------
    communes
        Records of ``communes.json``.

    Returns
    -------
    pandas.DataFrame
        ``code_commune``, ``nom`` (with its article); sorted by ``code_commune``.

    Examples
    --------
    >>> list_cog([
    ...     {"type": "commune-actuelle", "code": "98818", "nom": "Nouméa"},
    ...     {"type": "arrondissement-municipal", "code": "75101", "nom": "Paris 1er"},
    ...     {"type": "commune-actuelle", "code": "01004", "nom": "Ambérieu-en-Bugey"},
    ... ]).to_dict("list")
    {'code_commune': ['01004', '98818'], 'nom': ['Ambérieu-en-Bugey', 'Nouméa']}
    """
    lignes = sorted(
        (commune["code"], commune["nom"])
        for commune in communes
        if commune["type"] == "commune-actuelle"
    )
    return pd.DataFrame(lignes, columns=["code_commune", "nom"], dtype=str)


def successors(communes: Iterable[Enregistrement]) -> dict[str, str]:
    """Map each former commune code to the code of today's commune that holds its land.

    Two marks tell of a merger: the ``chefLieu`` of a commune déléguée or associée, and the
    ``anciensCodes`` of the commune that remains, the only trace of a plain merger. Where they
    disagree (55273 and 60455) the ``chefLieu`` wins: it is the present state, while
    the list of former codes tells the history.

    Parameters
    ----------
    communes
        Records of ``communes.json``.

    Examples
    --------
    >>> successors([
    ...     {"type": "commune-actuelle", "code": "71566", "anciensCodes": ["71131"]},
    ...     {"type": "commune-deleguee", "code": "70264", "chefLieu": "70180"},
    ...     {"type": "commune-deleguee", "code": "70180", "chefLieu": "70180"},
    ... ])
    {'71131': '71566', '70264': '70180'}
    """
    historique: dict[str, str] = {}
    actuel: dict[str, str] = {}
    for commune in communes:
        if commune["type"] in TYPES_ABSORBEES:
            if commune["code"] != commune["chefLieu"]:
                actuel[commune["code"]] = commune["chefLieu"]
        elif commune["type"] == "commune-actuelle":
            for ancien in commune.get("anciensCodes", ()):
                historique[ancien] = commune["code"]
    return historique | actuel


def list_absorbees(
    communes: Iterable[Enregistrement], noms_anciens: Mapping[str, str]
) -> pd.DataFrame:
    """Return what is needed to recognise a former code or a former name.

    A row whose code equals its successor is the former name of a chief town that kept its code
    for the merged commune (Montbenoît, 25390, now in Pays-de-Montbenoît): it is kept only where
    the two names differ.

    Parameters
    ----------
    communes
        Records of ``communes.json``.
    noms_anciens
        Names of communes that an older list knows, by code: plain mergers leave no name
        in the present one.

    Returns
    -------
    pandas.DataFrame
        ``code_commune`` (unique), ``nom`` (empty where no source names it),
        ``code_commune_successeur``; sorted by ``code_commune``.
    """
    communes = list(communes)
    noms_actuels = {c["code"]: c["nom"] for c in communes if c["type"] == "commune-actuelle"}
    noms = {c["code"]: c["nom"] for c in communes if c["type"] in TYPES_ABSORBEES}
    anciens_noms = {code: code for code, nom in noms.items() if noms_actuels.get(code, nom) != nom}
    lignes = [
        {
            "code_commune": code,
            "nom": noms.get(code) or noms_anciens.get(code, ""),
            "code_commune_successeur": successeur,
        }
        for code, successeur in sorted((successors(communes) | anciens_noms).items())
    ]
    return pd.DataFrame(
        lignes, columns=["code_commune", "nom", "code_commune_successeur"], dtype=str
    )
