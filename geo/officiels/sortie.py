"""What is known of official files, as ``--json`` prints it."""

from __future__ import annotations

from dataclasses import asdict
from math import isfinite
from typing import TYPE_CHECKING, Any

from geo.officiels.examen import INDICATEUR

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geo.erreurs import Probleme
    from geo.officiels.agregation import Chiffre
    from geo.officiels.examen import Examen
    from geo.officiels.indicateur import IndicateurOfficiel


def to_json(examens: Sequence[Examen], remarques: Iterable[Probleme]) -> dict[str, Any]:
    """Return what can be written as JSON.

    Parameters
    ----------
    examens
        One a file.
    remarques
        All problems, of every file.

    Returns
    -------
    dict
        ``variables``: the indicators, then every other column with its role. ``remarques``.
        ``agregats``: by indicator then territory, a number, or ``None`` where a cell is withheld,
        nothing is known or nothing is aggregated. ``appuis``: of the same, what the figure rests
        on (:class:`geo.officiels.agregation.Chiffre` without its value).
    """
    indicateurs: dict[str, IndicateurOfficiel] = {}
    for examen in examens:
        for indicateur in examen.indicateurs:
            nom = indicateur.nom
            # Two files may say the same of the same year.
            suffixes = (f"{nom}_{rang}" for rang in range(2, len(examens) + 2))
            while nom in indicateurs:
                nom = next(suffixes)
            indicateurs[nom] = indicateur
    return {
        "variables": [
            *(_indicator(nom, indicateur) for nom, indicateur in indicateurs.items()),
            *(
                {
                    "nom": colonne.titre,
                    "libelle": colonne.titre,
                    "unite": colonne.unite,
                    "role": colonne.role,
                    "fichier": examen.fichier,
                    "feuille": colonne.feuille,
                }
                for examen in examens
                for colonne in examen.colonnes
                if colonne.role != INDICATEUR
            ),
        ],
        "remarques": [
            {
                "severite": remarque.severite.value,
                "fichier": remarque.fichier,
                "message": remarque.message,
                "remede": remarque.remede,
            }
            for remarque in remarques
        ],
        "agregats": {
            nom: {cle: chiffre and chiffre.valeur for cle, chiffre in indicateur.chiffres.items()}
            for nom, indicateur in indicateurs.items()
        },
        "appuis": {
            nom: {cle: _basis(chiffre) for cle, chiffre in indicateur.chiffres.items() if chiffre}
            for nom, indicateur in indicateurs.items()
        },
    }


def _indicator(nom: str, indicateur: IndicateurOfficiel) -> dict[str, Any]:
    return {
        "nom": nom,
        "libelle": indicateur.libelle,
        "unite": indicateur.unite,
        "nature": indicateur.nature,
        "role": INDICATEUR,
        "agregation": indicateur.agregation,
        "poids": list(indicateur.poids),
        "base": indicateur.base,
        "millesime": indicateur.millesime,
        "source": indicateur.source,
        "licence": indicateur.licence,
        "fichier": indicateur.fichier,
        "feuille": indicateur.feuille,
        "colonnes": list(indicateur.colonnes),
        "denominateur": list(indicateur.denominateur),
    }


def _basis(chiffre: Chiffre) -> dict[str, Any]:
    appui = asdict(chiffre)
    del appui["valeur"]
    if chiffre.bornes:
        # JSON has no infinity.
        appui["bornes"] = [borne if isfinite(borne) else None for borne in chiffre.bornes]
    return appui
