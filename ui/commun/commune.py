"""What is known of one commune, and where to go from there."""

from dataclasses import replace

import streamlit as st

from geo.atlas import Atlas
from geo.recherche.index import describe_commune
from geo.regles.couverture import COUVERTE
from rendu.mots.francais import count_noun, escape_markdown
from rendu.mots.profil import commune_figures
from rendu.mots.recherche import commune_sentence
from ui.commun.adresse import Filtres, current_page, to_params
from ui.commun.atlas import PAR_EMPREINTE
from ui.commun.zones import get_zones

_CARTE = "app.py"


def draw_commune(atlas: Atlas, filtres: Filtres, code_commune: str, ancienne: str = "") -> None:
    """Draw which CPTS hold a commune, and links: the map, the sheets, or the zone that it is in.

    Parameters
    ----------
    atlas, filtres
        The atlas, and the filters that the links keep.
    code_commune
        A commune of today.
    ancienne
        What is said first of a former name, as Markdown.
    """
    commune = describe_commune(atlas, code_commune, filtres.couvert, indicatifs=filtres.indicatifs)
    st.markdown(
        f"{ancienne}{escape_markdown(commune_sentence(commune, indicatifs=filtres.indicatifs))}  \n"
        f"Code {commune.code_commune}, {count_noun(commune.population, 'habitant')} ({atlas.millesimes.population})."
    )
    if lignes := _get_figures(atlas, code_commune):
        st.markdown("\n".join(f"- {ligne}" for ligne in lignes))
    parametres = to_params(filtres) | {"commune": code_commune}
    if current_page() != _CARTE:
        st.page_link(
            _CARTE,
            label="Voir sur la carte",
            icon=":material/map:",
            query_params=to_params(replace(filtres, commune=code_commune, cpts=None, evenement=())),
        )
    for appartenance in commune.cpts:
        link_to_fiche(atlas, parametres, appartenance.cpts_id)
    if commune.etat != COUVERTE:
        _link_to_zone(atlas, filtres, code_commune, commune.code_departement)


@st.cache_resource(show_spinner=False, max_entries=256, hash_funcs=PAR_EMPREINTE)
def _get_figures(atlas: Atlas, code_commune: str) -> list[str]:
    """Write what official files say of a commune as Markdown, once for every session."""
    return [escape_markdown(ligne) for ligne in commune_figures(atlas, code_commune)]


def link_to_fiche(atlas: Atlas, parametres: dict[str, str], cpts_id: str) -> None:
    """Draw the link to a sheet, with the parameters of an address."""
    st.page_link(
        "pages/fiche.py",
        label=f"Fiche : {escape_markdown(str(atlas.fiches.loc[cpts_id, 'nom']))}",
        icon=":material/description:",
        query_params=parametres | {"cpts": cpts_id},
    )


def _link_to_zone(atlas: Atlas, filtres: Filtres, code_commune: str, departement: str) -> None:
    # Over a whole region, all that is known of no perimeter is one zone, which says nothing.
    departements = filtres.dep if departement in filtres.dep else (departement,)
    parametres = to_params(replace(filtres, reg=(), dep=departements, cpts=None, evenement=()))
    zones = get_zones(atlas, departements, filtres.couvert)
    if code_commune not in zones.membres.index:
        return
    zone = str(zones.membres[code_commune])
    st.page_link(
        "pages/zones_blanches.py",
        label=f"Sa zone, et qui pourrait l'absorber : {escape_markdown(str(zones.table.loc[zone, 'nom']))}",
        icon=":material/arrow_forward:",
        query_params=parametres | {"zone": zone, "commune": code_commune},
    )
