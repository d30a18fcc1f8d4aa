"""Communes far worse off than their CPTS: the choice of an indicator and of a threshold, the list, its downloads."""

from collections.abc import Collection, Iterable, Mapping

import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.fiche import Fiche
from geo.indicateurs.registre import Indicateur
from geo.regles.alertes import Alertes, find_alertes, list_rates
from rendu.mots.alertes import (
    TITRE,
    about_cells,
    add_origin,
    alert_sentence,
    alert_table,
    decimals_text,
    side_word,
    threshold_text,
    unknown_table,
)
from rendu.mots.comparaison import difference_unit
from rendu.mots.francais import count_noun, escape_markdown
from rendu.mots.indicateurs import distinct_labels, with_base
from rendu.mots.profil import source_line
from ui.commun.atlas import PAR_EMPREINTE
from ui.commun.cellules import ECRITES_MAX, write_cells
from ui.commun.sources import source_rows
from ui.commun.telechargements import draw_telechargements

_NOMBRE = st.column_config.NumberColumn(format="localized")


def tab_titles(atlas: Atlas) -> list[str]:
    """Name the tab of the list; none where no official rate is loaded."""
    return [TITRE] if list_rates(atlas) else []


def draw_alertes_pliees(atlas: Atlas, fiche: Fiche) -> None:
    """Draw the list of one CPTS, folded; nothing without a perimeter or an official rate."""
    if fiche.dessinee and list_rates(atlas):
        with st.expander(TITRE):
            draw_alertes(atlas, [fiche.cpts_id], "fiche", indicatifs=True)


def draw_alertes(atlas: Atlas, cpts_ids: Collection[str], page: str, *, indicatifs: bool) -> None:
    """Draw the choices, what they find, and the downloads.

    Parameters
    ----------
    atlas, cpts_ids, indicatifs
        As for :func:`geo.regles.alertes.find_alertes`.
    page
        Which page asks, for the keys and the names of the files.
    """
    noms = distinct_labels(atlas, list_rates(atlas))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        indicateur = st.selectbox(
            "Indicateur",
            list_rates(atlas),
            format_func=lambda choix: with_base(choix, noms[choix.identifiant]),
            key=f"alertes_{page}_indicateur",
        )
        seuil = _ask(indicateur, "Seuil", indicateur.seuil_alerte, page, indicateur.abrege)
        ecart = difference_unit(indicateur)
        recul = _ask(indicateur, "Écart à la CPTS, au moins", None, page, ecart)
    alertes = _get_alertes(
        atlas,
        indicateur.identifiant,
        tuple(cpts_ids),
        seuil=seuil,
        recul=recul,
        indicatifs=indicatifs,
    )
    st.markdown(escape_markdown(alert_sentence(indicateur, alertes, seuil, recul)))
    tableaux = {
        "communes": alert_table(atlas, indicateur, alertes),
        "valeurs inconnues": unknown_table(atlas, alertes),
    }
    if len(alertes.retenues):
        _draw_table(
            tableaux["communes"], about_cells(atlas, indicateur, alertes, indicatifs=indicatifs)
        )
    if len(alertes.inconnues):
        st.markdown(
            f"**{count_noun(len(alertes.inconnues), 'valeur secrète ou manquante', 'valeurs secrètes ou manquantes')}**"
        )
        _draw_table(tableaux["valeurs inconnues"])
    st.caption(
        escape_markdown(
            " ".join(
                filter(
                    None,
                    (
                        side_word(indicateur, alertes),
                        indicateur.definition,
                        threshold_text(indicateur),
                        decimals_text(indicateur),
                    ),
                )
            )
        )
        + " Une CPTS dont une valeur est secrète n'a pas d'écart. Source : "
        f"{escape_markdown(source_line(atlas, indicateur))}."
    )
    if len(alertes.retenues):
        draw_telechargements(
            f"communes à regarder {page} {indicateur.nom}",
            {nom: add_origin(atlas, indicateur, table) for nom, table in tableaux.items()},
            source_rows(atlas, indicateur.sources),
        )


# A tab draws it whether it is open or not: once for every session, not at each run.
@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=PAR_EMPREINTE)
def _get_alertes(
    atlas: Atlas,
    nom: str,
    cpts_ids: tuple[str, ...],
    *,
    seuil: float | None,
    recul: float | None,
    indicatifs: bool,
) -> Alertes:
    return find_alertes(
        atlas, atlas.registre[nom], cpts_ids, seuil=seuil, recul=recul, indicatifs=indicatifs
    )


def _ask(
    indicateur: Indicateur, quoi: str, valeur: float | None, page: str, unite: str
) -> float | None:
    """Ask for a number in a unit; blank, there is no such rule."""
    return st.number_input(
        escape_markdown(f"{quoi} ({unite})"),
        value=valeur,
        min_value=0.0,
        step=0.1,
        format="%0.1f",
        placeholder="aucun",
        key=f"alertes_{page}_{quoi}_{indicateur.identifiant}",
    )


def _draw_table(tableau: pd.DataFrame, ecrits: Mapping[str, Iterable[str]] | None = None) -> None:
    # A longer table is shown as it is downloaded.
    dits = ecrits if ecrits and len(tableau) <= ECRITES_MAX else {}
    nombres = tableau.select_dtypes("number").columns.difference(list(dits))
    st.dataframe(
        write_cells(tableau, dits) if dits else tableau,
        hide_index=True,
        height="content" if len(tableau) < 10 else 320,  # noqa: PLR2004 - it scrolls beyond
        column_config=dict.fromkeys(nombres, _NOMBRE),
    )
