"""The import of a layer of polygons: drop it, give its communes, see what differs, then as a table."""

from dataclasses import replace

import geopandas as gpd
import streamlit as st

from geo.atlas import Atlas
from geo.couches.lecture import CoucheLue
from geo.couches.service import (
    Decoupage,
    Pose,
    check_couche,
    keep_names,
    lay,
    list_near_names,
    make_table,
    prepare_couche,
    tell,
)
from geo.erreurs import DonneesInvalides, Probleme
from geo.importation.tables import join_empreintes
from rendu.mots.couches import DECOUPER, DEPOSER, SUITE, with_page_remedies
from ui.commun.adresse import Filtres
from ui.commun.atlas import get_atlas
from ui.commun.ecriture import draw_ecriture
from ui.commun.messages import list_remarques, show_refusal
from ui.commun.travail import work
from ui.commun.versions import draw_switched
from ui.donnees.choix import draw_noms
from ui.donnees.couche_ecarts import draw_differences
from ui.donnees.couche_fine import draw_fine
from ui.donnees.couche_lecture import ZONE, draw_lecture
from ui.donnees.couche_parts import draw_parts
from ui.donnees.memoire import recall, remember
from ui.donnees.suite import Lu, check_first, draw_suite, forget, forget_other_data
from ui.donnees.wfs import draw_wfs


def draw_couche(filtres: Filtres) -> None:
    """Draw the whole way of an import; nothing is replaced before the last button."""
    st.header("Importer une couche de polygones", anchor=False)
    if not draw_ecriture(ZONE.racine):
        return
    atlas = get_atlas()
    forget_other_data(atlas.empreinte)
    draw_switched(filtres, ZONE.racine)
    st.markdown("Six étapes. Rien n'est remplacé avant la dernière, que vous seul demandez.")
    st.subheader(DEPOSER, anchor=False)
    st.markdown(
        "La couche de Santégraphie, d'un consultant ou dessinée à la main : un polygone par CPTS, ou plusieurs. Les pièces d'un "
        "shapefile se déposent ensemble, ou en ZIP. L'atlas en garde les communes, jamais les contours ni les contacts."
    )
    with st.expander("Ou la chercher sur un service géographique (WFS)"):
        venue = draw_wfs(ZONE.racine)
    lue = draw_lecture(atlas, venue)
    if lue is None:
        forget(ZONE)
        return
    try:
        _draw_decoupage(atlas, filtres, *lue)
    except DonneesInvalides as refus:
        forget(ZONE)
        show_refusal(DonneesInvalides(with_page_remedies(refus.problemes)))


def _draw_decoupage(
    atlas: Atlas, filtres: Filtres, couche: CoucheLue, empreinte: str, lecture: str
) -> None:
    # What was decided of one reading says nothing of another.
    cle = join_empreintes([empreinte, lecture])
    proches = list_near_names(couche)
    if proches:
        st.markdown(
            "Ces noms sont peut-être ceux d'une seule CPTS : réunis, leurs polygones n'en font qu'un."
        )
    reprise = recall(f"{cle}_noms")
    noms = draw_noms(proches, reprise)
    remember(f"{cle}_noms")
    place = st.container()
    st.subheader(DECOUPER, anchor=False)
    fine = draw_fine(atlas)
    dite = (atlas.empreinte, couche.nom, empreinte, lecture, sorted(noms.items()))
    lecture = repr((dite, fine and fine.cle))
    pose = _lay(keep_names(couche, noms), atlas, fine and fine.couche, lecture)
    decoupage = draw_parts(atlas, pose, cle, lecture)
    remarques = tell(decoupage)
    with place:
        list_remarques(with_page_remedies(remarques), "Comment cette couche a été lue")
    draw_differences(atlas, decoupage, cle)
    st.caption(
        "Ce que donne la couche est vérifié comme une table de communes : « ligne » y est le rang d'une forme."
    )
    lu = _read_as_table(atlas, decoupage, remarques, empreinte, lecture)
    premiere = check_first(lu, atlas)
    draw_suite(atlas, filtres, lu, premiere)


def _read_as_table(
    atlas: Atlas,
    decoupage: Decoupage,
    remarques: tuple[Probleme, ...],
    empreinte: str,
    lecture: str,
) -> Lu:
    table, regle = make_table(decoupage, atlas), decoupage.regle
    dite = (lecture, regle.seuil_pct, regle.compter, sorted(regle.decisions.items()))
    return Lu(
        ZONE,
        empreinte,
        repr(dite),
        lambda atlas, choix: work(check_couche, table, remarques, atlas, choix),
        lambda depot, verification, source, **suite: prepare_couche(
            depot, decoupage, verification, source, **suite
        ),
        SUITE,
        noms_faits=True,
    )


# Each holds the outlines of a layer.
@st.cache_resource(show_spinner="La couche est posée sur les communes…", max_entries=2)
def _lay(
    _couche: CoucheLue,
    _atlas: Atlas,
    _fine: gpd.GeoDataFrame | None,
    cle: str,  # noqa: ARG001 - tells any other request apart
) -> Pose:
    # The process sends the layer back, which is here already.
    return replace(work(lay, _couche, _atlas, _fine), couche=_couche)
