"""« Quelle CPTS pour ma commune ? »: the search box of every page, and its answer in words."""

import streamlit as st
from streamlit_searchbox import st_searchbox

from geo.atlas import Atlas
from geo.rangees import get_row
from geo.recherche.index import Index, Resultat, build_index, search
from geo.regles.couverture import COUVERTE, find_etats
from rendu.mots.etapes import stage_words
from rendu.mots.faits import perimeter_words
from rendu.mots.francais import escape_markdown
from rendu.mots.recherche import group_sentence, label, precision_text
from ui.commun.adresse import Filtres, current_page, key, to_params
from ui.commun.atlas import PAR_EMPREINTE
from ui.commun.commune import draw_commune, link_to_fiche

# The sheets offered for an EPCI, those of most of its communes first.
_LIENS_MAX = 3
# The answer that the map was last brought to: one that is left is not gone back to.
_MONTREE = "reponse_montree"
# What the map of the home page goes to by itself.
_MONTRABLES = {"commune": "cpts", "cpts": "commune"}
_INVITE = {
    "fontSize": "0.9rem",
    "overflow": "hidden",
    "textOverflow": "ellipsis",
    "whiteSpace": "nowrap",
}


@st.cache_resource(show_spinner=False, max_entries=2, hash_funcs=PAR_EMPREINTE)
def get_index(atlas: Atlas) -> Index:
    """Return the search index, built once for every session."""
    return build_index(atlas)


@st.fragment
def draw_recherche(atlas: Atlas, filtres: Filtres) -> None:
    """Draw the search box; the answer stands below it. Only this part of the page runs while typing."""
    index = get_index(atlas)
    resultat = st_searchbox(
        lambda texte: _options(index, texte),
        placeholder="Quelle CPTS pour ma commune ?",
        # A box of its own for each page: an answer does not follow to the next one.
        key=f"recherche {current_page()}",
        rerun_scope="fragment",
        style_overrides={
            "searchbox": {
                "optionEmpty": "hidden",
                # As high as any other target of a finger: see static/ecran.css.
                "control": {"@media (pointer: coarse)": {"minHeight": "44px"}},
                "placeholder": _INVITE,
                "menuList": {"border": "1px solid GrayText", "borderRadius": "0.25rem"},
            }
        },
    )
    if isinstance(resultat, Resultat):
        montree = current_page() == "app.py" and resultat.genre in _MONTRABLES
        if montree:
            _show_on_map(resultat)
        # The panel that says it is under the map on a narrow screen: there, it is said here too (static/ecran.css).
        with st.container(key="reponse_etroite" if montree else "reponse"):
            _answer(atlas, filtres, resultat)


def _show_on_map(resultat: Resultat) -> None:
    """Bring the map and the panel of the page to an answer, once."""
    code = resultat.code_commune or resultat.code
    if st.session_state.get(_MONTREE) == (resultat.genre, code):
        return
    st.session_state[_MONTREE] = (resultat.genre, code)
    st.session_state[key(resultat.genre)] = code
    st.session_state[key(_MONTRABLES[resultat.genre])] = None
    st.rerun()


def _options(index: Index, texte: str) -> list[tuple[str, Resultat | None]]:
    trouves = search(index, texte)
    if not trouves and texte.strip():
        return [(f"Aucune réponse pour « {texte} »", None)]
    return [(label(resultat), resultat) for resultat in trouves]


def _answer(atlas: Atlas, filtres: Filtres, resultat: Resultat) -> None:
    if resultat.genre == "cpts":
        _answer_cpts(atlas, filtres, resultat)
    elif resultat.genre == "commune":
        _answer_commune(atlas, filtres, resultat)
    else:
        _answer_group(atlas, filtres, resultat)


def _answer_cpts(atlas: Atlas, filtres: Filtres, resultat: Resultat) -> None:
    fiche = get_row(atlas.fiches, resultat.code)
    perimetre = perimeter_words(atlas, resultat.code)
    st.markdown(
        f"**{escape_markdown(resultat.nom)}** : {escape_markdown(stage_words(fiche))} ; {perimetre}."
    )
    link_to_fiche(atlas, to_params(filtres), resultat.code)


def _answer_commune(atlas: Atlas, filtres: Filtres, resultat: Resultat) -> None:
    code = resultat.code_commune or resultat.code
    ancienne = ""
    if resultat.nom != atlas.communes.loc[code, "nom"]:
        ancienne = (
            f"**{escape_markdown(resultat.nom)}**, {escape_markdown(precision_text(resultat))}.  \n"
        )
    draw_commune(atlas, filtres, code, ancienne)


def _answer_group(atlas: Atlas, filtres: Filtres, resultat: Resultat) -> None:
    """Say how many communes of an EPCI or a department are in each state."""
    cle = "siren_epci" if resultat.genre == "epci" else "code_departement"
    siennes = atlas.communes.index[atlas.communes[cle] == resultat.code]
    etablies = (find_etats(atlas, filtres.couvert, indicatifs=False)[siennes] == COUVERTE).sum()
    etats = find_etats(atlas, filtres.couvert, indicatifs=True)[siennes].value_counts()
    st.markdown(
        group_sentence(resultat.nom, etablies, etats.to_dict(), indicatifs=filtres.indicatifs)
    )
    if resultat.genre == "departement":
        st.page_link(
            "app.py",
            label="Voir sur la carte",
            icon=":material/map:",
            query_params=to_params(filtres) | {"dep": resultat.code},
        )
    else:
        cpts = atlas.adhesions.loc[atlas.adhesions["code_commune"].isin(siennes), "cpts_id"]
        for cpts_id in cpts.value_counts().index[:_LIENS_MAX]:
            link_to_fiche(atlas, to_params(filtres), cpts_id)
