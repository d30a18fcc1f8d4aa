"""Anomalies of one kind, then of one cause, told together: what a planner settles in one go."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from geo.erreurs import Severite, count, enumerate_first
from geo.rangees import iterate_rows

if TYPE_CHECKING:
    import pandas as pd

    from geo.importation.anomalie import Genre

_RANGS = {severite: rang for rang, severite in enumerate(Severite)}
_CITEES_MAX = 12


class Cause(NamedTuple):
    """What one cause is told of, in one sentence.

    Attributes
    ----------
    fichier
        Name of the file, empty where the anomalies do not tell it.
    lignes
        Rows, 0 left out.
    colonne, valeur
        Column, and the cell where there is only one.
    message, remede
        As in :class:`geo.importation.anomalie.Anomalie`; of several, the first speaks for all.
    effectif
        How many anomalies.
    """

    fichier: str
    lignes: tuple[int, ...]
    colonne: str
    valeur: str
    message: str
    remede: str
    effectif: int


@dataclass(frozen=True)
class Groupe:
    """The anomalies of one kind and one severity.

    Attributes
    ----------
    genre, severite
        As in :class:`geo.importation.anomalie.Anomalie`.
    anomalies
        At least one row, in the order given to :func:`group`.
    """

    genre: Genre
    severite: Severite
    anomalies: pd.DataFrame

    @property
    def remedes(self) -> list[str]:
        """Return the remedies, each once."""
        return list(self.anomalies["remede"].unique())

    @property
    def causes(self) -> list[Cause]:
        """Return what is told, one cause at a time, in the order of their first rows.

        One remedy is one cause, but for what is told of the CPTS: each has its own words.
        """
        # The name of a file may be no text: pandas would refuse to group by it.
        memes: defaultdict[tuple[str, ...], list[Any]] = defaultdict(list)
        for anomalie in iterate_rows(self.anomalies):
            propre = anomalie.message if anomalie.colonne == "cpts" else ""
            fichier = getattr(anomalie, "fichier", "")
            memes[fichier, anomalie.colonne, anomalie.remede, propre].append(anomalie)
        return [_join(self.genre, fichier, siennes) for (fichier, *_), siennes in memes.items()]


def group(anomalies: pd.DataFrame) -> list[Groupe]:
    """Put together the anomalies of one kind and one severity.

    Parameters
    ----------
    anomalies
        As in :attr:`geo.importation.diagnostic.Diagnostic.anomalies`; other columns are kept.

    Returns
    -------
    list
        The worst first, then the most numerous, then by kind.
    """
    groupes = [
        Groupe(cast("Genre", genre), Severite(str(severite)), siennes)
        for (severite, genre), siennes in anomalies.groupby(["severite", "genre"], sort=False)
    ]
    return sorted(groupes, key=lambda g: (_RANGS[g.severite], -len(g.anomalies), g.genre))


def name_lines(lignes: tuple[int, ...], quoi: str = "ligne") -> str:
    """Name some rows; `quoi` is what a row is.

    >>> name_lines((4,)), name_lines(tuple(range(2, 9))), name_lines((), "forme")
    ('ligne 4', 'lignes 2, 3, 4, 5, 6 et 2 autres', '')
    """
    if not lignes:
        return ""
    return f"{quoi}{'s' if len(lignes) > 1 else ''} {enumerate_first(map(str, lignes))}"


def _join(genre: Genre, fichier: str, anomalies: list[Any]) -> Cause:
    premiere, n = anomalies[0], len(anomalies)
    valeurs = list(dict.fromkeys(anomalie.valeur for anomalie in anomalies))
    message = str(premiere.message)
    sujets = sorted({anomalie.sujet for anomalie in anomalies} - {""})
    if n > 1 and genre == "hors_territoire" and sujets:
        message = _tell_departements(sujets, n)
    elif len({anomalie.message for anomalie in anomalies}) > 1:
        autres = [f"« {valeur} »" for valeur in valeurs[1:] if valeur]
        suite = enumerate_first(autres, _CITEES_MAX) or count(n - 1, "autre ligne", "autres lignes")
        message += f" De même : {suite}."
    return Cause(
        fichier,
        tuple(dict.fromkeys(int(anomalie.ligne) for anomalie in anomalies if anomalie.ligne)),
        premiere.colonne,
        valeurs[0] if len(valeurs) == 1 else "",
        message,
        premiere.remede,
        n,
    )


def _tell_departements(codes: list[str], n: int) -> str:
    """Tell in one sentence the rows of departments that are not loaded."""
    *autres, dernier = codes
    if len(codes) > _CITEES_MAX:
        noms = enumerate_first(codes, _CITEES_MAX)
    else:
        noms = f"{', '.join(autres)} et {dernier}" if autres else dernier
    sujet = f"Départements {noms} : non chargés" if autres else f"Département {noms} : non chargé"
    return f"{sujet}, {count(n, 'ligne laissée', 'lignes laissées')} de côté."
