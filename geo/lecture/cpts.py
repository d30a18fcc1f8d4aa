"""CPTS, their facts and their communes, checked against the communes that exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from geo.erreurs import Probleme, Severite, count, enumerate_first
from geo.lecture.schemas import quote_values
from geo.lecture.tables import split_list
from geo.perimetre import CONFIANCES, ENTIERE

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

# A project given up is shown, and counted nowhere.
STATUT_ABANDONNE = "abandonne"
# Existence is published, the stage is not.
STATUT_INCONNU = "inconnu"
_RANGS = {confiance: rang for rang, confiance in enumerate(CONFIANCES)}


def read_successeurs(absorbees: pd.DataFrame) -> dict[str, str]:
    """Return the successor of each absorbed commune code.

    Parameters
    ----------
    absorbees
        The table ``communes_absorbees``. A row whose two codes are equal records a change of name
        only, and is left out.
    """
    fusions = absorbees[absorbees["code_commune"] != absorbees["code_commune_successeur"]]
    return dict(zip(fusions["code_commune"], fusions["code_commune_successeur"], strict=True))


def resolve_codes(
    codes: pd.Series,
    communes: gpd.GeoDataFrame,
    successeurs: Mapping[str, str],
    fichier: str,
) -> tuple[pd.Series, list[Probleme]]:
    """Replace each absorbed code by the commune that now holds its territory.

    Parameters
    ----------
    codes
        Commune codes, indexed by the line of the file.
    communes
        The communes that exist, indexed by code.
    successeurs
        As returned by :func:`read_successeurs`.
    fichier
        Name of the file, for the problems.

    Returns
    -------
    tuple
        The codes on the same index, and one problem for the absorbed codes (« à vérifier »), one
        for those that are no commune and never were (``BLOQUANT``; these are left as they are).
    """
    absents = codes[communes.index.get_indexer(pd.Index(codes)) < 0]
    suivis = {code: follow(code, communes.index, successeurs) for code in absents.unique()}
    absorbes = {ancien: actuel for ancien, actuel in suivis.items() if actuel is not None}
    problemes = []
    if absorbes:
        noms = communes["nom"]
        detail = enumerate_first(
            f"{ancien} (absorbée par {actuel} {noms[actuel]})"
            for ancien, actuel in absorbes.items()
        )
        un = len(absorbes) == 1
        problemes.append(
            Probleme(
                Severite.A_VERIFIER,
                fichier,
                f"{count(len(absorbes), 'code')} de commune{'' if un else 's'} "
                f"absorbée{'' if un else 's'}, remplacé{'' if un else 's'} par "
                f"{'son' if un else 'leur'} successeur : {detail}.",
                "Écrire le code de la commune qui existe aujourd'hui.",
            ),
        )
    inconnus = absents[~absents.isin(list(absorbes))]
    if not inconnus.empty:
        nombre = len(inconnus.unique())
        problemes.append(
            Probleme(
                Severite.BLOQUANT,
                fichier,
                f"{count(nombre, 'code')} de commune introuvable"
                f"{'s' if nombre > 1 else ''} dans le fichier des communes : "
                f"{quote_values(inconnus, 'ligne')}.",
                "Corriger le code, ou charger un fichier des communes qui le contient.",
            ),
        )
    return codes.map(absorbes).fillna(codes) if absorbes else codes, problemes


def follow(code: str, communes: pd.Index, successeurs: Mapping[str, str]) -> str | None:
    """Return the commune of today behind an old code: its successor may itself be absorbed.

    Parameters
    ----------
    code
        Of a commune that is no more.
    communes
        The codes of those that exist.
    successeurs
        As returned by :func:`read_successeurs`.
    """
    vus = {code}
    while code in successeurs:
        code = successeurs[code]
        if code in communes:
            return code
        if code in vus:
            return None
        vus.add(code)
    return None


def load_adhesions(
    cpts: pd.DataFrame,
    communes: gpd.GeoDataFrame,
    successeurs: Mapping[str, str],
) -> tuple[pd.DataFrame, list[Probleme]]:
    """Return which commune is in which CPTS, in the communes that exist today.

    Parameters
    ----------
    cpts
        The table ``cpts`` as read.
    communes, successeurs
        As for :func:`resolve_codes`.

    Returns
    -------
    tuple
        Columns ``cpts_id``, ``code_commune``, ``confiance``, ``part`` (of the inhabitants of the
        commune, above 0 and up to 1, which is the whole), one row per pair, sorted. Where a merger
        brings two rows together the weaker confidence and the greater part stay.
    """
    codes, problemes = resolve_codes(cpts["code_commune"], communes, successeurs, "cpts.csv")
    problemes += _check_decimals(cpts["part_pct"])
    adhesions = pd.DataFrame(
        {
            "cpts_id": cpts["cpts_id"],
            "code_commune": codes,
            "confiance": cpts["confiance"],
            "part": (cpts["part_pct"] / 100).round(4).fillna(ENTIERE),
        }
    )
    cle = ["cpts_id", "code_commune"]
    adhesions["part"] = adhesions.groupby(cle)["part"].transform("max")
    adhesions = (
        adhesions.sort_values("confiance", key=lambda valeurs: valeurs.map(_RANGS), kind="stable")
        .drop_duplicates(cle)
        .sort_values(cle)
        .reset_index(drop=True)
    )
    return adhesions, problemes


def _check_decimals(parts_pct: pd.Series) -> list[Probleme]:
    """Refuse the shares that are written finer than the file has them."""
    fines = parts_pct[parts_pct.notna() & (parts_pct.round(2) != parts_pct)]
    if fines.empty:
        return []
    return [
        Probleme(
            Severite.BLOQUANT,
            "cpts.csv",
            f"colonne « part_pct » : plus de deux décimales : {quote_values(fines, 'ligne')}.",
            "Arrondir la part au centième de pour cent.",
        )
    ]


def load_fiches(
    cpts_fiches: pd.DataFrame,
    statuts: pd.DataFrame,
    adhesions: pd.DataFrame,
    communes: gpd.GeoDataFrame,
    successeurs: Mapping[str, str],
) -> tuple[pd.DataFrame, list[Probleme]]:
    """Return one row per CPTS, with its stage in words and where to put its mark.

    Parameters
    ----------
    cpts_fiches, statuts
        The tables as read.
    adhesions
        As returned by :func:`load_adhesions`.
    communes, successeurs
        As for :func:`resolve_codes`.

    Returns
    -------
    tuple
        A table indexed by ``cpts_id`` with the columns of the file, where ``departements``,
        ``priorites`` and ``partenaires`` are tuples (empty where nothing is published), and also
        ``statut_libelle``, ``confiance`` (the weakest of the memberships, missing where the CPTS
        is not drawn), ``dessinee`` (bool), ``repere_lon`` and ``repere_lat`` (degrees, the town
        hall of the reference commune). Then the problems.
    """
    reperes, problemes = resolve_codes(
        cpts_fiches["code_commune_repere"],
        communes,
        successeurs,
        "cpts_fiches.csv",
    )
    fiches = cpts_fiches.assign(code_commune_repere=reperes)
    for colonne in ("departements", "priorites", "partenaires"):
        fiches[colonne] = split_list(fiches[colonne])
    fiches["statut_libelle"] = fiches["statut"].map(statuts.set_index("statut")["libelle"])
    rangs = adhesions["confiance"].map(_RANGS).groupby(adhesions["cpts_id"]).min()
    fiches["confiance"] = (
        fiches["cpts_id"].map(rangs).map(dict(enumerate(CONFIANCES))).astype("str")
    )
    fiches["dessinee"] = fiches["cpts_id"].isin(adhesions["cpts_id"].unique())
    fiches["repere_lon"] = reperes.map(communes["mairie_lon"])
    fiches["repere_lat"] = reperes.map(communes["mairie_lat"])
    return fiches.set_index("cpts_id"), problemes


def check_places(
    tables: Mapping[str, pd.DataFrame],
    communes: gpd.GeoDataFrame,
    successeurs: Mapping[str, str],
) -> list[Probleme]:
    """Check the departments, prefectures and perimeter units that the tables name.

    Parameters
    ----------
    tables
        ``departements``, ``cpts_fiches`` and ``perimetres`` as read.
    communes, successeurs
        As for :func:`resolve_codes`.
    """
    connus = tables["departements"]["code_departement"]
    listes = tables["cpts_fiches"]["departements"].str.split("|").explode()
    problemes = [
        *_check_departements(listes, connus, "cpts_fiches.csv"),
        *_check_departements(communes["code_departement"], connus, "communes.geojson"),
    ]
    presents = tables["departements"][connus.isin(communes["code_departement"].unique())]
    problemes += resolve_codes(
        presents["code_commune_chef_lieu"],
        communes,
        successeurs,
        "departements.csv",
    )[1]
    perimetres = tables["perimetres"]
    unites = perimetres["code_unite"]
    est_commune = perimetres["type_unite"] == "commune"
    problemes += resolve_codes(unites[est_commune], communes, successeurs, "perimetres.csv")[1]
    epci = unites[~est_commune]
    absents = epci[~epci.isin(communes["siren_epci"].unique())]
    if not absents.empty:
        # An EPCI may have been dissolved since: there is no table of those to say which, and
        # the memberships come from cpts.csv.
        problemes.append(
            Probleme(
                Severite.A_VERIFIER,
                "perimetres.csv",
                f"{count(absents.nunique(), 'EPCI', 'EPCI')} sans aucune commune dans le fichier "
                f"des communes : {quote_values(absents, 'ligne')}.",
                "Vérifier le numéro SIREN, ou refaire le périmètre avec les EPCI actuels.",
            ),
        )
    return problemes


def _check_departements(codes: pd.Series, connus: pd.Series, fichier: str) -> list[Probleme]:
    inconnus = codes[~codes.isin(connus)]
    if inconnus.empty:
        return []
    return [
        Probleme(
            Severite.BLOQUANT,
            fichier,
            f"{count(inconnus.nunique(), 'code')} de département absents de departements.csv : "
            f"{enumerate_first(sorted(inconnus.unique()))}.",
            "Corriger le code, ou ajouter le département à departements.csv.",
        ),
    ]
