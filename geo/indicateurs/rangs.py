"""Where one CPTS stands among the others, for what can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.indicateurs.annonces import EXACT, announced
from geo.indicateurs.mesures import (
    AU_MOINS,
    AUTRE_BASE,
    INCERTAIN,
    NON_PUBLIE,
    PERIMETRE_INCONNU,
    PERIMETRE_MASQUE,
    SANS_DONNEE,
    VALEUR_APPROCHEE,
    values_by_cpts,
    withheld_by_cpts,
)
from geo.indicateurs.places import find_places
from geo.lecture.cpts import STATUT_ABANDONNE
from geo.perimetre import are_etablies

if TYPE_CHECKING:
    from collections.abc import Collection

    from geo.atlas import Atlas
    from geo.cellules import Nombres
    from geo.indicateurs.registre import Indicateur

# Why there is no quarter.
TROP_PEU = "trop_peu"
QUARTS_CONFONDUS = "quarts_confondus"
QUART_OUVERT = "quart_ouvert"
# Why there is no rank, beside the reasons of a measure: it is not among those asked for.
HORS_CHOIX = "hors_choix"

# Four quarters want four values.
_MIN_QUARTS = 4
# Beyond any figure, and finite: nothing is interpolated up to the infinite.
_LOIN = 1e300


@dataclass(frozen=True, slots=True)
class Rang:
    """The place of a CPTS for one indicator.

    Attributes
    ----------
    indicateur, base
        As in :class:`geo.indicateurs.mesures.Mesure`.
    effectif
        How many CPTS are ranked: those drawn, of which a cell may be withheld, or those whose announced
        figure is exact.
    valeur
        Of this one; ``None`` where it has none that can be ranked, or only bounds.
    rang, rang_max
        The best and the worst rank that it may have, which differ where a withheld or incomplete figure
        leaves the place open: see :func:`geo.indicateurs.places.find_places`. 1 is the highest; equal
        values share the best of their ranks.
    quart
        1 is the highest quarter. The bounds are the quartiles of the ranked values, by linear
        interpolation (type 7 of Hyndman and Fan, 1996, the default of R and NumPy); a value on a
        bound is in the higher of its two quarters. Where figures are open, there is one only if it is that of
        the highest that this one may be among the lowest that the others may be, and of the reverse.
    raison
        Why there is no rank: a reason of :class:`geo.indicateurs.mesures.Mesure`, or ``hors_choix``.
    raison_quart
        Why there is a rank and no quarter: ``trop_peu`` (fewer than four values),
        ``quarts_confondus`` (two quartiles are equal) or ``quart_ouvert`` (what is withheld or not known
        could change it).
    """

    indicateur: str
    base: str | None
    effectif: int
    valeur: float | None = None
    rang: int | None = None
    rang_max: int | None = None
    quart: int | None = None
    raison: str | None = None
    raison_quart: str | None = None


def rank_cpts(
    atlas: Atlas, cpts_id: str, parmi: Collection[str], *, indicatifs: bool
) -> tuple[Rang, ...]:
    """Rank a CPTS for every indicator that is comparable.

    Parameters
    ----------
    atlas
        The atlas.
    cpts_id
        The CPTS to place.
    parmi
        The CPTS that it is ranked among; abandoned projects are left out.
    indicatifs
        Whether perimeters that rest on hypotheses are ranked. Without them, a CPTS that is
        established in part only is left out: the figures of a part are not those of the CPTS.

    Returns
    -------
    tuple
        In the order of the registry; an indicator that differs by base, for each base that one of
        the CPTS publishes. Announced and computed are never in one ranking, nor two bases; an
        approximate figure (« près de ») has no rank.

    Raises
    ------
    KeyError
        If there is no such CPTS.
    """
    retenues = list_living(atlas, parmi)
    if cpts_id not in atlas.fiches.index:
        raise KeyError(cpts_id)
    hors_choix = HORS_CHOIX if cpts_id not in retenues else None
    sans = PERIMETRE_MASQUE if cpts_id in atlas.territoires.index else PERIMETRE_INCONNU
    dessinees = ranked_perimeters(atlas, retenues, indicatifs=indicatifs)
    rangs = []
    for indicateur in atlas.registre.on("rangs"):
        nom = indicateur.identifiant
        if indicateur.de_communes:
            bornes = _bounds_by_cpts(atlas, indicateur)
            bornes = bornes[bornes.index.isin(dessinees)]
            manque = hors_choix or (SANS_DONNEE if cpts_id in dessinees else sans)
            rangs.append(_rank(nom, None, bornes, cpts_id, manque))
            continue
        siennes = set(atlas.faits_de(cpts_id).query("indicateur == @nom")["base"].dropna())
        for base in _ranked_bases(atlas, indicateur, [*retenues, cpts_id]):
            raison = hors_choix or (AUTRE_BASE if siennes and base not in siennes else None)
            faits = announced(atlas, nom, base)
            faits = faits[faits.index.isin(retenues)]
            rangs.append(_rank_published(nom, base, faits, cpts_id, raison))
    return tuple(rangs)


def _ranked_bases(
    atlas: Atlas, indicateur: Indicateur, parmi: Collection[str]
) -> list[str] | list[None]:
    """List the bases that one of some CPTS publishes, sorted; one ranking without a base elsewhere."""
    if not indicateur.par_base:
        return [None]
    faits = atlas.faits[atlas.faits["cpts_id"].isin(list(parmi))]
    return sorted(faits.loc[faits["indicateur"] == indicateur.identifiant, "base"].unique())


def ranked_perimeters(atlas: Atlas, parmi: Collection[str], *, indicatifs: bool) -> pd.Index[str]:
    """List the drawn CPTS whose computed figures :func:`rank_cpts` ranks."""
    retenues = set(list_living(atlas, parmi))
    if not indicatifs:
        entieres = are_etablies(atlas.fiches["confiance"])
        retenues &= set(atlas.fiches.index[entieres])
    dessinees: pd.Index[str] = atlas.territoires.index
    return dessinees[dessinees.isin(retenues)]


def list_living(atlas: Atlas, parmi: Collection[str]) -> list[str]:
    """List, each once, the CPTS among which one is ranked: all but the abandoned projects."""
    statuts = atlas.fiches["statut"]
    return [i for i in dict.fromkeys(parmi) if statuts[i] != STATUT_ABANDONNE]


def _rank_published(
    indicateur: str, base: str | None, faits: pd.DataFrame, cpts_id: str, raison: str | None
) -> Rang:
    """Rank among the exact figures."""
    exacts = faits.loc[faits["qualificatif"] == EXACT, "valeur"]
    manque = VALEUR_APPROCHEE if cpts_id in faits.index else NON_PUBLIE
    return _rank(indicateur, base, _both(exacts, exacts), cpts_id, raison or manque)


def _bounds_by_cpts(atlas: Atlas, indicateur: Indicateur) -> pd.DataFrame:
    """Return between what the computed figure of each CPTS is: one where it is known."""
    connues = values_by_cpts(atlas, indicateur)
    valeurs = connues["valeur"]
    retenues = {
        cpts_id: bornes or (-np.inf, np.inf)
        for cpts_id, bornes in withheld_by_cpts(atlas, indicateur).items()
    }
    ouvertes = pd.DataFrame.from_dict(retenues, orient="index", columns=["bas", "haut"])
    sues = _both(
        valeurs.mask(connues["qualificatif"] == INCERTAIN, -np.inf),
        valeurs.mask(connues["qualificatif"].isin([AU_MOINS, INCERTAIN]), np.inf),
    )
    return pd.concat([sues, ouvertes.astype("float64")]) if retenues else sues


def _both(bas: pd.Series[float], haut: pd.Series[float]) -> pd.DataFrame:
    return pd.DataFrame({"bas": bas, "haut": haut}, dtype="float64")


def _rank(
    indicateur: str, base: str | None, bornes: pd.DataFrame, cpts_id: str, raison: str
) -> Rang:
    """Rank among what some CPTS may be worth; the reason serves if this one is not among them."""
    effectif = len(bornes)
    if cpts_id not in bornes.index:
        return Rang(indicateur, base, effectif, raison=raison)
    place = list(bornes.index).index(cpts_id)
    bas, haut = (bornes[bord].to_numpy("float64") for bord in ("bas", "haut"))
    meilleurs, pires = find_places(bas, haut)
    quart, raison_quart = _quarter(bas, haut, place)
    return Rang(
        indicateur,
        base,
        effectif,
        float(bas[place]) if bas[place] == haut[place] else None,
        int(meilleurs[place]),
        int(pires[place]),
        quart,
        raison_quart=raison_quart,
    )


def _quarter(bas: Nombres, haut: Nombres, place: int) -> tuple[int | None, str | None]:
    if len(bas) < _MIN_QUARTS:
        return None, TROP_PEU
    bas, haut = np.maximum(bas, -_LOIN), np.minimum(haut, _LOIN)
    # A quartile grows with every figure, and with this one no faster than it does.
    quarts = {
        _quarter_among(np.where(np.arange(len(bas)) == place, sien, autres), place)
        for sien, autres in ((haut, bas), (bas, haut))
    }
    if len(quarts) == 1 and None not in quarts:
        return quarts.pop(), None
    return None, QUARTS_CONFONDUS if (bas == haut).all() else QUART_OUVERT


def _quarter_among(valeurs: Nombres, place: int) -> int | None:
    quartiles = np.quantile(valeurs, [0.75, 0.5, 0.25])
    if len(np.unique(quartiles)) < len(quartiles):
        return None
    return 1 + int((valeurs[place] < quartiles).sum())
