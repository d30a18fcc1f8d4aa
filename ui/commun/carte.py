"""The map: a constant Folium map whose outlines are fetched once, and repainted in place.

``st_folium`` rebuilds the map when its script changes; so the script never does. What changes (classes,
labels, selection) travels in ``feature_group_to_add`` as plain data for the scripts of ``static/carte/``.
"""

import hashlib
from dataclasses import asdict, dataclass, field
from pathlib import Path

import folium
import streamlit as st
from branca.element import MacroElement
from folium.template import Template
from streamlit_folium import st_folium

from geo.atlas import Atlas
from rendu.carte.couches import Couches, keep_file, write_file
from rendu.carte.palette import browser_colours
from rendu.scripts import CARTE, STATIC, join_script
from ui.commun.adresse import key
from ui.serveur.couches import CHEMIN, served_path

_CLE = "carte"
# What static/carte/zones.js puts before the code of a zone that is clicked: codes of CPTS are free.
PREFIXE_ZONE = "zone:"


@dataclass(frozen=True, slots=True)
class Etat:
    """What a rerun sends to the map.

    Attributes
    ----------
    formes
        How each visible CPTS is drawn: ``complet``, ``etabli`` (its established part) or ``repere``.
    classes
        CPTS to its rank in `palette`; absent means that no value is published, and is hatched.
    palette
        Fill colours.
    infobulles
        CPTS to its value in words, under its name; what does not change is in the outlines' file.
    valeurs
        CPTS to the short text written on it, where there are too few values for classes.
    selection
        The chosen CPTS.
    departements
        The chosen departments, never empty.
    fond
        Whether the IGN base map is asked for.
    cadre
        The CPTS that the view is framed on, instead of the departments.
    blanches
        The communes to paint as a zone blanche, as :func:`rendu.carte.couches.mark_blanches` marks them.
    zones
        The file of the zones to draw (see ``ui.zones.carte.zones_file``), if any.
    zone
        The chosen zone: outlined, and framed when it changes.
    cercles
        CPTS to the radius of its proportional circle, in screen pixels.
    """

    formes: dict[str, str]
    classes: dict[str, int]
    palette: tuple[str, ...]
    infobulles: dict[str, str]
    valeurs: dict[str, str]
    selection: str | None
    departements: list[str]
    fond: bool
    cadre: str | None = None
    blanches: dict[str, str] = field(default_factory=dict)
    zones: str | None = None
    zone: str | None = None
    cercles: dict[str, float] = field(default_factory=dict)


@st.cache_resource(show_spinner=False)
def _versioned_url(nom: str, mtime: float) -> str:  # noqa: ARG001 - part of the cache key
    empreinte = hashlib.sha256((STATIC / nom).read_bytes()).hexdigest()[:12]
    return served_path(f"/app/static/{nom}?v={empreinte}")


def _own_url(nom: str) -> str:
    return _versioned_url(nom, (STATIC / nom).stat().st_mtime)


@st.cache_resource(show_spinner=False, max_entries=1)
def _write_script(mtimes: tuple[float, ...], dossier: Path) -> str:  # noqa: ARG001 - part of the cache key
    return write_file(dossier, "script", join_script(CARTE), suffixe=".js")


def _script_url(dossier: Path) -> str:
    """Return the address of the map's script, a file named by its content beside the outlines."""
    mtimes = tuple((STATIC / nom).stat().st_mtime for nom in CARTE)
    nom = _write_script(mtimes, dossier)
    # Data that were in use meanwhile have taken its place.
    if not keep_file(dossier, nom):
        _write_script.clear()
        nom = _write_script(mtimes, dossier)
    return served_path(f"{CHEMIN}/{nom}")


class _Couche(folium.map.Layer):
    """The outlines, read by the browser from their address."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = atlasCarte.creer({{ this._parent.get_name() }}, {{ this.dossier|tojson }}, "
        "{{ this.fichier|tojson }}, {{ this.couleurs|tojson }});"
        "{% endmacro %}"
    )

    def __init__(self, dossier: str, fichier: str) -> None:
        super().__init__(control=False)
        self._name = "Couche"
        self.dossier = dossier
        self.fichier = fichier
        self.couleurs = browser_colours()


class _Peinture(MacroElement):
    """The state to paint, as JSON that is safe inside a script whatever the labels hold."""

    _template = Template(
        "{% macro script(this, kwargs) %}atlasCarte.appliquer({{ this.etat|tojson }});{% endmacro %}"
    )

    def __init__(self, etat: Etat, cpts: tuple[str, ...]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Peinture"
        # In the order of the file: the identifiers, thrice a rerun, would outweigh the values.
        self.etat = asdict(etat) | {
            "formes": [etat.formes.get(i, "")[:1] for i in cpts],
            "classes": [etat.classes.get(i) for i in cpts],
            "infobulles": [etat.infobulles.get(i, "") for i in cpts],
            "cercles": [etat.cercles.get(i, 0) for i in cpts] if etat.cercles else [],
        }


def _on_click() -> None:
    """Consume a click once: it chooses a CPTS or a zone, and later choices are free to change that."""
    clic = (st.session_state.get(_CLE) or {}).get("last_active_drawing")
    if clic and clic["id"].startswith(PREFIXE_ZONE):
        st.session_state[key("zone")] = clic["id"].removeprefix(PREFIXE_ZONE)
    elif clic:
        st.session_state[key("cpts")] = clic["id"]


def centre(atlas: Atlas) -> tuple[float, float]:
    """Return the latitude and longitude of the middle of the study area, in degrees."""
    etude = atlas.communes[atlas.communes["etude"]]
    return float(etude["mairie_lat"].mean()), float(etude["mairie_lon"].mean())


def draw_carte(
    couches: Couches, etat: Etat, *, centre: tuple[float, float], hauteur_px: int
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
    hauteur_px
        Height on screen.
    """
    carte = folium.Map(
        location=centre, zoom_start=8, tiles=None, zoom_snap=0.25, min_zoom=5, max_zoom=16
    )
    # Scripts and styles all come from this server.
    carte.default_js = [
        ("leaflet", _own_url("leaflet/leaflet.js")),
        ("carte", _script_url(couches.dossier)),
    ]
    carte.default_css = [
        ("leaflet", _own_url("leaflet/leaflet.css")),
        ("carte", _own_url("carte.css")),
    ]
    _Couche(served_path(CHEMIN), couches.territoires).add_to(carte)
    peinture = folium.FeatureGroup(name="peinture", control=False)
    peinture.add_child(_Peinture(etat, couches.cpts))
    st_folium(
        carte,
        key=_CLE,
        height=hauteur_px,
        use_container_width=True,
        returned_objects=["last_active_drawing"],
        feature_group_to_add=peinture,
        on_change=_on_click,
    )
