"""By what a commune is given to a CPTS: the threshold, and what is decided by hand."""

from collections import Counter

import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.couches.attribution import (
    COMPTES,
    MAIRIE,
    SEUIL_PCT,
    Cas,
    Regle,
    count_changed,
    give,
    whole_to,
)
from geo.couches.decoupage import recall_decisions
from geo.couches.libelles import POURQUOI
from geo.couches.service import Decoupage, Pose, split
from geo.couches.sortie import sort_cas
from rendu.mots import couches as mots
from rendu.mots.francais import count_noun, escape_markdown, nombre
from rendu.mots.origine import computed_origins
from ui.commun.atlas import data_dir
from ui.commun.telechargements import draw_telechargements
from ui.donnees.memoire import recall, remember

_SEUILS = (5, 95, 5)
# As many as fit a screen, each with its choice.
_PAR_PAGE = 10


def draw_parts(atlas: Atlas, pose: Pose, cle: str, lecture: str) -> Decoupage:
    """Draw the threshold and the communes to look at, and return what the layer gives.

    Parameters
    ----------
    atlas
        The data in use.
    pose
        The layer laid on the communes.
    cle
        Tells its content, and how it is read, from any other.
    lecture
        Tells the data and the reading of `pose` from any other.
    """
    reprise = recall(cle, atlas.empreinte)
    gauche, droite = st.columns(2)
    compter = gauche.radio(
        "Compter la part d'une commune par",
        COMPTES,
        format_func=mots.COMPTES.get,
        key=f"couche_compter_{reprise}",
    )
    seuil = droite.slider(
        "Une commune appartient à une CPTS au-dessus de",
        *_SEUILS[:2],
        value=SEUIL_PCT,
        step=_SEUILS[2],
        format="%d %%",
        key=f"couche_seuil_{reprise}",
        disabled=compter == MAIRIE,
    )
    # A commune that is decided by one measure is another case by another.
    nom = f"couche_decisions_{compter}_{reprise}"
    if nom not in st.session_state:
        st.session_state[nom] = recall_decisions(data_dir(), pose.parts, compter)
        if reprises := len(st.session_state[nom]):
            st.caption(
                f":material/history: {count_noun(reprises, 'décision')} de la version en usage "
                f"{'reprises' if reprises > 1 else 'reprise'}."
            )
    decisions: dict[str, str] = st.session_state[nom]
    regle = Regle(seuil, compter, decisions)
    decoupage = _split(pose, regle, repr((lecture, seuil, compter, sorted(decisions.items()))))
    defaut = _split(pose, Regle(compter=compter), repr((lecture, SEUIL_PCT, compter, [])))
    sans = _split(pose, Regle(seuil, compter), repr((lecture, seuil, compter, [])))
    changees = count_changed(defaut.attribution, sans.attribution)
    droite.caption(f"{mots.REGLE} {mots.threshold_sentence(seuil, changees)}")
    _draw_bilan(decoupage)
    _draw_cas(atlas, decoupage, nom, reprise)
    remember(cle, atlas.empreinte)
    return decoupage


@st.cache_resource(show_spinner=False, max_entries=6)
def _split(
    _pose: Pose,
    _regle: Regle,
    cle: str,  # noqa: ARG001 - tells any other request apart
) -> Decoupage:
    return split(_pose, _regle)


def _draw_bilan(decoupage: Decoupage) -> None:
    adhesions = decoupage.attribution.adhesions
    partagees = adhesions.loc[adhesions["part"] < 1, "code_commune"].nunique()
    suite = (
        f", dont {count_noun(partagees, 'partagée')} : comptées pour leur part dans chaque CPTS, et dans les totaux "
        "pour la somme de leurs parts."
        if partagees
        else "."
    )
    st.markdown(
        f"**{count_noun(adhesions['cpts'].nunique(), 'CPTS', 'CPTS')}, "
        f"{count_noun(adhesions['code_commune'].nunique(), 'commune')}**{suite}"
    )


def _draw_cas(atlas: Atlas, decoupage: Decoupage, nom: str, cle: str) -> None:
    """Draw the communes to look at, those with the most inhabitants at stake first, and what may be decided of each."""
    cas = [un_cas for un_cas, _ in sort_cas(decoupage.attribution, atlas)]
    if not cas:
        st.markdown(
            "Aucune commune à regarder : chacune est dans un seul polygone, au-dessus du seuil."
        )
        return
    decidees = sum(bool(c.decidee) for c in cas)
    st.markdown(
        f"**{count_noun(len(cas), 'commune')} à regarder**, celles où le plus d'habitants sont en jeu d'abord ; "
        f"{count_noun(decidees, 'décidée')} à la main. Sans décision, le seuil vaut."
    )
    comptes = Counter(c.pourquoi for c in cas)
    gauche, droite = st.columns([3, 2])
    choisis = gauche.pills(
        "Pourquoi",
        [p for p in POURQUOI if comptes[p]],
        selection_mode="multi",
        format_func=lambda p: f"{POURQUOI[p]} ({nombre(comptes[p])})",
        key=f"couche_pourquoi_{cle}",
    )
    noms = atlas.communes["nom"]
    cherchee = droite.selectbox(
        "Aller à une commune de la liste",
        [c.code_commune for c in cas],
        index=None,
        format_func=lambda code: f"{noms[code]} ({code})",
        placeholder="Nom ou code",
        key=f"couche_cherchee_{cle}",
    )
    vus = [
        c
        for c in cas
        if (c.code_commune == cherchee if cherchee else not choisis or c.pourquoi in choisis)
    ]
    page = _draw_page(len(vus), cle)
    for un_cas in vus[page * _PAR_PAGE : (page + 1) * _PAR_PAGE]:
        _draw_un_cas(atlas, un_cas, nom, cle)
    gauche, droite = st.columns(2)
    indecis = [c for c in vus if len(c.mairies) == 1 and not c.decidee]
    gauche.button(
        f"Donner {count_noun(len(indecis), 'commune listée', 'communes listées')} à la CPTS qui a leur mairie",
        disabled=not indecis,
        key=f"couche_suivre_ok_{cle}",
        on_click=_decide,
        args=(nom, {c.code_commune: whole_to(c.mairies[0]) for c in indecis}),
    )
    droite.button(
        f"Effacer {count_noun(decidees, 'décision')}",
        disabled=not decidees,
        key=f"couche_effacer_ok_{cle}",
        on_click=_erase,
        args=(nom,),
    )
    draw_telechargements(
        f"communes à regarder {decoupage.pose.couche.nom}",
        {"communes": cas_table(atlas, cas)},
        atlas.sources.iloc[:0],
        libelle="Communes à regarder",
    )


def _draw_page(n: int, cle: str) -> int:
    pages = -(-n // _PAR_PAGE)
    if pages <= 1:
        return 0
    page = st.number_input(
        f"Page, sur {nombre(pages)}",
        min_value=1,
        max_value=pages,
        step=1,
        key=f"couche_page_ok_{cle}_{pages}",
    )
    return int(page) - 1


def _draw_un_cas(atlas: Atlas, cas: Cas, nom: str, cle: str) -> None:
    commune = atlas.communes.loc[cas.code_commune]
    gauche, droite = st.container(border=True).columns([3, 2])
    gauche.markdown(
        f"**{escape_markdown(str(commune['nom']))}** ({cas.code_commune}) · {count_noun(int(commune['population']), 'habitant')} · "
        f"{POURQUOI[cas.pourquoi]}  \n{escape_markdown(mots.parts_text(cas))}"
    )
    choix = ["", *cas.choices()]
    widget = f"couche_decision_ok_{cas.code_commune}_{cle}"
    # What the session holds of it is decided elsewhere too: by a button, or by the version in use.
    st.session_state[widget] = cas.decidee
    droite.selectbox(
        f"Décision pour {commune['nom']}",
        choix,
        format_func=lambda d: (
            mots.decision_text(d) if d else f"seuil : {mots.decision_text(cas.proposee)}"
        ),
        key=widget,
        on_change=_take,
        args=(nom, cas.code_commune, widget),
        label_visibility="collapsed",
    )


def _take(nom: str, code: str, widget: str) -> None:
    _decide(nom, {code: st.session_state[widget]})


def _decide(nom: str, prises: dict[str, str]) -> None:
    """Keep decisions; an empty one is taken back."""
    toutes = st.session_state[nom] | prises
    st.session_state[nom] = {code: decision for code, decision in toutes.items() if decision}


def _erase(nom: str) -> None:
    st.session_state[nom] = {}


def cas_table(atlas: Atlas, cas: list[Cas]) -> pd.DataFrame:
    """List communes to look at, one a row, with French column names."""
    communes = atlas.communes.loc[[c.code_commune for c in cas]]
    return pd.DataFrame(
        {
            "Code": communes.index,
            "Commune": communes["nom"].to_numpy(),
            "Département": communes["code_departement"].to_numpy(),
            "Habitants": communes["population"].to_numpy(),
            "Pourquoi": [POURQUOI[c.pourquoi] for c in cas],
            "Parts": [mots.parts_text(c) for c in cas],
            "Ce qu'elle devient": [mots.decision_text(c.retenue) for c in cas],
            "Décidé": ["à la main" if c.decidee else "par le seuil" for c in cas],
            "Parts retenues": [
                " ; ".join(f"{nom} {100 * part:g} %".replace(".", ",") for nom, part in give(c))
                for c in cas
            ],
            **computed_origins(atlas, {"Habitants": atlas.registre["population"]}),
        }
    )
