"""The CPTS and their territories."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo.couche_cpts import cite_sources, describe_cpts, list_champs
from geo.indicateurs.mesures import (
    PERIMETRE_INCONNU,
)
from geo.libelles import PAR_PART
from rendu.api.contours import cpts_outlines
from rendu.api.modele import RAISON, SOURCES, Ouverte, Page, Rangee, plain
from rendu.api.tables import BOOLEEN, ENTIER, NOMBRE, TEXTE, TEXTES, Champ
from rendu.mots.faits import fact_sources, ground_sources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.atlas import Atlas


def champs_cpts(atlas: Atlas) -> tuple[Champ, ...]:
    """Describe the fields of the CPTS, drawn or not."""
    genres = {
        "nb_communes": ENTIER,
        "nb_partagees": ENTIER,
        "population": ENTIER,
        "surface_km2": NOMBRE,
        "indicatif": BOOLEEN,
    } | dict.fromkeys(("departements", "codes_insee", "parts_pct", "sources"), TEXTES)
    siens = tuple(
        SOURCES
        if champ.nom == "sources"
        else Champ(champ.nom, genres.get(champ.nom, TEXTE), champ.sens)
        for champ in list_champs(atlas)
    )
    return (
        *siens,
        Champ("dessinee", BOOLEEN, "un périmètre est connu"),
        RAISON,
        Champ("fiche", TEXTE, "adresse de sa fiche dans l'atlas"),
    )


def open_cpts(page: Page) -> Ouverte:
    """Filter the CPTS, drawn or not."""
    return _cpts(page, list(page.atlas.cpts_dans(page.demande.dep)))


def open_territoires(page: Page) -> Ouverte:
    """Keep the drawn ones, of the time that is asked for: a stage whose date is not published is of any."""
    atlas, quand = page.atlas, page.demande.datetime
    cles = [i for i in atlas.cpts_dans(page.demande.dep) if i in atlas.territoires.index]
    if quand:
        fiches = atlas.fiches
        cles = [
            i
            for i in cles
            if _overlaps(fiches.at[i, "date_min"], fiches.at[i, "date_max"], *quand)  # noqa: PD008
        ]
    return _cpts(page, cles)


def _overlaps(debut: object, fin: object, depuis: dt.date | None, jusque: dt.date | None) -> bool:
    """Tell whether a time that may be open meets another; nothing is known of what has no date."""
    premier = dt.date.fromisoformat(debut) if isinstance(debut, str) else None
    dernier = dt.date.fromisoformat(fin) if isinstance(fin, str) else None
    return not (
        (depuis and dernier and dernier < depuis) or (jusque and premier and premier > jusque)
    )


def _cpts(page: Page, cles: list[Any]) -> Ouverte:
    atlas = page.atlas

    def describe(ids: Sequence[Any]) -> list[Rangee]:
        index = pd.Index(ids, dtype=atlas.fiches.index.dtype)
        table, citees = describe_cpts(atlas, index), cite_sources(atlas, index)
        lignes = []
        for ligne in table.to_dict("records"):
            cpts_id = str(ligne["cpts_id"])
            perimetre = atlas.perimetre(cpts_id)
            dessinee = perimetre.dessine
            lignes.append(
                {
                    **{str(nom): plain(valeur) for nom, valeur in ligne.items()},
                    "population": int(ligne["population"]) if dessinee else None,
                    "nb_communes": int(ligne["nb_communes"]) if dessinee else None,
                    "nb_partagees": int(ligne["nb_partagees"]) if dessinee else None,
                    "indicatif": perimetre.indicatif if dessinee else None,
                    "sources": citees[cpts_id],
                    "dessinee": dessinee,
                    "raison": "" if dessinee else PERIMETRE_INCONNU,
                    "fiche": f"fiche?cpts={cpts_id}",
                }
            )
        return lignes

    return Ouverte(
        cles,
        describe,
        lambda ids: cpts_outlines(atlas).reindex(list(ids)),
        lambda ids: [*ground_sources(atlas), *fact_sources(atlas, ids)],
        (PAR_PART,) if any(atlas.perimetre(str(i)).parts for i in cles) else (),
    )
