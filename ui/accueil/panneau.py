"""The panel beside the map: the chosen CPTS or, without one, the chosen departments."""

from dataclasses import replace
from typing import Literal

import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.indicateurs.territoire import COMMUNES, CPTS, DEPARTEMENT, REGION, parse_territoire
from geo.lecture.cpts import STATUT_ABANDONNE
from geo.rangees import get_row, iterate_rows
from geo.regles.completude import study_departements
from geo.regles.comptes import name_count, name_share
from geo.regles.couverture import COUVERTE, Couverture
from geo.texte import sort_key
from rendu.carte.vue import Vue
from rendu.mots.couverture import deduced_text
from rendu.mots.etapes import stage_words
from rendu.mots.faits import (
    cited_sources,
    perimeter_lines,
    perimeter_words,
    share_texts,
    source_text,
)
from rendu.mots.francais import (
    ETABLIS_ET_INDICATIFS,
    NON_PUBLIEE,
    POURCENT,
    capitale,
    count_noun,
    escape_markdown,
    lieu,
    pourcentage,
    qualify,
)
from rendu.mots.indicateurs import write_about
from rendu.mots.panneau import figure_lines
from ui.commun.adresse import Filtres, key, to_params
from ui.commun.atlas import PAR_EMPREINTE, PAR_ETATS
from ui.commun.commune import draw_commune
from ui.commun.provenance import draw_provenance
from ui.commun.statistiques import draw_contexte

# A longer table of departments scrolls, so that the panel stays beside the map.
_LIGNES_MAX = 12
_HAUTEUR_PX = 420


def draw_panneau(atlas: Atlas, vue: Vue, filtres: Filtres, couverture: Couverture) -> None:
    """Draw the panel, and the choice of a CPTS by keyboard above it."""
    noms = _get_noms(atlas)
    st.selectbox(
        "CPTS",
        list(noms),
        format_func=noms.__getitem__,
        key=key("cpts"),
        placeholder="aucune : départements choisis",
        on_change=_leave_commune,
    )
    if filtres.commune:
        st.subheader(escape_markdown(str(atlas.communes.loc[filtres.commune, "nom"])), anchor=False)
        draw_commune(atlas, filtres, filtres.commune)
        # Here and not there: the answer of the search, on the same page, says the same of the commune.
        territoire = parse_territoire(atlas, f"{COMMUNES}:{filtres.commune}")
        draw_provenance(atlas, [territoire], filtres, filtres.ind)
        st.button("Quitter cette commune", on_click=_leave_commune, icon=":material/close:")
    if filtres.cpts:
        _draw_cpts(atlas, vue, filtres, filtres.cpts)
        draw_provenance(
            atlas, [parse_territoire(atlas, f"{CPTS}:{filtres.cpts}")], filtres, filtres.ind
        )
    elif not filtres.commune:
        _draw_departements(
            atlas, couverture.departements, couverture.definition, filtres.indicatifs, couverture
        )
        _draw_parts(atlas, couverture.departements)
        adresses = [f"{DEPARTEMENT}:{i}" for i in couverture.par_departement.index]
        draw_contexte(atlas, adresses, france=False)
        choisis = adresses if filtres.dep or filtres.reg else [*_regions(atlas), *adresses]
        draw_provenance(atlas, [parse_territoire(atlas, a) for a in choisis], filtres, filtres.ind)


@st.cache_resource(show_spinner=False, max_entries=2, hash_funcs=PAR_EMPREINTE)
def _get_noms(atlas: Atlas) -> dict[str | None, str]:
    """Return what the list of the CPTS says, sorted once for every session."""
    noms = atlas.fiches["nom"].sort_values(key=lambda serie: serie.map(sort_key))
    return {None: "aucune : départements choisis"} | {str(i): str(nom) for i, nom in noms.items()}


def _regions(atlas: Atlas) -> list[str]:
    """Return the regions of the study area, as addresses name them."""
    codes = atlas.departements.loc[list(study_departements(atlas)), "code_region"]
    return [f"{REGION}:{code}" for code in codes.unique()]


def _leave_commune() -> None:
    st.session_state[key("commune")] = None


def _draw_cpts(atlas: Atlas, vue: Vue, filtres: Filtres, cpts_id: str) -> None:
    fiche = get_row(atlas.fiches, cpts_id)
    faits = atlas.faits_de(cpts_id)
    st.subheader(escape_markdown(fiche["nom"]), anchor=False)
    st.markdown(f"**{escape_markdown(capitale(stage_words(fiche)))}**")
    if cpts_id not in vue.fiches.index:
        st.markdown("_Cette CPTS n'est pas de celles que les filtres montrent._")
        if fiche["statut"] != STATUT_ABANDONNE:
            st.page_link(
                "app.py",
                label="Montrer tous les départements et toutes les étapes",
                icon=":material/zoom_out_map:",
                query_params=to_params(
                    replace(filtres, reg=(), dep=(), statut=(), indicatifs=True)
                ),
            )
    st.markdown(
        "\n".join(
            f"- {ligne}" for ligne in figure_lines(atlas, cpts_id, indicatifs=filtres.indicatifs)
        )
    )
    for indicateur in atlas.registre.on("panneau"):
        if indicateur.par_base:
            parts = [f"**{part}**" for part in share_texts(indicateur, faits)]
            st.markdown(
                f"{indicateur.libelle} : {' ; '.join(parts)}"
                if parts
                else f"{indicateur.nom} : {NON_PUBLIEE}"
            )
    masque = atlas.is_indicatif(cpts_id) and not filtres.indicatifs
    st.markdown(_perimetre_text(atlas, fiche, cpts_id, masque=masque))
    if (filtres.dep or filtres.reg) and fiche["dessinee"] and not masque:
        part = atlas.part_interieure(cpts_id, vue.departements) or 0
        if part < 1:
            st.markdown(
                f"**{write_about(part * 100, environ=atlas.is_indicatif(cpts_id), write=pourcentage)}** de ses habitants sont dans "
                f"{'le département choisi' if len(vue.departements) == 1 else 'les départements choisis'} ; "
                "les totaux ne comptent que ceux-là."
            )
    st.caption(f"Source : {_sources_text(atlas, fiche, cpts_id)}")
    st.page_link(
        "pages/fiche.py",
        label="Ouvrir la fiche",
        icon=":material/arrow_forward:",
        query_params=to_params(filtres),
    )


def _sources_text(atlas: Atlas, fiche: pd.Series, cpts_id: str) -> str:
    """Name each source once; only where there are several, say what each is the source of."""
    sources = cited_sources(atlas, cpts_id)
    return " ; ".join(sources) if len(sources) > 1 else source_text(atlas, fiche["source_id"])


def _perimetre_text(atlas: Atlas, fiche: pd.Series, cpts_id: str, *, masque: bool) -> str:
    if not fiche["dessinee"]:
        repere = str(atlas.communes["nom"].get(fiche["code_commune_repere"], ""))
        return f"Périmètre : **aucun connu**. Le repère est placé {escape_markdown(lieu(repere))}."
    suite = " Masqué : seule sa partie établie, s'il en a une, est calculée." if masque else ""
    return f"{capitale(perimeter_words(atlas, cpts_id))}.{suite}\n\n" + "\n".join(
        f"- {ligne}" for ligne in perimeter_lines(atlas, cpts_id)
    )


@st.cache_resource(show_spinner=False, max_entries=128, hash_funcs=PAR_EMPREINTE)
def _draw_parts(atlas: Atlas, departements: tuple[str, ...]) -> None:
    """Draw the shares that sources publish, CPTS by CPTS: bases differ, so nothing is made of them."""
    fiches = atlas.fiches.loc[atlas.cpts_dans(departements)]
    for indicateur in atlas.registre.on("panneau"):
        if not indicateur.par_base:
            continue
        siens = atlas.faits.loc[atlas.faits["indicateur"] == indicateur.identifiant, "cpts_id"]
        lignes = [
            f"- {escape_markdown(str(nom))} : **{' ; '.join(share_texts(indicateur, atlas.faits_de(str(i))))}**"
            for i, nom in fiches.loc[fiches.index.isin(siens), "nom"].items()
        ]
        if not lignes:
            continue
        publiees = f"publié pour {count_noun(len(lignes), 'CPTS', 'CPTS')}"
        with st.expander(f"{indicateur.libelle} : {publiees}"):
            st.markdown("\n".join(lignes))
            st.caption(
                "Deux parts ne se comparent qu'à base égale. Leur date et leur source sont dans les fiches."
            )


@st.cache_resource(show_spinner=False, max_entries=128, hash_funcs=PAR_ETATS)
def _draw_departements(
    atlas: Atlas,
    departements: tuple[str, ...],  # noqa: ARG001 - with the next, the cache key of the coverage
    definition: str,  # noqa: ARG001
    indicatifs: bool,
    _couverture: Couverture,
) -> None:
    """Draw the coverage by department, written once for every session: Streamlit sends the next ones the same."""
    couverture = _couverture
    par_departement = couverture.par_departement
    parts = atlas.jalons[
        (atlas.jalons["indicateur"] == "part_population_couverte")
        & (atlas.jalons["zone"] == "departement")
    ].drop_duplicates("code_zone")
    publiees = pd.Series(
        [qualify(p.valeur, p.qualificatif, POURCENT) for p in iterate_rows(parts)],
        index=parts["code_zone"],
        dtype=object,
    )
    st.markdown(f"**Part des habitants couverts**, {couverture.libelle}")
    tableau = pd.DataFrame(
        {
            "Département": [atlas.departements.loc[code, "nom"] for code in par_departement.index],
            "Établis": _share_texts(par_departement, indicatifs=False),
            **(
                {capitale(ETABLIS_ET_INDICATIFS): _share_texts(par_departement, indicatifs=True)}
                if indicatifs
                else {}
            ),
            "Publié": publiees.reindex(par_departement.index).fillna("").to_numpy(),
        }
    )
    etroites = dict.fromkeys(tableau.columns[1:], st.column_config.Column(width=58))
    etroites[capitale(ETABLIS_ET_INDICATIFS)] = st.column_config.Column(width=130)
    hauteur: Literal["content"] | int = "content" if len(tableau) <= _LIGNES_MAX else _HAUTEUR_PX
    st.dataframe(tableau, hide_index=True, height=hauteur, column_config=etroites)
    suite = "Choisissez un territoire sur la carte ou dans la liste."
    assise = deduced_text(couverture.n_perimetres, len(couverture.deduites))
    if couverture.exacte:
        st.caption(
            "Toutes les CPTS sont connues et dessinées : ces parts ne sont pas des minimums"
            f"{f', mais sont calculées {assise}' if assise else ''}. {suite}"
        )
    else:
        st.caption(
            f"« Établis » : au moins cette part{f', {assise}' if assise else ''}. « Inconnu » : aucun périmètre qui compte n'est dessiné ; ce n'est pas "
            f"« non couvert ». « Publié » : date et définition dans « Chiffres publiés », sous la carte. {suite}"
        )


def _share_texts(par_departement: pd.DataFrame, *, indicatifs: bool) -> list[str]:
    return [
        _share_text(part_pct, communes)
        for part_pct, communes in zip(
            par_departement[name_share("population", indicatifs=indicatifs)],
            par_departement[name_count("communes", COUVERTE, indicatifs=indicatifs)],
            strict=True,
        )
    ]


def _share_text(part_pct: float | None, communes: int) -> str:
    return pourcentage(part_pct) if communes and part_pct is not None else "inconnu"
