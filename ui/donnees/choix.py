"""What the planner decides of a table: nothing of it is done unasked."""

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.atlas import Atlas
from geo.importation.choix import Choix
from geo.importation.codes import CODES, INSEE, POSTAUX, Codes
from geo.importation.diagnostic import Diagnostic
from geo.lecture.cpts import STATUT_ABANDONNE, STATUT_INCONNU
from geo.regles.completude import study_departements
from rendu.mots.francais import NON_PUBLIEE, agree, count_noun, escape_markdown
from rendu.mots.importation import covered_sentence

# A wrong column has thousands of names: beyond a few groups, choosing one by one helps nobody.
_GROUPES_MAX = 20
_NOMS_MAX = 12


def draw_choix(
    atlas: Atlas,
    premier: Diagnostic,
    cle: str,
    beside: Callable[..., DeltaGenerator | None],
    *,
    noms_faits: bool = False,
) -> Choix:
    """Draw what is proposed, each beside what it settles, and return what was decided.

    Parameters
    ----------
    atlas
        The data in use.
    premier
        Diagnosis of the table before any decision.
    cle
        Tells the files from any other: what was decided of one says nothing of the next.
    beside
        Where the choice about some kinds of anomalies goes: see :meth:`ui.donnees.points.Cartes.beside`.
    noms_faits
        Whether names were united already, or kept apart, before memberships were told.
    """
    autres = st.container()
    with autres:
        st.markdown("**Autres choix**")
    with beside("absorbee") or autres:
        acceptees = _draw_absorptions(premier, cle)
    with beside("cpts_manquante") or autres:
        repeter = _draw_repetition(premier, cle)
    with beside("codes_postaux", "code_postal_lu", "code_postal") or autres:
        codes = _draw_codes(premier, cle)
    with beside("noms_proches") or autres:
        noms = {} if noms_faits else draw_noms(premier.noms_proches, cle)
    with beside("fiche_proche", "recouvre_une_connue") or autres:
        fiches = _draw_proposees(atlas, premier, cle)
    with autres:
        complets = _draw_complets(atlas, premier, cle)
        statut = _draw_statut(atlas, premier, cle)
        fiches = _draw_rattachees(atlas, premier, Choix(noms=noms), fiches, cle)
        retirees = _draw_retirees(atlas, premier, fiches, cle)
    return Choix(
        absorbees_acceptees=acceptees,
        noms=noms,
        fiches=fiches,
        complets=frozenset(complets),
        retirees=frozenset(retirees),
        repeter_cpts=repeter,
        statut_defaut=statut,
        codes=codes,
    )


def _draw_complets(atlas: Atlas, premier: Diagnostic, cle: str) -> list[str]:
    """Propose the departments of which the table names every commune; the planner alone declares them."""
    nom = f"import_complets_{cle}"
    declares = st.session_state.get(nom, [])
    proposes = {code: n for code, n in premier.couverts.items() if code not in declares}
    if proposes:
        noms = {c: escape_markdown(str(atlas.departements.loc[c, "nom"])) for c in proposes}
        with st.container(border=True):
            st.markdown(
                f":material/done_all: {covered_sentence(proposes, noms)} Si toutes les CPTS y sont aussi, déclarez-le."
            )
            st.button(
                f"Déclarer {count_noun(len(proposes), 'département couvert', 'départements couverts')} en entier",
                key=f"import_proposes_{cle}",
                on_click=_declare,
                args=(nom, tuple(proposes)),
            )
    complets: list[str] = st.multiselect(
        "Départements que cette table couvre en entier",
        study_departements(atlas),
        format_func=lambda code: f"{code} {atlas.departements.loc[code, 'nom']}",
        key=nom,
        placeholder="Aucun",
        help="Toutes leurs CPTS y sont : une commune hors de la table y est alors une zone blanche.",
        select_all=False,
    )
    return complets


def _declare(nom: str, codes: tuple[str, ...]) -> None:
    st.session_state[nom] = sorted({*st.session_state.get(nom, []), *codes})


def _draw_retirees(
    atlas: Atlas, premier: Diagnostic, fiches: dict[str, str], cle: str
) -> list[str]:
    retirees: list[str] = st.multiselect(
        "Fiches à retirer : CPTS connues de l'atlas, absentes de la table, qui n'existent plus",
        [cpts_id for cpts_id in premier.retirables if cpts_id not in fiches.values()],
        format_func=lambda cpts_id: _sheet_text(atlas, cpts_id),
        key=f"import_retirees_{cle}",
        placeholder="Aucune",
        help="La fiche, son périmètre et ses faits ne seront plus dans les données ; les versions d'avant les "
        "gardent.",
        select_all=False,
    )
    return retirees


def _draw_codes(premier: Diagnostic, cle: str) -> Codes:
    """Ask what the codes are, where some may be postcodes."""
    if (
        not premier.anomalies["genre"]
        .isin(["codes_postaux", "code_postal_lu", "code_postal"])
        .any()
    ):
        return ""
    codes: Codes = st.radio(
        "Codes de la table",
        ["", *CODES],
        format_func={
            "": "le nom à côté décide",
            INSEE: "codes INSEE",
            POSTAUX: "codes postaux",
        }.get,
        horizontal=True,
        key=f"import_codes_{cle}",
    )
    return codes


def _draw_absorptions(premier: Diagnostic, cle: str) -> bool:
    n = len(premier.absorptions)
    if not n:
        return False
    codes = count_noun(n, "code de commune absorbée", "codes de communes absorbées")
    return st.checkbox(
        f"Remplacer {codes} par {agree(n, 'son successeur', 'leur successeur')}",
        key=f"import_absorbees_{cle}",
    )


def _draw_repetition(premier: Diagnostic, cle: str) -> bool:
    n = premier.sans_cpts
    return bool(n) and st.checkbox(
        f"Répéter le nom de la CPTS de la ligne du dessus où il manque ({count_noun(n, 'ligne')})",
        key=f"import_repeter_{cle}",
        help="Pour des cellules laissées vides sous le nom. À ne pas cocher si une ligne vide veut dire « aucune CPTS ».",
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


def draw_noms(proches: Sequence[tuple[str, ...]], cle: str) -> dict[str, str]:
    """Draw the groups of near names, and return the name to keep of each that is united."""
    noms: dict[str, str] = {}
    for groupe in proches[:_GROUPES_MAX]:
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
    reste = len(proches) - _GROUPES_MAX
    if reste > 0:
        st.caption(
            f"Et {count_noun(reste, 'autre groupe', 'autres groupes')} de noms proches, que le diagnostic liste : les "
            "réunir dans le fichier, s'il y a lieu."
        )
    return noms


def _draw_proposees(atlas: Atlas, premier: Diagnostic, cle: str) -> dict[str, str]:
    """Draw the sheets that are proposed."""
    proposees = premier.fiches_proposees
    if not proposees:
        return {}
    reprises = st.multiselect(
        "CPTS déjà connues sous un autre nom : reprendre leur fiche",
        list(proposees),
        format_func=lambda nom: f"{nom} → {_sheet_text(atlas, proposees[nom])}",
        key=f"import_fiches_{cle}",
        placeholder="Aucune",
        select_all=False,
    )
    return {nom: proposees[nom] for nom in reprises}


def _draw_rattachees(
    atlas: Atlas, premier: Diagnostic, choix: Choix, proposees: dict[str, str], cle: str
) -> dict[str, str]:
    """Draw any other name of the table with any other sheet."""
    fiches = dict(proposees)
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
