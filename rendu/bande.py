"""A small strip as HTML (``static/ecran.css``): where one value lies among others, with the same in words."""

from html import escape

import numpy as np

from geo.indicateurs.situation import Distribution, Situation
from geo.indicateurs.territoire import REGION
from rendu.mots.profil import distribution_text, end_text


def write_bande(situation: Situation, distribution: Distribution) -> str:
    """Draw the communes of a CPTS as a band, every CPTS as a tick, the region as a line, this one as a dot.

    Parameters
    ----------
    situation
        Of the CPTS: its value, or the bounds of a withheld one, which are a bar and no dot.
    distribution
        What it lies among; a withheld CPTS has no tick, a withheld commune is not in the band.

    Returns
    -------
    str
        HTML. Streamlit takes drawings (SVG) out of a page, not boxes that are placed in per cent.
    """
    mesure = situation.mesure
    siennes = mesure.bornes or ((mesure.valeur, mesure.valeur) if mesure.valeur is not None else ())
    region = [
        e.mesure.valeur
        for e in situation.ensembles
        if e.territoire.genre == REGION and e.mesure.valeur is not None
    ]
    toutes = [*distribution.cpts, *(distribution.communes or ()), *siennes, *region]
    bas, haut = float(np.min(toutes)), float(np.max(toutes))

    def place(valeur: float) -> float:
        return round((valeur - bas) / (haut - bas) * 100, 2) if haut > bas else 50.0

    def mark(classe: str, debut: float, fin: float | None = None) -> str:
        largeur = "" if fin is None else f";width:{round(place(fin) - place(debut), 2)}%"
        return f'<i class="{classe}" style="left:{place(debut)}%{largeur}"></i>'

    marques = [mark("communes", *distribution.communes)] if distribution.communes else []
    marques += [mark("cpts", float(valeur)) for valeur in distribution.cpts]
    marques += [mark("region", valeur) for valeur in region]
    if mesure.bornes:
        marques.append(mark("bornes", *mesure.bornes))
    elif mesure.valeur is not None:
        marques.append(mark("ici", mesure.valeur))
    dits = (("min.", bas, _owner(bas, distribution)), ("max.", haut, _owner(haut, distribution)))
    bouts = "".join(
        f"<span>{escape(f'{mot}{de} : {end_text(situation.indicateur, distribution, bout)}')}</span>"
        for mot, bout, de in dits
    )
    texte = escape(distribution_text(situation, distribution))
    return (
        f'<div class="bande" role="img" aria-label="{texte}" title="{texte}">'
        f"<div>{''.join(marques)}</div><p>{bouts}</p></div>"
    )


def _owner(bout: float, distribution: Distribution) -> str:
    """Say whose the value at an end is: it is not the range of the CPTS that the strip is of."""
    if bout in distribution.cpts.to_numpy():
        return " des CPTS"
    return " de ses communes" if bout in (distribution.communes or ()) else ""
