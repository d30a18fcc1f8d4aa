"""The import of a layer of polygons: drop it, give its communes, see what differs, then as a table."""

from dataclasses import replace

import geopandas as gpd
import streamlit as st

from geo.atlas import Atlas
from geo.couches.lecture import CoucheLue
from geo.couches.service import Decoupage, Pose, check_couche, lay, make_table, prepare_couche, tell
from geo.erreurs import DonneesInvalides
from rendu.mots.couches import DECOUPER, DEPOSER, SUITE, with_page_remedies
from ui.commun.adresse import Filtres
from ui.commun.atlas import get_atlas
from ui.commun.ecriture import draw_ecriture
from ui.commun.messages import list_remarques, show_refusal
from ui.commun.travail import work
from ui.commun.versions import draw_switched
from ui.donnees.couche_ecarts import draw_differences
from ui.donnees.couche_fine import draw_fine
from ui.donnees.couche_lecture import ZONE, draw_lecture
from ui.donnees.couche_parts import draw_parts
from ui.donnees.suite import Lu, check_first, draw_suite, forget, forget_other_data
from ui.donnees.wfs import draw_wfs
from ui.donnees.zone import join_keys


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
    cle = join_keys([empreinte, lecture])
    lecture = repr((atlas.empreinte, empreinte, lecture))
    place = st.container()
    st.subheader(DECOUPER, anchor=False)
    fine = draw_fine(atlas)
    lecture = repr((lecture, fine and fine.cle))
    pose = _lay(couche, atlas, fine and fine.couche, lecture)
    with place:
        list_remarques(with_page_remedies(pose.remarques), "Comment cette couche a été lue")
    decoupage = draw_parts(atlas, pose, cle, lecture)
    draw_differences(atlas, decoupage, cle)
    lu = _read_as_table(atlas, decoupage, empreinte, lecture)
    st.caption(
        "Ce que donne la couche est vérifié comme une table de communes : « ligne » y est le rang d'une forme."
    )
    premiere = check_first(lu, atlas)
    draw_suite(atlas, filtres, lu, premiere)


def _read_as_table(atlas: Atlas, decoupage: Decoupage, empreinte: str, lecture: str) -> Lu:
    table, remarques = make_table(decoupage, atlas), tell(decoupage)
    nom, regle = decoupage.pose.couche.nom, decoupage.regle
    dite = (lecture, regle.seuil_pct, regle.compter, sorted(regle.decisions.items()))
    return Lu(
        ZONE,
        empreinte,
        repr(dite),
        lambda atlas, choix: work(check_couche, nom, table, remarques, atlas, choix),
        lambda depot, verification, source, **suite: prepare_couche(
            depot, decoupage, verification, source, **suite
        ),
        SUITE,
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
