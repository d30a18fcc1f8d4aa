"""Departments taken as complete: what the file says, what the session tries, and what contradicts it."""

from collections.abc import Iterable

import streamlit as st

from geo.atlas import Atlas
from geo.rangees import get_row
from geo.regles.completude import (
    departements_complets,
    find_unlisted,
    study_departements,
    undrawn_cpts,
)
from rendu.mots.faits import source_text
from rendu.mots.francais import date_partielle, escape_markdown, join_words, nombre, qualify
from ui.commun.adresse import Filtres, key
from ui.commun.atlas import PAR_ETATS


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=PAR_ETATS)
def complete_departements(atlas: Atlas) -> tuple[str, ...]:
    """List the departments where an uncovered commune may be called a zone blanche."""
    return tuple(sorted(departements_complets(atlas)))


def draw_declarations(atlas: Atlas, filtres: Filtres) -> None:
    """Say, on every page, which departments this session takes as complete, or not, for a trial."""
    essai = trial_text(atlas, filtres)
    if essai:
        st.info(
            f"Essai pour cette session, autrement que dans le fichier. Départements {escape_markdown(essai)}. Le lien de la "
            "page porte cet essai ; les données ne changent pas.",
            icon=":material/science:",
        )
    for phrase in contradictions(atlas, filtres.complet):
        st.warning(phrase, icon=":material/warning:")


def trial_text(atlas: Atlas, filtres: Filtres) -> str:
    """Say which departments the session takes as complete, or not; empty without a trial. Not escaped."""
    noms = atlas.departements["nom"]
    essais = {
        "complets": [code for code in filtres.complet if code not in filtres.incomplet],
        "incomplets": filtres.incomplet,
    }
    return " ; ".join(
        f"{mot} : {join_words(noms[code] for code in codes)}"
        for mot, codes in essais.items()
        if codes
    )


def draw_choix(atlas: Atlas, filtres: Filtres) -> None:
    """Draw the choice of the departments declared complete or not, for a trial."""
    declares = atlas.completude.set_index("code_departement")["complet"]
    departements = study_departements(atlas)
    selon_fichier = {code for code in departements if declares.get(code) == "oui"}
    gauche, droite = st.columns(2)
    gauche.multiselect(
        "Déclarer complets",
        [code for code in departements if code not in selon_fichier or code in filtres.complet],
        format_func=lambda code: f"{code} {atlas.departements.loc[code, 'nom']}",
        key=key("complet"),
        placeholder="Aucun de plus que le fichier",
        select_all=False,
        help="Complet : toutes les CPTS du département sont connues et dessinées. Une commune hors de tout "
        "périmètre y est alors une zone blanche.",
    )
    droite.multiselect(
        "Déclarer incomplets",
        [code for code in departements if code in selon_fichier or code in filtres.incomplet],
        format_func=lambda code: f"{code} {atlas.departements.loc[code, 'nom']}",
        key=key("incomplet"),
        placeholder="Aucun de plus que le fichier",
        select_all=False,
    )


def contradictions(atlas: Atlas, complets: Iterable[str]) -> list[str]:
    """Say, as Markdown, what speaks against taking departments as complete."""
    declares = sorted(atlas.declares.intersection(complets))
    if not declares:
        return []
    sans_perimetre = undrawn_cpts(atlas).groupby("code_departement")["cpts_id"].agg(list)
    absentes = find_unlisted(atlas)
    phrases = []
    for code in declares:
        if code in sans_perimetre.index:
            ids = sans_perimetre[code]
            noms = join_words(escape_markdown(str(atlas.fiches.loc[i, "nom"])) for i in ids)
            raison = (
                f"{noms} {'y est connue' if len(ids) == 1 else 'y sont connues'} sans périmètre."
            )
        elif code in absentes.index and code not in complete_departements(atlas):
            absente = get_row(absentes, code)
            date = absente["date"] if isinstance(absente["date"], str) else None
            raison = (
                f"{qualify(absente['publiees'], absente['qualificatif'])} CPTS sont publiées "
                f"({date_partielle(date)}), les données en connaissent {nombre(absente['connues'])}. "
                f"{source_text(atlas, absente['source_id'])}."
            )
        else:
            continue
        phrases.append(
            f"{escape_markdown(str(atlas.departements.loc[code, 'nom']))} ne peut pas être tenu pour complet : {raison} Ses communes hors périmètre "
            "restent « sans périmètre connu qui compte »."
        )
    return phrases
