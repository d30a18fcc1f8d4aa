"""The version of the data that is in use: how it is named, what a session has just put in use, and the way back."""

from dataclasses import replace
from typing import NamedTuple

import streamlit as st

from geo.importation.versions import (
    ORIGINE,
    Depot,
    ImportRefuse,
    Version,
    name_version,
    open_depot,
)
from rendu.mots.francais import capitale, count_noun, escape_markdown
from ui.commun.adresse import Filtres, to_params
from ui.commun.compte import get_compte
from ui.commun.ecriture import session_may_write


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


def origin_text(version: Version | None) -> str:
    """Name what an import starts from; ``None`` is the base."""
    return ORIGINE if version is None else f"version {version.numero} ({version.fichier})"


def tell_content(version: Version) -> Bascule:
    """Say of a version how many CPTS and communes it draws."""
    return Bascule(
        f"{count_noun(version.cpts, 'CPTS dessinée', 'CPTS dessinées')}, {count_noun(version.communes, 'commune')}"
    )


def remember_switch(racine: str, version: Version, avant: Version | None, dite: Bascule) -> None:
    """Say in passing what was put in use, and go on saying it: see :func:`draw_switched`."""
    numero = avant.numero if avant else 0
    st.session_state[_key(racine)] = _Faite(version.numero, numero, dite)
    st.toast(f"Version {version.numero} en usage.", icon=":material/check:")


def _key(racine: str) -> str:
    return f"{racine}_bascule"


def draw_switched(filtres: Filtres, racine: str) -> None:
    """Draw what this session has put in use from a place of the page, as long as it is, with the map and the way back."""
    depot = open_depot()
    en_usage, bascule = depot.en_usage(), st.session_state.get(_key(racine))
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
        # Whoever has just put it in use may undo it; the other versions are for :func:`session_may_return`.
        if session_may_write() and st.button(
            f"Revenir {avant}", icon=":material/undo:", key=f"{racine}_annuler"
        ):
            restore(depot, bascule.avant)


def restore(depot: Depot, numero: int) -> None:
    """Put a version in use again, or the base (0), and start the page again; or say why not."""
    compte = get_compte()
    qui = {"auteur": compte.auteur, "identifiant": compte.identifiant} if compte else {}
    try:
        depot.restore(numero, **qui)
    except ImportRefuse as refus:
        st.error(str(refus))
        return
    st.toast(f"{capitale(name_version(numero))} en usage.", icon=":material/check:")
    st.rerun()
