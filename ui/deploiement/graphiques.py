"""The charts of the roll-out: a chronology, and one small panel a curve.

The colours are never alone: shapes, fill and dashes say the same in black and white. What a date changes
travels in the data, so that the browser keeps the drawing and only moves it.
"""

from collections.abc import Sequence
from datetime import date as Date  # noqa: N812 - the column is named date
from datetime import timedelta
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.indicateurs.annonces import Somme
from geo.rangees import iterate_rows
from geo.regles.comptes import Quoi, name_count
from geo.regles.couverture import COUVERTE
from geo.regles.deploiement import Deploiement
from rendu.carte.theme import Theme
from rendu.mots.deploiement import short_name
from rendu.mots.faits import sum_text
from rendu.mots.francais import count_noun, date_etape, date_partielle, nombre
from rendu.mots.indicateurs import write_total
from ui.commun.theme import chart_theme

# More rows than that are no longer read: they are counted by quarter.
LIGNES_MAX = 60
_LIGNE_PX = 22
_HAUTEUR_COURBE_PX = 170
_MARGE_JOURS = 150
# Vega writes thousands with a comma: French wants a thin space.
_MILLIERS = "replace(format(datum.value, ','), /,/g, '\u202f')"


def covered_columns(quoi: Quoi) -> tuple[str, str]:
    """Name the columns of what is covered, on established perimeters and on all of them."""
    return (
        name_count(quoi, COUVERTE, indicatifs=False),
        name_count(quoi, COUVERTE, indicatifs=True),
    )


COURBES = (
    ("CPTS", "n_min", "n_max"),
    ("Habitants annoncés", "population_annoncee", None),
    ("Habitants, périmètres dessinés", *covered_columns("population")),
    ("Communes, périmètres dessinés", *covered_columns("communes")),
)


def draw_chronologie(atlas: Atlas, deploiement: Deploiement, dates: Sequence[str]) -> None:
    """Draw when each CPTS came in or, where they are many, how many did by quarter."""
    ids = [*deploiement.certaines, *deploiement.possibles, *deploiement.a_venir]
    if not ids:
        return
    fiches = atlas.fiches.loc[ids].sort_values(["date_max", "nom"])
    st.subheader("Chronologie", anchor=False)
    if len(fiches) > LIGNES_MAX:
        st.caption(
            f"{count_noun(len(fiches), 'CPTS datée', 'CPTS datées')} : trop pour une ligne chacune. Choisissez des "
            "départements pour les voir une à une. Le trait marque la date choisie."
        )
        _draw_trimestres(fiches, deploiement.date, _domain(dates))
        return
    st.caption(
        "Un point : un jour. Une barre : la date n'est connue qu'au mois près. Une barre ouverte à gauche (flèche) : "
        "avant ce jour, sans qu'on sache depuis quand. Plein : date passée ; vide : à venir. Le trait vertical "
        "marque la date choisie.".replace(" :", "\xa0:").replace(" ;", "\xa0;")
    )
    domaine = _domain(dates)
    _draw_lignes(_rows(fiches, deploiement, domaine[0]), deploiement.date, domaine)


def _rows(fiches: pd.DataFrame, deploiement: Deploiement, depart: str) -> pd.DataFrame:
    venues = fiches.index.isin(deploiement.certaines)
    return pd.DataFrame(
        {
            "nom": [short_name(nom) for nom in fiches["nom"]],
            "cpts_id": fiches.index,
            "rang": range(len(fiches)),
            "precision": fiches["date_precision"],
            # A bar without a known start comes from the edge of the chart.
            "debut": pd.to_datetime(fiches["date_min"].fillna(depart)),
            # A bar ends with its last day, not as it begins.
            "fin": pd.to_datetime(fiches["date_max"]) + timedelta(days=1),
            "jour": pd.to_datetime(fiches["date_max"]),
            "venue": ["passée" if venue else "à venir" for venue in venues],
            "texte": [
                date_etape(date, precision)
                for date, precision in zip(
                    fiches["date_max"], fiches["date_precision"], strict=True
                )
            ],
        }
    )


def _domain(dates: Sequence[str]) -> tuple[str, str]:
    """Leave room on both sides of the first and the last date."""
    debut, fin = (Date.fromisoformat(jour) for jour in (dates[0], dates[-1]))
    marge = timedelta(days=_MARGE_JOURS)
    return (debut - marge).isoformat(), (fin + marge).isoformat()


def _fading(couleurs: Theme) -> dict[str, object]:
    """Fill a bar whose start is not known: it comes out of the paper."""
    arrets = [{"offset": 0, "color": couleurs.fond}, {"offset": 1, "color": couleurs.trait}]
    return {"gradient": "linear", "x1": 0, "x2": 1, "y1": 0, "y2": 0, "stops": arrets}


def _axis_x(champ: str, domaine: tuple[str, str]) -> alt.X:
    bornes = [alt.DateTime(**_parts(jour)) for jour in domaine]
    return alt.X(
        f"{champ}:T",
        scale=alt.Scale(domain=bornes, nice=False),
        axis=alt.Axis(
            title=None, format="%Y", tickCount="year", labelColor=chart_theme().encre, grid=True
        ),
    )


def _parts(jour: str) -> dict[str, Any]:
    lu = Date.fromisoformat(jour)
    return {"year": lu.year, "month": lu.month, "date": lu.day}


def _rule(date: str) -> alt.Chart:
    jour = pd.DataFrame({"jour": pd.to_datetime([date])})
    trait: alt.Chart = (
        alt.Chart(jour).mark_rule(color=chart_theme().date, strokeWidth=2).encode(x="jour:T")
    )
    return trait


def _draw_lignes(lignes: pd.DataFrame, date: str, domaine: tuple[str, str]) -> None:
    couleurs = chart_theme()
    y = alt.Y(
        "cpts_id:N",
        sort=alt.EncodingSortField("rang"),
        axis=alt.Axis(
            title=None,
            labelExpr=f"{_names(lignes)}[datum.value]",
            labelOverlap=False,
            labelFlush=False,
            # On a phone, names would leave no room for the dates; the table has them whole.
            labelLimit=alt.ExprRef("containerSize()[0] < 600 ? 130 : 330"),
            labelFontSize=13,
            labelColor=couleurs.encre,
            grid=True,
            gridDash=[1, 3],
            ticks=False,
            domain=False,
        ),
    )
    remplissage = alt.condition(
        "datum.venue == 'passée'", alt.value(couleurs.trait), alt.value(couleurs.fond)
    )
    infobulle = [alt.Tooltip("nom:N", title="CPTS"), alt.Tooltip("texte:N", title="Date")]
    base = alt.Chart(lignes).encode(y=y, tooltip=infobulle)
    avant = base.transform_filter("datum.precision == 'avant'")
    ouverte = avant.mark_bar(color=_fading(couleurs), height=8).encode(
        x=_axis_x("debut", domaine), x2="fin:T"
    )
    pointe = avant.mark_point(
        shape="triangle-left", filled=True, size=70, color=couleurs.trait, opacity=1, xOffset=7
    ).encode(x=alt.value(0))
    borne = avant.mark_tick(color=couleurs.trait, thickness=3, height=16, opacity=1).encode(
        x="fin:T"
    )
    mois = base.transform_filter("datum.precision == 'mois'")
    barre = mois.mark_bar(stroke=couleurs.trait, strokeWidth=1.5, height=11, opacity=1).encode(
        x="debut:T", x2="fin:T", color=remplissage
    )
    jour = base.transform_filter("datum.precision == 'jour'")
    point = jour.mark_point(
        shape="circle", size=90, stroke=couleurs.trait, strokeWidth=1.5, opacity=1
    ).encode(x="jour:T", fill=remplissage)
    st.altair_chart(
        alt.layer(ouverte, pointe, borne, barre, point, _rule(date)).properties(
            height=_LIGNE_PX * len(lignes) + 30
        ),
        alt=_rows_text(lignes),
    )


def _names(lignes: pd.DataFrame) -> str:
    """Write the names as a Vega object: rows are told apart by code, for two may share a name."""
    return pd.Series(lignes["nom"].to_numpy(), index=lignes["cpts_id"]).to_json(force_ascii=True)


def _rows_text(lignes: pd.DataFrame) -> str:
    """Say what the chart shows, but for the chosen date: another text would draw the chart anew."""
    venues = " ; ".join(f"{ligne.nom}, {ligne.texte}" for ligne in lignes.itertuples())
    return f"Chronologie des CPTS datées : {venues}."


def _draw_trimestres(fiches: pd.DataFrame, date: str, domaine: tuple[str, str]) -> None:
    """Count by quarter; « avant » gives no quarter, and is counted apart in words."""
    situees = fiches[fiches["date_precision"] != "avant"]
    trimestres = pd.to_datetime(situees["date_max"]).dt.to_period("Q")
    comptes = trimestres.value_counts().sort_index()
    periodes = pd.PeriodIndex(comptes.index)
    table = pd.DataFrame(
        {
            "jour": periodes.start_time,
            "fin": periodes.end_time,
            "compte": comptes.to_numpy(),
            "texte": [f"trimestre {t.quarter} de {t.year}" for t in periodes],
        }
    )
    barres = (
        alt.Chart(table)
        .mark_rect(color=chart_theme().trait, stroke=chart_theme().fond, opacity=1)
        .encode(
            x=_axis_x("jour", domaine),
            x2="fin:T",
            y=alt.Y(
                "compte:Q", axis=alt.Axis(title=None, tickMinStep=1, labelColor=chart_theme().encre)
            ),
            y2=alt.datum(0),
            tooltip=[
                alt.Tooltip("texte:N", title="Période"),
                alt.Tooltip("compte:Q", title="CPTS"),
            ],
        )
    )
    texte = " ; ".join(f"{ligne.texte}, {nombre(ligne.compte)}" for ligne in iterate_rows(table))
    st.altair_chart(
        alt.layer(barres, _rule(date)).properties(height=240),
        alt=f"Nombre de CPTS datées par trimestre : {texte}.",
    )
    avant = len(fiches) - len(situees)
    if avant:
        st.caption(
            f"{count_noun(avant, 'CPTS datée', 'CPTS datées')} « avant » un jour n'y "
            f"{'est' if avant == 1 else 'sont'} pas : leur trimestre n'est pas connu."
        )


def draw_courbes(totaux: pd.DataFrame, date: str, *, indicatifs: bool) -> None:
    """Draw one panel a curve, each on its own axis from zero.

    Parameters
    ----------
    totaux
        See :func:`geo.regles.deploiement.curves`.
    date
        The chosen date.
    indicatifs
        Whether to show what indicative perimeters add.
    """
    if totaux.empty:
        return
    st.subheader("Courbes", anchor=False)
    st.caption(
        "Trait plein : ce qui est sûr (date passée, périmètre établi). Tirets : avec les CPTS peut-être déjà là"
        + (", ou avec les périmètres indicatifs." if indicatifs else ".")
        + _worth_text(totaux)
    )
    domaine = _domain(list(totaux.index))
    for colonne, (titre, sur, avec) in zip(st.columns(len(COURBES)), COURBES, strict=True):
        seconde = avec if indicatifs or sur == "n_min" else None
        with colonne:
            st.markdown(f"**{titre}**")
            _draw_courbe(totaux, date, domaine, (titre, sur, seconde))


def sum_texts(totaux: pd.DataFrame, *, court: bool = False) -> pd.Series:
    """Write the announced sum of each date with what it is worth."""
    return pd.Series(
        [
            sum_text(
                Somme(t.population_annoncee, t.qualificatif_annonce, t.n_annoncant), court=court
            )
            for t in iterate_rows(totaux)
        ],
        index=totaux.index,
    )


def drawn_texts(totaux: pd.DataFrame, sur: str, avec: str, *, court: bool = False) -> pd.Series:
    """Write the total of each date over established and indicative perimeters, columns of :func:`covered_columns`."""
    return pd.Series(
        [
            write_total(total, etabli, court=court)
            for total, etabli in zip(totaux[avec], totaux[sur], strict=True)
        ],
        index=totaux.index,
    )


def _worth_text(totaux: pd.DataFrame) -> str:
    """Say that the curve of announced inhabitants adds up figures that are not exact."""
    if totaux["qualificatif_annonce"].isin(["", "egal"]).all():
        return ""
    return " Habitants annoncés : une somme de chiffres dont certains sont arrondis, ou des bornes."


def _draw_courbe(
    totaux: pd.DataFrame, date: str, domaine: tuple[str, str], courbe: tuple[str, str, str | None]
) -> None:
    titre, sur, avec = courbe
    # A step goes on to the edge: nothing is known to have changed since the last date.
    points = totaux.reset_index()
    points = pd.concat([points, points.tail(1).assign(date=domaine[1])], ignore_index=True)
    points["jour"] = pd.to_datetime(points["date"])
    couches = []
    for nom, tirets in ((avec, [5, 3]), (sur, [1, 0])):
        if nom:
            couches.append(
                alt.Chart(points)
                .mark_line(
                    interpolate="step-after",
                    color=chart_theme().trait,
                    strokeDash=tirets,
                    strokeWidth=2,
                )
                .encode(
                    x=_axis_x("jour", domaine),
                    y=alt.Y(
                        f"{nom}:Q",
                        scale=alt.Scale(zero=True, nice=True),
                        axis=alt.Axis(
                            title=None,
                            labelExpr=_MILLIERS,
                            tickCount=4,
                            labelColor=chart_theme().encre,
                        ),
                    ),
                )
            )
    st.altair_chart(
        alt.layer(*couches, _rule(date)).properties(height=_HAUTEUR_COURBE_PX),
        alt=_curve_text(titre, totaux, sur, avec),
    )


def _curve_text(titre: str, totaux: pd.DataFrame, sur: str, avec: str | None) -> str:
    debut, fin = totaux.index[0], totaux.index[-1]
    valeurs = sum_texts(totaux) if sur == "population_annoncee" else totaux[sur].map(nombre)
    texte = (
        f"{titre} : {valeurs.iloc[0]} au {date_partielle(debut)}, "
        f"{valeurs.iloc[-1]} au {date_partielle(fin)}"
    )
    if avec:
        # Of the CPTS that are perhaps there, the count is what it is.
        tirets = totaux[avec].map(nombre) if sur == "n_min" else drawn_texts(totaux, sur, avec)
        texte += f" ; en tirets, {tirets.iloc[0]} puis {tirets.iloc[-1]}"
    return f"{texte}. Les chiffres de chaque date sont dans le tableau plus bas."
