"""By what the zones are ranked."""

import streamlit as st

from geo.atlas import Atlas
from geo.indicateurs.registre import HAUT
from geo.regles.zones import zone_measures
from ui.commun.adresse import (
    PAR_DEFAUT,
    Filtres,
    count_readings,
    ignored_text,
    key,
    update_address,
)

# The address of which the indicator of the map was taken.
_LUE = "classement_lu"


def measure(atlas: Atlas, filtres: Filtres) -> str:
    """Return the measure that is chosen, or the first there is."""
    return filtres.tri or zone_measures(atlas)[0]


def take_indicator(atlas: Atlas, filtres: Filtres) -> Filtres:
    """Rank by the indicator of the map that an address brings along, where it ranks and none is asked for.

    It is taken when the address is read, before any widget is drawn: what is chosen then wins.
    """
    tour = count_readings()
    if st.session_state.get(_LUE) == tour:
        return filtres
    st.session_state[_LUE] = tour
    mesure = _carried(atlas, filtres)
    if filtres.tri or mesure in (None, measure(atlas, filtres)):
        return filtres
    st.session_state[key("tri")] = mesure
    st.session_state[key("croissant")] = filtres.croissant or begins_low(atlas, mesure)
    return update_address()


def begins_low(atlas: Atlas, mesure: str | None) -> bool:
    """Tell whether the worst of a measure is the lowest: more of it is better."""
    indicateur = atlas.registre.indicateurs.get(mesure or "")
    return indicateur is not None and indicateur.sens == HAUT


def left_out_text(atlas: Atlas, filtres: Filtres) -> str:
    """Say that the indicator of the map ranks no zone; nothing where it does, or where none is asked for."""
    if filtres.ind == PAR_DEFAUT.ind or _carried(atlas, filtres):
        return ""
    demande = ignored_text("ind", atlas.registre.parse(filtres.ind)[0].libelle)
    return f"Laissé de côté, faute de classer des zones : {demande}."


def _carried(atlas: Atlas, filtres: Filtres) -> str | None:
    return atlas.registre.resolve(filtres.ind, zone_measures(atlas))
