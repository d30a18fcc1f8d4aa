"""The headline figures and the sentences that say what the map shows."""

from collections.abc import Callable

import streamlit as st

from geo.atlas import Atlas
from geo.perimetre import are_indicatives
from geo.regles.completude import study_departements
from geo.regles.couverture import Couverture
from geo.regles.debords import find_debords
from rendu.carte.vue import Vue
from rendu.mots.couverture import (
    MONTREES,
    coverage_figures,
    coverage_sentence,
    edge_sentence,
    undrawn_text,
)
from rendu.mots.deploiement import TITRES_COMPTE
from rendu.mots.faits import source_text
from rendu.mots.francais import (
    capitale,
    count_noun,
    date_partielle,
    escape_markdown,
    join_words,
    nombre,
)
from rendu.mots.jalons import ETAPES_PUBLIEES, published_value, published_zone
from rendu.mots.millesimes import reference_text
from ui.commun.adresse import Filtres
from ui.commun.atlas import PAR_EMPREINTE, PAR_PAGE
from ui.commun.zones import get_restes

# Departments of metropolitan France (INSEE, code officiel géographique 2026).
DEPARTEMENTS_METROPOLE = 96


def area_name(atlas: Atlas, vue: Vue) -> str:
    """Name the chosen area: the country, whole regions, or departments."""
    return _name_area(atlas, vue.departements)


@st.cache_resource(show_spinner=False, max_entries=128, hash_funcs=PAR_EMPREINTE)
def _name_area(atlas: Atlas, departements: tuple[str, ...]) -> str:
    choisis = list(departements)
    if len(choisis) == DEPARTEMENTS_METROPOLE:
        return "France métropolitaine"
    etude = atlas.departements.loc[list(study_departements(atlas))]
    regions = atlas.departements.loc[choisis, "nom_region"].unique()
    if len(choisis) == etude["nom_region"].isin(regions).sum():
        return join_words(regions)
    return join_words(atlas.departements.loc[choisis, "nom"])


def map_sentence(
    atlas: Atlas, vue: Vue, filtres: Filtres, write: Callable[[str], str] = escape_markdown
) -> str:
    """Say in one sentence what the map shows, after the stage filter; `write` makes names safe."""
    if vue.fiches.empty:
        return "Aucune CPTS connue à cette étape dans la zone."
    formes = list(vue.formes.values())
    dessines = len(formes) - formes.count("repere")
    sans = int((~vue.fiches["dessinee"]).sum())
    masques = formes.count("repere") - sans
    phrases = [_drawn_text(atlas, vue, filtres, dessines)] if dessines else []
    if sans:
        phrases.append(undrawn_text(sans, len(vue.fiches), MONTREES))
    if masques:
        phrases.append(
            count_noun(masques, "périmètre indicatif masqué", "périmètres indicatifs masqués")
        )
    etapes = join_words(atlas.statuts.loc[list(filtres.statut), "libelle"].map(write), liaison="ou")
    filtre = (
        f" à l'étape « {etapes} » (ce filtre restreint la carte, jamais la couverture)"
        if etapes
        else ""
    )
    return f"{capitale(', '.join(phrases))}{filtre}."


def _drawn_text(atlas: Atlas, vue: Vue, filtres: Filtres, dessines: int) -> str:
    texte = count_noun(dessines, "territoire dessiné", "territoires dessinés")
    indicatifs = vue.fiches.index[are_indicatives(vue.fiches["confiance"])]
    if filtres.indicatifs and len(indicatifs):
        texte += f" (dont {count_noun(len(indicatifs), 'indicatif')}, en tirets"
        en_partie = int((atlas.territoires.loc[indicatifs, "population_etablie"] > 0).sum())
        texte += f" ; {count_noun(en_partie, 'établi')} en partie)" if en_partie else ")"
    return texte


def published_sentences(atlas: Atlas, couverture: Couverture) -> list[str]:
    """Write the published coverage and counts of the area, each with its date, definition and source."""
    phrases = []
    for _, jalon in couverture.jalons.iterrows():
        date = jalon["date"] if isinstance(jalon["date"], str) else None
        phrases.append(
            f"{escape_markdown(published_zone(atlas, jalon))} : **{published_value(jalon)}** "
            f"({ETAPES_PUBLIEES[jalon['etape_mot_source']]}, {date_partielle(date)}). "
            f"{source_text(atlas, jalon['source_id'])}"
        )
    return phrases


def draw_chiffres(atlas: Atlas, vue: Vue, filtres: Filtres, couverture: Couverture) -> None:
    """Draw the headline figures on one thin line, and what each counts on demand."""
    chiffres, portee = _write_chiffres(atlas, filtres, vue, couverture)
    with st.container(key="chiffres", horizontal=True, wrap=False, vertical_alignment="center"):
        st.markdown(chiffres, width="content")
        with st.popover("Ce que comptent ces chiffres", type="tertiary"):
            st.markdown(portee)


@st.cache_resource(show_spinner=False, max_entries=128, hash_funcs=PAR_PAGE)
def _write_chiffres(
    atlas: Atlas, filtres: Filtres, _vue: Vue, _couverture: Couverture
) -> tuple[str, str]:
    """Write the headline figures and what each counts, once for every session; the last two follow from the filters."""
    vue, couverture = _vue, _couverture
    concernes = atlas.fiches.loc[atlas.cpts_dans(vue.departements)]
    avec_part = atlas.faits.loc[
        atlas.faits["indicateur"] == "part_sans_medecin_traitant", "cpts_id"
    ]
    publiees = int(concernes.index.isin(avec_part).sum())
    restes = get_restes(atlas, couverture.departements, couverture.definition, indicatifs=False)
    chiffres = [
        f"**{nombre(couverture.n_cpts)}** {TITRES_COMPTE[couverture.definition]}",
        *coverage_figures(couverture, restes.communes, indicatifs=filtres.indicatifs),
        f"sans médecin traitant : publié pour **{count_noun(publiees, 'CPTS', 'CPTS')}** sur {nombre(len(concernes))} connues",
    ]
    if filtres.statut:
        chiffres.append(
            f"chiffres hors filtre « Étape » ; la carte montre **{count_noun(len(vue.fiches), 'CPTS', 'CPTS')}**"
        )
    connues = f"Sur {count_noun(len(concernes), 'CPTS connue', 'CPTS connues')} de la zone"
    debords = find_debords(atlas, couverture.departements, indicatifs=filtres.indicatifs)
    portee = (
        f"{map_sentence(atlas, vue, filtres)}\n\n{coverage_sentence(couverture, indicatifs=filtres.indicatifs)}\n\n"
        f"{connues}{', toutes dessinées' if couverture.complete else ' ; la liste n’est pas complète'}. "
        "Habitants et communes : périmètres établis seulement, "
        f"{reference_text(atlas)}. "
        "Sans médecin traitant : les bases diffèrent d'une source à l'autre, aucune moyenne n'est calculée. "
        "Le filtre « Étape » restreint la carte et le tableau, jamais ces chiffres."
    )
    portee = "\n\n".join(filter(None, (portee, edge_sentence(debords))))
    return " · ".join(chiffres), portee


def draw_publies(atlas: Atlas, couverture: Couverture) -> None:
    """Draw the published figures of the area beside the computed ones."""
    st.markdown(_write_publies(atlas, couverture.departements, couverture))


@st.cache_resource(show_spinner=False, max_entries=128, hash_funcs=PAR_EMPREINTE)
def _write_publies(
    atlas: Atlas,
    departements: tuple[str, ...],  # noqa: ARG001 - the cache key: what is published follows from it
    _couverture: Couverture,
) -> str:
    phrases = published_sentences(atlas, _couverture)
    return (
        "\n".join(f"- {phrase}" for phrase in phrases)
        or "Aucun chiffre n'est publié pour ces départements dans ce qui a été lu."
    )
