"""The versions of the data: what was imported, when, by whom, and the way back."""

from datetime import datetime
from typing import NamedTuple

import pandas as pd
import streamlit as st

from geo.importation.versions import (
    ORIGINE,
    Depot,
    Version,
    count_members,
    name_version,
    open_depot,
)
from rendu.mots.comptes import QUI_REVIENT
from rendu.mots.francais import count_noun, jour
from ui.commun.ecriture import session_may_return, session_may_write
from ui.commun.versions import restore

_DATE_PX = 210
_CHOIX = "version_choisie"


class _Contenu(NamedTuple):
    """What may be returned to: its name, and how many CPTS and communes it draws, where known."""

    nom: str
    cpts: int | None
    communes: int | None


def draw_versions() -> None:
    """Draw the versions that are kept, and the return to one of them."""
    depot = open_depot()
    versions = depot.versions()
    contenus = _contents(depot, versions)
    st.header("Versions des données", anchor=False)
    st.dataframe(
        versions_table(versions, contenus[0]),
        hide_index=True,
        height="content",
        placeholder="",
        column_config={"Date": st.column_config.TextColumn(width=_DATE_PX)}
        | dict.fromkeys(
            ("CPTS dessinées", "Communes"), st.column_config.NumberColumn(format="localized")
        ),
    )
    if not session_may_write():
        st.caption("Les versions se changent là où l'import est ouvert (onglet « Importer »).")
    elif not session_may_return():
        st.caption(QUI_REVIENT)
    elif versions:
        _draw_return(depot, versions, contenus)
    else:
        st.caption("Aucun import n'a eu lieu : les données en usage sont celles d'origine.")


def versions_table(versions: list[Version], origine: _Contenu) -> pd.DataFrame:
    """Describe the versions, the latest first and the base last, with French column names."""
    en_usage = not any(version.actuelle for version in versions)
    lignes = [
        {
            "Version": version.numero,
            "En usage": version.actuelle,
            "Date": _moment(version.date),
            "Fichier": version.fichier,
            "Auteur": version.auteur,
            "Note": version.note,
            "CPTS dessinées": version.cpts,
            "Communes": version.communes,
        }
        for version in versions
    ]
    base = {
        "Version": 0,
        "En usage": en_usage,
        "Date": "",
        "Fichier": ORIGINE,
        "Auteur": "",
        "Note": "",
        "CPTS dessinées": origine.cpts,
        "Communes": origine.communes,
    }
    return pd.DataFrame([*lignes, base])


def _contents(depot: Depot, versions: list[Version]) -> dict[int, _Contenu]:
    contenus = {v.numero: _Contenu(name_version(v.numero), v.cpts, v.communes) for v in versions}
    try:
        contenus[0] = _Contenu(ORIGINE, *count_members(depot.base))
    except (OSError, ValueError):
        contenus[0] = _Contenu(ORIGINE, None, None)
    return contenus


def _draw_return(depot: Depot, versions: list[Version], contenus: dict[int, _Contenu]) -> None:
    autres = {v.numero: _version_text(v) for v in versions if not v.actuelle}
    actuelle = depot.en_usage()
    if actuelle is not None:
        autres[0] = ORIGINE
    choisie = st.selectbox("Revenir à", list(autres), format_func=autres.__getitem__, key=_CHOIX)
    st.caption(
        f"En usage : {_content_text(contenus[actuelle.numero if actuelle else 0])}. "
        f"Après le retour : {_content_text(contenus[choisie])}."
    )
    if st.button("Revenir à cette version", icon=":material/undo:"):
        restore(depot, choisie)


def _content_text(contenu: _Contenu) -> str:
    if contenu.cpts is None or contenu.communes is None:
        return contenu.nom
    return (
        f"{contenu.nom}, {count_noun(contenu.cpts, 'CPTS dessinée', 'CPTS dessinées')} et "
        f"{count_noun(contenu.communes, 'commune')}"
    )


def _version_text(version: Version) -> str:
    return (
        f"{version.numero} · {_moment(version.date)} · {version.fichier} "
        f"({count_noun(version.cpts, 'CPTS', 'CPTS')})"
    )


def _moment(date: datetime) -> str:
    return f"{jour(date.date())} à {date:%H:%M}"
