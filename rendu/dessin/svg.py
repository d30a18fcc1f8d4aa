"""The words of SVG: numbers, shapes, fills, lines of text. Every text is escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import numpy as np
import shapely

from rendu.carte.palette import BLANC, CERCLE, CERCLE_BORD, CROISEES, ENCRE, HACHURES
from rendu.dessin.polices import displayable, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

    from rendu.dessin.cadre import Boite, Vue


INTERLIGNE = 1.28


def number(valeur: float) -> str:
    """Write a coordinate to a tenth of a point, without what says nothing.

    >>> number(12.0), number(12.34), number(-0.04)
    ('12', '12.3', '0')
    """
    return f"{round(valeur, 1) + 0.0:g}" if abs(valeur) < 1e5 else f"{valeur:.1f}"  # noqa: PLR2004


def rect(boite: Boite) -> str:
    """Write a box as the attributes of a rectangle."""
    return (
        f'x="{number(boite.gauche)}" y="{number(boite.haut)}" '
        f'width="{number(boite.largeur)}" height="{number(boite.hauteur)}"'
    )


def fill(signe: str) -> str:
    """Write a colour, or the hatches that the page defines, as a fill."""
    return f"url(#{signe})" if signe in (HACHURES, CROISEES) else signe


def escaped(texte: str) -> str:
    """Write a text as text, whatever it holds."""
    return escape(displayable(texte))


def text(
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
    attributs = f'x="{number(x)}" y="{number(y)}" font-size="{corps:g}"'
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


def lines(
    lignes: Sequence[str],
    x: float,
    haut: float,
    corps: float,
    *,
    gras: bool = False,
    couleur: str = ENCRE,
) -> tuple[str, float]:
    """Write lines one under the other from `haut`, and return where they end."""
    pas = corps * INTERLIGNE
    dessin = "".join(
        text(ligne, x, haut + rang * pas + corps, corps, gras=gras, couleur=couleur)
        for rang, ligne in enumerate(lignes)
    )
    return dessin, haut + len(lignes) * pas


def paragraph(
    texte: str,
    x: float,
    haut: float,
    largeur: float,
    corps: float,
    *,
    gras: bool = False,
    couleur: str = ENCRE,
) -> tuple[str, float]:
    """Write a text in a column of some width, and return where it ends."""
    return lines(wrap(texte, largeur, corps, gras=gras), x, haut, corps, gras=gras, couleur=couleur)


def area(
    vue: Vue,
    forme: BaseGeometry | None,
    *,
    fill: str = "none",
    stroke: str = "",
    width: float = 0.0,
    dash: str = "",
    nom: str = "",
) -> str:
    """Draw a shape in metres: a fill, a line, both; nothing where there is none."""
    trace = _path(vue, forme)
    if not trace:
        return ""
    trait = f' stroke="{stroke}" stroke-width="{width:g}"' if stroke else ""
    trait += f' stroke-dasharray="{dash}"' if dash else ""
    trait += f' id="{nom}"' if nom else ""
    return f'<path d="{trace}" fill="{fill}" fill-rule="evenodd"{trait}/>'


def circle(x: float, y: float, rayon_pt: float) -> str:
    """Draw a proportional circle; its radius is to a hundredth: the area must say the value."""
    return (
        f'<circle cx="{number(x)}" cy="{number(y)}" r="{rayon_pt:.2f}" fill="{CERCLE}" fill-opacity="0.8" '
        f'stroke="{CERCLE_BORD}" stroke-width="0.7"/>'
    )


def has_area(forme: BaseGeometry) -> bool:
    """Say whether a shape is a surface."""
    return bool(shapely.get_dimensions(forme) == 2)  # noqa: PLR2004 - a surface


def _path(vue: Vue, forme: BaseGeometry | None) -> str:
    """Write a shape as the data of an SVG path, to a tenth of a point."""
    if forme is None or forme.is_empty:
        return ""
    surface = has_area(forme)
    traces = shapely.get_parts(forme)
    xy, quelle = shapely.get_coordinates(
        shapely.get_rings(traces) if surface else traces, return_index=True
    )
    dixiemes = np.rint(vue.points(xy) * 10).astype(int)
    morceaux = np.split(dixiemes, np.flatnonzero(np.diff(quelle)) + 1)
    return "".join(_subpath(morceau, "z" if surface else "") for morceau in morceaux)


def _subpath(dixiemes: np.ndarray, fin: str) -> str:
    """Write one line, relative from point to point; steps of nothing are dropped."""
    debut, pas = dixiemes[0], np.diff(dixiemes, axis=0)
    pas = pas[pas.any(axis=1)]
    if not len(pas):
        return ""
    suite = "".join(f"l{x / 10:g} {y / 10:g}" for x, y in pas.tolist())
    return f"M{debut[0] / 10:g} {debut[1] / 10:g}{suite}{fin}"
