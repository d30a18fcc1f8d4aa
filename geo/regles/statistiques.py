"""Statistics published on a zone: those that stand beside a territory, and those that contradict one another."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo.indicateurs.territoire import REGION

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from geo.atlas import Atlas
    from geo.indicateurs.territoire import Territoire

# Kinds of zones, the nearest first. A « petr » is none of them: nothing says which communes it holds.
ZONES = ("epci", "departement", "region", "france")
PART = "part"
NOMBRE = "nombre"
DENSITE = "densite"
TELLES = "telles"
# What a density is brought to.
HABITANTS = 100_000
_TOUTE_LA_POPULATION = "population"

# Ours: beyond that ratio, and within so many years, neither rounding nor time explains a difference.
FACTEUR = 1.5
ANNEES = 2


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two figures of one zone that cannot both hold.

    Attributes
    ----------
    lignes
        Their places in ``Atlas.statistiques``, in its order.
    valeurs
        What was compared: both in the same measure.
    mesure
        :data:`TELLES` as published, :data:`PART` in per cent of the inhabitants of the zone,
        :data:`DENSITE` for :data:`HABITANTS` inhabitants.
    """

    lignes: tuple[Hashable, Hashable]
    valeurs: tuple[float, float]
    mesure: str


def list_contexte(atlas: Atlas, territoires: Iterable[Territoire]) -> pd.DataFrame:
    """List the statistics of the zones that some territories are in, of their regions, and of France.

    Parameters
    ----------
    atlas
        The atlas.
    territoires
        Of any kind. A region stands for itself, not for its departments; a CPTS without a known
        perimeter, for the departments that its sheet names.

    Returns
    -------
    DataFrame
        Rows of ``Atlas.statistiques``, the nearest zones first, then by indicator and date, blank
        dates last. Of France, only the notions that a nearer zone has, or that what is published of
        the CPTS themselves is about.
    """
    tables = atlas.statistiques
    codes = _zones(atlas, territoires)
    paires = zip(tables["zone"], tables["code_zone"], strict=True)
    dedans = [code in codes.get(zone, ()) for zone, code in paires]
    pres = tables[pd.Series(dedans, index=tables.index, dtype=bool)]
    publies = [indicateur.identifiant for indicateur in atlas.registre.published()]
    suivis = tables["indicateur"].isin(publies)
    notions = {*pres["notion"], *tables.loc[suivis, "notion"]}
    france = tables[(tables["zone"] == "france") & tables["notion"].isin(notions)]
    retenues = tables.loc[[*pres.index, *france.index]]
    rangs = retenues.assign(rang=retenues["zone"].map(ZONES.index))
    return rangs.sort_values(
        ["rang", "code_zone", "ordre", "date"], kind="stable", na_position="last"
    ).drop(columns="rang")


def _zones(atlas: Atlas, territoires: Iterable[Territoire]) -> dict[str, set[str]]:
    """Gather the codes of the zones that territories are in, by kind."""
    codes: dict[str, set[str]] = {"epci": set(), "departement": set(), "region": set()}
    for territoire in territoires:
        if territoire.genre == REGION:
            codes["region"].add(territoire.code)
            continue
        communes = atlas.communes.loc[list(territoire.codes_communes)]
        codes["epci"].update(communes["siren_epci"].dropna())
        codes["departement"].update(communes["code_departement"])
        if communes.empty and territoire.fiche is not None:
            codes["departement"].update(territoire.fiche["departements"])
    regions = atlas.departements["code_region"].reindex(sorted(codes["departement"])).dropna()
    codes["region"].update(regions)
    return codes


def find_contradictions(atlas: Atlas, contexte: pd.DataFrame) -> list[Contradiction]:
    """Find the pairs of figures of one zone and notion that two sources give far apart.

    Parameters
    ----------
    atlas
        The atlas.
    contexte
        Rows of ``Atlas.statistiques``.

    Returns
    -------
    list
        Of the same indicator, as they are or brought to as many inhabitants; of a share and a
        number of the whole population, by the inhabitants of the zone if it is a
        department of the study area. « Plus de » and « moins de » contradict nothing that they contain.
    """
    trouvees = []
    for _, groupe in contexte.groupby(["zone", "code_zone", "notion"], sort=False):
        lignes = [(place, ligne) for place, ligne in groupe.sort_index().iterrows()]
        for (i, a), (j, b) in itertools.combinations(lignes, 2):
            if a["source_id"] == b["source_id"] or not _same_time(a["date"], b["date"]):
                continue
            commune = _bring_together(atlas, a, b)
            if commune is None:
                continue
            mesure, valeurs = commune
            if min(valeurs) <= 0 or max(valeurs) / min(valeurs) < FACTEUR:
                continue
            basse, haute = (a, b) if valeurs[0] < valeurs[1] else (b, a)
            if basse["qualificatif"] != "plus_de" and haute["qualificatif"] != "moins_de":
                trouvees.append(Contradiction((i, j), valeurs, mesure))
    return trouvees


def _same_time(a: object, b: object) -> bool:
    """Tell whether two dates are near enough; an unknown one is near none."""
    if not (isinstance(a, str) and isinstance(b, str)):
        return False
    return abs(int(a[:4]) - int(b[:4])) <= ANNEES


def _bring_together(
    atlas: Atlas, a: pd.Series[Any], b: pd.Series[Any]
) -> tuple[str, tuple[float, float]] | None:
    """Bring two figures of a zone and a notion to one measure; ``None`` where nothing allows it."""
    if a["indicateur"] == b["indicateur"]:
        if a["base"] == b["base"]:
            return TELLES, (float(a["valeur"]), float(b["valeur"]))
        if pd.isna(a["pour"]) or pd.isna(b["pour"]):
            return None
        return DENSITE, (_density(a), _density(b))
    habitants = _inhabitants(atlas, a["zone"], a["code_zone"])
    entiers = {a["base"], b["base"]} == {_TOUTE_LA_POPULATION}
    if not (habitants and entiers and {a["forme"], b["forme"]} == {PART, NOMBRE}):
        return None
    return PART, (_share(a, habitants), _share(b, habitants))


def _density(ligne: pd.Series[Any]) -> float:
    return float(ligne["valeur"] / ligne["pour"] * HABITANTS)


def _share(ligne: pd.Series[Any], habitants: int) -> float:
    return float(ligne["valeur"] if ligne["forme"] == PART else ligne["valeur"] / habitants * 100)


def _inhabitants(atlas: Atlas, zone: str, code: str) -> int:
    """Count the inhabitants of a department of the study area; 0 of a zone that the atlas may hold in part."""
    communes = atlas.communes[atlas.communes["etude"]]
    if zone != "departement":
        return 0
    return int(communes.loc[communes["code_departement"] == code, "population"].sum())
