"""The buttons of what leaves the application on paper: the sheet as PDF, the maps as SVG and PNG."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.base.temps import today
from geo.evenement import make_evenement
from geo.fiche import Fiche
from geo.indicateurs.niveaux import CPTS, DEPARTEMENTS, nearest_level
from geo.regles.couverture import DEFINITIONS, Couverture
from rendu.carte.coloration import make_croisee_cpts, make_etats
from rendu.carte.niveaux import communes_teintes, under_outlines
from rendu.carte.signes import Coloration
from rendu.carte.vue import Vue
from rendu.dessin.contenu import Carte
from rendu.dessin.image import svg_to_png
from rendu.dessin.page import draw_carte_svg
from rendu.mots.couverture import coverage_sentence
from rendu.mots.francais import date_partielle
from rendu.mots.indicateurs import (
    NIVEAUX,
    map_choices,
)
from rendu.supports.carte_evenement import make_carte_evenement
from rendu.supports.cartes import make_carte_coloree, make_carte_cpts
from rendu.supports.fiche_pdf import make_fiche_pdf
from ui.commun.adresse import Filtres
from ui.commun.atlas import PAR_EMPREINTE
from ui.commun.completude import trial_text
from ui.commun.synthese import area_name, map_sentence
from ui.commun.telechargements import draw_boutons

_PDF, _SVG, _PNG = "application/pdf", "image/svg+xml", "image/png"


def draw_telechargements_fiche(atlas: Atlas, fiche: Fiche) -> None:
    """Draw the downloads of a sheet: the PDF, and its map.

    Parameters
    ----------
    atlas
        The atlas.
    fiche
        The sheet, as :func:`geo.fiche.make_fiche` returns it.
    """
    jour = today()
    pdf = partial(make_fiche_pdf, atlas, fiche.cpts_id, jour)
    with st.container(horizontal=True):
        draw_boutons(f"fiche {fiche.nom}", [("PDF", "pdf", _PDF, pdf)], "Fiche")
        cartes = _map_files(partial(make_carte_cpts, atlas, fiche, jour))
        draw_boutons(f"carte {fiche.nom}", cartes, "Carte")


def draw_telechargements_evenement(atlas: Atlas, cpts_ids: Sequence[str], noms: str) -> None:
    """Draw the downloads of the map of an event.

    Parameters
    ----------
    atlas
        The atlas.
    cpts_ids
        The CPTS of the event.
    noms
        Their names, for the file names.
    """
    jour = today()

    def make() -> Carte:
        return make_carte_evenement(atlas, make_evenement(atlas, cpts_ids), jour)

    draw_boutons(f"carte de l'événement {noms}", _map_files(make), "Carte")


def draw_telechargements_carte(
    atlas: Atlas, vue: Vue, filtres: Filtres, couverture: Couverture
) -> None:
    """Draw the downloads of the coloured map, as it is on screen; it is painted when one is asked for.

    Parameters
    ----------
    atlas, vue, filtres
        The atlas, what the filters leave in sight, the filters.
    couverture
        The coverage that the map shows.
    """
    zone = area_name(atlas, vue)
    niveau = nearest_level(atlas.registre.parse(filtres.ind)[0], filtres.niveau)

    def make() -> Carte:
        couverts = coverage_sentence(couverture, indicatifs=filtres.indicatifs, write=str).replace(
            "**", ""
        )
        etats = make_etats(couverture, indicatifs=filtres.indicatifs)
        if niveau != CPTS:
            coloration = under_outlines(atlas, vue, niveau, filtres.ind, filtres.ind2)
            teintes = communes_teintes(atlas, niveau, filtres.ind, filtres.ind2)
            etats = etats if niveau == DEPARTEMENTS else []
        else:
            coloration, teintes = make_croisee_cpts(atlas, vue, filtres.ind, filtres.ind2), None
        return _map_maker(
            atlas,
            vue,
            filtres,
            coloration,
            formes=vue.formes,
            etats=etats,
            zones=teintes,
            zones_blanches=teintes is None,
            titre=f"CPTS : {zone}",
            phrase=f"{map_sentence(atlas, vue, filtres, str)} {couverts}",
            avertissement=_trial_warning(atlas, filtres),
        )()

    par = f" par {NIVEAUX[niveau]}" if niveau != CPTS else ""
    quoi = (
        f"{_trial_prefix(atlas, filtres)}carte {zone} {_get_map_choices(atlas)[filtres.ind]}{par}"
    )
    draw_boutons(quoi, _map_files(make), "Carte")


@st.cache_resource(show_spinner=False, max_entries=2, hash_funcs=PAR_EMPREINTE)
def _get_map_choices(atlas: Atlas) -> dict[str, str]:
    return map_choices(atlas)


def draw_telechargements_date(
    atlas: Atlas,
    vue: Vue,
    filtres: Filtres,
    coloration: Coloration,
    *,
    formes: dict[str, str],
    date: str,
) -> None:
    """Draw the downloads of the map at a date, as it is on screen.

    Parameters
    ----------
    atlas, vue, filtres
        The atlas, what the filters leave in sight, the filters.
    coloration, formes
        What the map shows.
    date
        The date, ISO 8601.
    """
    quand = date_partielle(date)
    make = _map_maker(
        atlas,
        vue,
        filtres,
        coloration,
        formes=formes,
        etats=(),
        titre=f"Déploiement au {quand} : {area_name(atlas, vue)}",
        phrase=f"CPTS {DEFINITIONS[filtres.couvert]} que l'on connaît à cette date.",
        zones_blanches=False,
    )
    draw_boutons(f"carte {area_name(atlas, vue)} au {date}", _map_files(make), "Carte")


def draw_telechargements_zones(
    atlas: Atlas,
    vue: Vue,
    filtres: Filtres,
    coloration: Coloration,
    *,
    formes: dict[str, str],
    teintes: pd.Series,
) -> None:
    """Draw the downloads of the map of the gaps, as it is on screen.

    Parameters
    ----------
    atlas, vue, filtres
        The atlas, what the filters leave in sight, the filters.
    coloration, formes
        How the CPTS are painted, and what the legend says.
    teintes
        Colour of the communes of the zones, by code.
    """
    make = _map_maker(
        atlas,
        vue,
        filtres,
        coloration,
        formes=formes,
        etats=(),
        titre=f"Zones blanches : {area_name(atlas, vue)}",
        phrase=f"CPTS qui comptent : {DEFINITIONS[filtres.couvert]}.",
        avertissement=_trial_warning(atlas, filtres),
        zones=teintes,
        zones_blanches=False,
    )
    draw_boutons(
        f"{_trial_prefix(atlas, filtres)}zones blanches {area_name(atlas, vue)}",
        _map_files(make),
        "Carte",
    )


def _map_maker(
    atlas: Atlas, vue: Vue, filtres: Filtres, coloration: Coloration, **propre: Any
) -> Callable[[], Carte]:
    """Prepare a map of what the filters leave in sight; `propre` is what each map has of its own."""
    return partial(
        make_carte_coloree,
        atlas,
        coloration,
        departements=vue.departements,
        definition=filtres.couvert,
        indicatifs=filtres.indicatifs,
        jour_carte=today(),
        selection=filtres.cpts,
        **propre,
    )


def _trial_warning(atlas: Atlas, filtres: Filtres) -> str:
    """Say that a map shows a trial: it must not pass for a finding."""
    essai = trial_text(atlas, filtres)
    return f"Essai, autrement que dans les données. Départements {essai}." if essai else ""


def _trial_prefix(atlas: Atlas, filtres: Filtres) -> str:
    """Begin the file name of a trial."""
    return "essai " if trial_text(atlas, filtres) else ""


def _map_files(make: Callable[[], Carte]) -> list[tuple[str, str, str, Callable[[], bytes]]]:
    """Offer a map as vectors, and as a picture at 300 dots an inch."""
    return [
        ("SVG", "svg", _SVG, lambda: draw_carte_svg(make()).encode()),
        ("PNG", "png", _PNG, lambda: svg_to_png(draw_carte_svg(make()))),
    ]
