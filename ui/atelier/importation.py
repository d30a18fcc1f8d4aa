"""A scenario begun from a table: the one that the workshop exports, or any planner's."""

import hashlib

import streamlit as st

from geo.atelier.ecart import compare
from geo.atelier.etat import Composition
from geo.atelier.table import read_membership_table
from geo.atlas import Atlas
from geo.erreurs import DonneesInvalides, Probleme
from rendu.mots.atelier_ecart import summarize
from rendu.mots.francais import count_noun
from rendu.mots.importation import limits_sentence
from ui.atelier.etablis import get_chantier
from ui.atelier.ouverture import ask_description, begin
from ui.commun.messages import list_remarques, show_refusal
from ui.commun.travail import work


def draw_importation(atlas: Atlas) -> None:
    """Draw the drop zone of a table, what it holds, and the form that begins a scenario from it."""
    st.markdown(
        "La table qu'un scénario exporte se relit telle qu'elle était. De toute autre table de communes, les CPTS nommées "
        "sont remplacées comme à l'import, et les autres restent celles des données en service."
    )
    # Any file may be dropped: its content alone decides, and a refusal is ours, in French.
    depose = st.file_uploader("Table (CSV, Excel ou ODS)", key="atelier_table")
    st.caption(f"{limits_sentence()}.")
    if depose is None:
        return
    contenu = depose.getvalue()
    empreinte = hashlib.sha256(contenu).hexdigest()
    try:
        composition, remarques = _read(depose.name, contenu, atlas, empreinte + atlas.empreinte)
    except DonneesInvalides as refus:
        show_refusal(refus)
        return
    communes = count_noun(len(composition.adhesions), "commune")
    st.markdown(
        f"{count_noun(len(composition.cpts), 'CPTS', 'CPTS')}, {communes} dans l'une au moins. "
        f"Par rapport aux données en service : {_compare(atlas, composition)}"
    )
    list_remarques(list(remarques), "Comment cette table a été lue")
    with st.form("atelier_de_la_table", border=False):
        nom, auteur, note = ask_description("atelier_table")
        if st.form_submit_button(
            "Commencer un scénario de cette table", type="primary", icon=":material/add:"
        ):
            begin(atlas, nom, auteur, note, composition)


def _compare(atlas: Atlas, composition: Composition) -> str:
    chantier = get_chantier(atlas)
    return summarize(compare(chantier.sol, chantier.avant, composition))


@st.cache_resource(show_spinner="Lecture de la table…", max_entries=4)
def _read(
    _nom: str,
    _contenu: bytes,
    _atlas: Atlas,
    cle: str,  # noqa: ARG001 - tells the file, and the data that it was read against
) -> tuple[Composition, tuple[Probleme, ...]]:
    return work(read_membership_table, _nom, _contenu, _atlas)
