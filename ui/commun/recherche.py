"""« Quelle CPTS pour ma commune ? »: the search box of every page, and its answer in words."""

import streamlit as st
from streamlit_searchbox import st_searchbox

from geo.atlas import Atlas
from geo.rangees import get_row
from geo.recherche.index import Index, Resultat, build_index, describe_commune, search
from geo.regles.couverture import COUVERTE, INDETERMINEE, NON_COUVERTE, find_etats
from rendu.mots.faits import perimeter_words
from rendu.mots.francais import count_noun, escape_markdown, nombre
from rendu.mots.recherche import commune_sentence, label, precision_text
from ui.commun.adresse import Filtres, current_page, to_params
from ui.commun.atlas import PAR_EMPREINTE

# The sheets offered for an EPCI, those of most of its communes first.
_LIENS_MAX = 3
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
        edit_after_submit="option",
        style_overrides={
            "searchbox": {
                "optionEmpty": "hidden",
                # As high as any other target of a finger: see static/ecran.css.
                "control": {"@media (pointer: coarse)": {"minHeight": "44px"}},
                "placeholder": _INVITE,
            }
        },
    )
    if isinstance(resultat, Resultat):
        _answer(atlas, filtres, resultat)


def _options(index: Index, texte: str) -> list[tuple[str, Resultat | None]]:
    trouves = search(index, texte)
    if not trouves and texte.strip():
        return [(f"Aucune réponse pour « {texte} »", None)]
    return [(label(resultat), resultat) for resultat in trouves]


def _answer(atlas: Atlas, filtres: Filtres, resultat: Resultat) -> None:
    with st.container(key="reponse"):
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
        f"**{escape_markdown(resultat.nom)}** : {escape_markdown(fiche['statut_libelle'])} ; {perimetre}."
    )
    _link_to_fiche(atlas, filtres, resultat.code)


def _answer_commune(atlas: Atlas, filtres: Filtres, resultat: Resultat) -> None:
    commune = describe_commune(atlas, resultat.code_commune or resultat.code, filtres.couvert)
    ancienne = ""
    if resultat.nom != commune.nom:
        ancienne = (
            f"**{escape_markdown(resultat.nom)}**, {escape_markdown(precision_text(resultat))}.  \n"
        )
    st.markdown(
        f"{ancienne}{escape_markdown(commune_sentence(commune))}  \n"
        f"Code {commune.code_commune}, {count_noun(commune.population, 'habitant')} ({atlas.millesimes.population})."
    )
    for appartenance in commune.cpts:
        _link_to_fiche(atlas, filtres, appartenance.cpts_id)


def _answer_group(atlas: Atlas, filtres: Filtres, resultat: Resultat) -> None:
    """Say how many communes of an EPCI or a department are in each state."""
    cle = "siren_epci" if resultat.genre == "epci" else "code_departement"
    siennes = atlas.communes.index[atlas.communes[cle] == resultat.code]
    etablies = (find_etats(atlas, filtres.couvert, indicatifs=False)[siennes] == COUVERTE).sum()
    etats = find_etats(atlas, filtres.couvert, indicatifs=True)[siennes].value_counts()
    comptes = (
        (etablies, "dans un périmètre établi"),
        (etats.get(COUVERTE, 0) - etablies, "dans un périmètre indicatif"),
        (etats.get(INDETERMINEE, 0), "sans périmètre connu"),
        (etats.get(NON_COUVERTE, 0), "en zone blanche"),
    )
    detail = ", ".join(f"{nombre(compte)} {ou}" for compte, ou in comptes if compte)
    st.markdown(
        f"**{escape_markdown(resultat.nom)}**, {count_noun(len(siennes), 'commune')} : {detail}."
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
            _link_to_fiche(atlas, filtres, cpts_id)


def _link_to_fiche(atlas: Atlas, filtres: Filtres, cpts_id: str) -> None:
    st.page_link(
        "pages/fiche.py",
        label=f"Fiche : {escape_markdown(str(atlas.fiches.loc[cpts_id, 'nom']))}",
        icon=":material/description:",
        query_params=to_params(filtres) | {"cpts": cpts_id},
    )
