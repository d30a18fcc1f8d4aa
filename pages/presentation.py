"""The launch event: the player, the same slides as text, and what can be taken along."""

from ui.commun.page import open_page
from ui.presentation.preparation import (
    beside_evenements,
    draw_choix,
    draw_lecteur,
    draw_supports,
    draw_textes,
    preparation,
)

atlas, filtres = open_page(__file__)
draw_lecteur(atlas, filtres)
with preparation(filtres):
    with beside_evenements(atlas, filtres):
        choisies = draw_choix(atlas, filtres)
        if choisies:
            draw_supports(atlas, choisies)
    if choisies:
        draw_textes(atlas, choisies)
