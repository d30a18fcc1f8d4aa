"""The figures that can be compared, as bars."""

from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.indicateurs.annonces import EXACT
from geo.indicateurs.ecarts import Cellule, Comparaison
from rendu.carte.theme import Theme
from rendu.mots.comparaison import value_text
from rendu.mots.indicateurs import weigh, with_base
from ui.commun.atlas import PAR_ETATS
from ui.commun.theme import PAR_THEME, chart_theme
from ui.comparer.cle import PAR_COMPARAISON

# What a bar takes under its name, and the title: Vega fits it all into the height of the chart.
_PAS_PX = 44
_TITRE_PX = 38
# Room at the end of the longest bar for its figure.
_MARGE = 1.45


def draw_barres(atlas: Atlas, comparaison: Comparaison) -> None:
    """Draw a chart for each indicator of which at least two territories have a value."""
    _draw_barres(atlas, comparaison, chart_theme())


# Once for every session: Streamlit sends the next ones the same messages.
@st.cache_resource(
    show_spinner=False, max_entries=64, hash_funcs=PAR_ETATS | PAR_THEME | PAR_COMPARAISON
)
def _draw_barres(atlas: Atlas, comparaison: Comparaison, theme: Theme) -> None:
    st.subheader("Ordres de grandeur", anchor=False)
    # One chart each: a bar of inhabitants never stands on the scale of another figure, nor an announced figure
    # beside a computed one.
    lignes = [
        comparaison.ligne(indicateur.identifiant) for indicateur in atlas.registre.on("barres")
    ]
    lignes = [ligne for ligne in lignes if sum(c.mesure.valeur is not None for c in ligne) > 1]
    for rang in range(0, len(lignes), 2):
        for colonne, ligne in zip(
            st.columns(2, gap="medium"), lignes[rang : rang + 2], strict=False
        ):
            with colonne:
                st.altair_chart(make_barres(atlas, comparaison, ligne, theme), theme=None)
    st.caption(
        "Barre foncée : la référence. Barre claire : les autres. Contour en tirets : chiffre approché (« environ », "
        "« plus de »)."
    )


def make_barres(
    atlas: Atlas, comparaison: Comparaison, ligne: tuple[Cellule, ...], theme: Theme
) -> alt.LayerChart:
    """Draw one indicator in a theme: a bar a territory, its name above it and its figure at its end."""
    indicateur = atlas.registre[ligne[0].mesure.indicateur]
    titre = with_base(indicateur, indicateur.libelle)
    table = pd.DataFrame(
        [
            {
                "rang": rang,
                "nom": territoire.nom,
                "valeur": cellule.mesure.valeur or 0,
                "bout": max(cellule.mesure.valeur or 0, 0),
                "texte": value_text(atlas, territoire, cellule.mesure),
                "reference": territoire.adresse == comparaison.reference,
                "approche": weigh(indicateur, cellule.mesure.qualificatif, cellule.mesure.confiance)
                != EXACT,
            }
            for rang, (territoire, cellule) in enumerate(
                zip(comparaison.territoires, ligne, strict=True)
            )
        ]
    )
    base = alt.Chart(table).encode(
        y=alt.Y("rang:O", axis=None, sort=None, scale=alt.Scale(padding=0))
    )
    minimum, maximum = min(float(table["valeur"].min()), 0), float(table["bout"].max())
    # The figures of negative bars stand beyond zero too.
    fin = maximum + (maximum - minimum or 1.0) * (_MARGE - 1)
    echelle = alt.Scale(domain=[minimum, fin], nice=False)
    x = alt.X("valeur:Q", axis=None, scale=echelle)
    texte: dict[str, Any] = {
        "align": "left",
        "color": theme.encre,
        "font": "sans-serif",
        "fontSize": 13,
    }
    barres = base.mark_bar(height=18, yOffset=8, strokeWidth=1.5).encode(
        x=x,
        color=alt.condition(
            "datum.reference", alt.value(theme.reference), alt.value(theme.comparee)
        ),
        stroke=alt.value(theme.encre),
        strokeDash=alt.condition("datum.approche", alt.value([4, 3]), alt.value([1, 0])),
    )
    noms = (
        base.mark_text(dy=-12, **texte)
        .encode(x=alt.value(0), text="nom:N")
        .properties(name="ecrit_noms")
    )
    chiffres = (
        base.mark_text(dx=6, dy=8, fontWeight="bold", **texte)
        .encode(x=alt.X("bout:Q", axis=None, scale=echelle), text="texte:N")
        .properties(name="ecrit_chiffres")
    )
    resume = " ; ".join(f"{ligne.nom} : {ligne.texte}" for ligne in table.itertuples())
    graphique: alt.LayerChart = (
        alt.layer(barres, noms, chiffres)
        .properties(
            width="container",
            height=_TITRE_PX + _PAS_PX * len(table),
            title=alt.Title(
                titre, anchor="start", fontSize=14, color=theme.encre, font="sans-serif"
            ),
            background=theme.fond,
            description=f"{titre}. {resume}.",
        )
        .configure_view(stroke=None)
    )
    return graphique
