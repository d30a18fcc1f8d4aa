"""The roll-out in time: what the data know at each date."""

from ui.deploiement import draw_deploiement, draw_introduction
from ui.deploiement_suite import draw_suite
from ui.filtres import draw_filtres
from ui.francais import echapper
from ui.page import draw_titre, open_page
from ui.synthese import area_name
from ui.vue import make_vue

atlas, filtres = open_page("Déploiement")
draw_filtres(atlas)
vue = make_vue(atlas, filtres)

draw_titre(atlas, filtres, f"Déploiement : {echapper(area_name(atlas, vue))}")
draw_introduction(atlas, filtres)
draw_deploiement(atlas, vue, filtres)
draw_suite(atlas, filtres)
