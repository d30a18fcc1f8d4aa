"""The facts of the map as a table, and its download."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.export import to_csv
from geo.valeurs import announced
from ui.faits import fact_sources, medecin_traitant_texts
from ui.francais import CONFIANCES_COURTES, NON_PUBLIE, PERIMETRE_INCONNU, date_partielle
from ui.vue import Vue

# How a qualifier reads before a number that stands in a column of its own.
_QUALIFICATIFS = {"egal": "", "environ": "environ", "plus_de": "plus de", "pres_de": "près de"}
_PRECISIONS = {"jour": "", "mois": "au mois près", "avant": "avant cette date"}


def make_tableau(atlas: Atlas, vue: Vue) -> pd.DataFrame:
    """Gather what is known of each CPTS in sight: announced, then computed.

    Returns
    -------
    DataFrame
        Indexed by CPTS, with French column names. Numbers and dates are such, so that they sort; a blank is
        not published, or cannot be computed without a perimeter. Populations of 2023, areas in km².
    """
    fiches = vue.fiches
    population = announced(atlas, "population_annoncee").reindex(fiches.index)
    communes = announced(atlas, "communes_annoncees").reindex(fiches.index)
    calcule = atlas.territoires.reindex(fiches.index)
    medecin_traitant = [
        " ; ".join(medecin_traitant_texts(atlas.faits_de(str(i)))) or NON_PUBLIE
        for i in fiches.index
    ]
    return pd.DataFrame(
        {
            "CPTS": fiches["nom"],
            "Étape": fiches["statut_libelle"],
            "Date": pd.to_datetime(fiches["date_max"]).dt.date,
            "Précision de la date": fiches["date_precision"].map(_PRECISIONS),
            "Départements": fiches["departements"].map(", ".join),
            "Périmètre": fiches["confiance"].map(CONFIANCES_COURTES).fillna(PERIMETRE_INCONNU),
            "Qualificatif (population)": population["qualificatif"].map(_QUALIFICATIFS),
            "Population annoncée": population["valeur"].astype("Int64"),
            "Population calculée (2023)": calcule["population"].astype("Int64"),
            "Qualificatif (communes)": communes["qualificatif"].map(_QUALIFICATIFS),
            "Communes annoncées": communes["valeur"].astype("Int64"),
            "Communes calculées": calcule["communes"].astype("Int64"),
            "Densité (hab./km²)": calcule["densite"].round(1),
            "Sans médecin traitant": medecin_traitant,
            "Sources": [_sources(atlas, str(i)) for i in fiches.index],
        },
        index=fiches.index,
    )


def _sources(atlas: Atlas, cpts_id: str) -> str:
    sources = atlas.sources.loc[fact_sources(atlas, [cpts_id])]
    return " ; ".join(
        f"{s.titre}, {s.producteur}, {date_partielle(s.date if isinstance(s.date, str) else None)}"
        for s in sources.itertuples()
    )


def draw_tableau(tableau: pd.DataFrame) -> None:
    """Show the table, sortable, with its download."""
    nombres = tableau.select_dtypes("number").columns
    st.dataframe(
        tableau,
        hide_index=True,
        height="content",
        placeholder="",
        column_config={
            "CPTS": st.column_config.TextColumn(width="large", pinned=True),
            "Date": st.column_config.DateColumn(format="DD/MM/YYYY"),
        }
        | dict.fromkeys(nombres, st.column_config.NumberColumn(format="localized")),
    )
    st.download_button(
        "Télécharger le tableau (CSV)",
        to_csv(tableau.reset_index()),
        file_name=f"atlas-cpts-{datetime.now(tz=ZoneInfo('Europe/Paris')).date()}.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
    )
