"""Sentences to be read on a slide and to be spoken: stages, shares, counts, names (plain text)."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from geo.atlas import Atlas
from geo.evenement import Evenement
from geo.indicateurs.registre import Indicateur, Registre
from geo.lecture.cpts import STATUT_ABANDONNE, STATUT_INCONNU
from rendu.mots.deploiement import short_names
from rendu.mots.etapes import stage_day, stage_parts
from rendu.mots.faits import count_text
from rendu.mots.francais import (
    BASES,
    POURCENT,
    agree,
    clean,
    date_etape,
    date_partielle,
    join_words,
    nombre,
    qualify,
)

# More dates than that are told by their years.
_DATES_MAX = 2
# As many as make a plural.
_PLUSIEURS = 2

# Per cent that are one in a round number: said so, they are exact.
_FRACTIONS = {
    50: "deux",
    25: "quatre",
    20: "cinq",
    12.5: "huit",
    10: "dix",
    5: "vingt",
    4: "vingt-cinq",
    2: "cinquante",
    1: "cent",
}
_UN_HABITANT = {
    "population": "un habitant",
    "plus_de_17_ans": "un habitant de plus de 17 ans",
    "17_ans_et_plus": "un habitant de 17 ans et plus",
    "70_ans_et_plus": "un habitant de 70 ans et plus",
}
_DEVANT_UN = {
    "egal": "{}",
    "environ": "environ {}",
    "plus_de": "plus d'{}",
    "pres_de": "près d'{}",
    "moins_de": "moins d'{}",
}

# What the sources count at a date, for one and for several.
PUBLIES = {
    "projets": ("est annoncé", "sont annoncés"),
    "emergence": ("est en émergence", "sont en émergence"),
    "pre_projet": ("est en pré-projet", "sont en pré-projet"),
    "lettre_intention": (
        "a une lettre d'intention validée",
        "ont une lettre d'intention validée",
    ),
    "projet_valide": ("a un projet de santé validé", "ont un projet de santé validé"),
    "negociation_aci": ("négocie son ACI", "négocient leur ACI"),
    "lancee": ("a été lancée", "ont été lancées"),
    "aci_signe": ("a signé son ACI", "ont signé leur ACI"),
    "en_fonctionnement": ("est en fonctionnement", "sont en fonctionnement"),
    "en_creation": ("est en cours de création", "sont en cours de création"),
    "toutes_etapes": (
        "existe, toutes étapes confondues",
        "existent, toutes étapes confondues",
    ),
    "non_precise": (
        "est comptée, selon une définition non précisée",
        "sont comptées, selon une définition non précisée",
    ),
}

_ETAPES = {
    "lettre_intention": "la lettre d'intention de {} a été validée",
    "projet_valide": "le projet de santé de {} a été validé",
    "lancee": "{} a été lancée officiellement",
    STATUT_ABANDONNE: "le projet de {} a été abandonné",
}


def named(nom: str) -> str:
    """Name a CPTS inside a sentence.

    >>> named("CPTS du bassin vésulien"), named("Santé Nord")
    ('la CPTS du bassin vésulien', 'la CPTS « Santé Nord »')
    """
    nom = clean(nom)
    return f"la {nom}" if nom.startswith("CPTS ") else f"la CPTS « {nom} »"


def inserted(nom: str) -> str:
    """Name a CPTS before a verb: a name that holds a comma is closed by another.

    >>> inserted("CPTS du Nord, hors Belfort"), inserted("CPTS de Luxeuil")
    ('la CPTS du Nord, hors Belfort,', 'la CPTS de Luxeuil')
    """
    dite = named(nom)
    return f"{dite}," if ", " in dite and not dite.endswith("»") else dite


def announced(registre: Registre, faits: Sequence[dict[str, Any]]) -> str:
    """Agree « annoncé » with what is.

    >>> from geo.indicateurs.declarations import LIVRES, load_registre
    >>> announced(load_registre(LIVRES, ())[0], [{"indicateur": "communes_annoncees", "valeur": 23}])
    'annoncées'
    """
    feminin = "e" if all(registre[fait["indicateur"]].feminin for fait in faits) else ""
    return agree(_number(faits), f"annoncé{feminin}")


def announced_sentence(registre: Registre, faits: Sequence[dict[str, Any]]) -> str:
    """Say what is announced, up to the participle.

    >>> from geo.indicateurs.declarations import LIVRES, load_registre
    >>> fait = {"indicateur": "membres_annonces", "valeur": 50, "qualificatif": "environ"}
    >>> announced_sentence(load_registre(LIVRES, ())[0], [fait])
    'environ 50 membres sont annoncés'
    """
    sujet = join_words(count_text(registre, fait) for fait in faits)
    return f"{sujet} {agree(_number(faits), 'est', 'sont')} {announced(registre, faits)}"


def _number(faits: Sequence[dict[str, Any]]) -> float:
    return faits[0]["valeur"] if len(faits) == 1 else _PLUSIEURS


def event_title(atlas: Atlas, evenement: Evenement) -> str:
    """Name the CPTS of an event, in its order."""
    return join_words(str(atlas.fiches.loc[i, "nom"]) for i in evenement.cpts_ids)


def event_day(evenement: Evenement) -> str:
    """Write the day of an event; empty where its CPTS share none."""
    return date_partielle(evenement.date) if evenement.date else ""


def event_dates(atlas: Atlas, cpts_ids: Sequence[str]) -> str:
    """Write the day of the CPTS of an event or, where they share none, that of each stage; empty where none is published.

    Many dates are told by their first and their last year.
    """
    fiches = atlas.fiches.loc[list(cpts_ids)]
    datees = fiches[fiches["statut"] != STATUT_ABANDONNE].dropna(subset="date_max")
    dites = {
        date_etape(date, precision): date[:4]
        for date, precision in sorted(
            zip(datees["date_max"], datees["date_precision"], strict=True)
        )
    }
    if len(dites) <= _DATES_MAX:
        return join_words(dites)
    debut, *_, fin = dites.values()
    return f"de {debut} à {fin}" if debut != fin else debut


def launch_words(atlas: Atlas, cpts_ids: Sequence[str]) -> str:
    """Say how many CPTS a launch is of, where, and which.

    Parameters
    ----------
    atlas
        The atlas.
    cpts_ids
        The CPTS of the launch, at least one.

    Returns
    -------
    str
        As « 2 CPTS, Haute-Saône : Luxeuil et le bassin vésulien »; a department that the atlas does not
        know keeps its code.
    """
    fiches = atlas.fiches.loc[list(cpts_ids)]
    codes = dict.fromkeys(code for siens in fiches["departements"] for code in siens)
    ou = join_terms([str(atlas.departements["nom"].get(code, code)) for code in codes])
    combien = f"{nombre(len(fiches))} CPTS" + (f", {ou}" if ou else "")
    return f"{combien} : {short_names(atlas, list(cpts_ids))}"


def others_words(evenement: Evenement) -> str:
    """Name the CPTS that a map shows beside those of an event, which may be no more than projects."""
    autres = "autres " if set(evenement.cpts_ids) <= set(evenement.comptees) else ""
    return f"{autres}CPTS en fonctionnement" + (" à cette date" if evenement.date else "")


def share_words(indicateur: Indicateur, base: str) -> str:
    """Say whose share a share is and of what, after the figure.

    >>> from geo.indicateurs.declarations import LIVRES, load_registre
    >>> sans = load_registre(LIVRES, ())[0]["part_sans_medecin_traitant"]
    >>> share_words(sans, "population"), share_words(sans, "plus_de_17_ans")
    ("de la population n'a pas de médecin traitant", "des plus de 17 ans n'ont pas de médecin traitant")
    """
    un, plusieurs = indicateur.predicats
    return f"{BASES[base]} {un if base == 'population' else plusieurs}"


def share_sentence(indicateur: Indicateur, valeur: float, qualificatif: str, base: str) -> str:
    r"""Say a share in a sentence; « un sur dix » only where that is the very value.

    Parameters
    ----------
    indicateur
        Of what.
    valeur
        Per cent.
    qualificatif, base
        As in ``cpts_faits.csv``.

    Examples
    --------
    >>> from geo.indicateurs.declarations import LIVRES, load_registre
    >>> sans = load_registre(LIVRES, ())[0]["part_sans_medecin_traitant"]
    >>> share_sentence(sans, 10, "pres_de", "population")
    "près d'un habitant sur dix n'a pas de médecin traitant"
    >>> share_sentence(sans, 8.5, "egal", "population")
    "8,5\xa0% des habitants n'ont pas de médecin traitant"
    >>> share_sentence(sans, 8, "plus_de", "plus_de_17_ans")
    "plus de 8\xa0% des plus de 17 ans n'ont pas de médecin traitant"
    """
    predicat_un, predicat = indicateur.predicats
    if valeur in _FRACTIONS:
        un = _DEVANT_UN[qualificatif].format(_UN_HABITANT[base])
        return f"{un} sur {_FRACTIONS[valeur]} {predicat_un}"
    qui = "des habitants" if base == "population" else BASES[base]
    return f"{qualify(valeur, qualificatif, POURCENT)} {qui} {predicat}"


def stage_sentence(fiche: pd.Series) -> str:
    """Say a stage with its date, without a full stop: what the source says, then the stage that the atlas reads in it.

    Parameters
    ----------
    fiche
        A row of ``Atlas.fiches``.
    """
    qui = inserted(fiche["nom"])
    if fiche["statut"] == STATUT_INCONNU:
        return f"l'existence de {qui} est publiée, son étape ne l'est pas"
    dit, etape = stage_parts(fiche)
    if etape:
        atlas_dit = f"ce que l'atlas range à l'étape « {clean(fiche['statut_libelle'])} »"
        return f"de {named(fiche['nom'])}, la source dit : {dit}, {atlas_dit}"
    if fiche["statut"] not in _ETAPES:
        return f"{named(fiche['nom'])} : {dit}"
    phrase, quand = _ETAPES[fiche["statut"]].format(qui), stage_day(fiche)
    return f"{phrase} {quand}" if quand else f"{phrase}, à une date qui n'est pas publiée"


def spoken_list(termes: Sequence[str]) -> str:
    """Join terms to be spoken after a colon: one that holds a colon of its own takes brackets.

    >>> spoken_list(["médecin traitant", "santé mentale : premiers secours"])
    'médecin traitant et santé mentale (premiers secours)'
    >>> spoken_list(["prévention et dépistage", "télémédecine"])
    'prévention et dépistage ; télémédecine'
    """
    coupes = [terme.partition(" : ") for terme in termes]
    dits = [f"{debut} ({fin})" if fin else debut for debut, _, fin in coupes]
    return join_terms(dits)


def join_terms(termes: Sequence[str]) -> str:
    """Enumerate terms; semicolons, where one holds a comma or « et », say where each ends.

    >>> join_terms(["CC Forêts, Seine et Suzon", "1 autre"])
    'CC Forêts, Seine et Suzon ; 1 autre'
    """
    ambigus = any(", " in terme or " et " in terme for terme in termes)
    return " ; ".join(termes) if ambigus else join_words(termes)
