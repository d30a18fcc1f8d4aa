"""Downloads of the zones: the work list, its communes and neighbours, and how to read them."""

import geopandas as gpd
import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.formes.territoires import dissolve
from geo.indicateurs.annonces import ENVIRON, EXACT
from geo.indicateurs.registre import Indicateur
from geo.lecture.variables import BAS, HAUT
from geo.perimetre import is_indicatif
from geo.rangees import iterate_rows
from geo.regles.controles import SOURCE_CONTOURS
from geo.regles.couverture import DEFINITIONS, NON_COUVERTE
from geo.regles.zones import (
    INTERVALLE_BAS,
    INTERVALLE_HAUT,
    PART,
    Zones,
    describe_dessines,
    zone_borders,
    zone_indicators,
)
from rendu.carte.vue import Vue
from rendu.mots.etapes import stage_columns
from rendu.mots.faits import fact_sources
from rendu.mots.francais import (
    AUCUN_QUI_COMPTE,
    QUALIFICATIFS_SEULS,
    capitale,
    join_words,
)
from rendu.mots.indicateurs import file_bounds, file_number
from rendu.mots.millesimes import population_title
from rendu.mots.origine import cite_origin, computed_origins, origin_cells
from rendu.mots.zones import BLANCHE, drawn_text, zone_name
from ui.commun.adresse import Filtres
from ui.commun.atlas import PAR_PAGE
from ui.commun.completude import complete_departements, trial_text
from ui.commun.sources import source_rows
from ui.commun.telechargements import draw_telechargements
from ui.zones.choix import zone_labels

_SURFACE, _DENSITE, _FRONTIERE = "Surface (km²)", "Densité (hab./km²)", "Frontière (km)"
# A file also says what the session tries: see trial_text.
PAR_ESSAI = PAR_PAGE | {
    Filtres: lambda f: (PAR_PAGE[Filtres](f), f.complet, f.incomplet),
}


def draw_zones_telechargements(atlas: Atlas, vue: Vue, zones: Zones, filtres: Filtres) -> None:
    """Draw the downloads of the zones that the filters show, if there are some."""
    if zones.table.empty:
        return
    draw_telechargements("zones", *_get_exports(atlas, filtres, vue, zones))


@st.cache_resource(show_spinner=False, max_entries=8, hash_funcs=PAR_ESSAI)
def _get_exports(
    atlas: Atlas, filtres: Filtres, _vue: Vue, _zones: Zones
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame, gpd.GeoDataFrame]:
    """Return what leaves with the zones that `filtres` show, gathered once for every session."""
    tableau = zones_table(atlas, _zones, filtres)
    contours = dissolve(atlas.communes, _zones.membres).reindex(_zones.table.index)
    return (
        {
            "zones": tableau,
            "communes": list_communes(atlas, _zones),
            "CPTS voisines": list_neighbours(atlas, _zones, filtres),
            "lecture": reading_notes(atlas, _vue, filtres),
        },
        source_rows(
            atlas,
            [
                *fact_sources(atlas, _vue.fiches.index),
                *(source for i in zone_indicators(atlas) for source in i.sources),
            ],
        ),
        gpd.GeoDataFrame(tableau, geometry=contours.to_numpy(), crs=atlas.communes.crs),
    )


def zones_table(atlas: Atlas, zones: Zones, filtres: Filtres) -> pd.DataFrame:
    """Gather the zones, with French column names; a row taken out of the file still says its terms."""
    table = zones.table
    noms = atlas.departements["nom"]
    return pd.DataFrame(
        {
            "Zone": _names(zones, table.index),
            "Code de la commune la plus peuplée": table.index,
            "État": [
                BLANCHE.lower() if e == NON_COUVERTE else AUCUN_QUI_COMPTE for e in table["etat"]
            ],
            "Communes": table["communes"],
            population_title(atlas): table["population"],
            _SURFACE: table["surface_km2"].round(1),
            _DENSITE: table["densite"].round(1),
            "Départements": [", ".join(noms[code] for code in d) for d in table["departements"]],
            "Intercommunalités": table["n_epci"],
            "Continue hors de la zone choisie": table["continue_dehors"],
            **_officiels(atlas, table),
            "« Couvert » signifie": DEFINITIONS[filtres.couvert],
            "Essai": trial_text(atlas, filtres) or "non",
            **_origins(atlas),
        }
    ).reset_index(drop=True)


def _origins(atlas: Atlas) -> dict[str, str]:
    """Say where the figures of a zone come from: a CSV stands alone."""
    registre, titres = atlas.registre, zone_labels(atlas)
    return computed_origins(
        atlas,
        {
            "Communes": registre["communes"],
            population_title(atlas): registre["population"],
            _SURFACE: registre["surface_km2"],
            _DENSITE: registre["densite"],
            "Intercommunalités": registre["epci"],
        }
        | {titres[i.identifiant]: i for i in zone_indicators(atlas)},
    )


def _officiels(atlas: Atlas, table: pd.DataFrame) -> dict[str, "pd.Series[float] | str"]:
    """Give each official indicator: its value, blank where it is withheld, its interval, on how many inhabitants.

    Between what it is, where the value does not say it.
    """
    colonnes: dict[str, pd.Series[float] | str] = {}
    titres = zone_labels(atlas)
    for indicateur in zone_indicators(atlas):
        nom, titre = indicateur.identifiant, titres[indicateur.identifiant]
        ouverts = table[nom + BAS] != table[nom + HAUT]
        moins, plus = _bounds(
            indicateur, table[nom + BAS].where(ouverts), table[nom + HAUT].where(ouverts)
        )
        colonnes |= {
            f"{titre}, en {indicateur.unite}": pd.Series(
                [file_number(indicateur, v) for v in table[nom]], table.index, "float64"
            ),
            f"{titre}, au moins": moins,
            f"{titre}, au plus": plus,
        }
        if indicateur.is_part:
            bas, haut = _bounds(
                indicateur, table[nom + INTERVALLE_BAS], table[nom + INTERVALLE_HAUT]
            )
            colonnes |= {
                f"{titre}, intervalle à 95 %, bas": bas,
                f"{titre}, intervalle à 95 %, haut": haut,
            }
        colonnes |= {
            f"{titre}, sur % des habitants": table[nom + PART].round(1),
        }
    return colonnes


def _bounds(
    indicateur: Indicateur, bas: "pd.Series[float]", haut: "pd.Series[float]"
) -> tuple["pd.Series[float]", "pd.Series[float]"]:
    """Round two columns of bounds, away from each other: see :func:`rendu.mots.indicateurs.file_bounds`."""
    paires = [file_bounds(indicateur, *paire) for paire in zip(bas, haut, strict=True)]
    table = pd.DataFrame(paires, bas.index, ["bas", "haut"], dtype="float64")
    return table["bas"], table["haut"]


def list_communes(atlas: Atlas, zones: Zones) -> pd.DataFrame:
    """List every commune of a zone, with French column names."""
    communes = atlas.communes.loc[zones.membres.index]
    return pd.DataFrame(
        {
            "Zone": _names(zones, zones.membres),
            "Code": communes.index,
            "Commune": communes["nom"],
            "Département": communes["code_departement"],
            "Intercommunalité": communes["nom_epci"],
            population_title(atlas): communes["population"],
            _SURFACE: communes["surface_km2"].round(2),
            **computed_origins(
                atlas,
                {
                    population_title(atlas): atlas.registre["population"],
                    _SURFACE: atlas.registre["surface_km2"],
                },
            ),
        }
    ).sort_values(["Zone", population_title(atlas)], ascending=[True, False])


def list_neighbours(atlas: Atlas, zones: Zones, filtres: Filtres) -> pd.DataFrame:
    """List the CPTS that touch each zone, the longest border first, with French column names."""
    frontieres = zone_borders(atlas, zones, indicatifs=filtres.indicatifs)
    fiches = atlas.fiches.loc[frontieres["cpts_id"]]
    dessines = describe_dessines(atlas, fiches.index.unique(), indicatifs=filtres.indicatifs)
    dessines = dessines.loc[fiches.index]
    return pd.DataFrame(
        {
            "Zone": _names(zones, frontieres["zone"]),
            "CPTS": fiches["nom"].to_numpy(),
            _FRONTIERE: frontieres["frontiere_km"].round(1),
            f"Qualificatif ({_FRONTIERE})": [
                QUALIFICATIFS_SEULS[ENVIRON if is_indicatif(confiance) else EXACT]
                for confiance in dessines["confiance"]
            ],
            "Périmètre": [
                drawn_text(d.confiance, etablie_seule=d.etablie_seule)
                for d in iterate_rows(dessines)
            ],
            **stage_columns(fiches),
            **origin_cells({_FRONTIERE: cite_origin(atlas, [SOURCE_CONTOURS])}),
        }
    ).sort_values(["Zone", _FRONTIERE], ascending=[True, False])


def reading_notes(atlas: Atlas, vue: Vue, filtres: Filtres) -> pd.DataFrame:
    """Write how the file is to be read: without it, a trial would be taken for a finding."""
    noms = atlas.departements["nom"]
    complets = [noms[code] for code in vue.departements if code in complete_departements(atlas)]
    notes = {
        "« Couvert » signifie": DEFINITIONS[filtres.couvert],
        "Départements": join_words(noms[code] for code in vue.departements),
        "Départements complets": join_words(complets) or "aucun",
        "Essai, autrement que dans les données": trial_text(atlas, filtres) or "non",
        "Périmètres indicatifs": "comptés"
        if filtres.indicatifs
        else "masqués : leurs communes ne sont dans aucune zone",
        "Zone blanche": "dite seulement dans un département dont toutes les CPTS sont connues et dessinées",
        capitale(AUCUN_QUI_COMPTE): "ne veut pas dire non couvert",
        "Limites": "celle d'une zone n'est pas mieux connue que les périmètres qui l'entourent ; un périmètre "
        "indicatif est reconstitué à partir des intercommunalités",
    }
    return pd.DataFrame({"Point": list(notes), "Lecture": list(notes.values())})


def _names(zones: Zones, codes: "pd.Index | pd.Series") -> list[str]:
    return [zone_name(zone.etat, zone.nom) for zone in iterate_rows(zones.table.loc[codes])]
