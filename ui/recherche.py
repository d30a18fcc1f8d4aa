"""« Quelle CPTS pour ma commune ? »: the search box of every page, and its answer in words."""

import streamlit as st
from streamlit_searchbox import st_searchbox

from geo.atlas import Atlas
from geo.recherche import Index, Resultat, build_index, describe_commune, search
from ui.adresse import Filtres, to_params
from ui.atlas import PAR_EMPREINTE
from ui.francais import accorder, echapper, nombre
from ui.navigation import page_exists

_GENRES = {"commune": "", "epci": "Intercommunalité", "cpts": "CPTS", "departement": "Département"}


@st.cache_resource(show_spinner=False, max_entries=2, hash_funcs=PAR_EMPREINTE)
def get_index(atlas: Atlas) -> Index:
    """Return the search index, built once for every session."""
    return build_index(atlas)


def label(resultat: Resultat) -> str:
    """Write an answer on one line, so that homonyms are told apart."""
    genre = _GENRES[resultat.genre]
    return " · ".join(filter(None, (resultat.nom, genre, resultat.precision)))


@st.fragment
def draw_recherche(atlas: Atlas, filtres: Filtres) -> None:
    """Draw the search box; the answer stands below it. Only this part of the page runs while typing."""
    index = get_index(atlas)
    resultat = st_searchbox(
        lambda texte: [(label(r), r) for r in search(index, texte)],
        placeholder="Quelle CPTS pour ma commune ?",
        key="recherche",
        rerun_scope="fragment",
        edit_after_submit="option",
        style_overrides={"searchbox": {"optionEmpty": "hidden"}},
    )
    if isinstance(resultat, Resultat):
        _answer(atlas, filtres, resultat)


def _answer(atlas: Atlas, filtres: Filtres, resultat: Resultat) -> None:
    with st.container(border=True):
        if resultat.genre == "cpts":
            st.markdown(f"**{echapper(resultat.nom)}**")
            _link_to_fiche(atlas, filtres, resultat.code)
        elif resultat.genre == "commune":
            _answer_commune(atlas, filtres, resultat)
        else:
            _answer_group(atlas, filtres, resultat)


def _answer_commune(atlas: Atlas, filtres: Filtres, resultat: Resultat) -> None:
    commune = describe_commune(atlas, resultat.code_commune or resultat.code, filtres.couvert)
    st.markdown(
        f"{echapper(commune.phrase)}  \n"
        f"{echapper(resultat.precision)} · code {commune.code_commune} · "
        f"{accorder(commune.population, 'habitant')} (2023)"
    )
    for appartenance in commune.cpts:
        _link_to_fiche(atlas, filtres, appartenance.cpts_id)


def _answer_group(atlas: Atlas, filtres: Filtres, resultat: Resultat) -> None:
    """Say how many communes of an EPCI or a department are in each state."""
    cle = "siren_epci" if resultat.genre == "epci" else "code_departement"
    etats = atlas.etats(filtres.couvert, indicatifs=filtres.indicatifs)
    comptes = etats[atlas.communes[cle] == resultat.code].value_counts()
    st.markdown(
        f"**{echapper(resultat.nom)}** : {nombre(comptes.get('couverte', 0))} communes couvertes sur "
        f"{nombre(comptes.sum())}, {nombre(comptes.get('indeterminee', 0))} sans périmètre connu, "
        f"{nombre(comptes.get('non_couverte', 0))} en zone blanche."
    )
    if resultat.genre == "departement":
        st.page_link(
            "app.py",
            label="Voir sur la carte",
            icon=":material/map:",
            query_params=to_params(filtres) | {"dep": resultat.code},
        )


def _link_to_fiche(atlas: Atlas, filtres: Filtres, cpts_id: str) -> None:
    if page_exists("pages/fiche.py"):
        st.page_link(
            "pages/fiche.py",
            label=f"Fiche : {echapper(atlas.fiches.loc[cpts_id, 'nom'])}",
            icon=":material/description:",
            query_params=to_params(filtres) | {"cpts": cpts_id},
        )
