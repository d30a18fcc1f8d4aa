"""The communes, and which CPTS each is of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from geo.couche_cpts import cite_sources
from geo.libelles import PAR_PART
from geo.perimetre import HYPOTHESE, count_inhabitants
from geo.rangees import iterate_rows
from geo.regles.couverture import (
    DEFINITIONS,
    find_etats,
)
from rendu.api.contours import communes_outlines
from rendu.api.modele import SOURCES, Ouverte, Page, Rangee, plain
from rendu.api.tables import BOOLEEN, ENTIER, NOMBRE, TEXTE, TEXTES, Champ
from rendu.mots.faits import fact_sources, ground_sources
from rendu.mots.francais import CONFIANCES_COURTES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.atlas import Atlas


def champs_communes(atlas: Atlas) -> tuple[Champ, ...]:
    """Describe the fields of the communes."""
    annees = atlas.millesimes
    return (
        Champ("code_commune", TEXTE, f"code INSEE (code officiel géographique {annees.communes})"),
        Champ("nom", TEXTE, "nom"),
        Champ("code_departement", TEXTE, "code du département"),
        Champ("siren_epci", TEXTE, "SIREN de l'intercommunalité ; vide sans elle"),
        Champ("nom_epci", TEXTE, "nom de l'intercommunalité"),
        Champ("population", ENTIER, f"population de référence {annees.population}"),
        Champ("surface_km2", NOMBRE, "surface, en km²"),
        Champ(
            "etude", BOOLEEN, "est de la zone d'étude ; les autres ne sont là que pour leur CPTS"
        ),
        Champ(
            "etat",
            TEXTE,
            "couverte, masquee (dans un périmètre indicatif, que « indicatifs=0 » ne compte pas), non_couverte ou "
            "indeterminee, pour « couvert » et « indicatifs » de la demande ; vide hors de la zone d'étude",
        ),
        Champ("definition", TEXTE, "ce que « couvert » y veut dire"),
        Champ("cpts", TEXTES, "identifiants des CPTS dont elle est membre, en tout ou en partie"),
        Champ("millesime", TEXTE, "année de la population"),
        SOURCES,
    )


def open_communes(page: Page) -> Ouverte:
    """Filter the communes."""
    atlas, demande = page.atlas, page.demande
    communes = atlas.communes
    if demande.dep:
        communes = communes[communes["code_departement"].isin(demande.dep)]

    def describe(codes: Sequence[Any]) -> list[Rangee]:
        etats = find_etats(atlas, demande.couvert, indicatifs=demande.indicatifs)
        siennes = atlas.adhesions[atlas.adhesions["code_commune"].isin(list(codes))]
        cpts = siennes.groupby("code_commune")["cpts_id"].agg(list).to_dict()
        sources = list(ground_sources(atlas))
        return [
            {
                "code_commune": commune.Index,
                "nom": commune.nom,
                "code_departement": commune.code_departement,
                "siren_epci": plain(commune.siren_epci) or None,
                "nom_epci": plain(commune.nom_epci) or None,
                "population": int(commune.population),
                "surface_km2": round(float(commune.surface_km2), 2),
                "etude": bool(commune.etude),
                "etat": str(etats[commune.Index]) if commune.etude else None,
                "definition": DEFINITIONS[demande.couvert],
                "cpts": cpts.get(commune.Index, []),
                "millesime": atlas.millesimes.population,
                "sources": sources,
            }
            for commune in iterate_rows(
                pd.DataFrame(atlas.communes.drop(columns="geometry").loc[list(codes)])
            )
        ]

    return Ouverte(
        list(communes.index.sort_values()),
        describe,
        lambda codes: communes_outlines(atlas).loc[list(codes)],
        lambda codes: [
            *ground_sources(atlas),
            *fact_sources(
                atlas,
                atlas.adhesions.loc[
                    atlas.adhesions["code_commune"].isin(list(codes)), "cpts_id"
                ].unique(),
            ),
        ],
    )


def champs_adhesions(atlas: Atlas) -> tuple[Champ, ...]:
    """Describe the fields of the memberships."""
    annee = atlas.millesimes.population
    return (
        Champ("cpts_id", TEXTE, "identifiant de la CPTS"),
        Champ("nom_cpts", TEXTE, "son nom"),
        Champ("code_commune", TEXTE, "code INSEE de la commune"),
        Champ("nom_commune", TEXTE, "son nom"),
        Champ("code_departement", TEXTE, "son département"),
        Champ(
            "part_pct",
            NOMBRE,
            "part de ses habitants qu'a la CPTS, en % ; 100 : la commune entière",
        ),
        Champ("confiance", TEXTE, "comment l'adhésion est connue : documente, deduit ou hypothese"),
        Champ("confiance_libelle", TEXTE, "la même, en français : documenté, déduit, indicatif"),
        Champ("population", ENTIER, f"habitants de la commune entière ({annee})"),
        Champ("habitants_comptes", ENTIER, "ceux de la part de la CPTS"),
        SOURCES,
    )


def open_adhesions(page: Page) -> Ouverte:
    """Filter the memberships."""
    atlas, demande = page.atlas, page.demande
    table = atlas.adhesions.assign(
        **{
            nom: atlas.adhesions["code_commune"].map(atlas.communes[colonne])
            for nom, colonne in (
                ("nom_commune", "nom"),
                ("code_departement", "code_departement"),
                ("population", "population"),
            )
        }
    )
    if demande.dep:
        table = table[table["code_departement"].isin(demande.dep)]
    if not demande.indicatifs:
        table = table[table["confiance"] != HYPOTHESE]

    def describe(rangs: Sequence[Any]) -> list[Rangee]:
        siennes = table.loc[list(rangs)]
        citees = cite_sources(atlas, pd.Index(siennes["cpts_id"].unique()))
        return [
            {
                "cpts_id": a.cpts_id,
                "nom_cpts": str(atlas.fiches["nom"][a.cpts_id]),
                "code_commune": a.code_commune,
                "nom_commune": a.nom_commune,
                "code_departement": a.code_departement,
                "part_pct": round(float(a.part) * 100, 2),
                "confiance": a.confiance,
                "confiance_libelle": CONFIANCES_COURTES[a.confiance],
                "population": int(a.population),
                "habitants_comptes": int(count_inhabitants(a.population * a.part)),
                "sources": citees[a.cpts_id],
            }
            for a in iterate_rows(siennes)
        ]

    return Ouverte(
        list(table.index),
        describe,
        sources=lambda rangs: [
            *ground_sources(atlas),
            *fact_sources(atlas, table.loc[list(rangs), "cpts_id"].unique()),
        ],
        avis=(PAR_PART,) if (table["part"] < 1).any() else (),
    )
