"""The polygons of a layer against the communes that were taken: a table, and a map."""

import geopandas as gpd
import pandas as pd
import shapely
import streamlit as st

from geo.atlas import Atlas
from geo.couches.ecarts import draw_ecarts, measure_ecarts
from geo.couches.service import Decoupage
from geo.indicateurs.registre import Indicateur
from geo.lecture.communes import CRS_SCREEN
from rendu.carte.couches import make_collection, write_file
from rendu.carte.palette import BLEU, COMMUNE_ENTREE, COMMUNE_SORTIE, TRANSPARENT
from rendu.carte.signes import Coloration, Entree
from rendu.mots.couches import COMPARER, ECARTS
from rendu.mots.faits import ground_sources
from rendu.mots.francais import count_noun
from rendu.mots.origine import computed_origins
from ui.commun.atlas import get_couches
from ui.commun.carte import Etat, centre, draw_carte
from ui.commun.telechargements import draw_telechargements
from ui.serveur.couches import couches_of

# A map of more is slow and shows nothing; those that concern the most people come first.
_CPTS_MAX = 150
_FICHIERS = 16
_FINESSE_M = 20.0
_HAUTEUR_PX = 380
_ENTIERS = [nom for nom in ECARTS if not nom.startswith("surface")]


def draw_differences(atlas: Atlas, decoupage: Decoupage, cle: str) -> None:
    """Draw what the communes add to the polygons and leave of them, with the people concerned.

    Parameters
    ----------
    atlas
        The data in use.
    decoupage
        What the layer gives.
    cle
        Tells the layer, and how it is read, from any other.
    """
    ecarts = measure_ecarts(decoupage.pose.parts, decoupage.attribution, atlas.communes)
    sommes = ecarts.sum()
    with st.expander(
        f"{COMPARER} : {count_noun(round(sommes['population_en_plus']), 'habitant compté', 'habitants comptés')} hors de "
        f"leur polygone, {count_noun(round(sommes['population_en_moins']), 'habitant laissé', 'habitants laissés')} (estimés)"
    ):
        table = ecarts.round(dict.fromkeys(_ENTIERS, 0) | {"surface_km2": 1}).round(1)
        table = table.astype(dict.fromkeys(_ENTIERS, "int64")).rename(columns=ECARTS)
        table.insert(0, "CPTS", table.index)
        st.dataframe(
            table,
            hide_index=True,
            height=_HAUTEUR_PX,
            column_config=dict.fromkeys(
                ECARTS.values(), st.column_config.NumberColumn(format="localized")
            ),
        )
        draw_telechargements(
            f"écarts {decoupage.pose.couche.nom}",
            {"écarts": table.assign(**computed_origins(atlas, _indicators(atlas)))},
            atlas.sources[atlas.sources.index.isin(ground_sources(atlas))],
            libelle="Écarts par CPTS",
        )
        if st.toggle("Voir la carte des différences", key=f"couche_carte_ok_{cle}"):
            _draw_map(atlas, decoupage, ecarts, cle)


def _indicators(atlas: Atlas) -> dict[str, Indicateur]:
    """Say of each column what it counts."""
    comptees = {"communes": "communes", "partagees": "communes"}
    return {
        titre: atlas.registre[
            "surface_km2" if nom.startswith("surface") else comptees.get(nom, "population")
        ]
        for nom, titre in ECARTS.items()
    }


def _draw_map(atlas: Atlas, decoupage: Decoupage, ecarts: pd.DataFrame, cle: str) -> None:
    noms = list(ecarts.index)
    choisie = st.selectbox(
        "CPTS à montrer",
        noms,
        index=None,
        placeholder="Toutes"
        if len(noms) <= _CPTS_MAX
        else f"Les {_CPTS_MAX} où l'écart est le plus grand",
        key=f"couche_carte_cpts_ok_{cle}",
    )
    montrees = [choisie] if choisie else noms[:_CPTS_MAX]
    cpts = decoupage.pose.cpts.loc[montrees]
    ecart = draw_ecarts(cpts, decoupage.attribution, atlas.communes)
    dessins = [
        (cpts, TRANSPARENT, "", "le polygone de la couche"),
        (ecart.en_plus, COMMUNE_ENTREE, "population_en_plus", "pris en plus du polygone"),
        (ecart.en_moins, COMMUNE_SORTIE, "population_en_moins", "laissé du polygone"),
    ]
    formes, proprietes = [], []
    for serie, teinte, mesure, quoi in dessins:
        vues = serie[~serie.is_empty]
        simples = gpd.GeoSeries(
            shapely.simplify(vues.to_numpy(), _FINESSE_M), index=vues.index, crs=vues.crs
        )
        simples = simples[~simples.is_empty].to_crs(CRS_SCREEN)
        formes.append(simples.rename(lambda nom, quoi=quoi: f"{nom} {quoi}"))
        proprietes += [
            {
                "nom": nom,
                "teinte": teinte,
                "contour": BLEU if teinte == TRANSPARENT else "",
                "lignes": [_told(ecarts, nom, mesure, quoi)],
            }
            for nom in simples.index
        ]
    dossier = couches_of(atlas.empreinte)
    fichier = write_file(
        dossier, "zones", make_collection(pd.concat(formes), proprietes), _FICHIERS
    )
    entrees = (
        Entree(
            COMMUNE_ENTREE, "pris en plus du polygone", len(ecart.en_plus[~ecart.en_plus.is_empty])
        ),
        Entree(COMMUNE_SORTIE, "laissé du polygone", len(ecart.en_moins[~ecart.en_moins.is_empty])),
    )
    prises = decoupage.attribution.adhesions
    codes = prises.loc[prises["cpts"].isin(montrees), "code_commune"]
    draw_carte(
        get_couches(),
        Etat(
            formes={},
            coloration=Coloration("Différences", {}, (), entrees),
            departements=sorted(set(atlas.communes.loc[codes, "code_departement"]))
            or sorted(set(atlas.communes["code_departement"])),
            zones=fichier,
        ),
        centre=centre(atlas),
        principale=False,
        cle="carte_de_la_couche",
    )


def _told(ecarts: pd.DataFrame, nom: str, mesure: str, quoi: str) -> str:
    if not mesure:
        return quoi
    return f"{quoi} : environ {count_noun(round(float(ecarts[mesure][nom])), 'habitant')}"
