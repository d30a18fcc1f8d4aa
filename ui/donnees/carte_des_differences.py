"""The map of what an import would change."""

import streamlit as st

from geo.atlas import Atlas
from geo.formes.territoires import dissolve
from geo.importation.changement import Changement
from rendu.carte.couches import make_collection, write_file
from rendu.carte.differences import GENRES, TEINTES
from rendu.carte.signes import Coloration, Entree
from rendu.mots.francais import count_noun
from ui.commun.atlas import get_contours, get_couches
from ui.commun.carte import Etat, centre, draw_carte
from ui.serveur.couches import couches_of

_FICHIERS = 16
_CARTE = "import_carte_des_differences"


def forget_map() -> None:
    """Remove the outlines of the differences that this session was shown: they are not of the data in use."""
    if fichier := st.session_state.pop(_CARTE, None):
        fichier.unlink(missing_ok=True)


def draw_map(atlas: Atlas, changement: Changement) -> None:
    """Draw the communes that change, by what becomes of them."""
    genres = changement.communes.set_index("code_commune")["genre"]
    contours = dissolve(get_contours(atlas), genres)
    comptes = genres.value_counts()
    proprietes = [
        {
            "nom": count_noun(int(comptes[genre]), "commune"),
            "teinte": TEINTES[genre],
            "lignes": [GENRES[genre][int(comptes[genre] > 1)]],
        }
        for genre in contours.index
    ]
    dossier = couches_of(atlas.empreinte)
    fichier = write_file(dossier, "zones", make_collection(contours, proprietes), _FICHIERS)
    st.session_state[_CARTE] = dossier / fichier
    entrees = tuple(
        Entree(teinte, f"commune qui {GENRES[genre][0]}", int(comptes[genre]))
        for genre, teinte in TEINTES.items()
        if genre in comptes
    )
    draw_carte(
        get_couches(),
        Etat(
            formes={},
            coloration=Coloration("Différences", {}, (), entrees),
            departements=sorted(set(atlas.communes.loc[genres.index, "code_departement"])),
            zones=fichier,
        ),
        centre=centre(atlas),
        principale=False,
    )
