"""The stage of a CPTS: the word of its source first, the atlas's own stage beside it."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from geo.lecture.cpts import STATUT_INCONNU
from rendu.mots.francais import clean, date_etape

MOT_SOURCE = "Étape selon la source"


def stage_name(libelle: str, mot: object) -> str:
    """Name a stage: our own label alone only where the source has no other word for it.

    Parameters
    ----------
    libelle
        ``statut_libelle`` of a row of ``Atlas.fiches``.
    mot
        Its ``statut_mot_source``, missing where the source has none.

    >>> stage_name("ACI signé", "contrats de partenariat"), stage_name("ACI signé", None)
    ('« contrats de partenariat » ; étape : ACI signé', 'ACI signé')
    """
    return " ; ".join(filter(None, _split(libelle, mot)))


def stage_parts(fiche: Mapping[Any, Any] | pd.Series) -> tuple[str, str]:
    """Write what the source says of a stage, dated as precisely as it is, and our own stage; empty where it is that word.

    >>> luxeuil = {"statut": "aci_signe", "statut_libelle": "ACI signé", "statut_mot_source": "contrats de partenariat",
    ...     "date_max": "2021-09-16", "date_precision": "avant"}
    >>> stage_parts(luxeuil)
    ('« contrats de partenariat » avant le 16 septembre 2021', 'étape : ACI signé')
    >>> stage_parts(luxeuil | {"statut_mot_source": None, "date_max": None, "date_precision": "inconnue"})
    ('ACI signé, date non publiée', '')
    """
    dit, etape = _split(fiche["statut_libelle"], fiche["statut_mot_source"])
    quand = stage_day(fiche)
    if quand:
        return f"{dit} {quand}", etape
    return (dit if fiche["statut"] == STATUT_INCONNU else f"{dit}, date non publiée"), etape


def stage_words(fiche: Mapping[Any, Any] | pd.Series) -> str:
    """Write a stage with its date on one line: see :func:`stage_parts`."""
    return " ; ".join(filter(None, stage_parts(fiche)))


def stage_day(fiche: Mapping[Any, Any] | pd.Series) -> str:
    """Say when, in a sentence; empty where no date is published."""
    precision = fiche["date_precision"]
    if precision == "inconnue" or not isinstance(fiche["date_max"], str):
        return ""
    texte = date_etape(fiche["date_max"], precision)
    return {"mois": f"en {texte}", "avant": texte}.get(precision, f"le {texte}")


def stage_columns(fiches: pd.DataFrame) -> dict[str, Any]:
    """Return the columns that say a stage in a table, the word of the source first."""
    return {
        MOT_SOURCE: fiches["statut_mot_source"].to_numpy(),
        "Étape": fiches["statut_libelle"].to_numpy(),
    }


def _split(libelle: str, mot: object) -> tuple[str, str]:
    """Return the word of the source and our stage or, where they are the same or there is no word, our stage alone."""
    libelle = clean(libelle)
    dit = clean(mot) if isinstance(mot, str) else ""
    if not dit or dit.casefold() == libelle.casefold():
        return libelle, ""
    return f"« {dit} »", f"étape : {libelle}"
