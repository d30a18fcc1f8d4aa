"""The roll-out at a date: the map, its figures and the charts, in the one part that a change of date runs."""

from dataclasses import replace

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.atlas import Atlas
from geo.base.temps import today
from geo.regles.couverture import DEFINITIONS
from geo.regles.debords import find_debords
from geo.regles.deploiement import Deploiement, at_date, curves, first_telling, real_dates, steps
from rendu.carte.palette import BLEUS, HACHURES, LEGENDE_INDICATIF, REPERE, TIRETS
from rendu.carte.signes import Coloration, Entree
from rendu.carte.theme import Theme
from rendu.carte.vue import Vue, chosen_departements
from rendu.mots.couverture import PRESENTES, edge_sentence, undrawn_text
from rendu.mots.deploiement import TITRES_COMPTE, date_sentence, intro_sentence
from rendu.mots.faits import sum_text
from rendu.mots.francais import (
    AVEC_INDICATIFS,
    capitale,
    count_noun,
    date_partielle,
    escape_markdown,
    join_words,
    nombre,
)
from rendu.mots.indicateurs import write_total
from ui.commun.adresse import Filtres, update_address
from ui.commun.atlas import PAR_EMPREINTE, get_couches
from ui.commun.carte import Etat, centre, draw_carte
from ui.commun.supports_telechargements import draw_telechargements_date
from ui.commun.theme import PAR_THEME, chart_theme
from ui.deploiement.graphiques import draw_chronologie, draw_courbes
from ui.deploiement.jalons import draw_jalons_du_jour
from ui.deploiement.lecture import (
    PERIODE_S,
    advance,
    current_date,
    draw_lecture,
    is_playing,
    stride,
)
from ui.deploiement.provenance import draw_provenance_date

_ANCIENNE, _ENTREE = 0, 1
PALETTE = (BLEUS[1], BLEUS[3])


@st.cache_resource(show_spinner=False, max_entries=1024, hash_funcs=PAR_EMPREINTE)
def get_deploiement(
    atlas: Atlas, date: str, departements: tuple[str, ...], definition: str
) -> Deploiement:
    """Return what is known at a date, computed once for every session."""
    return at_date(atlas, date, departements, definition)


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=PAR_EMPREINTE)
def get_curves(atlas: Atlas, departements: tuple[str, ...], definition: str) -> pd.DataFrame:
    """Return the totals at each real date, computed once for every session; not to be changed."""
    return curves(atlas, departements, definition)


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=PAR_EMPREINTE)
def get_steps(atlas: Atlas, departements: tuple[str, ...], definition: str) -> pd.DataFrame:
    """Return what comes in date by date, computed once for every session; not to be changed."""
    return steps(atlas, departements, definition)


def draw_introduction(atlas: Atlas, filtres: Filtres) -> None:
    """Say what the page can and cannot tell."""
    une_date = [*real_dates(atlas), ""][0]
    departements = chosen_departements(atlas, filtres)
    connu = get_deploiement(atlas, une_date, departements, filtres.couvert)
    debords = find_debords(atlas, departements, indicatifs=filtres.indicatifs)
    with st.popover("Ce que disent ces dates", type="tertiary"):
        st.markdown(escape_markdown(intro_sentence(atlas, connu, DEFINITIONS[filtres.couvert])))
        st.markdown(edge_sentence(debords))


def draw_deploiement(atlas: Atlas, vue: Vue, filtres: Filtres) -> None:
    """Draw the date, the map at that date, the figures and the charts."""
    departements = chosen_departements(atlas, filtres)
    # A date of the address is shown even where nothing of the chosen departments happened that day.
    dates = sorted({*real_dates(atlas, departements), *filter(None, [filtres.date])})
    if not dates:
        st.info("Aucune date n'est publiée dans la zone choisie.", icon=":material/event_busy:")
        return
    joue = is_playing()
    dessiner = st.fragment(_draw_date, run_every=PERIODE_S if joue else None)
    dessiner(atlas, vue, departements, dates, joue=joue)


def _draw_date(
    atlas: Atlas, vue: Vue, departements: tuple[str, ...], dates: list[str], *, joue: bool
) -> None:
    advance(dates)
    filtres = update_address()
    if is_playing() != joue:
        # The clock of a fragment is set by the run of the whole page.
        st.rerun()
    draw_lecture(dates, first_telling(atlas, dates, departements, filtres.couvert))
    if stride(dates) > 1:
        st.caption(f"La lecture montre une date sur {nombre(stride(dates))} ; le curseur, toutes.")
    date = current_date(dates)
    deploiement = get_deploiement(atlas, date, departements, filtres.couvert)
    etapes = get_steps(atlas, departements, filtres.couvert)
    gauche, droite = st.columns([62, 38], gap="small")
    with gauche:
        _draw_carte(atlas, vue, deploiement, filtres)
    with droite, st.container(key="panneau"):
        _draw_chiffres(atlas, etapes, deploiement, filtres, _present(vue, deploiement))
    courbes, chronologie = st.tabs(["Courbes", "Chronologie"])
    with courbes:
        _draw_courbes(
            atlas,
            departements,
            filtres.couvert,
            date,
            indicatifs=filtres.indicatifs,
            theme=chart_theme(),
        )
    with chronologie:
        _draw_chronologie(
            atlas,
            departements,
            filtres.couvert,
            date,
            dates=tuple(dates),
            theme=chart_theme(),
            _deploiement=deploiement,
        )


# Charts are drawn once a date for every session: Streamlit sends the next ones the same messages.
@st.cache_resource(show_spinner=False, max_entries=256, hash_funcs=PAR_EMPREINTE | PAR_THEME)
def _draw_courbes(
    atlas: Atlas,
    departements: tuple[str, ...],
    definition: str,
    date: str,
    *,
    indicatifs: bool,
    theme: Theme,  # noqa: ARG001 - part of the cache key
) -> None:
    draw_courbes(get_curves(atlas, departements, definition), date, indicatifs=indicatifs)


@st.cache_resource(show_spinner=False, max_entries=256, hash_funcs=PAR_EMPREINTE | PAR_THEME)
def _draw_chronologie(
    atlas: Atlas,
    departements: tuple[str, ...],  # noqa: ARG001 - with the two that follow, the cache key of what is known
    definition: str,  # noqa: ARG001
    date: str,  # noqa: ARG001
    *,
    dates: tuple[str, ...],
    theme: Theme,  # noqa: ARG001 - part of the cache key
    _deploiement: Deploiement,
) -> None:
    draw_chronologie(atlas, _deploiement, dates)


def _draw_carte(atlas: Atlas, vue: Vue, deploiement: Deploiement, filtres: Filtres) -> None:
    formes = _present(vue, deploiement)
    entrees = set(deploiement.entrees)
    classes = {
        i: _ENTREE if i in entrees else _ANCIENNE for i in deploiement.certaines if i in formes
    }
    coloration = replace(
        _coloration(atlas, deploiement, formes, classes),
        textes={i: _tooltip(i, deploiement) for i in formes},
    )
    # The CPTS that another page chose is left out: the view would be framed on it.
    draw_carte(
        get_couches(),
        Etat(
            formes=formes,
            coloration=coloration,
            departements=list(vue.departements),
            fond=filtres.fond,
        ),
        centre=centre(atlas),
    )
    draw_telechargements_date(
        atlas,
        vue,
        replace(filtres, cpts=None),
        coloration,
        formes=formes,
        date=deploiement.date,
    )


def _present(vue: Vue, deploiement: Deploiement) -> dict[str, str]:
    """Return how each CPTS is drawn of those that the filters show and that are there at the date, perhaps or surely."""
    presentes = {*deploiement.certaines, *deploiement.possibles}
    return {i: forme for i, forme in vue.formes.items() if i in presentes}


def _tooltip(cpts_id: str, deploiement: Deploiement) -> str:
    if cpts_id in deploiement.possibles:
        return "peut-être déjà là : la date n'est pas connue au jour près"
    return "entre à cette date" if cpts_id in deploiement.entrees else "déjà là avant cette date"


def _coloration(
    atlas: Atlas, deploiement: Deploiement, formes: dict[str, str], classes: dict[str, int]
) -> Coloration:
    rangs = list(classes.values())
    tirets = sum(f == "complet" and atlas.is_indicatif(i) for i, f in formes.items())
    possibles = len(formes) - len(classes)
    legende = [
        Entree(PALETTE[_ENTREE], "entrée à cette date", rangs.count(_ENTREE)),
        Entree(PALETTE[_ANCIENNE], "déjà là avant", rangs.count(_ANCIENNE)),
        Entree(HACHURES, "peut-être déjà là : date connue au mois près, ou « avant »", possibles),
        Entree(TIRETS, LEGENDE_INDICATIF, tirets),
        Entree(REPERE, "repère : périmètre inconnu ou masqué", [*formes.values()].count("repere")),
    ]
    return Coloration(
        f"CPTS connues au {date_partielle(deploiement.date)}",
        classes,
        PALETTE,
        tuple(entree for entree in legende if entree.compte),
    )


def _draw_chiffres(
    atlas: Atlas,
    etapes: pd.DataFrame,
    deploiement: Deploiement,
    filtres: Filtres,
    formes: dict[str, str],
) -> None:
    """Draw the date, its sentence and its figures, announced first; `formes` is what the map shows."""
    d = deploiement
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(capitale(date_partielle(d.date)), anchor=False, width="content")
        draw_provenance_date(atlas, d, indicatifs=filtres.indicatifs)
    st.markdown(escape_markdown(capitale(date_sentence(atlas, etapes, d))) + ".")
    if d.date > today().isoformat():
        st.caption("Ce jour est à venir : c'est ce que l'on en sait aujourd'hui.")
    if filtres.statut:
        st.caption(
            f"Le filtre « Étape » restreint la carte ({count_noun(len(formes), 'CPTS', 'CPTS')} à cette date), "
            "jamais ces chiffres."
        )
    somme = d.population_annoncee
    _draw_chiffre(
        st.container(),
        "Habitants annoncés",
        sum_text(somme),
        f"par {nombre(somme.n)} CPTS sur {nombre(d.n_min)} présentes",
        "Somme de ce que les sources annoncent, jamais calculée. Une CPTS qui n'annonce rien n'y est pas ; une "
        "CPTS qui déborde de la zone y est tout entière.",
    )
    _draw_chiffre(
        st.container(),
        TITRES_COMPTE[d.definition],
        nombre(d.n_min),
        _reserve(d),
        "Celles dont la date est passée à coup sûr.",
    )
    bas = st.columns(2, gap="small")
    for colonne, titre, etablie, indicative in (
        (bas[0], "Habitants couverts (établi)", d.etablis.population, d.avec_indicatifs.population),
        (bas[1], "Communes couvertes (établi)", d.etablis.communes, d.avec_indicatifs.communes),
    ):
        _draw_chiffre(
            colonne,
            titre,
            nombre(etablie),
            f"{write_total(indicative, etablie)} {AVEC_INDICATIFS}"
            if filtres.indicatifs
            else "périmètres établis",
            "Périmètres établis des CPTS présentes à coup sûr, chaque commune une fois, dans la zone choisie. "
            f"Populations de référence {atlas.millesimes.population}, communes de {atlas.millesimes.communes} (INSEE).",
        )
    draw_jalons_du_jour(atlas, d)
    if d.annonce_deborde:
        st.caption("Une partie des habitants annoncés vit hors de la zone.")
    if d.sans_perimetre:
        n = len(d.sans_perimetre)
        reperes = "" if filtres.statut else ", en repère sur la carte"
        st.caption(
            f"{capitale(undrawn_text(n, len(d.certaines), PRESENTES))}{reperes} : "
            f"{'ni ses' if n == 1 else 'ni leurs'} habitants ni {'ses' if n == 1 else 'leurs'} communes ne sont comptés."
        )


def _reserve(deploiement: Deploiement) -> str:
    """Say what the number of CPTS leaves out."""
    peut_etre = deploiement.n_max - deploiement.n_min
    sans_date = len(deploiement.inconnues)
    reserves = [f"{nombre(peut_etre)} peut-être"] if peut_etre else []
    reserves += [f"{nombre(sans_date)} sans date"] if sans_date else []
    return f"et {join_words(reserves)}" if reserves else "toutes datées"


def _draw_chiffre(
    colonne: DeltaGenerator, titre: str, valeur: str, reserve: str, aide: str
) -> None:
    colonne.metric(
        titre,
        valeur,
        reserve,
        delta_color="off",
        delta_arrow="off",
        border=True,
        help=aide,
        height="stretch",
    )
