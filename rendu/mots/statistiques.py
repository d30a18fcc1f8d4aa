"""Statistics published on a zone, in words: value, base, date, source, and what contradicts what."""

from collections.abc import Callable

import pandas as pd

from geo.atlas import Atlas
from geo.rangees import get_row
from geo.regles.statistiques import (
    HABITANTS,
    PART,
    TELLES,
    Contradiction,
    find_contradictions,
)
from rendu.mots.faits import source_text
from rendu.mots.francais import (
    POURCENT,
    date_partielle,
    escape_markdown,
    join_words,
    nombre,
    qualify,
)
from rendu.mots.jalons import published_zone

TITRE_CONTEXTE = "Repères publiés"
NOTE_CONTEXTE = (
    "À titre de contexte : aucun de ces chiffres n'est celui d'une CPTS. Bases, dates et définitions diffèrent : ils ne "
    "se comparent, ne se classent ni ne se moyennent."
)


def statistic_text(statistique: pd.Series, write: Callable[[str], str] = escape_markdown) -> str:
    r"""Write a figure with its qualifier, its base and its date; `write` makes what comes from files safe.

    >>> ligne = {"libelle": "Sans médecin traitant", "valeur": 20.0, "qualificatif": "plus_de", "unite": "%",
    ...     "libelle_base": "toute la population", "date": "2024-10"}
    >>> statistic_text(pd.Series(ligne), str)
    'Sans médecin traitant : plus de 20\xa0% (toute la population), octobre 2024'
    """
    date = statistique["date"] if isinstance(statistique["date"], str) else None
    base = statistique["libelle_base"]
    # The number of a thing is of that thing: it is said once.
    suite = "" if base.casefold() == statistique["libelle"].casefold() else f" ({write(base)})"
    return f"{_figure(statistique, write)}{suite}, {date_partielle(date)}"


def _figure(statistique: pd.Series, write: Callable[[str], str]) -> str:
    unite = f"\xa0{statistique['unite']}" if isinstance(statistique["unite"], str) else ""
    # As many decimals as the sources give.
    valeur = qualify(statistique["valeur"], statistique["qualificatif"], unite, 2)
    return f"{write(statistique['libelle'])} : {valeur.replace('-', '−')}"


def context_texts(
    atlas: Atlas,
    contexte: pd.DataFrame,
    write: Callable[[str], str] = escape_markdown,
    cite: Callable[[Atlas, str], str] = source_text,
) -> dict[str, list[str]]:
    """Write statistics by zone, each with its source, and under them which contradict one another.

    Parameters
    ----------
    atlas
        The atlas.
    contexte
        See :func:`geo.regles.statistiques.list_contexte`.
    write, cite
        Make what comes from files safe, and write a source: as Markdown, unless told otherwise.
    """
    contradictions = find_contradictions(atlas, contexte)
    textes = {}
    for _, siennes in contexte.groupby(["zone", "code_zone"], sort=False):
        nom = write(zone_name(atlas, siennes.iloc[0]))
        textes[nom] = [
            f"{statistic_text(ligne, write)}. {cite(atlas, ligne['source_id'])}."
            for _, ligne in siennes.iterrows()
        ] + [
            _contradiction_text(atlas, contexte, paire, write)
            for paire in contradictions
            if paire.lignes[0] in siennes.index
        ]
    return textes


def zone_name(atlas: Atlas, statistique: pd.Series) -> str:
    """Name the zone of a row of ``statistiques.csv``."""
    if statistique["zone"] != "epci":
        return published_zone(atlas, statistique)
    code, communes = statistique["code_zone"], atlas.communes
    noms = communes.loc[communes["siren_epci"] == code, "nom_epci"].unique()
    return str(noms[0]) if len(noms) else str(code)


def _contradiction_text(
    atlas: Atlas, contexte: pd.DataFrame, paire: Contradiction, write: Callable[[str], str]
) -> str:
    lignes = [get_row(contexte, place) for place in paire.lignes]
    chiffres = join_words(f"« {_figure(ligne, write)} »" for ligne in lignes)
    if paire.mesure == TELLES:
        return f"Ne s'accordent pas : {chiffres}."
    unite = POURCENT if paire.mesure == PART else ""
    communs = join_words(
        (
            qualify(valeur, ligne["qualificatif"], unite)
            for valeur, ligne in zip(paire.valeurs, lignes, strict=True)
        ),
        liaison="contre",
    )
    if paire.mesure == PART:
        de = f"des habitants (calculé sur ceux de {atlas.millesimes.population})"
    else:
        de = f"pour {nombre(HABITANTS)} habitants (calculé)"
    return f"Ne s'accordent pas : {chiffres}, soit {communs} {de}."
