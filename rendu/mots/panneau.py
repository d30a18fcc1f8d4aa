"""The figures of the panel in words: what is announced first, what is computed beside it."""

from collections.abc import Collection, Iterable

import pandas as pd

from geo.atlas import Atlas
from geo.indicateurs.annonces import set_beside
from geo.indicateurs.mesures import values_by_cpts, withheld_by_cpts
from geo.indicateurs.registre import Indicateur
from rendu.mots.faits import count_text
from rendu.mots.fiche import gap_text
from rendu.mots.francais import NON_PUBLIEE, PARTIE_ETABLIE, capitale, escape_markdown
from rendu.mots.indicateurs import (
    calculation_word,
    computed_text,
    weigh,
    with_base,
    withheld_text,
    write_computed,
)


def figure_lines(atlas: Atlas, cpts_id: str, *, indicatifs: bool = True) -> list[str]:
    """Write the figures of a CPTS, one a line, as Markdown.

    Parameters
    ----------
    atlas
        The atlas.
    cpts_id
        One of ``atlas.fiches``.
    indicatifs
        Whether what rests on hypotheses is shown: where it is not, nothing is computed but of the established part.

    Returns
    -------
    list
        What is announced and computed, what is only announced, then what is only computed; of the
        latter, nothing without a perimeter.
    """
    faits = atlas.faits_de(cpts_id)
    seuls = () if indicatifs or not atlas.is_indicatif(cpts_id) else (cpts_id,)
    paires, comptes, calculs = [], [], []
    for indicateur in atlas.registre.on("panneau"):
        if indicateur.annonce:
            paires.append(_pair_line(atlas, indicateur, cpts_id, faits, seuls))
        elif indicateur.de_communes:
            calculs += _computed_line(atlas, indicateur, cpts_id, seuls)
        elif not indicateur.par_base:
            siens = faits[faits["indicateur"] == indicateur.identifiant]
            comptes += [
                f"{capitale(count_text(atlas.registre, fait))} (annonce)"
                for fait in siens.to_dict("records")[:1]
            ]
    return [*paires, *comptes, *calculs]


def computed_cells(
    atlas: Atlas,
    indicateur: Indicateur,
    cpts_ids: Iterable[str],
    etablis_seuls: Collection[str] = (),
) -> list[str]:
    """Write what is computed of some CPTS, for the cells of a table; blank where nothing is.

    Parameters
    ----------
    atlas, indicateur, cpts_ids
        The atlas, what is computed, and of which CPTS.
    etablis_seuls
        Those of which only the established part is looked at.
    """
    table = values_by_cpts(atlas, indicateur, etablis_seuls=etablis_seuls)
    return [
        write_computed(
            indicateur,
            float(table["valeur"][i]),
            _worth(atlas, indicateur, i, table, etablis_seuls),
        )
        if i in table.index
        else ""
        for i in cpts_ids
    ]


def shown_confiance(atlas: Atlas, cpts_id: str, etablis_seuls: Collection[str]) -> str | None:
    """Return the confidence of what is computed of a CPTS; nothing of an established part: it is as it is."""
    return None if cpts_id in etablis_seuls else atlas.perimetre(cpts_id).confiance


def _pair_line(
    atlas: Atlas, calcul: Indicateur, cpts_id: str, faits: pd.DataFrame, seuls: Collection[str]
) -> str:
    publies = faits[faits["indicateur"] == calcul.annonce].to_dict("records")[:1]
    table = values_by_cpts(atlas, calcul, etablis_seuls=seuls)
    ligne = f"{calcul.nom} : {NON_PUBLIEE}"
    if publies:
        ligne = f"{calcul.nom} : **{count_text(atlas.registre, publies[0])}** (annonce)"
    if cpts_id not in table.index:
        return ligne
    calcule = float(table["valeur"][cpts_id])
    ecrit = write_computed(calcul, calcule, _worth(atlas, calcul, cpts_id, table, seuls))
    if seuls:
        # What is announced is that of the whole.
        return f"{ligne} · {ecrit} ({calculation_word(calcul)}, {PARTIE_ETABLIE})"
    dit = gap_text(
        set_beside(publies[0] if publies else None, calcule), atlas.perimetre(cpts_id).confiance
    )
    suite = f", {dit}" if dit else ""
    return f"{ligne} · {ecrit} ({calculation_word(calcul)}{suite})"


def _worth(
    atlas: Atlas,
    indicateur: Indicateur,
    cpts_id: str,
    table: pd.DataFrame,
    seuls: Collection[str],
) -> str:
    qualificatif = str(table["qualificatif"][cpts_id])
    return weigh(indicateur, qualificatif, shown_confiance(atlas, cpts_id, seuls))


def _computed_line(
    atlas: Atlas, indicateur: Indicateur, cpts_id: str, seuls: Collection[str]
) -> list[str]:
    """Write what is computed, or between what it is where a cell of it is withheld; nothing where nothing is known."""
    table = values_by_cpts(atlas, indicateur, etablis_seuls=seuls)
    retenues = withheld_by_cpts(atlas, indicateur, seuls)
    if cpts_id in retenues:
        confiance = shown_confiance(atlas, cpts_id, seuls)
        secret = withheld_text(indicateur, retenues[cpts_id], confiance)
        dit = f"{secret} ({calculation_word(indicateur)})"
    elif cpts_id in table.index:
        qualificatif = _worth(atlas, indicateur, cpts_id, table, seuls)
        dit = computed_text(indicateur, float(table["valeur"][cpts_id]), qualificatif)
    else:
        return []
    nom = with_base(indicateur, indicateur.nom)
    return [f"{escape_markdown(nom)} : {escape_markdown(dit)}"]
