"""The map of the gaps: the zones, in two signs that never mix, under the CPTS that count."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.formes.territoires import dissolve
from geo.indicateurs.registre import Indicateur
from geo.lecture.cpts import STATUT_INCONNU
from geo.rangees import get_row, iterate_rows
from geo.regles.couverture import NON_COUVERTE, cpts_comptees
from geo.regles.zones import Zones
from rendu.carte.coloration import explain_signs
from rendu.carte.couches import anchor, make_collection, write_file
from rendu.carte.palette import (
    BLANC,
    CANDIDATE,
    CANDIDATE_NEUTRE,
    COMMUNE_INDETERMINEE,
    COMPTEE,
    COMPTEE_NEUTRE,
    HACHURES,
    ZONE_BLANCHE,
)
from rendu.carte.signes import Coloration, Entree
from rendu.carte.vue import Vue
from rendu.carte.zones import colours_zones, make_coloration_zones, zones_teintes
from rendu.mots.francais import (
    AUCUN_QUI_COMPTE,
    DANS_MASQUE,
    count_noun,
    escape_markdown,
    nombre,
)
from rendu.mots.indicateurs import direction_text, with_base
from rendu.mots.zones import zone_name, zone_value
from ui.commun.adresse import Filtres, to_params
from ui.commun.atlas import PAR_ETATS, get_blanches, get_contours, get_couches, get_vue
from ui.commun.carte import Etat, centre, draw_carte, find_commune, find_file
from ui.commun.supports_telechargements import draw_telechargements_zones
from ui.commun.zones import get_candidates
from ui.serveur.couches import couches_of
from ui.zones.mesure import measure

_PALETTE = (COMPTEE, BLANC, CANDIDATE)
_PALETTE_NEUTRE = (COMPTEE_NEUTRE, BLANC, CANDIDATE_NEUTRE)
_CANDIDATE = 2
# How a kind of zone is named before the commune it is called after.
# More files than any session's filters need at once.
_FICHIERS = 64


def _teinte(etat: str) -> str:
    return ZONE_BLANCHE if etat == NON_COUVERTE else COMMUNE_INDETERMINEE


@st.cache_resource(
    show_spinner=False,
    max_entries=32,
    hash_funcs=PAR_ETATS | {Filtres: lambda f: (f.couvert, f.tri)},
)
def _write_zones(
    atlas: Atlas, _zones: Zones, departements: tuple[str, ...], filtres: Filtres, dossier: Path
) -> str:
    table = _zones.table
    contours = _dissolve_zones(atlas, _zones, departements, filtres.couvert)
    indicateur = shown_measure(atlas, filtres)
    coloration = paint_zones(indicateur, table)
    teintes = _teintes(table, coloration)
    proprietes = []
    for zone in iterate_rows(table):
        etiquette, lignes = nombre(zone.population), []
        if indicateur:
            etiquette = zone_value(indicateur, get_row(table, zone.Index))
            lignes = [f"{with_base(indicateur, indicateur.libelle)} : {etiquette}"]
        proprietes.append(
            {
                "nom": zone_name(zone.etat, zone.nom),
                "teinte": teintes[zone.Index],
                "contour": ZONE_BLANCHE if coloration and zone.etat == NON_COUVERTE else None,
                "etiquette": f"{zone.nom} {etiquette}",
                "ancre": anchor(contours[zone.Index]),
                "lignes": [
                    *lignes,
                    f"{count_noun(zone.communes, 'commune')}, {count_noun(zone.population, 'habitant')} ({atlas.millesimes.population})",
                    f"{nombre(zone.densite)} hab./km²",
                ],
            }
        )
    return write_file(dossier, "zones", make_collection(contours, proprietes), _FICHIERS)


# Whatever they are painted by.
@st.cache_resource(show_spinner=False, max_entries=16, hash_funcs=PAR_ETATS)
def _dissolve_zones(
    atlas: Atlas,
    _zones: Zones,
    departements: tuple[str, ...],  # noqa: ARG001 - with the next, part of the cache key
    definition: str,  # noqa: ARG001
) -> gpd.GeoSeries:
    return dissolve(get_contours(atlas), _zones.membres).reindex(_zones.table.index)


def shown_measure(atlas: Atlas, filtres: Filtres) -> Indicateur | None:
    """Return the indicator that the map says, instead of the inhabitants: what ranks the zones, if it is a rate or official."""
    indicateur = atlas.registre.indicateurs.get(measure(atlas, filtres))
    dit = indicateur and (indicateur.officiel or colours_zones(indicateur))
    return indicateur if dit else None


def paint_zones(indicateur: Indicateur | None, table: pd.DataFrame) -> Coloration | None:
    """Paint the zones by what ranks them; nothing where they are painted by their state."""
    if indicateur is None or not colours_zones(indicateur):
        return None
    return make_coloration_zones(indicateur, table)


def _teintes(table: pd.DataFrame, coloration: Coloration | None) -> dict[str, str]:
    if coloration:
        return zones_teintes(coloration)
    return {str(zone): _teinte(etat) for zone, etat in table["etat"].items()}


def zones_file(
    atlas: Atlas, zones: Zones, departements: tuple[str, ...], filtres: Filtres
) -> str | None:
    """Return the file of the outlines of the zones, written once for every session."""
    if zones.table.empty:
        return None
    dossier = couches_of(atlas.empreinte)
    return find_file(_write_zones, atlas, zones, departements, filtres, dossier=dossier)


def draw_carte_zones(
    atlas: Atlas,
    vue: Vue,
    zones: Zones,
    departements: tuple[str, ...],
    filtres: Filtres,
    *,
    masques: int,
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
    masques
        How many communes are in a hidden perimeter.
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
    indicateur = shown_measure(atlas, filtres)
    mesuree = paint_zones(indicateur, zones.table)
    coloration = _colour(vue_large, zones, formes, classes, mesuree, masques=masques)
    draw_carte(
        get_couches(),
        Etat(
            formes=formes,
            coloration=_add_note(coloration, _screen_note(zones, indicateur, mesuree)),
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
    # On paper, a zone has no outline of its own.
    ensemble = mesuree is not None and len(set(zones.table["etat"])) > 1
    draw_telechargements_zones(
        atlas,
        vue,
        filtres,
        _add_note(coloration, "zones blanches et communes sans périmètre connu qui compte ensemble")
        if ensemble
        else coloration,
        formes=formes,
        teintes=zones.membres.map(_teintes(zones.table, mesuree)),
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


def _screen_note(zones: Zones, indicateur: Indicateur | None, mesuree: Coloration | None) -> str:
    """Explain what the screen alone draws: the outline of a zone blanche, the figures beside the names."""
    if mesuree:
        blanches = (zones.table["etat"] == NON_COUVERTE).any()
        sens = direction_text(indicateur) if indicateur else ""
        return " ; ".join(filter(None, (sens, "contour orangé : zone blanche" if blanches else "")))
    return f"valeur écrite : {indicateur.libelle}" if indicateur else ""


def _add_note(coloration: Coloration, note: str) -> Coloration:
    """Add to how the classes were made, if there is something to add."""
    return replace(coloration, methode=" ; ".join(filter(None, (coloration.methode, note))))


def _colour(
    vue: Vue,
    zones: Zones,
    formes: dict[str, str],
    classes: dict[str, int],
    mesuree: Coloration | None,
    *,
    masques: int,
) -> Coloration:
    """Return how the CPTS are painted, with the legend of the zones: by their state, or by a measure."""
    palette = _PALETTE if mesuree is None else _PALETTE_NEUTRE
    comptee, _, candidate = palette
    dessinees = sum(formes[i] != "repere" for i in classes)
    touchent = list(classes.values()).count(_CANDIDATE)
    des_zones = _state_entries(zones, masques) if mesuree is None else mesuree.legende
    legende = (
        *des_zones,
        Entree(comptee, "CPTS dessinée, qui compte", dessinees - touchent),
        Entree(candidate, "CPTS dessinée, qui touche la zone choisie", touchent),
        Entree(
            HACHURES,
            "CPTS dont l'étape n'est pas publiée",
            len(formes.keys() - classes),
        ),
    )
    legende = (*(e for e in legende if e.compte), *explain_signs(vue, formes))
    if mesuree is None:
        return Coloration("Couverture", classes, palette, legende)
    # The colours of the zones come first: the histogram names them by their ranks.
    rang = len(mesuree.palette)
    return replace(
        mesuree,
        classes={i: rang + classe for i, classe in classes.items()},
        palette=(*mesuree.palette, *palette),
        legende=legende,
        textes={},
        secrets=frozenset(),
    )


def _state_entries(zones: Zones, masques: int) -> tuple[Entree, ...]:
    communes = zones.table.groupby("etat")["communes"].sum()
    return (
        Entree(ZONE_BLANCHE, "commune en zone blanche", int(communes.get(NON_COUVERTE, 0))),
        Entree(
            COMMUNE_INDETERMINEE,
            f"commune {AUCUN_QUI_COMPTE}",
            int(communes.drop(NON_COUVERTE, errors="ignore").sum()),
        ),
        Entree(COMMUNE_INDETERMINEE, f"commune {DANS_MASQUE}", masques),
    )
