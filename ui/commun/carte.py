"""The map: a constant Folium map whose outlines are fetched once, and repainted in place.

``st_folium`` rebuilds the map when its script changes; so the script never does. What changes (classes,
labels, selection) travels in ``feature_group_to_add`` as plain data for the scripts of ``static/carte/``.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import folium
import streamlit as st
from branca.element import MacroElement
from folium.template import Template
from streamlit_folium import st_folium

from geo.atlas import Atlas
from rendu.carte.couches import Couches, keep_file, write_file
from rendu.carte.jeu import as_data, legend_data
from rendu.carte.palette import SOMBRES, browser_colours
from rendu.carte.signes import Coloration, Entree
from rendu.scripts import ATELIER, CARTE, STATIC, join_script
from ui.commun.adresse import Filtres, count_readings, key, tell_again
from ui.commun.atlas import PAR_EMPREINTE
from ui.serveur.couches import CHEMIN, served_path

# Until static/ecran.css gives the map what the window leaves, and on paper.
_HAUTEUR_PX = 500
# What may be chosen on the map: static/carte/ sends names and values.
# Choosing one of them leaves the other.
_EXCLUSIFS = {"cpts": "commune", "zone": "commune", "commune": "cpts"}
_CHOISIS = ("cpts", "zone", "commune", "ind", "ind2", "niveau", "fond")


@dataclass(frozen=True, slots=True)
class Etat:
    """What a rerun sends to the map.

    Attributes
    ----------
    formes
        How each visible CPTS is drawn: ``complet``, ``etabli`` (its established part) or ``repere``.
    departements
        The chosen departments, never empty.
    coloration
        How the CPTS are painted. Where the map offers the choice, `jeu` and `ind` instead.
    jeu
        The file of the colours to choose from (see :func:`rendu.carte.jeu.write_jeu`).
    ind, ind2
        The one that is chosen, and the one that it is crossed with.
    niveau
        What the map is painted by instead of CPTS: the level asked for as ``demande`` (see
        ``rendu.mots.indicateurs.NIVEAUX``), and the file of the colours of the one that is shown as ``fichier``.
    etats
        The lines of the legend about communes.
    selection
        The chosen CPTS.
    fond
        Whether the IGN base map is asked for; ``None`` where it is not offered.
    tour
        See :func:`ui.commun.adresse.count_readings`: while it stays, the map keeps the `ind`, `ind2` and `fond` that were
        chosen on it.
    cadre
        The CPTS that the view is framed on, instead of the departments.
    blanches
        The communes to paint as a zone blanche, as :func:`rendu.carte.couches.mark_blanches` marks them.
    zones
        The file of the zones to draw (see ``ui.zones.carte.zones_file``), if any.
    zone
        The chosen zone: outlined, and framed when it changes.
    commune
        The commune that is looked for, and its department: outlined, and framed when it changes.
    cherchables
        Whether a click on a commune that no territory hides looks for it.
    atelier
        The scenario that is composed on the map, as ``static/atelier/atelier.js`` reads it; the map then has its script.
    """

    formes: dict[str, str]
    departements: list[str]
    coloration: Coloration | None = None
    jeu: str | None = None
    ind: str | None = None
    ind2: str | None = None
    niveau: dict[str, str] | None = None
    etats: Sequence[Entree] = ()
    selection: str | None = None
    fond: bool | None = None
    tour: int = field(default_factory=count_readings)
    cadre: str | None = None
    blanches: dict[str, str] = field(default_factory=dict)
    zones: str | None = None
    zone: str | None = None
    commune: tuple[str, str] | None = None
    cherchables: bool = False
    atelier: dict[str, Any] | None = None


@st.cache_resource(show_spinner=False)
def _versioned_url(nom: str, mtime: float) -> str:  # noqa: ARG001 - part of the cache key
    empreinte = hashlib.sha256((STATIC / nom).read_bytes()).hexdigest()[:12]
    return served_path(f"/app/static/{nom}?v={empreinte}")


def _own_url(nom: str) -> str:
    return _versioned_url(nom, (STATIC / nom).stat().st_mtime)


@st.cache_resource(show_spinner=False, max_entries=2)
def _write_script(
    fichiers: tuple[str, ...],
    mtimes: tuple[float, ...],  # noqa: ARG001 - part of the cache key
    dossier: Path,
) -> str:
    return write_file(dossier, "script", join_script(fichiers), suffixe=".js")


def find_file(write: Any, *demande: Any, dossier: Path) -> str:
    """Return the name of a file that the map reads, written once for every session.

    Parameters
    ----------
    write
        A cached function: of `demande` and `dossier`, to the name of the file that it writes there.
    demande, dossier
        What it is asked.
    """
    nom: str = write(*demande, dossier)
    # Data that were in use meanwhile have taken its place.
    if not keep_file(dossier, nom):
        write.clear()
        nom = write(*demande, dossier)
    return nom


def _script_url(dossier: Path, fichiers: tuple[str, ...]) -> str:
    """Return the address of the map's script, a file named by its content beside the outlines."""
    mtimes = tuple((STATIC / nom).stat().st_mtime for nom in fichiers)
    return served_path(f"{CHEMIN}/{find_file(_write_script, fichiers, mtimes, dossier=dossier)}")


class _Couche(folium.map.Layer):
    """The outlines, read by the browser from their address."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = atlasCarte.creer({{ this._parent.get_name() }}, {{ this.dossier|tojson }}, "
        "{{ this.fichier|tojson }}, {{ this.couleurs|tojson }}, {{ this.sombres|tojson }});"
        "{% endmacro %}"
    )

    def __init__(self, dossier: str, fichier: str) -> None:
        super().__init__(control=False)
        self._name = "Couche"
        self.dossier = dossier
        self.fichier = fichier
        self.couleurs = browser_colours()
        self.sombres = SOMBRES


class _Peinture(MacroElement):
    """The state to paint, as JSON that is safe inside a script whatever the labels hold."""

    _template = Template(
        "{% macro script(this, kwargs) %}atlasCarte.appliquer({{ this.etat|tojson }});{% endmacro %}"
    )

    def __init__(self, etat: Etat, cpts: tuple[str, ...]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Peinture"
        # asdict would copy the words of every CPTS only for them to be written anew.
        self.etat = {nom: getattr(etat, nom) for nom in Etat.__slots__} | {
            "formes": [etat.formes.get(i, "")[:1] for i in cpts],
            "coloration": as_data(etat.coloration, cpts) if etat.coloration else None,
            "etats": legend_data(etat.etats),
        }


def _on_click(cle: str) -> None:
    """Consume what was chosen on a map since the page was at rest; later choices are free to change that."""
    clic = (st.session_state.get(cle) or {}).get("last_active_drawing") or {}
    for nom, valeur in clic.get("choix", {}).items():
        if nom in _CHOISIS:
            st.session_state[key(nom)] = bool(valeur) if nom == "fond" else valeur
        if nom in _EXCLUSIFS:
            st.session_state[key(_EXCLUSIFS[nom])] = None
    if clic.get("tour") != count_readings():
        tell_again()


def find_commune(atlas: Atlas, filtres: Filtres) -> tuple[str, str] | None:
    """Return the commune that is looked for, with its department, as :class:`Etat` wants it."""
    if filtres.commune is None:
        return None
    return filtres.commune, str(atlas.communes.loc[filtres.commune, "code_departement"])


@st.cache_resource(show_spinner=False, max_entries=2, hash_funcs=PAR_EMPREINTE)
def centre(atlas: Atlas) -> tuple[float, float]:
    """Return the latitude and longitude of the middle of the study area, in degrees."""
    etude = atlas.communes[atlas.communes["etude"]]
    return float(etude["mairie_lat"].mean()), float(etude["mairie_lon"].mean())


def draw_carte(
    couches: Couches,
    etat: Etat,
    *,
    centre: tuple[float, float],
    principale: bool = True,
    cle: str = "carte",
) -> None:
    """Draw the map, or repaint the one that is there.

    Parameters
    ----------
    couches
        The outlines.
    etat
        What to paint.
    centre
        Latitude and longitude shown before the outlines have arrived, in degrees.
    principale
        Whether the map is what the page is for, and takes the height of the window.
    cle
        Tells it from any other map of the page.
    """
    carte = folium.Map(
        location=centre, zoom_start=8, tiles=None, zoom_snap=0.25, min_zoom=5, max_zoom=16
    )
    # Scripts and styles all come from this server.
    carte.default_js = [
        ("leaflet", _own_url("leaflet/leaflet.js")),
        ("carte", _script_url(couches.dossier, ATELIER if etat.atelier else CARTE)),
    ]
    carte.default_css = [
        ("leaflet", _own_url("leaflet/leaflet.css")),
        ("carte", _own_url("carte.css")),
    ]
    if etat.atelier:
        carte.default_css.append(("atelier", _own_url("atelier.css")))
    _Couche(served_path(CHEMIN), couches.territoires).add_to(carte)
    peinture = folium.FeatureGroup(name="peinture", control=False)
    peinture.add_child(_Peinture(etat, couches.cpts))
    with st.container(key="carte_principale" if principale else f"annexe_{cle}"):
        st_folium(
            carte,
            key=cle,
            height=_HAUTEUR_PX,
            use_container_width=True,
            # The map is written whatever this says: it would be so twice.
            render=False,
            returned_objects=["last_active_drawing"],
            feature_group_to_add=peinture,
            on_change=partial(_on_click, cle),
        )
