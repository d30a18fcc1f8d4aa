"""A scenario beside the data in use, or beside another scenario: who moves, and what that makes of each CPTS."""

import pandas as pd
import streamlit as st

from geo.atelier.ecart import Ecart, compare
from geo.atelier.etabli import Etabli
from geo.atelier.etat import Composition
from geo.atelier.journal import ScenarioInconnu
from geo.base.connexion import BaseIndisponible
from rendu.mots.annexe import PROJET
from rendu.mots.atelier_ecart import (
    Cotes,
    qualify_counts,
    summarize,
    tabulate_communes,
    tabulate_cpts,
    tell_unknown,
    write_counts,
)
from rendu.mots.faits import ground_sources
from rendu.mots.francais import INCONNU, escape_markdown
from rendu.supports.atelier_fichiers import population_cells
from rendu.supports.ecart_carte import make_carte_ecart, picture_carte_ecart
from ui.atelier.etablis import get_journal, open_etabli
from ui.atelier.instant import Instant, draw_moment, take_instant
from ui.commun.adresse import Filtres
from ui.commun.couverture_detail import draw_table
from ui.commun.telechargements import draw_telechargements

_EN_SERVICE = ""
# Wider, its words would be larger than those of the page.
_LARGEUR_PX = 900
_COTES: dict[bool, Cotes] = {
    True: ("en service", "dans ce scénario"),
    False: ("dans l'autre scénario", "dans ce scénario"),
}


def draw_comparaison(etabli: Etabli, filtres: Filtres) -> None:
    """Draw what sets a scenario apart from the data in use, or from another scenario."""
    del filtres
    autre = _choose(etabli)
    instant = take_instant(etabli)
    try:
        avant, cle = _take_other(instant, autre)
    except (ScenarioInconnu, BaseIndisponible):
        st.error("L'autre scénario ne peut pas être lu.")
        return
    draw_moment(etabli, "comparer")
    ecart = compare(etabli.chantier.sol, avant, instant.apres, instant.avant)
    resume = summarize(ecart)
    st.markdown(f"{resume}  \n{PROJET}.")
    if inconnues := tell_unknown(ecart):
        st.warning(escape_markdown(inconnues), icon=":material/warning:")
    if ecart.vide:
        return
    draw_picture((instant.cle, cle), instant, ecart)
    cotes = _COTES[autre == _EN_SERVICE]
    atlas = instant.atlas
    communes = tabulate_communes(ecart, atlas.millesimes, cotes)
    etapes = {str(statut): str(libelle) for statut, libelle in atlas.statuts["libelle"].items()}
    cpts = tabulate_cpts(ecart, etapes, cotes)
    if not cpts.empty:
        st.markdown("**CPTS modifiées**")
        draw_table(cpts, absent=INCONNU, ecrits=write_counts(ecart, cotes))
    if not communes.empty:
        st.markdown("**Communes**")
        draw_table(communes)
    draw_telechargements(
        f"écarts {etabli.scenario.nom}",
        {
            "communes": communes.assign(**population_cells(atlas)),
            "CPTS": cpts.assign(**qualify_counts(ecart, cotes), **population_cells(atlas)),
            "à savoir": pd.DataFrame(
                {"À savoir": [f"{PROJET}.", resume, *filter(None, [inconnues])]}
            ),
        },
        atlas.sources[atlas.sources.index.isin(ground_sources(atlas))],
    )


def _choose(etabli: Etabli) -> str:
    """Ask what the scenario is compared with, and return the identifier of another one."""
    try:
        autres = {
            s.scenario_id: f"le scénario « {s.nom} »"
            for s in get_journal().scenarios()
            if s.scenario_id != etabli.scenario_id
        }
    except BaseIndisponible:
        autres = {}
    choix = {_EN_SERVICE: "les données en service"} | autres
    cle = f"atelier_autre_{etabli.scenario_id}"
    if st.session_state.get(cle) not in choix:
        st.session_state.pop(cle, None)
    choisi: str = st.selectbox(
        "Comparer ce scénario avec", list(choix), format_func=choix.__getitem__, key=cle
    )
    return choisi


def in_use(instant: Instant) -> tuple[Composition, tuple[str, str, str]]:
    """Return who is in which CPTS in the data in use, and what tells them from any other, as a scenario is told."""
    return instant.avant, (instant.atlas.empreinte, _EN_SERVICE, "")


def _take_other(instant: Instant, autre: str) -> tuple[Composition, tuple[str, str, str]]:
    if autre == _EN_SERVICE:
        return in_use(instant)
    pris = take_instant(open_etabli(autre))
    return pris.apres, pris.cle


def draw_picture(
    cles: tuple[tuple[str, str, str], tuple[str, str, str]], instant: Instant, ecart: Ecart
) -> None:
    """Draw the map of a difference, where a commune moves.

    Parameters
    ----------
    cles
        Of the scenario, and of what it is compared with.
    instant, ecart
        The scenario, and the difference.
    """
    if image := _make_picture(cles, instant, ecart):
        st.image(image, width=_LARGEUR_PX, alt=f"Carte des différences. {summarize(ecart)}")


@st.cache_resource(show_spinner="Carte des différences…", max_entries=16)
def _make_picture(
    cles: tuple[tuple[str, str, str], tuple[str, str, str]],  # noqa: ARG001 - the cache key
    _instant: Instant,
    _ecart: Ecart,
) -> bytes | None:
    carte = make_carte_ecart(_instant.atlas, _ecart, _instant.apres, summarize(_ecart))
    return picture_carte_ecart(carte) if carte else None
