"""The Atlas of the data folder in use, read once for every session and again when its files change."""

import gc
import hashlib
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import geopandas as gpd
import streamlit as st

from geo.affichage import simplify_communes
from geo.atlas import Atlas
from geo.chargement import fingerprint, load
from geo.erreurs import DonneesInvalides
from geo.importation.versions import open_depot
from geo.lecture.communes import find_communes
from geo.regles.couverture import Couverture, measure_couverture
from rendu.carte.couches import Couches, keep_file, mark_blanches, write_couches
from rendu.carte.vue import Vue, make_vue
from rendu.scripts import STATIC
from ui.commun.adresse import Filtres, choices
from ui.commun.messages import show_donnees_invalides
from ui.serveur.couches import couches_of, forget_abandoned, forget_others

# Where earlier versions of the project wrote the outlines: anyone could fetch them.
_ANCIENNES_COUCHES = STATIC / "couches"

# How Streamlit's caches tell one Atlas from another: by its files and, for what depends on the states of
# communes, by the departments declared complete.
PAR_EMPREINTE: dict[str | type[Any], Callable[[Any], Any]] = {Atlas: lambda atlas: atlas.empreinte}
PAR_ETATS: dict[str | type[Any], Callable[[Any], Any]] = {
    Atlas: lambda atlas: (atlas.empreinte, *sorted(atlas.declares))
}


# What is said of a page as its filters leave it, whatever is chosen on it.
PAR_PAGE = PAR_ETATS | {
    Filtres: lambda f: (f.reg, f.dep, f.statut, f.indicatifs, f.couvert),
}


def data_dir() -> Path:
    """Return the data folder in use: the version that was imported last, or the base.

    Raises
    ------
    DonneesInvalides
        If what says which version is in use was damaged by hand.
    """
    return open_depot().actuel()


@st.cache_resource(show_spinner="Lecture des données…", max_entries=2)
def load_shared(
    _dossier: Path,
    empreinte: str,  # noqa: ARG001 - the cache key: a folder that takes its place keeps it
    _deja_lu: Atlas | None = None,
) -> Atlas:
    """Return the Atlas of a folder of data, read once for every session and every window."""
    lus = _read_before(_digest_communes(_dossier))
    atlas = _deja_lu or load(_dossier, *lus)
    lus[:] = [atlas]
    # What was just read lives as long as the server: the collector need not walk it at every rerun.
    gc.collect()
    gc.freeze()
    return atlas


@st.cache_resource(show_spinner=False, max_entries=1)
def _read_before(communes: str) -> list[Atlas]:  # noqa: ARG001 - the cache key
    """Keep the last atlas read from a file of communes: another version has the same ground, most often."""
    return []


def _digest_communes(dossier: Path) -> str:
    """Tell the file of the communes from any other; empty where there is none."""
    try:
        return hashlib.sha256(find_communes(dossier).read_bytes()).hexdigest()
    except OSError:
        return ""


def keep_atlas(atlas: Atlas) -> None:
    """Keep what an import has just read, so that no session reads the same files again."""
    dossier = data_dir()
    # Another import may have followed at once.
    if fingerprint(dossier) == atlas.empreinte:
        load_shared(dossier, atlas.empreinte, atlas)


@st.cache_resource(show_spinner=False, max_entries=2)
def _couches(dossier: Path, empreinte: str) -> Couches:
    atlas = load_shared(dossier, empreinte)
    couches = write_couches(atlas, get_contours(atlas), couches_of(empreinte))
    forget_others()
    return couches


def get_contours(atlas: Atlas) -> gpd.GeoSeries:
    """Return the outlines of the communes for display, EPSG:4326."""
    return _simplify(atlas.communes, _communes_key(atlas))


@st.cache_resource(show_spinner=False, max_entries=4, hash_funcs=PAR_EMPREINTE)
def _communes_key(atlas: Atlas) -> str:
    """Tell the outlines of the communes from any other: an import changes none of them."""
    contours = hashlib.sha256(",".join(atlas.communes.index).encode())
    for contour in atlas.communes.geometry.to_wkb():
        contours.update(contour)
    return contours.hexdigest()


@st.cache_resource(show_spinner=False, max_entries=2)
def _simplify(
    _communes: gpd.GeoDataFrame,
    cle: str,  # noqa: ARG001 - tells the communes apart
) -> gpd.GeoSeries:
    return simplify_communes(_communes)


def get_atlas() -> Atlas:
    """Return the shared, read-only Atlas, or show what is wrong with the data and stop the page.

    The page then watches the files and starts again by itself once they are mended.
    """
    vu = ""
    try:
        dossier = data_dir()
        vu = fingerprint(dossier)
        return load_shared(dossier, vu)
    except DonneesInvalides as erreur:
        show_donnees_invalides(erreur, lambda: _in_use() != vu)
        st.stop()


def prepare() -> None:
    """Read the data and write the outlines before anybody asks; what is wrong with them is said then."""
    shutil.rmtree(_ANCIENNES_COUCHES, ignore_errors=True)
    open_depot().mend_trace()
    with suppress(DonneesInvalides):
        forget_abandoned()
        get_couches()


def _in_use() -> str:
    """Tell the data in use from any other; empty where nothing says which they are."""
    try:
        return fingerprint(data_dir())
    except DonneesInvalides:
        return ""


# What is in sight depends on these filters alone.
_PAR_VUE = PAR_EMPREINTE | {Filtres: lambda f: (f.reg, f.dep, f.statut, f.indicatifs)}


@st.cache_resource(show_spinner=False, max_entries=2, hash_funcs=PAR_EMPREINTE)
def get_choices(atlas: Atlas) -> dict[str, Any]:
    """Return the values that each parameter of the address accepts, listed once for every session."""
    return choices(atlas)


@st.cache_resource(show_spinner=False, max_entries=128, hash_funcs=_PAR_VUE)
def get_vue(atlas: Atlas, filtres: Filtres) -> Vue:
    """Return what the filters leave in sight, found once for every session."""
    return make_vue(atlas, filtres)


@st.cache_resource(show_spinner=False, max_entries=256, hash_funcs=PAR_ETATS)
def get_couverture(atlas: Atlas, departements: tuple[str, ...], definition: str) -> Couverture:
    """Return the coverage of a selection, computed once for every session."""
    return measure_couverture(atlas, departements, definition)


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=PAR_ETATS)
def get_blanches(atlas: Atlas, definition: str) -> dict[str, str]:
    """Mark the communes that a map may call a zone blanche, once for every session."""
    return mark_blanches(atlas, definition)


def get_couches() -> Couches:
    """Return the addresses of the outlines that the browser fetches once."""
    dossier = data_dir()
    empreinte = fingerprint(dossier)
    couches = _couches(dossier, empreinte)
    # Data that were in use meanwhile have taken their place.
    if not all(keep_file(couches.dossier, nom) for nom in couches.files()):
        _couches.clear(dossier, empreinte)
        couches = _couches(dossier, empreinte)
    return couches
