"""The layers of a map: ground, territories, borders, marks, names, scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rendu.carte.palette import (
    BLANC,
    COMMUNE_BLANCHE,
    COMMUNE_INDETERMINEE,
    ENCRE,
    FILET,
    HORS_CHOIX,
    PAPIER,
    TRAIT,
    TRAIT_HORS_CHOIX,
)
from rendu.dessin.cadre import M_PAR_PT_COMMUNES, Vue
from rendu.dessin.echelle import draw_echelle, scale_box
from rendu.dessin.noms import draw_noms
from rendu.dessin.svg import area, circle, fill, number, rect

if TYPE_CHECKING:
    from rendu.dessin.cadre import Boite
    from rendu.dessin.contenu import Aire, Carte, Marque


def draw_fond(carte: Carte, boite: Boite) -> str:
    """Draw all that stands in the box of the map, from the ground to the scale."""
    vue = Vue(carte.cadre, boite)
    echelle = scale_box(carte, vue, boite)
    dessin = [
        f'<rect {rect(boite)} fill="{PAPIER}"/><g clip-path="url(#cadre)" stroke-linejoin="round">',
        *(
            area(vue, d, fill=HORS_CHOIX, stroke=TRAIT_HORS_CHOIX, width=0.5)
            for d in carte.hors_choix
        ),
        *(area(vue, d, fill=COMMUNE_INDETERMINEE) for d in carte.departements),
        area(vue, carte.blanches, fill=COMMUNE_BLANCHE),
        f"<defs>{area(vue, carte.limites, nom='limites')}</defs>",
        _borders(carte, 0.9),
        *(area(vue, aire.contour, fill=fill(aire.remplissage)) for aire in carte.aires),
        _borders(carte, _lines_opacity(vue)),
        *(area(vue, d, stroke=TRAIT, width=0.8) for d in carte.departements),
        *(_draw_border(vue, aire) for aire in carte.aires if not aire.choisie),
        *(_draw_border(vue, aire) for aire in carte.aires if aire.choisie),
        *(circle(*vue.point(d.x, d.y), d.rayon_pt) for d in carte.disques),
        *(_draw_marque(vue, marque) for marque in carte.marques),
        *draw_noms(carte, vue, boite, echelle),
        "</g>",
        f'<rect {rect(boite)} fill="none" stroke="{FILET}" stroke-width="0.6"/>',
        draw_echelle(vue, boite, echelle),
    ]
    return "".join(dessin)


def _borders(carte: Carte, opacite: float) -> str:
    if carte.limites is None:
        return ""
    return (
        f'<use href="#limites" stroke="{BLANC}" stroke-width="0.35" stroke-opacity="{opacite:g}"/>'
    )


def _lines_opacity(vue: Vue) -> float:
    """Say how much the borders of communes show on a territory: on a small scale they would hide its fill."""
    return 0.8 if vue.m_par_pt < M_PAR_PT_COMMUNES else 0.25


def _draw_border(vue: Vue, aire: Aire) -> str:
    epaisseur = 2.0 if aire.choisie else 0.3 if vue.nationale else 0.9
    if not aire.indicatif:
        return area(vue, aire.contour, stroke=ENCRE, width=epaisseur)
    tirets, dessous = ("1.6 1.2", 0.0) if vue.nationale else ("4 3", 0.9)
    # Under the dashes a white line: they are read on dark fills too.
    return area(vue, aire.contour, stroke=BLANC, width=epaisseur + dessous) + area(
        vue, aire.contour, stroke=ENCRE, width=epaisseur, dash=tirets
    )


def _draw_marque(vue: Vue, marque: Marque) -> str:
    x, y = vue.point(marque.x, marque.y)
    return (
        f'<circle cx="{number(x)}" cy="{number(y)}" r="{vue.rayon}" fill="{fill(marque.remplissage)}" '
        f'stroke="{ENCRE}" stroke-width="{2 if marque.choisie else 1.1}"/>'
    )
