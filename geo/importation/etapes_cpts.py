"""The stage and the date of each CPTS of a table: one of each, or none and a word why."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from geo.erreurs import Severite, count, enumerate_first
from geo.importation.anomalie import Anomalie, Genre
from geo.importation.etapes import counts_days, read_date, read_statut
from geo.importation.rapprochement import clean_name
from geo.lecture.cpts import STATUT_INCONNU
from geo.lecture.dates import HORIZON_ANS, PREMIERE_ANNEE, is_plausible

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    import pandas as pd

    from geo.atlas import Atlas


class _Sujet(NamedTuple):
    """How what a column holds is spoken of."""

    colonne: str
    pluriel: str
    remede: str
    genre: Genre


# Day and month, in one order or the other.
_DEUX_NOMBRES = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}\b")
_MOIS, _PLUSIEURS = 12, 2
_STATUT = _Sujet("statut", "plusieurs étapes", "étape", "statuts_multiples")
_DATE = _Sujet("date", "plusieurs dates", "date", "dates_multiples")


def read_statuts(
    lignes: pd.DataFrame, atlas: Atlas, anomalies: list[Anomalie]
) -> dict[str, tuple[str, str]]:
    """Return the stage of each CPTS and the words that say it.

    Parameters
    ----------
    lignes
        ``nom_cpts`` (kept), ``ligne`` and ``statut``.
    atlas
        The data in use, for the stages that they know.
    anomalies
        What is to be told is added there.
    """

    def read(nom: str, mot: str, ligne: int) -> str | None:
        statut = read_statut(mot)
        if statut is None or (statut != STATUT_INCONNU and statut not in atlas.statuts.index):
            anomalies.append(
                Anomalie(
                    ligne,
                    "statut",
                    mot,
                    Severite.A_VERIFIER,
                    f"« {nom} » : l'étape « {mot} » n'est pas connue ; elle n'est pas reprise.",
                    f"Écrire l'une des étapes : {', '.join(atlas.statuts['libelle'])}.",
                    "statut_inconnu",
                )
            )
            return None
        return None if statut == STATUT_INCONNU else statut

    lus = _read_each(lignes, _STATUT, read, anomalies)
    return {nom: (statut, clean_name(mot)) for nom, (statut, mot) in lus.items()}


def read_dates(lignes: pd.DataFrame, anomalies: list[Anomalie]) -> dict[str, str]:
    """Return the date of each CPTS, ISO; `lignes` and `anomalies` as in :func:`read_statuts`."""

    def read(nom: str, texte: str, ligne: int) -> str | None:
        date = read_date(texte)
        if date is not None and is_plausible(date.texte):
            if counts_days(texte):
                anomalies.append(_counted(ligne, nom, texte, date.texte))
            return date.texte
        if date is None:
            fait = "ne se lit pas"
            genre: Genre = "date_illisible"
            remede = "Écrire la date 14/09/2022, 2022-09-14 ou septembre 2022."
        else:
            fait = "est invraisemblable"
            genre = "date_invraisemblable"
            remede = (
                f"Écrire la date réelle (de {PREMIERE_ANNEE} à dans {HORIZON_ANS} ans), "
                "ou laisser la case vide."
            )
        anomalies.append(
            Anomalie(
                ligne,
                "date",
                texte,
                Severite.A_VERIFIER,
                f"« {nom} » : la date « {texte} » {fait} ; elle est laissée de côté.",
                remede,
                genre,
            )
        )
        return None

    lues = _read_each(lignes, _DATE, read, anomalies)
    anomalies += _doubt_order(lignes)
    return {nom: date for nom, (date, _) in lues.items()}


def _counted(ligne: int, nom: str, texte: str, date: str) -> Anomalie:
    return Anomalie(
        ligne,
        "date",
        texte,
        Severite.INFORMATION,
        f"« {nom} » : « {texte} » est un jour tel que le tableur le compte, lu {date}.",
        "Rien à faire si c'est bien une date ; la mettre au format date dans le tableur.",
        "date_comptee",
    )


def _doubt_order(lignes: pd.DataFrame) -> list[Anomalie]:
    """Question a column of dates of which one has the month first: the others may have it too."""
    ecrites = [
        (int(ligne), texte, trouve)
        for ligne, texte in zip(lignes["ligne"], lignes["date"], strict=True)
        if (trouve := _DEUX_NOMBRES.match(texte.strip()))
    ]
    mois_avant = [(ligne, texte) for ligne, texte, t in ecrites if int(t[2]) > _MOIS >= int(t[1])]
    douteuses = [ligne for ligne, _, t in ecrites if max(int(t[1]), int(t[2])) <= _MOIS]
    if not mois_avant or not douteuses:
        return []
    ligne, texte = mois_avant[0]
    return [
        Anomalie(
            douteuses[0],
            "date",
            "",
            Severite.A_VERIFIER,
            f"« {texte} » (ligne {ligne}) a le mois avant le jour : les autres dates sont lues le jour d'abord, et "
            f"{count(len(douteuses), 'ligne')} se {'lit' if len(douteuses) < _PLUSIEURS else 'lisent'} des deux façons : "
            f"{enumerate_first(map(str, douteuses))}.",
            "Écrire ces dates 2022-09-14, ou vérifier qu'elles ont le jour d'abord.",
            "dates_douteuses",
        )
    ]


def _read_each(
    lignes: pd.DataFrame,
    sujet: _Sujet,
    read: Callable[[str, str, int], str | None],
    anomalies: list[Anomalie],
) -> dict[str, tuple[str, str]]:
    """Return of each CPTS the only value that its rows give, and its first words."""
    lus: defaultdict[str, dict[str, tuple[int, str]]] = defaultdict(dict)
    for nom, texte, ligne in _first_uses(lignes, sujet.colonne):
        valeur = read(nom, texte, ligne)
        if valeur is not None:
            lus[nom][valeur] = min(lus[nom].get(valeur, (ligne, texte)), (ligne, texte))
    retenus = {}
    for nom, siens in lus.items():
        if len(siens) == 1:
            [(valeur, (_, texte))] = siens.items()
            retenus[nom] = (valeur, texte)
        else:
            anomalies.append(_several(nom, siens.values(), sujet))
    return retenus


def _first_uses(lignes: pd.DataFrame, colonne: str) -> list[tuple[str, str, int]]:
    """Return each CPTS and filled cell of a column with the first line that says so."""
    remplies = lignes[lignes[colonne].str.strip() != ""]
    premieres = remplies.drop_duplicates(["nom_cpts", colonne])
    return list(zip(*(premieres[c] for c in ("nom_cpts", colonne, "ligne")), strict=True))


def _several(nom: str, siens: Collection[tuple[int, str]], sujet: _Sujet) -> Anomalie:
    ligne, texte = max(siens)
    cites = enumerate_first(f"« {t} » (ligne {rang})" for rang, t in sorted(siens))
    return Anomalie(
        ligne,
        sujet.colonne,
        texte,
        Severite.A_VERIFIER,
        f"« {nom} » a {sujet.pluriel} : {cites} ; aucune n'est reprise.",
        f"N'écrire qu'une {sujet.remede} pour toutes les lignes de la CPTS.",
        sujet.genre,
    )
