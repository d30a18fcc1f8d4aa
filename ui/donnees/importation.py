"""The import of a membership table: drop it, check its columns, mend it, see the change, put it in use."""

import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.erreurs import DonneesInvalides
from geo.importation.modele import make_modele
from geo.importation.service import (
    Fichier,
    Verification,
    check,
    prepare,
)
from rendu.mots.francais import count_noun
from rendu.mots.importation import DEPOSER, LIBELLES
from ui.commun.adresse import Filtres
from ui.commun.atlas import PAR_EMPREINTE, get_atlas
from ui.commun.ecriture import draw_ecriture
from ui.commun.messages import show_refusal
from ui.commun.telechargements import draw_telechargements
from ui.commun.travail import work
from ui.commun.versions import draw_switched
from ui.donnees.depot import ZONE, draw_fichiers
from ui.donnees.points import COLONNES
from ui.donnees.suite import Lu, check_first, draw_suite, forget, forget_other_data

_APERCU = 6
# A CPTS has some tens of communes: a column with as many names as rows holds something else.
_PART_DE_NOMS_MAX = 0.8
_LIGNES_MIN = 20


def draw_importation(filtres: Filtres) -> None:
    """Draw the whole way of an import; nothing is replaced before the last button."""
    st.header("Importer une table de communes", anchor=False)
    if not draw_ecriture(ZONE.racine):
        return
    atlas = get_atlas()
    forget_other_data(atlas.empreinte)
    draw_switched(filtres, ZONE.racine)
    st.markdown("Cinq étapes. Rien n'est remplacé avant la dernière, que vous seul demandez.")
    st.subheader(DEPOSER, anchor=False)
    st.markdown(
        "La table de l'ARS ou de la CPAM convient telle quelle : une ligne par commune, par intercommunalité ou par CPTS, "
        "un tableau croisé, une feuille ou un bloc par CPTS. Il y faut le code INSEE des communes, ou leur nom et leur "
        "département ou code postal ; et le nom des CPTS. L'ordre des colonnes et les lignes de titre n'importent pas."
    )
    draw_telechargements(
        "modèle de table",
        {"communes": _get_modele(atlas)},
        atlas.sources.iloc[:0],
        libelle="Modèle de table, avec les CPTS en usage",
    )
    deposes = draw_fichiers()
    if deposes is None:
        forget(ZONE)
        return
    try:
        _draw_verification(atlas, filtres, *deposes)
    except DonneesInvalides as refus:
        show_refusal(refus)


@st.cache_resource(show_spinner=False, max_entries=2, hash_funcs=PAR_EMPREINTE)
def _get_modele(atlas: Atlas) -> pd.DataFrame:
    return make_modele(atlas)


def _draw_verification(
    atlas: Atlas, filtres: Filtres, fichiers: list[Fichier], empreinte: str
) -> None:
    lus = [(fichier.nom, fichier.hides, fichier.lectures()) for fichier in fichiers]
    lu = Lu(
        ZONE,
        empreinte,
        repr(lus),
        lambda atlas, choix: work(check, fichiers, atlas, choix),
        prepare,
        plusieurs=sum(len(fichier.lectures()) for fichier in fichiers) > 1,
    )
    premiere = check_first(lu, atlas)
    st.dataframe(
        premiere.table.head(_APERCU).rename(columns=LIBELLES | COLONNES),
        hide_index=True,
        height="content",
    )
    _warn_of_names(premiere)
    draw_suite(atlas, filtres, lu, premiere)


def _warn_of_names(verification: Verification) -> None:
    n_lignes, n_cpts = verification.lignes, len(verification.diagnostic.cpts)
    if n_lignes >= _LIGNES_MIN and n_cpts >= _PART_DE_NOMS_MAX * n_lignes:
        st.warning(
            f"{count_noun(n_cpts, 'CPTS', 'CPTS')} pour {count_noun(n_lignes, 'ligne')} : la colonne des CPTS est-elle la "
            "bonne ?",
            icon=":material/warning:",
        )
