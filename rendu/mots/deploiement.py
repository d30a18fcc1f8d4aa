"""The roll-out in words: short names, announced figures, steps."""

import re
from collections.abc import Sequence

import pandas as pd

from geo.atlas import Atlas
from geo.indicateurs.annonces import Somme
from geo.regles.deploiement import Deploiement
from rendu.mots.etapes import stage_name
from rendu.mots.faits import sum_text
from rendu.mots.francais import (
    POPULATION_NON_PUBLIEE,
    count_noun,
    date_etape,
    date_partielle,
    join_words,
    nombre,
)

_CPTS = re.compile(r"CPTS\s+(?=\S)", re.IGNORECASE)
# What « CPTS » leaves behind: « du bassin » reads « le bassin », « de Luxeuil » reads « Luxeuil ».
_PREPOSITIONS = {
    "du ": "le ",
    "des ": "les ",
    "de la ": "la ",
    "de l'": "l'",
    "de l’": "l’",
    "de ": "",
    "d'": "",
    "d’": "",
}
# What the first figure counts under each definition of « couvert ».
TITRES_COMPTE = {
    "fonctionnement": "CPTS en fonctionnement",
    "projets": "CPTS, projets validés compris",
    "lettres": "CPTS, lettres comprises",
}
# More names than that in one sentence are counted.
_NOMS_MAX = 12


def short_name(nom: str) -> str:
    """Name a CPTS without « CPTS », as in a list of places; any other name is left as it is.

    >>> short_name("CPTS de Luxeuil"), short_name("CPTS du bassin vésulien"), short_name("CPTS 21-52")
    ('Luxeuil', 'le bassin vésulien', '21-52')
    >>> short_name("CPTS de Belfort et de sa première couronne"), short_name("Maison de santé")
    ('Belfort et sa première couronne', 'Maison de santé')
    >>> short_name("CPTS du Territoire de Belfort, hors Belfort")
    'le Territoire de Belfort (hors Belfort)'
    """
    reste = _CPTS.sub("", nom, count=1) if _CPTS.match(nom) else None
    if reste is None:
        return nom
    parties = reste.split(" et ")
    if _without_preposition(reste) != reste:
        parties = [_without_preposition(partie) for partie in parties]
    debut, virgule, fin = " et ".join(parties).partition(", ")
    return f"{debut} ({fin})" if virgule else debut


def _without_preposition(texte: str) -> str:
    for preposition, article in _PREPOSITIONS.items():
        if texte.startswith(preposition):
            return article + texte.removeprefix(preposition)
    return texte


def short_names(atlas: Atlas, cpts_ids: Sequence[str]) -> str:
    """Enumerate CPTS by their short names; where they are many, count the last ones."""
    noms = [short_name(str(atlas.fiches.loc[i, "nom"])) for i in cpts_ids[:_NOMS_MAX]]
    if len(cpts_ids) > _NOMS_MAX:
        noms.append(count_noun(len(cpts_ids) - _NOMS_MAX, "autre"))
    # Where a name holds « et », another « et » would not say where it ends.
    if len(noms) > 1 and any(" et " in nom for nom in noms):
        return " ; ".join(noms)
    return join_words(noms)


def announced_text(somme: Somme, n_cpts: int) -> str:
    """Write what some CPTS announce, and how many of them do.

    >>> announced_text(Somme(0, "", 0), 1)
    'population totale non publiée'
    >>> announced_text(Somme(37000, "egal", 1), 2)
    '37\u202f000 habitants annoncés par une seule des 2'
    """
    if not somme.n:
        return POPULATION_NON_PUBLIEE
    texte = sum_text(somme, " habitants annoncés")
    if somme.n == n_cpts:
        return texte
    return f"{texte} par {'une seule' if somme.n == 1 else nombre(somme.n)} des {nombre(n_cpts)}"


def step_parts(atlas: Atlas, etape: pd.Series) -> tuple[str, str]:
    """Write a row of ``geo.regles.deploiement.steps``: its date, and what comes in (plain text)."""
    date = date_etape(etape["date"], etape["date_precision"])
    entrees = short_names(atlas, etape["cpts"])
    return date, f"{entrees}, {announced_text(etape['annonce'], len(etape['cpts']))}"


def date_sentence(atlas: Atlas, etapes: pd.DataFrame, deploiement: Deploiement) -> str:
    """Say what comes in at a date, after the date itself (plain text)."""
    jour = date_partielle(deploiement.date)
    morceaux = []
    for _, etape in etapes[etapes["date"] == deploiement.date].iterrows():
        date, texte = step_parts(atlas, etape)
        morceaux.append(texte if date == jour else f"{date} : {texte}")
    if morceaux:
        return " ; ".join(morceaux)
    fiches = atlas.fiches.loc[list(deploiement.hors_definition)]
    autres = fiches.index[fiches["date_max"] == deploiement.date]
    if len(autres):
        dites = dict.fromkeys(
            map(
                stage_name,
                *fiches.loc[autres, ["statut_libelle", "statut_mot_source"]].to_numpy().T,
            )
        )
        return (
            f"{short_names(atlas, list(autres))} : {join_words(dites)}, "
            "ce qui ne compte pas sous la définition choisie"
        )
    return "aucune CPTS de la zone n'est datée de ce jour"


def intro_sentence(atlas: Atlas, deploiement: Deploiement, libelle: str) -> str:
    """Say what the page can and cannot tell (plain text).

    Parameters
    ----------
    atlas
        The atlas.
    deploiement
        At any date.
    libelle
        The definition in words.
    """
    d = deploiement
    datees = len(d.certaines) + len(d.possibles) + len(d.a_venir)
    comptees = datees + len(d.inconnues)
    connues = comptees + len(d.hors_definition) + len(d.abandonnees)
    phrase = (
        f"{count_noun(datees, 'CPTS datée', 'CPTS datées')} sur {nombre(comptees)} {libelle}, "
        f"parmi {count_noun(connues, 'connue')} dans la zone"
    )
    if d.inconnues:
        phrase += f" ; sans date, donc dans aucune courbe : {short_names(atlas, d.inconnues)}"
    return (
        f"{phrase}. Chacune n'a qu'une date, celle de son étape actuelle : ce qu'elle était avant "
        "n'est pas connu, et n'est pas deviné."
    )
