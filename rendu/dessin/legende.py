"""What stands around a map: title, legend, sources; and the box that they leave to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rendu.carte.palette import (
    ALERTE,
    BLANC,
    ENCRE,
    ENCRE_NOTE,
    ENCRE_SECONDE,
    PLUSIEURS,
    REPERE,
    TEINTES,
    TIRETS,
)
from rendu.dessin.cadre import Boite
from rendu.dessin.polices import displayable, width, wrap
from rendu.dessin.svg import INTERLIGNE, circle, fill, lines, number, paragraph, text

if TYPE_CHECKING:
    from rendu.dessin.contenu import Carte


_MARGE = 22.0
_GOUTTIERE = 16.0
_COLONNE = 0.27
_CORPS = {
    "titre": 17.0,
    "phrase": 9.5,
    "legende": 8.5,
    "cle": 8.0,
    "sources": 7.0,
}
# Between two lines of the list of CPTS.
_ECART_CLE = 1.0
# Nothing is written smaller, however much there is of it.
_CORPS_MIN = 5.5


def lay_out(
    carte: Carte, taille: tuple[float, float], *, legende_dessous: bool
) -> tuple[str, Boite]:
    """Draw title, legend and sources, and return with them the box that is left to the map."""
    largeur, hauteur = taille
    marge = 0.0 if legende_dessous else _MARGE
    page = Boite(marge, marge, largeur - marge, hauteur - marge)
    tete, haut = _draw_tete(carte, page)
    pied, bas = _draw_sources(carte, page)
    if legende_dessous:
        legende, debut = _draw_legende_dessous(carte, Boite(page.gauche, haut, page.droite, bas))
        boite = Boite(page.gauche, haut, page.droite, debut)
    else:
        gauche = page.droite - page.largeur * _COLONNE
        legende = _draw_legende_a_cote(carte, Boite(gauche, haut, page.droite, bas))
        boite = Boite(page.gauche, haut, gauche - _GOUTTIERE, bas)
    return f"{tete}{legende}{pied}", boite


def _draw_tete(carte: Carte, page: Boite) -> tuple[str, float]:
    """Draw the title, and return where the map may begin."""
    y = page.haut
    dessin = []
    for texte, genre, gras, couleur in (
        (carte.titre, "titre", True, ENCRE),
        (carte.avertissement, "phrase", True, ALERTE),
        (carte.phrase, "phrase", False, ENCRE_SECONDE),
    ):
        morceau, y = paragraph(
            displayable(texte),
            page.gauche,
            y,
            page.largeur,
            _CORPS[genre],
            gras=gras,
            couleur=couleur,
        )
        dessin.append(morceau)
    return "".join(dessin), y + (8.0 if any(dessin) else 0.0)


def _draw_sources(carte: Carte, page: Boite) -> tuple[str, float]:
    """Draw the sources at the foot of the page, and return where they begin."""
    if not carte.sources:
        return "", page.bas
    corps = _CORPS["sources"]
    lignes = wrap(displayable(carte.sources), page.largeur, corps)
    haut = page.bas - len(lignes) * corps * INTERLIGNE
    dessin, _ = lines(lignes, page.gauche, haut, corps, couleur=ENCRE_NOTE)
    return dessin, haut - 6.0


def _draw_legende_a_cote(carte: Carte, boite: Boite) -> str:
    dessin, y = _draw_entrees(carte, boite)
    corps = _CORPS["cle"]
    retrait = 17.0
    while carte.cle:
        lignes = [wrap(displayable(nom), boite.largeur - retrait, corps) for nom in carte.cle]
        pas = corps * INTERLIGNE
        hauteur = sum(map(len, lignes)) * pas + len(lignes) * _ECART_CLE
        if y + 26 + hauteur <= boite.bas or corps <= _CORPS_MIN:
            break
        corps -= 0.25
    if not carte.cle:
        return dessin
    titre, y = lines(["CPTS sur la carte"], boite.gauche, y + 10, _CORPS["legende"], gras=True)
    dessin += titre
    y += 3
    for rang, morceaux in enumerate(lignes, start=1):
        dessin += text(
            str(rang), boite.gauche + retrait - 5, y + corps, corps, gras=True, ancre="end"
        )
        morceau, y = lines(morceaux, boite.gauche + retrait, y, corps)
        dessin += morceau
        y += _ECART_CLE
    return dessin


def _draw_entrees(carte: Carte, boite: Boite) -> tuple[str, float]:
    """Draw the title of the legend and its lines, one under the other."""
    corps = _CORPS["legende"]
    dessin, y = paragraph(
        displayable(carte.titre_legende),
        boite.gauche,
        boite.haut,
        boite.largeur,
        corps + 1,
        gras=True,
    )
    if carte.methode:
        morceau, y = paragraph(
            displayable(carte.methode),
            boite.gauche,
            y + 1,
            boite.largeur,
            corps - 1,
            couleur=ENCRE_NOTE,
        )
        dessin += morceau
    y += 5
    large = max((rayon for _, rayon in carte.cercles), default=0.0)
    for texte, rayon in carte.cercles:
        hauteur = max(2 * rayon, corps) + 3
        dessin += circle(boite.gauche + large + 0.5, y + hauteur / 2, rayon)
        dessin += text(
            displayable(texte), boite.gauche + 2 * large + 7, y + (hauteur + 0.7 * corps) / 2, corps
        )
        y += hauteur
    y += 3 if carte.cercles else 0
    for signe, texte in carte.legende:
        lignes = wrap(displayable(texte), boite.largeur - 26, corps)
        dessin += _sign(signe, boite.gauche, y + 0.5)
        morceau, bas = lines(lignes, boite.gauche + 26, y, corps)
        dessin += morceau
        y = max(bas, y + 12) + 2.5
    return dessin, y


def _draw_legende_dessous(carte: Carte, boite: Boite) -> tuple[str, float]:
    """Draw the legend at the bottom of a box, line by line, and return where it begins."""
    corps, retrait, ecart = _CORPS["legende"] - 0.5, 23.0, 16.0
    places: list[tuple[str, list[str], float, float]] = []
    x = y = bas = 0.0
    for signe, texte in carte.legende:
        lignes = wrap(displayable(texte), boite.largeur - retrait, corps)
        largeur = retrait + max((width(ligne, corps) for ligne in lignes), default=0.0)
        if x and x + largeur > boite.largeur:
            x, y = 0.0, bas
        places.append((signe, lignes, x, y))
        x += largeur + ecart
        bas = max(bas, y + max(len(lignes) * corps * INTERLIGNE, 10.0) + 4)
    haut = boite.bas - bas
    dessin = "".join(
        _sign(signe, boite.gauche + x, haut + y)
        + lines(lignes, boite.gauche + x + retrait, haut + y - 0.5, corps)[0]
        for signe, lignes, x, y in places
    )
    return dessin, haut - 7


def _sign(signe: str, x: float, y: float) -> str:
    """Draw the sign of a line of the legend in a box of 18 by 10 points."""
    # Half of its border stands outside: at the edge of the page it would be cut.
    cadre = f'x="{number(x + 0.6)}" y="{number(y)}" width="17.4" height="10"'
    trait = f'stroke="{ENCRE_SECONDE}" stroke-width="0.6"'
    if signe == TIRETS:
        return f'<rect {cadre} fill="{BLANC}" stroke="{ENCRE}" stroke-width="1.2" stroke-dasharray="3.6 2.6"/>'
    if signe == REPERE:
        return (
            f'<circle cx="{number(x + 9)}" cy="{number(y + 5)}" r="4.6" fill="{BLANC}" stroke="{ENCRE}" '
            'stroke-width="1.2"/>'
        )
    if signe == PLUSIEURS:
        bandes = "".join(
            f'<rect x="{number(x + 6 * rang)}" y="{number(y)}" width="6" height="10" fill="{teinte}"/>'
            for rang, teinte in enumerate(TEINTES[:3])
        )
        return f'{bandes}<rect {cadre} fill="none" {trait}/>'
    return f'<rect {cadre} fill="{fill(signe)}" {trait}/>'
