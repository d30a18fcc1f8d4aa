"""A scenario as it is at one moment: what is drawn and written of it goes with one version of its log."""

from dataclasses import dataclass

import streamlit as st

from geo.atelier.etabli import Chantier, Etabli
from geo.atelier.etat import Composition
from geo.atlas import Atlas
from rendu.mots.francais import count_noun


@dataclass(frozen=True, eq=False)
class Instant:
    """What a scenario holds at a version of its log.

    Attributes
    ----------
    chantier
        What it is measured against: the data in use.
    cle
        Tells it from any other: the data, the scenario, the last gesture that was read.
    apres
        Who is in which CPTS in it.
    motifs
        Why each CPTS is as it is, where that is written.
    """

    chantier: Chantier
    cle: tuple[str, str, str]
    apres: Composition
    motifs: dict[str, str]

    @property
    def atlas(self) -> Atlas:
        """The data in use."""
        return self.chantier.atlas

    @property
    def avant(self) -> Composition:
        """Who is in which CPTS in them."""
        return self.chantier.avant


def take_instant(etabli: Etabli) -> Instant:
    """Take what a scenario holds now; it goes on changing meanwhile."""
    with etabli.verrou:
        return Instant(
            etabli.chantier,
            (etabli.chantier.atlas.empreinte, etabli.scenario_id, etabli.derniere),
            etabli.etat.composition(),
            dict(etabli.etat.motifs),
        )


def draw_moment(etabli: Etabli, cle: str) -> None:
    """Say how many gestures what follows knows of, and offer to read those that the map has made since."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"État après {count_noun(etabli.version, 'geste')}.", width="content")
        st.button("Relire", icon=":material/refresh:", type="tertiary", key=f"atelier_relire_{cle}")
