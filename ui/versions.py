"""The versions of the data: what was imported, when, by whom, and the way back."""

import pandas as pd
import streamlit as st

from geo.importation.versions import Depot, ImportRefuse, Version, is_read_only, open_depot
from ui.francais import accorder, date_partielle

_CHOIX = "version_choisie"


def draw_versions() -> None:
    """Draw the versions that are kept, and the return to one of them."""
    depot = open_depot()
    versions = depot.versions()
    st.header("Versions des données", anchor=False)
    st.dataframe(versions_table(versions), hide_index=True, height="content", placeholder="")
    if is_read_only():
        st.caption("Serveur en lecture seule : les versions ne s'y changent pas.")
    elif versions:
        _draw_return(depot, versions)
    else:
        st.caption("Aucun import n'a eu lieu : les données en usage sont celles d'origine.")


def versions_table(versions: list[Version]) -> pd.DataFrame:
    """Describe the versions, the latest first and the base last, with French column names."""
    en_usage = not any(version.actuelle for version in versions)
    lignes = [
        {
            "Version": version.numero,
            "En usage": version.actuelle,
            "Date": version.date.replace(tzinfo=None),
            "Fichier": version.fichier,
            "Auteur": version.auteur,
            "Note": version.note,
            "CPTS dessinées": version.cpts,
            "Communes": version.communes,
        }
        for version in versions
    ]
    return pd.DataFrame(
        [*lignes, {"Version": 0, "En usage": en_usage, "Fichier": "données d'origine"}]
    )


def _draw_return(depot: Depot, versions: list[Version]) -> None:
    autres = {v.numero: _version_text(v) for v in versions if not v.actuelle}
    if len(autres) < len(versions):
        autres[0] = "données d'origine"
    choisie = st.selectbox("Revenir à", list(autres), format_func=autres.get, key=_CHOIX)
    if st.button("Revenir à cette version", icon=":material/undo:"):
        try:
            depot.restore(choisie)
        except ImportRefuse as refus:
            st.error(str(refus))
            return
        st.toast("Données remplacées.", icon=":material/check:")
        st.rerun()


def _version_text(version: Version) -> str:
    jour = date_partielle(version.date.date().isoformat())
    return (
        f"{version.numero} · {jour} · {version.fichier} ({accorder(version.cpts, 'CPTS', 'CPTS')})"
    )
