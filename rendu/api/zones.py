"""The gaps, and the communes of which nothing is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo.lecture.variables import BAS, HAUT
from geo.regles.couverture import (
    INDETERMINEE,
    NON_COUVERTE,
    find_etats,
)
from geo.regles.zones import (
    INTERVALLE_BAS,
    INTERVALLE_HAUT,
    PART,
    find_zones,
    zone_indicators,
)
from rendu.api.contours import dissolve_outlines
from rendu.api.modele import SOURCES, Ouverte, Page, Rangee, plain
from rendu.api.tables import BOOLEEN, ENTIER, NOMBRE, TEXTE, TEXTES, Champ
from rendu.mots.faits import fact_sources, ground_sources
from rendu.mots.indicateurs import file_bounds, file_number
from rendu.mots.zones import zone_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd

    from geo.atlas import Atlas
    from geo.indicateurs.registre import Indicateur

_LECTURE_DES_ZONES = (
    "Une zone blanche n'est dite que dans un département dont toutes les CPTS sont connues et dessinées ; "
    "« sans périmètre connu qui compte » ne veut pas dire non couvert."
)


def champs_zones(atlas: Atlas) -> tuple[Champ, ...]:
    """Describe the fields of the gaps."""
    officiels = [
        champ
        for i in zone_indicators(atlas)
        for champ in (
            Champ(i.identifiant, NOMBRE, f"{i.libelle}, en {i.unite} ({i.millesime}) ; null : tu ou inconnu"),
            Champ(f"{i.identifiant}_au_moins", NOMBRE, "le moins qu'il peut être, où la valeur ne le dit pas"),
            Champ(f"{i.identifiant}_au_plus", NOMBRE, "le plus qu'il peut être"),
            *((Champ(f"{i.identifiant}_intervalle_bas", NOMBRE, "bas de son intervalle à 95 %"), Champ(f"{i.identifiant}_intervalle_haut", NOMBRE, "haut de cet intervalle")) if i.is_part else ()),
            Champ(f"{i.identifiant}_part_pct", NOMBRE, "part des habitants sur laquelle il repose, en %"),
        )
    ]  # fmt: skip
    return (
        Champ("zone", TEXTE, "code INSEE de sa commune la plus peuplée"),
        Champ("nom", TEXTE, "son nom à l'écran"),
        Champ("etat", TEXTE, f"{NON_COUVERTE} (zone blanche) ou {INDETERMINEE} (sans périmètre connu qui compte)"),
        Champ("definition", TEXTE, "ce que « couvert » veut dire : son code"),
        Champ("communes", ENTIER, "nombre de communes"),
        Champ("population", ENTIER, f"habitants ({atlas.millesimes.population})"),
        Champ("surface_km2", NOMBRE, "surface, en km²"),
        Champ("densite", NOMBRE, "habitants par km²"),
        Champ("departements", TEXTES, "codes des départements qu'elle touche"),
        Champ("intercommunalites", ENTIER, "nombre d'intercommunalités"),
        Champ("continue_dehors", BOOLEEN, "va au-delà des départements choisis : ces chiffres sont ceux d'une partie"),
        Champ("codes_insee", TEXTES, "codes INSEE de ses communes"),
        *officiels,
        Champ("millesime", TEXTE, "année de la population"),
        SOURCES,
    )  # fmt: skip


def open_zones(page: Page) -> Ouverte:
    """Filter the gaps."""
    atlas, demande = page.atlas, page.demande
    etats = find_etats(atlas, demande.couvert, indicatifs=True)
    zones = find_zones(atlas, etats, demande.dep)
    indicateurs = zone_indicators(atlas)
    sources = [*ground_sources(atlas), *(s for i in indicateurs for s in i.sources)]

    def describe(cles: Sequence[Any]) -> list[Rangee]:
        membres = zones.membres[zones.membres.isin(list(cles))]
        codes = membres.groupby(membres).groups
        return [
            {
                "zone": str(zone["zone"]),
                "nom": zone_name(zone["etat"], zone["nom"]),
                "etat": zone["etat"],
                "definition": demande.couvert,
                "communes": int(zone["communes"]),
                "population": int(zone["population"]),
                "surface_km2": round(float(zone["surface_km2"]), 1),
                "densite": round(float(zone["densite"]), 1),
                "departements": list(zone["departements"]),
                "intercommunalites": int(zone["n_epci"]),
                "continue_dehors": bool(zone["continue_dehors"]),
                "codes_insee": [str(code) for code in codes[zone["zone"]]],
                **_officiels(indicateurs, zone),
                "millesime": atlas.millesimes.population,
                "sources": list(dict.fromkeys(sources)),
            }
            for zone in zones.table.loc[list(cles)].reset_index().to_dict("records")
        ]

    def outlines(cles: Sequence[Any]) -> gpd.GeoSeries:
        membres = zones.membres[zones.membres.isin(list(cles))]
        return dissolve_outlines(atlas, membres).reindex(list(cles))

    return Ouverte(
        list(zones.table.index),
        describe,
        outlines,
        lambda _: [*sources, *fact_sources(atlas, atlas.cpts_dans(demande.dep))],
        (_LECTURE_DES_ZONES,),
    )


def _officiels(indicateurs: Sequence[Indicateur], zone: Mapping[Any, Any]) -> Rangee:
    """Give each official figure as the page's file does: its bounds where the value does not say it."""
    valeurs: Rangee = {}
    for indicateur in indicateurs:
        nom = indicateur.identifiant
        bas, haut = float(zone[nom + BAS]), float(zone[nom + HAUT])
        bornes = (None, None) if bas == haut else file_bounds(indicateur, bas, haut)
        part = plain(zone[nom + PART])
        valeurs |= {
            nom: file_number(indicateur, float(zone[nom])),
            f"{nom}_au_moins": bornes[0],
            f"{nom}_au_plus": bornes[1],
            **_interval(indicateur, zone),
            f"{nom}_part_pct": None if part is None else round(float(part), 1),
        }
    return valeurs


def _interval(indicateur: Indicateur, zone: Mapping[Any, Any]) -> Rangee:
    """Give the interval of a share; nothing of what has none."""
    if not indicateur.is_part:
        return {}
    nom = indicateur.identifiant
    bas, haut = file_bounds(
        indicateur, float(zone[nom + INTERVALLE_BAS]), float(zone[nom + INTERVALLE_HAUT])
    )
    return {f"{nom}_intervalle_bas": bas, f"{nom}_intervalle_haut": haut}
