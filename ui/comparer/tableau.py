"""The comparison as one table, and its downloads."""

import re

import geopandas as gpd
import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.formes.vignettes import outline
from geo.indicateurs.ecarts import REFERENCE, Comparaison
from geo.indicateurs.territoire import CPTS
from geo.rangees import get_row
from geo.regles.couverture import DEFINITIONS
from rendu.mots.comparaison import GENRES, gap_text, names, perimeter_mark, value_text
from rendu.mots.faits import computed_sources, fact_sources
from rendu.mots.francais import BASES, CONFIANCES_COURTES, date_partielle, escape_markdown
from rendu.mots.indicateurs import row_label
from ui.commun.telechargements import draw_telechargements

_INSECABLE = re.compile("([\xa0\u202f])")


def draw_tableau(atlas: Atlas, comparaison: Comparaison) -> None:
    """Draw the indicators, one column a territory: the value, and under it the difference."""
    st.subheader("Indicateurs", anchor=False)
    rang = [t.adresse for t in comparaison.territoires].index(comparaison.reference)
    lignes = {}
    for ligne in comparaison.lignes:
        indicateur = atlas.registre[ligne[0].mesure.indicateur]
        textes = [
            _cell(
                value_text(atlas, territoire, cellule.mesure),
                ""
                if cellule.refus == REFERENCE
                else gap_text(indicateur, cellule, ligne[rang].mesure),
                en_gras=cellule.mesure.raison is None,
            )
            for territoire, cellule in zip(comparaison.territoires, ligne, strict=True)
        ]
        libelle = row_label(indicateur, ligne[0].mesure.base, indicatifs=comparaison.indicatifs)
        lignes[libelle] = textes
    table = pd.DataFrame.from_dict(lignes, orient="index", columns=_headers(comparaison))
    st.table(table, border="horizontal")
    annees = atlas.millesimes
    st.caption(
        f"Sous chaque valeur : son écart à la référence. « Couvert » : {DEFINITIONS[comparaison.definition]}. Ne "
        "se soustraient pas : un minimum (« au moins »), une part couverte tirée d'une liste de CPTS incomplète, un chiffre "
        "approché, deux parts de bases différentes. "
        f"Calculé : populations de référence {annees.population}, communes et intercommunalités de "
        f"{annees.communes}, contours IGN. Annoncé : par les "
        "sources ci-dessous, pour les CPTS seulement."
    )


def _cell(valeur: str, suite: str, *, en_gras: bool) -> str:
    texte = f"**{_escape(valeur)}**" if en_gras else f":small[{_escape(valeur)}]"
    return f"{texte}  \n:small[{_escape(suite)}]" if suite else texte


def _escape(texte: str) -> str:
    """Escape all but the spaces that must not break: a number stays on one line with its unit."""
    return "".join(
        morceau if _INSECABLE.match(morceau) else escape_markdown(morceau)
        for morceau in _INSECABLE.split(texte)
    )


def _headers(comparaison: Comparaison) -> list[str]:
    """Name the columns, and say which is the reference and which rest on an indicative perimeter."""
    noms = names(comparaison)
    return [
        noms[t.adresse]
        + (" (référence)" if t.adresse == comparaison.reference else "")
        + perimeter_mark(comparaison, t)
        for t in comparaison.territoires
    ]


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
    valeurs = {
        indicateur.identifiant: [
            cellule.mesure.valeur
            for t, cellule in zip(
                comparaison.territoires,
                comparaison.ligne(indicateur.identifiant),
                strict=True,
            )
            if t.adresse in contours
        ]
        for indicateur in atlas.registre.on("couche")
    }
    couche = gpd.GeoDataFrame(
        {
            "nom": [t.nom for t in dessines],
            "genre": [GENRES[t.genre] for t in dessines],
            "code": [t.code for t in dessines],
            "perimetre": [_perimeter(t.confiance) for t in dessines],
            **valeurs,
        },
        geometry=list(contours.values()),
        crs=atlas.communes.crs,
    )
    citees = [*computed_sources(atlas), *comparison_sources(atlas, comparaison)]
    sources = atlas.sources.loc[[i for i in citees if i in atlas.sources.index]]
    draw_telechargements(
        "comparaison", {"comparaison": table}, sources, None if couche.empty else couche
    )


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
            source = get_row(atlas.sources, mesure.source_id) if mesure.source_id else None
            lignes.append(
                {
                    "Indicateur": row_label(
                        indicateur, mesure.base, indicatifs=comparaison.indicatifs
                    ),
                    "Territoire": territoire.nom,
                    "Genre": GENRES[territoire.genre],
                    "Code": territoire.code,
                    "Valeur": mesure.valeur,
                    "Unité": indicateur.unite,
                    "Base": BASES[mesure.base] if mesure.base else "",
                    "En toutes lettres": value_text(atlas, territoire, mesure),
                    "Écart à la référence": cellule.ecart,
                    "Écart (%)": cellule.ecart_pct,
                    "Remarque": gap_text(indicateur, cellule, reference),
                    "Périmètre": _perimeter(mesure.confiance),
                    "Date": _date(source) if source is not None else indicateur.millesime,
                    "Source": ""
                    if source is None
                    else f"{source['titre']}, {source['producteur']}",
                }
            )
    return pd.DataFrame(lignes)


def _perimeter(confiance: str | None) -> str:
    return CONFIANCES_COURTES[confiance] if confiance else ""


def _date(source: pd.Series) -> str:
    return date_partielle(source["date"] if isinstance(source["date"], str) else None)
