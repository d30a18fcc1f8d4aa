"""Published facts and sources in words."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd

from geo.atlas import Atlas
from geo.indicateurs.valeurs import PART_SANS_MEDECIN_TRAITANT, announced
from geo.lecture.cpts import STATUT_INCONNU
from geo.rangees import get_row, iterate_rows
from rendu.mots.francais import (
    BASES,
    CONFIANCES_COURTES,
    NON_PUBLIE,
    NON_PUBLIEE,
    POURCENT,
    agree,
    capitale,
    date_partielle,
    escape_markdown,
    qualify,
)

# What is announced, one and several of it.
_UNITES = {
    "population_annoncee": ("habitant", "habitants"),
    "communes_annoncees": ("commune", "communes"),
    "professionnels_annonces": ("professionnel", "professionnels"),
    "membres_annonces": ("membre", "membres"),
    "etablissements_annonces": ("établissement de santé", "établissements de santé"),
}

# The published figures that have neither base nor computed counterpart.
EFFECTIFS = ("professionnels_annonces", "membres_annonces", "etablissements_annonces")

# What every figure and outline rests on (data/README.md).
FONDS = ("cog-2026", "contours")

# More units than that are counted, not named.
_NOMS_MAX = 8

# What a source may be the source of, in a word.
OBJETS = {
    "population_annoncee": "population",
    "communes_annoncees": "communes",
    "professionnels_annonces": "professionnels",
    "membres_annonces": "membres",
    "etablissements_annonces": "établissements",
    PART_SANS_MEDECIN_TRAITANT: "médecin traitant",
}


def fact_sources(atlas: Atlas, cpts_ids: Iterable[str]) -> list[str]:
    """List the sources of what is shown of some CPTS: their stage and their figures, each once."""
    ids = list(cpts_ids)
    faits = atlas.faits[atlas.faits["cpts_id"].isin(ids)]
    return list(dict.fromkeys([*atlas.fiches.loc[ids, "source_id"], *faits["source_id"]]))


def sources_by_object(atlas: Atlas, cpts_id: str) -> dict[str, list[str]]:
    """Say what each source of a CPTS is the source of, that of its stage first."""
    fiche = get_row(atlas.fiches, cpts_id)
    objet = "existence" if fiche["statut"] == STATUT_INCONNU else "étape"
    objets: dict[str, list[str]] = {fiche["source_id"]: [objet]}
    for fait in iterate_rows(atlas.faits_de(cpts_id)):
        siens = objets.setdefault(fait.source_id, [])
        if OBJETS[fait.indicateur] not in siens:
            siens.append(OBJETS[fait.indicateur])
    return objets


def cited_sources(atlas: Atlas, cpts_id: str) -> list[str]:
    """Write each source of a CPTS as Markdown, with what it is the source of."""
    return [
        f"{source_text(atlas, source_id)} ({', '.join(objets)})"
        for source_id, objets in sources_by_object(atlas, cpts_id).items()
    ]


def source_word(fiche: pd.Series, write: Callable[[str], str] = escape_markdown) -> str:
    """Quote the word of the source for the stage, where there is one; `write` makes names safe."""
    mot = fiche["statut_mot_source"]
    return f" (« {write(mot)} » selon la source)" if isinstance(mot, str) else ""


def perimeter_lines(
    atlas: Atlas, cpts_id: str, write: Callable[[str], str] = escape_markdown
) -> list[str]:
    """Say of each part of a perimeter how it is known, what it is made of, and why.

    `write` makes what comes from files safe: as Markdown, unless told otherwise.
    """
    unites = atlas.perimetres[atlas.perimetres["cpts_id"] == cpts_id]
    lignes = []
    for (confiance, raison), siennes in unites.groupby(["confiance", "justification"], sort=False):
        noms = [write(nom) for nom in siennes["nom_unite"]]
        quoi = ", ".join(noms) if len(noms) <= _NOMS_MAX else f"{len(noms)} communes"
        lignes.append(
            f"{capitale(CONFIANCES_COURTES[str(confiance)])} : {quoi}. {capitale(write(str(raison)))}."
        )
    return lignes


def fact_text(faits: pd.DataFrame, indicateur: str) -> str:
    """Write the published value of an indicator, or « non publié ».

    Parameters
    ----------
    faits
        The facts of one CPTS.
    indicateur
        As in ``cpts_faits.csv``, without base.
    """
    choisis = faits[faits["indicateur"] == indicateur]
    if choisis.empty:
        return NON_PUBLIE
    return count_text(choisis.iloc[0].to_dict())


def unit(fait: Mapping[Any, Any]) -> str:
    """Write the unit of an announced figure, a row of ``cpts_faits.csv``, which agrees with it."""
    return agree(fait["valeur"], *_UNITES[fait["indicateur"]])


def count_text(fait: Mapping[Any, Any]) -> str:
    """Write an announced figure, a row of ``cpts_faits.csv``, with its qualifier and its unit.

    >>> count_text({"indicateur": "population_annoncee", "valeur": 21000, "qualificatif": "plus_de"})
    'plus de 21\u202f000 habitants'
    >>> count_text({"indicateur": "professionnels_annonces", "valeur": 1, "qualificatif": "environ"})
    'environ 1 professionnel'
    """
    return f"{qualify(fait['valeur'], fait['qualificatif'])} {unit(fait)}"


def staff_texts(faits: pd.DataFrame) -> list[str]:
    """Write every published number of professionals, members and institutions of one CPTS."""
    return [
        count_text(fait)
        for indicateur in EFFECTIFS
        for fait in faits[faits["indicateur"] == indicateur].to_dict("records")
    ]


def announced_texts(atlas: Atlas, indicateur: str, cpts_ids: Iterable[str]) -> list[str]:
    """Write what each CPTS announces of an indicator without base, unit left out."""
    annonces = announced(atlas, indicateur).reindex(list(cpts_ids))
    vide = NON_PUBLIEE if indicateur == "population_annoncee" else NON_PUBLIE
    return [
        qualify(a.valeur, a.qualificatif) if isinstance(a.qualificatif, str) else vide
        for a in iterate_rows(annonces)
    ]


def medecin_traitant_texts(faits: pd.DataFrame) -> list[str]:
    """Write each published share without médecin traitant with its base, one line a base."""
    choisis = faits[faits["indicateur"] == PART_SANS_MEDECIN_TRAITANT]
    return [
        f"{qualify(f.valeur, f.qualificatif, POURCENT)} {BASES[f.base]}"
        for f in iterate_rows(choisis)
    ]


def source_text(atlas: Atlas, source_id: str) -> str:
    """Write a source as Markdown: title, producer, date, and a link where there is one."""
    source = get_row(atlas.sources, source_id)
    titre = f"« {escape_markdown(source['titre'])} »"
    if isinstance(source["url"], str):
        adresse = source["url"].replace("(", "%28").replace(")", "%29").replace(" ", "%20")
        titre = f"[{titre}]({adresse})" if adresse.startswith("https://") else titre
    date = source["date"] if isinstance(source["date"], str) else None
    return f"{titre}, {escape_markdown(source['producteur'])}, {date_partielle(date)}"


def source_plain(atlas: Atlas, source_id: str) -> str:
    """Write a source as plain text: title, producer, date."""
    source = atlas.sources.loc[source_id]
    date = source["date"] if isinstance(source["date"], str) else None
    return f"« {source['titre']} », {source['producteur']}, {date_partielle(date)}"
