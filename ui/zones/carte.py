"""The map of the gaps: the zones, in two signs that never mix, under the CPTS that count."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import streamlit as st

from geo.atlas import Atlas
from geo.formes.territoires import dissolve
from geo.lecture.cpts import STATUT_INCONNU
from geo.rangees import iterate_rows
from geo.regles.couverture import NON_COUVERTE, cpts_comptees
from geo.regles.zones import Zones
from rendu.carte.coloration import explain_signs
from rendu.carte.couches import anchor, make_collection, write_file
from rendu.carte.palette import (
    BLANC,
    CANDIDATE,
    COMMUNE_INDETERMINEE,
    COMPTEE,
    HACHURES,
    ZONE_BLANCHE,
)
from rendu.carte.signes import Coloration, Entree
from rendu.carte.vue import Vue
from rendu.mots.francais import capitale, count_noun, escape_markdown, nombre
from ui.commun.adresse import Filtres, to_params
from ui.commun.atlas import PAR_ETATS, get_blanches, get_contours, get_couches, get_vue
from ui.commun.carte import Etat, centre, draw_carte, find_commune, find_file
from ui.commun.supports_telechargements import draw_telechargements_zones
from ui.commun.zones import get_candidates
from ui.serveur.couches import couches_of

_PALETTE = (COMPTEE, BLANC, CANDIDATE)
_CANDIDATE = 2
# How a kind of zone is named before the commune it is called after.
BLANCHE = "Zone blanche"
# More files than any session's filters need at once.
_FICHIERS = 64


def _teinte(etat: str) -> str:
    return ZONE_BLANCHE if etat == NON_COUVERTE else COMMUNE_INDETERMINEE


def without_perimeter(*, indicatifs: bool) -> str:
    """Name what is in no perimeter: where the indicative ones are masked, it may be in one of them."""
    return "sans périmètre connu" if indicatifs else "sans périmètre établi"


def zone_name(etat: str, nom: str, *, indicatifs: bool) -> str:
    """Name a zone by its kind and its most populous commune; the name is not escaped.

    >>> zone_name("non_couverte", "Gray", indicatifs=True)
    'Zone blanche · Gray'
    >>> zone_name("indeterminee", "Dijon", indicatifs=False)
    'Sans périmètre établi · Dijon'
    """
    genre = BLANCHE if etat == NON_COUVERTE else capitale(without_perimeter(indicatifs=indicatifs))
    return f"{genre} · {nom}"


@st.cache_resource(show_spinner=False, max_entries=32, hash_funcs=PAR_ETATS)
def _write_zones(
    atlas: Atlas,
    _zones: Zones,
    departements: tuple[str, ...],  # noqa: ARG001 - with the one that follows, part of the cache key
    definition: str,  # noqa: ARG001
    indicatifs: bool,
    dossier: Path,
) -> str:
    table = _zones.table
    contours = dissolve(get_contours(atlas), _zones.membres).reindex(table.index)
    proprietes = [
        {
            "nom": zone_name(zone.etat, zone.nom, indicatifs=indicatifs),
            "teinte": _teinte(zone.etat),
            "etiquette": f"{zone.nom} {nombre(zone.population)}",
            "ancre": anchor(contours[zone.Index]),
            "lignes": [
                f"{count_noun(zone.communes, 'commune')}, {count_noun(zone.population, 'habitant')} ({atlas.millesimes.population})",
                f"{nombre(zone.densite)} hab./km²",
            ],
        }
        for zone in iterate_rows(table)
    ]
    return write_file(dossier, "zones", make_collection(contours, proprietes), _FICHIERS)


def zones_file(
    atlas: Atlas, zones: Zones, departements: tuple[str, ...], filtres: Filtres
) -> str | None:
    """Return the file of the outlines of the zones, written once for every session."""
    if zones.table.empty:
        return None
    return find_file(
        _write_zones,
        atlas,
        zones,
        departements,
        filtres.couvert,
        filtres.indicatifs,
        dossier=couches_of(atlas.empreinte),
    )


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
    zone_choisie = filtres.zone in zones.table.index
    proches: set[str] = set()
    if zone_choisie:
        proches = set(get_candidates(atlas, filtres, zones, str(filtres.zone))["cpts_id"])
    vue_large = _widen(atlas, vue, proches, filtres)
    montrees = proches.union(cpts_comptees(atlas, filtres.couvert))
    statuts = vue_large.fiches["statut"]
    formes = {
        i: forme
        for i, forme in vue_large.formes.items()
        if i in montrees or statuts[i] == STATUT_INCONNU
    }
    # Without a class, hatched: the stage is not published.
    classes = {
        i: int(forme == "repere") for i, forme in formes.items() if statuts[i] != STATUT_INCONNU
    }
    classes |= dict.fromkeys((i for i in proches if formes[i] != "repere"), _CANDIDATE)
    coloration = replace(
        _legend(vue_large, zones, formes, classes, indicatifs=filtres.indicatifs),
        classes=classes,
        palette=_PALETTE,
    )
    draw_carte(
        get_couches(),
        Etat(
            formes=formes,
            coloration=coloration,
            selection=filtres.cpts,
            departements=list(vue.departements),
            fond=filtres.fond,
            blanches=get_blanches(atlas, filtres.couvert),
            zones=zones_file(atlas, zones, departements, filtres),
            zone=filtres.zone,
            commune=find_commune(atlas, filtres),
        ),
        centre=centre(atlas),
    )
    etats = zones.membres.map(zones.table["etat"])
    draw_telechargements_zones(
        atlas, vue, filtres, coloration, formes=formes, teintes=etats.map(_teinte)
    )
    # Below a zone, it would read as its sheet.
    if filtres.cpts and not zone_choisie:
        st.page_link(
            "pages/fiche.py",
            label=f"Fiche de la CPTS choisie : {escape_markdown(str(atlas.fiches.loc[filtres.cpts, 'nom']))}",
            icon=":material/arrow_forward:",
            query_params=to_params(filtres),
        )


def _widen(atlas: Atlas, vue: Vue, proches: Collection[str], filtres: Filtres) -> Vue:
    """Add to what is in sight the CPTS that could absorb a zone: it may lie on the edge of the chosen departments."""
    if not proches:
        return vue
    partout = replace(filtres, reg=(), dep=tuple(atlas.departements.index), statut=())
    toutes = get_vue(atlas, partout)
    fiches = toutes.fiches[toutes.fiches.index.isin([*vue.formes, *proches])]
    return Vue(vue.departements, fiches, {i: toutes.formes[i] for i in fiches.index})


def _legend(
    vue: Vue, zones: Zones, formes: dict[str, str], classes: dict[str, int], *, indicatifs: bool
) -> Coloration:
    communes = zones.table.groupby("etat")["communes"].sum()
    dessinees = sum(formes[i] != "repere" for i in classes)
    touchent = list(classes.values()).count(_CANDIDATE)
    entrees = [
        Entree(ZONE_BLANCHE, "commune en zone blanche", int(communes.get(NON_COUVERTE, 0))),
        Entree(
            COMMUNE_INDETERMINEE,
            f"commune {without_perimeter(indicatifs=indicatifs)}",
            int(communes.drop(NON_COUVERTE, errors="ignore").sum()),
        ),
        Entree(COMPTEE, "CPTS dessinée, qui compte", dessinees - touchent),
        Entree(CANDIDATE, "CPTS dessinée, qui touche la zone choisie", touchent),
        Entree(
            HACHURES,
            "CPTS dont l'étape n'est pas publiée",
            len(formes.keys() - classes),
        ),
    ]
    return Coloration(
        "Couverture",
        {},
        (),
        (*[e for e in entrees if e.compte], *explain_signs(vue, formes)),
    )
