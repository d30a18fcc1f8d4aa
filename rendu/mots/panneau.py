"""The figures of the panel in words: what is announced first, what is computed beside it."""

import pandas as pd

from geo.atlas import Atlas
from geo.indicateurs.annonces import Ecart, set_beside
from geo.indicateurs.mesures import values_by_cpts
from geo.indicateurs.registre import Indicateur
from geo.rangees import iterate_rows
from rendu.mots.faits import count_text
from rendu.mots.francais import NON_PUBLIEE, capitale, ecart
from rendu.mots.indicateurs import calculation_word, computed_text, write_number


def figure_lines(atlas: Atlas, cpts_id: str) -> list[str]:
    """Write the figures of a CPTS, one a line, as Markdown.

    Parameters
    ----------
    atlas
        The atlas.
    cpts_id
        One of ``atlas.fiches``.

    Returns
    -------
    list
        What is announced and computed, what is only announced, then what is only computed; of the
        latter, nothing without a perimeter.
    """
    faits = atlas.faits_de(cpts_id)
    paires, comptes, calculs = [], [], []
    for indicateur in atlas.registre.on("panneau"):
        if indicateur.annonce:
            paires.append(_pair_line(atlas, indicateur, cpts_id, faits))
        elif indicateur.de_communes:
            calculs += _computed_lines(atlas, indicateur, cpts_id)
        elif not indicateur.par_base:
            siens = faits[faits["indicateur"] == indicateur.identifiant]
            comptes += [
                f"{capitale(count_text(atlas.registre, fait))} (annonce)"
                for fait in siens.to_dict("records")[:1]
            ]
    return [*paires, *comptes, *calculs]


def _pair_line(atlas: Atlas, calcul: Indicateur, cpts_id: str, faits: pd.DataFrame) -> str:
    publies = faits[faits["indicateur"] == calcul.annonce].to_dict("records")[:1]
    valeurs = values_by_cpts(atlas, calcul)["valeur"]
    calcule = float(valeurs[cpts_id]) if cpts_id in valeurs.index else None
    ligne = f"{calcul.nom} : {NON_PUBLIEE}"
    if publies:
        ligne = f"{calcul.nom} : **{count_text(atlas.registre, publies[0])}** (annonce)"
    if calcule is None:
        return ligne
    suite = _gap_text(set_beside(publies[0] if publies else None, calcule))
    return f"{ligne} · {write_number(calcul, calcule)} ({calculation_word(calcul)}{suite})"


def _gap_text(chiffres: Ecart) -> str:
    return "" if chiffres.ecart_pct is None else f", {ecart(chiffres.ecart_pct)}"


def _computed_lines(atlas: Atlas, indicateur: Indicateur, cpts_id: str) -> list[str]:
    table = values_by_cpts(atlas, indicateur)
    return [
        f"{indicateur.nom} : {computed_text(indicateur, calcul.valeur, calcul.qualificatif)}"
        for calcul in iterate_rows(table[table.index == cpts_id])
    ]
