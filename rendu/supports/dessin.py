"""Draw a map as vectors: SVG that opens anywhere, and its picture. Lambert 93, north up."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import shapely
from shapely.geometry import Point

from rendu.carte.palette import (
    ALERTE,
    BLANC,
    CERCLE,
    CERCLE_BORD,
    COMMUNE_BLANCHE,
    COMMUNE_INDETERMINEE,
    ENCRE,
    ENCRE_NOTE,
    ENCRE_SECONDE,
    FILET,
    HACHURE,
    HACHURES,
    HORS_CHOIX,
    PAPIER,
    PLUSIEURS,
    REPERE,
    TEINTES,
    TIRETS,
    TRAIT,
    TRAIT_HORS_CHOIX,
)
from rendu.mots.francais import nombre
from rendu.supports.polices import FAMILLES_CARTE, displayable, font_folders, width, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

# A4 in landscape, in points: what a font size of 8 then measures on paper is known.
A4_PAYSAGE = (842.0, 595.0)
PPI = 300.0

_MARGE = 22.0
_GOUTTIERE = 16.0
_COLONNE = 0.27
_INTERLIGNE = 1.28
# Metres to a point above which a commune is a speck.
_M_PAR_PT_COMMUNES = 250.0
# And above which the map is national: thin lines and small marks.
_M_PAR_PT_NATIONAL = 1_000.0
# Left free around what the frame holds, in parts of its size.
_AIR = 0.03
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
# Size, weight, colour and letter-spacing of a name on the map, by kind.
_NOMS = {
    "numero": (9.0, True, ENCRE, 0.0),
    "valeur": (8.5, True, ENCRE, 0.0),
    "prefecture": (9.0, True, ENCRE, 0.0),
    "ville": (8.0, False, ENCRE, 0.0),
    "voisine": (7.5, True, ENCRE_NOTE, 0.0),
    "commune": (7.5, False, ENCRE_SECONDE, 0.0),
    "departement": (7.5, True, ENCRE_NOTE, 1.0),
}
# Radius of the dot of a town.
_POINT = 1.7
_VILLES = {"prefecture", "ville", "commune"}
_NUMEROS = {"numero", "valeur"}
# Between two places that are tried for the name of an area, in parts of its size.
_PAS_PLACES = 0.6
_FINESSE_MILIEU_PT = 0.5
# Left between the name of an area and borders or dots, in points, where there is room.
_ECART_NOMS = 3.0
_NORD, _ECART_NORD = "N ↑", 10.0
_HAUT_ECHELLE = 26.0


@dataclass(frozen=True, slots=True)
class Aire:
    """A territory: outline in metres, fill (a colour or ``HACHURES``), how its border is drawn."""

    contour: BaseGeometry
    remplissage: str
    indicatif: bool = False
    choisie: bool = False


@dataclass(frozen=True, slots=True)
class Marque:
    """The mark of a CPTS without outline, in metres."""

    x: float
    y: float
    remplissage: str
    choisie: bool = False


@dataclass(frozen=True, slots=True)
class Disque:
    """A proportional circle: its centre in metres, its radius in points."""

    x: float
    y: float
    rayon_pt: float


@dataclass(frozen=True, slots=True)
class Nom:
    """A name on the map: a town has a dot, ``numero`` and ``valeur`` name a CPTS.

    `lieu` is a point, or the area that is named, in metres: its name then stays within it.
    `sur_marque` says that the point bears the mark of a CPTS, so that its name stands clear of it.
    """

    texte: str
    lieu: BaseGeometry
    genre: str
    sur_marque: bool = False


@dataclass(frozen=True, slots=True)
class Carte:
    """All that a map shows. Shapes are in metres (EPSG:2154).

    Attributes
    ----------
    titre, phrase, avertissement
        Above the map; left out where empty.
    cadre
        West, south, east, north of what must be seen.
    departements, hors_choix
        Outlines of the chosen departments and of the others in the frame.
    limites, blanches
        Borders of communes, and the communes that are a zone blanche; ``None`` for none.
    aires, marques, noms
        In the order they are drawn; names in the order they are placed: the first always wins.
    titre_legende, methode, legende
        The legend, as on screen: each line is a sign (see ``rendu.carte.signes``) and its words.
    cle
        What the numbers on the map stand for, from 1; empty where there are none.
    sources
        One line, with the day when the map was made.
    description
        What the map shows, in a sentence, for those who do not see it.
    disques
        The proportional circles, in the order they are drawn.
    cercles
        Those of the legend: words and radius in points, the largest first.
    """

    titre: str
    phrase: str
    avertissement: str
    cadre: tuple[float, float, float, float]
    departements: tuple[BaseGeometry, ...]
    hors_choix: tuple[BaseGeometry, ...]
    limites: BaseGeometry | None
    blanches: BaseGeometry | None
    aires: tuple[Aire, ...]
    marques: tuple[Marque, ...]
    noms: tuple[Nom, ...]
    titre_legende: str
    methode: str
    legende: tuple[tuple[str, str], ...]
    cle: tuple[str, ...]
    sources: str
    description: str
    disques: tuple[Disque, ...] = ()
    cercles: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class _Boite:
    """A rectangle of the page, in points from its top left corner."""

    gauche: float
    haut: float
    droite: float
    bas: float

    @property
    def largeur(self) -> float:
        return self.droite - self.gauche

    @property
    def hauteur(self) -> float:
        return self.bas - self.haut

    def meets(self, autre: _Boite) -> bool:
        return (
            self.gauche < autre.droite
            and autre.gauche < self.droite
            and self.haut < autre.bas
            and autre.haut < self.bas
        )

    def polygon(self) -> BaseGeometry:
        return shapely.box(self.gauche, self.haut, self.droite, self.bas)

    def holds(self, autre: _Boite) -> bool:
        return (
            self.gauche <= autre.gauche
            and autre.droite <= self.droite
            and self.haut <= autre.haut
            and autre.bas <= self.bas
        )


class _Vue:
    """From metres to points: one scale both ways, the frame in the middle of its box."""

    def __init__(self, cadre: tuple[float, float, float, float], boite: _Boite) -> None:
        ouest, sud, est, nord = cadre
        air = 1 + 2 * _AIR
        # A single point has no size: a frame of a kilometre then stands for it.
        self.m_par_pt = max(
            (est - ouest) * air / boite.largeur,
            (nord - sud) * air / boite.hauteur,
            1_000 / boite.largeur,
        )
        self._x0 = (ouest + est) / 2 - self.m_par_pt * (boite.gauche + boite.droite) / 2
        self._y0 = (sud + nord) / 2 + self.m_par_pt * (boite.haut + boite.bas) / 2

    @property
    def nationale(self) -> bool:
        return self.m_par_pt > _M_PAR_PT_NATIONAL

    @property
    def rayon(self) -> float:
        """Say how large the mark of a CPTS is."""
        return 3.0 if self.nationale else 5.5

    def points(self, xy: np.ndarray) -> np.ndarray:
        return np.column_stack(
            ((xy[:, 0] - self._x0) / self.m_par_pt, (self._y0 - xy[:, 1]) / self.m_par_pt)
        )

    def point(self, x: float, y: float) -> tuple[float, float]:
        ((px, py),) = self.points(np.array([[x, y]]))
        return float(px), float(py)

    def shape(self, forme: BaseGeometry) -> BaseGeometry:
        return shapely.transform(forme, self.points)

    def path(self, forme: BaseGeometry | None) -> str:
        """Write a shape as the data of an SVG path, to a tenth of a point."""
        if forme is None or forme.is_empty:
            return ""
        lignes = (
            shapely.get_rings(shapely.get_parts(forme))
            if _has_area(forme)
            else shapely.get_parts(forme)
        )
        xy, quelle = shapely.get_coordinates(lignes, return_index=True)
        dixiemes = np.rint(self.points(xy) * 10).astype(int)
        morceaux = np.split(dixiemes, np.flatnonzero(np.diff(quelle)) + 1)
        fin = "z" if _has_area(forme) else ""
        return "".join(_subpath(morceau, fin) for morceau in morceaux)


def layout_scale(cadre: tuple[float, float, float, float], largeur_pt: float) -> float:
    """Estimate the metres that a point of the page stands for, before anything is laid out."""
    ouest, sud, est, nord = cadre
    return max(est - ouest, nord - sud, 1_000.0) / largeur_pt


def draw_carte_svg(
    carte: Carte, taille: tuple[float, float] = A4_PAYSAGE, *, legende_dessous: bool = False
) -> str:
    """Draw a map with its title, legend, scale bar and sources.

    Parameters
    ----------
    carte
        What it shows.
    taille
        Width and height of the page, in points.
    legende_dessous
        Whether the legend stands under the map, for a map that is put in a page, instead of beside
        it; there is then no margin.

    Returns
    -------
    str
        An SVG document. Every text is text, escaped; nothing is fetched.
    """
    largeur, hauteur = taille
    autour, boite = _lay_out(carte, taille, legende_dessous=legende_dessous)
    dessin = _draw_fond(carte, boite)
    titre = carte.titre or carte.titre_legende
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_f(largeur)} {_f(hauteur)}" '
        f'width="{_f(largeur)}pt" height="{_f(hauteur)}pt" lang="fr" role="img" '
        f'font-family={quoteattr(FAMILLES_CARTE)} font-size="8" fill="{ENCRE}">'
        f"<title>{_texte(titre)}</title><desc>{_texte(carte.description)}</desc>"
        f'<defs><pattern id="hachures" width="5" height="5" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="5" height="5" fill="{BLANC}"/>'
        f'<rect width="1.8" height="5" fill="{HACHURE}"/></pattern>'
        f'<clipPath id="cadre"><rect {_rect(boite)}/></clipPath></defs>'
        f'<rect width="{_f(largeur)}" height="{_f(hauteur)}" fill="{BLANC}"/>'
        f"{dessin}{autour}</svg>"
    )


def names_drawn(
    carte: Carte, taille: tuple[float, float] = A4_PAYSAGE, *, legende_dessous: bool = False
) -> set[str]:
    """Say which names find a place on a map, drawn as by :func:`draw_carte_svg` with the same parameters."""
    _, boite = _lay_out(carte, taille, legende_dessous=legende_dessous)
    vue = _Vue(carte.cadre, boite)
    places = _place_noms(carte, vue, boite, _scale_box(carte, vue, boite))
    return {nom.texte for nom, _, _ in places}


def svg_to_png(svg: str, ppi: float = PPI) -> bytes:
    """Make a picture of an SVG document, at so many pixels an inch of its size in points."""
    import typst  # noqa: PLC0415 - when first used

    # Its annotations ask one type of the document and of the folders.
    png: bytes = typst.compile(  # type: ignore[call-overload]
        b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")',
        format="png",
        ppi=ppi,
        font_paths=[str(dossier) for dossier in font_folders()],
        ignore_system_fonts=True,
        sys_inputs={"svg": svg},
    )
    return png


# --- What stands around the map --------------------------------------------------------------------


def _lay_out(
    carte: Carte, taille: tuple[float, float], *, legende_dessous: bool
) -> tuple[str, _Boite]:
    """Draw title, legend and sources, and return with them the box that is left to the map."""
    largeur, hauteur = taille
    marge = 0.0 if legende_dessous else _MARGE
    page = _Boite(marge, marge, largeur - marge, hauteur - marge)
    tete, haut = _draw_tete(carte, page)
    pied, bas = _draw_sources(carte, page)
    if legende_dessous:
        legende, debut = _draw_legende_dessous(carte, _Boite(page.gauche, haut, page.droite, bas))
        boite = _Boite(page.gauche, haut, page.droite, debut)
    else:
        gauche = page.droite - page.largeur * _COLONNE
        legende = _draw_legende_a_cote(carte, _Boite(gauche, haut, page.droite, bas))
        boite = _Boite(page.gauche, haut, gauche - _GOUTTIERE, bas)
    return f"{tete}{legende}{pied}", boite


def _draw_tete(carte: Carte, page: _Boite) -> tuple[str, float]:
    """Draw the title, and return where the map may begin."""
    y = page.haut
    dessin = []
    for texte, genre, gras, couleur in (
        (carte.titre, "titre", True, ENCRE),
        (carte.avertissement, "phrase", True, ALERTE),
        (carte.phrase, "phrase", False, ENCRE_SECONDE),
    ):
        morceau, y = _paragraph(
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


def _draw_sources(carte: Carte, page: _Boite) -> tuple[str, float]:
    """Draw the sources at the foot of the page, and return where they begin."""
    if not carte.sources:
        return "", page.bas
    corps = _CORPS["sources"]
    lignes = wrap(displayable(carte.sources), page.largeur, corps)
    haut = page.bas - len(lignes) * corps * _INTERLIGNE
    dessin, _ = _lines(lignes, page.gauche, haut, corps, couleur=ENCRE_NOTE)
    return dessin, haut - 6.0


def _draw_legende_a_cote(carte: Carte, boite: _Boite) -> str:
    dessin, y = _draw_entrees(carte, boite)
    corps = _CORPS["cle"]
    retrait = 17.0
    while carte.cle:
        lignes = [wrap(displayable(nom), boite.largeur - retrait, corps) for nom in carte.cle]
        pas = corps * _INTERLIGNE
        hauteur = sum(map(len, lignes)) * pas + len(lignes) * _ECART_CLE
        if y + 26 + hauteur <= boite.bas or corps <= _CORPS_MIN:
            break
        corps -= 0.25
    if not carte.cle:
        return dessin
    titre, y = _lines(["CPTS sur la carte"], boite.gauche, y + 10, _CORPS["legende"], gras=True)
    dessin += titre
    y += 3
    for rang, morceaux in enumerate(lignes, start=1):
        dessin += _text(
            str(rang), boite.gauche + retrait - 5, y + corps, corps, gras=True, ancre="end"
        )
        morceau, y = _lines(morceaux, boite.gauche + retrait, y, corps)
        dessin += morceau
        y += _ECART_CLE
    return dessin


def _draw_entrees(carte: Carte, boite: _Boite) -> tuple[str, float]:
    """Draw the title of the legend and its lines, one under the other."""
    corps = _CORPS["legende"]
    dessin, y = _paragraph(
        displayable(carte.titre_legende),
        boite.gauche,
        boite.haut,
        boite.largeur,
        corps + 1,
        gras=True,
    )
    if carte.methode:
        morceau, y = _paragraph(
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
        dessin += _circle(boite.gauche + large + 0.5, y + hauteur / 2, rayon)
        dessin += _text(
            displayable(texte), boite.gauche + 2 * large + 7, y + (hauteur + 0.7 * corps) / 2, corps
        )
        y += hauteur
    y += 3 if carte.cercles else 0
    for signe, texte in carte.legende:
        lignes = wrap(displayable(texte), boite.largeur - 26, corps)
        dessin += _sign(signe, boite.gauche, y + 0.5)
        morceau, bas = _lines(lignes, boite.gauche + 26, y, corps)
        dessin += morceau
        y = max(bas, y + 12) + 2.5
    return dessin, y


def _draw_legende_dessous(carte: Carte, boite: _Boite) -> tuple[str, float]:
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
        bas = max(bas, y + max(len(lignes) * corps * _INTERLIGNE, 10.0) + 4)
    haut = boite.bas - bas
    dessin = "".join(
        _sign(signe, boite.gauche + x, haut + y)
        + _lines(lignes, boite.gauche + x + retrait, haut + y - 0.5, corps)[0]
        for signe, lignes, x, y in places
    )
    return dessin, haut - 7


def _sign(signe: str, x: float, y: float) -> str:
    """Draw the sign of a line of the legend in a box of 18 by 10 points."""
    # Half of its border stands outside: at the edge of the page it would be cut.
    cadre = f'x="{_f(x + 0.6)}" y="{_f(y)}" width="17.4" height="10"'
    trait = f'stroke="{ENCRE_SECONDE}" stroke-width="0.6"'
    if signe == TIRETS:
        return f'<rect {cadre} fill="{BLANC}" stroke="{ENCRE}" stroke-width="1.2" stroke-dasharray="3.6 2.6"/>'
    if signe == REPERE:
        return (
            f'<circle cx="{_f(x + 9)}" cy="{_f(y + 5)}" r="4.6" fill="{BLANC}" stroke="{ENCRE}" '
            'stroke-width="1.2"/>'
        )
    if signe == PLUSIEURS:
        bandes = "".join(
            f'<rect x="{_f(x + 6 * rang)}" y="{_f(y)}" width="6" height="10" fill="{teinte}"/>'
            for rang, teinte in enumerate(TEINTES[:3])
        )
        return f'{bandes}<rect {cadre} fill="none" {trait}/>'
    return f'<rect {cadre} fill="{_fill(signe)}" {trait}/>'


# --- The map ---------------------------------------------------------------------------------------


def _draw_fond(carte: Carte, boite: _Boite) -> str:
    vue = _Vue(carte.cadre, boite)
    echelle = _scale_box(carte, vue, boite)
    dessin = [
        f'<rect {_rect(boite)} fill="{PAPIER}"/><g clip-path="url(#cadre)" stroke-linejoin="round">',
        *(
            _area(vue, d, fill=HORS_CHOIX, stroke=TRAIT_HORS_CHOIX, width=0.5)
            for d in carte.hors_choix
        ),
        *(_area(vue, d, fill=COMMUNE_INDETERMINEE) for d in carte.departements),
        _area(vue, carte.blanches, fill=COMMUNE_BLANCHE),
        f"<defs>{_area(vue, carte.limites, nom='limites')}</defs>",
        _borders(carte, 0.9),
        *(_area(vue, aire.contour, fill=_fill(aire.remplissage)) for aire in carte.aires),
        _borders(carte, _lines_opacity(vue)),
        *(_area(vue, d, stroke=TRAIT, width=0.8) for d in carte.departements),
        *(_draw_border(vue, aire) for aire in carte.aires if not aire.choisie),
        *(_draw_border(vue, aire) for aire in carte.aires if aire.choisie),
        *(_circle(*vue.point(d.x, d.y), d.rayon_pt) for d in carte.disques),
        *(_draw_marque(vue, marque) for marque in carte.marques),
        *_draw_noms(carte, vue, boite, echelle),
        "</g>",
        f'<rect {_rect(boite)} fill="none" stroke="{FILET}" stroke-width="0.6"/>',
        _draw_echelle(vue, boite, echelle),
    ]
    return "".join(dessin)


def _borders(carte: Carte, opacite: float) -> str:
    if carte.limites is None:
        return ""
    return (
        f'<use href="#limites" stroke="{BLANC}" stroke-width="0.35" stroke-opacity="{opacite:g}"/>'
    )


def _lines_opacity(vue: _Vue) -> float:
    """Say how much the borders of communes show on a territory: on a small scale they would hide its fill."""
    return 0.8 if vue.m_par_pt < _M_PAR_PT_COMMUNES else 0.25


def _draw_border(vue: _Vue, aire: Aire) -> str:
    epaisseur = 2.0 if aire.choisie else 0.3 if vue.nationale else 0.9
    if not aire.indicatif:
        return _area(vue, aire.contour, stroke=ENCRE, width=epaisseur)
    tirets, dessous = ("1.6 1.2", 0.0) if vue.nationale else ("4 3", 0.9)
    # Under the dashes a white line: they are read on dark fills too.
    return _area(vue, aire.contour, stroke=BLANC, width=epaisseur + dessous) + _area(
        vue, aire.contour, stroke=ENCRE, width=epaisseur, dash=tirets
    )


def _circle(x: float, y: float, rayon_pt: float) -> str:
    """Draw a proportional circle; its radius is to a hundredth: the area must say the value."""
    return (
        f'<circle cx="{_f(x)}" cy="{_f(y)}" r="{rayon_pt:.2f}" fill="{CERCLE}" fill-opacity="0.8" '
        f'stroke="{CERCLE_BORD}" stroke-width="0.7"/>'
    )


def _draw_marque(vue: _Vue, marque: Marque) -> str:
    x, y = vue.point(marque.x, marque.y)
    return (
        f'<circle cx="{_f(x)}" cy="{_f(y)}" r="{vue.rayon}" fill="{_fill(marque.remplissage)}" '
        f'stroke="{ENCRE}" stroke-width="{2 if marque.choisie else 1.1}"/>'
    )


def _draw_noms(carte: Carte, vue: _Vue, boite: _Boite, echelle: _Boite) -> Iterable[str]:
    for nom, gauche, haut in _place_noms(carte, vue, boite, echelle):
        corps, gras, couleur, approche = _NOMS[nom.genre]
        if _is_dotted(nom) and not nom.sur_marque:
            x, y = vue.point(nom.lieu.x, nom.lieu.y)
            yield f'<circle cx="{_f(x)}" cy="{_f(y)}" r="{_POINT}" fill="{ENCRE}" stroke="{BLANC}" stroke-width="0.7"/>'
        yield _text(
            displayable(nom.texte),
            gauche,
            haut + corps * 0.9,
            corps,
            gras=gras,
            couleur=couleur,
            halo=True,
            approche=approche,
        )


def _is_dotted(nom: Nom) -> bool:
    return nom.genre in _VILLES and not _has_area(nom.lieu)


def _place_noms(
    carte: Carte, vue: _Vue, boite: _Boite, echelle: _Boite
) -> Iterable[tuple[Nom, float, float]]:
    """Place names (left, top) from the most to the least important, never one over another or the scale."""
    pris = [echelle]
    poses: list[_Boite] = []
    for marque in carte.marques:
        x, y = vue.point(marque.x, marque.y)
        r = vue.rayon
        pris.append(_Boite(x - r, y - r, x + r, y + r))
    obstacles = _obstacles(carte, vue)
    choisies = [vue.shape(aire.contour) for aire in carte.aires if aire.choisie]
    shapely.prepare(choisies)
    for nom in carte.noms:
        corps, gras, _, approche = _NOMS[nom.genre]
        texte = displayable(nom.texte)
        if not texte:
            continue
        largeur = width(texte, corps, gras=gras) + approche * len(texte)
        places = (
            _places_in(nom, vue, boite, largeur, obstacles)
            if _has_area(nom.lieu)
            else _away_from(choisies, nom, vue, largeur)
        )
        for gauche, haut in places:
            place = _name_box(gauche, haut, largeur, corps)
            if not boite.holds(place) or any(place.meets(p) for p in pris):
                continue
            if _is_dotted(nom):
                x, y = vue.point(nom.lieu.x, nom.lieu.y)
                point = _Boite(x - 3, y - 3, x + 3, y + 3)
                # Inside a name that is there already, a dot would be read as that name's.
                if any(point.meets(p) for p in poses):
                    break
                pris.append(point)
            pris.append(place)
            poses.append(place)
            yield nom, gauche, haut
            break


def _name_box(gauche: float, haut: float, largeur: float, corps: float) -> _Boite:
    return _Boite(gauche - 1, haut, gauche + largeur + 1, haut + corps * 1.1)


def _obstacles(carte: Carte, vue: _Vue) -> BaseGeometry:
    """Gather the borders of the CPTS and the dots of towns: names of areas had better stay clear."""
    villes = [vue.shape(nom.lieu) for nom in carte.noms if nom.genre in _VILLES]
    surfaces = [*(vue.shape(aire.contour) for aire in carte.aires), *shapely.buffer(villes, _POINT)]
    # Lines alone are searched fast.
    obstacles = shapely.multilinestrings(shapely.get_rings(shapely.get_parts(surfaces)))
    shapely.prepare(obstacles)
    return obstacles


def _away_from(
    choisies: Sequence[BaseGeometry], nom: Nom, vue: _Vue, largeur: float
) -> Iterable[tuple[float, float]]:
    """List the places of the name of a point, for a town first those off the chosen territories it is not in."""
    places = _places_at(nom, vue, largeur)
    if not choisies or nom.genre not in _VILLES:
        return places
    point = vue.shape(nom.lieu)
    corps = _NOMS[nom.genre][0]

    def hides(place: tuple[float, float]) -> bool:
        boite = _name_box(*place, largeur, corps).polygon()
        return any(c.intersects(boite) and not c.intersects(point) for c in choisies)

    return sorted(places, key=hides)


def _places_at(nom: Nom, vue: _Vue, largeur: float) -> Iterable[tuple[float, float]]:
    """List the places (left, top) of the name of a point, the best first."""
    corps = _NOMS[nom.genre][0]
    x, y = vue.point(nom.lieu.x, nom.lieu.y)
    milieu, demi = x - largeur / 2, corps * 0.55
    if nom.genre in _VILLES:
        ecart = vue.rayon + 3 if nom.sur_marque else 4.5
        yield x + ecart, y - demi
        yield x - ecart - largeur, y - demi
        yield milieu, y - ecart - corps * 1.05
        yield milieu, y + ecart - 1
        return
    ecart = vue.rayon + 2
    yield x + ecart, y - demi
    yield x - ecart - largeur, y - demi
    yield milieu, y - ecart - corps
    yield milieu, y + ecart
    yield x + ecart, y - demi - corps
    yield x + ecart, y - demi + corps


def _places_in(
    nom: Nom, vue: _Vue, boite: _Boite, largeur: float, obstacles: BaseGeometry
) -> Iterable[tuple[float, float]]:
    """List the places (left, top) of the name of an area, the best first.

    The whole name stands in what is seen of the area; of a number or a value, which a small area
    could not hold, the centre does. Places clear of borders and dots come first, then those nearest
    to the middle.
    """
    visible = vue.shape(nom.lieu).intersection(boite.polygon())
    if visible.is_empty:
        return
    corps = _NOMS[nom.genre][0]
    demi = corps * 0.55
    plus_grande = max(shapely.get_parts(visible), key=shapely.area)
    milieu = shapely.get_coordinates(
        shapely.maximum_inscribed_circle(plus_grande, tolerance=_FINESSE_MILIEU_PT)
    )[0]
    ouest, nord, est, sud = visible.bounds
    grille = np.stack(
        np.meshgrid(
            np.arange(ouest, est, corps * _PAS_PLACES), np.arange(nord, sud, corps * _PAS_PLACES)
        ),
        axis=-1,
    ).reshape(-1, 2)
    centres = np.vstack((milieu, grille))
    shapely.prepare(visible)
    entiers = shapely.covers(visible, _boxes(centres, largeur / 2 + 1, demi))
    gardes = shapely.contains_xy(visible, centres) if nom.genre in _NUMEROS else entiers
    gene = shapely.intersects(
        obstacles, _boxes(centres, largeur / 2 + _ECART_NOMS, demi + _ECART_NOMS)
    )
    loin = np.hypot(*(centres - milieu).T)
    for rang in np.lexsort((loin, gene, ~entiers)):
        if gardes[rang]:
            x, y = centres[rang]
            yield float(x) - largeur / 2, float(y) - demi


def _boxes(
    centres: NDArray[np.float64], demi_largeur: float, demi_hauteur: float
) -> NDArray[np.object_]:
    x, y = centres.T
    boites: NDArray[np.object_] = shapely.box(
        x - demi_largeur, y - demi_hauteur, x + demi_largeur, y + demi_hauteur
    )
    return boites


def _draw_echelle(vue: _Vue, boite: _Boite, cadre: _Boite) -> str:
    metres, longueur = _scale_bar(vue, boite)
    x, y = cadre.gauche + 10, cadre.bas - 9
    barre = f"M{_f(x)} {_f(y - 4)}v4h{_f(longueur)}v-4"
    texte = f"{nombre(metres / 1000, 1)}\u202fkm"
    return (
        f'<rect {_rect(cadre)} fill="{BLANC}" stroke="{FILET}" stroke-width="0.6"/>'
        f'<path d="{barre}" fill="none" stroke="{ENCRE}" stroke-width="1.1"/>'
        + _text(texte, x + longueur / 2, y - 5, 8, ancre="middle")
        + _text(_NORD, x + longueur + _ECART_NORD, y, 8, gras=True)
    )


def _scale_bar(vue: _Vue, boite: _Boite) -> tuple[int, float]:
    """Return the length of the scale bar, in metres and in points."""
    metres = _round_length(boite.largeur * vue.m_par_pt / 5)
    return metres, metres / vue.m_par_pt


def _scale_box(carte: Carte, vue: _Vue, boite: _Boite) -> _Boite:
    """Return the corner that the scale bar and the north take: that where they hide least of the map."""
    _, longueur = _scale_bar(vue, boite)
    largeur = 10 + longueur + _ECART_NORD + width(_NORD, 8, gras=True) + 6
    coins = [
        _Boite(gauche, haut, gauche + largeur, haut + _HAUT_ECHELLE)
        for haut in (boite.bas - _HAUT_ECHELLE, boite.haut)
        for gauche in (boite.gauche, boite.droite - largeur)
    ]
    dessins = [vue.shape(d) for d in (*carte.departements, *(a.contour for a in carte.aires))]
    reperes = [Point(vue.point(marque.x, marque.y)) for marque in carte.marques]

    def hidden(coin: _Boite) -> tuple[int, float]:
        cadre = coin.polygon()
        return sum(cadre.intersects(r) for r in reperes), sum(
            cadre.intersection(d).area for d in dessins
        )

    return min(coins, key=hidden)


def _round_length(maximum_m: float) -> int:
    """Return the longest of 1, 2 and 5 times a power of ten that fits.

    >>> _round_length(43_000.0), _round_length(9_999.0)
    (20000, 5000)
    """
    puissance = 10 ** math.floor(math.log10(maximum_m))
    return int(next(f * puissance for f in (5, 2, 1) if f * puissance <= maximum_m))


# --- SVG -------------------------------------------------------------------------------------------


def _f(valeur: float) -> str:
    """Write a coordinate to a tenth of a point, without what says nothing.

    >>> _f(12.0), _f(12.34), _f(-0.04)
    ('12', '12.3', '0')
    """
    return f"{round(valeur, 1) + 0.0:g}" if abs(valeur) < 1e5 else f"{valeur:.1f}"  # noqa: PLR2004


def _rect(boite: _Boite) -> str:
    return (
        f'x="{_f(boite.gauche)}" y="{_f(boite.haut)}" '
        f'width="{_f(boite.largeur)}" height="{_f(boite.hauteur)}"'
    )


def _fill(signe: str) -> str:
    return "url(#hachures)" if signe == HACHURES else signe


def _texte(texte: str) -> str:
    return escape(displayable(texte))


def _text(
    texte: str,
    x: float,
    y: float,
    corps: float,
    *,
    gras: bool = False,
    couleur: str = ENCRE,
    ancre: str = "start",
    halo: bool = False,
    approche: float = 0.0,
) -> str:
    """Write a line whose base is at `y`; under a halo, the same line in white, wide."""
    attributs = f'x="{_f(x)}" y="{_f(y)}" font-size="{corps:g}"'
    attributs += ' font-weight="700"' if gras else ""
    attributs += f' text-anchor="{ancre}"' if ancre != "start" else ""
    attributs += f' letter-spacing="{approche:g}"' if approche else ""
    dessous = (
        f'<text {attributs} aria-hidden="true" fill="{BLANC}" stroke="{BLANC}" stroke-width="2.2" '
        f'stroke-linejoin="round" stroke-opacity="0.85">{escape(texte)}</text>'
        if halo
        else ""
    )
    teinte = f' fill="{couleur}"' if couleur != ENCRE else ""
    return f"{dessous}<text {attributs}{teinte}>{escape(texte)}</text>"


def _lines(
    lignes: Sequence[str],
    x: float,
    haut: float,
    corps: float,
    *,
    gras: bool = False,
    couleur: str = ENCRE,
) -> tuple[str, float]:
    """Write lines one under the other from `haut`, and return where they end."""
    pas = corps * _INTERLIGNE
    dessin = "".join(
        _text(ligne, x, haut + rang * pas + corps, corps, gras=gras, couleur=couleur)
        for rang, ligne in enumerate(lignes)
    )
    return dessin, haut + len(lignes) * pas


def _paragraph(
    texte: str,
    x: float,
    haut: float,
    largeur: float,
    corps: float,
    *,
    gras: bool = False,
    couleur: str = ENCRE,
) -> tuple[str, float]:
    return _lines(
        wrap(texte, largeur, corps, gras=gras), x, haut, corps, gras=gras, couleur=couleur
    )


def _area(
    vue: _Vue,
    forme: BaseGeometry | None,
    *,
    fill: str = "none",
    stroke: str = "",
    width: float = 0.0,
    dash: str = "",
    nom: str = "",
) -> str:
    trace = vue.path(forme)
    if not trace:
        return ""
    trait = f' stroke="{stroke}" stroke-width="{width:g}"' if stroke else ""
    trait += f' stroke-dasharray="{dash}"' if dash else ""
    trait += f' id="{nom}"' if nom else ""
    return f'<path d="{trace}" fill="{fill}" fill-rule="evenodd"{trait}/>'


def _has_area(forme: BaseGeometry) -> bool:
    return bool(shapely.get_dimensions(forme) == 2)  # noqa: PLR2004 - a surface


def _subpath(dixiemes: np.ndarray, fin: str) -> str:
    """Write one line, relative from point to point; steps of nothing are dropped."""
    debut, pas = dixiemes[0], np.diff(dixiemes, axis=0)
    pas = pas[pas.any(axis=1)]
    if not len(pas):
        return ""
    suite = "".join(f"l{x / 10:g} {y / 10:g}" for x, y in pas.tolist())
    return f"M{debut[0] / 10:g} {debut[1] / 10:g}{suite}{fin}"
