"""« D'où vient ce chiffre ? » of the figures of a ranking."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.indicateurs.territoire import Territoire, make_list
from geo.regles.zones import Zones
from ui.commun.adresse import Filtres
from ui.commun.atlas import PAR_ETATS
from ui.commun.provenance import draw_provenance
from ui.zones.mesure import measure


def draw_provenance_zones(
    atlas: Atlas,
    zones: Zones,
    rangees: Mapping[str, pd.DataFrame],
    departements: tuple[str, ...],
    filtres: Filtres,
) -> None:
    """Draw the question of the measure that ranks, of a zone to choose, the first of the ranking at first.

    Parameters
    ----------
    atlas, zones, departements, filtres
        The atlas, its zones, the departments that they are of, and the filters.
    rangees
        As :func:`ui.zones.choix.rank` ranks them.
    """
    lieux = _list_lieux(atlas, zones, departements, filtres.couvert, filtres.indicatifs)
    rangs = [lieux[code] for liste in rangees.values() for code in liste.index]
    draw_provenance(atlas, rangs, filtres, measure(atlas, filtres))


@st.cache_resource(show_spinner=False, max_entries=16, hash_funcs=PAR_ETATS)
def _list_lieux(
    atlas: Atlas,
    _zones: Zones,
    departements: tuple[str, ...],  # noqa: ARG001 - with the two that follow, part of the cache key
    definition: str,  # noqa: ARG001
    indicatifs: bool,  # noqa: ARG001
) -> dict[str, Territoire]:
    """Return each zone as a territory, by its code; those called after homonyms are told apart by it."""
    noms = _zones.table["nom"]
    homonymes = noms.duplicated(keep=False)
    membres = _zones.membres.groupby(_zones.membres).groups
    return {
        str(code): make_list(
            atlas, membres[code], f"{noms[code]} ({code})" if homonymes[code] else noms[code]
        )
        for code in noms.index
    }
