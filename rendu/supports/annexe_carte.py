"""The map of the annex of a scenario: the CPTS it touches, as they would be and as they are."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

import pandas as pd
import shapely

from rendu.carte.palette import (
    CHOISIE,
    COMMUNE_INDETERMINEE,
    PLUSIEURS,
    TEINTES,
    TIRETS,
    TRANSPARENT,
    VOISINE,
)
from rendu.dessin.contenu import Aire, Carte, Nom
from rendu.dessin.image import svg_to_png
from rendu.dessin.page import draw_carte_svg
from rendu.mots.annexe import PROJET, count_people, describe_map
from rendu.mots.francais import SYNTHETIQUE, count_noun
from rendu.supports.cartes import CARTE_FICHE
from rendu.supports.cartes_fond import (
    find_frame,
    leave_uncovered,
    list_borders,
    make_fond,
    name_departements,
    name_towns,
    outline_groups,
    widen_frame,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.atelier.annexe import Annexe, CptsAnnexe, Total
    from geo.atlas import Atlas

# More CPTS than there are tints are not told apart in the legend.
_NOMMEES_MAX = len(TEINTES)


def make_carte_annexe(atlas: Atlas, annexe: Annexe) -> Carte | None:
    """Prepare the map of an annex.

    Parameters
    ----------
    atlas
        The atlas that the annex was made with.
    annexe
        The annex.

    Returns
    -------
    Carte or None
        Shapes in metres (EPSG:2154); ``None`` where no touched CPTS has, or had, a commune.
    """
    apres = _assign({cpts.cpts_id: _codes_after(cpts) for cpts in annexe.cpts})
    avant = _assign({cpts.cpts_id: _codes_before(cpts) for cpts in annexe.cpts})
    codes = apres.index.union(avant.index)
    if codes.empty:
        return None
    cadre = find_frame(atlas.communes.geometry[codes], ())
    fond = make_fond(atlas, widen_frame(cadre, CARTE_FICHE), CARTE_FICHE[0])
    touchees = {cpts.cpts_id for cpts in annexe.cpts}
    adhesions = atlas.adhesions.set_index("code_commune")["cpts_id"]
    autres = outline_groups(fond.communes, adhesions[~adhesions.isin(touchees)])
    projet, actuels = outline_groups(fond.communes, apres), outline_groups(fond.communes, avant)
    teintes = cycle(TEINTES) if len(projet) > 1 else cycle([CHOISIE])
    couleurs = {cpts.cpts_id: next(teintes) for cpts in annexe.cpts if cpts.cpts_id in projet}
    dessus = shapely.union_all(list(projet.values())) if projet else None
    departements = set(atlas.communes.loc[codes, "code_departement"])
    noms = {cpts.cpts_id: cpts.nom for cpts in annexe.cpts}
    prises = adhesions.index.union(apres.index)
    return Carte(
        titre="",
        phrase="",
        avertissement=" ".join(
            filter(None, (f"{PROJET}.", SYNTHETIQUE if atlas.synthetique else ""))
        ),
        cadre=cadre,
        departements=tuple(d for code, d in fond.departements.items() if code in departements),
        hors_choix=tuple(d for code, d in fond.departements.items() if code not in departements),
        limites=list_borders(fond.communes),
        blanches=None,
        aires=(
            *(Aire(contour, VOISINE) for contour in autres.values()),
            # Below the project: where nothing changes, its line alone is seen.
            *(
                Aire(contour, TRANSPARENT, indicatif=True, choisie=True)
                for contour in actuels.values()
            ),
            *(Aire(projet[i], couleur, choisie=True) for i, couleur in couleurs.items()),
        ),
        marques=(),
        noms=(
            *(Nom(noms[i], projet[i], "valeur") for i in couleurs),
            *name_towns(atlas, fond, departements, set()),
            *(
                Nom(str(atlas.fiches.loc[i, "nom"]), leave_uncovered(contour, dessus), "voisine")
                for i, contour in autres.items()
            ),
            *name_departements(atlas, fond, set(fond.departements)),
        ),
        titre_legende="CPTS du projet",
        methode="",
        legende=(
            *_project_legend(annexe, couleurs),
            *([(TIRETS, "périmètre en vigueur, là où il change")] if _moves(annexe) else []),
            *([(VOISINE, "autres CPTS au périmètre connu")] if autres else []),
            *(
                [(COMMUNE_INDETERMINEE, "communes sans périmètre connu")]
                if not fond.communes.index.isin(prises).all()
                else []
            ),
        ),
        cle=(),
        sources="",
        description=describe_map(annexe),
    )


def draw_carte_annexe(carte: Carte) -> str:
    """Draw it as SVG, for a page whose sources are written elsewhere."""
    return draw_carte_svg(carte, CARTE_FICHE, legende_dessous=True)


def picture_carte_annexe(carte: Carte) -> bytes:
    """Draw it as PNG."""
    return svg_to_png(draw_carte_annexe(carte))


def _project_legend(annexe: Annexe, couleurs: Mapping[str, str]) -> list[tuple[str, str]]:
    if len(couleurs) > _NOMMEES_MAX:
        return [(PLUSIEURS, count_noun(len(couleurs), "CPTS du projet", "CPTS du projet"))]
    return [
        (couleurs[c.cpts_id], f"{c.nom} : {_count_people(c.apres)}")
        for c in annexe.cpts
        if c.apres and c.cpts_id in couleurs
    ]


def _count_people(total: Total) -> str:
    return count_people(total.communes, total.population, environ=total.indicatif)


def _moves(annexe: Annexe) -> bool:
    return any(cpts.avant and (cpts.gagnees or cpts.perdues) for cpts in annexe.cpts)


def _codes_after(cpts: CptsAnnexe) -> set[str]:
    return {commune.code for groupe in cpts.epci for commune in groupe.communes}


def _codes_before(cpts: CptsAnnexe) -> set[str]:
    gagnees, perdues = (
        {commune.code for echange in echanges for commune in echange.communes}
        for echanges in (cpts.gagnees, cpts.perdues)
    )
    return (_codes_after(cpts) - gagnees) | perdues


def _assign(codes: Mapping[str, set[str]]) -> pd.Series[str]:
    """Return the CPTS by commune; a commune of several is there as often."""
    paires = [(code, cpts_id) for cpts_id, siens in codes.items() for code in sorted(siens)]
    return pd.Series(
        [cpts_id for _, cpts_id in paires],
        index=pd.Index([code for code, _ in paires], dtype="str"),
        dtype="str",
    )
