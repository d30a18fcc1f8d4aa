"""The finer layer that says where people live, if one is dropped."""

from typing import NamedTuple

import geopandas as gpd
import streamlit as st

from geo.atlas import Atlas
from geo.couches.limites import TAILLE_COUCHE_MAX_OCTETS
from geo.couches.service import read_finer
from geo.erreurs import DonneesInvalides, Probleme
from geo.importation.limites import MIB
from geo.importation.tables import join_empreintes
from rendu.mots.couches import all_limits, limits_sentence
from ui.commun.messages import list_remarques, show_refusal
from ui.commun.travail import work
from ui.donnees.zone import Zone

_ZONE = Zone("couche_fine")


class Fine(NamedTuple):
    """A finer layer, and what tells its content from any other."""

    couche: gpd.GeoDataFrame
    cle: str


def draw_fine(atlas: Atlas) -> Fine | None:
    """Draw the drop zone of a finer layer, and return it; nothing where there is none, or it cannot be read."""
    with st.expander("Savoir où l'on habite : une couche fine (facultatif)"):
        st.markdown(
            "Bâti, IRIS ou carreaux, en polygones : la part des habitants d'une commune est alors estimée par ce qui s'y "
            "trouve, au lieu de sa surface. Elle n'est pas gardée."
        )
        deposes = _ZONE.draw(
            "Couche fine (mêmes formats)",
            limites=all_limits(),
            ligne=limits_sentence(),
            taille_mio=TAILLE_COUCHE_MAX_OCTETS // MIB,
        )
        lus = _ZONE.read_once(deposes, lambda *_: None)
        recus = [d for d in deposes if d.file_id in lus]
        if not recus:
            return None
        cle = join_empreintes(lus[d.file_id][1] for d in recus)
        try:
            couche, remarques = _read([(d.name, d.getvalue()) for d in recus], atlas, cle)
        except DonneesInvalides as refus:
            show_refusal(refus)
            return None
        list_remarques(list(remarques), "Comment la couche fine a été lue")
        return Fine(couche, cle)


@st.cache_resource(show_spinner="Lecture de la couche fine…", max_entries=2)
def _read(
    _fichiers: list[tuple[str, bytes]],
    _atlas: Atlas,
    cle: str,  # noqa: ARG001 - tells any other file apart
) -> tuple[gpd.GeoDataFrame, tuple[Probleme, ...]]:
    return work(read_finer, _fichiers, _atlas)
