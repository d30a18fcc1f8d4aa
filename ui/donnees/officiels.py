"""The official files that are recognised, and the official indicators in use."""

import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.indicateurs.registre import Indicateur
from geo.lecture.variables import read_cells
from geo.officiels.catalogue import DEPARTEMENT, load_catalogue
from rendu.mots.francais import join_words
from ui.commun.atlas import PAR_EMPREINTE

NON_DITE = "non dite"


@st.cache_data(show_spinner=False)
def known_table() -> pd.DataFrame:
    """Describe the known files, one a row, with French column names."""
    return pd.DataFrame(
        [
            {
                "Fichier": connu.libelle,
                "Producteur": connu.producteur,
                "Licence": connu.licence or NON_DITE,
                "Par": "département" if connu.maille == DEPARTEMENT else "commune",
                "Ce qu'il donne": " ; ".join(dict.fromkeys(i.libelle for i in connu.indicateurs)),
            }
            for connu in load_catalogue()
        ]
    )


def draw_connus() -> None:
    """List, folded, the files that need no choice."""
    table = known_table()
    with st.expander(f"Fichiers reconnus d'eux-mêmes ({len(table)})"):
        st.dataframe(table, hide_index=True, height="content")
        st.caption(
            "Reconnus à leurs colonnes, quel que soit leur nom. Pour tout autre fichier par commune, vous dites quelle "
            "colonne lire et comment elle s'agrège."
        )


def draw_officiels(atlas: Atlas) -> None:
    """List the official indicators in use; draw nothing where there is none."""
    if not atlas.registre.officiels():
        return
    st.header("Indicateurs officiels en usage", anchor=False)
    st.dataframe(
        _get_table(atlas),
        hide_index=True,
        height="content",
        column_config=dict.fromkeys(
            ("Communes avec une valeur", "Secrètes"),
            st.column_config.NumberColumn(format="localized"),
        ),
    )
    st.caption(
        "Communes de l'atlas. Pour retirer un indicateur, revenir à une version d'avant son import : onglet « Versions »."
    )


@st.cache_resource(show_spinner=False, max_entries=4, hash_funcs=PAR_EMPREINTE)
def _get_table(atlas: Atlas) -> pd.DataFrame:
    return in_use_table(atlas)


def in_use_table(atlas: Atlas) -> pd.DataFrame:
    """Describe the official indicators in use, one a row, with French column names."""
    return pd.DataFrame([_describe(atlas, indicateur) for indicateur in atlas.registre.officiels()])


def _describe(atlas: Atlas, indicateur: Indicateur) -> dict[str, str | int]:
    calcul = indicateur.calcul
    cellules = read_cells(atlas.variables, calcul.get("variable", calcul.get("numerateur")))
    return {
        "Indicateur": indicateur.nom,
        "Année": indicateur.millesime,
        "Source": join_words(atlas.sources["titre"].reindex(list(indicateur.sources)).dropna()),
        "Producteur": join_words(
            atlas.sources["producteur"].reindex(list(indicateur.sources)).dropna()
        ),
        "Licence": indicateur.licence or NON_DITE,
        "Communes avec une valeur": int((~cellules.secrets & ~cellules.manquants).sum()),
        "Secrètes": int(cellules.secrets.sum()),
    }
