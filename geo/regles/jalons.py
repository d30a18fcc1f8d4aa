"""Published milestones beside what the data know at the same date; never scaled, never averaged."""

from __future__ import annotations

import calendar
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo.lecture.cpts import STATUT_ABANDONNE
from geo.regles.completude import study_departements
from geo.regles.comptes import name_count
from geo.regles.couverture import COUVERTE
from geo.regles.deploiement import (
    A_VENIR,
    CERTAINE,
    INCONNUE,
    POSSIBLE,
    cas,
    curves_at,
    sorted_fiches,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from geo.atlas import Atlas

# 96 departments of metropolitan France and 5 overseas (INSEE, code officiel géographique 2026).
DEPARTEMENTS_FRANCE = 101

# The published word, and the stages that come nearest to it; « projet_valide » holds those whose
# project was validated and who went further. The other words name stages that CPTS leave: the data
# keep only the current one.
NOTIONS: dict[str, frozenset[str]] = {
    "projet_valide": frozenset({"projet_valide", "lancee", "aci_signe"}),
    "lancee": frozenset({"lancee", "aci_signe"}),
    "en_fonctionnement": frozenset({"lancee", "aci_signe"}),
    "aci_signe": frozenset({"aci_signe"}),
    "toutes_etapes": frozenset(
        {"emergence", "lettre_intention", "projet_valide", "lancee", "aci_signe"}
    ),
}
_PLUS_LOIN = ("negociation_aci", "lancee", "aci_signe", "en_fonctionnement")
# A number of CPTS above 7 is 8 at least; one below 7 is 6 at most.
_PAS = {"plus_de": 1, "moins_de": -1}

# Why there is nothing to compare.
SANS_DATE = "sans_date"
ZONE_PARTIELLE = "zone_partielle"
SANS_DEFINITION = "sans_definition"
ETAPE_PASSEE = "etape_passee"
# How what is known compares.
EGAL = "egal"
COMPATIBLE = "compatible"
EN_PLUS = "en_plus"
DATES_OU_ETAPES = "dates_ou_etapes"
LISTE_INCOMPLETE = "liste_incomplete"
PERIMETRES = "perimetres"

COLONNES = (
    "date",
    "date_precision",
    "zone",
    "code_zone",
    "indicateur",
    "etape_mot_source",
    "valeur",
    "qualificatif",
    "source_id",
    "etapes",
    "connu",
    "connu_max",
    "ecart",
    "ecart_max",
    "certaines",
    "partagees",
    "possibles",
    "sans_date",
    "sans_etape",
    "plus_tard",
    "raison",
)
_LISTES = ("certaines", "partagees", "possibles", "sans_date", "sans_etape", "plus_tard")


def compare_jalons(atlas: Atlas, departements: Collection[str]) -> pd.DataFrame:
    """Set each published milestone beside what the data know at its date.

    Parameters
    ----------
    atlas
        The atlas.
    departements
        Codes. None means every milestone; otherwise those of these departments, and of a region
        all of whose departments in the study area are chosen.

    Returns
    -------
    DataFrame
        One row a milestone, the oldest first, undated ones last: the columns of ``jalons.csv``;
        ``etapes``, the stages counted (see :data:`NOTIONS`; empty without a counterpart); ``connu`` and
        ``connu_max``, ``None`` without a counterpart: for a number, the CPTS that are certain, and
        certain or possible; for a share, per cent of the inhabitants in established perimeters
        of the certain ones, and in all their perimeters; ``ecart`` and ``ecart_max``, what these
        differ by from the published figure, at its precision (of a number « plus de » or « moins
        de », from the next whole number). Then identifiers: ``certaines`` (counted), ``partagees`` (in a department: those of them that name
        another one too, and are counted in each), ``possibles``, ``sans_date``, ``sans_etape`` (known without stage),
        ``plus_tard`` (whose later stage was reached after that date: they may have counted
        already). ``raison`` is a code of this module: why there is no comparison, or how it
        turns out; ``compatible`` is said of a published figure that is no exact one, and that
        what is known does not contradict; ``liste_incomplete`` says that those four lists do not
        suffice to explain what is missing, ``dates_ou_etapes`` that they do. A milestone known to the month is compared
        at the end of that month.
    """
    regions = _regions(atlas)
    lignes = []
    for jalon in atlas.jalons.to_dict("records"):
        siens = _departements(jalon, regions)
        if departements and not (siens and set(siens) <= set(departements)):
            continue
        lignes.append(jalon | _compare(atlas, jalon, siens))
    table = pd.DataFrame(lignes, columns=list(COLONNES))
    for nom in ("connu", "connu_max", "ecart", "ecart_max"):
        table[nom] = table[nom].astype(object).where(table[nom].notna(), None)
    return table.sort_values("date", kind="stable", na_position="last", ignore_index=True)


def _regions(atlas: Atlas) -> dict[str, list[str]]:
    """Return the departments of the study area, by region and under their own code."""
    etude = study_departements(atlas)
    codes = atlas.departements["code_region"].reindex(list(etude))
    par_region = {str(region): list(siens.index) for region, siens in codes.groupby(codes)}
    return (
        {f"region:{region}": siens for region, siens in par_region.items()}
        | {f"departement:{code}": [code] for code in etude}
        | {"france:FR": list(etude) if len(etude) >= DEPARTEMENTS_FRANCE else []}
    )


def _departements(jalon: dict[Any, Any], regions: dict[str, list[str]]) -> list[str]:
    """Return the departments of the zone of a milestone; none if the data do not hold it."""
    return regions.get(f"{jalon['zone']}:{jalon['code_zone']}", [])


def _compare(atlas: Atlas, jalon: dict[Any, Any], departements: list[str]) -> dict[str, Any]:
    vide = {"etapes": ()} | dict.fromkeys(("connu", "connu_max", "ecart", "ecart_max"))
    vide |= dict.fromkeys(_LISTES, ())
    raison = _no_counterpart(atlas, jalon, departements)
    if raison:
        return vide | {"raison": raison}
    etapes = NOTIONS[jalon["etape_mot_source"]]
    date = last_day(jalon["date"])
    fiches = sorted_fiches(atlas, departements)
    comptees = fiches.index[fiches["statut"].isin(etapes)]
    par_cas = cas(fiches, comptees, date)
    ids = {nom: tuple(fiches.index[par_cas == nom]) for nom in (CERTAINE, POSSIBLE, INCONNUE)}
    ordre = atlas.statuts["ordre"].astype(float)
    premiere = min(ordre.reindex(list(etapes)).dropna(), default=0)
    plus_loin = fiches["statut"].map(ordre) > premiere
    vivantes = fiches["statut"].isin(NOTIONS["toutes_etapes"]) | (
        fiches["statut"] == STATUT_ABANDONNE
    )
    bilan: dict[str, Any] = {
        "etapes": tuple(sorted(etapes, key=lambda etape: (ordre.get(etape, 0), etape))),
        "certaines": ids[CERTAINE],
        "partagees": _shared(fiches, ids[CERTAINE]) if jalon["zone"] == "departement" else (),
        "possibles": ids[POSSIBLE],
        "sans_date": ids[INCONNUE],
        "sans_etape": tuple(fiches.index[~vivantes]),
        "plus_tard": tuple(fiches.index[(par_cas == A_VENIR) & plus_loin]),
    }
    if jalon["indicateur"] == "cpts":
        connu: float = len(ids[CERTAINE])
        connu_max: float = connu + len(ids[POSSIBLE])
        explicables = connu_max + sum(len(bilan[nom]) for nom in _LISTES[3:])
        manque = DATES_OU_ETAPES if _gap(jalon, explicables) >= 0 else LISTE_INCOMPLETE
    else:
        connu, connu_max = _shares(atlas, date, departements, comptees)
        manque = PERIMETRES
    ecart = _gap(jalon, connu)
    return (
        bilan
        | {"connu": connu, "connu_max": connu_max}
        | {"ecart": ecart, "ecart_max": _gap(jalon, connu_max)}
        | {"raison": _agreement(ecart, jalon["qualificatif"]) or manque}
    )


def _shared(fiches: pd.DataFrame, cpts_ids: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(i for i in cpts_ids if len(fiches["departements"][i]) > 1)


def _no_counterpart(atlas: Atlas, jalon: dict[Any, Any], departements: list[str]) -> str:
    if not isinstance(jalon["date"], str):
        return SANS_DATE
    if not departements:
        return ZONE_PARTIELLE
    etape = jalon["etape_mot_source"]
    if etape not in NOTIONS:
        return SANS_DEFINITION if etape == "non_precise" else ETAPE_PASSEE
    # Beside signed ACI of the same day, « projet validé » means those that went no further.
    freres = atlas.jalons[
        (atlas.jalons["date"] == jalon["date"])
        & (atlas.jalons["zone"] == jalon["zone"])
        & (atlas.jalons["code_zone"] == jalon["code_zone"])
        & (atlas.jalons["indicateur"] == "cpts")
    ]
    ventilee = etape == "projet_valide" and freres["etape_mot_source"].isin(_PLUS_LOIN).any()
    return ETAPE_PASSEE if ventilee else ""


def _gap(jalon: dict[Any, Any], connu: float) -> float:
    """Return what is known minus what is published, no finer than the publication."""
    valeur: float = jalon["valeur"]
    if jalon["indicateur"] == "cpts":
        return connu - valeur - _PAS.get(jalon["qualificatif"], 0)
    decimales = len(f"{valeur:g}".partition(".")[2])
    return round(round(connu, decimales) - valeur, decimales)


def _agreement(ecart: float, qualificatif: str) -> str:
    """Tell how a known figure compares with the published one; empty where some of it lacks."""
    if ecart < 0:
        return COMPATIBLE if qualificatif == "moins_de" else ""
    if qualificatif == "egal":
        return EN_PLUS if ecart else EGAL
    return EN_PLUS if ecart and qualificatif != "plus_de" else COMPATIBLE


def _shares(
    atlas: Atlas, date: str, departements: list[str], comptees: Collection[str]
) -> tuple[float, float]:
    """Return the inhabitants covered at a date, in per cent: established, and all perimeters."""
    communes = atlas.communes
    dedans = communes["etude"] & communes["code_departement"].isin(departements)
    total = int(communes["population"][dedans].sum())
    couverts = curves_at(atlas, departements, comptees, [date]).iloc[0]
    etablis, tous = (
        couverts[name_count("population", COUVERTE, indicatifs=indicatifs)]
        for indicatifs in (False, True)
    )
    return float(etablis / total * 100), float(tous / total * 100)


def last_day(date: str) -> str:
    """Return the last day that a date can mean.

    Parameters
    ----------
    date
        ISO 8601, to the day, the month or the year.

    Examples
    --------
    >>> last_day("2022-05-06"), last_day("2024-02"), last_day("2026")
    ('2022-05-06', '2024-02-29', '2026-12-31')
    """
    annee, mois, jour = (*date.split("-"), "", "")[:3]
    mois = mois or "12"
    return f"{annee}-{mois}-{jour or calendar.monthrange(int(annee), int(mois))[1]}"
