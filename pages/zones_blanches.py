"""Coverage gaps: where they are, how large, and who could absorb them."""

import streamlit as st

from geo.indicateurs.territoire import DEPARTEMENT, parse_territoire
from geo.regles.couverture import MASQUEE
from rendu.carte.vue import chosen_departements
from rendu.mots.francais import escape_markdown
from rendu.mots.zones import zones_sentence
from ui.commun.alertes import draw_alertes, tab_titles
from ui.commun.atlas import get_couverture, get_vue
from ui.commun.completude import draw_choix
from ui.commun.couverture_detail import draw_couverture
from ui.commun.filtres import draw_filtres
from ui.commun.page import open_page
from ui.commun.provenance import draw_provenance
from ui.commun.sources import draw_sources_vue
from ui.commun.synthese import area_name
from ui.commun.zones import get_restes, get_zones
from ui.zones.carte import draw_carte_zones
from ui.zones.choix import choose_zone, draw_classement, limits_sentences, rank
from ui.zones.detail import draw_zone
from ui.zones.mesure import take_indicator
from ui.zones.provenance import draw_provenance_zones
from ui.zones.publie import draw_rapprochements
from ui.zones.recouvrements import draw_recouvrements
from ui.zones.telechargements import draw_zones_telechargements

atlas, filtres = open_page(__file__)
filtres = take_indicator(atlas, filtres)
draw_filtres(atlas)
vue = get_vue(atlas, filtres)
departements = chosen_departements(atlas, filtres)
couverture = get_couverture(atlas, departements, filtres.couvert)
zones = get_zones(atlas, departements, filtres.couvert)
restes = get_restes(atlas, departements, filtres.couvert, indicatifs=True)
masques = couverture.compte(MASQUEE, indicatifs=filtres.indicatifs)

st.title(f"Zones blanches : {escape_markdown(area_name(atlas, vue))}", anchor=False)
prudence, *details = limits_sentences(atlas, vue, filtres)
with st.container(key="chiffres", horizontal=True, wrap=False, vertical_alignment="center"):
    st.markdown(zones_sentence(zones, restes, masques), width="content")
    with st.popover("Ce qui n'est pas connu", type="tertiary"):
        st.markdown("\n\n".join(details))
    with st.popover("Essayer : déclarer un département complet", type="tertiary"):
        draw_choix(atlas, filtres)
st.caption(prudence)

gauche, droite = st.columns([65, 35], gap="small")
with droite, st.container(key="panneau"):
    rangees = rank(atlas, zones, filtres)
    zone = choose_zone(atlas, zones, rangees, filtres)
    if zone:
        draw_zone(atlas, zones, zone, filtres)
    else:
        draw_provenance_zones(atlas, zones, rangees, departements, filtres)
    draw_classement(atlas, rangees, zone, filtres)
with gauche:
    draw_carte_zones(atlas, vue, zones, departements, filtres, masques=masques.communes)
draw_zones_telechargements(atlas, vue, zones, filtres)

etats, publies, doubles, *alertes = st.tabs(
    ["Couverture", "Taux publiés et taux calculés", "Recouvrements", *tab_titles(atlas)]
)
with etats:
    draw_couverture(atlas, couverture, departements, filtres)
    draw_provenance(
        atlas,
        [parse_territoire(atlas, f"{DEPARTEMENT}:{code}") for code in vue.departements],
        filtres,
        "part_couverte_etablie_pct",
    )
with publies:
    draw_rapprochements(atlas, couverture, indicatifs=filtres.indicatifs)
with doubles:
    draw_recouvrements(atlas, departements, filtres.indicatifs)
for onglet in alertes:
    with onglet:
        draw_alertes(atlas, atlas.cpts_dans(departements), "zones", indicatifs=filtres.indicatifs)
draw_sources_vue(atlas, filtres, vue, couverture)
