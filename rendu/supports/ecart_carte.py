"""The map of what sets two compositions apart: the communes that moved, and the CPTS as they would be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from geo.importation.changement import find_genre
from rendu.carte.differences import GENRES, TEINTES
from rendu.carte.palette import TRANSPARENT, VOISINE
from rendu.dessin.contenu import Aire, Carte, Nom
from rendu.dessin.image import svg_to_png
from rendu.dessin.page import draw_carte_svg
from rendu.mots.annexe import PROJET
from rendu.mots.francais import SYNTHETIQUE, count_noun
from rendu.supports.cartes import CARTE_FICHE
from rendu.supports.cartes_fond import (
    find_frame,
    list_borders,
    make_fond,
    name_departements,
    name_towns,
    outline_groups,
    widen_frame,
)
from rendu.supports.sources import ground_texts

if TYPE_CHECKING:
    from geo.atelier.ecart import Ecart
    from geo.atelier.etat import Composition
    from geo.atlas import Atlas

# Some 1,400 pixels across: Streamlit would make a wider picture smaller at every rerun.
_PPI_ECRAN = 200


def make_carte_ecart(atlas: Atlas, ecart: Ecart, apres: Composition, resume: str) -> Carte | None:
    """Prepare the map of a difference.

    Parameters
    ----------
    atlas
        The data in use.
    ecart
        The difference.
    apres
        The second of the two compositions: its CPTS are outlined and named.
    resume
        What the map shows, in a sentence, for those who do not see it.

    Returns
    -------
    Carte or None
        Shapes in metres (EPSG:2154); ``None`` where no commune moved.
    """
    genres = pd.Series(
        {d.code: find_genre(d.avant, d.apres) for d in ecart.communes}, dtype="str", name="genre"
    )
    if genres.empty:
        return None
    cadre = find_frame(atlas.communes.geometry[genres.index], ())
    fond = make_fond(atlas, widen_frame(cadre, CARTE_FICHE), CARTE_FICHE[0])
    paires = [
        (code, cpts_id)
        for code in fond.communes.index
        for cpts_id, *_ in apres.adhesions.get(str(code), ())
    ]
    membres = pd.Series(
        [cpts_id for _, cpts_id in paires],
        index=pd.Index([code for code, _ in paires], dtype="str"),
        dtype="str",
    )
    changees = {bilan.cpts_id for bilan in ecart.cpts}
    cpts, differences = (outline_groups(fond.communes, groupes) for groupes in (membres, genres))
    departements = set(atlas.communes.loc[genres.index, "code_departement"])
    effectifs = genres.value_counts()
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
            *(Aire(contour, VOISINE) for i, contour in cpts.items() if i not in changees),
            *(Aire(differences[genre], TEINTES[genre]) for genre in TEINTES if genre in effectifs),
            *(
                Aire(contour, TRANSPARENT, choisie=True)
                for i, contour in cpts.items()
                if i in changees
            ),
        ),
        marques=(),
        noms=(
            *(Nom(apres.cpts[i].nom, c, "valeur") for i, c in cpts.items() if i in changees),
            *name_towns(atlas, fond, departements, set()),
            *(Nom(apres.cpts[i].nom, c, "voisine") for i, c in cpts.items() if i not in changees),
            *name_departements(atlas, fond, set(fond.departements)),
        ),
        titre_legende="Différences",
        methode="",
        legende=tuple(
            (
                teinte,
                f"{count_noun(int(effectifs[genre]), 'commune')} qui {GENRES[genre][int(effectifs[genre] > 1)]}",
            )
            for genre, teinte in TEINTES.items()
            if genre in effectifs
        ),
        cle=(),
        sources=" ; ".join(ground_texts(atlas)),
        description=resume,
    )


def picture_carte_ecart(carte: Carte) -> bytes:
    """Draw it as PNG, for a screen."""
    return svg_to_png(draw_carte_svg(carte, CARTE_FICHE, legende_dessous=True), _PPI_ECRAN)
