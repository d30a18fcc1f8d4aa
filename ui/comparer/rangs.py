"""The rank and the quarter of each CPTS compared, among those of the chosen departments."""

import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.indicateurs.ecarts import Comparaison
from geo.indicateurs.mesures import AUTRE_BASE, NON_PUBLIE, VALEUR_APPROCHEE
from geo.indicateurs.rangs import (
    HORS_CHOIX,
    QUART_OUVERT,
    QUARTS_CONFONDUS,
    TROP_PEU,
    Rang,
    rank_cpts,
    ranked_perimeters,
)
from geo.indicateurs.territoire import CPTS
from geo.perimetre import are_indicatives
from geo.regles.debords import find_debords
from rendu.carte.vue import chosen_departements
from rendu.mots.comparaison import RAISONS, group_by_theme, heads
from rendu.mots.couverture import edge_sentence
from rendu.mots.francais import BASES, count_noun, escape_markdown
from rendu.mots.indicateurs import base_text, row_label
from rendu.mots.rangs import among_text, rank_text
from rendu.tableau import TIRET, Case, Ligne, Partie, write_tableau
from ui.commun.adresse import Filtres
from ui.commun.atlas import PAR_ETATS

_QUARTS = ("quart le plus élevé", "deuxième quart", "troisième quart", "quart le plus bas")
_SANS_QUART = {
    TROP_PEU: "moins de 4 valeurs : pas de quartile",
    QUARTS_CONFONDUS: "valeurs trop proches : pas de quartile",
    QUART_OUVERT: "valeurs secrètes ou manquantes : pas de quartile",
}
_SANS_RANG = RAISONS | {
    HORS_CHOIX: "hors des CPTS classées",
    AUTRE_BASE: "bases différentes : non classée",
    VALEUR_APPROCHEE: "chiffre approché : non classée",
}


def draw_rangs(atlas: Atlas, comparaison: Comparaison, filtres: Filtres) -> None:
    """Draw the ranks by theme, one column a CPTS; nothing where none is compared."""
    cpts = [t for t in comparaison.territoires if t.genre == CPTS]
    if not cpts:
        return
    departements = chosen_departements(atlas, filtres)
    parmi = atlas.cpts_dans(departements)
    rangs = [_rank(atlas, t.code, tuple(parmi), comparaison.indicatifs) for t in cpts]
    st.subheader("Rang parmi les CPTS", anchor=False)
    lignes = _rows(atlas, rangs)
    groupes = group_by_theme(atlas.registre, lignes)
    st.html(
        write_tableau(
            "Rangs des CPTS comparées", heads(comparaison, cpts, reference=False), groupes
        )
    )
    indicatifs = comparaison.indicatifs
    debords = edge_sentence(find_debords(atlas, departements, indicatifs=indicatifs))
    st.caption(
        f"{escape_markdown(among_text(atlas, parmi, departements))}. Rang 1 : la valeur la plus élevée ; "
        "à égalité, même rang. Quarts : quartiles des valeurs classées, par interpolation linéaire. Chiffres annoncés : "
        "seuls les exacts, et de même base, sont classés. Chiffres calculés : ils reposent sur "
        f"{_perimeters(atlas, parmi, indicatifs=indicatifs)}. La liste des CPTS n'est pas complète."
        f"{_open_text(rangs)}{debords and f' {debords}'}"
    )


@st.cache_resource(show_spinner=False, max_entries=128, hash_funcs=PAR_ETATS)
def _rank(atlas: Atlas, cpts_id: str, parmi: tuple[str, ...], indicatifs: bool) -> tuple[Rang, ...]:
    return rank_cpts(atlas, cpts_id, parmi, indicatifs=indicatifs)


def _open_text(rangs: list[tuple[Rang, ...]]) -> str:
    """Say what an open rank covers, where there is one."""
    ouverts = any(rang.rang != rang.rang_max for siens in rangs for rang in siens)
    dit = (
        " Rang « 6e à 8e » : le meilleur et le pire que laissent possibles les valeurs secrètes ou manquantes ; il "
        "ne dit rien du hasard."
    )
    return dit if ouverts else ""


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


def _rows(atlas: Atlas, rangs: list[tuple[Rang, ...]]) -> list[tuple[str, Ligne]]:
    """Make a row an indicator, its bases brought together; a base that no CPTS publishes says nothing of them."""
    publies = dict.fromkeys(
        r.indicateur for siens in rangs for r in siens if not r.base or _is_published(r)
    )
    return [
        (
            nom,
            Ligne(
                row_label(atlas.registre[nom], None),
                tuple(_cell([r for r in siens if r.indicateur == nom]) for siens in rangs),
                base_text(atlas.registre[nom]),
            ),
        )
        for nom in publies
    ]


def _is_published(rang: Rang) -> bool:
    return rang.raison not in {AUTRE_BASE, NON_PUBLIE}


def _cell(rangs: list[Rang]) -> Case:
    """Write the ranks of a CPTS for one indicator, one a base that it publishes, or why it has none."""
    publies = [rang for rang in rangs if _is_published(rang)]
    classes = [rang for rang in publies if rang.rang is not None and rang.effectif > 1]
    if classes:
        return tuple(partie for rang in classes for partie in _parts(rang))
    dits = [_refusal(rang) for rang in publies or rangs[:1]] or [RAISONS[NON_PUBLIE]]
    return (Partie(TIRET, pourquoi=" ; ".join(dict.fromkeys(dits))),)


def _refusal(rang: Rang) -> str:
    if rang.rang is not None:
        return "seule valeur classée : pas de rang"
    suite = "aucune" if not rang.effectif else count_noun(rang.effectif, "classée")
    base = f", part {BASES[rang.base]}" if rang.base else ""
    return f"{_SANS_RANG[rang.raison or '']} ({suite}{base})"


def _parts(rang: Rang) -> Case:
    position = rank_text(rang.rang or 0, rang.rang_max or 0, rang.effectif)
    quart = _QUARTS[rang.quart - 1] if rang.quart else _SANS_QUART[rang.raison_quart or ""]
    base = f"(part {BASES[rang.base]})" if rang.base else ""
    return Partie(position, base), Partie(quart, seconde=True)
