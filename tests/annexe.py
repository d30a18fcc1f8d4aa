"""A scenario of the shipped data: the CPTS de Luxeuil receives the communes around Lure that no CPTS has."""

import datetime as dt

from geo.atelier.annexe import Annexe, make_annexe
from geo.atelier.composition import take_composition
from geo.atelier.deroule import Deroule
from geo.atelier.etat import Composition
from geo.atelier.gestes import ATTRIBUER, JUSTIFIER, Geste
from geo.atelier.journal import Scenario
from geo.atelier.sol import lay_sol
from geo.atlas import Atlas

LUXEUIL, LURE = "cpts-luxeuil", "70310"
MOTIF = "Le bassin de vie de Lure se soigne à Luxeuil.\nÀ revoir avec la CPTS du pays luron."
LE = dt.datetime(2026, 11, 29, 10, 30, tzinfo=dt.UTC)
SCENARIO = Scenario(
    scenario_id="0123456789abcdef",
    nom="Luxeuil et Lure",
    auteur="Équipe de la DT 70",
    note="Première proposition.",
    cree_le=LE,
    version_depart=0,
    gestes=2,
    modifie_le=LE,
)
EN_VIGUEUR = "données livrées"


def free_around_lure(atlas: Atlas) -> list[str]:
    """List the communes of the EPCI of Lure that no CPTS has."""
    siens = atlas.communes["siren_epci"] == atlas.communes.loc[LURE, "siren_epci"]
    libres = ~atlas.communes.index.isin(atlas.adhesions["code_commune"])
    return [str(code) for code in atlas.communes.index[siens & libres]]


def compose_lure(atlas: Atlas) -> tuple[Composition, Composition, dict[str, str]]:
    """Return who is in which CPTS before and after, and why."""
    avant = take_composition(atlas)
    gestes = [
        Geste(ATTRIBUER, vers={LUXEUIL: tuple(free_around_lure(atlas))}),
        Geste(JUSTIFIER, cpts=(LUXEUIL,), motif=MOTIF),
    ]
    etat = Deroule(avant, gestes).etat
    return avant, etat.composition(), dict(etat.motifs)


def annex_lure(atlas: Atlas) -> Annexe:
    """Return its annex."""
    avant, apres, motifs = compose_lure(atlas)
    return make_annexe(
        atlas, SCENARIO, avant, apres, motifs, sol=lay_sol(atlas), version_en_vigueur=EN_VIGUEUR
    )
