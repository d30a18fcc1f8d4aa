"""What the planner decides of a table: nothing of it is done unasked."""

import streamlit as st

from geo.atlas import Atlas
from geo.importation.choix import Choix
from geo.importation.diagnostic import Diagnostic
from geo.lecture.cpts import STATUT_ABANDONNE, STATUT_INCONNU
from geo.regles.completude import study_departements
from rendu.mots.francais import NON_PUBLIE, NON_PUBLIEE, count_noun, escape_markdown

COLONNES_ABSORPTIONS = {
    "code_commune": "Code dans la table",
    "ancien_nom": "Ancien nom",
    "successeur": "Successeur",
    "nom_successeur": "Nom du successeur",
    "population": "Population du successeur ({})",
}
_LIGNES_MAX = 12
_HAUTEUR_PX = 420
# A wrong column has thousands of names: beyond a few groups, choosing one by one helps nobody.
_GROUPES_MAX = 20
_NOMS_MAX = 12


def draw_choix(atlas: Atlas, premier: Diagnostic, cle: str) -> Choix:
    """Draw what is proposed, and return what was decided.

    Parameters
    ----------
    atlas
        The data in use.
    premier
        Diagnosis of the table before any decision.
    cle
        Tells the files from any other: what was decided of one says nothing of the next.
    """
    st.subheader("Vos choix", anchor=False)
    acceptees = _draw_absorptions(atlas, premier, cle)
    repeter = _draw_repetition(premier, cle)
    noms = _draw_noms(premier, cle)
    fiches = _draw_fiches(atlas, premier, Choix(noms=noms), cle)
    statut = _draw_statut(atlas, premier, cle)
    complets = st.multiselect(
        "Départements que cette table couvre en entier",
        study_departements(atlas),
        format_func=lambda code: f"{code} {atlas.departements.loc[code, 'nom']}",
        key=f"import_complets_{cle}",
        placeholder="Aucun",
        help="Toutes leurs CPTS y sont : une commune hors de la table y est alors une zone blanche.",
        select_all=False,
    )
    retirees = st.multiselect(
        "Fiches à retirer : CPTS connues de l'atlas, absentes de la table, qui n'existent plus",
        [cpts_id for cpts_id in premier.retirables if cpts_id not in fiches.values()],
        format_func=lambda cpts_id: _sheet_text(atlas, cpts_id),
        key=f"import_retirees_{cle}",
        placeholder="Aucune",
        help="La fiche, son périmètre et ses faits ne seront plus dans les données ; les versions d'avant les "
        "gardent.",
        select_all=False,
    )
    return Choix(
        absorbees_acceptees=acceptees,
        noms=noms,
        fiches=fiches,
        complets=frozenset(complets),
        retirees=frozenset(retirees),
        repeter_cpts=repeter,
        statut_defaut=statut,
    )


def _draw_absorptions(atlas: Atlas, premier: Diagnostic, cle: str) -> bool:
    n = len(premier.absorptions)
    if not n:
        return False
    codes = count_noun(n, "code de commune absorbée", "codes de communes absorbées")
    acceptees = st.checkbox(f"Remplacer {codes} par leur successeur", key=f"import_absorbees_{cle}")
    annee = atlas.millesimes.population
    titres = {nom: titre.format(annee) for nom, titre in COLONNES_ABSORPTIONS.items()}
    st.dataframe(
        premier.absorptions.fillna({"ancien_nom": NON_PUBLIE}).rename(columns=titres),
        hide_index=True,
        height="content" if n <= _LIGNES_MAX else _HAUTEUR_PX,
    )
    return acceptees


def _draw_repetition(premier: Diagnostic, cle: str) -> bool:
    n = premier.sans_cpts
    return bool(n) and st.checkbox(
        f"Répéter le nom de la CPTS de la ligne du dessus où il manque ({count_noun(n, 'ligne')})",
        key=f"import_repeter_{cle}",
        help="Cellules laissées vides sous le nom, dans le tableur ; à ne pas cocher si une ligne vide veut dire "
        "aucune CPTS.",
    )


def _draw_statut(atlas: Atlas, premier: Diagnostic, cle: str) -> str | None:
    n = premier.sans_statut
    if not n:
        return None
    libelles = atlas.statuts.sort_values("ordre")["libelle"].drop(
        [STATUT_INCONNU, STATUT_ABANDONNE], errors="ignore"
    )
    statut: str | None = st.selectbox(
        f"Étape des CPTS dont la table ne dit rien ({n}) ; sans étape, elles ne comptent dans aucune couverture",
        [None, *libelles.index],
        format_func=lambda statut: NON_PUBLIEE if statut is None else libelles[statut],
        key=f"import_statut_{cle}",
    )
    return statut


def _draw_noms(premier: Diagnostic, cle: str) -> dict[str, str]:
    noms: dict[str, str] = {}
    for groupe in premier.noms_proches[:_GROUPES_MAX]:
        cites = " · ".join(groupe[:_NOMS_MAX])
        if len(groupe) > _NOMS_MAX:
            cites += f" · et {count_noun(len(groupe) - _NOMS_MAX, 'autre')}"
        garde = st.selectbox(
            f"Une seule CPTS ? {escape_markdown(cites)}",
            [None, *groupe],
            format_func=lambda nom: "non, des CPTS différentes" if nom is None else f"oui : {nom}",
            key=f"import_noms_{groupe[0]}_{cle}",
        )
        if garde is not None:
            noms |= dict.fromkeys(groupe, garde)
    reste = len(premier.noms_proches) - _GROUPES_MAX
    if reste > 0:
        st.caption(
            f"Et {count_noun(reste, 'autre groupe', 'autres groupes')} de noms proches, que le diagnostic liste : les "
            "réunir dans le fichier, s'il y a lieu."
        )
    return noms


def _draw_fiches(atlas: Atlas, premier: Diagnostic, choix: Choix, cle: str) -> dict[str, str]:
    """Draw the sheets that are proposed, then any other name with any other sheet."""
    fiches: dict[str, str] = {}
    proposees = premier.fiches_proposees
    if proposees:
        reprises = st.multiselect(
            "CPTS déjà connues sous un autre nom : reprendre leur fiche",
            list(proposees),
            format_func=lambda nom: f"{nom} → {_sheet_text(atlas, proposees[nom])}",
            key=f"import_fiches_{cle}",
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
        key=f"import_rattachees_{cle}",
        placeholder="Aucune",
        help="Sans rattachement, une CPTS que l'atlas ne connaît pas reçoit une fiche nouvelle.",
        select_all=False,
    )
    for nom in rattachees:
        cpts_id = st.selectbox(
            f"Fiche de « {escape_markdown(nom)} »",
            [i for i in premier.retirables if i not in fiches.values()],
            index=None,
            format_func=lambda cpts_id: _sheet_text(atlas, cpts_id),
            placeholder="Choisir une fiche",
            key=f"import_rattachee_{nom}_{cle}",
        )
        if cpts_id is not None:
            fiches[nom] = cpts_id
    return fiches


def _sheet_text(atlas: Atlas, cpts_id: str) -> str:
    fiche = atlas.fiches.loc[cpts_id]
    return f"{fiche['nom']} ({', '.join(fiche['departements'])})"
