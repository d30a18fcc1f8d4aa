"""The comparison as one table, a card each on a phone, and its downloads."""

from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.formes.vignettes import outline
from geo.indicateurs.ecarts import Comparaison
from geo.indicateurs.territoire import CPTS, Territoire
from geo.libelles import PAR_PART
from geo.regles.couverture import DEFINITIONS
from rendu.mots.comparaison import (
    GENRES,
    comparison_groups,
    difference_unit,
    difference_word,
    gap_text,
    gap_word,
    heads,
)
from rendu.mots.faits import computed_sources, fact_sources
from rendu.mots.francais import (
    CONFIANCES_COURTES,
    count_noun,
)
from rendu.mots.indicateurs import file_number
from rendu.mots.mesures import tell_mesure
from rendu.mots.origine import origin_cells
from rendu.mots.partage import PRISES_EN_PARTIE, parts_cell
from rendu.tableau import TIRET, keep_differences, write_tableau
from ui.commun.adresse import Filtres, key
from ui.commun.telechargements import draw_telechargements


def draw_tableau(atlas: Atlas, comparaison: Comparaison, filtres: Filtres) -> None:
    """Draw the indicators by theme: the value of each territory, and under it the difference."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Indicateurs", anchor=False, width="content")
        st.toggle("Seulement les différences", key=key("differences"))
    groupes = comparison_groups(atlas, comparaison)
    montres = keep_differences(groupes) if filtres.differences else groupes
    masquees = sum(len(g.lignes) for g in groupes) - sum(len(g.lignes) for g in montres)
    if montres:
        colonnes = heads(comparaison, comparaison.territoires)
        st.html(write_tableau("Indicateurs des territoires comparés", colonnes, montres))
    else:
        st.markdown("Ces territoires ne diffèrent en rien de ce qui est connu.")
    annees = atlas.millesimes
    if any(territoire.parts for territoire in comparaison.territoires):
        st.caption(PAR_PART)
    st.caption(
        (
            f"{count_noun(masquees, 'ligne identique masquée', 'lignes identiques masquées')}. "
            if masquees
            else ""
        )
        + f"« {TIRET} » : pas de chiffre, ou pas d'écart ; un clic dit pourquoi. "
        f"Sous chaque valeur : son écart à la référence{_method(comparaison)}. « Couvert » : {DEFINITIONS[comparaison.definition]}. Ne "
        "se soustraient pas : un minimum (« au moins »), une part couverte tirée d'une liste de CPTS incomplète, un chiffre "
        "que sa source donne pour approché, deux parts de bases différentes. D'un périmètre indicatif, l'écart est approché "
        "lui aussi (« env. »). "
        f"Calculé : populations de référence {annees.population}, communes et intercommunalités de "
        f"{annees.communes}, contours IGN. Annoncé : par les "
        "sources ci-dessous, pour les CPTS seulement."
    )


def _method(comparaison: Comparaison) -> str:
    """Say when two figures are called different, where one of the cells does."""
    dits = any(c.differente is not None for ligne in comparaison.lignes for c in ligne)
    if not dits:
        return ""
    return (
        " ; « différent » : les intervalles à 95\xa0% (Wilson), élargis de ce qu'un secret laisse possible, ne se "
        "touchent pas, ce qui demande plus qu'un test de différence"
    )


def comparison_sources(atlas: Atlas, comparaison: Comparaison) -> list[str]:
    """List the sources of what is published of the CPTS compared, each once."""
    return fact_sources(atlas, [t.code for t in comparaison.territoires if t.genre == CPTS])


def draw_exports(atlas: Atlas, comparaison: Comparaison) -> None:
    """Draw the downloads: the measures, one a row, and the outlines of the territories."""
    table = make_export(atlas, comparaison)
    contours = {
        t.adresse: contour
        for t in comparaison.territoires
        if (contour := outline(atlas, t, indicatifs=comparaison.indicatifs)) is not None
    }
    dessines = [t for t in comparaison.territoires if t.adresse in contours]
    couche = gpd.GeoDataFrame(
        [describe_territoire(atlas, comparaison, t) for t in dessines],
        geometry=list(contours.values()),
        crs=atlas.communes.crs,
    )
    citees = [*computed_sources(atlas), *comparison_sources(atlas, comparaison)]
    sources = atlas.sources.loc[[i for i in citees if i in atlas.sources.index]]
    draw_telechargements(
        "comparaison", {"comparaison": table}, sources, None if couche.empty else couche
    )


def describe_territoire(
    atlas: Atlas, comparaison: Comparaison, territoire: Territoire
) -> dict[str, Any]:
    """Say what a territory of the layer is: its figures, what each is worth, and where they come from."""
    rang = comparaison.territoires.index(territoire)
    montres = {i.identifiant: i for i in atlas.registre.on("couche")}
    dites = {
        nom: tell_mesure(atlas, territoire, comparaison.ligne(nom)[rang].mesure) for nom in montres
    }
    return {
        "nom": territoire.nom,
        "genre": GENRES[territoire.genre],
        "code": territoire.code,
        "perimetre": _perimeter(territoire.confiance),
        **{
            champ: valeur
            for nom, dite in dites.items()
            for champ, valeur in ((nom, dite.valeur), (f"{nom}_qualificatif", dite.qualificatif))
        },
        **origin_cells({nom: dite.origine for nom, dite in dites.items()}),
    }


def make_export(atlas: Atlas, comparaison: Comparaison) -> pd.DataFrame:
    """Write every measure on a row of its own: numbers as numbers, and the words of the screen."""
    lignes = []
    for ligne in comparaison.lignes:
        reference = next(
            cellule.mesure
            for cellule in ligne
            if cellule.mesure.territoire == comparaison.reference
        )
        for territoire, cellule in zip(comparaison.territoires, ligne, strict=True):
            mesure = cellule.mesure
            indicateur = atlas.registre[mesure.indicateur]
            dite = tell_mesure(atlas, territoire, mesure)
            lignes.append(
                {
                    "Indicateur": dite.libelle,
                    "Territoire": territoire.nom,
                    "Genre": GENRES[territoire.genre],
                    "Code": territoire.code,
                    "Qualificatif": dite.qualificatif,
                    "Valeur": dite.valeur,
                    "Unité": dite.unite,
                    "Base": dite.origine.base,
                    "En toutes lettres": dite.texte,
                    "Au moins (secret)": dite.bornes[0],
                    "Au plus (secret)": dite.bornes[1],
                    "Intervalle à 95 %, bas": dite.intervalle[0],
                    "Intervalle à 95 %, haut": dite.intervalle[1],
                    "Écart à la référence": file_number(indicateur, cellule.ecart),
                    "Qualificatif de l'écart": ""
                    if cellule.ecart is None
                    else gap_word(indicateur, cellule.mesure, reference),
                    "Unité de l'écart": ""
                    if cellule.ecart is None
                    else difference_unit(indicateur),
                    "Écart (% de la référence)": None
                    if cellule.ecart_pct is None
                    else round(cellule.ecart_pct, 1),
                    "Différence": difference_word(cellule.differente),
                    "Remarque": _remark(gap_text(indicateur, cellule, reference)),
                    "Périmètre": dite.perimetre,
                    **_parts(comparaison, territoire),
                    "Producteur": dite.origine.producteur,
                    "Date": dite.origine.date,
                    "Source": dite.origine.source,
                }
            )
    return pd.DataFrame(lignes)


def _remark(dit: str) -> str:
    """Name a difference, which a spreadsheet would take for a formula: it begins with its sign."""
    return f"écart : {dit}" if dit[:1] in ("+", "−") else dit


def _parts(comparaison: Comparaison, territoire: Territoire) -> dict[str, str]:
    """Name the communes that count by their share; no column where there is none."""
    if not any(autre.parts for autre in comparaison.territoires):
        return {}
    return {PRISES_EN_PARTIE: parts_cell(territoire.parts)}


def _perimeter(confiance: str | None) -> str:
    return CONFIANCES_COURTES[confiance] if confiance else ""
