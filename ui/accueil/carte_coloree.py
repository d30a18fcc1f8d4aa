"""The map of the home page: the only part that a choice of its colours runs."""

from pathlib import Path

import streamlit as st

from geo.atlas import Atlas
from geo.indicateurs.niveaux import CPTS, nearest_level
from geo.regles.couverture import Couverture
from rendu.carte.coloration import make_etats
from rendu.carte.jeu import write_jeu
from rendu.carte.niveaux import write_niveau
from rendu.carte.vue import Vue
from rendu.mots.profil import reading_texts
from ui.commun.adresse import Filtres, count_readings, update_address
from ui.commun.atlas import PAR_EMPREINTE, PAR_ETATS, get_blanches, get_couches
from ui.commun.carte import Etat, centre, draw_carte, find_commune, find_file
from ui.commun.supports_telechargements import draw_telechargements_carte


@st.cache_resource(show_spinner=False, max_entries=32, hash_funcs=PAR_ETATS)
def _write_jeu(
    atlas: Atlas,
    _vue: Vue,
    departements: tuple[str, ...],  # noqa: ARG001 - with the two that follow, the cache key of what is in sight
    statuts: tuple[str, ...],  # noqa: ARG001
    indicatifs: bool,  # noqa: ARG001
    dossier: Path,
) -> str:
    return write_jeu(atlas, _vue, tuple(atlas.fiches.index), dossier, _read_rates(atlas))


@st.cache_resource(show_spinner=False, max_entries=2, hash_funcs=PAR_EMPREINTE)
def _read_rates(atlas: Atlas) -> dict[str, str]:
    """Return how official rates are read, written once for every filter."""
    return reading_texts(atlas)


@st.cache_resource(show_spinner=False, max_entries=8, hash_funcs=PAR_EMPREINTE)
def _write_niveau(atlas: Atlas, niveau: str, dossier: Path) -> str:
    return write_niveau(atlas, niveau, dossier)


def _find_niveau(atlas: Atlas, filtres: Filtres, dossier: Path) -> dict[str, str] | None:
    """Find the colours of the level that is shown; those of the one asked for wait where CPTS are shown instead."""
    indicateur, _ = atlas.registre.parse(filtres.ind)
    montre = nearest_level(indicateur, filtres.niveau)
    niveau = filtres.niveau if montre == CPTS else montre
    if niveau == CPTS:
        return None
    fichier = find_file(_write_niveau, atlas, niveau, dossier=dossier)
    return {"demande": filtres.niveau, "fichier": fichier}


@st.fragment
def draw_carte_coloree(
    atlas: Atlas, vue: Vue, dessines: Filtres, couverture: Couverture, tour: int
) -> None:
    """Draw the map, which chooses its colours by itself and tells them here.

    Parameters
    ----------
    atlas
        The atlas.
    vue
        What is in sight.
    dessines
        The filters that the rest of the page was drawn with. A click on the map chooses another CPTS or commune: then
        the whole page runs, for its panel. The map itself knows what was chosen on it since: it is sent the
        same again, which Streamlit does not send twice (``minCachedMessageSize``).
    couverture
        The coverage of the chosen departments, for the states of their communes.
    tour
        See :func:`ui.commun.adresse.count_readings`; what was told of an older one is told again.
    """
    filtres = update_address()
    chosen = (filtres.cpts, filtres.commune, count_readings())
    if chosen != (dessines.cpts, dessines.commune, tour):
        st.rerun()
    couches = get_couches()
    etats = make_etats(couverture, indicatifs=filtres.indicatifs)
    draw_carte(
        couches,
        Etat(
            formes=vue.formes,
            departements=list(vue.departements),
            jeu=find_file(
                _write_jeu,
                atlas,
                vue,
                vue.departements,
                filtres.statut,
                filtres.indicatifs,
                dossier=couches.dossier,
            ),
            ind=dessines.ind,
            ind2=dessines.ind2,
            niveau=_find_niveau(atlas, filtres, couches.dossier),
            etats=etats,
            selection=dessines.cpts,
            fond=dessines.fond,
            commune=find_commune(atlas, dessines),
            cherchables=True,
            blanches=get_blanches(atlas, filtres.couvert),
        ),
        centre=centre(atlas),
    )
    draw_telechargements_carte(atlas, vue, filtres, couverture)
