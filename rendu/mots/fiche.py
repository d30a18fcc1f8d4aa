"""The figures of a sheet in words: one wording for the page and for what leaves it."""

from collections.abc import Iterable
from math import isnan

import pandas as pd

from geo.fiche import Fiche, Taille
from geo.indicateurs.annonces import ENVIRON, EXACT, Ecart
from geo.indicateurs.calcul import BORNES_TAILLE
from geo.indicateurs.registre import Indicateur, Registre
from geo.indicateurs.territoire import CPTS
from geo.perimetre import is_indicatif
from rendu.mots.francais import (
    NON_PUBLIE,
    ecart,
    nombre,
    pourcentage,
    pourcentages,
    qualify,
)
from rendu.mots.indicateurs import about, weigh, write_about, write_computed

# The scale of the bar of sizes, in inhabitants.
BARRE_MAX = 200_000
# Of a unit that is in a CPTS whole.
_ENTIERE_PCT = 100


def gap_rows(registre: Registre, fiche: Fiche) -> list[dict[str, str]]:
    """Write announced figures, the computed ones and their gaps, as the rows of a table."""
    return [
        _gap_row(registre[nom], chiffres, fiche.confiance) for nom, chiffres in fiche.ecarts.items()
    ]


def _gap_row(calcul: Indicateur, chiffres: Ecart, confiance: str | None) -> dict[str, str]:
    return {
        "": calcul.nom,
        "Annoncé": NON_PUBLIE
        if chiffres.annonce is None
        else qualify(chiffres.annonce, chiffres.qualificatif or "egal"),
        "Calculé": "non calculable"
        if chiffres.calcule is None
        else write_computed(calcul, chiffres.calcule, weigh(calcul, EXACT, confiance)),
        "Écart": gap_text(chiffres, confiance),
    }


def gap_text(chiffres: Ecart, confiance: str | None) -> str:
    """Write how a computed figure stands to the announced one, in per cent of it; empty where that means nothing."""
    if chiffres.ecart_pct is None:
        return ""
    return write_about(chiffres.ecart_pct, environ=is_indicatif(confiance), write=ecart, court=True)


def comparison_cells(indicateurs: Iterable[Indicateur], fiche: Fiche) -> dict[str, list[str]]:
    """Write the figures of a CPTS and of what it is part of: by indicator, the cells of ``fiche.comparaison``."""
    confiances = [
        fiche.confiance if genre == CPTS else None for genre in fiche.comparaison["genre"]
    ]
    return {
        i.identifiant: [
            "" if pd.isna(valeur) else write_computed(i, float(valeur), weigh(i, EXACT, confiance))
            for valeur, confiance in zip(fiche.comparaison[i.identifiant], confiances, strict=True)
        ]
        for i in indicateurs
    }


def part_cells(parts: pd.DataFrame, confiance: str | None) -> dict[str, list[str]]:
    """Write what a CPTS has of each of the units that it spans: inhabitants, its share, and the share of the unit.

    Parameters
    ----------
    parts
        ``departements`` or ``epci`` of a :class:`geo.fiche.Fiche`.
    confiance
        That of its perimeter.

    Returns
    -------
    dict
        By column of `parts`, its cells; the shares of the CPTS sum to the whole as they are written. Of a unit that is
        in it whole, the inhabitants are its own, and exact.
    """
    indicatif = is_indicatif(confiance)

    def say(texte: str, *, environ: bool) -> str:
        return about(texte, court=True) if environ and texte else texte

    approches = [indicatif and part != _ENTIERE_PCT for part in parts["part_unite_pct"]]
    return {
        "population": [
            write_about(habitants, environ=environ, court=True)
            for habitants, environ in zip(parts["population"], approches, strict=True)
        ],
        "part_cpts_pct": [
            say(part, environ=indicatif) for part in pourcentages(parts["part_cpts_pct"])
        ],
        "part_unite_pct": [
            "" if isnan(part) else say(pourcentage(part), environ=environ)
            for part, environ in zip(parts["part_unite_pct"], approches, strict=True)
        ],
    }


def border_text(frontiere_km: float, *, environ: bool) -> str:
    """Write the length of a border, in km; it is no better known than the perimeters on its two sides."""
    return write_about(frontiere_km, environ=environ, write=lambda km: nombre(km, 1), court=True)


def sizes(fiche: Fiche) -> list[tuple[Taille, str]]:
    """List the size classes to show, each with the population it comes from and the next bound.

    Returns
    -------
    list
        The announced and the computed one, once where they are the same class; empty without population.
    """
    calculee = ENVIRON if is_indicatif(fiche.confiance) else None
    tailles = [
        ("population annoncée", fiche.taille_annoncee, fiche.population.qualificatif),
        ("population calculée", fiche.taille_calculee, calculee),
    ]
    connues = [(nom, taille, mot) for nom, taille, mot in tailles if taille is not None]
    if len(connues) == 2 and connues[0][1].classe == connues[1][1].classe:  # noqa: PLR2004 - both
        connues = connues[:1]
    return [(taille, f"{nom}{_distance_text(taille, mot)}") for nom, taille, mot in connues]


def bounds_text() -> str:
    """Say where the size classes begin and end."""
    t1, t2, t3 = (nombre(borne) for borne in BORNES_TAILLE)
    return f"Accord de 2019 : T1 sous {t1} habitants, T2 sous {t2}, T3 sous {t3}, T4 au-delà."


def _distance_text(taille: Taille, qualificatif: str | None) -> str:
    """Say how far the next bound is, no more exactly than the population is known."""
    if taille.borne_suivante is None:
        return f" ; au-dessus de {nombre(BORNES_TAILLE[-1])}"
    reste = taille.distance or 0
    if qualificatif in {"plus_de", "moins_de"}:
        distance = qualify(reste, "moins_de" if qualificatif == "plus_de" else "plus_de")
    else:
        distance = write_about(reste, environ=qualificatif in {ENVIRON, "pres_de"})
    return f" ; {distance} habitants sous la borne de {nombre(taille.borne_suivante)}"
