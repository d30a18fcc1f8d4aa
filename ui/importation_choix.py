"""What the planner decides of a table: nothing of it is done unasked."""

import streamlit as st

from geo.atlas import Atlas
from geo.completude import study_departements
from geo.importation.diagnostic import Choix, Diagnostic
from ui.francais import accorder, echapper

COLONNES_ABSORPTIONS = {
    "code_commune": "Code dans la table",
    "ancien_nom": "Ancien nom",
    "successeur": "Successeur",
    "nom_successeur": "Nom du successeur",
    "population": "Population du successeur (2023)",
}
_LIGNES_MAX = 12
_HAUTEUR_PX = 420


def draw_choix(atlas: Atlas, premier: Diagnostic) -> Choix:
    """Draw what is proposed, and return what was decided.

    Parameters
    ----------
    atlas
        The data in use.
    premier
        Diagnosis of the table before any decision.
    """
    st.subheader("Vos choix", anchor=False)
    acceptees = _draw_absorptions(premier)
    noms = _draw_noms(premier)
    fiches = _draw_fiches(atlas, premier, Choix(noms=noms))
    complets = st.multiselect(
        "Départements que cette table couvre en entier",
        study_departements(atlas),
        format_func=lambda code: f"{code} {atlas.departements.loc[code, 'nom']}",
        key="import_complets",
        placeholder="Aucun",
        help="Toutes leurs CPTS y sont : une commune hors de la table y est alors une zone blanche.",
        select_all=False,
    )
    retirees = st.multiselect(
        "Fiches à retirer : CPTS connues de l'atlas, absentes de la table, qui n'existent plus",
        [cpts_id for cpts_id in premier.retirables if cpts_id not in fiches.values()],
        format_func=lambda cpts_id: _sheet_text(atlas, cpts_id),
        key="import_retirees",
        placeholder="Aucune",
        help="La fiche, son périmètre et ses faits ne seront plus dans les données ; les versions d'avant les "
        "gardent.",
        select_all=False,
    )
    return Choix(acceptees, noms, fiches, frozenset(complets), frozenset(retirees))


def _draw_absorptions(premier: Diagnostic) -> bool:
    n = len(premier.absorptions)
    if not n:
        return False
    codes = accorder(n, "code de commune absorbée", "codes de communes absorbées")
    acceptees = st.checkbox(f"Remplacer {codes} par leur successeur", key="import_absorbees")
    st.dataframe(
        premier.absorptions.rename(columns=COLONNES_ABSORPTIONS),
        hide_index=True,
        height="content" if n <= _LIGNES_MAX else _HAUTEUR_PX,
    )
    return acceptees


def _draw_noms(premier: Diagnostic) -> dict[str, str]:
    noms: dict[str, str] = {}
    for groupe in premier.noms_proches:
        garde = st.selectbox(
            f"Une seule CPTS ? {echapper(' · '.join(groupe))}",
            [None, *groupe],
            format_func=lambda nom: "non, des CPTS différentes" if nom is None else f"oui : {nom}",
            key=f"import_noms_{groupe[0]}",
        )
        if garde is not None:
            noms |= dict.fromkeys(groupe, garde)
    return noms


def _draw_fiches(atlas: Atlas, premier: Diagnostic, choix: Choix) -> dict[str, str]:
    """Draw the sheets that are proposed, then any other name with any other sheet."""
    fiches: dict[str, str] = {}
    proposees = premier.fiches_proposees
    if proposees:
        reprises = st.multiselect(
            "CPTS déjà connues sous un autre nom : reprendre leur fiche",
            list(proposees),
            format_func=lambda nom: f"{nom} → {_sheet_text(atlas, proposees[nom])}",
            key="import_fiches",
            placeholder="Aucune",
            select_all=False,
        )
        fiches = {nom: proposees[nom] for nom in reprises}
    nouvelles = {choix.name_kept(nom) for nom in premier.cpts.index[~premier.cpts["connue"]]}
    if not nouvelles.difference(fiches) or not premier.retirables:
        return fiches
    rattachees = st.multiselect(
        "Autres CPTS de la table à rattacher, à la main, à une fiche connue",
        sorted(nouvelles.difference(fiches)),
        key="import_rattachees",
        placeholder="Aucune",
        help="Sans rattachement, une CPTS que l'atlas ne connaît pas reçoit une fiche nouvelle.",
        select_all=False,
    )
    for nom in rattachees:
        cpts_id = st.selectbox(
            f"Fiche de « {echapper(nom)} »",
            [i for i in premier.retirables if i not in fiches.values()],
            index=None,
            format_func=lambda cpts_id: _sheet_text(atlas, cpts_id),
            placeholder="Choisir une fiche",
            key=f"import_rattachee_{nom}",
        )
        if cpts_id is not None:
            fiches[nom] = cpts_id
    return fiches


def _sheet_text(atlas: Atlas, cpts_id: str) -> str:
    fiche = atlas.fiches.loc[cpts_id]
    return f"{fiche['nom']} ({', '.join(fiche['departements'])})"
