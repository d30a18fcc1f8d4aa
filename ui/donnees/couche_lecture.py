"""The layer that is dropped, or that a geographic service gives: which one, in which projection, which attributes."""

import hashlib
from collections.abc import Sequence

import streamlit as st

from geo.atlas import Atlas
from geo.couches.attributs import ROLES
from geo.couches.lecture import CoucheLue, Demande, list_couches, looks_like_couche
from geo.couches.limites import TAILLE_COUCHE_MAX_OCTETS
from geo.couches.service import read
from geo.erreurs import DonneesInvalides, is_blocking
from geo.importation.limites import MIB
from geo.importation.tables import join_empreintes
from rendu.mots.couches import (
    COUCHE,
    LIRE,
    PROJECTION,
    all_limits,
    limits_sentence,
    reading_sentence,
    with_page_remedies,
)
from rendu.mots.importation import LIBELLES
from ui.commun.messages import list_remarques, show_refusal
from ui.commun.travail import work
from ui.donnees.memoire import recall, remember
from ui.donnees.zone import Zone

ZONE = Zone("couche")
_APERCU = 6
_ABSENT = ""
# Codes have five digits at most.
_EPSG_MAX = 99_999


def draw_lecture(
    atlas: Atlas, venue: tuple[str, bytes] | None
) -> tuple[CoucheLue, str, str] | None:
    """Draw the drop zone and how the layer is read.

    Parameters
    ----------
    atlas
        The data in use.
    venue
        Name and bytes of a layer that came from elsewhere; what is dropped goes before it.

    Returns
    -------
    tuple or None
        The layer, what tells its content from any other, and what tells how it is read; nothing while it cannot be.
    """
    deposes = ZONE.draw(
        "Couche (GeoJSON, TopoJSON, GeoPackage, shapefile, FlatGeobuf, GeoParquet, KML ou KMZ)",
        limites=all_limits(),
        ligne=limits_sentence(),
        taille_mio=TAILLE_COUCHE_MAX_OCTETS // MIB,
    )
    lus = ZONE.read_once(deposes, lambda *_: None)
    # The parts of a shapefile are the same in any order.
    recus = sorted((d for d in deposes if d.file_id in lus), key=lambda d: lus[d.file_id][1])
    fichiers = [(d.name, d.getvalue()) for d in recus]
    empreintes = [lus[d.file_id][1] for d in recus]
    if not fichiers and venue is not None:
        fichiers, empreintes = [venue], [hashlib.sha256(venue[1]).hexdigest()]
    if not fichiers:
        return None
    empreinte = join_empreintes(empreintes)
    st.subheader(LIRE, anchor=False)
    try:
        return _draw_fichiers(atlas, fichiers, empreinte)
    except DonneesInvalides as refus:
        show_refusal(DonneesInvalides(with_page_remedies(refus.problemes)))
        if not any(looks_like_couche(nom, contenu) for nom, contenu in fichiers):
            st.info("Une table de communes (CSV, Excel, ODS) se dépose dans l'onglet « Importer ».")
        return None


def _draw_fichiers(
    atlas: Atlas, fichiers: Sequence[tuple[str, bytes]], empreinte: str
) -> tuple[CoucheLue, str, str] | None:
    cle = recall(empreinte)
    noms = tuple(nom for nom, _ in fichiers)
    couches = _list(fichiers, empreinte, noms)
    couche = ""
    gauche, droite = st.columns(2)
    if len(couches) > 1:
        choisie = gauche.selectbox(
            COUCHE,
            couches,
            index=None,
            placeholder="Plusieurs couches : choisir celle des CPTS",
            key=f"couche_nom_{cle}",
        )
        if choisie is None:
            st.info("Choisissez la couche à lire.")
            return None
        couche = choisie
    # What was corrected of one layer says nothing of another.
    cle = f"{cle}_{couche}"
    epsg = droite.number_input(
        PROJECTION,
        min_value=1,
        max_value=_EPSG_MAX,
        value=None,
        step=1,
        key=f"couche_epsg_{cle}",
        placeholder="Celle que dit ou montre le fichier",
    )
    lue = _read(fichiers, Demande(couche, epsg), atlas, empreinte)
    colonnes = _draw_attributs(lue, cle)
    if colonnes:
        lue = _read(fichiers, Demande(couche, epsg, colonnes), atlas, empreinte)
    remember(empreinte)
    st.markdown(reading_sentence(lue))
    st.dataframe(
        lue.polygones.drop(columns="geometry")
        .head(_APERCU)
        .rename(columns={"ligne": "Forme"} | {role: LIBELLES[role] for role in ROLES}),
        hide_index=True,
        height="content",
    )
    if is_blocking(lue.remarques):
        list_remarques(with_page_remedies(lue.remarques), "Comment cette couche a été lue")
        return None
    return lue, empreinte, repr((couche, epsg, sorted(colonnes.items())))


def _draw_attributs(lue: CoucheLue, cle: str) -> dict[str, str]:
    """Draw which attribute was taken for what; return those that are corrected."""
    corrigees = {}
    for role, place in zip(ROLES, st.columns(len(ROLES)), strict=True):
        trouve = lue.colonnes.get(role, _ABSENT)
        titres = [_ABSENT, *lue.titres]
        choisi = place.selectbox(
            LIBELLES[role],
            titres,
            index=titres.index(trouve),
            format_func=lambda titre: titre or "absent",
            key=f"couche_{role}_{cle}",
        )
        if choisi != trouve:
            corrigees[role] = choisi
    return corrigees


@st.cache_resource(show_spinner="Lecture de la couche…", max_entries=4)
def _list(
    _fichiers: Sequence[tuple[str, bytes]],
    empreinte: str,  # noqa: ARG001 - tells any other file apart, as its name does
    noms: tuple[str, ...],  # noqa: ARG001
) -> tuple[str, ...]:
    return work(list_couches, _fichiers)


# As few as may be, for each holds the outlines of a layer: what was guessed, then what is corrected.
@st.cache_resource(show_spinner="Lecture de la couche…", max_entries=2)
def _read_once(
    _fichiers: Sequence[tuple[str, bytes]],
    _demande: Demande,
    _atlas: Atlas,
    cle: str,  # noqa: ARG001 - tells any other request apart
) -> CoucheLue:
    return work(read, _fichiers, _demande, _atlas)


def _read(
    fichiers: Sequence[tuple[str, bytes]], demande: Demande, atlas: Atlas, empreinte: str
) -> CoucheLue:
    cle = (
        atlas.empreinte,
        # Its name is said, and another session's is its own.
        [nom for nom, _ in fichiers],
        empreinte,
        demande.couche,
        demande.epsg,
        sorted(demande.colonnes.items()),
    )
    return _read_once(fichiers, demande, atlas, repr(cle))
