"""The versions of the data: what was imported, when, by whom, and the way back."""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import pandas as pd
import streamlit as st

from geo.importation.versions import (
    Depot,
    ImportRefuse,
    Version,
    count_members,
    open_depot,
)
from rendu.mots.francais import capitale, count_noun, escape_markdown, jour
from ui.commun.adresse import Filtres, to_params
from ui.commun.ecriture import session_may_write
from ui.donnees.zone import Zone

ORIGINE = "données d'origine"
_DATE_PX = 210
_CHOIX = "version_choisie"


class Bascule(NamedTuple):
    """What is said of an import that this session has put in use.

    Attributes
    ----------
    apports
        What it brought, in Markdown.
    indicateur
        What the map is coloured by where it is first looked at; empty to leave it as it is.
    """

    apports: str
    indicateur: str = ""


class _Faite(NamedTuple):
    """A switch, and the number of what was in use before."""

    numero: int
    avant: int
    dite: Bascule


class _Contenu(NamedTuple):
    """What may be returned to: its name, and how many CPTS and communes it draws, where known."""

    nom: str
    cpts: int | None
    communes: int | None


def origin_text(version: Version | None) -> str:
    """Name what an import starts from; ``None`` is the base."""
    return ORIGINE if version is None else f"version {version.numero} ({version.fichier})"


def remember_switch(zone: Zone, version: Version, avant: Version | None, dite: Bascule) -> None:
    """Say in passing what was put in use, and go on saying it: see :func:`draw_switched`."""
    numero = avant.numero if avant else 0
    st.session_state[_key(zone)] = _Faite(version.numero, numero, dite)
    st.toast(f"Version {version.numero} en usage.", icon=":material/check:")


def _key(zone: Zone) -> str:
    return f"{zone.racine}_bascule"


def draw_switched(filtres: Filtres, zone: Zone) -> None:
    """Draw what this session has put in use from a zone, as long as it is, with the map and the way back."""
    depot = open_depot()
    en_usage, bascule = depot.en_usage(), st.session_state.get(_key(zone))
    if bascule is None or en_usage is None or en_usage.numero != bascule.numero:
        return
    st.success(
        f"**Version {en_usage.numero} en usage** : {escape_markdown(en_usage.fichier)}, {bascule.dite.apports}.",
        icon=":material/check:",
    )
    vers = replace(filtres, ind=bascule.dite.indicateur or filtres.ind)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            "app.py", label="Voir la carte", icon=":material/map:", query_params=to_params(vers)
        )
        avant = f"à la version {bascule.avant}" if bascule.avant else f"aux {ORIGINE}"
        if st.button(f"Revenir {avant}", icon=":material/undo:", key=f"{zone.racine}_annuler"):
            _restore(depot, bascule.avant)


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
    contenus = {v.numero: _Contenu(f"version {v.numero}", v.cpts, v.communes) for v in versions}
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
        _restore(depot, choisie)


def _restore(depot: Depot, numero: int) -> None:
    try:
        depot.restore(numero)
    except ImportRefuse as refus:
        st.error(str(refus))
        return
    nom = f"version {numero}" if numero else ORIGINE
    st.toast(f"{capitale(nom)} en usage.", icon=":material/check:")
    st.rerun()


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
