"""The panel beside the map: the chosen CPTS or, without one, the chosen departments."""

import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.couverture import Couverture
from ui.adresse import Filtres, key, to_params
from ui.faits import OBJETS, fact_text, medecin_traitant_texts, source_text
from ui.francais import (
    CONFIANCES,
    NON_PUBLIE,
    date_etape,
    ecart,
    echapper,
    nombre,
    pourcentage,
)
from ui.page import page_exists
from ui.vue import Vue


def draw_panneau(atlas: Atlas, vue: Vue, filtres: Filtres, couverture: Couverture) -> None:
    """Draw the panel, and the choice of a CPTS by keyboard above it."""
    noms = atlas.fiches["nom"]
    st.selectbox(
        "CPTS",
        [None, *noms.sort_values().index],
        format_func=lambda i: noms[i] if i else "aucune : départements choisis",
        key=key("cpts"),
        placeholder="aucune : départements choisis",
    )
    if filtres.cpts:
        _draw_cpts(atlas, vue, filtres, filtres.cpts)
    else:
        _draw_departements(atlas, couverture)


def _draw_cpts(atlas: Atlas, vue: Vue, filtres: Filtres, cpts_id: str) -> None:
    fiche = atlas.fiches.loc[cpts_id]
    faits = atlas.faits_de(cpts_id)
    st.subheader(echapper(fiche["nom"]), anchor=False)
    st.markdown(
        f"**{echapper(fiche['statut_libelle'])}** · {date_etape(fiche['date_max'], fiche['date_precision'])}"
    )
    st.markdown("\n".join(f"- {ligne}" for ligne in _population_lines(atlas, cpts_id, faits)))
    shares = medecin_traitant_texts(faits)
    if shares:
        st.markdown("Sans médecin traitant : " + " ; ".join(f"**{part}**" for part in shares))
    else:
        st.markdown(f"Sans médecin traitant : {NON_PUBLIE}")
    st.markdown(_perimetre_text(atlas, fiche, cpts_id))
    if filtres.dep and fiche["dessinee"]:
        part = atlas.part_interieure(cpts_id, vue.departements) or 0
        if part < 1:
            st.markdown(
                f"**{pourcentage(part * 100)}** de ses habitants sont dans "
                f"{'le département choisi' if len(filtres.dep) == 1 else 'les départements choisis'} ; "
                "les totaux ne comptent que ceux-là."
            )
    st.caption(f"Source : {_sources_text(atlas, fiche, faits)}")
    if page_exists("pages/fiche.py"):
        st.page_link(
            "pages/fiche.py",
            label="Ouvrir la fiche",
            icon=":material/arrow_forward:",
            query_params=to_params(filtres),
        )


def _sources_text(atlas: Atlas, fiche: pd.Series, faits: pd.DataFrame) -> str:
    """Name each source once; where there are several, say what each is the source of."""
    objets: dict[str, list[str]] = {fiche["source_id"]: ["étape"]}
    for fait in faits.itertuples():
        siens = objets.setdefault(fait.source_id, [])
        if OBJETS[fait.indicateur] not in siens:
            siens.append(OBJETS[fait.indicateur])
    if len(objets) == 1:
        return source_text(atlas, fiche["source_id"])
    return " ; ".join(
        f"{source_text(atlas, i)} ({', '.join(siens)})" for i, siens in objets.items()
    )


def _population_lines(atlas: Atlas, cpts_id: str, faits: pd.DataFrame) -> list[str]:
    """Announced figures first, the computed ones beside them."""
    lignes = []
    dessinee = cpts_id in atlas.territoires.index
    for indicateur, nom, colonne in (
        ("population_annoncee", "Population", "population"),
        ("communes_annoncees", "Communes", "communes"),
    ):
        annonce = fact_text(faits, indicateur)
        ligne = f"{nom} : **{annonce}**"
        if annonce != NON_PUBLIE:
            ligne += " (annoncé)"
        if dessinee:
            calcule = atlas.territoires.loc[cpts_id, colonne]
            precision = "calculé, populations 2023" if colonne == "population" else "calculé"
            ligne += f" · {nombre(calcule)} ({precision}"
            publie = faits.loc[faits["indicateur"] == indicateur, "valeur"]
            if not publie.empty:
                ligne += f", {ecart((calcule - publie.iloc[0]) / publie.iloc[0] * 100)}"
            ligne += ")"
        lignes.append(ligne)
    for indicateur in ("professionnels_annonces", "membres_annonces", "etablissements_annonces"):
        texte = fact_text(faits, indicateur)
        if texte != NON_PUBLIE:
            lignes.append(f"{texte[0].upper()}{texte[1:]} (annoncé)")
    if dessinee:
        lignes.append(
            f"Densité : {nombre(atlas.territoires.loc[cpts_id, 'densite'])} hab./km² (calculé)"
        )
    return lignes


def _perimetre_text(atlas: Atlas, fiche: pd.Series, cpts_id: str) -> str:
    if not fiche["dessinee"]:
        repere = atlas.communes["nom"].get(fiche["code_commune_repere"], "")
        return f"Périmètre : **aucun publié**. Le repère est placé à {echapper(repere)}."
    raisons = atlas.perimetres.loc[atlas.perimetres["cpts_id"] == cpts_id, "justification"]
    justification = " ; ".join(echapper(raison) for raison in raisons.dropna().unique())
    return f"{CONFIANCES[fiche['confiance']].capitalize()}.  \n_Pourquoi :_ {justification}."


def _draw_departements(atlas: Atlas, couverture: Couverture) -> None:
    st.markdown(f"**Part des habitants couverts**, {couverture.libelle}")
    tableau = pd.DataFrame(
        {
            "Département": [
                atlas.departements.loc[code, "nom"] for code in couverture.par_departement.index
            ],
            "Au moins": couverture.par_departement["part_etablie_pct"].map(pourcentage),
            "+ indicatifs": couverture.par_departement["part_indicative_pct"].map(pourcentage),
        }
    )
    st.dataframe(tableau, hide_index=True, height="content")
    st.caption(
        "« Au moins » : périmètres établis seulement ; d'autres CPTS existent, dont le périmètre n'est "
        "pas publié. Choisissez un territoire sur la carte ou dans la liste."
    )
