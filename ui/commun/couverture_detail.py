"""Coverage by department and by EPCI, in inhabitants and communes, by state."""

from collections.abc import Iterable, Mapping, Sequence

import altair as alt
import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.libelles import PAR_PART
from geo.rangees import iterate_rows
from geo.regles.completude import study_departements
from geo.regles.comptes import Quoi, name_count
from geo.regles.couverture import (
    COUVERTE,
    INDETERMINEE,
    Couverture,
    count_blanches,
    couverture_par_epci,
)
from geo.regles.recouvrements import find_partages
from geo.texte import sort_key
from rendu.carte.palette import (
    BLANC,
    COMMUNE_INDETERMINEE,
    COUVERT,
    COUVERT_INDICATIF,
    ENCRE,
    ZONE_BLANCHE,
)
from rendu.carte.theme import Theme
from rendu.mots.couverture import coverage_sentence, state_titles
from rendu.mots.francais import INCONNU, pourcentage
from rendu.mots.indicateurs import write_about
from ui.commun.adresse import Filtres
from ui.commun.atlas import PAR_ETATS
from ui.commun.cellules import write_cells
from ui.commun.theme import PAR_THEME, chart_theme

# Those of :func:`rendu.mots.couverture.state_titles`, from what is sure to what is not: they keep their order in grey.
_COULEURS = (COUVERT, COUVERT_INDICATIF, ZONE_BLANCHE, COMMUNE_INDETERMINEE)
# Title with its vintage, suffix of the states' columns, and what is counted.
_MESURES: tuple[tuple[str, str, Quoi], ...] = (
    ("Habitants ({})", "", "population"),
    ("Communes", " (communes)", "communes"),
)
_HAUTEUR_BARRE_PX = 26
_LIGNES_MAX = 13
_HAUTEUR_PX = 430
# A chart of every department of the country would not be read.
_BARRES_MAX = 20


def draw_couverture(
    atlas: Atlas, couverture: Couverture, departements: tuple[str, ...], filtres: Filtres
) -> None:
    """Draw inhabitants and communes by state, for each department and each EPCI."""
    _draw_couverture(
        atlas, departements, filtres.couvert, filtres.indicatifs, chart_theme(), couverture
    )


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=PAR_ETATS | PAR_THEME)
def _draw_couverture(
    atlas: Atlas,
    departements: tuple[str, ...],
    definition: str,
    indicatifs: bool,
    theme: Theme,
    _couverture: Couverture,
) -> None:
    """Draw it once for every session: Streamlit sends the next ones the same messages."""
    couverture = _couverture
    st.header("Couverture par département et par intercommunalité", anchor=False)
    partages = find_partages(atlas)["code_departement"]
    siens = departements or study_departements(atlas)
    suite = f" {PAR_PART}" if partages.isin(siens).any() else ""
    st.markdown(
        f"{coverage_sentence(couverture, indicatifs=indicatifs)} Chaque commune est comptée une fois.{suite}"
    )
    par_departement, par_epci = st.tabs(["Départements", "Intercommunalités"])
    with par_departement:
        tableau = _by_state(
            couverture.par_departement,
            "Département",
            [atlas.departements.loc[c, "nom"] for c in couverture.par_departement.index],
            atlas.millesimes.population,
            indicatifs=indicatifs,
        )
        if len(tableau) <= _BARRES_MAX:
            _draw_bars(tableau, state_titles(indicatifs=indicatifs), theme)
        draw_table(tableau, absent=INCONNU, ecrits=write_ajoutes(tableau, indicatifs=indicatifs))
    with par_epci:
        # Those of an EPCI are the census's: it is in a perimeter, or it is not.
        draw_table(get_epci(atlas, departements, definition, indicatifs=indicatifs), absent=INCONNU)
        st.caption(
            "Une intercommunalité compte pour celles de ses communes qui sont dans les départements choisis."
        )
    if indicatifs:
        st.caption(
            "« Couverts (indicatif) » : ce que les périmètres indicatifs ajoutent aux établis."
        )
    if tableau["En zone blanche"].isna().any():
        st.caption(
            "« Inconnu » : toutes les CPTS n'y sont pas connues et dessinées, on ne sait donc pas s'il y a des zones "
            "blanches."
        )


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=PAR_ETATS)
def get_epci(
    atlas: Atlas, departements: tuple[str, ...], definition: str, *, indicatifs: bool
) -> pd.DataFrame:
    """Return the coverage by EPCI, by name, with French column names."""
    par_epci = couverture_par_epci(atlas, departements, definition)
    par_epci = par_epci.sort_values("nom_epci", key=lambda noms: noms.map(sort_key))
    annee = atlas.millesimes.population
    return _by_state(
        par_epci, "Intercommunalité", par_epci["nom_epci"], annee, indicatifs=indicatifs
    )


def _by_state(
    chiffres: pd.DataFrame, unite: str, noms: Iterable[str], annee: str, *, indicatifs: bool
) -> pd.DataFrame:
    """Share inhabitants and communes between the states; the four columns add up to the total.

    A blank is not known, and counts for nothing.
    """
    colonnes: dict[str, Iterable[object]] = {unite: list(noms)}
    etats = state_titles(indicatifs=indicatifs)
    for titre, suffixe, quoi in _MESURES:
        etablis = chiffres[name_count(quoi, COUVERTE, indicatifs=False)]
        couverts, inconnus = (
            chiffres[name_count(quoi, etat, indicatifs=True)] for etat in (COUVERTE, INDETERMINEE)
        )
        parts = (etablis, couverts - etablis, count_blanches(chiffres, quoi), inconnus)
        colonnes[titre.format(annee)] = chiffres[quoi]
        colonnes |= {f"{etat}{suffixe}": part for etat, part in zip(etats, parts, strict=True)}
    return pd.DataFrame(colonnes, index=chiffres.index)


def write_ajoutes(tableau: pd.DataFrame, *, indicatifs: bool) -> dict[str, list[str]]:
    """Write the inhabitants of indicative perimeters as the sentence does: about so many, where there are some."""
    titre = state_titles(indicatifs=indicatifs)[1]
    return {titre: [write_about(n, environ=bool(n), court=True) for n in tableau[titre]]}


def draw_table(
    tableau: pd.DataFrame,
    *,
    absent: str | None = None,
    ecrits: Mapping[str, Iterable[str]] | None = None,
) -> None:
    """Draw a table with its first column pinned; a long one scrolls, and a blank cell reads `absent`.

    `ecrits`: as for :func:`ui.commun.cellules.write_cells`.
    """
    nombres = tableau.select_dtypes("number").columns.difference(list(ecrits or ()))
    st.dataframe(
        write_cells(tableau, ecrits, absent=absent or "") if ecrits else tableau,
        hide_index=True,
        height="content" if len(tableau) <= _LIGNES_MAX else _HAUTEUR_PX,
        placeholder=absent,
        column_config={tableau.columns[0]: st.column_config.TextColumn(pinned=True)}
        | dict.fromkeys(nombres, st.column_config.NumberColumn(format="localized")),
    )


def round_parts(parts: pd.DataFrame) -> "pd.Series[float]":
    """Round the parts of each bar, in per cent, so that they sum to 100: each is what its end adds to the one before.

    What is established, and that with the indicative perimeters, then read as they do everywhere else.
    """
    bouts = (parts.groupby("Département")["Part"].cumsum() * 100).round(1)
    return bouts.groupby(parts["Département"]).diff().fillna(bouts)


def _draw_bars(tableau: pd.DataFrame, titres: Sequence[str], theme: Theme) -> None:
    """Draw the shares of the inhabitants by state, one bar a department."""
    # What nobody knows has neither a bar nor a line of the legend.
    teintes = zip(titres, _COULEURS, strict=True)
    etats = {etat: teinte for etat, teinte in teintes if tableau[etat].notna().any()}
    parts = tableau.melt("Département", list(etats), var_name="État", value_name="Habitants")
    parts = parts.dropna(subset="Habitants")
    totaux = tableau.set_index("Département")[list(titres)].sum(axis="columns")
    parts["Part"] = parts["Habitants"] / parts["Département"].map(totaux)
    parts["Écrit"] = [
        pourcentage(ecrite) if p.Part > 0.08 else ""  # noqa: PLR2004 - else it does not fit
        for p, ecrite in zip(iterate_rows(parts), round_parts(parts), strict=True)
    ]
    parts["Comptés"] = [
        write_about(p.Habitants, environ=p.État == titres[1] and bool(p.Habitants))
        for p in iterate_rows(parts)
    ]
    parts["Rang"] = parts["État"].map({etat: rang for rang, etat in enumerate(titres)})
    base = alt.Chart(parts).encode(
        y=alt.Y(
            "Département:N",
            title=None,
            sort=list(tableau["Département"]),
            axis=alt.Axis(labelColor=theme.encre),
        ),
        x=alt.X(
            "Part:Q",
            title="Part des habitants",
            axis=alt.Axis(
                format="%",
                values=[0, 0.25, 0.5, 0.75, 1],
                labelColor=theme.encre,
                titleColor=theme.encre,
            ),
            scale=alt.Scale(domain=[0, 1]),
        ),
        order=alt.Order("Rang:O"),
        tooltip=["Département", "État", alt.Tooltip("Comptés:N", title="Habitants")],
    )
    barres = base.mark_bar(stroke=theme.bord, strokeWidth=0.8).encode(
        color=alt.Color(
            "État:N",
            sort=list(etats),
            scale=alt.Scale(domain=list(etats), range=list(etats.values())),
            legend=alt.Legend(
                orient="top",
                title=None,
                columns=2,
                labelColor=theme.encre,
                symbolStrokeColor=theme.bord,
                symbolStrokeWidth=0.8,
            ),
        )
    )
    textes = (
        base.transform_stack(
            stack="Part", groupby=["Département"], sort=[alt.SortField("Rang")], as_=["de", "a"]
        )
        .transform_calculate(milieu="(datum.de + datum.a) / 2")
        .mark_text(fontSize=12)
        .encode(
            x=alt.X("milieu:Q"),
            text="Écrit:N",
            color=alt.condition(
                "datum['Rang'] == 0 || datum['Rang'] == 2",
                alt.value(BLANC),
                alt.value(ENCRE),
            ),
        )
    )
    st.altair_chart(
        (barres + textes).properties(
            height=alt.Step(_HAUTEUR_BARRE_PX),
            description="Part des habitants par état, une barre par département ; le tableau qui suit donne "
            "les mêmes chiffres.",
        ),
        width="stretch",
    )
