"""Accessibility, legal notice, licences, what is done with data."""

from ui.commun.page import draw_titre, open_page
from ui.mentions import (
    draw_accessibilite,
    draw_donnees_personnelles,
    draw_licences,
    draw_mentions_legales,
)

atlas, filtres = open_page(__file__)

draw_titre(atlas, filtres, "Accessibilité et mentions")
draw_accessibilite()
draw_mentions_legales()
draw_licences(atlas)
draw_donnees_personnelles()
