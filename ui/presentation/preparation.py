"""The launch event: the player in the whole window, and below it what prepares the event."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import streamlit as st

from geo.atlas import Atlas
from geo.base.temps import today
from geo.evenement import make_evenement
from geo.fiche import sort_cpts
from geo.lecture.cpts import STATUT_ABANDONNE, STATUT_INCONNU
from geo.rangees import get_row
from rendu.carte.palette import BLEU
from rendu.mots.deploiement import short_name
from rendu.mots.etapes import stage_words
from rendu.mots.francais import capitale, escape_markdown, join_words, nombre
from rendu.mots.paroles import event_dates, event_title
from rendu.supports.codes_qr import sheet_address
from rendu.supports.diapositives import make_diapositives
from rendu.supports.lecteur import make_lecteur
from rendu.supports.lecteur_cartes import make_cartes
from rendu.supports.modele import Diapositive
from ui.commun.adresse import Filtres, to_params
from ui.commun.atlas import PAR_ETATS, get_contours
from ui.commun.fiche import get_fiche
from ui.commun.supports_telechargements import (
    draw_telechargements_evenement,
    draw_telechargements_fiche,
)
from ui.commun.telechargements import draw_boutons
from ui.presentation.evenements import MAX_CPTS, draw_evenements, draw_lien, event_cpts
from ui.presentation.origines import draw_origines
from ui.serveur.adresse_publique import ADRESSE_PUBLIQUE, public_address

_LEAFLET = Path(__file__).resolve().parents[2] / "static" / "leaflet"
_PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"

_CHOIX = "presentation_cpts"
_ANCRE = "preparer"
_DEMANDEES = "presentation_cpts_de_l_adresse"

# The player has the window to itself; the frame of the page comes back with the link out of it.
_PLEINE_FENETRE = """<style>
.st-key-entete, [data-testid="stHeader"] { display: none; }
[data-testid="stMainBlockContainer"] { padding: 0; }
[data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"] { gap: 0; }
/* What the frame of the page has to say stands below the player, not above. */
[data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"] > :has(.st-key-lecteur), .st-key-lecteur { order: -1; }
.st-key-lecteur { position: relative; }
.st-key-lecteur iframe { display: block; height: 100vh; height: 100dvh; }
.st-key-retour { position: absolute; top: 0.5rem; right: 0.5rem; width: auto; z-index: 1; border-radius: 0.25rem;
  background: white; }
/* Slides are white in either theme, and so is what stands on them. */
.st-key-retour a, .st-key-retour a * { color: %s !important; }
.ecran-noir .st-key-retour { visibility: hidden; }
.st-key-preparation { padding: 2rem; }
/* On a phone there is room for one link, and what prepares the event is a swipe away. */
@media (max-width: 45rem) { .st-key-retour { top: 0; } .st-key-retour .stMarkdown { display: none; } }
/* On paper the slides are those in text. */
@media print { .st-key-lecteur { display: none; } }
</style>""".replace("%s", BLEU)


@st.cache_resource(show_spinner="Diapositives…", max_entries=16, hash_funcs=PAR_ETATS)
def get_diapositives(atlas: Atlas, cpts_ids: tuple[str, ...]) -> tuple[Diapositive, ...]:
    """Return the slides of an event, made once for every session."""
    return make_diapositives(atlas, cpts_ids)


@st.cache_resource(show_spinner="Préparation du lecteur…", max_entries=8, hash_funcs=PAR_ETATS)
def get_lecteur(atlas: Atlas, cpts_ids: tuple[str, ...], adresse: str | None) -> str:
    """Return the player of an event, as one HTML text.

    Parameters
    ----------
    atlas, cpts_ids
        The CPTS of the event, at least one.
    adresse
        The public address that QR codes lead to; none, no code.
    """
    evenement = make_evenement(atlas, cpts_ids)
    noms = atlas.fiches["nom"]
    titre, date = event_title(atlas, evenement), event_dates(atlas, evenement.cpts_ids)
    return make_lecteur(
        f"{titre}, {date}" if date else titre,
        get_diapositives(atlas, cpts_ids),
        make_cartes(atlas, get_contours(atlas), evenement),
        leaflet_js=(_LEAFLET / "leaflet.js").read_text(encoding="utf-8"),
        leaflet_css=(_LEAFLET / "leaflet.css").read_text(encoding="utf-8"),
        date=date,
        fiches=[(str(noms[i]), sheet_address(adresse, i)) for i in cpts_ids] if adresse else [],
        synthetique=atlas.synthetique,
    )


def draw_lecteur(atlas: Atlas, filtres: Filtres) -> None:
    """Draw the player over the whole window, with a discreet way out; nothing without an event.

    Where the player is stands in the address, never in its text: a rerun leaves it as it is.
    """
    cpts_ids = event_cpts(filtres)
    if not cpts_ids:
        return
    st.html(_PLEINE_FENETRE)
    with st.container(key="lecteur"):
        st.iframe(
            get_lecteur(atlas, cpts_ids, public_address()),
            height="stretch",
            tab_index=0,
            alt="Lecteur de la présentation",
        )
        with st.container(key="retour", horizontal=True, vertical_alignment="center"):
            st.markdown(f"[Préparer, télécharger](#{_ANCRE})", width="content")
            st.page_link(
                "app.py",
                label="Retour à l'atlas",
                icon=":material/arrow_back:",
                query_params=to_params(replace(filtres, n=None)),
            )


@contextmanager
def preparation(filtres: Filtres) -> Iterator[None]:
    """Frame what prepares an event: the page itself, or what stands below the player."""
    with st.container(key="preparation"):
        if event_cpts(filtres):
            st.header("Préparer la présentation", anchor=_ANCRE)
        else:
            st.title("Présentation d'un lancement", anchor=False)
        yield


@contextmanager
def beside_evenements(atlas: Atlas, filtres: Filtres) -> Iterator[None]:
    """Put what is chosen by hand beside the launches by date; where one is played, it stands alone."""
    if event_cpts(filtres):
        yield
        return
    st.markdown(
        "Une présentation montre une idée par diapositive, en plein écran, à partir de ce qui est publié. Elle se "
        "télécharge en un seul fichier, qui s'ouvre sans réseau."
    )
    gauche, droite = st.columns([62, 38], gap="large")
    with gauche:
        draw_evenements(atlas, filtres)
    with droite:
        st.subheader("Choisir les CPTS une à une", anchor=False)
        yield


def draw_choix(atlas: Atlas, filtres: Filtres) -> tuple[str, ...]:
    """Draw the choice of the CPTS of the event and the link that starts the player.

    Returns
    -------
    tuple of str
        The chosen CPTS, perhaps none. The player follows the address, not this choice: it does not start
        while one is still choosing.
    """
    demandees = event_cpts(filtres)
    etat = st.session_state
    # Streamlit forgets the choice once another page is drawn, and an import may have changed the CPTS.
    if etat.get(_DEMANDEES) != demandees or _CHOIX not in etat:
        etat[_DEMANDEES], etat[_CHOIX] = demandees, list(demandees)
    etat[_CHOIX] = [i for i in etat[_CHOIX] if i in atlas.fiches.index]
    if len(filtres.evenement) > MAX_CPTS:
        laissees = join_words(
            escape_markdown(str(atlas.fiches.loc[i, "nom"])) for i in filtres.evenement[MAX_CPTS:]
        )
        st.warning(
            f"Une présentation montre {MAX_CPTS} CPTS au plus. De l'adresse, ne sont pas montrées : {laissees}."
        )
    noms = atlas.fiches["nom"]
    st.multiselect(
        "CPTS de l'événement",
        sort_cpts(noms),
        format_func=noms.__getitem__,
        key=_CHOIX,
        max_selections=MAX_CPTS,
        placeholder="Choisir une ou plusieurs CPTS, dans l'ordre de la présentation",
        select_all=False,
    )
    choisies = tuple(etat[_CHOIX])
    for i in choisies:
        if atlas.fiches.loc[i, "statut"] in (STATUT_ABANDONNE, STATUT_INCONNU):
            etape = escape_markdown(stage_words(get_row(atlas.fiches, i)))
            st.warning(f"{escape_markdown(noms[i])} : {etape}. Est-ce bien elle que l'on lance ?")
    if choisies and choisies != demandees:
        draw_lien(filtres, "Lancer la présentation", ":material/play_arrow:", choisies)
    return choisies


def _make_pptx(atlas: Atlas, cpts_ids: tuple[str, ...]) -> bytes:
    # When first used: the writer of slides weighs as much as a page.
    from rendu.supports.diaporama import make_event_pptx  # noqa: PLC0415

    return make_event_pptx(atlas, cpts_ids, today())


def draw_supports(atlas: Atlas, cpts_ids: tuple[str, ...]) -> None:
    """Draw the downloads of the event."""
    with st.container(key="supports"):
        _draw_supports(atlas, cpts_ids)


def _draw_supports(atlas: Atlas, cpts_ids: tuple[str, ...]) -> None:
    adresse = public_address()
    noms = "-".join(short_name(str(atlas.fiches.loc[i, "nom"])) for i in cpts_ids)
    kit = (
        "Kit hors ligne (HTML)",
        "html",
        "text/html",
        partial(get_lecteur, atlas, cpts_ids, adresse),
    )
    pptx = ("PowerPoint", "pptx", _PPTX, partial(_make_pptx, atlas, cpts_ids))
    with st.container(horizontal=True):
        draw_boutons(f"kit {noms}", [kit], "Emporter, sans réseau")
        draw_boutons(f"diapositives {noms}", [pptx], "Modifier")
        draw_telechargements_evenement(atlas, cpts_ids, noms)
    st.caption(
        "Le kit est un seul fichier, à ouvrir depuis une clé USB, sans réseau. Touches du lecteur : flèches, espace, "
        "Entrée, Retour arrière, Page préc. et Page suiv. (télécommande), Début, Fin ; B ou « . » fait l'écran noir ; P ouvre la fenêtre de l'orateur (ce qu'il dit, la diapositive qui "
        "vient, l'heure), à laisser sur votre écran quand l'autre est projeté ; F met en plein écran. "
        "Les diapositives PowerPoint, modifiables, demandent quelques secondes par CPTS."
    )
    with st.expander("Fiches et cartes de chaque CPTS", icon=":material/picture_as_pdf:"):
        for i in cpts_ids:
            st.markdown(f"**{escape_markdown(str(atlas.fiches.loc[i, 'nom']))}**")
            draw_telechargements_fiche(atlas, get_fiche(atlas, i))
    if os.environ.get(ADRESSE_PUBLIQUE) and not adresse:
        st.warning(
            f"{ADRESSE_PUBLIQUE} n'est pas une adresse http ou https : la présentation n'a pas de code QR."
        )
    elif not adresse:
        st.caption(
            "Pas de code QR vers les fiches : l'adresse publique de l'atlas n'est pas réglée "
            f"({ADRESSE_PUBLIQUE}, voir le guide)."
        )


def draw_textes(atlas: Atlas, cpts_ids: tuple[str, ...]) -> None:
    """Draw the slides as text, each with its spoken sentence: the same facts without the player."""
    diapositives = get_diapositives(atlas, cpts_ids)
    st.header("Les diapositives en texte", anchor=False)
    for rang, diapositive in enumerate(diapositives, start=1):
        st.markdown(f"### {rang}. {escape_markdown(diapositive.titre)}")
        phrase = capitale(f"{diapositive.chiffre} {diapositive.phrase}".strip())
        # The map of the slide is not here: of a published share, its perimeter says nothing.
        indicatif = diapositive.indicatif and diapositive.genre != "medecin_traitant"
        marque = " :gray-badge[périmètre indicatif]" if indicatif else ""
        st.markdown(f"**{escape_markdown(phrase)}**{marque}")
        morceaux = [f"- {escape_markdown(ligne)}" for ligne in diapositive.lignes]
        if diapositive.graphique:
            morceaux += [
                f"- {escape_markdown(nom)} : {nombre(valeur, 1)}"
                for nom, valeur in diapositive.graphique.series
            ]
        if morceaux:
            st.markdown("\n".join(morceaux))
        st.markdown(f"À dire : *{escape_markdown(diapositive.parlee)}*")
        if diapositive.sources:
            st.caption(f"Sources : {escape_markdown(' ; '.join(diapositive.sources))}")
        draw_origines(atlas, diapositive, rang)
