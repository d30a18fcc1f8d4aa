"""Published facts and sources in words."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd

from geo.atlas import Atlas
from geo.indicateurs.annonces import ENVIRON, Somme, announced
from geo.indicateurs.registre import Indicateur, Registre
from geo.lecture.cpts import STATUT_INCONNU
from geo.libelles import PAR_PART
from geo.perimetre import CONTRE, POUR, read_sources, split_justification
from geo.rangees import get_row, iterate_rows
from geo.regles.controles import SOURCE_CONTOURS
from rendu.mots.francais import (
    BASES,
    CONFIANCES,
    CONFIANCES_COURTES,
    NON_PUBLIE,
    PERIMETRE_INCONNU,
    agree,
    capitale,
    count_noun,
    date_partielle,
    escape_markdown,
    qualify,
)
from rendu.mots.indicateurs import significant, write_published

# More units than that are counted, not named.
_NOMS_MAX = 8
# How an import says why a commune is of a CPTS: see :data:`geo.importation.dossier.TABLE`.
_D_UN_IMPORT = re.compile(r"» la (nomme|contient)\b([^»]*)$")
# What the sources of a perimeter are the sources of.
_OBJETS_PERIMETRE = {POUR: "périmètre", CONTRE: "ce qui contredit le périmètre"}


def ground_sources(atlas: Atlas) -> tuple[str, str]:
    """List what every figure and outline rests on (data/README.md): communes, then outlines."""
    return atlas.millesimes.source, SOURCE_CONTOURS


def computed_sources(atlas: Atlas) -> list[str]:
    """List the sources of what is computed from communes, each once."""
    return list(
        dict.fromkeys(
            source
            for indicateur in atlas.registre
            if indicateur.de_communes
            for source in indicateur.sources
        )
    )


def fact_sources(atlas: Atlas, cpts_ids: Iterable[str]) -> list[str]:
    """List the sources of what is shown of some CPTS: stage, figures and perimeter, each once."""
    ids = list(cpts_ids)
    faits = atlas.faits[atlas.faits["cpts_id"].isin(ids)]
    etapes = atlas.fiches.loc[ids, "source_id"]
    return list(dict.fromkeys([*etapes, *faits["source_id"], *perimeter_sources(atlas, ids)]))


def perimeter_sources(atlas: Atlas, cpts_ids: Iterable[str]) -> dict[str, list[str]]:
    """Say which sources the perimeters of some CPTS rest on, and which contradict them."""
    unites = atlas.perimetres[atlas.perimetres["cpts_id"].isin(list(cpts_ids))]
    objets: dict[str, list[str]] = {}
    for colonne, siennes in read_sources(unites).items():
        for source_id in siennes:
            if source_id in atlas.sources.index:
                objets.setdefault(source_id, []).append(_OBJETS_PERIMETRE[colonne])
    return objets


def sources_by_object(atlas: Atlas, cpts_id: str) -> dict[str, list[str]]:
    """Say what each source of a CPTS is the source of, that of its stage first."""
    fiche = get_row(atlas.fiches, cpts_id)
    objet = "existence" if fiche["statut"] == STATUT_INCONNU else "étape"
    objets: dict[str, list[str]] = {fiche["source_id"]: [objet]}
    for fait in iterate_rows(atlas.faits_de(cpts_id)):
        siens = objets.setdefault(fait.source_id, [])
        objet = atlas.registre[fait.indicateur].objet
        if objet not in siens:
            siens.append(objet)
    for source_id, siens in perimeter_sources(atlas, [cpts_id]).items():
        objets.setdefault(source_id, []).extend(siens)
    return objets


def cited_sources(atlas: Atlas, cpts_id: str) -> list[str]:
    """Write each source of a CPTS as Markdown, with what it is the source of."""
    return [
        f"{source_text(atlas, source_id)} ({', '.join(objets)})"
        for source_id, objets in sources_by_object(atlas, cpts_id).items()
    ]


def perimeter_lines(
    atlas: Atlas, cpts_id: str, write: Callable[[str], str] = escape_markdown
) -> list[str]:
    """Say of each part of a perimeter how it is known, what it is made of, and why; then what contradicts it.

    `write` makes what comes from files safe: as Markdown, unless told otherwise.
    """
    unites = _units(atlas, cpts_id)
    lignes = [
        f"{capitale(CONFIANCES_COURTES[str(confiance)])} : {_name_units(siennes, write)}. {capitale(write(_agree_reason(str(raison), len(siennes))))}."
        for (confiance, raison), siennes in unites.groupby(["confiance", "raison"], sort=False)
    ]
    partagees = len(atlas.perimetre(cpts_id).parts)
    partage = [f"{count_noun(partagees, 'commune prise', 'communes prises')} en partie. {PAR_PART}"]
    return [*lignes, *(partage if partagees else []), *contradiction_lines(atlas, cpts_id, write)]


def _agree_reason(raison: str, communes: int) -> str:
    """Agree what an import says of one commune with the several that it is said of.

    >>> _agree_reason("la table importée « a.csv » la nomme, pour 40 % de ses habitants", 2)
    'la table importée « a.csv » les nomme, pour 40 % de leurs habitants'
    >>> _agree_reason("la couche importée « a.shp » la contient", 1)
    'la couche importée « a.shp » la contient'
    """
    if communes == 1:
        return raison
    return _D_UN_IMPORT.sub(
        lambda dit: f"» les {dit[1]}{dit[2].replace('de ses', 'de leurs')}", raison
    )


def contradiction_lines(
    atlas: Atlas, cpts_id: str, write: Callable[[str], str] = escape_markdown
) -> list[str]:
    """Say of each part of a perimeter that a source contradicts which it is, and how; as :func:`perimeter_lines`."""
    unites = _units(atlas, cpts_id)
    return [
        f"En partie contredit : {_name_units(siennes, write)}. {capitale(write(str(contredit)))}."
        for contredit, siennes in unites[unites["contredit"] != ""].groupby("contredit", sort=False)
    ]


def _units(atlas: Atlas, cpts_id: str) -> pd.DataFrame:
    unites = atlas.perimetres[atlas.perimetres["cpts_id"] == cpts_id]
    textes = [split_justification(texte) for texte in unites["justification"]]
    return unites.assign(
        raison=[raison for raison, _ in textes], contredit=[contredit for _, contredit in textes]
    )


def _name_units(unites: pd.DataFrame, write: Callable[[str], str]) -> str:
    noms = [write(nom) for nom in unites["nom_unite"]]
    return ", ".join(noms) if len(noms) <= _NOMS_MAX else f"{len(noms)} communes"


def perimeter_name(atlas: Atlas, cpts_id: str) -> str:
    """Name what a perimeter is worth, in a few words."""
    confiance = atlas.perimetre(cpts_id).confiance
    if confiance is None:
        return PERIMETRE_INCONNU
    return f"périmètre {CONFIANCES_COURTES[confiance]}{_contradicted(atlas, cpts_id)}"


def perimeter_words(atlas: Atlas, cpts_id: str) -> str:
    """Say in a sentence what the perimeter of a CPTS is worth, and whether a source contradicts it."""
    confiance = atlas.perimetre(cpts_id).confiance
    if confiance is None:
        return PERIMETRE_INCONNU
    return f"{CONFIANCES[confiance]}{_contradicted(atlas, cpts_id)}"


def _contradicted(atlas: Atlas, cpts_id: str) -> str:
    return ", en partie contredit" if contradiction_lines(atlas, cpts_id) else ""


def unit(registre: Registre, fait: Mapping[Any, Any]) -> str:
    """Write the unit of an announced figure, a row of ``cpts_faits.csv``, which agrees with it."""
    return agree(fait["valeur"], *registre[fait["indicateur"]].noms)


def count_text(registre: Registre, fait: Mapping[Any, Any]) -> str:
    """Write an announced figure, a row of ``cpts_faits.csv``, with its qualifier and its unit.

    >>> from geo.indicateurs.declarations import LIVRES, load_registre
    >>> registre, _ = load_registre(LIVRES, ())
    >>> fait = {"indicateur": "population_annoncee", "valeur": 21000, "qualificatif": "plus_de"}
    >>> count_text(registre, fait)
    'plus de 21\u202f000 habitants'
    >>> fait = {"indicateur": "professionnels_annonces", "valeur": 1, "qualificatif": "environ"}
    >>> count_text(registre, fait)
    'environ 1 professionnel'
    """
    return f"{qualify(fait['valeur'], fait['qualificatif'])} {unit(registre, fait)}"


def sum_text(somme: Somme, unite: str = "", *, court: bool = False) -> str:
    r"""Write a sum of announced figures with what it is worth, an approximate one as whatever else is « environ ».

    Parameters
    ----------
    somme
        The sum.
    unite
        What follows the number, with its space.
    court
        Whether there is little room: « env. ».

    >>> sum_text(Somme(126000, "egal", 2)), sum_text(Somme(126340, "environ", 2), " habitants")
    ('126 000', 'environ 126 000 habitants')
    >>> sum_text(Somme(33340, "environ", 1)), sum_text(Somme(0, "", 0))
    ('environ 33 340', 'non publié')
    """
    if not somme.n:
        return NON_PUBLIE
    # One figure is written as its source does.
    calcule = somme.n > 1 and somme.qualificatif == ENVIRON
    valeur = significant(somme.valeur) if calcule else somme.valeur
    return qualify(valeur, somme.qualificatif, unite, court=court)


def count_texts(registre: Registre, faits: pd.DataFrame) -> list[str]:
    """Write every published number of professionals, members and institutions of one CPTS."""
    return [
        count_text(registre, fait)
        for indicateur in registre.counts()
        for fait in faits[faits["indicateur"] == indicateur.identifiant].to_dict("records")
    ]


def announced_texts(
    atlas: Atlas, indicateur: str, cpts_ids: Iterable[str], *, court: bool = False
) -> list[str]:
    """Write what each CPTS announces of an indicator without base, unit left out."""
    annonces = announced(atlas, indicateur).reindex(list(cpts_ids))
    vide = atlas.registre[indicateur].absence
    return [
        qualify(a.valeur, a.qualificatif, court=court) if isinstance(a.qualificatif, str) else vide
        for a in iterate_rows(annonces)
    ]


def share_texts(indicateur: Indicateur, faits: pd.DataFrame) -> list[str]:
    """Write each published value of an indicator that differs by base, one line a base."""
    choisis = faits[faits["indicateur"] == indicateur.identifiant]
    return [
        f"{write_published(indicateur, f.valeur, f.qualificatif, f.numerateur)} {BASES[f.base]}"
        for f in iterate_rows(choisis)
    ]


def part_texts(registre: Registre, faits: pd.DataFrame) -> list[str]:
    """Write every published share of one CPTS that differs by base, as :func:`share_texts`."""
    return [
        texte
        for indicateur in registre.published()
        if indicateur.par_base
        for texte in share_texts(indicateur, faits)
    ]


def source_text(atlas: Atlas, source_id: str) -> str:
    """Write a source as Markdown: title, producer, date, and a link where there is one."""
    source = get_row(atlas.sources, source_id)
    titre = f"« {escape_markdown(source['titre'])} »"
    if isinstance(source["url"], str):
        adresse = source["url"].replace("(", "%28").replace(")", "%29").replace(" ", "%20")
        titre = f"[{titre}]({adresse})"
    date = source["date"] if isinstance(source["date"], str) else None
    return f"{titre}, {escape_markdown(source['producteur'])}, {date_partielle(date)}"


def source_plain(atlas: Atlas, source_id: str) -> str:
    """Write a source as plain text: title, producer, date."""
    source = get_row(atlas.sources, source_id)
    date = source["date"] if isinstance(source["date"], str) else None
    return cite_source(source["titre"], source["producteur"], date)


def cite_source(titre: str, producteur: str, date: str | None) -> str:
    """Write a source as plain text from what its row says; the date may be partial or missing.

    >>> cite_source("Populations", "INSEE", "2026-01")
    '« Populations », INSEE, janvier 2026'
    """
    return f"« {titre} », {producteur}, {date_partielle(date)}"
