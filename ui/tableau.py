"""The facts of the map as a table, and its download."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.export import to_csv
from ui.faits import fact_text, medecin_traitant_texts
from ui.francais import CONFIANCES_COURTES, NON_PUBLIE, PERIMETRE_INCONNU, date_etape
from ui.vue import Vue


def make_tableau(atlas: Atlas, vue: Vue) -> pd.DataFrame:
    """Gather what is known of each CPTS in sight: announced as published, computed as numbers.

    Returns
    -------
    DataFrame
        One row a CPTS, French column names, populations of 2023, areas in km².
    """
    lignes = []
    for cpts_id, fiche in vue.fiches.iterrows():
        faits = atlas.faits_de(str(cpts_id))
        source = atlas.sources.loc[fiche["source_id"]]
        lignes.append(
            {
                "CPTS": fiche["nom"],
                "Étape": fiche["statut_libelle"],
                "Date": date_etape(fiche["date_max"], fiche["date_precision"]),
                "Départements": ", ".join(fiche["departements"]),
                "Périmètre": CONFIANCES_COURTES.get(fiche["confiance"], PERIMETRE_INCONNU),
                "Population annoncée": fact_text(faits, "population_annoncee"),
                "Communes annoncées": fact_text(faits, "communes_annoncees"),
                "Sans médecin traitant": " ; ".join(medecin_traitant_texts(faits)) or NON_PUBLIE,
                "Source": f"{source['titre']}, {source['producteur']}",
                "cpts_id": cpts_id,
            }
        )
    tableau = pd.DataFrame(lignes, columns=[*_COLONNES_ANNONCEES, "cpts_id"]).set_index("cpts_id")
    calcule = atlas.territoires.reindex(tableau.index)
    position = tableau.columns.get_loc("Sans médecin traitant")
    for nom, colonne in (
        ("Population calculée (2023)", calcule["population"].astype("Int64")),
        ("Communes calculées", calcule["communes"].astype("Int64")),
        ("Densité (hab./km²)", calcule["densite"].round(1)),
    ):
        tableau.insert(position, nom, colonne)
        position += 1
    return tableau


_COLONNES_ANNONCEES = (
    "CPTS",
    "Étape",
    "Date",
    "Départements",
    "Périmètre",
    "Population annoncée",
    "Communes annoncées",
    "Sans médecin traitant",
    "Source",
)


def draw_tableau(tableau: pd.DataFrame) -> None:
    """Show the table, sortable, with its download."""
    st.dataframe(tableau, hide_index=True, height="content", placeholder="—")
    st.download_button(
        "Télécharger le tableau (CSV)",
        to_csv(tableau.reset_index()),
        file_name=f"atlas-cpts-{datetime.now(tz=ZoneInfo('Europe/Paris')).date()}.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
    )
