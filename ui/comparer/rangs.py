"""The rank and the quarter of each CPTS compared, among those of the chosen departments."""

import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.indicateurs.ecarts import Comparaison
from geo.indicateurs.mesures import AUTRE_BASE, NON_PUBLIE, VALEUR_APPROCHEE
from geo.indicateurs.rangs import (
    HORS_CHOIX,
    QUARTS_CONFONDUS,
    TROP_PEU,
    Rang,
    rank_cpts,
    ranked_perimeters,
)
from geo.indicateurs.territoire import CPTS
from geo.perimetre import are_indicatives
from rendu.carte.vue import chosen_departements
from rendu.mots.comparaison import RAISONS, names, perimeter_mark
from rendu.mots.francais import count_noun, escape_markdown, join_words
from rendu.mots.indicateurs import row_label
from ui.commun.adresse import Filtres

_QUARTS = ("quart le plus élevé", "deuxième quart", "troisième quart", "quart le plus bas")
_SANS_QUART = {
    TROP_PEU: "moins de 4 valeurs : pas de quartile",
    QUARTS_CONFONDUS: "valeurs trop proches : pas de quartile",
}
_SANS_RANG = RAISONS | {
    HORS_CHOIX: "hors des CPTS classées",
    AUTRE_BASE: "bases différentes : non classée",
    VALEUR_APPROCHEE: "chiffre approché : non classée",
}


def draw_rangs(atlas: Atlas, comparaison: Comparaison, filtres: Filtres) -> None:
    """Draw the ranks, one column a CPTS; nothing where none is compared."""
    cpts = [t for t in comparaison.territoires if t.genre == CPTS]
    if not cpts:
        return
    departements = chosen_departements(atlas, filtres)
    parmi = atlas.cpts_dans(departements)
    rangs = [rank_cpts(atlas, t.code, parmi, indicatifs=comparaison.indicatifs) for t in cpts]
    st.subheader("Rang parmi les CPTS", anchor=False)
    # A base that none of them publishes says nothing of them.
    cles = dict.fromkeys(
        (r.indicateur, r.base)
        for siens in rangs
        for r in siens
        if not r.base or r.raison not in {AUTRE_BASE, NON_PUBLIE}
    )
    par_cle = [{(r.indicateur, r.base): r for r in siens} for siens in rangs]
    noms = names(comparaison)
    table = pd.DataFrame(
        [[_text(siens.get(cle)) for siens in par_cle] for cle in cles],
        index=[
            row_label(atlas.registre[nom], base, indicatifs=comparaison.indicatifs)
            for nom, base in cles
        ],
        columns=[noms[t.adresse] + perimeter_mark(comparaison, t) for t in cpts],
    )
    st.table(table, border="horizontal")
    ou = join_words(
        escape_markdown(str(atlas.departements.loc[code, "nom"])) for code in departements
    )
    st.caption(
        f"Parmi les {count_noun(len(parmi), 'CPTS connue', 'CPTS connues')} "
        f"({ou or 'toute la zone d’étude'}), projets abandonnés exceptés. Rang 1 : la valeur la plus élevée ; "
        "à égalité, même rang. Quarts : quartiles des valeurs classées, par interpolation linéaire. Chiffres annoncés : "
        "seuls les exacts, et de même base, sont classés. Chiffres calculés : ils reposent sur "
        f"{_perimeters(atlas, parmi, indicatifs=comparaison.indicatifs)}. La liste des CPTS n'est pas complète."
    )


def _perimeters(atlas: Atlas, parmi: pd.Index, *, indicatifs: bool) -> str:
    """Say how many perimeters the computed figures rest on, and how many of them are hypotheses."""
    classes = ranked_perimeters(atlas, parmi, indicatifs=indicatifs)
    if not indicatifs:
        return count_noun(
            len(classes), "périmètre établi en entier", "périmètres établis en entier"
        )
    hypotheses = int(are_indicatives(atlas.fiches.loc[classes, "confiance"]).sum())
    connus = count_noun(len(classes), "périmètre connu", "périmètres connus")
    return f"{connus}, dont {count_noun(hypotheses, 'indicatif')}"


def _text(rang: Rang | None) -> str:
    if rang is None:
        return "non publié"
    if rang.rang is None:
        suite = "aucune" if not rang.effectif else count_noun(rang.effectif, "classée")
        return f":small[{_SANS_RANG[rang.raison or '']}  \n{suite}]"
    if rang.effectif == 1:
        return ":small[seule valeur classée : pas de rang]"
    position = f"{rang.rang}{'re' if rang.rang == 1 else 'e'} sur {rang.effectif}"
    quart = _QUARTS[rang.quart - 1] if rang.quart else _SANS_QUART[rang.raison_quart or ""]
    return f"**{position}**  \n:small[{quart}]"
