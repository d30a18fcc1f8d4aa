"""Communes that a table splits between several CPTS: the share of each, and how it is estimated."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from geo.erreurs import Severite, enumerate_first
from geo.importation.anomalie import Anomalie
from geo.importation.contenus import AVANT_UN_IRIS
from geo.importation.places import ARRONDISSEMENTS
from geo.perimetre import ENTIERE, PAR_SOMME, settle_parts
from geo.texte import write_share

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from geo.importation.adhesion import Adhesion

# By what shares are estimated: INSEE draws an IRIS at about 2,000 inhabitants (insee.fr, definition c1523).
PAR_IRIS = "au nombre d'IRIS"
PAR_ARRONDISSEMENT = "au nombre d'arrondissements"
_PRECISION = 4


class Part(NamedTuple):
    """The share of a commune that a CPTS covers, from 0 to 1, and by what it is estimated."""

    part: float
    estimation: str


def estimate_parts(adhesions: Iterable[Adhesion]) -> dict[tuple[str, str], Part]:
    """Estimate the shares of the communes whose parts a table shares out between several CPTS.

    Parameters
    ----------
    adhesions
        Memberships as they come.

    Returns
    -------
    dict
        By name of CPTS and code of commune. A commune is there if several CPTS name parts of it, none of
        them names it whole, and each part is named for one CPTS alone: arrondissements, each for as much
        as another, of all that the city has; or IRIS, of those that are named.
    """
    nommees: defaultdict[str, defaultdict[str, set[str | None]]] = defaultdict(
        lambda: defaultdict(set)
    )
    donnees = set()
    for adhesion in adhesions:
        nommees[adhesion.code_commune][adhesion.nom_cpts].add(adhesion.partie)
        if adhesion.part < ENTIERE:
            donnees.add(adhesion.code_commune)
    estimees: dict[tuple[str, str], Part] = {}
    for code, par_cpts in nommees.items():
        toutes = [partie for siennes in par_cpts.values() for partie in siennes]
        if len(par_cpts) == 1 or code in donnees or len(set(toutes)) < len(toutes):
            continue
        if all(ARRONDISSEMENTS.get(partie or "") == code for partie in toutes):
            total = sum(ville == code for ville in ARRONDISSEMENTS.values())
            estimation = PAR_ARRONDISSEMENT
        elif all(partie and partie.startswith(AVANT_UN_IRIS) for partie in toutes):
            total, estimation = len(toutes), PAR_IRIS
        else:
            continue
        passees = 0
        for nom in sorted(par_cpts):
            # Each is what is left between two rounded sums: together they make the whole.
            bornes = (passees, passees := passees + len(par_cpts[nom]))
            avant, apres = (round(n / total, _PRECISION) for n in bornes)
            estimees[nom, code] = Part(round(apres - avant, _PRECISION), estimation)
    return estimees


def find_overlapped(*tables: pd.DataFrame) -> frozenset[str]:
    """Return the communes of which the shares, in all of some memberships, add up to more than the whole.

    Parameters
    ----------
    tables
        ``code_commune`` and ``part``.
    """
    sommes: defaultdict[str, float] = defaultdict(float)
    for table in tables:
        for code, part in zip(table["code_commune"], table["part"], strict=True):
            sommes[code] += part
    return frozenset(code for code, somme in sommes.items() if settle_parts(somme) > ENTIERE)


def tell_parts(adhesions: pd.DataFrame, noms_communes: Mapping[str, str]) -> list[Anomalie]:
    """Tell each commune that the table splits: the share of each CPTS, and how it is known.

    Parameters
    ----------
    adhesions
        See :attr:`geo.importation.diagnostic.Diagnostic.adhesions`.
    noms_communes
        Names of the communes, by code.
    """
    anomalies = []
    partagees = adhesions[adhesions["part"] < ENTIERE]
    for code, siennes in partagees.groupby("code_commune"):
        parts = enumerate_first(
            f"« {nom} » {write_share(part)}"
            for nom, part in zip(siennes["nom_cpts"], siennes["part"], strict=True)
        )
        prise = "partagée" if len(siennes) > 1 else "prise en partie"
        comment = " et ".join(dict.fromkeys(filter(None, siennes["estimation"])))
        anomalies.append(
            Anomalie(
                int(siennes["ligne"].min()),
                "code_commune",
                str(code),
                Severite.A_VERIFIER,
                f"{code} {noms_communes[str(code)]} est {prise} : {parts} ; "
                f"{f'parts estimées {comment}' if comment else 'parts données avec la table'}.",
                "Vérifier que chaque partie est à la bonne CPTS ; la commune compte par part dans chacune et, "
                f"dans les totaux, {PAR_SOMME}.",
                "commune_partagee",
            )
        )
    return anomalies
