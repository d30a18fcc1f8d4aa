"""Where a figure comes from: what is added and divided, commune by commune, and what is not known of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.indicateurs.agregation import aggregate, make_termes
from geo.indicateurs.mesures import evaluate, list_rows
from geo.indicateurs.registre import ADDITIVES, MOYENNE, SOMME
from geo.indicateurs.territoire import CPTS

if TYPE_CHECKING:
    from geo.atlas import Atlas
    from geo.cellules import Nombres, Valeurs
    from geo.indicateurs.mesures import Mesure
    from geo.indicateurs.registre import Indicateur
    from geo.indicateurs.territoire import Territoire

# What is known of a row.
CONNUE, SECRETE, MANQUANTE = "connue", "secrete", "manquante"


@dataclass(frozen=True, eq=False)
class Provenance:
    """A figure taken apart.

    Attributes
    ----------
    indicateur, territoire
        What is measured, and of what.
    mesures
        The figure; of one that differs by base, one a base.
    lignes
        Of an additive indicator, one row a commune or a row of its file, by its code: ``nom`` (missing
        outside of the atlas), ``etat``, one of the three above, ``haut`` and ``bas``, what it adds above
        and below the bar (missing where it is withheld or not known; below is 1 of a sum), ``valeur`` (of a
        mean, what ``bas`` weighs), ``au_moins`` and ``au_plus`` (of what is above, where it is withheld),
        ``part_pct`` (of what is above), ``confiance`` and ``part`` (of its membership of a CPTS; what a split
        commune adds is by its share). Empty otherwise.
    numerateur, denominateur, resultat
        Their sums over what is known, and what they make; ``None`` where the indicator is not additive,
        or where there is nothing to divide.
    """

    indicateur: Indicateur
    territoire: Territoire
    mesures: tuple[Mesure, ...]
    lignes: pd.DataFrame
    numerateur: float | None = None
    denominateur: float | None = None
    resultat: float | None = None


def trace(
    atlas: Atlas,
    indicateur: Indicateur,
    territoire: Territoire,
    definition: str,
    *,
    indicatifs: bool,
) -> Provenance:
    """Take a figure apart: the parameters are those of :func:`geo.indicateurs.mesures.evaluate`."""
    mesures = evaluate(atlas, indicateur, territoire, definition, indicatifs=indicatifs)
    if indicateur.methode not in ADDITIVES:
        return Provenance(indicateur, territoire, mesures, pd.DataFrame())
    siennes = list_rows(atlas, indicateur, territoire, indicatifs=indicatifs)
    termes = make_termes(indicateur, siennes)
    valeurs, poids = termes.valeurs, termes.poids
    secrets, inconnus = termes.secrets, termes.inconnus
    connues = ~(secrets | inconnus)
    hauts, bas = valeurs.nombres, np.ones(len(siennes)) if poids is None else poids.nombres
    if indicateur.methode == MOYENNE:
        hauts = hauts * bas
    dites = siennes[connues]
    agregat = aggregate(indicateur, dites, np.zeros(len(dites), dtype=np.intp), 1)
    somme, resultat = float(agregat.numerateurs[0]), float(agregat.valeurs[0])
    lignes = pd.DataFrame(
        {
            "nom": atlas.communes["nom"].reindex(siennes.index),
            "etat": np.select([secrets, inconnus], [SECRETE, MANQUANTE], CONNUE),
            "valeur": valeurs.nombres,
            "haut": np.where(connues, hauts, np.nan),
            "bas": np.where(connues, bas, np.nan),
            **_bounds(valeurs),
            "part_pct": np.where(connues & (somme != 0), hauts / (somme or np.nan) * 100, np.nan),
        },
        index=siennes.index,
    )
    if territoire.genre == CPTS:
        adhesions = atlas.adhesions[atlas.adhesions["cpts_id"] == territoire.code]
        siens = adhesions.set_index("code_commune")[["confiance", "part"]]
        lignes = lignes.join(siens)
    return Provenance(
        indicateur,
        territoire,
        mesures,
        lignes,
        somme,
        None if indicateur.methode == SOMME else float(agregat.denominateurs[0]),
        None if np.isnan(resultat) else resultat,
    )


def _bounds(valeurs: Valeurs) -> dict[str, Nombres]:
    """Return between what the withheld values are, where something bounds them."""
    return {
        nom: np.where(valeurs.secrets & np.isfinite(bornes), bornes, np.nan)
        for nom, bornes in (("au_moins", valeurs.bas), ("au_plus", valeurs.haut))
    }
