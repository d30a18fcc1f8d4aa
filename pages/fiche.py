"""The sheet of one CPTS, drawn or not."""

import streamlit as st

from geo.indicateurs.territoire import CPTS, parse_territoire
from rendu.mots.faits import fact_sources
from ui.commun.alertes import draw_alertes_pliees
from ui.commun.fiche import get_fiche
from ui.commun.page import open_page
from ui.commun.provenance import draw_provenance
from ui.commun.sources import draw_sources
from ui.commun.statistiques import draw_contexte
from ui.commun.supports_telechargements import draw_telechargements_fiche
from ui.fiche.communes import draw_communes
from ui.fiche.profil import draw_profil, first_of_profile
from ui.fiche.situation import draw_situation
from ui.fiche.tete import (
    choose_cpts,
    draw_carte_fiche,
    draw_chiffres,
    draw_projet,
    draw_tete,
)

atlas, filtres = open_page(__file__)
st.title("Fiche d'une CPTS", anchor=False)
cpts_id = choose_cpts(atlas, filtres)
fiche = get_fiche(atlas, cpts_id)

draw_tete(atlas, fiche, filtres)
draw_telechargements_fiche(atlas, fiche)
draw_profil(atlas, fiche)
draw_provenance(
    atlas, [parse_territoire(atlas, f"{CPTS}:{cpts_id}")], filtres, first_of_profile(atlas, fiche)
)
gauche, droite = st.columns([6, 5], gap="medium")
with gauche:
    draw_carte_fiche(atlas, fiche, filtres)
    draw_projet(atlas, fiche)
with droite:
    draw_chiffres(atlas, fiche)
draw_situation(atlas, fiche)
draw_contexte(atlas, [f"{CPTS}:{cpts_id}"])
draw_alertes_pliees(atlas, fiche)
draw_communes(atlas, fiche)
draw_sources(atlas, fact_sources(atlas, [cpts_id]))
