"""Below the charts: what has no date, what was abandoned, every step in a sentence, the table."""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.indicateurs.annonces import announced
from geo.rangees import get_row
from geo.regles.comptes import QUOI
from geo.regles.deploiement import Deploiement, real_dates
from rendu.carte.vue import chosen_departements
from rendu.mots.deploiement import step_parts
from rendu.mots.etapes import stage_columns, stage_words
from rendu.mots.faits import announced_texts, cited_sources, fact_sources
from rendu.mots.francais import (
    ETABLIS_ET_INDICATIFS,
    NON_PUBLIE,
    QUALIFICATIFS_SEULS,
    capitale,
    count_noun,
    date_etape,
    escape_markdown,
    nombre,
)
from rendu.mots.jalons import make_table_jalons
from ui.commun.adresse import Filtres
from ui.commun.atlas import PAR_EMPREINTE
from ui.commun.cellules import ECRITES_MAX, write_cells
from ui.commun.sources import draw_sources, source_rows
from ui.commun.telechargements import draw_telechargements
from ui.deploiement.carte import get_curves, get_deploiement, get_steps
from ui.deploiement.fichiers import add_origin_cpts, add_origin_dates, add_origin_jalons
from ui.deploiement.graphiques import covered_columns, drawn_texts, sum_texts
from ui.deploiement.jalons import draw_jalons, get_jalons

# Longer lists are folded away, and longer tables scroll.
_LISTE_MAX = 30
_HAUTEUR_PX = 600
# Titles of columns, of numbers and of what each is worth: the latter leaves in a column of its own.
_SOMME, _VALEUR = "Habitants annoncés (somme)", "Ce que vaut la somme"
_QUALIFICATIF = "Qualificatif (population)"


def draw_suite(atlas: Atlas, filtres: Filtres) -> None:
    """Draw everything that does not follow the chosen date."""
    departements = chosen_departements(atlas, filtres)
    deploiement = get_deploiement(atlas, [*real_dates(atlas), ""][0], departements, filtres.couvert)
    compares = get_jalons(atlas, departements)
    table = _get_table_jalons(atlas, departements, indicatifs=filtres.indicatifs)
    publies, etapes, a_part, tableaux = st.tabs(
        ["Chiffres publiés", "Toutes les étapes", "Hors des courbes", "Tableaux"]
    )
    with publies:
        draw_jalons(table)
    with etapes:
        _draw_etapes(_get_step_lines(atlas, departements, filtres.couvert))
    with a_part:
        _draw_a_part(atlas, deploiement)
    comptees = [*deploiement.certaines, *deploiement.possibles, *deploiement.a_venir]
    apart = [*deploiement.inconnues, *deploiement.hors_definition, *deploiement.abandonnees]
    sources = [*fact_sources(atlas, [*comptees, *apart]), *compares["source_id"]]
    with tableaux:
        cpts_ids = (*comptees, *deploiement.inconnues)
        _draw_tableaux(
            atlas, departements, filtres.couvert, cpts_ids, indicatifs=filtres.indicatifs
        )
        draw_telechargements(
            "deploiement",
            _get_fichiers(
                atlas,
                departements,
                filtres.couvert,
                cpts_ids,
                compares,
                indicatifs=filtres.indicatifs,
            ),
            source_rows(atlas, sources),
        )
    draw_sources(atlas, sources)


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=PAR_EMPREINTE)
def _get_table_jalons(
    atlas: Atlas, departements: tuple[str, ...], *, indicatifs: bool
) -> pd.DataFrame:
    """Return the comparison of the milestones in words, written once for every session."""
    return make_table_jalons(atlas, get_jalons(atlas, departements), indicatifs=indicatifs)


def _draw_a_part(atlas: Atlas, deploiement: Deploiement) -> None:
    """List what no curve holds: undated CPTS, those that do not count, abandoned projects."""
    for titre, ids, explication in (
        (
            "Sans date publiée",
            deploiement.inconnues,
            "Dans le total d'aujourd'hui, mais dans aucune courbe.",
        ),
        (
            "Hors de la définition choisie",
            deploiement.hors_definition,
            "Étape qui ne compte pas sous cette définition, ou qui n'est pas publiée.",
        ),
        (
            "Projets abandonnés",
            deploiement.abandonnees,
            "Pour mémoire : dans aucun total, dans aucune courbe.",
        ),
    ):
        if not ids:
            continue
        st.subheader(f"{titre} ({nombre(len(ids))})", anchor=False)
        st.caption(explication)
        texte = _get_lines(atlas, ids)
        if len(ids) > _LISTE_MAX:
            st.expander(f"Voir les {nombre(len(ids))}").markdown(texte)
        else:
            st.markdown(texte)


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=PAR_EMPREINTE)
def _get_lines(atlas: Atlas, cpts_ids: tuple[str, ...]) -> str:
    """Write CPTS with their sources as a Markdown list; a hundred of them take a while."""
    return "\n".join(f"- {_line(atlas, cpts_id)}" for cpts_id in cpts_ids)


def _line(atlas: Atlas, cpts_id: str) -> str:
    fiche = get_row(atlas.fiches, cpts_id)
    note = f" {capitale(escape_markdown(fiche['note']))}." if isinstance(fiche["note"], str) else ""
    return (
        f"**{escape_markdown(fiche['nom'])}** : {escape_markdown(stage_words(fiche))}."
        f"{note} {' ; '.join(cited_sources(atlas, cpts_id))}"
    )


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=PAR_EMPREINTE)
def _get_step_lines(atlas: Atlas, departements: tuple[str, ...], definition: str) -> list[str]:
    etapes = get_steps(atlas, departements, definition)
    parties = [step_parts(atlas, etape) for _, etape in etapes.iterrows()]
    return [
        f"- **{escape_markdown(capitale(date))}** : {escape_markdown(texte)}."
        for date, texte in parties
    ]


def _draw_etapes(lignes: list[str]) -> None:
    if not lignes:
        return
    if len(lignes) > _LISTE_MAX:
        st.expander(count_noun(len(lignes), "étape")).markdown("\n".join(lignes))
    else:
        st.markdown("\n".join(lignes))


def date_titles(annee: str, *, indicatifs: bool) -> dict[str, str]:
    """Title the totals of a date that are shown, by the name of their column; `annee` is the vintage of the populations."""
    return {
        "n_min": "CPTS, au moins",
        "n_max": "CPTS, au plus parmi les datées",
        "population_annoncee": _SOMME,
        "n_annoncant": "CPTS qui annoncent",
    } | _drawn_titles(annee, indicatifs=indicatifs)


def make_tableau_dates(totaux: pd.DataFrame, annee: str, *, indicatifs: bool) -> pd.DataFrame:
    """Write the totals of each date with French column names; dates are such, so that they sort.

    Parameters
    ----------
    totaux
        See :func:`geo.regles.deploiement.totals_by_date`.
    annee
        The vintage of the populations.
    indicatifs
        Whether indicative perimeters are shown: where they are not, what rests on them is left out.
    """
    # Where nobody announces anything, the sum is unknown rather than nought.
    sommes = totaux["population_annoncee"].astype("Int64").where(totaux["n_annoncant"] > 0)
    titres = date_titles(annee, indicatifs=indicatifs) | {"qualificatif_annonce": _VALEUR}
    table = (
        totaux.assign(population_annoncee=sommes, qualificatif_annonce=sum_texts(totaux))
        .filter([nom for nom in totaux if nom in titres])
        .rename(columns=titres)
        .reset_index(names="Date")
    )
    table["Date"] = pd.to_datetime(table["Date"]).dt.date
    return table


def _drawn_titles(annee: str, *, indicatifs: bool) -> dict[str, str]:
    """Title the columns of what is drawn and shown."""
    habitants_etablis, habitants = covered_columns("population")
    communes_etablies, communes = covered_columns("communes")
    titres = {
        habitants_etablis: f"Habitants, périmètres établis ({annee})",
        habitants: f"Habitants, périmètres {ETABLIS_ET_INDICATIFS} ({annee})",
        communes_etablies: "Communes, périmètres établis",
        communes: f"Communes, périmètres {ETABLIS_ET_INDICATIFS}",
    }
    if indicatifs:
        return titres
    return {nom: titres[nom] for nom in (habitants_etablis, communes_etablies)}


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=PAR_EMPREINTE)
def make_tableau_cpts(atlas: Atlas, cpts_ids: tuple[str, ...]) -> pd.DataFrame:
    """Write one row a CPTS: its date as published, its stage and what it announces.

    The table is shared between sessions, not to be changed.
    """
    fiches = atlas.fiches.loc[list(cpts_ids)].sort_values(["date_max", "nom"], na_position="last")
    annonce = atlas.registre["population_annoncee"]
    publies = announced(atlas, annonce.identifiant).reindex(fiches.index)
    return pd.DataFrame(
        {
            "CPTS": fiches["nom"],
            "Date publiée": [
                date_etape(date, precision)
                for date, precision in zip(
                    fiches["date_max"], fiches["date_precision"], strict=True
                )
            ],
            "Au plus tôt": pd.to_datetime(fiches["date_min"]).dt.date,
            "Au plus tard": pd.to_datetime(fiches["date_max"]).dt.date,
            **stage_columns(fiches),
            _QUALIFICATIF: publies["qualificatif"].map(QUALIFICATIFS_SEULS),
            annonce.colonne: publies["valeur"].astype("Int64"),
        }
    )


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=PAR_EMPREINTE)
def _get_tableaux(
    atlas: Atlas,
    departements: tuple[str, ...],
    definition: str,
    _cpts_ids: tuple[str, ...],
    *,
    indicatifs: bool,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the tables of the dates and of the CPTS of a selection, written once for every session."""
    totaux = get_curves(atlas, departements, definition)
    return (
        make_tableau_dates(totaux, atlas.millesimes.population, indicatifs=indicatifs),
        make_tableau_cpts(atlas, _cpts_ids),
    )


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=PAR_EMPREINTE)
def _get_fichiers(
    atlas: Atlas,
    departements: tuple[str, ...],
    definition: str,
    _cpts_ids: tuple[str, ...],
    _compares: pd.DataFrame,
    *,
    indicatifs: bool,
) -> dict[str, pd.DataFrame]:
    """Return the tables as they leave, written once for every session."""
    dates, cpts = _get_tableaux(atlas, departements, definition, _cpts_ids, indicatifs=indicatifs)
    titres = date_titles(atlas.millesimes.population, indicatifs=indicatifs)
    publie = _get_table_jalons(atlas, departements, indicatifs=indicatifs)
    return {
        "dates": add_origin_dates(atlas, dates, titres, cpts.index),
        "cpts": add_origin_cpts(atlas, cpts).reset_index(drop=True),
        "publié": add_origin_jalons(atlas, publie, _compares),
    }


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=PAR_EMPREINTE)
def _draw_tableaux(
    atlas: Atlas,
    departements: tuple[str, ...],
    definition: str,
    _cpts_ids: tuple[str, ...],
    *,
    indicatifs: bool,
) -> None:
    """Show both tables, once for every session: Streamlit sends the next ones the same messages."""
    dates, cpts = _get_tableaux(atlas, departements, definition, _cpts_ids, indicatifs=indicatifs)
    totaux = get_curves(atlas, departements, definition)
    titres = _drawn_titles(atlas.millesimes.population, indicatifs=indicatifs)
    ecrits = {_SOMME: sum_texts(totaux, court=True)} | {
        titres[avec]: drawn_texts(totaux, sur, avec, court=True)
        for sur, avec in map(covered_columns, QUOI)
        if avec in titres
    }
    onglets = st.tabs(["Chiffres de chaque date", f"CPTS ({nombre(len(cpts))})"])
    with onglets[0]:
        _draw_written(dates, ecrits, [_VALEUR])
    with onglets[1]:
        annonces = announced_texts(atlas, "population_annoncee", cpts.index, court=True)
        colonne = atlas.registre["population_annoncee"].colonne
        _draw_written(cpts, {colonne: annonces}, [_QUALIFICATIF])


def _draw_written(
    table: pd.DataFrame, ecrits: Mapping[str, Iterable[str]], dites: Sequence[str]
) -> None:
    """Show a table whose qualifiers stand in the cells of their numbers; a long one as it is downloaded."""
    entier = len(table) > ECRITES_MAX
    montre = table if entier else table.drop(columns=dites)
    jours = [nom for nom in ("Date", "Au plus tôt", "Au plus tard") if nom in montre]
    nombres = montre.select_dtypes("number").columns.difference([] if entier else list(ecrits))
    st.dataframe(
        montre if entier else write_cells(montre, ecrits),
        hide_index=True,
        height="content" if len(table) <= _LISTE_MAX else _HAUTEUR_PX,
        placeholder=NON_PUBLIE,
        column_config=dict.fromkeys(jours, st.column_config.DateColumn(format="DD/MM/YYYY"))
        | dict.fromkeys(nombres, st.column_config.NumberColumn(format="localized")),
    )
