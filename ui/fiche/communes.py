"""The communes of a CPTS: search, sort, download."""

from collections.abc import Iterable

import geopandas as gpd
import streamlit as st

from geo.atlas import Atlas
from geo.fiche import Fiche
from geo.libelles import PAR_PART
from geo.perimetre import ENTIERE
from geo.texte import split_words
from rendu.mots.faits import fact_sources
from rendu.mots.francais import CONFIANCES_COURTES, count_noun
from rendu.mots.millesimes import population_title
from rendu.mots.origine import computed_origins
from rendu.mots.partage import (
    HABITANTS_COMPTES,
    PART_TITRE,
    SURFACE_COMPTEE,
    of_which_in_part,
)
from ui.commun.sources import source_rows
from ui.commun.telechargements import draw_telechargements

# That of the population has its vintage.
_TITRES = {
    "code_commune": "Code",
    "nom": "Commune",
    "population": "",
    "surface_km2": "Surface (km²)",
    "densite": "Densité (hab./km²)",
    "nom_epci": "Intercommunalité",
    "code_departement": "Département",
    "confiance": "Périmètre",
}


# What the figures of a commune are, by the indicator that says the same of any territory.
_INDICATEURS = {
    "Surface (km²)": "surface_km2",
    SURFACE_COMPTEE: "surface_km2",
    "Densité (hab./km²)": "densite",
    HABITANTS_COMPTES: "population",
}


def tell_origins(atlas: Atlas, titres: Iterable[str]) -> dict[str, str]:
    """Say where the figures of a table of communes come from, by the titles of its numbers."""
    registre = atlas.registre
    return computed_origins(
        atlas,
        {t: registre[_INDICATEURS.get(t, "population")] for t in titres if t != PART_TITRE},
    )


def draw_communes(atlas: Atlas, fiche: Fiche) -> None:
    """Draw the table of the communes with a filter, and the downloads."""
    if not fiche.dessinee:
        return
    en_partie = int((fiche.communes["part"] < ENTIERE).sum())
    st.subheader(
        count_noun(len(fiche.communes), "commune") + of_which_in_part(en_partie), anchor=False
    )
    population = population_title(atlas)
    titres = _TITRES | {"population": population}
    tableau = fiche.communes[list(titres)].rename(columns=titres)
    tableau["Périmètre"] = tableau["Périmètre"].map(CONFIANCES_COURTES)
    for colonne in ("Surface (km²)", "Densité (hab./km²)"):
        tableau[colonne] = tableau[colonne].round(1)
    comptes = [population, "Surface (km²)", "Densité (hab./km²)"]
    if en_partie:
        place = list(tableau.columns).index(population) + 1
        tableau.insert(place, PART_TITRE, (fiche.communes["part"] * 100).round(2))
        tableau.insert(place + 1, HABITANTS_COMPTES, fiche.communes["habitants"])
        place = list(tableau.columns).index("Surface (km²)") + 1
        surface = fiche.communes["surface_km2"] * fiche.communes["part"]
        tableau.insert(place, SURFACE_COMPTEE, surface.round(1))
        comptes += [PART_TITRE, HABITANTS_COMPTES, SURFACE_COMPTEE]
        st.caption(PAR_PART)
    texte = st.text_input("Chercher dans les communes", placeholder="nom, code ou intercommunalité")
    mots = split_words(texte)
    cherchable = (
        tableau["Code"] + " " + tableau["Commune"] + " " + tableau["Intercommunalité"]
    ).map(lambda libelle: " ".join(split_words(libelle)))
    gardees = cherchable.map(lambda libelle: all(mot in libelle for mot in mots)).astype(bool)
    st.dataframe(
        tableau[gardees],
        hide_index=True,
        height=320,
        column_config=dict.fromkeys(comptes, st.column_config.NumberColumn(format="localized")),
    )
    if not gardees.all():
        st.caption(f"{count_noun(int(gardees.sum()), 'commune')} sur {len(tableau)}.")
    codes = fiche.communes["code_commune"]
    tableau = tableau.assign(CPTS=fiche.nom, **tell_origins(atlas, comptes))
    couche = gpd.GeoDataFrame(
        tableau, geometry=atlas.communes.loc[codes].geometry.to_numpy(), crs=atlas.communes.crs
    )
    sources = source_rows(atlas, fact_sources(atlas, [fiche.cpts_id]))
    draw_telechargements(f"fiche {fiche.nom}", {"communes": tableau}, sources, couche)
