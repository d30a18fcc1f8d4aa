"""The map of the gaps: the zones, in two signs that never mix, under the CPTS that count."""

from pathlib import Path

import streamlit as st

from geo.atlas import Atlas
from geo.couverture import NON_COUVERTE, cpts_comptees
from geo.cpts import STATUT_INCONNU
from geo.territoires import dissolve
from geo.zones import Zones
from ui.adresse import Filtres
from ui.atlas import DOSSIER_COUCHES, PAR_ETATS, get_contours, get_couches
from ui.carte import Etat, centre, draw_carte
from ui.coloration import BLEUS, Coloration, Entree, explain_signs
from ui.completude import complete_departements
from ui.couches import make_collection, write_file
from ui.francais import accorder, nombre
from ui.legende import draw_legende
from ui.vue import Vue

HAUTEUR_PX = 470
# The same as in static/carte.js. Dark, pale and in between: they differ in grey too.
ZONE_BLANCHE = "#b34000"
ZONE_INDETERMINEE = "#d9d9d9"
_COMPTEE = BLEUS[1]
# How a kind of zone is named before the commune it is called after.
GENRES = {NON_COUVERTE: "Zone blanche"}
SANS_PERIMETRE = "Sans périmètre connu"
# More files than any session's filters need at once.
_FICHIERS = 64


def zone_name(etat: str, nom: str) -> str:
    """Name a zone by its kind and its most populous commune; the name is not escaped.

    >>> zone_name("non_couverte", "Gray"), zone_name("indeterminee", "Dijon")
    ('Zone blanche · Gray', 'Sans périmètre connu · Dijon')
    """
    return f"{GENRES.get(etat, SANS_PERIMETRE)} · {nom}"


@st.cache_resource(show_spinner=False, max_entries=32, hash_funcs=PAR_ETATS)
def _write_zones(
    atlas: Atlas,
    _zones: Zones,
    departements: tuple[str, ...],  # noqa: ARG001 - with the two that follow, part of the cache key
    definition: str,  # noqa: ARG001
    indicatifs: bool,  # noqa: ARG001
    dossier: Path,
) -> str:
    table = _zones.table
    contours = dissolve(get_contours(atlas), _zones.membres).reindex(table.index)
    proprietes = [
        {
            "nom": zone_name(zone.etat, zone.nom),
            "etat": zone.etat,
            "lignes": [
                f"{accorder(zone.communes, 'commune')}, {accorder(zone.population, 'habitant')} (2023)",
                f"{nombre(zone.densite)} hab./km²",
            ],
        }
        for zone in table.itertuples()
    ]
    return write_file(dossier, "zones", make_collection(contours, proprietes), _FICHIERS)


def zones_file(
    atlas: Atlas, zones: Zones, departements: tuple[str, ...], filtres: Filtres
) -> str | None:
    """Return the file of the outlines of the zones, written once for every session."""
    if zones.table.empty:
        return None
    demande = (atlas, zones, departements, filtres.couvert, filtres.indicatifs, DOSSIER_COUCHES)
    fichier = _write_zones(*demande)
    if not (DOSSIER_COUCHES / fichier).exists():
        _write_zones.clear()
        fichier = _write_zones(*demande)
    return fichier


def draw_carte_zones(
    atlas: Atlas, vue: Vue, zones: Zones, departements: tuple[str, ...], filtres: Filtres
) -> None:
    """Draw the map and its legend.

    Parameters
    ----------
    atlas, vue
        The atlas, and what the filters leave in sight.
    zones
        The zones of the chosen departments.
    departements
        The chosen departments; none means the study area.
    filtres
        The filters, for the definition and the chosen zone.
    """
    comptees = set(cpts_comptees(atlas, filtres.couvert))
    statuts = vue.fiches["statut"]
    formes = {
        i: forme for i, forme in vue.formes.items() if i in comptees or statuts[i] == STATUT_INCONNU
    }
    draw_carte(
        get_couches(),
        Etat(
            formes=formes,
            classes={i: 0 if forme != "repere" else 1 for i, forme in formes.items()},
            palette=(_COMPTEE, "#ffffff"),
            infobulles={},
            valeurs={},
            selection=filtres.cpts,
            departements=list(vue.departements),
            definition=filtres.couvert,
            fond=filtres.fond,
            complets=complete_departements(atlas),
            zones=zones_file(atlas, zones, departements, filtres),
            zone=filtres.zone,
        ),
        centre=centre(atlas),
        hauteur_px=HAUTEUR_PX,
    )
    draw_legende(_legend(vue, zones, formes), [])


def _legend(vue: Vue, zones: Zones, formes: dict[str, str]) -> Coloration:
    communes = zones.table.groupby("etat")["communes"].sum()
    dessinees = sum(forme != "repere" for forme in formes.values())
    entrees = [
        Entree(ZONE_BLANCHE, "commune en zone blanche", int(communes.get(NON_COUVERTE, 0))),
        Entree(
            ZONE_INDETERMINEE,
            "commune sans périmètre connu",
            int(communes.drop(NON_COUVERTE, errors="ignore").sum()),
        ),
        Entree(_COMPTEE, "CPTS dessinée, qui compte", dessinees),
    ]
    return Coloration(
        "Couverture",
        {},
        (),
        (*[e for e in entrees if e.compte], *explain_signs(vue, formes)),
    )
